"""How addresses are written in Chinese: digits, and the words for building, unit and room."""

import re

DIGITS = {digit: str(number) for number, digit in enumerate("〇一二三四五六七八九")} | {"零": "0", "两": "2"}
HUNDRED, TEN = "百", "十"
BEFORE_A_WORD = re.compile(r"[〇零一二两三四五六七八九十百]+(?=[号栋幢楼单元室层组座])")
"""A number in Chinese digits that stands before what it counts."""

SUFFIX = {"building": "栋", "unit": "单元", "room": "室"}
"""Our own spelling of each part."""

SPELLINGS = {
    "building": re.compile(r"(号楼|号栋|幢|栋|座|楼)$"),
    "unit": re.compile(r"(单元|门洞|门)$"),
    "room": re.compile(r"(号房|房间|室|房|号|户)$"),
}
"""What people write at the end of a part."""

ANY_BUILDING = re.compile(r"号楼|号栋|幢|座")
ANY_ROOM = re.compile(r"(?<=\d)(室|房|户|号房)$")
