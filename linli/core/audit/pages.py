"""Reading the log of others: asked for with a purpose, confirmed by another, open for a day."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from linli.core.access import Actor, dangerous, requires
from linli.core.audit import permissions as may
from linli.core.audit import queries, rules, services
from linli.core.audit.models import Reading
from linli.core.audit.subjects import subject_of, subjects
from linli.core.http import refusals_shown_on, show


class ReadingForm(forms.Form):
    use_required_attribute = False
    kind = forms.ChoiceField(label=gettext_lazy("查什么"))
    what = forms.CharField(
        label=gettext_lazy("是谁、是哪一件"),
        help_text=gettext_lazy("完整的身份证号、用户名或者受理编号"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-unkept": ""}),
    )
    purpose = forms.CharField(
        label=gettext_lazy("为什么要查"),
        max_length=rules.PURPOSE_MOST,
        error_messages={"required": rules.PurposeNeeded.message},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["kind"].choices = [(one.kind, one.label) for one in subjects()]  # type: ignore[attr-defined]


@dangerous
@requires(may.READ)
def readings(request: HttpRequest) -> HttpResponse:
    """What is open to me now, and a form to ask for more."""
    form = ReadingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_shown_on(form):
            made = services.ask_to_read(by=_actor(request), **form.cleaned_data)
            if isinstance(made, Reading):
                return redirect("audit:reading", made.pk)
            messages.success(request, _("提出了。另一位有权的同事确认以后，24 小时里可以查。"))
            return redirect("audit:readings")
    rows = list(queries.readings_of(_actor(request)).order_by("-opened_at", "-id")[: queries.PAGE])
    context = {"form": form, "readings": _named(rows)}
    return show(request, "audit/readings.html", context, status=422 if form.errors else 200)


@requires(may.READ)
@require_safe
def reading(request: HttpRequest, reading_id: UUID) -> HttpResponse:
    """The entries of one subject, the newest first. Looking is an entry too."""
    try:
        row, page = services.read(reading_id, by=_actor(request), before=request.GET.get("before", ""))
    except Reading.DoesNotExist:
        raise Http404 from None
    ((_row, label, name),) = _named([row])
    return show(request, "audit/reading.html", {"reading": row, "label": label, "name": name, "page": page})


def _named(rows: list[Reading]) -> list[tuple[Reading, str, str]]:
    ids: dict[str, list[str]] = {}
    for row in rows:
        ids.setdefault(row.kind, []).append(row.subject_id)
    names = {kind: subject_of(kind).names(some) for kind, some in ids.items()}
    return [(row, str(subject_of(row.kind).label), names[row.kind].get(row.subject_id, "")) for row in rows]


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
