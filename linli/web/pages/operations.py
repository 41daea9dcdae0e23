"""Whether the house runs: what was not delivered, whether a worker works, which years are missing, the log's seals."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import requires
from linli.core.audit import queries as audit
from linli.core.calendar import now, today
from linli.core.calendar.queries import missing_years
from linli.core.events import permissions as events_may
from linli.core.events import queries as events
from linli.core.events import services as events_services
from linli.core.http import Refused, show
from linli.core.messages import queries as messages
from linli.core.messages.models import Failure
from linli.core.tasks import queries as tasks
from linli.web import permissions as may

LOOK_BACK = dt.timedelta(days=7)
SHOWN_UNDELIVERED = 50


@requires(may.OPERATE)
@never_cache
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """What whoever looks after the machine must know; nothing here holds people's data."""
    return _page(request)


@requires(events_may.DELIVER_AGAIN)
@require_POST
def deliver_again(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Give a delivery that gave up all its attempts again."""
    try:
        events_services.deliver_again(delivery_id, by=request.actor)  # type: ignore[attr-defined]
    except Refused as refusal:
        return _page(request, problem=str(refusal), status=refusal.status)
    notes.success(request, _("重新投递了，马上再试。"))
    return redirect("web:operations")


def _page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    moment = now()
    workers = tasks.workers(moment)
    failed = messages.not_arrived(moment - LOOK_BACK)
    context = {
        "undelivered": events.undelivered(SHOWN_UNDELIVERED) if request.actor.may(events_may.VIEW) else [],  # type: ignore[attr-defined]
        "workers": workers,
        "is_worked_at": any(worker.is_alive for worker in workers),
        "waiting": tasks.waiting(moment),
        "missing_years": missing_years(today()),
        "log": audit.log_state(),
        "failed": [(Failure(kind).label, count) for kind, count in sorted(failed.items()) if kind in Failure.values],
        "failed_count": sum(failed.values()),
        "look_back": LOOK_BACK.days,
        "problem": problem,
    }
    return show(request, "web/operations.html", context, status=status)
