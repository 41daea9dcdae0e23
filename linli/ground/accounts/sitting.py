"""What a session knows of its own sign-in: which row of SignIn it is, since when, and how sure we are that it is she.

It stands in the session itself, so that a page costs no query for it; the row in the database follows once a minute.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest

from linli.core.calendar import now
from linli.ground.accounts import rules
from linli.ground.accounts.models import Account, AccountKind
from linli.ground.accounts.services import sign_ins

KEY = "accounts.sitting"
NOTED_EVERY_SECONDS = 60
SURE_FOR_SECONDS = 15 * 60
"""So long after she last proved who she is, what is dangerous asks again."""


@dataclass(frozen=True)
class Sitting:
    """One sign-in, as its session keeps it; moments in seconds since 1970.

    must_set_up: her roles want a second factor, and she has none yet: nothing else opens until she has.
    """

    sign_in: str
    began: float
    seen: float
    sure: float
    is_staff: bool = False
    must_set_up: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> Sitting | None:
        kept = request.session.get(KEY)
        return cls(**kept) if kept else None

    def keep(self, request: HttpRequest) -> Sitting:
        request.session[KEY] = asdict(self)
        return self

    @property
    def is_sure(self) -> bool:
        return now().timestamp() - self.sure <= SURE_FOR_SECONDS


def begin(
    request: HttpRequest, account: Account, *, method: str, provider_session: str = "", must_set_up: bool = False
) -> Sitting:
    """Note that this session is signed in from now on."""
    if request.session.session_key is None:
        request.session.save()
    row = sign_ins.begin(
        account,
        str(request.session.session_key),
        method=method,
        user_agent=request.headers.get("User-Agent", ""),
        address=address_of(request),
        provider_session=provider_session,
    )
    moment = now().timestamp()
    staff = account.kind == AccountKind.STAFF
    return Sitting(str(row.pk), moment, moment, moment, is_staff=staff, must_set_up=must_set_up).keep(request)


def look(request: HttpRequest) -> str:
    """Keep a signed-in session current; return why it is over, "idle" or "too_long", or the empty string.

    A session that began before sign-ins were listed is listed from its first request on.
    """
    if not request.user.is_authenticated:
        return ""
    sitting = Sitting.of(request)
    if sitting is None:
        begin(request, request.user, method="")
        return ""
    moment = now().timestamp()
    if sitting.is_staff and (
        why := rules.is_over(
            began=sitting.began,
            seen=sitting.seen,
            moment=moment,
            idle_seconds=settings.STAFF_IDLE_MINUTES * 60,
            longest_seconds=settings.STAFF_SESSION_HOURS * 3600,
        )
    ):
        sign_ins.note_end(sitting.sign_in, because=why)
        logout(request)
        return why
    if abs(moment - sitting.seen) > NOTED_EVERY_SECONDS:
        sign_ins.seen(sitting.sign_in)
        replace(sitting, seen=moment).keep(request)
    return ""


def is_sure(request: HttpRequest) -> bool:
    """Tell whether she has proved lately who she is."""
    sitting = Sitting.of(request)
    return sitting is not None and sitting.is_sure


def make_sure(request: HttpRequest) -> None:
    """Note that she has just proved again who she is."""
    if sitting := Sitting.of(request):
        replace(sitting, sure=now().timestamp()).keep(request)


def is_set_up(request: HttpRequest) -> None:
    """Note that the second factor that was wanted is there: everything opens."""
    if (sitting := Sitting.of(request)) and sitting.must_set_up:
        replace(sitting, must_set_up=False).keep(request)


def must_set_up(request: HttpRequest) -> bool:
    sitting = Sitting.of(request)
    return sitting is not None and sitting.must_set_up


def follow_key(request: HttpRequest) -> str | None:
    """Tell the row that its session has a new key; return the row's id."""
    sitting = Sitting.of(request)
    if sitting is None:
        return None
    if request.session.session_key is None:
        request.session.save()
    sign_ins.follow(sitting.sign_in, session_key=str(request.session.session_key))
    return sitting.sign_in


def address_of(request: HttpRequest) -> str:
    """Return the address that tries are counted by; behind a proxy, the server in front must set it."""
    return request.META.get("REMOTE_ADDR", "")
