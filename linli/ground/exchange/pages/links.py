"""Two records side by side: are they one person? What each column says, and what was decided before."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware.

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.core import audit
from linli.core.access import requires
from linli.core.http import Request, refusals_shown_on, show
from linli.ground.exchange import permissions as may
from linli.ground.exchange.linkage import records
from linli.ground.exchange.models import LinkCandidate, LinkState
from linli.ground.registry import queries as registry

PAGE = 30
COLUMNS = {
    "name": gettext_lazy("姓名"),
    "sex": gettext_lazy("性别"),
    "birth": gettext_lazy("出生日期"),
    "id_number": gettext_lazy("证件号码"),
    "phone": gettext_lazy("电话"),
    "address": gettext_lazy("住址"),
}
PART_OF = {"id_number": "id17", "address": "addr"}
"""The model's name of a column, where it is another."""


class DecideForm(forms.Form):
    use_required_attribute = False
    state = forms.ChoiceField(
        label=gettext_lazy("是不是同一个人"),
        choices=[(LinkState.JOINED, LinkState.JOINED.label), (LinkState.APART, LinkState.APART.label)],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选一项。")},
    )
    said = forms.CharField(
        label=gettext_lazy("怎么看出来的"),
        help_text=gettext_lazy("比如：打电话问过本人；或者户口簿上是两个人。"),
        max_length=records.SAID_MAX,
        error_messages={"required": gettext_lazy("请写一句怎么看出来的。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


@requires(may.LINK)
@never_cache
@require_safe
def links(request: Request) -> HttpResponse:
    """The doubtful ones, oldest first; or those that are joined, to be looked at again."""
    state = request.GET.get("state", "") if request.GET.get("state", "") in LinkState.values else LinkState.ASKED
    rows = records.candidates_for(request.actor).filter(state=state)
    with suppress(ValueError):
        rows = rows.filter(pk__gt=UUID(request.GET.get("after", "")))
    found = list(rows.order_by("id")[: PAGE + 1])
    more = f"?{urlencode({'state': state, 'after': str(found[PAGE - 1].pk)})}" if len(found) > PAGE else ""
    context = {"links": found[:PAGE], "more": more, "state": state, "states": LinkState.choices}
    return show(request, "exchange/links.html", context)


@requires(may.LINK)
@never_cache
@require_safe
def link(request: Request, candidate_id: UUID) -> HttpResponse:
    """Both records, numbers masked, and what each column adds."""
    row = get_object_or_404(records.candidates_for(request.actor), pk=candidate_id)
    return _link(request, row, DecideForm(initial={"version": row.version}))


@requires(may.LINK)
@require_POST
def decide(request: Request, candidate_id: UUID) -> HttpResponse:
    """One person, or two; a join is undone in the same way."""
    row = get_object_or_404(records.candidates_for(request.actor), pk=candidate_id)
    form = DecideForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            records.decide(row.pk, by=request.actor, **form.cleaned_data)
            messages.success(request, _("记下了。两条记录都没有改，以后还可以再分开、再合上。"))
            return redirect("exchange:links")
    return _link(request, row, form)


def _link(request: Request, row: LinkCandidate, form: DecideForm) -> HttpResponse:
    audit.record_look(request.actor, row.person_id, what="link", purpose="check_identity", county_code=row.county_code)
    theirs, ours = records.record_of(row), registry.facts_of(row.person, with_groups=False)
    known = {name: ours.get("birth_date" if name == "birth" else name) for name in COLUMNS}
    lines = [
        (
            label,
            row.person.get_sex_display() if name == "sex" else getattr(known[name], "value", ""),
            records.masked(name, theirs[name]),
            row.parts.get(PART_OF.get(name, name)),
        )
        for name, label in COLUMNS.items()
    ]
    context = {"row": row, "lines": lines, "form": form, "history": records.history_of(row)}
    return show(request, "exchange/link.html", context, status=422 if form.errors else 200)
