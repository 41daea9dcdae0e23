"""Changing the tree of divisions: a list is loaded whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import today
from linli.core.http import Refused
from linli.core.ids import new_id
from linli.ground.territory import permissions as may
from linli.ground.territory import rules
from linli.ground.territory.lists import DivisionList, Finding, Row, read
from linli.ground.territory.models import CommunityMark, Division, DivisionCode, Mark

PANZHIHUA = Path(__file__).parent / "data" / "divisions-panzhihua.csv"
"""The demonstration's territory."""

BATCH = 2000
Progress = Callable[[int, int], None]
"""Called with the steps done and the steps in all."""


class ImportUnderWay(Refused):
    code = "territory.import_under_way"
    message = gettext_lazy("刚刚有人也在载入区划名单，这一次什么也没有改。请看一看现在的区划，再载入一次。")
    status = 409


@dataclass(frozen=True)
class Rename:
    code: str
    before: str
    after: str


@dataclass(frozen=True)
class Missing:
    """A division in force that the list, which covers its place, does not name."""

    code: str
    name: str


@dataclass
class ImportReport:
    """What a list did, or would do. With findings it was refused, and nothing is changed."""

    on: dt.date
    dry_run: bool = False
    encoding: str = ""
    rows: int = 0
    created: int = 0
    changed: int = 0
    ended: int = 0
    renamed: list[Rename] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unused: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        return bool(self.findings)

    @property
    def unchanged(self) -> int:
        return self.rows - self.created - self.changed


@dataclass
class _Plan:
    created: list[Division] = field(default_factory=list)
    changed: list[Division] = field(default_factory=list)
    ended: list[Division] = field(default_factory=list)


def import_divisions(
    source: Path | str | bytes | BinaryIO,
    *,
    by: Actor,
    on: dt.date | None = None,
    complete: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Load a list of divisions: new ones begin on the day `on` (today), known ones get their name of the list.

    A list with findings changes nothing. Divisions that the list does not name stay, and are counted as missing;
    with `complete` they end on that day. Without anything to change nothing is written, not even to the audit log.
    Raises UnreadableList, ImportUnderWay, and PermissionDenied for who may not load lists.
    """
    if not by.may(may.IMPORT):
        raise PermissionDenied
    found = read(_bytes_of(source))
    report = ImportReport(
        on=on or today(), dry_run=dry_run, encoding=found.encoding, rows=len(found.rows), unused=found.unused
    )
    try:
        with transaction.atomic():
            plan = _plan(found, report, by=by, complete=complete)
            report.findings = sorted(found.findings, key=lambda finding: finding.line)
            if report.is_refused or dry_run:
                return report
            _write(plan, report, by=by, progress=progress or (lambda done, of: None))
    except IntegrityError as error:
        raise ImportUnderWay from error
    return report


@transaction.atomic
def mark_rural_community(division: Division, *, by: Actor, on: dt.date, document: str) -> CommunityMark:
    """Note that a village is at once a rural community (R2) from a day on, with the paper this rests on."""
    if not by.may(may.IMPORT):
        raise PermissionDenied
    mark = CommunityMark.objects.create(division=division, mark=Mark.RURAL_COMMUNITY, valid_from=on, document=document)
    audit.record(by, "territory.community_marked", division, mark=mark.mark, on=on)
    return mark


def _bytes_of(source: Path | str | bytes | BinaryIO) -> bytes:
    if isinstance(source, bytes):
        return source
    return Path(source).read_bytes() if isinstance(source, Path | str) else source.read()


def _plan(found: DivisionList, report: ImportReport, *, by: Actor, complete: bool) -> _Plan:
    """Compare the list with what stands: write findings and figures into the report, return what is to be done."""
    known = _known_around(found.rows)
    retired = _retired_codes(found.rows, set(known))
    for row in found.rows.values():
        if row.code in retired:
            found.find(row.line, row.code, _("%(on)s 停用的代码不再启用") % {"on": retired[row.code].isoformat()})
        elif row.parent_code and row.parent_code not in found.rows and row.parent_code not in known:
            found.find(
                row.line,
                row.parent_code,
                _("上级 %(parent)s 应在名单里，或者已经载入") % {"parent": row.parent_code},
            )
    names = {d.code: (d.name, rules.parent_code(d.code)) for d in known.values()}
    names |= {row.code: (row.name, row.parent_code) for row in found.rows.values()}
    short_names = _short_names(names)
    plan = _Plan()
    for row in sorted(found.rows.values(), key=lambda row: (len(rules.prefix_of(row.code)), row.code)):
        division = known.get(row.code)
        if division is None:
            known[row.code] = division = _new_division(row, known.get(row.parent_code), report.on)
            division.short_name = short_names[row.code]
            plan.created.append(division)
    created = {division.code for division in plan.created}
    for code, division in known.items():
        if code in created:
            continue
        before = division.name
        if _update(division, found.rows.get(code), short_names[code]):
            plan.changed.append(division)
            if division.name != before:
                report.renamed.append(Rename(code, before, division.name))
    _check_reach(plan, found, by)
    missing = _missing(found, known, created)
    report.created, report.missing = len(plan.created), [Missing(d.code, d.name) for d in missing]
    report.changed = sum(division.code in found.rows for division in plan.changed)
    if complete:
        _check_ends(missing, found, report.on)
        plan.ended, report.ended = missing, len(missing)
    return plan


def _known_around(rows: dict[str, Row]) -> dict[str, Division]:
    """The divisions in force in the provinces of the list, by code."""
    around = Q(pk__in=[])
    for province in {code[:2] for code in rows}:
        around |= Q(code__gte=province.ljust(12, "0"), code__lte=province.ljust(12, "9"))
    return {division.code: division for division in Division.objects.filter(around, valid_to__isnull=True)}


def _retired_codes(rows: dict[str, Row], in_force: set[str]) -> dict[str, dt.date]:
    ended = DivisionCode.objects.filter(valid_to__isnull=False).values_list("code", "valid_to")
    return {code: day for code, day in ended if code in rows and code not in in_force and day}


def _short_names(names: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Shorten every name, twins among neighbours by their committee."""
    short = {code: rules.short_name(name) for code, (name, _parent) in names.items()}
    of_parent = Counter((parent, short[code]) for code, (_name, parent) in names.items())
    return {
        code: rules.short_name(name, twin=of_parent[parent, short[code]] > 1) for code, (name, parent) in names.items()
    }


def _new_division(row: Row, parent: Division | None, on: dt.date) -> Division:
    return Division(
        id=new_id(), code=row.code, name=row.name, level=row.level, kind=row.kind, parent=parent,
        county_code=rules.county_code(row.code), urban_rural_class=row.urban_rural_class, valid_from=on,
    )  # fmt: skip


def _update(division: Division, row: Row | None, short_name: str) -> bool:
    """Give the division what the list says; tell whether anything was different."""
    told: dict[str, str] = {"short_name": short_name}
    if row is not None:
        told |= {"name": row.name, "kind": row.kind}
        if row.urban_rural_class:
            told["urban_rural_class"] = row.urban_rural_class
    different = {name: value for name, value in told.items() if getattr(division, name) != value}
    for name, value in different.items():
        setattr(division, name, value)
    return bool(different)


def _check_reach(plan: _Plan, found: DivisionList, by: Actor) -> None:
    """An administrator changes what lies below the division of her post."""
    if by.post is None:
        return
    own = rules.prefix_of(by.post.division_code)
    for division in (*plan.created, *plan.changed):
        if not division.code.startswith(own) and division.code in found.rows:
            found.find(
                found.rows[division.code].line,
                division.code,
                _("您只能改%(place)s和它下面的区划") % {"place": by.post.division_name},
            )


def _missing(found: DivisionList, known: dict[str, Division], created: set[str]) -> list[Division]:
    """What stands below the tops of the list without being named in it."""
    tops = {row.code for row in found.rows.values() if row.parent_code not in found.rows} & set(found.rows)
    covered = {rules.prefix_of(code) for code in tops}
    return [
        division
        for code, division in sorted(known.items())
        if code not in found.rows and any(code[:length] in covered for length in (2, 4, 6, 9, 12))
    ]


def _check_ends(missing: list[Division], found: DivisionList, on: dt.date) -> None:
    ending = {division.code: division for division in missing}
    for row in found.rows.values():
        if row.parent_code in ending:
            found.find(
                row.line,
                row.code,
                _("上级 %(parent)s %(name)s 不在名单里，停用它以前，下面的区划要先有去处")
                % {"parent": row.parent_code, "name": ending[row.parent_code].name},
            )
    for division in missing:
        if division.valid_from > on:
            found.find(
                1, division.code, _("停用的日子应在启用（%(day)s）以后") % {"day": division.valid_from.isoformat()}
            )


def _write(plan: _Plan, report: ImportReport, *, by: Actor, progress: Progress) -> None:
    steps = 2 * len(plan.created) + len(plan.changed) + len(plan.ended)
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        progress(done, steps)

    for batch in _batches(plan.created):
        Division.objects.bulk_create(batch)
        tick(len(batch))
    for batch in _batches(plan.created):
        DivisionCode.objects.bulk_create(
            [DivisionCode(division=division, code=division.code, valid_from=report.on) for division in batch]
        )
        tick(len(batch))
    for batch in _batches(plan.changed):
        Division.objects.bulk_update(batch, ["name", "short_name", "kind", "urban_rural_class"], batch_size=200)
        tick(len(batch))
    for batch in _batches(plan.ended):
        ids = [division.pk for division in batch]
        Division.objects.filter(pk__in=ids).update(valid_to=report.on)
        DivisionCode.objects.filter(division__in=ids, valid_to__isnull=True).update(valid_to=report.on)
        tick(len(batch))
    if steps:
        audit.record(
            by, "territory.divisions_imported", on=report.on, rows=report.rows, created=report.created,
            changed=len(plan.changed), ended=[division.code for division in plan.ended],
            renamed=[[rename.code, rename.before, rename.after] for rename in report.renamed],
        )  # fmt: skip


def _batches(divisions: list[Division]) -> Iterable[list[Division]]:
    for start in range(0, len(divisions), BATCH):
        yield divisions[start : start + BATCH]
