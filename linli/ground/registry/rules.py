"""Numbers and names of people: what is right, what a sentence says when it is not, how they are shown. Pure.

Every function takes what was typed (full-width digits, spaces, a small x) and gives back one spelling. `on` is the day
on which it is checked. Sources: GB 11643-1999, ISO 7064 MOD 11-2; 国办发〔2018〕81号 (81, 82, 83); the permanent
residence card of 2023 (9…) and its older form; passports are free text.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

import phonenumbers
from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused
from linli.ground.registry.models import IdKind, Sex, SpecialGroup

NAME_MAX = 60
FREE_NUMBER_MAX = 20
OLDEST = 130
DEMO_CITY = "99"
"""Digits 3–4 of made-up numbers: no range of GB/T 2260 holds them, so none was ever issued (domain.md §3)."""
DEMO_MOBILE = "154"
"""Made-up mobile numbers begin so: not assigned."""

DISCREET_GROUPS = frozenset(
    {
        SpecialGroup.ORPHAN, SpecialGroup.UNATTENDED_CHILD, SpecialGroup.LEFT_BEHIND_CHILD, SpecialGroup.FP_SPECIAL,
    }
)  # fmt: skip
"""Groups that nothing on a screen in public, and no text message, ever names: a neighbour may be looking over."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCES = frozenset(
    str(digits)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
    for digits in range(first, last + 1)
)
_HMT_PLACES = ("810000", "820000", "830000")
_OLD_CARD = re.compile(r"[A-Z]{3}[0-9]{12}", re.ASCII)
_SERVICE_NUMBERS = frozenset("110 119 120 122 12345 12348 12355 12338 12393 12333".split())  # noqa: SIM905


class NumberNotGood(Refused):
    code = "registry.number_not_good"
    message = _("这个证件号码不对，请对照证件再看一遍。")
    field = "id_number"


class PhoneNotGood(Refused):
    code = "registry.phone_not_good"
    message = _("这个电话打不通，请再看一遍。")
    field = "phone"


class NameNotGood(Refused):
    code = "registry.name_not_good"
    message = _("这个姓名不对，请对照证件再看一遍。")
    field = "name"


class BirthDateNotGood(Refused):
    code = "registry.birth_date_not_good"
    message = _("出生日期不对，请再看一遍。")
    field = "birth_date"


class PurposeNeeded(Refused):
    code = "registry.purpose_needed"
    message = _("请说明为什么要看：选一项，或者写上四个字以上。")
    field = "purpose"


def normalise_number(text: str) -> str:
    """Return the number in half-width capitals without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def check_identity_number(text: str, kind: str = IdKind.CITIZEN, *, on: dt.date, allow_demo: bool = False) -> str:
    """Return the number as it is kept. Raises NumberNotGood with a sentence that says what is wrong.

    The six-digit place of a citizen's number is where she was first registered: it is not demanded to exist today.
    allow_demo: made-up numbers (`xx99…`) pass, for a demonstration only.
    """
    number = normalise_number(text)
    if not number:
        raise NumberNotGood(_("请填写证件号码。"))
    if kind == IdKind.PASSPORT:
        return _check_free(number)
    if kind == IdKind.FOREIGN_RESIDENCE and _OLD_CARD.fullmatch(number):
        return _check_old_card(number, on)
    _check_form(number)
    _check_place(number, kind, allow_demo)
    _check_birth(_birth_of_18(number), number[6:14], on)
    if check_digit(number[:17]) != number[17]:
        raise NumberNotGood(_("证件号码的最后一位对不上，中间可能写错了一位，请对照证件再看一遍。"))
    return number


def check_digit(body: str) -> str:
    """Return the 18th character for 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def birth_date_of(number: str, kind: str = IdKind.CITIZEN, *, on: dt.date) -> dt.date | None:
    """Return the birth date that a checked number carries; None for a passport."""
    if kind == IdKind.PASSPORT:
        return None
    return _birth_of_18(number) if len(number) == 18 else _birth_of_old_card(number, on)


def sex_of(number: str, kind: str = IdKind.CITIZEN) -> Sex | None:
    """Return the sex that a checked number carries (odd male, even female); None for a passport."""
    if kind == IdKind.PASSPORT:
        return None
    digit = int(number[16] if len(number) == 18 else number[13])
    return Sex.MALE if digit % 2 else Sex.FEMALE


def age_on(birth_date: dt.date, day: dt.date) -> int:
    """Return the age in full years (周岁) on a day; who was born on 29 February has her birthday on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def check_birth_date(birth_date: dt.date, *, on: dt.date) -> dt.date:
    """Return the date if somebody alive may have it. Raises BirthDateNotGood."""
    if birth_date > on:
        raise BirthDateNotGood(_("出生日期 %(date)s 还没有到，请再看一遍。"), date=birth_date.isoformat())
    if age_on(birth_date, on) > OLDEST:
        raise BirthDateNotGood(
            _("出生日期 %(date)s 到今天已经超过 %(oldest)s 年，请再看一遍。"),
            date=birth_date.isoformat(),
            oldest=OLDEST,
        )
    return birth_date


def mask_identity(number: str) -> str:
    """Return the number as it is shown: 5199**********0042; of short ones first and last two characters."""
    if len(number) >= 15:
        return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"
    if len(number) >= 6:
        return f"{number[0]}{'*' * (len(number) - 3)}{number[-2:]}"
    return "*" * len(number)


def mask_phone(phone: str) -> str:
    """Return the number as it is shown: 154****0618; of others the last three digits."""
    if re.fullmatch(r"1[0-9]{10}", phone):
        return f"{phone[:3]}****{phone[-4:]}"
    return f"****{phone[-3:]}" if len(phone) > 5 else "*" * len(phone)


def normalise_phone(text: str, *, allow_demo: bool = False) -> str:
    """Return a mobile number as 11 digits, a landline as 0812-3332222, one from abroad as +852…; "" for "".

    Raises PhoneNotGood. allow_demo: made-up numbers that begin with 154 pass.
    """
    plain = re.sub(r"[\s()（）.·-]", "", unicodedata.normalize("NFKC", text))
    if not plain:
        return ""
    if plain.startswith(("+86", "0086")):
        plain = plain.removeprefix("+86").removeprefix("0086")
    if not re.fullmatch(r"\+?[0-9]+", plain, re.ASCII):
        raise PhoneNotGood(_("电话号码里只能有数字，请再看一遍。"))
    if plain in _SERVICE_NUMBERS:
        raise PhoneNotGood(_("%(number)s 是公共服务电话，请填本人的电话。"), number=plain)
    if plain.startswith("1") and len(plain) != 11:
        raise PhoneNotGood(_count_message("mobile", len(plain), 11))
    if plain.startswith(DEMO_MOBILE):
        if allow_demo:
            return plain
        raise PhoneNotGood(_("154 开头的手机号没有发放，请再看一遍。"))
    try:
        parsed = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException as error:
        raise PhoneNotGood from error
    if not phonenumbers.is_valid_number(parsed):
        raise PhoneNotGood(_("没有这样的电话号码：手机是 11 位，座机要带区号（例如 0812-3332222），请再看一遍。"))
    if parsed.country_code != 86:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    national = str(parsed.national_number)
    if len(national) == 11 and national.startswith("1"):
        return national
    area = phonenumbers.length_of_geographical_area_code(parsed)
    return f"0{national[:area]}-{national[area:]}" if area else f"0{national}"


def check_name(text: str) -> str:
    """Return the name without spaces around it. Raises NameNotGood. Rare characters are kept as they are."""
    name = " ".join(text.split())
    if not name:
        raise NameNotGood(_("请填写姓名。"))
    if len(name) > NAME_MAX:
        raise NameNotGood(_("姓名最多 %(max)s 个字，这里有 %(given)s 个。"), max=NAME_MAX, given=len(name))
    for character in name:
        category = unicodedata.category(character)
        if character in " ·•・.-'’〇":
            continue
        if category.startswith("N"):
            raise NameNotGood(_("姓名里有数字“%(character)s”，请对照证件再看一遍。"), character=character)
        if category[0] not in "LM" and category != "Co":
            raise NameNotGood(
                _("姓名里有不该有的符号“%(character)s”，请对照证件再看一遍。"), character=_visible(character)
            )
    return name


def check_purpose(purpose: str, known: frozenset[str]) -> str:
    """Return the purpose: one of the list, or at least four characters of one's own. Raises PurposeNeeded."""
    purpose = " ".join(purpose.split())
    if purpose in known:
        return purpose
    if len(purpose) < 4:
        raise PurposeNeeded
    return purpose[:200]


def _check_free(number: str) -> str:
    if len(number) > FREE_NUMBER_MAX:
        raise NumberNotGood(_("证件号码最多 %(max)s 位，这里有 %(given)s 位。"), max=FREE_NUMBER_MAX, given=len(number))
    if not all(character.isalnum() or character in "-/()" for character in number):
        raise NumberNotGood(_("证件号码里只能有字母、数字和短横，请对照证件再看一遍。"))
    return number


def _check_form(number: str) -> None:
    if len(number) == 15 and number.isdecimal():
        raise NumberNotGood(_("这是 15 位的旧号码，现在的身份证是 18 位，请照现在的证件填写。"))
    if len(number) != 18:
        raise NumberNotGood(_count_message("identity", len(number), 18))
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number, re.ASCII):
        wrong = next(c for place, c in enumerate(number) if c not in "0123456789" + "X" * (place == 17))
        raise NumberNotGood(
            _("身份证号里有“%(character)s”：前 17 位是数字，最后一位是数字或者 X。"), character=_visible(wrong)
        )


def _count_message(what: str, given: int, needed: int) -> str:
    """Say how many digits are missing or too many: 身份证号少了一位，应为 18 位。"""
    places = {"given": given, "needed": needed, "count": abs(needed - given)}
    messages = {
        ("identity", "short", True): _("身份证号少了一位，应为 18 位。"),
        ("identity", "short", False): _("身份证号少了 %(count)s 位，应为 18 位。"),
        ("identity", "long", True): _("身份证号多了一位，应为 18 位。"),
        ("identity", "long", False): _("身份证号多了 %(count)s 位，应为 18 位。"),
        ("mobile", "short", True): _("手机号少了一位，应为 11 位。"),
        ("mobile", "short", False): _("手机号少了 %(count)s 位，应为 11 位。"),
        ("mobile", "long", True): _("手机号多了一位，应为 11 位。"),
        ("mobile", "long", False): _("手机号多了 %(count)s 位，应为 11 位。"),
    }
    return str(messages[what, "short" if given < needed else "long", places["count"] == 1]) % places


def _visible(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"


def _check_place(number: str, kind: str, allow_demo: bool) -> None:
    if kind == IdKind.HMT_RESIDENCE:
        if number[:6] not in _HMT_PLACES:
            raise NumberNotGood(_("港澳台居民居住证的号码以 810000、820000 或 830000 开头，请对照证件再看一遍。"))
        return
    if kind == IdKind.FOREIGN_RESIDENCE:
        if number[0] != "9" or number[1:3] not in _PROVINCES:
            raise NumberNotGood(_("外国人永久居留身份证的号码以 9 和省份代码开头，请对照证件再看一遍。"))
        return
    if number[:6] in _HMT_PLACES:
        raise NumberNotGood(_("这是港澳台居民居住证的号码，请把证件类型改成“港澳台居民居住证”。"))
    if number[0] == "9":
        raise NumberNotGood(_("这像是外国人永久居留身份证的号码，请把证件类型改一改。"))
    if number[:2] not in _PROVINCES:
        raise NumberNotGood(_("身份证号开头的 %(place)s 不是省份代码，请对照证件再看一遍。"), place=number[:2])
    if number[2:4] == DEMO_CITY and not allow_demo:
        raise NumberNotGood(_("%(place)s 开头的身份证号只用于演示，这里不能用。"), place=number[:4])


def _check_birth(born: dt.date | None, digits: str, on: dt.date) -> None:
    if born is None:
        raise NumberNotGood(_("号码里的出生日期是 %(digits)s，没有这一天，请对照证件再看一遍。"), digits=digits)
    if born > on:
        raise NumberNotGood(_("号码里的出生日期 %(date)s 还没有到，请对照证件再看一遍。"), date=born.isoformat())
    if age_on(born, on) > OLDEST:
        raise NumberNotGood(
            _("号码里的出生日期 %(date)s 到今天已经超过 %(oldest)s 年，请对照证件再看一遍。"),
            date=born.isoformat(),
            oldest=OLDEST,
        )


def _birth_of_18(number: str) -> dt.date | None:
    return _date(number[6:10], number[10:12], number[12:14])


def _check_old_card(number: str, on: dt.date) -> str:
    """Three letters of the nation, division, YYMMDD, sequence, and the check digit of machine-readable passports."""
    _check_birth(_birth_of_old_card(number, on), number[7:13], on)
    values = [int(character, 36) for character in number[:14]]
    if str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10) != number[14]:
        raise NumberNotGood(_("证件号码的最后一位对不上，中间可能写错了一位，请对照证件再看一遍。"))
    return number


def _birth_of_old_card(number: str, on: dt.date) -> dt.date | None:
    year = int(number[7:9])
    century = 2000 if year <= on.year % 100 else 1900
    return _date(str(century + year), number[9:11], number[11:13])


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
