"""The workbench of those who handle cases: what waits for me, the window, search."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware; pages dress their rows with what a template shows.

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from linli.core.access import requires
from linli.core.calendar import today
from linli.core.calendar.queries import calendar_for
from linli.core.http import Refused, Request, refusals_shown_on, show
from linli.core.ids import new_id
from linli.ground.registry import queries as registry
from linli.ground.registry.models import IdKind, Person
from linli.services.casework import permissions as may
from linli.services.casework import queries, rules, services
from linli.services.casework.forms import FindPersonForm
from linli.services.casework.lifecycle import LIFECYCLE
from linli.services.casework.models import Case, Channel, Draft, Status
from linli.services.casework.pages.apply import BEFORE_ME, in_language, shell_of
from linli.services.casework.pages.paging import cursor, cursor_for
from linli.services.casework.pages.timeline import state_words
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue.models import ItemVersion


def rows_of(cases: list[Case]) -> list[Case]:
    """Dress rows for a table: item name, state in words, days left as its limit counts them, colour. No queries."""
    day = today()
    for case in cases:
        item = queries.item_of(case)
        case.item_name = in_language(item.name)
        case.words = state_words(case, item)
        case.left = None
        case.colour = ""
        if case.step_due_on and case.is_open:
            calendar = calendar_for(case.county_code)
            working = calendar.working_days_between(*sorted((day, case.step_due_on)))
            is_over = case.step_due_on < day
            every_day = item.promised_limit.unit == "calendar_days"
            case.left = (case.step_due_on - day).days if every_day else -working if is_over else working
            case.colour = "late" if is_over or working <= 0 else "due" if working <= 1 else "ok"
    return cases


def _page_of_tasks(rows: QuerySet[Case], request: Request) -> tuple[list[Case], str]:
    """Return one keyset page (rank, due day, id) and the cursor of the next one."""
    if after := cursor(request, int, dt.date.fromisoformat, UUID):
        rank, due, pk = after
        rows = rows.filter(Q(rank__gt=rank) | Q(rank=rank, due__gt=due) | Q(rank=rank, due=due, id__gt=pk))
    found = list(rows[: queries.PAGE + 1])
    more = ""
    if len(found) > queries.PAGE:
        last = found[queries.PAGE - 1]
        more = cursor_for([last.rank, last.due, last.pk])  # type: ignore[attr-defined]
    return found[: queries.PAGE], more


@requires(may.HANDLE, may.ACCEPT)
@require_GET
def tasks(request: Request) -> HttpResponse:
    """What waits for me, the most urgent first."""
    day, soon = today(), queries.soon(request.actor)
    mine = queries.tasks_for(request.actor)
    counts = mine.order_by().aggregate(
        all=Count("pk"),
        over=Count("pk", filter=Q(step_due_on__lt=day)),
        soon=Count("pk", filter=Q(step_due_on__range=(day, soon))),
        new=Count("pk", filter=Q(status=Status.SUBMITTED)),
    )
    cut = request.GET.get("cut", "all")
    shown = mine
    if cut == "over":
        shown = mine.filter(step_due_on__lt=day)
    elif cut == "soon":
        shown = mine.filter(step_due_on__range=(day, soon))
    elif cut == "new":
        shown = mine.filter(status=Status.SUBMITTED)
    code = rules.clean_text(request.GET.get("item", ""), 60)
    if code:
        shown = shown.filter(item_code=code)
    cases, after = _page_of_tasks(shown, request)
    items = catalogue.names(mine.order_by().values_list("item_code", flat=True).distinct())
    context = {
        "cases": rows_of(cases),
        "counts": counts,
        "cut": cut,
        "after": after,
        "item": code,
        "items": sorted(items.items(), key=lambda pair: pair[1]),
        "opinions": queries.opinions_for(request.actor).count() if request.actor.may(may.GIVE_OPINION) else 0,
        "follow_ups": queries.follow_ups_for(request.actor).count() if request.actor.may(may.FOLLOW_UP) else 0,
        "may_receive": request.actor.may(may.RECEIVE),
        "waiting_for_applicant": queries.cases_for(request.actor).filter(status=Status.SUPPLEMENT_REQUESTED).count(),
    }
    return show(request, "casework/tasks.html", context, fragment="casework/_task_list.html")


@requires(may.VIEW)
@require_GET
def all_cases(request: Request) -> HttpResponse:
    """Every case within reach, by status, newest first."""
    counts = queries.counts_by_status(request.actor)
    status = request.GET.get("status", "")
    rows = queries.cases_for(request.actor).order_by("-submitted_at", "-id")
    if status in Status.values:
        rows = rows.filter(status=status)
    if after := cursor(request, dt.datetime.fromisoformat, UUID):
        rows = rows.filter(Q(submitted_at__lt=after[0]) | Q(submitted_at=after[0], id__lt=after[1]))
    found = list(rows.filter(pk__in=queries.first(rows, queries.PAGE + 1)))
    more = ""
    if len(found) > queries.PAGE:
        last = found[queries.PAGE - 1]
        more = cursor_for([last.submitted_at.isoformat(), last.pk])
    context = {
        "cases": rows_of(found[: queries.PAGE]),
        "after": more,
        "status": status,
        "tabs": [(s, s.label, counts.get(s, 0)) for s in Status if counts.get(s)],
        "total": sum(counts.values()),
    }
    return show(request, "casework/all.html", context)


@requires(may.VIEW)
@require_GET
def search(request: Request) -> HttpResponse:
    """One field: number, name or identity number."""
    words = rules.clean_text(request.GET.get("q", ""), 60)
    found = rows_of(list(queries.search(request.actor, words)[:50])) if words else []
    return show(request, "casework/search.html", {"words": words, "cases": found})


@requires(may.ACCEPT, may.HANDLE)
@require_POST
def batch(request: Request) -> HttpResponse:
    """Accept, or hand on, several ticked cases; each by itself, and what did not go says why."""
    action = request.POST.get("action", "")
    numbers = request.POST.getlist("number")[:50]
    results = []
    for number in numbers:
        try:
            if action == "accept":
                services.accept(number, by=request.actor)
            elif action == "forward":
                services.forward(number, by=request.actor)
            else:
                raise Http404
        except Refused as refusal:
            results.append({"number": number, "problem": str(refusal)})
        except Case.DoesNotExist:
            results.append({"number": number, "problem": _("这一件不在您这里。")})
        else:
            results.append({"number": number, "problem": ""})
    done = sum(not r["problem"] for r in results)
    heading = ngettext("办好了 %(n)s 件", "办好了 %(n)s 件", done) % {"n": done}
    return show(request, "casework/batch.html", {"results": results, "heading": heading})


def person_found(request: Request, form: FindPersonForm) -> tuple[Person | None, str | None]:
    """Return whose card was read, and remember that she stands here; else the number that is not registered yet."""
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            number = form.cleaned_data["id_number"]
            person = registry.find_by_identity(request.actor, IdKind.CITIZEN, number, services.PURPOSE)
            if person is None:
                return None, number
            request.session[BEFORE_ME] = [*request.session.get(BEFORE_ME, [])[-19:], str(person.pk)]
            return person, None
    return None, None


def person_before_me(request: Request, person_id: UUID | str) -> Person:
    """Return a person whose card this window has read. Raises Http404 for anybody else."""
    if str(person_id) not in request.session.get(BEFORE_ME, []):
        raise Http404
    person = registry.person(UUID(str(person_id)))
    if person is None or person.valid_to is not None:
        raise Http404
    return person


@requires(may.RECEIVE)
def window(request: Request) -> HttpResponse:
    """The window: read a card, or type the number; whoever she is and wherever she lives (R32, R33, R34)."""
    form = FindPersonForm(request.POST if request.method == "POST" else None)
    person, unknown = person_found(request, form)
    if person is not None:
        return redirect("casework:window_person", person.pk)
    context = {"form": form, "unknown": unknown}
    return show(request, "casework/window.html", context, status=422 if form.errors else 200)


@requires(may.RECEIVE)
def window_person(request: Request, person_id: UUID) -> HttpResponse:
    """What does she come for? Each item taken in at this visit goes on one receipt."""
    person = person_before_me(request, person_id)
    visit_id = visit_of(request)
    problem = ""
    if request.method == "POST":
        draft, problem = begin(request, applicant_id=person.pk, visit_id=visit_id)
        if draft is not None:
            return redirect("casework:draft_form", draft.pk)
    context = taking_in(request, visit_id) | {
        "person": person,
        "problem": problem,
        "authorities": queries.authorities_of(person),
    }
    return show(request, "casework/window_person.html", context, status=422 if problem else 200)


def visit_of(request: Request) -> UUID:
    try:
        return UUID(request.GET.get("visit") or request.POST.get("visit") or str(new_id()))
    except ValueError:
        raise Http404 from None


def begin(request: Request, *, applicant_id: UUID, visit_id: UUID, **more: Any) -> tuple[Draft | None, str]:
    """Begin the draft that a button of the window names; return it, or why it cannot be begun."""
    code = rules.clean_text(request.POST.get("code", ""), 60)
    common = {"channel": Channel.WINDOW} | more
    try:
        return services.start_draft(request.actor, code, applicant_id=applicant_id, visit_id=visit_id, **common), ""
    except ItemVersion.DoesNotExist:
        raise Http404 from None
    except Refused as refusal:
        return None, str(refusal)


def taking_in(request: Request, visit_id: UUID) -> dict[str, Any]:
    """Return what a window shows of a visit: what can be taken in, and what has been."""
    words = rules.clean_text(request.GET.get("q", ""), 60)
    return {
        "visit": visit_id,
        "visit_text": str(visit_id),
        "words": words,
        "items": [
            (item.code, in_language(item.name), in_language(item.summary), item.applicants.agents)
            for item in map(catalogue.item, catalogue.search(words, channel="window"))
            if item.elsewhere is None
        ],
        "taken": rows_of(list(queries.cases_of_visit(request.actor, visit_id))),
        "elsewhere": list(queries.slips_of_visit(request.actor, visit_id)),
    }


@requires(may.RECEIVE)
@require_GET
def slips(request: Request) -> HttpResponse:
    """What our windows took in for other counties, and how it stands there."""
    return show(request, "casework/slips.html", {"slips": queries.slips_for(request.actor)[:100]})


@requires(may.VIEW, may.VIEW_OWN)
@require_GET
def how_cases_move(request: Request) -> HttpResponse:
    """The lifecycle table as it stands in the code."""
    ways = [
        {
            "sources": [Status(s).label for s in way.sources],
            "label": way.label,
            "target": Status(way.target).label if way.target else _("不变"),
            "who": way.who.label if way.who else _("系统"),
            "clock": way.clock.label,
            "rests_on": way.rests_on,
        }
        for way in LIFECYCLE.ways
    ]
    return show(request, "casework/how_cases_move.html", {"ways": ways, "shell": shell_of(request.actor)})
