"""What a division's code says (国统字〔2009〕91号, GB/T 2260, GB/T 10114-2003), and how people shorten its name.

`PP CC XX TTT VVV`: province, city, county, township, committee. A higher level is padded with zeros.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused
from linli.ground.territory.models import Kind, Level

CODE_LENGTH = 12
_GROUPS = ((2, Level.PROVINCE), (4, Level.CITY), (6, Level.COUNTY), (9, Level.TOWNSHIP), (12, Level.COMMUNITY))
_DIGITS = re.compile(r"[0-9]{12}", re.ASCII)
_PROVINCES = frozenset(
    str(digits)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for digits in range(first, last + 1)
)


class NotACode(Refused):
    code = "territory.not_a_code"
    message = _("区划代码应为 12 位数字，这里是“%(given)s”。")


class UnknownKind(NotACode):
    code = "territory.unknown_kind"
    message = _("代码 %(given)s 的第 %(place)s 位是 %(digits)s，不在国家规定的范围里。")


def is_code(code: str) -> bool:
    """Tell whether it has the form of a code: twelve digits."""
    return bool(_DIGITS.fullmatch(code))


def check_code(code: str) -> str:
    """Return the code if it has twelve digits, names a province, and leaves no level out. Raises NotACode."""
    if not is_code(code):
        raise NotACode(given=code)
    if code[:2] not in _PROVINCES:
        raise UnknownKind(given=code, place="1–2", digits=code[:2])
    if code[9:] != "000" and code[6:9] == "000":
        raise UnknownKind(given=code, place="7–9", digits="000")
    if code[4:6] != "00" and code[2:4] == "00":
        raise UnknownKind(given=code, place="3–4", digits="00")
    return code


def level_of(code: str) -> Level:
    """Return the level: that of the last group which is not all zeros."""
    return _last_group(code)[1]


def prefix_of(code: str) -> str:
    """Return the digits that every division below shares: 510402000000 → 510402."""
    return code[: _last_group(code)[0]]


URBAN = (Kind.RESIDENTS_COMMITTEE, Kind.SIMILAR_RESIDENTS)


def is_urban(urban_rural_class: str, kind: str) -> bool:
    """Tell whether a community counts to the city: by its class (国函〔2008〕60号: 1.. urban, 2.. rural).

    Where the list of divisions brought no class, the kind of its committee has to do: a residents' one is the city's.
    """
    return urban_rural_class.startswith("1") if urban_rural_class else kind in URBAN


def span_of(code: str) -> tuple[str, str]:
    """Return the lowest and the highest code of the division and all below: a range, so that an index serves it."""
    prefix = prefix_of(code)
    return prefix.ljust(CODE_LENGTH, "0"), prefix.ljust(CODE_LENGTH, "9")


def parent_code(code: str) -> str:
    """Return the code one level up, empty for a province.

    A city without counties has its townships directly (东莞 441900003000 → 441900000000).
    """
    shorter = [length for length, _level in _GROUPS if length < _last_group(code)[0]]
    return code[: shorter[-1]].ljust(CODE_LENGTH, "0") if shorter else ""


def ancestor_codes(code: str) -> list[str]:
    """Return the codes above, nearest first."""
    above: list[str] = []
    while code := parent_code(code):
        above.append(code)
    return above


def county_code(code: str) -> str:
    """Return the six digits of the county for a county and all below (a city's without counties), else empty."""
    return code[:6] if level_of(code) in (Level.COUNTY, Level.TOWNSHIP, Level.COMMUNITY) else ""


def kind_of(code: str, name: str = "") -> Kind:
    """Return the kind. Below the county only the digits tell it, never the name (沙沟社区村民委员会 is a village's).

    The digits do not tell a district from a county (500151 is a district): there the name's last character does.
    Raises UnknownKind for digits that no kind has.
    """
    level = level_of(code)
    if level == Level.PROVINCE:
        return Kind.PROVINCE
    if level == Level.CITY:
        return Kind.PREFECTURE if 21 <= int(code[2:4]) <= 50 else Kind.CITY
    if level == Level.COUNTY:
        return {"区": Kind.DISTRICT, "市": Kind.COUNTY_CITY}.get(name[-1:], Kind.COUNTY)  # untranslated: parts of names
    place, digits, table = (
        ("7–9", code[6:9], _TOWNSHIP_KINDS) if level == Level.TOWNSHIP else ("10–12", code[9:], _COMMITTEE_KINDS)
    )
    for first, last, kind in table:
        if first <= int(digits) <= last:
            return kind
    raise UnknownKind(given=code, place=place, digits=digits)


_TOWNSHIP_KINDS = (
    (1, 99, Kind.STREET),
    (100, 199, Kind.TOWN),
    (200, 399, Kind.RURAL_TOWNSHIP),
    (400, 599, Kind.SIMILAR_TOWNSHIP),
)
_COMMITTEE_KINDS = (
    (1, 199, Kind.RESIDENTS_COMMITTEE),
    (200, 399, Kind.VILLAGERS_COMMITTEE),
    (400, 499, Kind.SIMILAR_RESIDENTS),
    (500, 599, Kind.SIMILAR_VILLAGERS),
)

_SHORTER = (
    (re.compile(r"社区(?:居民委员会|村民委员会|居委会|村委会|委员会)$"), "社区"),  # untranslated: parts of names
    (re.compile(r"(村|嘎查)(?:村民委员会|村委会)$"), r"\1"),
    (re.compile(r"(?:村民委员会|村委会)$"), "村"),  # untranslated: parts of names
    (re.compile(r"居民委员会$"), "居委会"),  # untranslated: parts of names
    (re.compile(r"(街道|地区)(?:办事处|办)$"), r"\1"),
)


def short_name(name: str, *, twin: bool = False) -> str:
    """Return the name that people use: 竹湖园社区居民委员会 → 竹湖园社区, 庄上村民委员会 → 庄上村.

    twin: a neighbour shortens to the same (金江镇 has 金江社区居民委员会 and 金江社区村民委员会): then the committee is
    named too, 金江社区村委会.
    """
    if twin and (both := re.search(r"社区([居村])(?:民委员会|委会)$", name)):
        return f"{name[: both.start()]}社区{both[1]}委会"  # untranslated: parts of names
    for ending, shorter in _SHORTER:
        if ending.search(name):
            return ending.sub(shorter, name)
    return name


def _last_group(code: str) -> tuple[int, Level]:
    return next((length, level) for length, level in _GROUPS if not code[length:].strip("0"))
