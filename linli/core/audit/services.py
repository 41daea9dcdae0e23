"""Asking to read the log of somebody or something, and opening it for a day once another has confirmed."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from linli.core.access import Actor
from linli.core.audit import permissions as may
from linli.core.audit import queries, rules
from linli.core.audit.log import record, record_look
from linli.core.audit.models import Reading
from linli.core.audit.subjects import subject_of
from linli.core.calendar import now
from linli.core.countersign import is_wanted
from linli.core.countersign import services as countersign
from linli.core.countersign.models import Countersignature
from linli.core.ids import new_id

READ = "audit.read"
"""The act that needs a second person where LINLI_FOUR_EYES names it."""


@transaction.atomic
def ask_to_read(kind: str, what: str, *, purpose: str, by: Actor) -> Countersignature | Reading:
    """Ask to read what the log says of one subject; what: as people call it. Opened at once where one person is enough.

    Raises SubjectNotFound, PurposeNeeded, SecondPersonNeeded.
    """
    purpose = " ".join(purpose.split())
    if len(purpose) < rules.PURPOSE_LEAST:
        raise rules.PurposeNeeded
    if not (subject_id := subject_of(kind).find(by, what.strip()[:60])):
        raise rules.SubjectNotFound
    payload = {"kind": kind, "subject_id": subject_id, "purpose": purpose[: rules.PURPOSE_MOST]}
    if is_wanted(READ, by):
        return countersign.ask(READ, payload, by=by)
    return open_reading(by=by, second=None, **payload)


@transaction.atomic
def open_reading(*, kind: str, subject_id: str, purpose: str, by: Actor, second: Actor | None) -> Reading:
    """Open one subject's log to one person for rules.LASTS. Raises SecondPersonNeeded, NotTheSamePerson, ReadingNeeded."""
    countersign.demand(READ, by=by, second=second)
    if not by.may(may.READ) or by.account_id is None:
        raise rules.ReadingNeeded
    row = Reading.objects.create(
        id=new_id(),
        account_id=by.account_id,
        kind=kind,
        subject_id=subject_id,
        purpose=purpose,
        confirmed_by_id=second.account_id if second else None,
        confirmed_by_name=second.name if second else "",
        opened_at=now(),
        ends_at=now() + rules.LASTS,
    )
    record(
        by, "audit.reading_opened", row, person_id=_person(row), purpose=purpose, kind=kind, of=subject_id,
        confirmed_by=second and second.account_id,
    )  # fmt: skip
    return row


@transaction.atomic
def read(reading_id: UUID, *, by: Actor, before: str = "") -> tuple[Reading, queries.Page]:
    """Return a page of what was opened, within the reader's reach; each look is noted. Raises Reading.DoesNotExist."""
    row = queries.readings_of(by).get(pk=reading_id)
    page = queries.entries_for(by, may.READ, before=before, **subject_of(row.kind).entries(row.subject_id))
    note_reading(row, by=by)
    return row, page


def note_reading(row: Reading, *, by: Actor) -> None:
    """Write down that it was read; whose data it is can see it among the looks at her."""
    record(by, "audit.read", row, purpose=row.purpose)
    if person_id := _person(row):
        record_look(by, person_id, what="审计记录", purpose=row.purpose)  # untranslated: stands in the log


def check_may_read(kind: str, subject_id: str, *, by: Actor) -> None:
    """Refuse whoever reads another's log without a reading of it that is open. Raises ReadingNeeded."""
    if by.kind != "system" and not queries.readings_of(by).filter(kind=kind, subject_id=subject_id).exists():
        raise rules.ReadingNeeded


def _person(row: Reading) -> UUID | None:
    return UUID(row.subject_id) if subject_of(row.kind).is_person else None
