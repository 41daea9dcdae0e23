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
from linli.core.design import panels, worklist
from linli.core.design.dates import said
from linli.services.casework import discretion
from linli.services.casework import figures as counting
from linli.services.casework import permissions as cases_may
from linli.services.casework import queries as casework
from linli.services.casework.models import OPEN, Case, Gap, Status
from linli.services.catalogue import words
from linli.web.heads import Indicator
from linli.web.permissions import USE_WORKBENCH, unread

Panel = tuple[str, dict[str, Any]] | None
MOST = 3
ON_THE_BENCH = 10
MOST_FOUND = 20
HEADS_DAYS = 30


def _name(case: Case) -> str:
    return words.say(casework.item_of(case).name)


def waiting(request: HttpRequest) -> Panel:
    """What waits for the reader herself, with its date."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "resident":
        return None
    todos: list[dict[str, Any]] = [
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
    todos += [_gap(gap) for gap in casework.gaps_waiting_for_me(actor)[:MOST]]
    if new := unread(request):
        todos.append(_unread(new))
    if not todos:
        return None
    title = ngettext("有 %(n)s 件事等您", "有 %(n)s 件事等您", len(todos)) % {"n": len(todos)}
    return "design/panels/todo.html", {"title": title, "todos": todos}


def _gap(gap: Gap) -> dict[str, Any]:
    names = {material.code: words.say(material.name) for material in casework.item_of(gap.case).materials}
    return {
        "name": _name(gap.case),
        "sentence": _("说好以后补来的：%(what)s。") % {"what": names.get(gap.material_code, gap.material_code)},
        "before": gap.due_on,
        "url": reverse("casework:my_case", args=[gap.case.number]),
        "action": _("去交"),
        "icon": "camera",
    }


def _unread(new: int) -> dict[str, Any]:
    return {
        "name": _("消息"),
        "sentence": ngettext("有 %(n)s 条没读。", "有 %(n)s 条没读。", new) % {"n": new},
        "before": None,
        "url": reverse("web:my_messages"),
        "action": _("去看"),
        "icon": "mail",
    }


def running(request: HttpRequest) -> Panel:
    """The reader's cases under way."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "resident":
        return None
    rows = casework.my_cases(actor).filter(status__in=OPEN).exclude(status=Status.SUPPLEMENT_REQUESTED)
    under_way = list(casework.in_brief(rows)[:MOST])
    if not under_way:
        return None
    shown = [
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
        "cases": shown,
    }


def found_cases(request: HttpRequest) -> Panel:
    """Cases within the actor's reach by number, name or identity number."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(cases_may.VIEW):
        return None
    found = list(casework.in_brief(casework.search(actor, request.GET.get("q", "")))[:MOST_FOUND])
    if not found:
        return None
    rows = [
        {
            "name": _name(case),
            "url": case.get_absolute_url(),
            "number": case.number,
            "whose": case.applicant.name if discretion.reads(case, actor) else _("不显示"),
            "where": case.community.short_name,
            "state": discretion.state_shown(case, actor, case.get_status_display()),
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


def waits_for_me(request: HttpRequest) -> Panel:
    """The most urgent of all that waits for the actor, from every room (R159)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(USE_WORKBENCH):
        return None
    work = worklist.worklist_for(actor, most=ON_THE_BENCH)
    if not work.tabs:
        return None
    return "web/_worklist_panel.html", {"work": work, "today": today(), "soon": worklist.nearly_due(actor)}


def by_status(request: HttpRequest) -> Panel:
    """How many cases stand where, within the actor's reach."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(cases_may.VIEW):
        return None
    counts = casework.counts_by_status(actor)
    every = reverse("casework:all")
    figures = [
        {"name": status.label, "value": counts[status], "whole": "", "url": f"{every}?status={status.value}",
         "words": _("看这些")}
        for status in Status
        if counts.get(status)
    ]  # fmt: skip
    if not figures:
        return None
    return "design/panels/figures.html", {"id": "by-status", "title": _("办件现在在哪里"), "figures": figures}


def heads(request: HttpRequest) -> Panel:
    """The indicators of the four heads that cases can tell (R160); of facilities and environment they know nothing."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(cases_may.FIGURES):
        return None
    goes = counting.how_it_goes(actor, since=today() - dt.timedelta(days=HEADS_DAYS))
    figures = reverse("casework:figures")
    every = reverse("casework:all")
    look = _("看是怎么算的")
    return "", {
        "service": [
            _share(_("30 天里按时办完"), goes.in_time, goes.decided, figures, look),
            _share(_("30 天里没让补材料"), goes.at_once, goes.decided, figures, look),
            _share(_("30 天里办完的评价满意"), goes.good, goes.rated, figures, look),
        ],
        "management": [
            Indicator(_("这一步超期的"), str(goes.late), _("/ %(n)s 件") % {"n": goes.waiting}, every, _("看全部办件")),
            _open(
                _("差评超期没答复"), goes.bad_ratings_late, goes.bad_ratings, "casework:follow_ups",
                actor.may(cases_may.FOLLOW_UP),
            ),
            _open(
                _("还没了结的督办"), goes.work_items, None, "casework:work_items", actor.may(cases_may.SUPERVISE)
            ),
        ],
    }  # fmt: skip


def _share(name: str, part: int, whole: int, url: str, look: str) -> Indicator:
    """Return a share with its whole; without anything to share, that there is nothing to count yet."""
    if not whole:
        return Indicator(name, _("还没有数据"))
    return Indicator(name, f"{part * 100 // whole}%", f"{part} / {whole}", url, look)


def _open(name: str, count: int, of: int | None, page: str, may_open: bool) -> Indicator:
    whole = "" if of is None else _("/ %(n)s 件") % {"n": of}
    return Indicator(name, str(count), whole, reverse(page) if may_open else "", _("看这些") if may_open else "")


def register() -> None:
    panels.register("bench_service", waits_for_me, order=10)
    panels.register("bench_management", by_status, order=0)
    panels.register("bench_heads", heads, order=0)
    panels.register("bench_service", my_day, order=0)
    panels.register("portal_home", waiting, order=0)
    panels.register("portal_home", running, order=60)
    panels.register("find", found_cases, order=10)
    panels.register("portal_aside", lambda request: ("design/panels/urgent.html", {}), order=0)
