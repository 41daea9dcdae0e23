"""The desk at which deliveries wait that gave up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from linli.core.calendar import now
from linli.core.events.bus import UnknownName
from linli.core.events.tasks import deliver
from linli.core.tasks import MAX_ATTEMPTS, GiveUp
from linli.core.tasks.services import TRY_AGAIN_WITHIN

UNKNOWN_NAME = f"{UnknownName.__module__}.{UnknownName.__qualname__}"


@dataclass(frozen=True)
class Undelivered:
    """A delivery that nobody tries any more: what happened, who should have heard it, and why he did not."""

    id: UUID
    event: str
    subscriber: str
    payload: dict[str, object]
    attempts: int
    failed_at: dt.datetime
    reason: str
    """A sentence, without the texts of errors: those may quote what people wrote."""


def undelivered(limit: int = 100) -> list[Undelivered]:
    """Return the deliveries that gave up, the longest waiting first."""
    return [_shown(row) for row in given_up().order_by("finished_at", "pk")[:limit]]


def given_up() -> QuerySet[DBTaskResult]:
    """Return the rows of deliveries that the worker does not try again."""
    beyond = Q(**{f"worker_ids__{MAX_ATTEMPTS - 1}__isnull": False})
    hopeless = Q(exception_class_path__in=GiveUp.paths)
    too_old = Q(finished_at__lte=now() - TRY_AGAIN_WITHIN)
    rows = DBTaskResult.objects.filter(task_path=deliver.module_path, status=TaskResultStatus.FAILED)
    return rows.filter(beyond | hopeless | too_old)


def _shown(row: DBTaskResult) -> Undelivered:
    event, payload, subscriber = row.args_kwargs["args"]
    return Undelivered(
        id=row.pk,
        event=event,
        subscriber=subscriber,
        payload=payload,
        attempts=len(row.worker_ids),
        failed_at=row.finished_at or row.enqueued_at,
        reason=_reason(row, subscriber),
    )


def _reason(row: DBTaskResult, subscriber: str) -> str:
    if row.exception_class_path == UNKNOWN_NAME:
        return str(row.traceback.strip().splitlines()[-1].removeprefix(f"{UNKNOWN_NAME}: "))
    return _("%(subscriber)s 试了 %(attempts)s 次都没有办成，最后一次是 %(error)s。请看日志，改好后重新投递。") % {
        "subscriber": subscriber,
        "attempts": len(row.worker_ids),
        "error": row.exception_class_path.rsplit(".", 1)[-1],
    }
