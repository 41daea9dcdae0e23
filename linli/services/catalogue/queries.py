"""Reading the catalogue. What is published is for everyone; what is in preparation, by permission."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar, get_args

from django.db.models import Count, Model, Q, QuerySet
from django.utils.translation import gettext as _

from linli.core.access import Actor, Permission
from linli.core.calendar import today
from linli.core.rows import prepared
from linli.ground.territory import rules as territory_rules
from linli.ground.territory.models import Division
from linli.services.catalogue import permissions as may
from linli.services.catalogue import rules, words
from linli.services.catalogue import search as finding
from linli.services.catalogue.content import Field27, Item, LifeEvent, Text
from linli.services.catalogue.models import ForbiddenProof, ItemVersion, Variance, VersionStatus

PAGE = 50
FIXED = (VersionStatus.PUBLISHED, VersionStatus.RETIRED)
LONG_TEXTS = ("content", "search_text")
T = TypeVar("T", bound=Model)


# -- versions in force -----------------------------------------------------------------------------------------------


def _in_force(on: dt.date | None) -> QuerySet[ItemVersion]:
    day = on or today()
    return (
        ItemVersion.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=day),
            status__in=FIXED,
            valid_from__lte=day,
        )
        .select_related("item")
        .defer("content")
        .order_by("item_number", "number")
    )


def published(on: dt.date | None = None) -> list[ItemVersion]:
    """Return the versions in force on a day (today), one an item, in the order of the item numbers."""
    return list(_in_force(on))


def published_version(code: str, on: dt.date | None = None) -> ItemVersion:
    """Return the version of an item in force on a day (today). Raises ItemVersion.DoesNotExist."""
    found = _versions_of(code, on or today())
    if not found:
        raise ItemVersion.DoesNotExist
    return found[0]


@prepared
def _versions_of(code: str, day: dt.date) -> QuerySet[ItemVersion]:
    return _in_force(day).filter(item__code=code)


def version_for(code: str, on: dt.date | None = None) -> ItemVersion | None:
    """Return the version of an item in force on a day (today), or None where there is none."""
    return next(iter(_versions_of(code, on or today())), None)


def last_in_force(code: str, on: dt.date | None = None) -> ItemVersion | None:
    """Return the version that was in force last before a day (today), of an item that has ended; None if there is none."""
    day = on or today()
    ended = ItemVersion.objects.filter(item__code=code, valid_from__lte=day, valid_to__lte=day)
    return ended.select_related("item").order_by("-valid_to", "-number").first()


_parsed: OrderedDict[str, Item] = OrderedDict()
_parsed_lock = Lock()
PARSED_MAX = 1_000


def item(version: ItemVersion) -> Item:
    """Return what a version says, as typed data; parsed once for each content, since content never changes its hash.

    A version may come without its content: a process reads that the first time, with what else is in force and new.
    """
    if (known := _known(version.content_hash)) is not None:
        return known
    if "content" in version.get_deferred_fields():
        _read_what_is_new()
        if (known := _known(version.content_hash)) is not None:
            return known
    return _keep(version.content_hash, version.content)


def _known(key: str) -> Item | None:
    with _parsed_lock:
        if key in _parsed:
            _parsed.move_to_end(key)
        return _parsed.get(key)


def _keep(key: str, content: Any) -> Item:
    parsed = Item.model_validate(content)
    with _parsed_lock:
        _parsed[key] = parsed
        while len(_parsed) > PARSED_MAX:
            _parsed.popitem(last=False)
    return parsed


def _read_what_is_new() -> None:
    """Parse what is in force and not known here yet: one query, so that a list never asks for each of its items."""
    with _parsed_lock:
        known = list(_parsed)
    for key, content in _in_force(None).exclude(content_hash__in=known).values_list("content_hash", "content"):
        _keep(key, content)


def with_version(rows: QuerySet[T], *, through: str = "item_version") -> QuerySet[T]:
    """Load with each row the version it stands under, without its long texts: `item` knows what it says."""
    return rows.select_related(through).defer(*(f"{through}__{name}" for name in LONG_TEXTS))


def names(codes: Iterable[str], *, in_force: bool = False) -> dict[str, str]:
    """Return the names of items by code, in the reader's language; an item that has ended keeps its last name.

    in_force: only of what is offered today. Reads codes and hashes only: a name is taken out of the content once for
    each process.
    """
    best: dict[str, tuple[bool, int, str]] = {}
    day = today()
    rows = ItemVersion.objects.filter(item__code__in=set(codes)).values_list(
        "item__code", "number", "content_hash", "status", "valid_from", "valid_to"
    )
    for code, number, key, status, first, end in rows:
        is_told = status in FIXED and first is not None and first <= day
        best[code] = max(best.get(code, (False, 0, "")), (is_told and (end is None or day < end), number, key))
    if in_force:
        best = {code: found for code, found in best.items() if found[0]}
    texts = _texts({key for *_rank, key in best.values()})
    return {code: words.say(texts[key]) for code, (*_rank, key) in best.items()}


_names: dict[str, Text] = {}


def _texts(keys: set[str]) -> dict[str, Text]:
    """Return the names in all languages by the hash of their content."""
    if new := keys - _names.keys():
        rows = ItemVersion.objects.filter(content_hash__in=new).values_list(
            "content_hash", "content__name__zh", "content__name__en"
        )
        _names.update({key: Text(zh=zh, en=en) for key, zh, en in rows})
    return {key: _names[key] for key in keys}


_sensitive: dict[str, bool] = {}


def sensitive_versions() -> list[ItemVersion]:
    """Return every version, whenever in force, whose contents only those see who handle the case (R41b).

    Reads hashes only: whether a content is sensitive is taken out of it once for each process.
    """
    rows = list(ItemVersion.objects.only("content_hash").order_by("pk"))
    if new := {row.content_hash for row in rows} - _sensitive.keys():
        told = ItemVersion.objects.filter(content_hash__in=new).values_list("content_hash", "content__sensitive")
        _sensitive.update({key: bool(sensitive) for key, sensitive in told})
    return [row for row in rows if _sensitive.get(row.content_hash)]


def versions_giving(group: str) -> QuerySet[ItemVersion]:
    """Return every version, whenever in force, whose granted result puts somebody into a special group (R41a)."""
    return ItemVersion.objects.filter(content__effects__gives=group)


def search(
    q: str = "",
    *,
    life_event: str = "",
    audience: str = "",
    department: str = "",
    domain: int | None = None,
    field: str = "",
    channel: str = "",
    on: dt.date | None = None,
) -> list[ItemVersion]:
    """Find the items in force: by name, people's words, pinyin or initials, best first; and by facets.

    q: what somebody typed, as it is; "" for all, in the order of the item numbers.
    """
    rows = _in_force(on)
    for kind, value in (("life_event", life_event), ("audience", audience), ("field", field), ("channel", channel)):
        if value:
            rows = rows.filter(search_text__contains=finding.facet(kind, value))
    if department:
        rows = rows.filter(department=department)
    if domain:
        rows = rows.filter(domain=domain)
    typed = finding.words_of(q)
    if not typed:
        return list(rows)
    narrow = rows
    for word in typed:
        narrow = narrow.filter(search_text__contains=word)
    return _ranked(narrow, q) or _ranked(rows, q)


def _ranked(rows: Iterable[ItemVersion], q: str) -> list[ItemVersion]:
    scored = [(finding.rank(row.search_text, q), row.item_number, row) for row in rows]
    return [row for score, _number, row in sorted(scored, key=lambda one: (-one[0], one[1])) if score]


# -- proofs ----------------------------------------------------------------------------------------------------------


def forbidden_proofs(on: dt.date | None = None) -> tuple[rules.Proof, ...]:
    """Return the proofs that nobody may ask for on a day: the national list and those loaded beside it."""
    day = on or today()
    national = {(proof.list_name, proof.number): proof for proof in rules.national_proofs() if proof.valid_from <= day}
    for row in ForbiddenProof.objects.filter(valid_from__lte=day).order_by("list_name", "number"):
        known = national.get((row.list_name, row.number))
        national[row.list_name, row.number] = rules.Proof(
            list_name=row.list_name,
            number=row.number,
            name=row.name,
            instead=row.instead,
            instead_en=known.instead_en if known and known.instead == row.instead else "",
            synonyms=tuple(row.synonyms),
            valid_from=row.valid_from,
        )
    return tuple(national.values())


def forbidden_proof_row(proof: rules.Proof) -> ForbiddenProof | None:
    """Return the row of a proof that nobody may ask for; None where the lists have not been loaded."""
    return ForbiddenProof.objects.filter(list_name=proof.list_name, number=proof.number).first()


# -- in the workbench ------------------------------------------------------------------------------------------------


def versions_for(actor: Actor, permission: Permission = may.VIEW) -> QuerySet[ItemVersion]:
    """Return all versions, drafts too, on which the actor holds the permission.

    A department's staff reach their own line's.
    """
    reach = actor.reach(permission)
    if reach.is_empty():
        return ItemVersion.objects.none()
    rows = ItemVersion.objects.select_related("item").order_by("item_number", "number")
    return rows.filter(department=reach.department) if reach.department else rows


@dataclass(frozen=True)
class ItemRow:
    """One item in the workbench's list: what is in force, what comes, what is being prepared."""

    code: str
    number: str
    name: str
    department: str
    domain: int
    current: ItemVersion | None
    coming: ItemVersion | None
    draft: ItemVersion | None
    ended: ItemVersion | None
    review_due_on: dt.date | None
    is_due: bool

    @property
    def department_name(self) -> str:
        return words.department_name(self.department)


STATES = ("current", "draft", "review", "due", "ended")
"""The tabs of the list: in force, being written, waiting for a reviewer, to be looked through, no longer offered."""


def item_rows(actor: Actor, *, department: str = "", sought: str = "") -> list[ItemRow]:
    """Return the items that the actor may look into, a row each, in one query whatever their number."""
    versions = versions_for(actor).defer("content")
    if department:
        versions = versions.filter(department=department)
    if typed := finding.plain(sought)[: finding.QUERY_MAX]:
        versions = versions.filter(Q(search_text__contains=typed) | Q(item__code__contains=typed))
    grouped: dict[str, list[ItemVersion]] = {}
    for version in versions:
        grouped.setdefault(version.item.code, []).append(version)
    return sorted((_row(code, group) for code, group in grouped.items()), key=lambda row: (row.number, row.code))


def row_of(versions: list[ItemVersion]) -> ItemRow:
    """Return the row of one item, of all its versions in the order of their numbers."""
    return _row(versions[0].item.code, versions)


def _row(code: str, versions: list[ItemVersion]) -> ItemRow:
    day = today()
    current = next((one for one in versions if one.is_in_force(day)), None)
    coming = next((one for one in versions if one.is_fixed and one.valid_from and one.valid_from > day), None)
    draft = next((one for one in versions if not one.is_fixed), None)
    ended = next((one for one in reversed(versions) if one.valid_to and one.valid_to <= day), None)
    shown = current or coming or draft or versions[-1]
    due = rules.review_due_on(current.reviewed_on or current.valid_from or day) if current else None
    return ItemRow(
        code=code,
        number=shown.item_number,
        name=shown.name,
        department=shown.department,
        domain=shown.domain,
        current=current,
        coming=coming,
        draft=draft,
        ended=ended if not current else None,
        review_due_on=due,
        is_due=due is not None and due <= day,
    )


def in_state(rows: Iterable[ItemRow], state: str) -> list[ItemRow]:
    """Return the rows under one tab of the list (STATES); all of them for any other word."""
    picked = {
        "current": lambda row: row.current is not None,
        "draft": lambda row: row.draft is not None and row.draft.status == VersionStatus.DRAFT,
        "review": lambda row: row.draft is not None and row.draft.status == VersionStatus.REVIEW,
        "due": lambda row: row.is_due,
        "ended": lambda row: row.current is None and row.coming is None and row.draft is None,
    }.get(state)
    return [row for row in rows if picked(row)] if picked else list(rows)


def due_for_review(on: dt.date | None = None, *, department: str = "") -> list[ItemVersion]:
    """Return the versions in force that nobody has looked through for twelve months (R25a)."""
    day = on or today()
    rows = _in_force(day).filter(department=department) if department else _in_force(day)
    return [row for row in rows if rules.is_due_for_review(row.reviewed_on or row.valid_from, day)]


def review_counts(actor: Actor) -> tuple[int, int]:
    """Return how many items of the actor's line are due to be looked through, and how many are in force: one query."""
    day = today()
    mine = versions_for(actor, may.EDIT).order_by().values("pk")
    looked = _in_force(day).filter(pk__in=mine).values_list("reviewed_on", "valid_from")
    dates = [reviewed_on or valid_from for reviewed_on, valid_from in looked]
    return sum(rules.is_due_for_review(one, day) for one in dates), len(dates)


def waiting_for_review(actor: Actor) -> int:
    """Count the versions that wait for this actor to review and publish them: those she has not written on."""
    return len(versions_to_review(actor))


def versions_to_review(actor: Actor) -> list[ItemVersion]:
    """Return the versions that wait for this actor to review and publish them: those she has not written on."""
    waiting = versions_for(actor, may.PUBLISH).filter(status=VersionStatus.REVIEW).defer("content")
    return [version for version in waiting if str(actor.account_id) not in version.editors]


# -- differences by area ---------------------------------------------------------------------------------------------


def variances(on: dt.date | None = None, *, code: str = "") -> list[Variance]:
    """Return where items differ by area on a day (R28a), by item and place: one query. code: of this item only."""
    day = on or today()
    rows = Variance.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)
    if code:
        rows = rows.filter(item__code=code)
    return list(rows.select_related("item", "division__parent").order_by("item__code", "division__code", "part", "id"))


def variances_for(actor: Actor) -> QuerySet[Variance]:
    """Return the differences that the actor may end: of her line's items, in the places below her post."""
    codes = versions_for(actor, may.EDIT).order_by().values("item_id")
    rows = Variance.objects.filter(item__in=codes).select_related("item", "division")
    if actor.post is None:
        return rows
    return rows.filter(division__code__startswith=territory_rules.prefix_of(actor.post.division_code))


def span_of(variance: Variance) -> rules.Span:
    """Return the communities that a difference covers, for the rules."""
    return rules.Span(territory_rules.prefix_of(variance.division.code), variance.area)


def why_not_offered(code: str, community: Division) -> Variance | None:
    """Return the record by which an item is not offered in a community today, None where it is."""
    place = rules.Place(
        community.code, community.short_name, territory_rules.is_urban(community.urban_rural_class, community.kind)
    )
    return next((one for one in _closed(code, today()) if span_of(one).covers(place)), None)


@prepared
def _closed(code: str, day: dt.date) -> QuerySet[Variance]:
    rows = Variance.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)
    return rows.filter(part=rules.Part.OFFER, item__code=code).select_related("item", "division__parent")


# -- figures ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Missing:
    """An item for natural persons that is known and not applied for here, why, and by which document."""

    name: str
    code: str
    reason: str
    document: str = ""


@dataclass(frozen=True)
class DepartmentCoverage:
    """For one department: items for natural persons known, those applied for here, and the others with their reason."""

    department: str
    known: int
    here: int
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """How far the catalogue covers people's lives (R26, R27). by_field counts each item once, at its first field."""

    departments: tuple[DepartmentCoverage, ...]
    by_life_event: dict[str, int]
    by_field: dict[str, int]
    by_domain: dict[int, int]
    total: int

    @property
    def empty_stages(self) -> list[str]:
        return [event for event, count in self.by_life_event.items() if not count]

    @property
    def known(self) -> int:
        return sum(row.known for row in self.departments)

    @property
    def here(self) -> int:
        return sum(row.here for row in self.departments)


def coverage(on: dt.date | None = None) -> Coverage:
    """Return the figures of coverage on a day: by department against 100 %, by stage of life, by field, by domain."""
    day = on or today()
    offered = [(version, item(version)) for version in _in_force(day)]
    codes = {version.item.code for version, _content in offered}
    by_department: dict[str, list[Missing | None]] = {}
    for version, content in offered:
        if _is_for_people(content):
            elsewhere = content.elsewhere
            told = elsewhere and Missing(version.name, content.code, elsewhere.reason.zh, elsewhere.document)
            by_department.setdefault(version.department, []).append(told or None)
    others = ItemVersion.objects.exclude(item__code__in=codes).select_related("item").order_by("item_number", "-number")
    seen: set[str] = set()
    for version in others:
        if version.item.code not in seen and _is_for_people(item(version)):
            by_department.setdefault(version.department, []).append(
                Missing(version.name, version.item.code, _why_not(version, day))
            )
        seen.add(version.item.code)
    contents = [content for _version, content in offered]
    return Coverage(
        departments=tuple(
            DepartmentCoverage(
                department=department,
                known=len(told),
                here=sum(one is None for one in told),
                missing=tuple(one for one in told if one is not None),
            )
            for department, told in sorted(by_department.items())
        ),
        by_life_event={event: sum(event in one.life_events for one in contents) for event in get_args(LifeEvent)},
        by_field={field: sum(one.fields[0] == field for one in contents) for field in get_args(Field27)},
        by_domain={number: sum(one.domain == number for one in contents) for number in range(1, 14)},
        total=len(contents),
    )


def _is_for_people(content: Item) -> bool:
    """Whether natural persons apply, alone or as a household (「针对自然人办理」)."""
    return bool({"natural_person", "household"} & set(content.applicants.kinds))


def _why_not(version: ItemVersion, day: dt.date) -> str:
    if version.is_fixed and version.valid_from and version.valid_from > day:
        return str(_("%(day)s 起可以办") % {"day": version.valid_from.isoformat()})
    if version.is_fixed:
        return str(_("%(day)s 起已停用：%(why)s") % {"day": version.valid_to, "why": version.note or _("没有写原因")})
    return str(_("还在起草或审核"))


def counts_by_department(on: dt.date | None = None) -> dict[str, int]:
    """Return how many items in force each department has."""
    rows = _in_force(on).order_by().values("department").annotate(count=Count("id")).order_by("department")
    return {row["department"]: row["count"] for row in rows}
