"""The formats of the dialect: how what was typed is tidied, and what is wrong with it in a sentence. Pure.

cn-id: 18 characters, ISO 7064 MOD 11-2 (GB 11643-1999), a real birth date not in the future; the county code is
information, not a check. cn-phone: a mobile or landline number of the mainland. cn-bank-card: 16 to 19 digits with
the check digit of a card (Luhn; ISO/IEC 7812-1, annex B; JR/T 0008). bank-account: 15 to 19 digits of a card or a
passbook; no Luhn, since not every bank's passbook follows it. date: ISO 8601. money-fen: a whole number of fen, typed in yuan.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from jsonschema import FormatChecker

from linli.core.calendar import today
from linli.core.forms import wording

FORMAT_CHECKER = FormatChecker(formats=())
"""Give it to jsonschema's validator: without a checker `format` is not looked at."""

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
EARLIEST = dt.date(1850, 1, 1)


@dataclass(frozen=True)
class Format:
    """tidy: what was typed into its one spelling. problem: a sentence, or "" when it is right."""

    tidy: Callable[[str], str]
    problem: Callable[[str], str]
    inputmode: str = "text"
    autocomplete: str = "off"
    digits: bool = False
    """Its length is counted in 位, not in 字."""


def plain(text: str) -> str:
    """Return full-width letters, digits and signs as ordinary ones, as an input method may have typed them."""
    return unicodedata.normalize("NFKC", text).strip()


def without_gaps(text: str) -> str:
    return re.sub(r"[\s\-\u2010-\u2015]", "", plain(text))


def tidy_date(text: str) -> str:
    """Write 1941年5月1日, 1941/5/1, 1941.5.1 and 19410501 as 1941-05-01; leave everything else alone."""
    text = plain(text)
    found = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", text)
    found = found or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else text


def date_problem(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return _("看不出是哪一天。请按年-月-日填，例如 %(example)s。") % {"example": today().isoformat()}
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return _("日历上没有 %(day)s 这一天，请再看一遍。") % {"day": text}
    return _("年份 %(year)s 太早了，请再看一遍。") % {"year": day.year} if day < EARLIEST else ""


def past_date_problem(text: str) -> str:
    """Say that a day (ISO) lies in the future; "" if not."""
    if text <= today().isoformat():
        return ""
    return _("%(day)s 还没到。这里要填已经过去的日子，最晚是今天（%(today)s）。") % {
        "day": text,
        "today": today().isoformat(),
    }


def id_problem(text: str) -> str:
    if len(text) != 18:
        return wording.wrong_length(len(text), 18, 18, digits=True)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
        return _("身份证号只有数字，最后一位可能是 X。请对照证件再看一遍。")
    born = text[6:14]
    try:
        day = dt.date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return _("第 7 到 14 位是出生日期，%(born)s 不是真实的日期。请对照证件再看一遍。") % {"born": born}
    if day > today():
        return _("第 7 到 14 位是出生日期，%(born)s 还没到。请对照证件再看一遍。") % {"born": born}
    if ID_CHECKS[sum(int(c) * w for c, w in zip(text[:17], ID_WEIGHTS, strict=True)) % 11] != text[17]:
        return _("有一位填错了：最后一位和前面的数字对不上。请对照证件再看一遍。")
    return ""


def phone_problem(text: str) -> str:
    if not re.fullmatch(r"[0-9]+", text):
        return _("电话号码只填数字，例如 15400000618 或者 0812-3333333。")
    if text.startswith("0"):
        return "" if 10 <= len(text) <= 12 else wording.wrong_length(len(text), 10, 12, digits=True)
    if text.startswith("1") and len(text) != 11:
        return wording.wrong_length(len(text), 11, 11, digits=True)
    if not re.fullmatch(r"1[3-9][0-9]{9}", text):
        return _("手机号是 13 到 19 开头的 11 位数字；座机请连区号一起填，例如 0812-3333333。")
    return ""


def tidy_phone(text: str) -> str:
    text = re.sub(r"[()]", "", without_gaps(text))
    return re.sub(r"^(\+|00)86", "", text)


def account_problem(text: str) -> str:
    if not re.fullmatch(r"[0-9]+", text):
        return _("账号只填数字，可以留空格。请对照卡面再看一遍。")
    return "" if 15 <= len(text) <= 19 else wording.wrong_length(len(text), 15, 19, digits=True)


CARD_LENGTHS = (16, 19)


def card_problem(text: str) -> str:
    if not re.fullmatch(r"[0-9]+", text):
        return _("卡号只填数字，可以留空格。请对照卡面再看一遍。")
    if not CARD_LENGTHS[0] <= len(text) <= CARD_LENGTHS[1]:
        return wording.wrong_length(len(text), *CARD_LENGTHS, digits=True)
    return "" if luhn_digit(text[:-1]) == text[-1] else _("有一位填错了：最后一位和前面的对不上。请对照卡面再看一遍。")


def luhn_digit(body: str) -> str:
    """Return the check digit that belongs after the digits of a card number."""
    doubled = [2 * int(digit) for digit in body[::-1][::2]]
    rest = [int(digit) for digit in body[::-1][1::2]]
    return str(-(sum(d - 9 if d > 9 else d for d in doubled) + sum(rest)) % 10)


def fen_of(typed: str) -> int:
    """Return an amount typed in yuan (¥1,234.50, 1234.5元) in fen. Raises ValueError with a sentence."""
    text = re.sub(r"[,¥\s]|元$", "", plain(typed))
    try:
        amount = Decimal(text) * 100 if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?", text) else None
    except InvalidOperation:
        amount = None
    if amount is None:
        raise ValueError(
            _("看不出是多少钱：%(typed)s。请填数字，例如 1200 或者 1200.50。") % {"typed": wording.shortened(typed)}
        )
    if amount != amount.to_integral_value():
        raise ValueError(_("最小到分，小数点后面最多两位：您填了 %(typed)s。") % {"typed": wording.shortened(typed)})
    return int(amount)


def yuan(fen: int) -> str:
    """Return an amount of fen as people write it: 1200, 1200.50."""
    sign, (whole, rest) = "-" if fen < 0 else "", divmod(abs(fen), 100)
    return f"{sign}{whole}" if not rest else f"{sign}{whole}.{rest:02}"


FORMATS: dict[str, Format] = {
    "date": Format(tidy_date, date_problem, inputmode="numeric"),
    "cn-id": Format(lambda text: without_gaps(text).upper(), id_problem, digits=True),
    "cn-phone": Format(tidy_phone, phone_problem, inputmode="tel", autocomplete="tel", digits=True),
    "cn-bank-card": Format(without_gaps, card_problem, inputmode="numeric", digits=True),
    "bank-account": Format(without_gaps, account_problem, inputmode="numeric", digits=True),
}
"""Formats of strings."""

MONEY = "money-fen"
"""The one format of whole numbers."""

for _name, _format in FORMATS.items():
    FORMAT_CHECKER.checks(_name)(lambda value, f=_format: not isinstance(value, str) or not f.problem(value))
