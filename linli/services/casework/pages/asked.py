"""Questions to street and department from within a case, and their answers (R39)."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware; pages dress their rows with what a template shows.

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from linli.core.access import requires
from linli.core.calendar import today
from linli.core.http import Request, refusals_shown_on, show
from linli.core.ids import is_digits
from linli.services.casework import asking, discretion, queries, rules, services
from linli.services.casework import permissions as may
from linli.services.casework.forms import AnswerQuestionForm, AskQuestionForm
from linli.services.casework.pages.apply import in_language
from linli.services.casework.pages.paging import cursor, cursor_for
from linli.services.catalogue import queries as catalogue

SHOWN = 30
FOUND = 3
SHORTEST = 2


@requires(may.ASK_QUESTION)
def ask(request: Request, number: str) -> HttpResponse:
    """Ask street or department how this is handled, with what others were answered beside it."""
    case = get_object_or_404(queries.cases_for(request.actor, may.ASK_QUESTION), number=rules.plain_number(number))
    if not (case.is_open and discretion.reads(case, request.actor)):
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = AskQuestionForm(data, whom=asking.who_may_be_asked(case, request.actor))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            services.ask_question(case.number, by=request.actor, **form.cleaned_data)
            return redirect(f"{case.get_absolute_url()}#answers")
    context = {
        "case": case,
        "form": form,
        "item_name": in_language(queries.item_of(case).name),
        "pinned": asking.dressed(asking.pinned_at(case)),
    }
    return show(request, "casework/ask_question.html", context, status=422 if form.errors else 200)


@requires(may.ANSWER_QUESTION)
@require_GET
def questions(request: Request) -> HttpResponse:
    rows = asking.dressed(asking.questions_for(request.actor)[:100])
    for row in rows:
        row.item_name = in_language(catalogue.item(row.item_version).name)
    context = {"questions": rows, "today": today(), "pace": pace_words(asking.pace(request.actor))}
    return show(request, "casework/questions.html", context)


@requires(may.ANSWER_QUESTION)
def question(request: Request, question_id: UUID) -> HttpResponse:
    """Answer a question: of the case it shows the item and the community, nobody's data."""
    row = get_object_or_404(asking.questions_for(request.actor), pk=question_id)
    form = AnswerQuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            services.answer_question(row.pk, by=request.actor, **form.cleaned_data)
            return redirect("casework:questions")
    context = {
        "question": row,
        "form": form,
        "item_name": in_language(catalogue.item(row.item_version).name),
        "before": asking.dressed(asking.answers_for(request.actor, item_code=row.item_code)[: asking.PINNED_AT_MOST]),
        "may_open": queries.cases_for(request.actor).filter(pk=row.case_id).exists(),
    }
    return show(request, "casework/question.html", context, status=422 if form.errors else 200)


@requires(may.VIEW, may.ANSWER_QUESTION)
@require_GET
def answers(request: Request) -> HttpResponse:
    """What was answered in the county, for everybody who handles the same item."""
    item_code, sought = request.GET.get("item", "")[:60], request.GET.get("q", "").strip()[:60]
    rows = asking.answers_for(request.actor, item_code=item_code, words=sought)
    if seen := cursor(request, dt.datetime.fromisoformat, UUID):
        rows = asking.before(rows, *seen)
    found = asking.dressed(rows[: SHOWN + 1])
    for row in found:
        row.item_name = in_language(catalogue.item(row.item_version).name)
    more = cursor_for([found[SHOWN - 1].answered_at, found[SHOWN - 1].pk]) if len(found) > SHOWN else ""
    context = {
        "answers": found[:SHOWN],
        "more": more,
        "item_code": item_code,
        "item_name": catalogue.names([item_code]).get(item_code, "") if item_code else "",
        "sought": sought,
        "pace": pace_words(asking.pace(request.actor)),
    }
    return show(request, "casework/answers.html", context)


def answers_found(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Answers on how something is handled, for the workbench's one search (R159b)."""
    actor = request.actor
    sought = request.GET.get("q", "").strip()[:60]
    if not actor.may(may.VIEW) or len(sought) < SHORTEST or is_digits(sought):
        return None
    rows = list(asking.answers_for(actor, words=sought)[: FOUND + 1])
    if not rows:
        return None
    return "casework/_answers_found.html", {"rows": rows[:FOUND], "sought": sought, "more": len(rows) > FOUND}


def pace_words(pace: asking.Pace) -> str:
    """Say how soon questions are answered: a median with its whole."""
    if pace.median is None:
        return ""
    hours = round(pace.median.total_seconds() / 3600)
    took = ngettext("%(n)s 小时", "%(n)s 小时", hours) % {"n": hours} if hours else _("1 小时")
    return _("近 90 天答了 %(n)s 个问题，一半在 %(took)s里答的；还有 %(waiting)s 个在等。") % {
        "n": pace.answered,
        "took": took,
        "waiting": pace.waiting,
    }
