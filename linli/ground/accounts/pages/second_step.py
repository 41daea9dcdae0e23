"""Between the password and the house: the second proof. And the same question again before what is dangerous."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from linli.core.access import open_to_all
from linli.core.http import refusals_shown_on
from linli.ground.accounts import provider, queries, services, sitting
from linli.ground.accounts.forms import FactorCodeForm, OwnPasswordForm, RecoveryCodeForm
from linli.ground.accounts.models import Account
from linli.ground.accounts.onward import Onward
from linli.ground.accounts.pages.entering import Half, door_address, enter, go_on, provider_link
from linli.ground.accounts.pages.own_pages import own
from linli.ground.accounts.pages.passkeys import used
from linli.ground.accounts.services import second_factor

PAPER = "paper"


@open_to_all("a part of the door: only who has shown the first proof gets an answer")
@never_cache
@sensitive_post_parameters("code")
def second_step(request: HttpRequest) -> HttpResponse:
    """Take the second proof. `with=paper` asks for a recovery code."""
    onward, half = Onward.of(request), Half.of(request)
    if half is None:
        return redirect(door_address(onward))
    if request.method != "POST" or "ask" in request.POST:  # another way was asked for
        return show_second_step(request, half.account, onward)
    form = _form(request, request.POST)
    if request.POST.get("passkey"):
        form = _form(request, {"code": "-"})
        form.is_valid()
        with refusals_shown_on(form):
            used(request, "second", half.account)
            return enter(request, half, onward, second="passkey")
        return show_second_step(request, half.account, onward, form=form, status=422)
    if form.is_valid():
        with refusals_shown_on(form):
            method = services.check_factor_code(half.account, form.cleaned_data["code"])
            return enter(request, half, onward, second=method)
    return show_second_step(request, half.account, onward, form=form, status=422)


def show_second_step(
    request: HttpRequest,
    account: Account,
    onward: Onward,
    *,
    form: FactorCodeForm | RecoveryCodeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    factors = queries.factors_of(account)
    context = {
        "form": form or _form(request, None),
        "onward": onward,
        "factors": factors,
        "on_paper": _on_paper(request) or (factors.app is None and not factors.passkeys),
        "passkey_for": "second",
        "demo_code": second_factor.next_code(account) if settings.DEMO else "",
    }
    return render(request, "accounts/second_step.html", context, status=status)


@own
@never_cache
@sensitive_post_parameters("code", "password")
def again(request: HttpRequest) -> HttpResponse:
    """Ask once more who it is: by the second factor where there is one, else by the password."""
    onward = Onward.of(request)
    if request.method != "POST" or "ask" in request.POST:
        return _show_again(request, onward)
    account: Account = request.user  # type: ignore[assignment]
    form = _again_form(request, request.POST)
    if request.POST.get("passkey"):
        form = _form(request, {"code": "-"})
        form.is_valid()
        with refusals_shown_on(form):
            used(request, "again", account)
            sitting.make_sure(request)
            return go_on(request, account, onward, signed_in=False)
        return _show_again(request, onward, form=form, status=422)
    if form.is_valid():
        with refusals_shown_on(form):
            if isinstance(form, OwnPasswordForm):
                services.check_own_password(account, form.cleaned_data["password"])
            else:
                services.check_factor_code(account, form.cleaned_data["code"])
            sitting.make_sure(request)
            return go_on(request, account, onward, signed_in=False)
    return _show_again(request, onward, form=form, status=422)


def ask_again(request: HttpRequest) -> HttpResponse:
    """Answer a dangerous form with the question who it is; what was typed is carried along."""
    onward = Onward.from_ended_session(request)
    return _show_again(request, onward, status=403)


def _show_again(
    request: HttpRequest,
    onward: Onward,
    *,
    form: FactorCodeForm | RecoveryCodeForm | OwnPasswordForm | None = None,
    status: int = 200,
) -> HttpResponse:
    account: Account = request.user  # type: ignore[assignment]
    form = form or _again_form(request, None)
    through_provider = isinstance(form, OwnPasswordForm) and not account.has_usable_password()
    context = {
        "form": form,
        "onward": onward,
        "factors": queries.factors_of(account),
        "by_password": isinstance(form, OwnPasswordForm),
        "on_paper": _on_paper(request),
        "passkey_for": "again",
        "demo_code": second_factor.next_code(account) if settings.DEMO else "",
        "files_lost": bool(request.FILES),
        "provider": provider.name() if through_provider else "",
        "provider_link": provider_link(request, onward) if through_provider else "",
    }
    return render(request, "accounts/again.html", context, status=status)


def _again_form(request: HttpRequest, data: object) -> FactorCodeForm | RecoveryCodeForm | OwnPasswordForm:
    account: Account = request.user  # type: ignore[assignment]
    return _form(request, data) if queries.factors_of(account) else OwnPasswordForm(data)  # type: ignore[arg-type]


def _form(request: HttpRequest, data: object) -> FactorCodeForm | RecoveryCodeForm:
    return RecoveryCodeForm(data) if _on_paper(request) else FactorCodeForm(data)  # type: ignore[arg-type]


def _on_paper(request: HttpRequest) -> bool:
    return (request.POST.get("with") or request.GET.get("with")) == PAPER
