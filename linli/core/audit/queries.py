"""Reading the log: a person reads who looked at her data; an auditor reads what lies in his reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum

from linli.core.access import Actor, Permission
from linli.core.audit import permissions as may
from linli.core.audit.log import HOUSE, VIEWED
from linli.core.audit.models import ChainHead, DaySeal, Entry, Reading
from linli.core.calendar import now

PAGE = 30


@dataclass(frozen=True)
class Page:
    """Entries, the newest first. older: what to hand over as `before` for the next page, "" at the end."""

    entries: list[Entry]
    older: str


def entries_about(person_id: UUID, *, before: str = "", size: int = PAGE) -> Page:
    """Return who did what with this person's data, and why: for herself, in the portal (R149a)."""
    return _page(Entry.objects.filter(person_id=person_id), before, size)


def looks_at(person_ids: Collection[UUID], *, size: int) -> list[Entry]:
    """Return who looked at a person's data, the newest first; residents' own looks left out."""
    looks = Entry.objects.filter(person_id__in=person_ids, action=VIEWED).exclude(actor_kind="resident")
    return list(looks.order_by("-at", "-id")[:size])


def has_looked(actor: Actor, person_id: UUID, *, what: str, since: dt.datetime) -> bool:
    """Tell whether the actor has looked at this of the person's data since then."""
    looks = Entry.objects.filter(person_id=person_id, at__gte=since, action=VIEWED, actor_id=actor.account_id)
    return any(facts.get("what") == what for facts in looks.values_list("facts", flat=True))


def entries_for(
    actor: Actor,
    permission: Permission,
    *,
    action: str = "",
    person_id: UUID | None = None,
    subject: tuple[str, str] | None = None,
    actor_id: UUID | None = None,
    before: str = "",
    size: int = PAGE,
) -> Page:
    """Return a page of the log within the actor's reach.

    A post over whole counties reads their chains; every post reads what people at its own division and below did. An
    entry belongs to no department's line: a post in one reads none.
    action: "casework." for all of a room, or one whole action. subject: (type, id) as in the entry.
    """
    rows = _within(actor, permission)
    if action:
        rows = rows.filter(action__startswith=action) if action.endswith(".") else rows.filter(action=action)
    if person_id:
        rows = rows.filter(person_id=person_id)
    if subject:
        rows = rows.filter(subject_type=subject[0], subject_id=subject[1])
    if actor_id:
        rows = rows.filter(actor_id=actor_id)
    return _page(rows, before, size)


def heads() -> dict[str, tuple[int, str]]:
    """Return each chain's last link: its number and its hash."""
    return {head.chain: (head.seq, head.hash) for head in ChainHead.objects.order_by("chain")}


def has_link(chain: str, seq: int, digest: str) -> bool:
    """Tell whether a chain holds this very link."""
    return Entry.objects.filter(chain=chain, seq=seq, hash=digest).exists()


def latest_at(action: str = "") -> dt.datetime | None:
    """Return when the house last noted anything, or last noted this action of its own chain."""
    rows = Entry.objects.filter(chain=HOUSE)
    if action:
        rows = rows.filter(action=action)
    return rows.order_by("-at", "-id").values_list("at", flat=True).first()


def readings_of(actor: Actor) -> QuerySet[Reading]:
    """Return what is open to the actor at this moment: hers, not over, and only while she holds the right."""
    if actor.account_id is None or not actor.may(may.READ):
        return Reading.objects.none()
    return Reading.objects.filter(account_id=actor.account_id, ends_at__gt=now())


@dataclass(frozen=True)
class LogState:
    """How long the log is and how far it is sealed. Whether it is whole, only `linli audit verify` can tell."""

    chains: int
    entries: int
    seals: int
    last_sealed: dt.date | None


def log_state() -> LogState:
    """Return counts and the last sealed day; no entry is read."""
    heads = ChainHead.objects.aggregate(chains=Count("pk"), entries=Sum("seq"))
    seals = DaySeal.objects.aggregate(n=Count("pk"), last=Max("day"))
    return LogState(heads["chains"], heads["entries"] or 0, seals["n"], seals["last"])


def _within(actor: Actor, permission: Permission) -> QuerySet[Entry]:
    reach = actor.reach(permission)
    if reach.everything:
        return Entry.objects.all()
    if reach.is_empty():
        return Entry.objects.none()
    where = Q(person_id__in=reach.persons)
    if actor.post and reach.department is None:
        where |= Q(actor_division__startswith=actor.post.code_prefix)
        if reach.communities is None:
            where |= Q(chain__in=reach.counties)
    return Entry.objects.filter(where)


def _page(rows: QuerySet[Entry], before: str, size: int) -> Page:
    if place := _place(before):
        at, last_id = place
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=last_id))
    found = list(rows.order_by("-at", "-id")[: size + 1])
    shown = found[:size]
    return Page(shown, f"{shown[-1].at.isoformat()}~{shown[-1].pk}" if len(found) > size else "")


def _place(token: str) -> tuple[dt.datetime, UUID] | None:
    """Read the mark of the last entry seen; whatever else stands there means the beginning."""
    at, _, last_id = token.partition("~")
    try:
        moment, identifier = dt.datetime.fromisoformat(at), UUID(last_id)
    except ValueError:
        return None
    return (moment, identifier) if moment.tzinfo else None
