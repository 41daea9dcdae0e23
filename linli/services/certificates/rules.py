"""What is true of certificates and seals: numbers, validity, what may be shown, what is refused. Pure."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused
from linli.core.ids import check_character, is_number, random_serial

REASON_MIN, REASON_MAX = 5, 300
SERIAL = 7
NUMBER = 6 + 4 + SERIAL + 1
"""Characters of a certificate's number: county, year and month, serial, check character. One more than a case's, so
that a case number typed into the verification page is told apart at once."""


PAPER_NUMBER = NUMBER + 1
"""Characters of a paper's number: its case's sixteen, the place in the case's row of papers, check character."""
RECEIPT_SERIAL = 8


class Finding(Enum):
    """What a file shows by itself (checking.look_at)."""

    NOT_PDF = "not_pdf"
    NOT_OURS = "not_ours"
    ALTERED = "altered"
    INTACT = "intact"


class State(TextChoices):
    """What anybody who checks is told (R44): two of them are stored, expiry is read off the day."""

    VALID = "valid", _("有效")
    EXPIRED = "expired", _("已过期")
    NOT_YET = "not_yet", _("还没有生效")
    REVOKED = "revoked", _("已撤销")


class Occasion(TextChoices):
    """The listed occasions of a seal's use (R46b): others do not exist, and the database says so."""

    CERTIFICATE = "certificate", _("签发证书")
    DECISION = "decision", _("作出决定")
    NOTICE = "notice", _("发出通知")
    PUBLIC_NOTICE = "public_notice", _("公示")
    RESOLUTION = "resolution", _("会议决议")


class Verdict(Enum):
    """What is said about a PDF that somebody brings."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SEALED_PAPER = "sealed_paper"
    ALTERED = "altered"
    UNREGISTERED = "unregistered"
    NOT_OURS = "not_ours"
    NOT_PDF = "not_pdf"


@dataclass(frozen=True)
class Limit:
    """So many requests of one address within so many seconds."""

    requests: int
    seconds: int


LIMITS = {
    "code": Limit(120, 60),  # 256 random bits: only the load is limited; a service hall shares one address
    "number": Limit(20, 60),  # one in 27 billion serials a month; twenty tries a minute find none
    "upload": Limit(10, 60),
    "authority": Limit(60, 60),
}
"""All limits of the public pages."""

UPLOAD_MAX_BYTES = 2 * 1024 * 1024
"""Ours have less than 200 KiB. Below Django's limit for files kept in memory: an upload never touches the disk."""


class SealNotInForce(Refused):
    code = "certificates.seal_not_in_force"
    message = _("%(issuer)s现在没有可用的电子印章，不能盖章。请管理员先登记印章和保管人，再办这件事。")


class SealInForce(Refused):
    code = "certificates.seal_in_force"
    message = _("%(issuer)s已经有一枚在用的电子印章。要换新的，请先停用原来那一枚。")


class SealWithdrawn(Refused):
    code = "certificates.seal_withdrawn"
    message = _("这枚印章已经停用，不能再停用一次。")


class DepartmentNotKnown(Refused):
    code = "certificates.department_not_known"
    message = _("没有这个部门。请从部门名单里选，本级不填。")
    field = "department"


class CustodianNeeded(Refused):
    code = "certificates.custodian_needed"
    message = _("印章要有一位保管人。请选一位在职的工作人员。")


class NoOccasion(Refused):
    code = "certificates.no_occasion"
    message = _("盖章要写明是为哪一件事：没有受理编号或者决议编号，不能用印。")


class AlreadyRevoked(Refused):
    code = "certificates.already_revoked"
    message = _("这张证书已经在 %(day)s 撤销了，不用再撤销。")
    status = 409


class AlreadyOver(Refused):
    code = "certificates.already_over"
    message = _("这张证书已经过期，不能换发。请让持有人重新申请。")
    status = 409


class ReasonNeeded(Refused):
    code = "certificates.reason_needed"
    message = _("请写明撤销的原因，至少 5 个字：查验的人和持有人都会看到。")


class ReasonTooLong(Refused):
    code = "certificates.reason_too_long"
    message = _("原因太长了，最多 300 个字。请只写最要紧的。")


class ReasonNamesSomebody(Refused):
    code = "certificates.reason_names_somebody"
    message = _("原因会公开显示，里面不能有证件号码或者电话号码。请把号码去掉。")


class FactCannotBeShown(Refused):
    code = "certificates.fact_cannot_be_shown"
    message = _("“%(name)s”不能公开显示。请只从列出的几项里选。")


def new_number(county_code: str, day: dt.date) -> str:
    """Return a fresh number: county, year and month, a random serial, and the character that finds typing errors."""
    body = f"{county_code}{day:%y%m}{random_serial(SERIAL)}"
    return body + check_character(body)


def paper_number(case_number: str, ordinal: int) -> str:
    """Return the number of a case's n-th paper: whoever reads it sees which case it belongs to."""
    body = f"{case_number}{ordinal:02d}"
    return body + check_character(body)


def receipt_number(county_code: str, day: dt.date) -> str:
    """Return a fresh number for the one receipt of several cases: as long as a paper's."""
    body = f"{county_code}{day:%y%m}{random_serial(RECEIPT_SERIAL)}"
    return body + check_character(body)


def is_paper_number(number: str) -> bool:
    return len(number) == PAPER_NUMBER and is_number(number)


def plain_number(typed: str) -> str:
    """Return what somebody typed as a number is stored: without hyphens and spaces, in capitals."""
    return re.sub(r"[\s\-‐-―－]+", "", typed).upper()


def is_well_formed(number: str) -> bool:
    return len(number) == NUMBER and is_number(number)


def end_of_validity(begins: dt.date, months: int | None) -> dt.date | None:
    """Return the first day on which it is no longer valid, None without end.

    A year from 16 November ends with 15 November. Where the month has no such day, the month's last day is the last
    valid one (民法典第二百零二条).
    """
    if months is None:
        return None
    years, month = divmod(begins.month - 1 + months, 12)
    year, month = begins.year + years, month + 1
    if begins.day <= monthrange(year, month)[1]:
        return dt.date(year, month, begins.day)
    return dt.date(year + month // 12, month % 12 + 1, 1)


def state_on(day: dt.date, *, revoked: bool, valid_from: dt.date, valid_to: dt.date | None) -> State:
    """Tell what a certificate is worth on a day; valid_to is the first day on which it is not valid any more."""
    if revoked:
        return State.REVOKED
    if day < valid_from:
        return State.NOT_YET
    return State.EXPIRED if valid_to is not None and day >= valid_to else State.VALID


def mask_name(name: str) -> str:
    """Hide a person's name but for its ends: 柳*枝, 白*, 买***提."""
    if len(name) <= 1:
        return "*"
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * min(len(name) - 2, 3) + name[-1]


_IDENTITY = re.compile(r"[0-9*]{14,17}[0-9Xx]|[A-Za-z]{1,2}\d{7,8}")
_TELEPHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")
_NEVER = re.compile("证件|身份证|护照|电话|手机|住址|地址|账号|账户|卡号|银行")  # untranslated: labels on papers


def names_somebody(text: str) -> bool:
    """Tell whether a text holds an identity number or a telephone number."""
    packed = re.sub(r"[\s]", "", text)
    return bool(_IDENTITY.search(packed) or _TELEPHONE.search(packed))


def may_be_shown(label: str, value: str) -> bool:
    """Tell whether the holder may let the public page show a fact: never numbers of identity, telephone or account."""
    return not _NEVER.search(label) and not names_somebody(value)


def check_reason(reason: str) -> str:
    """Return the reason for a revocation, trimmed. Everybody who checks the certificate reads it."""
    trimmed = " ".join(reason.split())
    if len(trimmed) < REASON_MIN:
        raise ReasonNeeded(field="reason")
    if len(trimmed) > REASON_MAX:
        raise ReasonTooLong(field="reason")
    if names_somebody(trimmed):
        raise ReasonNamesSomebody(field="reason")
    return trimmed


# -- proofs that nobody may ask for (R45) --------------------------------------------------------------------------

DEMANDS_A_DAY = 20
"""Reports that one account can send in a day."""
DEMAND_WORDS_MAX = 120
NOTE_MAX = 300


class WordsNeeded(Refused):
    code = "certificates.words_needed"
    message = _("请写清楚，至少两个字。")


class WordsTooLong(Refused):
    code = "certificates.words_too_long"
    message = _("最多 %(max)s 个字，这里有 %(given)s 个。")


class PlaceOutOfReach(Refused):
    code = "certificates.place_out_of_reach"
    message = _("只能替自己的社区反映。请选您工作的社区。")
    field = "community"


class TooManyDemands(Refused):
    code = "certificates.too_many_demands"
    message = _("今天已经反映了 %(count)s 次，请明天再来；急的请打 12345。")
    status = 429


def check_words(text: str, *, field: str, longest: int = DEMAND_WORDS_MAX) -> str:
    """Return what was typed, on one line. Raises WordsNeeded, WordsTooLong for its field."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(words) < 2 or not any(c.isalnum() for c in words):
        raise WordsNeeded(field=field)
    if len(words) > longest:
        raise WordsTooLong(field=field, max=longest, given=len(words))
    return words
