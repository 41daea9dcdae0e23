"""What waits for a second person, for programs: seen, confirmed, refused, taken back."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from linli.core.access import dangerous, requires
from linli.core.api import In, Out, Page, Paging, Room, asked_of, keyset
from linli.core.countersign import permissions as may
from linli.core.countersign import queries, services
from linli.core.countersign.acts import act_named
from linli.core.countersign.models import Countersignature

room = Room("countersign", _("第二人确认"))
StateName = Literal["waiting", "confirmed", "refused", "withdrawn"]


class CountersignatureOut(Out):
    """An act that somebody has asked for and that another has to confirm."""

    id: UUID
    act: str
    label: str
    what: str = Field(description="What is to be done, in a sentence")
    state: StateName
    asked_by_name: str
    asked_at: dt.datetime
    expires_at: dt.datetime
    settled_by_name: str
    settled_at: dt.datetime | None
    reason: str = Field(description="Why it was refused")
    is_mine: bool = Field(description="One's own: another has to confirm it")


class RefusalIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="Whoever asked reads it")


@room.get("/countersignatures", summary=_("等第二人确认的事"), response=Page[CountersignatureOut])
@requires(may.SEE)
def list_countersignatures(
    request: HttpRequest, paging: Paging, state: StateName | None = None
) -> Page[CountersignatureOut]:
    """List what waits for a second person and what became of it, newest first: one's own, and what one may confirm."""
    actor = asked_of(request).actor
    rows = queries.for_actor(actor)
    if state is not None:
        rows = rows.filter(state=state)
    page: Page[Any] = keyset(request, rows, ("-asked_at", "-id"), paging, lambda one: one)
    told = queries.sentences(page.items)
    return Page(items=[_out(request, row, told[row.pk]) for row in page.items], next=page.next)


@room.get("/countersignatures/{uuid:countersignature_id}", summary=_("看一件等确认的事"), response=CountersignatureOut)
@requires(may.SEE)
def get_countersignature(request: HttpRequest, countersignature_id: UUID) -> CountersignatureOut:
    """Show what is to be done, and who asked for it."""
    return _out(request, queries.for_actor(asked_of(request).actor).get(pk=countersignature_id))


@room.post(
    "/countersignatures/{uuid:countersignature_id}/confirmation", summary=_("作为第二人确认"),
    response=CountersignatureOut,
)  # fmt: skip
@dangerous
@requires(may.SEE)
def confirm_countersignature(request: HttpRequest, countersignature_id: UUID) -> CountersignatureOut:
    """Confirm what another has asked for: it is done at once, with the asker's rights as they are now."""
    return _settled(request, services.confirm(countersignature_id, by=asked_of(request).actor))


@room.post(
    "/countersignatures/{uuid:countersignature_id}/refusal", summary=_("作为第二人不同意"), response=CountersignatureOut
)
@dangerous
@requires(may.SEE)
def refuse_countersignature(request: HttpRequest, countersignature_id: UUID, body: RefusalIn) -> CountersignatureOut:
    """Say no to what another has asked for, with a reason that she reads."""
    return _settled(request, services.refuse(countersignature_id, by=asked_of(request).actor, reason=body.reason))


@room.post(
    "/countersignatures/{uuid:countersignature_id}/withdrawal", summary=_("撤回自己提出的事"),
    response=CountersignatureOut,
)  # fmt: skip
@requires(may.SEE)
def withdraw_countersignature(request: HttpRequest, countersignature_id: UUID) -> CountersignatureOut:
    """Take back what one has asked for: nothing has changed."""
    return _settled(request, services.withdraw(countersignature_id, by=asked_of(request).actor))


def _settled(request: HttpRequest, row: Countersignature) -> CountersignatureOut:
    row.refresh_from_db()
    return _out(request, row)


def _out(request: HttpRequest, row: Countersignature, sentence: str = "") -> CountersignatureOut:
    plain = set(CountersignatureOut.model_fields) - {"label", "what", "is_mine"}
    return CountersignatureOut(
        **{name: getattr(row, name) for name in plain},  # type: ignore[arg-type]
        label=str(act_named(row.act).label),
        what=sentence or queries.sentences([row])[row.pk],
        is_mine=row.asked_by_id == asked_of(request).actor.account_id,
    )
