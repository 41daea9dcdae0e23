"""What the home pages say about cases: the shells put together what casework answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.access import Actor
from linli.core.calendar import today
from linli.core.design import panels
from linli.core.design.dates import said
from linli.services.casework import permissions as cases_may
from linli.services.casework import queries as casework
from linli.services.casework.models import Case, Status
from linli.services.catalogue import words

Panel = tuple[str, dict[str, Any]] | None
MOST = 3
MOST_FOUND = 20


def _name(case: Case) -> str:
    return words.say(casework.item_of(case).name)


def waiting(request: HttpRequest) -> Panel:
    """What waits for the reader herself, with its date."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "resident":
        return None
    todos = [
        {
            "name": _name(case),
            "sentence": _("请补来：%(what)s。")
            % {"what": _("、").join(missing["name"] for missing in case.supplement.missing)},
            "before": case.supplement.answer_until,
            "url": reverse("casework:my_supplement", args=[case.number]),
            "action": _("去补"),
            "icon": "camera",
        }
        for case in casework.waiting_for_me(actor)[:MOST]
    ]
    if not todos:
        return None
    title = ngettext("有 %(n)s 件事等您", "有 %(n)s 件事等您", len(todos)) % {"n": len(todos)}
    return "design/panels/todo.html", {"title": title, "todos": todos}


def running(request: HttpRequest) -> Panel:
    """The reader's cases under way."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "resident":
        return None
    found = [case for case in casework.my_cases(actor)[:MOST_FOUND] if case.is_open]
    under_way = [case for case in found if case.status != Status.SUPPLEMENT_REQUESTED][:MOST]
    if not under_way:
        return None
    rows = [
        {
            "name": _name(case),
            "url": reverse("casework:my_case", args=[case.number]),
            "state": "note",
            "state_words": case.get_status_display(),
            "note": _("最晚 %(day)s办好") % {"day": said(case.due_on)} if case.due_on else "",
        }
        for case in under_way
    ]
    return "design/panels/running.html", {
        "title": _("正在办"),
        "more": _("我的事"),
        "more_url": reverse("casework:my_cases"),
        "cases": rows,
    }


def found_cases(request: HttpRequest) -> Panel:
    """Cases within the actor's reach by number, name or identity number."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(cases_may.VIEW):
        return None
    found = list(casework.search(actor, request.GET.get("q", ""))[:MOST_FOUND])
    if not found:
        return None
    rows = [
        {
            "name": _name(case),
            "url": case.get_absolute_url(),
            "number": case.number,
            "whose": case.applicant.name,
            "where": case.community.short_name,
            "state": case.get_status_display(),
        }
        for case in found
    ]
    return "web/_found_cases.html", {"cases": rows}


def my_day(request: HttpRequest) -> Panel:
    """What waits for the actor's post: how much, how much of it is late or nearly so, each with its way in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not (actor.may(cases_may.HANDLE) or actor.may(cases_may.ACCEPT)):
        return None
    day = today()
    soon = Q(step_due_on__range=(day, day + dt.timedelta(days=1)))
    counts = (
        casework.tasks_for(actor)
        .order_by()
        .aggregate(all=Count("pk"), over=Count("pk", filter=Q(step_due_on__lt=day)), soon=Count("pk", filter=soon))
    )
    tasks = reverse("casework:tasks")
    whole = _("/ %(n)s 件") % {"n": counts["all"]}
    look = _("看这几件")
    figures = [
        {"name": _("等我办的"), "value": counts["all"], "whole": "", "url": tasks, "words": _("从最急的开始")},
        {"name": _("超期"), "value": counts["over"], "whole": whole, "url": f"{tasks}?cut=over", "words": look},
        {"name": _("今明两天到期"), "value": counts["soon"], "whole": whole, "url": f"{tasks}?cut=soon", "words": look},
    ]
    return "design/panels/figures.html", {"id": "my-day", "title": _("办件"), "figures": figures}


def register() -> None:
    panels.register("bench_service", my_day, order=0)
    panels.register("portal_home", waiting, order=0)
    panels.register("portal_home", running, order=60)
    panels.register("find", found_cases, order=10)
    panels.register("portal_aside", lambda request: ("design/panels/urgent.html", {}), order=0)
