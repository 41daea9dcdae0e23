"""What waits for a second person: seen, confirmed, refused, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.core.access import Actor, dangerous, requires
from linli.core.calendar import now
from linli.core.countersign import permissions as may
from linli.core.countersign import queries, services
from linli.core.countersign.acts import act_named
from linli.core.countersign.models import Countersignature
from linli.core.countersign.rules import State
from linli.core.http import refusals_shown_on


class RefuseForm(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label=gettext_lazy("为什么不同意"),
        max_length=200,
        error_messages={"required": gettext_lazy("不同意要写一句原因，提出的人看得到。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@requires(may.SEE)
def waiting(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    context = {"waiting": _shown(queries.waiting_for(actor)), "asked": _shown(queries.asked_by(actor))}
    return render(request, "countersign/waiting.html", context)


@requires(may.SEE)
def one(request: HttpRequest, countersignature_id: UUID) -> HttpResponse:
    row = get_object_or_404(queries.for_actor(_actor(request)), pk=countersignature_id)
    return _show(request, row, RefuseForm())


@dangerous
@requires(may.SEE)
@require_POST
def confirm(request: HttpRequest, countersignature_id: UUID) -> HttpResponse:
    row = get_object_or_404(queries.for_actor(_actor(request)), pk=countersignature_id)
    services.confirm(row.pk, by=_actor(request))
    messages.success(request, _("确认了，事情已经办好；记录里有两个人的名字。"))
    return redirect("countersign:waiting")


@dangerous
@requires(may.SEE)
@require_POST
def refuse(request: HttpRequest, countersignature_id: UUID) -> HttpResponse:
    row = get_object_or_404(queries.for_actor(_actor(request)), pk=countersignature_id)
    form = RefuseForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            services.refuse(row.pk, by=_actor(request), reason=form.cleaned_data["reason"])
            messages.success(request, _("没有同意，%(name)s 会看到原因。") % {"name": row.asked_by_name})
            return redirect("countersign:waiting")
    return _show(request, row, form, status=422)


@requires(may.SEE)
@require_POST
def withdraw(request: HttpRequest, countersignature_id: UUID) -> HttpResponse:
    row = get_object_or_404(
        queries.for_actor(_actor(request)), pk=countersignature_id, asked_by_id=_actor(request).account_id
    )
    services.withdraw(row.pk, by=_actor(request))
    messages.success(request, _("撤回了，什么都没有变。"))
    return redirect("countersign:waiting")


def _show(request: HttpRequest, row: Countersignature, form: RefuseForm, *, status: int = 200) -> HttpResponse:
    (shown,) = _shown([row])
    context = {"shown": shown, "row": row, "form": form, "mine": row.asked_by_id == _actor(request).account_id}
    return render(request, "countersign/one.html", context, status=status)


def _shown(rows: list[Countersignature]) -> list[dict[str, Any]]:
    sentences = queries.sentences(rows)
    return [_shown_as(row, sentences[row.pk]) for row in rows]


def _shown_as(row: Countersignature, sentence: str) -> dict[str, Any]:
    over = row.state == State.WAITING and row.expires_at <= now()
    return {
        "row": row,
        "label": act_named(row.act).label,
        "sentence": sentence,
        "is_open": row.state == State.WAITING and not over,
        "state": _("过期作废") if over else State(row.state).label,
        "badge": {State.CONFIRMED: "ok", State.WAITING: "due", State.REFUSED: "late"}.get(State(row.state), ""),
    }


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
