"""Those who seem entitled, for programs: the list, why, and what is done about it; the batches."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from linli.core.access import requires
from linli.core.api import In, Out, Page, Paging, Room, asked_of, keyset
from linli.services.entitlement import permissions as may
from linli.services.entitlement import queries, rules, services, tasks
from linli.services.entitlement.models import Found, Run

room = Room("entitlement", _("政策找人"))
StateName = Literal["open", "prepared", "set_aside", "gone"]


class FoundRow(Out):
    """A person who seems to qualify for an item that she neither has nor has asked for."""

    id: UUID
    person_id: UUID
    name: str
    community_code: str
    item_code: str
    state: StateName
    day: dt.date = Field(description="The day of the facts by which she was found last")
    draft_id: UUID | None
    note: str
    version: int


class ReasonOut(Out):
    """A part of the rule that decided. holds null: facts are missing."""

    label: str
    holds: bool | None
    missing: list[str]


class FoundOut(FoundRow):
    reasons: list[ReasonOut]


class RunOut(Out):
    """A batch over everybody. counts: for each item how many qualify, are unknown, and were listed."""

    id: UUID
    day: dt.date
    started_at: dt.datetime
    finished_at: dt.datetime
    engine: Literal["duckdb", "spark"]
    people: int
    facts_sha256: str
    counts: dict[str, list[int]]


class SetAsideIn(In):
    note: Annotated[str, Field(min_length=1, max_length=rules.NOTE_MAX)]
    version: Annotated[int, Field(ge=1)]


class PrepareIn(In):
    version: Annotated[int, Field(ge=1)]


@room.get("/entitled", summary=_("看可能该享受、还没有申请的人"), response=Page[FoundRow])
@requires(may.VIEW)
def list_entitled(
    request: HttpRequest, paging: Paging, state: StateName = "open", item: Annotated[str, Field(max_length=60)] = ""
) -> Page[FoundRow]:
    """List who seems to qualify and has not applied, by item."""
    rows = queries.found_for(asked_of(request).actor).filter(state=state)
    rows = rows.filter(item_code=item) if item else rows
    return keyset(request, rows, ["item_code", "id"], paging, lambda row: FoundRow(**_told(row)))


@room.get("/entitled/{uuid:found_id}", summary=_("看为什么列出这个人"), response=FoundOut)
@requires(may.VIEW)
def get_entitled(request: HttpRequest, found_id: UUID) -> FoundOut:
    """Tell why a person is on the list, by the facts and the rule of the run that found her. The look is recorded."""
    actor = asked_of(request).actor
    row = queries.found_for(actor).get(pk=found_id)
    told = queries.why(row, by=actor)
    reasons = told.answer.reasons if told else ()
    return FoundOut(
        **_told(row),
        reasons=[ReasonOut(label=one.label, holds=one.holds, missing=list(one.missing)) for one in reasons],
    )


@room.post("/entitled/{uuid:found_id}/prepare", summary=_("给本人准备申请"), response=FoundRow)
@requires(may.PREPARE)
def prepare_entitled(request: HttpRequest, found_id: UUID, body: PrepareIn) -> FoundRow:
    """Make a draft in her own account that only she can send, and tell her."""
    row = services.prepare(found_id, by=asked_of(request).actor, version=body.version)
    return FoundRow(**_told(row))


@room.post("/entitled/{uuid:found_id}/set-aside", summary=_("记下不用办"), response=FoundRow)
@requires(may.PREPARE)
def set_entitled_aside(request: HttpRequest, found_id: UUID, body: SetAsideIn) -> FoundRow:
    """Note that nothing is to be done, and why; later runs let her be."""
    row = services.set_aside(found_id, by=asked_of(request).actor, note=body.note, version=body.version)
    return FoundRow(**_told(row))


@room.get("/entitlement-runs", summary=_("看找人的批次"), response=Page[RunOut])
@requires(may.RUN)
def list_entitlement_runs(request: HttpRequest, paging: Paging) -> Page[RunOut]:
    """List the batches, the newest first."""
    rows = queries.runs_for(asked_of(request).actor)
    return keyset(request, rows, ["-started_at", "-id"], paging, _run_out)


@room.post("/entitlement-runs", summary=_("现在找一遍"), status=202)
@requires(may.RUN)
def start_entitlement_run(request: HttpRequest) -> None:
    """Begin a batch; the worker does it, and it stands among the batches when it is done."""
    tasks.run.enqueue()


def _told(row: Found) -> dict[str, Any]:
    return {
        "id": row.pk, "person_id": row.person_id, "name": row.person.name, "community_code": row.community.code,
        "item_code": row.item_code, "state": row.state, "day": row.last_run.day, "draft_id": row.draft_id,
        "note": row.note, "version": row.version,
    }  # fmt: skip


def _run_out(row: Run) -> RunOut:
    return RunOut.model_validate(row, from_attributes=True)
