"""Reading the log of others, for programs of an auditor's browser: asked for, confirmed by another, open for a day."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from linli.core.access import dangerous, requires
from linli.core.api import Code, In, Out, Page, Paging, Room, asked_of, keyset
from linli.core.api.answers import marked, page_with
from linli.core.audit import permissions as may
from linli.core.audit import queries, rules, services
from linli.core.audit.models import Entry, Reading
from linli.core.audit.subjects import subjects
from linli.core.http import Refused

room = Room("audit", _("审计记录"))


class KindNotKnown(Refused):
    code = "audit.kind_not_known"
    message = _("没有这一类可查的。能查的有：%(kinds)s。")
    field = "kind"


class ReadingOut(Out):
    """That one may read what the log says of one subject, until when."""

    id: UUID
    kind: str
    subject_id: str
    purpose: str
    confirmed_by_name: str
    opened_at: dt.datetime
    ends_at: dt.datetime


class AskedOut(Out):
    """What asking has led to: it is open, or waits for a second person."""

    reading: ReadingOut | None = Field(description="Where one person is enough")
    countersignature_id: UUID | None = Field(description="Where a second person has to confirm it")


class EntryOut(Out):
    """One entry of the log: ids and words of the program, nobody's data."""

    id: UUID
    at: dt.datetime
    action: str
    label: str
    actor_kind: str
    actor_role: str
    actor_division: str
    acting_for: str
    purpose: str


class ReadingIn(In):
    kind: Code = Field(description="person, case, account …")
    what: Annotated[str, Field(min_length=1, max_length=60)] = Field(
        description="A whole identity number, a user name, a case number"
    )
    purpose: Annotated[str, Field(min_length=1, max_length=rules.PURPOSE_MOST)]


@room.get("/audit-readings", summary=_("我能查的审计记录"), response=Page[ReadingOut])
@requires(may.READ)
def list_audit_readings(request: HttpRequest, paging: Paging) -> Page[ReadingOut]:
    """List what is open to me now, newest first."""
    return keyset(request, queries.readings_of(asked_of(request).actor), ("-opened_at", "-id"), paging, _out)


@room.post("/audit-readings", summary=_("申请查审计记录"), response=AskedOut)
@dangerous
@requires(may.READ)
def ask_audit_reading(request: HttpRequest, body: ReadingIn) -> AskedOut:
    """Ask to read what the log says of one subject; opened at once where one person is enough."""
    known = [one.kind for one in subjects()]
    if body.kind not in known:
        raise KindNotKnown(kinds="、".join(known))
    made = services.ask_to_read(body.kind, body.what, purpose=body.purpose, by=asked_of(request).actor)
    if isinstance(made, Reading):
        return AskedOut(reading=_out(made), countersignature_id=None)
    return AskedOut(reading=None, countersignature_id=made.pk)


@room.get("/audit-readings/{uuid:reading_id}/entries", summary=_("查审计记录"), response=Page[EntryOut])
@requires(may.READ)
def read_audit_entries(
    request: HttpRequest, reading_id: UUID, after: Annotated[str, Query(max_length=2000)] = ""
) -> Page[EntryOut]:
    """Show the entries of one subject, newest first. Looking is an entry too."""
    _row, page = services.read(reading_id, by=asked_of(request).actor, before=marked(request, after))
    return page_with(request, [_entry_out(one) for one in page.entries], page.older)


def _out(row: Reading) -> ReadingOut:
    return ReadingOut(**{name: getattr(row, name) for name in ReadingOut.model_fields})


def _entry_out(entry: Entry) -> EntryOut:
    plain = set(EntryOut.model_fields) - {"label"}
    return EntryOut(**{name: getattr(entry, name) for name in plain}, label=str(entry.label))  # type: ignore[arg-type]
