"""Passkeys between the browser and the services: the options, the challenge that waits, adding and removing."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from linli.core.access import dangerous, open_to_all
from linli.core.calendar import now
from linli.core.http import refusals_shown_on
from linli.ground.accounts import devices, rules
from linli.ground.accounts.forms import NewPasskeyForm
from linli.ground.accounts.models import Account, Passkey
from linli.ground.accounts.onward import Onward
from linli.ground.accounts.pages.entering import Half, address_of
from linli.ground.accounts.pages.factors import set_up
from linli.ground.accounts.pages.own_pages import own_of_staff
from linli.ground.accounts.services import passkeys

WAITING = "accounts.passkey"
"""The session's key for the challenge that waits for an answer: it serves once, for what it was asked for."""
WAITS_SECONDS = 5 * 60


@open_to_all("a part of the door: hands out a challenge, which is of use only with a passkey")
@require_POST
@never_cache
def passkey_options(request: HttpRequest) -> HttpResponse:
    """Answer with what the browser needs; `for` says what for: new, sign-in, second, again."""
    purpose = request.POST.get("for", "")
    account = _account_for(request, purpose)
    if purpose not in ("new", "sign-in", "second", "again") or (account is None and purpose != "sign-in"):
        return JsonResponse({}, status=403)
    if purpose == "new" and account is not None:
        options, challenge = passkeys.options_for_new(account)
    else:
        options, challenge = passkeys.options_for_use(account)
    request.session[WAITING] = {
        "challenge": bytes_to_base64url(challenge),
        "for": purpose,
        "at": now().timestamp(),
    }
    return JsonResponse(json.loads(options))


def answer_to(request: HttpRequest, purpose: str) -> tuple[str, bytes]:
    """Return the browser's answer and the challenge that it answers, which is spent now. Raises PasskeyFailed."""
    waiting = request.session.pop(WAITING, None)
    if not waiting or waiting["for"] != purpose or now().timestamp() - waiting["at"] > WAITS_SECONDS:
        raise rules.PasskeyFailed
    return request.POST.get("passkey", ""), base64url_to_bytes(waiting["challenge"])


def used(request: HttpRequest, purpose: str, account: Account | None = None) -> Account:
    """Return whose passkey has answered. Raises what passkeys.use raises."""
    response, challenge = answer_to(request, purpose)
    return passkeys.use(response, challenge=challenge, address=address_of(request), account=account)


@dangerous
@own_of_staff
@never_cache
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Explain what a passkey is, and register the one that the browser makes."""
    account: Account = request.user  # type: ignore[assignment]
    onward = Onward.of(request)
    browser, system = devices.device_of(request.headers.get("User-Agent", ""))
    sent = request.method == "POST" and "passkey" in request.POST
    form = NewPasskeyForm(request.POST if sent else None, initial={"name": devices.in_words(browser, system)})
    if form.is_valid():
        with refusals_shown_on(form):
            response, challenge = answer_to(request, "new")
            codes = passkeys.add(account, name=form.cleaned_data["name"], response=response, challenge=challenge)
            messages.success(request, _("好了，以后可以直接用这把通行密钥登录，不用密码。"))
            return set_up(request, onward, codes)
    context = {"form": form, "onward": onward, "possible": passkeys.are_possible()}
    return render(request, "accounts/add_passkey.html", context, status=422 if form.errors else 200)


@dangerous
@own_of_staff
def remove_passkey(request: HttpRequest, passkey_id: UUID) -> HttpResponse:
    """Ask, then take a passkey out of use."""
    account: Account = request.user  # type: ignore[assignment]
    passkey = get_object_or_404(Passkey, pk=passkey_id, account=account)
    if request.method == "POST":
        passkeys.remove(account, passkey)
        messages.success(request, _("通行密钥“%(name)s”去掉了。") % {"name": passkey.name})
        return redirect("accounts:second_factor")
    return render(request, "accounts/remove_factor.html", {"passkey": passkey})


def _account_for(request: HttpRequest, purpose: str) -> Account | None:
    if purpose == "second":
        half = Half.of(request)
        return half.account if half else None
    if purpose in ("new", "again") and request.user.is_authenticated and request.user.is_staff:
        return request.user
    return None
