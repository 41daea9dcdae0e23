"""What the door and one's own account share: the way on after signing in, the form for a new password."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from linli.ground.accounts import queries
from linli.ground.accounts.forms import PasswordForm
from linli.ground.accounts.models import Account, AccountKind
from linli.ground.accounts.onward import Onward


def go_on(request: HttpRequest, account: Account, onward: Onward) -> HttpResponse:
    """Lead on after signing in: back to the form that was being filled in, to the page asked for, or home."""
    if parcel := onward.parcel():
        return render(request, "accounts/still_here.html", {"parcel": parcel})
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


def address_of(request: HttpRequest) -> str:
    """Return the address that tries are counted by; behind a proxy, the server in front must set it."""
    return request.META.get("REMOTE_ADDR", "")
