"""Where one is signed in, and signing out there."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.ground.accounts import devices, queries, sitting
from linli.ground.accounts.models import Account, SignIn
from linli.ground.accounts.pages.own_pages import own
from linli.ground.accounts.services import sign_ins

MOST = 30
"""So many places are listed; nobody has more, and who has can end them all at once."""


@own
@never_cache
def where_signed_in(request: HttpRequest) -> HttpResponse:
    here = _here(request)
    rows = [
        {
            "row": row,
            "device": devices.in_words(row.browser, row.system),
            "address": queries.address_of_sign_in(row),
            "here": str(row.pk) == here,
        }
        for row in queries.open_sign_ins(_account(request))[:MOST]
    ]
    rows.sort(key=lambda shown: not shown["here"])
    return render(request, "accounts/where_signed_in.html", {"rows": rows, "others": len(rows) > 1})


@own
@require_POST
def sign_out_there(request: HttpRequest, sign_in_id: UUID) -> HttpResponse:
    try:
        sign_ins.end_one(_account(request), sign_in_id)
    except SignIn.DoesNotExist:
        messages.info(request, _("那里已经退出了。"))
    else:
        messages.success(request, _("那里退出了。要是认不得那台设备，请马上改密码。"))
    return redirect("accounts:where_signed_in")


@own
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    count = sign_ins.end_others(_account(request), but=_here(request))
    if count:
        said = ngettext("别处登录着的 %(count)s 处都退出了。", "别处登录着的 %(count)s 处都退出了。", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("别处没有登录着的。"))
    return redirect("accounts:where_signed_in")


def _here(request: HttpRequest) -> str | None:
    sitting_here = sitting.Sitting.of(request)
    return sitting_here.sign_in if sitting_here else None


def _account(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]
