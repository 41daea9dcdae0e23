"""What is allowed when roles are given and people sign in: pure functions and the refusals they raise."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable

from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused
from linli.ground.accounts import roles

NAME_LENGTH = 60
LONGEST_DELEGATION = dt.timedelta(days=92)

_MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_USERNAME = re.compile(r"\w[\w.@-]{1,59}")


class PhoneNotGood(Refused):
    code = "accounts.phone_not_good"
    message = _("手机号应该是 11 位数字，以 1 开头；您填了 %(digits)s 位。")
    field = "phone"


class PhoneNotMobile(PhoneNotGood):
    code = "accounts.phone_not_mobile"
    message = _("这不是手机号：手机号以 13 到 19 开头。座机收不到短信。")


class UsernameNotGood(Refused):
    code = "accounts.username_not_good"
    message = _("用户名用字母、数字、汉字和 . _ - @，2 到 60 个字，中间不留空格。")
    field = "username"


class UsernameTaken(Refused):
    code = "accounts.username_taken"
    message = _("用户名“%(username)s”已经有人用了，请换一个，例如在后面加上数字。")
    field = "username"


class NameNotGood(Refused):
    code = "accounts.name_not_good"
    message = _("请填姓名，最多 60 个字。")
    field = "name"


class RoleUnknown(Refused):
    code = "accounts.role_unknown"
    message = _("没有“%(role)s”这个角色，请从列表里选。")
    field = "role"


class RoleNotAtThisLevel(Refused):
    code = "accounts.role_not_at_this_level"
    message = _("“%(role)s”不在%(level)s这一级任职，请换一个地方，或者换一个角色。")
    field = "division"


class RoleNotYoursToGive(Refused):
    code = "accounts.role_not_yours_to_give"
    message = _("“%(role)s”只能由%(giver)s授予：管账户的人和监督的人要分开。")
    field = "role"


class DepartmentMissing(Refused):
    code = "accounts.department_missing"
    message = _("“%(role)s”要说明是哪个部门的，请选部门。")
    field = "department"


class DepartmentUnknown(Refused):
    code = "accounts.department_unknown"
    message = _("没有“%(department)s”这个部门，请从列表里选。")
    field = "department"


class DepartmentNotWanted(Refused):
    code = "accounts.department_not_wanted"
    message = _("“%(role)s”不分部门，请把部门留空。")
    field = "department"


class SpanReversed(Refused):
    code = "accounts.span_reversed"
    message = _("结束日期要在开始日期之后：现在写的是 %(start)s 到 %(end)s。")
    field = "valid_to"


class SpanInThePast(Refused):
    code = "accounts.span_in_the_past"
    message = _("不能从过去的日子算起，最早是今天（%(today)s）。")
    field = "valid_from"


class NotToOneself(Refused):
    code = "accounts.not_to_oneself"
    message = _("自己不能给自己授予、延长或恢复角色，请另一位管理员来办。")


class RoleHeldAlready(Refused):
    code = "accounts.role_held_already"
    message = _("这几天里，%(name)s 在这里已经有这个角色了，不用再授予。")


class RoleEndedAlready(Refused):
    code = "accounts.role_ended_already"
    message = _("这个角色已经结束了。")
    status = 409


class NotClosed(Refused):
    code = "accounts.not_closed"
    message = _("这个账户在用，不用重新启用。")
    status = 409


class NotStaff(Refused):
    code = "accounts.not_staff"
    message = _("角色只能授予在用的工作人员账户。")


class HoldsRolesElsewhere(Refused):
    code = "accounts.holds_roles_elsewhere"
    message = _(
        "这位同事还有管辖范围以外的角色，账户要由管得到全部角色的管理员来处理。管辖范围内的角色可以在这里结束。"
    )


class FirstRoleMissing(Refused):
    code = "accounts.first_role_missing"
    message = _("新账户要先有一个角色，否则没有人管得到它。")
    field = "role"


class DelegationToOneself(Refused):
    code = "accounts.delegation_to_oneself"
    message = _("代班的人不能是本人。")
    field = "deputy"


class DelegationTooLong(Refused):
    code = "accounts.delegation_too_long"
    message = _("一次最多委托 %(days)s 天。更久的，请管理员另外授予角色。")
    field = "valid_to"


class DelegationBeyondTerm(Refused):
    code = "accounts.delegation_beyond_term"
    message = _("委托不能超出本人的任期：这个角色到 %(last)s 为止。")
    field = "valid_to"


class DelegatedAgain(Refused):
    code = "accounts.delegated_again"
    message = _("代班得来的角色不能再转给别人，请由本人委托。")


class NotAColleague(Refused):
    code = "accounts.not_a_colleague"
    message = _("代班的人要在同一个地方，或者在上一级、下一级任职。")
    field = "deputy"


class SignInRefused(Refused):
    code = "accounts.sign_in_refused"
    message = _("用户名或密码不对。再看看大小写；忘了密码，请管理员给一个新的。")


class TooManyTries(Refused):
    code = "accounts.too_many_tries"
    message = _("输错的次数太多，为了安全先停一停，请在 %(time)s 以后再试。")
    status = 429


class AccountsNotJoinable(Refused):
    code = "accounts.not_joinable"
    message = _("这两个账户现在不能合并或者分开：可能已经合并过、分开过，或者有一个停用了。请刷新以后再看。")
    status = 409


class PersonsDiffer(Refused):
    code = "accounts.persons_differ"
    message = _("这两个账户核实过的不是同一个人，不能合并。号码换了主人的，请带身份证到窗口办。")
    status = 409


class CodeJustSent(Refused):
    code = "accounts.code_just_sent"
    message = _("刚刚发过一次，请等 %(seconds)s 秒再要。短信有时会慢一点。")
    field = "code"
    status = 429


class TooManyCodes(Refused):
    code = "accounts.too_many_codes"
    message = _("要验证码的次数太多了，请在 %(time)s 以后再要，或者带身份证去任何一个社区窗口。")
    field = "phone"
    status = 429


class CodeWrong(Refused):
    code = "accounts.code_wrong"
    message = _("验证码不对，还可以再试 %(left)s 次。请看最新的一条短信。")
    field = "code"


class CodeUsedUp(Refused):
    code = "accounts.code_used_up"
    message = _("这个验证码不能再用了（过了 5 分钟，或者输错了 3 次）。请点“再发一次”。")
    field = "code"


class FactorCodeWrong(Refused):
    code = "accounts.factor_code_wrong"
    message = _("这 6 位数字不对，或者已经过时。请看应用里现在的数字再填；总是不对，就把手机的时间设成自动。")
    field = "code"


class FactorCodeUsed(Refused):
    code = "accounts.factor_code_used"
    message = _("这 6 位数字已经用过一次，不能再用。请等应用里换成新的数字（最多 30 秒）再填。")
    field = "code"


class RecoveryCodeWrong(Refused):
    code = "accounts.recovery_code_wrong"
    message = _("这个恢复码不对，或者已经用过。每个恢复码只能用一次，请换一个。")
    field = "code"


class PasskeyFailed(Refused):
    code = "accounts.passkey_failed"
    message = _("通行密钥没有核对上，请再试一次。还是不行，就用别的方法登录。")


class PasskeyKnown(Refused):
    code = "accounts.passkey_known"
    message = _("这把通行密钥已经登记过了，不用再登记。")


class PasskeyUnknown(Refused):
    code = "accounts.passkey_unknown"
    message = _("这里没有登记过这把通行密钥。请用用户名和密码登录，再到“我的账户”里登记。")


class LastFactor(Refused):
    code = "accounts.last_factor"
    message = _("您的岗位必须有第二道验证，这是最后一种，不能去掉。请先添上另一种，再来去掉它。")


class StepTooOld(Refused):
    code = "accounts.step_too_old"
    message = _("离填密码过去太久了，请从头登录。")


class AccountClosed(Refused):
    code = "accounts.account_closed"
    message = _("这个账户已经停用。有疑问请打 12345，或带身份证去社区窗口。")
    status = 403


class PasswordNotGood(Refused):
    code = "accounts.password_not_good"
    field = "new_password"


class OldPasswordWrong(Refused):
    code = "accounts.old_password_wrong"
    message = _("现在的密码不对，请再输一次。")
    field = "old_password"


def normalise_mobile(text: str) -> str:
    """Return the 11 digits of a mobile number: full-width digits, spaces, hyphens and +86 are understood.

    Raises PhoneNotGood, PhoneNotMobile.
    """
    plain = re.sub(r"[\s\-‐-―()]", "", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"^(\+|00)86", "", plain)
    digits = sum(character.isdigit() for character in plain)
    if len(plain) != 11 or digits != 11 or not plain.isascii():
        raise PhoneNotGood(digits=digits)
    if not _MOBILE.fullmatch(plain):
        raise PhoneNotMobile
    return plain


def mask_mobile(phone: str) -> str:
    """Return the number as it is shown: 154****0618."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else ""


def spaced_mobile(phone: str) -> str:
    """Return the number as people read it out: 154 0000 0618."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}"


def normalise_username(text: str) -> str:
    """Return the user name in its one form: NFKC, lower case, no spaces around."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def check_username(username: str) -> str:
    """Return the normalised user name. Raises UsernameNotGood."""
    username = normalise_username(username)
    if not _USERNAME.fullmatch(username):
        raise UsernameNotGood
    return username


def check_name(name: str) -> str:
    """Return the name without spaces around. Raises NameNotGood."""
    name = unicodedata.normalize("NFC", name).strip()
    if not name or len(name) > NAME_LENGTH or any(unicodedata.category(character) == "Cc" for character in name):
        raise NameNotGood
    return name


def check_role(role: str, *, level: str, department: str) -> roles.Role:
    """Return the role that is held at this level for this department.

    Raises RoleUnknown, RoleNotAtThisLevel, DepartmentMissing, DepartmentUnknown, DepartmentNotWanted.
    """
    known = roles.ROLES.get(role)
    if known is None:
        raise RoleUnknown(role=role)
    if level not in known.levels:
        raise RoleNotAtThisLevel(role=known.name, level=roles.LEVEL_NAMES.get(level, level))
    if known.needs_department and not department:
        raise DepartmentMissing(role=known.name)
    if department and not known.needs_department:
        raise DepartmentNotWanted(role=known.name)
    if department and department not in roles.departments():
        raise DepartmentUnknown(department=department)
    return known


def check_span(start: dt.date, end: dt.date | None, *, today: dt.date) -> None:
    """Refuse a span (half open) that begins in the past or holds no day. Raises SpanInThePast, SpanReversed."""
    if start < today:
        raise SpanInThePast(today=today)
    if end is not None and end <= start:
        raise SpanReversed(start=start, end=end)


def check_delegation(start: dt.date, end: dt.date, *, today: dt.date, term_ends: dt.date | None) -> None:
    """Refuse a delegation that has no day, is too long, or outlasts the holder's own term (R10; spans half open).

    Raises SpanInThePast, SpanReversed, DelegationTooLong, DelegationBeyondTerm.
    """
    check_span(start, end, today=today)
    if end - start > LONGEST_DELEGATION:
        raise DelegationTooLong(days=LONGEST_DELEGATION.days)
    if term_ends is not None and end > term_ends:
        raise DelegationBeyondTerm(last=term_ends - dt.timedelta(days=1))


class ProviderAway(Refused):
    code = "accounts.provider_away"
    message = _("统一身份认证平台现在没有回应。请过一会儿再试，或者用这里的用户名和密码登录。")
    status = 503


class ProviderRefused(Refused):
    code = "accounts.provider_refused"
    message = _("统一身份认证没有办成这次登录：多半是页面开得太久，或者用了“返回”。请从头再登录一次。")
    status = 403


class ProviderUnknown(Refused):
    code = "accounts.provider_unknown"
    message = _("统一身份认证认得您，但这里还没有用户名是“%(username)s”的账户。请本单位的系统管理员先建一个。")
    status = 403


class ProviderWithoutRole(Refused):
    code = "accounts.provider_without_role"
    message = _("统一身份认证认得您，但您所在的组在这里没有对应的岗位。请本单位的系统管理员看一看。")
    status = 403


class IdentityTaken(Refused):
    code = "accounts.identity_taken"
    message = _("“%(username)s”这个账户已经和统一身份认证里的另一个人连在一起，不能再连。请安全管理员核对。")
    status = 403


class LogoutTokenBad(Refused):
    code = "accounts.logout_token_bad"
    message = _("这不是身份认证平台签发的退出通知，或者已经用过。")
    status = 400


ALWAYS_TWO_FACTORS = frozenset({"administrator", "security_administrator", "auditor"})
"""Who looks after accounts or watches over them proves who he is in two ways (GB/T 22239-2019, 8.1.4.1 d)."""


def wants_second_factor(held: Iterable[str], *, also: Collection[str] = ()) -> bool:
    """Tell whether one of these roles must prove itself in two ways. also: roles named by setting, "all" for all."""
    roles_held = set(held)
    if "all" in also and roles_held:
        return True
    return bool(roles_held & (ALWAYS_TWO_FACTORS | set(also)))


def normalise_code(text: str) -> str:
    """Return a code as it is compared: full-width characters understood, without spaces and hyphens, in capitals."""
    return re.sub(r"[\s\-‐-―]", "", unicodedata.normalize("NFKC", text)).upper()


def is_over(*, began: float, seen: float, moment: float, idle_seconds: float, longest_seconds: float) -> str:
    """Return why a sign-in of staff is over, "idle" or "too_long", or the empty string. All in seconds."""
    if moment - seen > idle_seconds:
        return "idle"
    return "too_long" if moment - began > longest_seconds else ""
