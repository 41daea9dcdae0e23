"""Facts with two times: begun, ended and put right, never rewritten (`models.known`)."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.http import Refused
from linli.core.ids import new_id
from linli.ground.registry.models import Known, Person
from linli.ground.registry.queries import housing as queries

K = TypeVar("K", bound=Known)


class ChangedMeanwhile(Refused):
    """Two people changed the same fact at the same moment: the second is told, and nothing of hers is written."""

    code = "registry.changed_meanwhile"
    message = _("别人刚刚改过这一条。请重新打开，看看现在登记的是什么。")
    status = 409


def begin(model: type[K], *, by: Actor, on: dt.date, source: str, **facts: Any) -> K:
    """Write a fact that holds from a day on."""
    row = model(id=new_id(), valid_from=on, recorded_at=now(), recorded_by=by.account_id, source=source, **facts)
    row.save(force_insert=True)
    return row


def end(row: K, *, by: Actor, on: dt.date, source: str) -> K | None:
    """End a fact on a day: what was believed is superseded, and the same fact written anew with its end.

    Ended on its first day or before, it never held, and nothing is written anew. Raises ChangedMeanwhile.
    """
    supersede(row)
    if on <= row.valid_from:
        return None
    return _again(row, by=by, source=source, valid_to=on)


def supersede(row: Known) -> None:
    """Believe a fact no longer; what was believed stays on record. Raises ChangedMeanwhile."""
    rows = type(row)._base_manager.filter(pk=row.pk, county_code=row.county_code, superseded_at__isnull=True)
    moment = now()
    if not rows.update(superseded_at=moment):
        raise ChangedMeanwhile
    row.superseded_at = moment


def end_all(person: Person, *, by: Actor, on: dt.date, source: str) -> None:
    """End every home, household and tie of a person who has died."""
    leave_home(person, by=by, on=on, source=source)
    for row in (queries.registered_of(person), *queries.ties_of(person)):
        if row is not None:
            end(row, by=by, on=on, source=source)


def leave_home(person: Person, *, by: Actor, on: dt.date, source: str) -> None:
    """End where a person lives and with whom she keeps house; where she is registered stays."""
    for row in (queries.membership_of(person), queries.living_of(person)):
        if row is not None:
            end(row, by=by, on=on, source=source)


def _again(row: K, *, by: Actor, source: str, **changes: Any) -> K:
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    told = {"id": new_id(), "recorded_at": now(), "recorded_by": by.account_id, "source": source, "superseded_at": None}
    written = type(row)(**kept | told | changes)
    written.save(force_insert=True)
    return written
