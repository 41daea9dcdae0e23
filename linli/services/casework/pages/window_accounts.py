"""At the window, her card read: the accounts that a resident has, joined into one or parted again."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware.

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.core.access import requires
from linli.core.http import Refused, Request, show
from linli.ground.accounts import permissions as accounts_may
from linli.ground.accounts import services as accounts
from linli.services.casework.pages.desk import person_before_me


@requires(accounts_may.JOIN)
@never_cache
def window_accounts(request: Request, person_id: UUID) -> HttpResponse:
    """All accounts that bear this person. A POST keeps one and joins another to it, or parts a join."""
    person = person_before_me(request, person_id)
    rows = accounts.accounts_at_window(person.pk)
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("part"):
                _part(request, rows)
                messages.success(request, _("分开了。原来属于另一个账户的，还给了它。"))
            else:
                _join(request, rows)
                messages.success(request, _("合并了。两个手机号登录的，都是这个账户。"))
            return redirect("casework:window_accounts", person.pk)
        except Refused as refusal:
            problem = str(refusal)
    context = {"person": person, "accounts": rows, "problem": problem}
    return show(request, "casework/window_accounts.html", context, status=422 if problem else 200)


def _join(request: Request, rows: list[tuple[Any, str, Any]]) -> None:
    known = {str(account.pk): account.pk for account, _phone, _joins in rows}
    kept = known.get(request.POST.get("keep", ""))
    others = [pk for pk in known.values() if pk != kept]
    if kept is None or not others:
        raise Http404
    for other in others:
        accounts.join(kept, other, by=request.actor, proof=accounts.CARD)


def _part(request: Request, rows: list[tuple[Any, str, list[tuple[Any, str]]]]) -> None:
    known = {str(join.pk): join.pk for _account, _phone, joins in rows for join, _other in joins}
    if request.POST["part"] not in known:
        raise Http404
    accounts.part(known[request.POST["part"]], by=request.actor)
