"""The door: residents by telephone and code, staff by user name and password; nothing typed is lost."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from linli.core.access import open_to_all
from linli.core.http import refusals_shown_on
from linli.core.http.cookies import cookie
from linli.ground.accounts import demonstration, provider, rules, services, sitting
from linli.ground.accounts.forms import CodeForm, ResidentSignInForm, StaffSignInForm
from linli.ground.accounts.onward import Onward
from linli.ground.accounts.pages.entering import DOOR_COOKIE, Half, address_of, arrive, enter, home_of, provider_link
from linli.ground.accounts.pages.passkeys import used
from linli.ground.accounts.services import passkeys, sign_ins

STAFF, RESIDENT = "staff", "resident"


@open_to_all("the door itself")
@never_cache
@sensitive_post_parameters("password", "code")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let somebody in. `as` names the door; `next` and a carried form go along through every step."""
    onward, door = Onward.of(request), _door(request)
    if request.user.is_authenticated and request.method != "POST":
        return redirect(onward.address(home_of(request.user)))
    if request.method == "POST" and door == STAFF:
        return _staff(request, onward)
    if request.method == "POST":
        return _resident(request, onward)
    return _show(request, door, onward)


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Answer a form that met an ended session: the door, with what was typed carried along."""
    onward = Onward.from_ended_session(request)
    context = {"ended": True, "with_files": bool(request.FILES)}
    return _show(request, _door(request), onward, status=403, **context)


@open_to_all("signing out needs no right")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        services.signed_out(request.user)
        if here := sitting.Sitting.of(request):
            sign_ins.note_end(here.sign_in, because="by_owner")
    logout(request)
    messages.success(request, _("已经退出登录。用的是公用电脑，就把窗口也关上。"))
    return redirect(settings.LOGIN_REDIRECT_URL)


def _staff(request: HttpRequest, onward: Onward) -> HttpResponse:
    if request.POST.get("passkey"):
        return _passkey(request, onward)
    form = StaffSignInForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            account = services.check_password(**form.cleaned_data, address=address_of(request))
            return arrive(request, Half(account, STAFF, "password"), onward)
    return _show(request, STAFF, onward, status=422, form=form)


def _passkey(request: HttpRequest, onward: Onward) -> HttpResponse:
    """A passkey alone is two proofs: having the device, and unlocking it."""
    form = StaffSignInForm({"username": "-", "password": "-"})
    form.is_valid()
    with refusals_shown_on(form):
        account = used(request, "sign-in")
        return enter(request, Half(account, STAFF, "passkey"), onward, second="passkey")
    said = StaffSignInForm()
    context = {"passkey_failed": form.non_field_errors()}
    return _show(request, STAFF, onward, status=422, form=said, **context)


def _resident(request: HttpRequest, onward: Onward) -> HttpResponse:
    """One address, two steps. The telephone stays in the form, so that no session keeps it in clear."""
    return _code(request, onward) if "code" in request.POST else _telephone(request, onward)


def _telephone(request: HttpRequest, onward: Onward) -> HttpResponse:
    form = ResidentSignInForm(request.POST)
    if form.is_valid():
        waiting = ""
        with refusals_shown_on(form):
            phone = rules.normalise_mobile(form.cleaned_data["phone"])
            try:
                services.send_code(phone, address=address_of(request))
            except rules.CodeJustSent as just_sent:
                waiting = str(just_sent)
            return _show(request, RESIDENT, onward, form=CodeForm(initial={"phone": phone}), waiting=waiting)
    return _show(request, RESIDENT, onward, status=422, form=form)


def _code(request: HttpRequest, onward: Onward) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            account = services.check_code(**form.cleaned_data, address=address_of(request))
            return arrive(request, Half(account, RESIDENT, "code"), onward)
    if form.has_error("phone"):
        telephone = ResidentSignInForm(request.POST)
        if telephone.is_valid():
            telephone.add_error("phone", form.errors["phone"])
        return _show(request, RESIDENT, onward, status=422, form=telephone)
    return _show(request, RESIDENT, onward, status=422, form=form)


def _show(
    request: HttpRequest, door: str, onward: Onward, *, status: int = 200, form: Any = None, **more: Any
) -> HttpResponse:
    form = form or (StaffSignInForm() if door == STAFF else ResidentSignInForm())
    sent_to = form["phone"].value() or "" if isinstance(form, CodeForm) else ""
    context = {
        "door": door,
        "form": form,
        "sent_to": sent_to,
        "sent_to_shown": rules.spaced_mobile(sent_to),
        "onward": onward,
        "demonstration": demonstration.accounts_at(door),
        "action": reverse("web:sign_in"),
        "provider": provider.name(),
        "passkeys": door == STAFF and passkeys.are_possible(),
        "provider_link": provider_link(request, onward) if door == STAFF else "",
        **more,
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def _door(request: HttpRequest) -> str:
    """Return the door asked for, else the one this browser came through last."""
    asked = request.POST.get("door") or request.GET.get("as") or cookie(request, DOOR_COOKIE)
    return asked if asked in (STAFF, RESIDENT) else RESIDENT
