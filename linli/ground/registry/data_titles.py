"""How forms ask for facts that are kept here (R14, R152)."""

import datetime as dt
from typing import Any

ASKED_AS = {
    "name": ("姓名", "申请人姓名"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "证件号码"),
    "sex": ("性别",),
    "birth_date": ("出生日期", "出生年月"),
    "age": ("年龄",),
    "address": ("家庭住址", "现住址", "居住地址"),
}
"""Titles under which a form may not ask for a fact again (R14)."""

FILLS_IN: dict[str, tuple[str, ...]] = {
    "name": ("text",),
    "id_number": ("identity",),
    "identity": ("text",),
    "birth_date": ("date",),
    "age": ("number",),
    "phone": ("phone",),
    "community": ("text", "long_text"),
    "address": ("text", "long_text"),
    "registered_community": ("text", "long_text"),
    "registered_place": ("text", "long_text"),
    "household_registration": ("text", "long_text"),
    "registered_here": ("yes_no",),
    "lives_here": ("yes_no",),
}
"""The kinds of field that a fact fills in, the usual one first; the others are told by no field of a form."""

MADE_UP: dict[str, tuple[Any, Any]] = {
    "name": ("柳桂枝", "白芷"),
    "id_number": ("519902194503129171", "519902199608150021"),
    "identity": ("5199**********9171", None),
    "birth_date": (dt.date(1945, 3, 12), dt.date(1996, 8, 15)),
    "age": (81, 30),
    "phone": ("15400000618", None),
    "community": ("东区炳草岗街道竹湖园社区", "仁和区大河中路街道大河社区"),
    "address": ("竹湖园 12 幢 3 单元 501", None),
    "registered_community": ("东区炳草岗街道竹湖园社区", None),
    "registered_place": ("四川省攀枝花市东区", "云南省永仁县"),
    "household_registration": ("东区炳草岗街道竹湖园社区", None),
    "registered_here": (True, False),
    "lives_here": (True, True),
}
"""Two people for the preview of a form: one of whom everything is known, one who has just moved here. Nobody real."""
