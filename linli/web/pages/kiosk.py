"""The public screen in the hall: its own pages, and the staff's pages about it (R156)."""

# mypy: disable-error-code="attr-defined"
# request.kiosk and request.actor come from middleware.

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages as notes
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import open_to_all, requires
from linli.core.design.context import LANGUAGES
from linli.core.http import Refused, Request, show
from linli.ground.accounts import queries as accounts
from linli.ground.accounts import rules as account_rules
from linli.ground.accounts import services as account_services
from linli.ground.accounts.onward import Onward
from linli.ground.accounts.pages.entering import Half, address_of, arrive
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division
from linli.services.casework import permissions as cases_may
from linli.services.casework import queries as casework
from linli.services.catalogue import words
from linli.web import permissions as may
from linli.web.kiosk import queries, rules, services
from linli.web.models import KioskCall, KioskDevice

A_YEAR = 365 * 24 * 60 * 60
MOST_PLACES = 200
LEFT_BEHIND = ("linli_size", "linli_theme", "linli_language", "linli_door")
"""Cookies of whoever stood there before."""
Page = Callable[..., HttpResponse]


def at_a_screen(view: Page) -> Page:
    """Let a page exist at registered screens alone."""

    @wraps(view)
    def only(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.kiosk is None:
            raise Http404
        return view(request, *args, **kwargs)

    return only


# -- at the screen ---------------------------------------------------------------------------------------------------


@open_to_all("a public screen's first page")
@never_cache
@require_safe
@at_a_screen
def menu(request: Request) -> HttpResponse:
    is_community = request.kiosk.place.level == "community"
    context = {
        "is_over": "over" in request.GET,
        "is_community": is_community,
        "languages": LANGUAGES.values(),
    }
    return show(request, "web/kiosk/menu.html", context)


@open_to_all("ends what somebody began at a public screen")
@never_cache
@require_safe
@at_a_screen
def start(request: Request) -> HttpResponse:
    """Forget whoever stood here: her session, her choices, what the browser kept."""
    logout(request)
    response = redirect(reverse("web:kiosk") + ("?over=1" if "over" in request.GET else ""))
    for name in LEFT_BEHIND:
        response.delete_cookie(name)
    response["Clear-Site-Data"] = '"storage"'
    return response


@open_to_all("tells that somebody still stands at a public screen")
@never_cache
@require_safe
@at_a_screen
def still(request: Request) -> HttpResponse:
    """The screen's script says that somebody touches it; from then on the short limit holds."""
    if request.actor.is_signed_in:
        request.session[queries.HAS_SCRIPT] = True
    return HttpResponse(status=204)


def _typed(request: Request, kind: str) -> tuple[str, bool]:
    """Return what stands in the field, and whether it is sent: a key without script is a form of its own."""
    typed = request.POST.get("typed", "").replace("\x00", "").replace(" ", "")[: rules.LONGEST[kind]]
    if key := request.POST.get("key", ""):
        return rules.pressed(typed, key, kind=kind), False
    return typed, "go" in request.POST


@open_to_all("the door at a public screen: telephone and code")
@never_cache
@sensitive_post_parameters("typed", "phone")
@at_a_screen
def sign_in(request: Request) -> HttpResponse:
    """A resident's door by touch alone: her telephone, then the code sent to it. Neither stands in a session."""
    onward = _onward(request)
    if request.actor.is_signed_in:
        return redirect(onward or "web:kiosk")
    context: dict[str, Any] = {"next": onward, "step": "phone", "typed": "", "keys": rules.DIGITS}
    if request.method != "POST":
        return show(request, "web/kiosk/sign_in.html", context)
    phone = request.POST.get("phone", "")[: rules.LONGEST["phone"]]
    step = "code" if phone else "phone"
    typed, sent = _typed(request, step)
    context |= {"step": step, "typed": typed, "phone": phone}
    if "again" in request.POST:
        typed, sent, step = phone, True, "phone"
    try:
        if sent and step == "phone":
            context |= _send_code(request, typed)
        elif sent:
            account = account_services.check_code(phone, typed, address=address_of(request))
            return arrive(request, Half(account, "resident", "code"), Onward(next=onward))
    except Refused as refusal:
        if isinstance(refusal, account_rules.PhoneNotGood) and step == "code":
            context |= {"step": "phone", "phone": "", "typed": ""}
        return show(request, "web/kiosk/sign_in.html", context | {"problem": str(refusal)}, status=refusal.status)
    if context["phone"]:
        context["phone_shown"] = account_rules.spaced_mobile(context["phone"])
    return show(request, "web/kiosk/sign_in.html", context)


def _send_code(request: Request, typed: str) -> dict[str, Any]:
    phone, waiting = account_rules.normalise_mobile(typed), ""
    try:
        account_services.send_code(phone, address=address_of(request))
    except account_rules.CodeJustSent as just_sent:
        waiting = str(just_sent)
    return {"step": "code", "typed": "", "phone": phone, "waiting": waiting}


def _onward(request: Request) -> str:
    to = (request.POST if request.method == "POST" else request.GET).get("next", "")
    ours = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return to if to and ours else ""


@open_to_all("how far a case is, for whoever holds its number; nothing of the person")
@never_cache
@at_a_screen
def case(request: Request) -> HttpResponse:
    """Look a case up by the number on its receipt: its item, where it stands, until when. Nobody's data."""
    typed, sent = _typed(request, "number") if request.method == "POST" else ("", False)
    context: dict[str, Any] = {"typed": typed, "letters": rules.DIGITS + rules.LETTERS}
    if sent:
        try:
            found = services.look_up(typed, device=request.kiosk)
        except Refused as refusal:
            return show(request, "web/kiosk/case.html", context | {"problem": str(refusal)}, status=refusal.status)
        context |= {"found": found, "item_name": words.say(casework.item_of(found).name)}
    return show(request, "web/kiosk/case.html", context)


@requires(cases_may.VIEW_OWN)
@never_cache
@require_safe
@at_a_screen
def receipt(request: Request, number: str) -> HttpResponse:
    """A receipt that the browser prints: no file opens that would hide the way back."""
    found = get_object_or_404(casework.my_cases(request.actor), number=casework.plain_number(number))
    context = {"case": found, "item_name": words.say(casework.item_of(found).name)}
    return show(request, "web/kiosk/receipt.html", context)


@open_to_all("a call for help from a public screen")
@never_cache
@at_a_screen
def help_(request: Request) -> HttpResponse:
    """Call somebody to the screen, and say that she comes."""
    if request.method == "POST":
        services.call_for_help(request.kiosk)
        return redirect("web:kiosk_help")
    last = KioskCall.objects.filter(device=request.kiosk).order_by("-called_at", "-id").first()
    return show(request, "web/kiosk/help.html", {"call": last})


@open_to_all("becoming a public screen asks for a pairing code")
@never_cache
@sensitive_post_parameters("typed")
def pair(request: Request) -> HttpResponse:
    """Type the pairing code into the machine in the hall: from then on it is the registered screen."""
    typed, sent = _typed(request, "pairing") if request.method == "POST" else ("", False)
    context: dict[str, Any] = {"typed": typed, "keys": rules.DIGITS}
    if not sent:
        return show(request, "web/kiosk/pair.html", context)
    try:
        _device, token = services.pair(typed, address=address_of(request))
    except Refused as refusal:
        return show(request, "web/kiosk/pair.html", context | {"problem": str(refusal)}, status=refusal.status)
    logout(request)  # whoever set the machine up leaves nothing of herself on it
    response = redirect("web:kiosk")
    response.set_cookie(
        queries.COOKIE, token, max_age=A_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
    return response


# -- at the workbench ------------------------------------------------------------------------------------------------


@requires(may.KIOSKS)
@never_cache
def kiosks(request: Request) -> HttpResponse:
    """The screens within reach; registering one shows its pairing code, once."""
    places = accounts.place_choices(request.actor, may.KIOSKS, at_most=MOST_PLACES)
    context: dict[str, Any] = {"places": places, "name": "", "problem": ""}
    if request.method == "POST":
        context["name"] = request.POST.get("name", "")
        try:
            device, code = services.register_device(
                territory.by_code(request.POST.get("place", "")).pk, name=context["name"], by=request.actor
            )
            return _code_page(request, device, code)
        except Division.DoesNotExist:
            raise Http404 from None
        except Refused as refusal:
            context["problem"] = str(refusal)
    context["devices"] = list(queries.devices_for(request.actor).filter(revoked_at__isnull=True)[:MOST_PLACES])
    return show(request, "web/kiosk/devices.html", context, status=422 if context["problem"] else 200)


@requires(may.KIOSKS)
@require_POST
def pair_anew(request: Request, device_id: UUID) -> HttpResponse:
    try:
        return _code_page(request, *services.pair_anew(device_id, by=request.actor))
    except KioskDevice.DoesNotExist:
        raise Http404 from None


def _code_page(request: Request, device: KioskDevice, code: str) -> HttpResponse:
    context = {
        "device": device,
        "code": code,
        "address": request.build_absolute_uri(reverse("web:kiosk_pair")),
        "minutes": int(rules.PAIRING_LASTS.total_seconds() // 60),
    }
    return show(request, "web/kiosk/code.html", context)


@requires(may.KIOSKS)
@require_POST
def revoke(request: Request, device_id: UUID) -> HttpResponse:
    try:
        device = services.revoke(device_id, by=request.actor)
    except KioskDevice.DoesNotExist:
        raise Http404 from None
    notes.success(request, _("停用了“%(name)s”，下一次触摸起它就是普通的浏览器。") % {"name": device.name})
    return redirect("web:kiosks")


@requires(may.ANSWER_CALLS)
@never_cache
@require_safe
def calls(request: Request) -> HttpResponse:
    return show(request, "web/kiosk/calls.html", {"calls": list(queries.calls_for(request.actor)[:50])})


@requires(may.ANSWER_CALLS)
@require_POST
def answer_call(request: Request, call_id: UUID) -> HttpResponse:
    try:
        call = services.answer_call(call_id, by=request.actor)
    except KioskCall.DoesNotExist:
        raise Http404 from None
    notes.success(request, _("屏幕上写着您马上到：%(name)s。") % {"name": call.device.name})
    return redirect("web:kiosk_calls")
