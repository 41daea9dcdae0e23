"""Looking for those who are entitled: the batch, and what a worker does with whom it found."""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction

from linli.core import audit, messages
from linli.core.access import Actor
from linli.core.calendar import now, today
from linli.core.conditions import parse, sql
from linli.core.conditions.city import check_engine, hold
from linli.core.files import services as files
from linli.core.http import save_version
from linli.core.ids import placed_id
from linli.ground.accounts import queries as accounts
from linli.ground.registry import queries as registry
from linli.services.casework import services as casework
from linli.services.catalogue import queries as catalogue
from linli.services.entitlement import freezing, queries, rules
from linli.services.entitlement import permissions as may
from linli.services.entitlement.models import Found, Run, State
from linli.services.entitlement.rules import FACTS

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET = "application/vnd.apache.parquet"
AT_ONCE = 1_000


def run(*, by: Actor, on: str = "") -> Run:
    """Freeze everybody's facts, hold every item's rule against them, and renew the lists. Harmless when repeated.

    on: duckdb or spark, else what is set. Minutes for a city. Raises EngineMissing.
    """
    check_engine(on)
    day, started_at = today(), now()
    versions = {version.item.code: version for version in catalogue.published()}
    items = {code: catalogue.item(version) for code, version in versions.items()}
    asked = rules.rules_of(items.values())
    listed = {code: rules.still_to_find(code, rule) for code, rule in asked.items()}
    settings.BATCH_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=settings.BATCH_DIR, prefix="entitlement-") as folder:
        path = Path(folder) / "facts.parquet"
        people = freezing.write(path, on=day, items=items.values())
        found = hold(
            path,
            counted={code: sql(parse(rule, FACTS), on=day) for code, rule in asked.items()},
            wanted={code: sql(parse(rule, FACTS), on=day) for code, rule in listed.items()},
            keep=freezing.PLACE,
            on=on,
        )
        content = path.read_bytes()
    new = {code: _people(found.rows, code) for code in asked}
    with transaction.atomic():
        made = Run.objects.create(
            day=day, started_at=started_at, finished_at=now(), engine=found.engine, people=people,
            facts=files.keep(content, PARQUET, by=by), facts_sha256=hashlib.sha256(content).hexdigest(),
            rules={code: {"version": str(versions[code].pk), "hash": versions[code].content_hash, "rule": asked[code],
                          "listed": listed[code]} for code in asked},
            counts={code: [*found.counts[code], len(new[code])] for code in asked},
        )  # fmt: skip
        audit.record(by, "entitlement.run_done", made, people=people, listed=sum(map(len, new.values())))
    _renew(made, new)
    return made


def _people(rows: pa.Table, code: str) -> list[tuple[UUID, str, UUID]]:
    """Return person, county and community of those whom an item's rule has listed."""
    chosen = rows.filter(rows[code]).select(list(freezing.PLACE)).to_pylist()
    return [(UUID(one["person_id"]), one["county_code"], UUID(one["community_id"])) for one in chosen]


def _renew(made: Run, new: dict[str, list[tuple[UUID, str, UUID]]]) -> None:
    """Bring the lists of every county to what a run found: each county in a transaction of its own."""
    by_county: dict[str, dict[tuple[UUID, str], UUID]] = defaultdict(dict)
    for code, people in new.items():
        for person_id, county_code, community_id in people:
            by_county[county_code][person_id, code] = community_id
    known = set(Found.everywhere.order_by().values_list("county_code", flat=True).distinct())
    for county_code in sorted(known | by_county.keys()):
        with transaction.atomic():
            _renew_county(made, county_code, by_county[county_code])


def _renew_county(made: Run, county_code: str, found: dict[tuple[UUID, str], UUID]) -> None:
    rows = Found.everywhere.filter(county_code=county_code)
    had = {(row.person_id, row.item_code): row for row in rows}
    again = [had[key] for key in found.keys() & had.keys()]
    for row in again:
        row.last_run, row.community_id = made, found[row.person_id, row.item_code]
        if row.state == State.GONE:
            row.state, row.first_run = State.OPEN, made
    Found.everywhere.bulk_update(again, ["last_run", "community", "state", "first_run"], batch_size=AT_ONCE)
    gone = [row.pk for key, row in had.items() if key not in found and row.state in (State.OPEN, State.PREPARED)]
    for start in range(0, len(gone), AT_ONCE):
        rows.filter(pk__in=gone[start : start + AT_ONCE]).update(state=State.GONE)
    Found.everywhere.bulk_create(
        [
            Found(
                id=placed_id(county_code), county_code=county_code, community_id=community_id, person_id=person_id,
                item_code=code, first_run=made, last_run=made,
            )
            for (person_id, code), community_id in found.items()
            if (person_id, code) not in had
        ],
        batch_size=AT_ONCE,
    )  # fmt: skip


@transaction.atomic
def prepare(found_id: UUID, *, by: Actor, version: int | None = None) -> Found:
    """Make a draft that only the resident can send, in her own account, and tell her. Nobody is enrolled by it.

    Raises Found.DoesNotExist, NotOpen, NoAccount, Stale, and what casework refuses to begin.
    """
    row = queries.found_for(by, may.PREPARE).get(pk=found_id)
    if row.state != State.OPEN:
        raise rules.NotOpen
    account = next((one for one in accounts.accounts_of_person(row.person_id) if one.is_active), None)
    person = registry.present_row(row.person_id)
    if account is None or person is None or not person.is_alive:
        raise rules.NoAccount
    # In her name, for it is hers alone from the first moment: a worker's draft would want a mandate.
    draft = casework.start_draft(accounts.actor_for(account), row.item_code)
    save_version(row, version, state=State.PREPARED, draft_id=draft.pk, acted_by=by.account_id, acted_at=now())
    audit.record(by, "entitlement.draft_prepared", row, person_id=row.person_id, item=row.item_code)
    item = catalogue.item(draft.item_version)
    messages.send(
        person_id=row.person_id,
        template="entitlement.prepared",
        context={"item": item.name.zh, "item_en": item.name.en, "place": by.post.division_name if by.post else ""},
        about=("casework.draft", str(draft.pk)),
        link=f"/drafts/{draft.pk}/form/",
        once_key=f"entitlement.{row.pk}.{draft.pk}",
        county_code=row.county_code,
    )
    return row


@transaction.atomic
def set_aside(found_id: UUID, *, by: Actor, note: str, version: int | None = None) -> Found:
    """Note that somebody was asked or looked at and that nothing is to be done, and why: later runs let her be.

    Raises Found.DoesNotExist, NotOpen, NoteNeeded, Stale.
    """
    row = queries.found_for(by, may.PREPARE).get(pk=found_id)
    if row.state != State.OPEN:
        raise rules.NotOpen
    note = " ".join(note.split())
    if not note or len(note) > rules.NOTE_MAX:
        raise rules.NoteNeeded(most=rules.NOTE_MAX)
    save_version(row, version, state=State.SET_ASIDE, note=note, acted_by=by.account_id, acted_at=now())
    audit.record(by, "entitlement.set_aside", row, person_id=row.person_id, item=row.item_code)
    return row
