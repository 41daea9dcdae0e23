"""Runs of linkage, and what people decide: who is joined with which row of a list, undone at any time, for good."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.crypto import register_sealed, seal, unseal
from linli.core.http import Refused, save_version
from linli.core.ids import placed_id
from linli.ground.exchange import permissions as may
from linli.ground.exchange.linkage import columns, model, pairing
from linli.ground.exchange.models import LinkCandidate, LinkDecision, LinkRun, LinkState
from linli.ground.registry import queries as registry
from linli.ground.registry import rules as registry_rules
from linli.ground.registry.models import Person, Sex

RECORD = "exchange.linkcandidate.record"
SAID_MAX = 200


class ReasonNeeded(Refused):
    code = "exchange.link_reason_needed"
    message = _("请写一句怎么看出来的，最多 %(most)s 个字。")
    field = "said"


class JoinedElsewhere(Refused):
    code = "exchange.link_joined_elsewhere"
    message = _("名单上的这一条已经和另一个人合上了。请先把那边分开。")


def register() -> None:
    register_sealed("exchange.LinkCandidate", "record", RECORD)


def candidates_for(actor: Actor) -> QuerySet[LinkCandidate]:
    """Candidates whose person lies in the actor's reach: the one way to them."""
    rows = LinkCandidate.objects.within(actor.reach(may.LINK))
    return rows.select_related("person", "community", "run")


def record_of(row: LinkCandidate) -> dict[str, str]:
    """The list's row as it came, in clear. The caller has reached the candidate and notes the look."""
    told: dict[str, str] = json.loads(unseal(row.record, where=RECORD, row=row.pk))
    return told


def history_of(row: LinkCandidate) -> list[LinkDecision]:
    """What was decided of a candidate, the first first."""
    return list(LinkDecision.objects.filter(county_code=row.county_code, candidate=row).order_by("decided_at", "id"))


def run(
    given: Sequence[Mapping[str, Any]], *, source: str, by: Actor, on: str = "", model_file: Path | None = None,
    join_at: float = pairing.JOIN_AT, ask_at: float = pairing.ASK_AT,
) -> LinkRun:  # fmt: skip
    """Link a list (rows with the names of columns.COLUMNS) with everybody in the registry. Harmless when repeated.

    What a person has decided stays. Raises EngineMissing.
    """
    started_at, file = now(), model_file or model.SHIPPED
    people: dict[str, Person] = {}
    known = []
    for person, facts in registry.everybody_in_clear(by=by):
        people[str(person.pk)] = person
        known.append(facts | {"source": "registry", "row_id": str(person.pk)})
    rows = {str(row["row_id"]): row for row in given}
    found = _found(known, list(rows.values()), model.load(file), on, ask_at)
    apart = set(
        LinkCandidate.everywhere.filter(source=source, state=LinkState.APART)
        .order_by()
        .values_list("person_id", "row_id")
    )
    found = [pair for pair in found if (UUID(pair.left), pair.right) not in apart]
    ways = pairing.decide(found, join_at=join_at, ask_at=ask_at)
    with transaction.atomic():
        made = LinkRun.objects.create(
            source=source, engine=on or pairing.engine(), model_sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
            join_at=join_at, ask_at=ask_at, started_at=started_at, finished_at=now(), rows=len(rows),
            joined=sum(way is pairing.Way.JOIN for way in ways.values()),
            asked=sum(way is pairing.Way.ASK for way in ways.values()),
        )  # fmt: skip
        for pair, way in ways.items():
            _keep(made, pair, way, people[pair.left], rows[pair.right])
        audit.record(by, "exchange.link_run", made, rows=made.rows, joined=made.joined, asked=made.asked)
    return made


def _found(
    known: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]], told: dict[str, Any], on: str, ask_at: float
) -> list[pairing.Pair]:
    """Write both sides where the engine reads them, for as long as it does."""
    import pyarrow.parquet as pq

    settings.BATCH_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=settings.BATCH_DIR, prefix="link-") as folder:
        paths = [Path(folder) / name for name in ("registry.parquet", "given.parquet")]
        for path, rows in zip(paths, (known, given), strict=True):
            pq.write_table(columns.table(rows), path)
        return pairing.pairs(paths[0], paths[1], model=told, on=on, at_least=ask_at)


def _keep(made: LinkRun, pair: pairing.Pair, way: pairing.Way, person: Person, record: Mapping[str, Any]) -> None:
    """Write a pair down, or what it weighs now; decided by a person, it stays as it is."""
    state = LinkState.JOINED if way is pairing.Way.JOIN else LinkState.ASKED
    where = {"county_code": person.county_code, "source": made.source, "row_id": pair.right}
    row = LinkCandidate.everywhere.filter(**where, person=person).first()
    others = LinkCandidate.everywhere.filter(**where, state=LinkState.JOINED).exclude(person=person)
    if state == LinkState.JOINED and others.exists():
        state = LinkState.ASKED
    if row is None:
        row = LinkCandidate(
            id=placed_id(person.county_code), person=person, community_id=person.community_id, weight=pair.weight,
            parts=pair.parts, state=state, run=made, **where,
        )  # fmt: skip
        told = {name: str(record.get(name) or "") for name in columns.COLUMNS}
        row.record = seal(json.dumps(told, ensure_ascii=False), where=RECORD, row=row.pk)
        row.save(force_insert=True)
        if state == LinkState.JOINED:
            _decided(row, state, None)
        return
    was = row.state
    has_decided = LinkDecision.objects.filter(
        county_code=row.county_code, candidate=row, decided_by__isnull=False
    ).exists()
    changes: dict[str, Any] = {"weight": pair.weight, "parts": pair.parts, "run": made}
    if not has_decided and was == LinkState.ASKED and state == LinkState.JOINED:
        changes["state"] = state
    save_version(row, None, **changes)
    if row.state != was:
        _decided(row, row.state, None)


@transaction.atomic
def decide(candidate_id: UUID, state: str, *, by: Actor, said: str, version: int | None = None) -> LinkCandidate:
    """Join a pair, or keep it apart: by a person, who says how she sees it. Undoing a join is keeping it apart.

    Neither record is changed by it, and no run decides it anew. Raises LinkCandidate.DoesNotExist, ReasonNeeded,
    JoinedElsewhere, Stale.
    """
    row = candidates_for(by).get(pk=candidate_id)
    said = " ".join(said.split())
    if not said or len(said) > SAID_MAX:
        raise ReasonNeeded(most=SAID_MAX)
    state = LinkState(state)
    others = LinkCandidate.everywhere.filter(
        county_code=row.county_code, source=row.source, row_id=row.row_id, state=LinkState.JOINED
    )
    if state == LinkState.JOINED and others.exclude(pk=row.pk).exists():
        raise JoinedElsewhere
    save_version(row, version, state=state)
    _decided(row, state, by, said)
    action = "exchange.link_joined" if state == LinkState.JOINED else "exchange.link_parted"
    audit.record(by, action, row, person_id=row.person_id, chain=row.county_code)
    return row


def _decided(row: LinkCandidate, state: str, by: Actor | None, said: str = "") -> None:
    LinkDecision.objects.create(
        id=placed_id(row.county_code), county_code=row.county_code, candidate=row, state=state,
        decided_by=by.account_id if by else None, decided_name=by.name if by else "", decided_at=now(), said=said,
    )  # fmt: skip


def masked(name: str, text: str) -> str:
    """Return a column of a list's row as a page shows it: numbers masked, addresses hidden as the registry's are."""
    if name == "id_number":
        return registry_rules.mask_identity(text)
    if name == "phone":
        return registry_rules.mask_phone(text)
    if name == "address":
        return "******" if text else ""
    return str(Sex(text).label) if name == "sex" and text in Sex.values else text
