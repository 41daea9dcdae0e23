"""A resident's two accounts become one, once she has read back the codes of both telephones; and are parted again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from linli.core.http import refusals_shown_on
from linli.ground.accounts import queries, rules, services
from linli.ground.accounts.forms import BothCodesForm, OtherPhoneForm
from linli.ground.accounts.models import Account, AccountJoin, AccountKind
from linli.ground.accounts.pages.own_pages import own
from linli.ground.accounts.sitting import address_of


@own
@never_cache
@sensitive_post_parameters("phone", "other_code", "own_code")
def joined(request: HttpRequest) -> HttpResponse:
    """What is joined to my account; a telephone to send codes to; then both codes."""
    account = _resident(request)
    form: OtherPhoneForm | BothCodesForm = OtherPhoneForm(request.POST if request.method == "POST" else None)
    if "own_code" in request.POST:
        form = BothCodesForm(request.POST)
        if form.is_valid():
            with refusals_shown_on(form):
                _join(request, account, form.cleaned_data)
                messages.success(request, _("合并了。两个手机号登录的，都是这个账户。"))
                return redirect("accounts:joined")
    elif form.is_valid():
        with refusals_shown_on(form):
            phone = rules.normalise_mobile(form.cleaned_data["phone"])
            for one in (phone, queries.phone_of(account)):
                services.send_code(one, address=address_of(request))
            form = BothCodesForm(initial={"phone": phone})
    context = {"form": form, "joins": services.joins_of(account.pk), "asks_codes": isinstance(form, BothCodesForm)}
    return render(request, "accounts/joined.html", context, status=422 if form.errors else 200)


@own
@require_POST
def part(request: HttpRequest, join_id: UUID) -> HttpResponse:
    account = _resident(request)
    try:
        services.part(join_id, by=queries.actor_for(account))
    except AccountJoin.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("分开了。原来属于另一个账户的，还给了它。"))
    return redirect("accounts:joined")


def _join(request: HttpRequest, account: Account, given: dict[str, str]) -> None:
    services.join_by_codes(account, **given, address=address_of(request))


def _resident(request: HttpRequest) -> Account:
    account: Account = request.user  # type: ignore[assignment]
    if account.kind != AccountKind.RESIDENT:
        raise Http404
    return account
