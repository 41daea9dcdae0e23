"""Standard addresses: how they are written, and what makes two spellings the same. Pure.

An address is a doorplate (a road with its number, an estate, a villagers' group) and, below it, building, unit and room.
Numbers may come full-width or in Chinese digits, and people write 栋 or 幢 or 号楼, 301 or 301室: `key_of` takes all that
away, so that one place is kept once.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused
from linli.ground.registry import data_address_signs as signs

SITE_MAX, PART_MAX = 60, 20


class SiteNeeded(Refused):
    code = "registry.site_needed"
    message = _("请填写门牌：路名和号（竹湖园路 8 号），没有路名的写院落或者村组。")
    field = "site"


class AddressTooLong(Refused):
    code = "registry.address_too_long"
    message = _("最多 %(max)s 个字，这里有 %(given)s 个。")


class PartMissing(Refused):
    """A unit without its building would be a unit of nothing."""

    code = "registry.address_part_missing"
    message = _("填了单元，还要填是哪一栋。")
    field = "building"


class SignsNotGood(Refused):
    code = "registry.address_signs_not_good"
    message = _("地址里有不该有的符号，请只用汉字、字母、数字和“-”。")


@dataclass(frozen=True)
class Parts:
    """An address in its parts, each in one spelling: 竹湖园路8号, 2栋, 1单元, 301室; "" where it has none."""

    site: str
    building: str = ""
    unit: str = ""
    room: str = ""

    @property
    def text(self) -> str:
        return self.site + self.building + self.unit + self.room

    def chain(self) -> list[tuple[str, str, str]]:
        """Return level, own name and whole text of each step from the doorplate down."""
        steps, text = [], ""
        for level in ("site", "building", "unit", "room"):
            if name := getattr(self, level):
                text += name
                steps.append((level, name, text))
        return steps


def check_parts(site: str, building: str = "", unit: str = "", room: str = "") -> Parts:
    """Return an address in its standard spelling. Raises SiteNeeded, PartMissing, AddressTooLong, SignsNotGood."""
    if not (site := _plain(site)):
        raise SiteNeeded
    if len(site) > SITE_MAX:
        raise AddressTooLong(field="site", max=SITE_MAX, given=len(site))
    parts = {level: _part(text, level) for level, text in (("building", building), ("unit", unit), ("room", room))}
    if parts["unit"] and not parts["building"]:
        raise PartMissing
    return Parts(_site(site), **parts)


def key_of(text: str) -> str:
    """Return what two spellings of one address have in common; the keys of what lies below begin with it."""
    text = signs.BEFORE_A_WORD.sub(lambda found: str(number_of(found[0])), _plain(text))
    text = signs.ANY_BUILDING.sub(signs.SUFFIX["building"], text)
    text = signs.ANY_ROOM.sub("", text)
    return re.sub(r"[-—－#]", "-", text).upper()


def number_of(digits: str) -> int:
    """Return a number below a thousand that is written in Chinese digits (三十二, 一百零五, 三〇一)."""
    units = {signs.HUNDRED: 100, signs.TEN: 10}
    if not set(digits) & set(units):
        return int("".join(signs.DIGITS[digit] for digit in digits))
    total, last = 0, 0
    for sign in digits:
        if sign in units:
            total, last = total + (last or 1) * units[sign], 0
        else:
            last = int(signs.DIGITS[sign])
    return total + last


def _plain(text: str) -> str:
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if text and not re.fullmatch(r"[\w\-()·#—－]+", text):
        raise SignsNotGood
    return text


def _site(text: str) -> str:
    return signs.BEFORE_A_WORD.sub(lambda found: str(number_of(found[0])), text)


def _part(text: str, level: str) -> str:
    if not (text := _plain(text)):
        return ""
    if len(text) > PART_MAX:
        raise AddressTooLong(field=level, max=PART_MAX, given=len(text))
    core = signs.SPELLINGS[level].sub("", text)
    if core and set(core) <= {*signs.DIGITS, signs.TEN, signs.HUNDRED}:
        core = str(number_of(core))
    return f"{core.upper()}{signs.SUFFIX[level]}" if core else text
