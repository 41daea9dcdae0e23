"""One's own second factor: the app, the passkeys, the codes on paper."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from linli.core.access import dangerous
from linli.core.crypto import BrokenSeal, seal, unseal
from linli.core.http import refusals_shown_on
from linli.ground.accounts import queries, services, sitting
from linli.ground.accounts.forms import NewAppForm
from linli.ground.accounts.models import Account
from linli.ground.accounts.onward import Onward
from linli.ground.accounts.pages.entering import go_on
from linli.ground.accounts.pages.own_pages import own_of_staff
from linli.ground.accounts.services import passkeys, second_factor


@own_of_staff
@never_cache
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """What she proves herself with, and adding to it. POST: she has what she needs, and goes on."""
    onward = Onward.of(request)
    if request.method == "POST" and not sitting.must_set_up(request):
        return go_on(request, _account(request), onward)
    return _show(request, onward)


def show_set_up(request: HttpRequest, onward: Onward) -> HttpResponse:
    """Answer a sign-in whose roles want a second factor that is not there yet."""
    return _show(request, onward)


def to_set_up(request: HttpRequest) -> HttpResponse:
    """Send somebody who must first set up her second factor there, and back afterwards."""
    where = request.get_full_path() if request.method == "GET" else ""
    return redirect(f"{resolve_url('accounts:second_factor')}?{urlencode({'next': where})}")


@dangerous
@own_of_staff
@never_cache
@sensitive_post_parameters("secret", "code")
def add_app(request: HttpRequest) -> HttpResponse:
    """Show a secret as a QR code and in letters; take the app into use once it shows the right digits.

    The secret waits sealed in the form, not in the session: what nobody has confirmed is kept nowhere.
    """
    account, onward = _account(request), Onward.of(request)
    sealed = request.POST.get("secret", "")
    try:
        secret = unseal(sealed, where=second_factor.SECRET, row=f"new {account.pk}")
    except BrokenSeal:
        secret = ""
    if not secret:
        secret = services.new_app_secret()
        sealed = seal(secret, where=second_factor.SECRET, row=f"new {account.pk}")
    form = NewAppForm(request.POST if request.method == "POST" and request.POST.get("secret") else None)
    if form.is_valid():
        with refusals_shown_on(form):
            codes = services.add_app(account, secret=secret, code=form.cleaned_data["code"])
            messages.success(request, _("好了，以后登录除了密码，还要填应用里的 6 位数字。"))
            return set_up(request, onward, codes)
    address = services.app_address(account, secret)
    context = {
        "form": form,
        "onward": onward,
        "secret": sealed,
        "letters": [secret[place : place + 4] for place in range(0, len(secret), 4)],
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff"),
        "address": address,
        "replaces": queries.factors_of(account).app is not None,
        "demo_code": second_factor.code_now(secret),
    }
    return render(request, "accounts/add_app.html", context, status=422 if form.errors else 200)


@dangerous
@own_of_staff
def remove_app(request: HttpRequest) -> HttpResponse:
    """Ask, then take the app out of use."""
    if request.method == "POST":
        services.remove_app(_account(request))
        messages.success(request, _("动态码应用去掉了，它显示的数字不再有用。"))
        return redirect("accounts:second_factor")
    return render(request, "accounts/remove_factor.html", {"factors": queries.factors_of(_account(request))})


@dangerous
@own_of_staff
@require_POST
@never_cache
def new_codes(request: HttpRequest) -> HttpResponse:
    """Draw new recovery codes and show them, this once."""
    codes = services.new_recovery_codes(_account(request))
    return _show_codes(request, Onward.of(request), codes)


def set_up(request: HttpRequest, onward: Onward, codes: list[str]) -> HttpResponse:
    """Go on after a factor was added: to the recovery codes if they are new, else where she was going."""
    sitting.is_set_up(request)
    if codes:
        return _show_codes(request, onward, codes)
    if onward.carried or onward.next:
        return go_on(request, _account(request), onward)
    return redirect("accounts:second_factor")


def _show_codes(request: HttpRequest, onward: Onward, codes: list[str]) -> HttpResponse:
    shown = ["-".join(code[place : place + 4] for place in range(0, len(code), 4)) for code in codes]
    return render(request, "accounts/codes_once.html", {"codes": shown, "onward": onward})


def _show(request: HttpRequest, onward: Onward, *, status: int = 200, **more: Any) -> HttpResponse:
    account = _account(request)
    context = {
        "factors": queries.factors_of(account),
        "must": sitting.must_set_up(request),
        "wanted": queries.needs_second_factor(account),
        "onward": onward,
        "possible": passkeys.are_possible(),
        **more,
    }
    return render(request, "accounts/second_factor.html", context, status=status)


def _account(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]
