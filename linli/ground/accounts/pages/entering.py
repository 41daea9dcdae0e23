"""What the door and one's own account share: coming in, the way on afterwards, the form for a new password."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url

from linli.core.calendar import now
from linli.core.http.cookies import keep_cookie
from linli.ground.accounts import provider, queries, services, sitting
from linli.ground.accounts.forms import PasswordForm
from linli.ground.accounts.models import Account, AccountKind
from linli.ground.accounts.onward import Onward
from linli.ground.accounts.sitting import address_of

BACKEND = "django.contrib.auth.backends.ModelBackend"
DOOR_COOKIE = "linli_door"
HALF = "accounts.half"
"""The session's key for somebody who has shown the first proof and not yet the second."""
KEPT = "accounts.kept"
"""The session's key for what is carried along while she is at the identity provider: a link carries no form."""
HALF_LASTS_SECONDS = 10 * 60


@dataclass(frozen=True)
class Half:
    """Somebody between the first proof and the second. method: how the first was given."""

    account: Account
    door: str
    method: str
    provider_session: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Half | None:
        """Return who stands there; None when it is too long ago, or the password has been changed meanwhile."""
        kept = request.session.get(HALF)
        if not kept or now().timestamp() - kept["at"] > HALF_LASTS_SECONDS:
            return None
        account = Account.objects.filter(pk=kept["account"], is_active=True).first()
        if account is None or account.get_session_auth_hash() != kept["hash"]:
            return None
        return cls(account, kept["door"], kept["method"], kept["provider_session"])

    def keep(self, request: HttpRequest) -> None:
        logout(request)  # whoever was signed in here before is out, and the session is a new one
        request.session[HALF] = {
            "account": str(self.account.pk),
            "door": self.door,
            "method": self.method,
            "provider_session": self.provider_session,
            "hash": self.account.get_session_auth_hash(),
            "at": now().timestamp(),
        }


def arrive(request: HttpRequest, half: Half, onward: Onward) -> HttpResponse:
    """Let somebody in who has shown the first proof, or ask for the second."""
    from linli.ground.accounts.pages.second_step import show_second_step

    if half.account.kind == AccountKind.STAFF and queries.factors_of(half.account):
        half.keep(request)
        return show_second_step(request, half.account, onward)
    return enter(request, half, onward)


def enter(request: HttpRequest, half: Half, onward: Onward, *, second: str = "") -> HttpResponse:
    """Sign somebody in. The only place that does: a second factor that her roles want is asked for from here on."""
    account = half.account
    login(request, account, backend=BACKEND)  # a new session key and a new CSRF token: nothing from before is left
    request.session.pop(HALF, None)
    missing = not second and queries.needs_second_factor(account)
    sitting.begin(request, account, method=half.method, provider_session=half.provider_session, must_set_up=missing)
    services.signed_in(account, method=half.method, second=second)
    response = after(request, account, onward)
    keep_cookie(response, DOOR_COOKIE, half.door)
    return response


def after(request: HttpRequest, account: Account, onward: Onward) -> HttpResponse:
    """Lead on: first to a password of her own, then to the second factor that is wanted, then to where she was going."""
    from linli.ground.accounts.pages.factors import show_set_up

    if account.must_change_password:
        return show_password_form(request, onward)
    if sitting.must_set_up(request):
        return show_set_up(request, onward)
    return go_on(request, account, onward)


def go_on(request: HttpRequest, account: Account, onward: Onward, *, signed_in: bool = True) -> HttpResponse:
    """Lead on after signing in: back to the form that was being filled in, to the page asked for, or home."""
    if parcel := onward.parcel():
        return render(request, "accounts/still_here.html", {"parcel": parcel, "signed_in": signed_in})
    if not onward.next and account.kind == AccountKind.STAFF and len(queries.posts_of(account)) != 1:
        return redirect("accounts:choose_post")  # which of several, or why there is none
    return redirect(onward.address(home_of(account)))


def show_password_form(
    request: HttpRequest, onward: Onward, *, form: PasswordForm | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form or PasswordForm(), "onward": onward, "must": request.user.must_change_password}  # type: ignore[union-attr]
    return render(request, "accounts/password.html", context, status=status)


def home_of(account: Account) -> str:
    return settings.STAFF_LOGIN_REDIRECT_URL if account.kind == AccountKind.STAFF else settings.LOGIN_REDIRECT_URL


def provider_link(request: HttpRequest, onward: Onward) -> str:
    """Return the way to the identity provider that keeps where she was going and what she had typed; else nothing."""
    if not provider.is_there():
        return ""
    address = resolve_url("accounts:to_provider")
    if not onward.carried:
        return address + onward.query()
    request.session[KEPT] = asdict(onward)
    return f"{address}?kept=1"


def door_address(onward: Onward) -> str:
    return resolve_url(settings.LOGIN_URL) + onward.query()


__all__ = [
    "BACKEND", "DOOR_COOKIE", "KEPT", "Half", "address_of", "after", "arrive", "door_address", "enter", "go_on", "home_of",
    "provider_link", "show_password_form",
]  # fmt: skip
