"""Reading about people: always from somebody's reach, or by the exact number with a purpose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core import audit
from linli.core.access import Actor, Permission, Reach
from linli.core.audit import queries as audit_queries
from linli.core.audit import services as reading
from linli.core.audit.models import Entry
from linli.core.calendar import today
from linli.core.crypto import unseal
from linli.core.ids import as_uuid, county_of
from linli.core.messages import Contact
from linli.core.rows import one_of, prepared
from linli.core.shards.rows import whereabouts
from linli.ground.accounts import roles
from linli.ground.registry import accounts_door as accounts
from linli.ground.registry import permissions as may
from linli.ground.registry import rules, sealed
from linli.ground.registry.models import (
    Circumstance,
    FormerFact,
    IdKind,
    Person,
    Purpose,
    Source,
    SpecialGroup,
    SpecialGroupTag,
)
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division


@dataclass(frozen=True)
class Fact:
    """What is known, where it comes from (words for people), and the day it was last confirmed."""

    value: Any
    source: str
    on: dt.date


@dataclass(frozen=True)
class Page:
    """One keyset page: the rows, and the id after which the next begins ("" for the last)."""

    rows: list[Person]
    more: str


@dataclass(frozen=True)
class Look:
    """One look at a person's data: when, who (office and role), what was seen, and why."""

    at: dt.datetime
    who: str
    what: str
    purpose: str


FACTS = {
    "name": gettext_lazy("姓名"),
    "id_kind": gettext_lazy("证件类型"),
    "id_number": gettext_lazy("证件号码"),
    "identity": gettext_lazy("身份"),
    "sex": gettext_lazy("性别"),
    "birth_date": gettext_lazy("出生日期"),
    "age": gettext_lazy("年龄"),
    "phone": gettext_lazy("电话"),
    "community": gettext_lazy("居住社区"),
    "address": gettext_lazy("住址"),
    "registered_community": gettext_lazy("户籍社区"),
    "registered_place": gettext_lazy("户籍地"),
    "registered_here": gettext_lazy("户口在本市"),
    "household_registration": gettext_lazy("户籍"),
    "lives_here": gettext_lazy("住在本市"),
    "alive": gettext_lazy("健在"),
    "groups": gettext_lazy("特殊群体"),
}
"""Every fact by name, with its label. One that is not known is left out of an answer, never guessed."""


def persons_for(actor: Actor, permission: Permission = may.VIEW) -> QuerySet[Person]:
    """Persons in force on whom the actor holds the permission: the one way to a person in daily work."""
    rows = Person.objects.within(actor.reach(permission)).filter(valid_to__isnull=True)
    return rows.select_related("community__parent__parent", "registered_community__parent__parent")


def people(
    actor: Actor,
    *,
    name: str = "",
    community: Division | None = None,
    after: str = "",
    limit: int = 20,
    permission: Permission = may.VIEW,
) -> Page:
    """A page of the persons in reach by name; name: how it begins; after: the id that ended the page before."""
    rows = persons_for(actor, permission)
    if (name := name.strip()) and not name.isprintable():
        return Page([], "")
    if name:
        rows = rows.filter(name__startswith=name)
    if community is not None:
        rows = rows.filter(Q(community=community) | Q(registered_community=community))
    if (end := as_uuid(after)) and (last := persons_for(actor, permission).filter(pk=end).first()):
        rows = rows.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    found = list(rows.order_by("name", "id")[: limit + 1])
    return Page(found[:limit], str(found[limit - 1].pk) if len(found) > limit else "")


@transaction.atomic
def find_by_identity(actor: Actor, id_kind: str, number: str, purpose: str) -> Person | None:
    """The person who bears exactly this document, wherever she lives: a window serves anyone.

    The look is recorded with its purpose, found or not. Raises NumberNotGood, PurposeNeeded, PermissionDenied.
    """
    if not actor.may(may.IDENTIFY):
        raise PermissionDenied
    purpose = rules.check_purpose(purpose, frozenset(Purpose.values))
    number = rules.check_identity_number(number, id_kind, on=today(), allow_demo=settings.DEMO)
    person = by_identity(id_kind, number)
    if person is None:
        audit.record(actor, "registry.identity_not_found", purpose=purpose)
    else:
        audit.record_look(actor, person.pk, what="identity", purpose=purpose, county_code=person.county_code)
    return person


def by_identity(id_kind: str, number: str) -> Person | None:
    """The row in force that bears a checked number. For services; pages ask `find_by_identity`."""
    rows = Person.everywhere.filter(
        id_index__in=sealed.identity_candidates(id_kind, number), id_kind=id_kind, valid_to__isnull=True
    ).select_related("community__parent__parent", "registered_community__parent__parent")
    return rows.order_by("created_at", "id").first()


def ids_by_identity(number: str) -> list[UUID]:
    """Ids of every row of whoever bears this number, on a document of whatever kind. For services that show cases."""
    candidates = [one for kind in IdKind for one in sealed.identity_candidates(kind, number)]
    bearers = Person.everywhere.filter(id_index__in=candidates, valid_to__isnull=True)
    return [pk for person in bearers.only("pk", "continues_id") for pk in rows_of(person)]


def ids_by_name(name: str, *, at_most: int) -> list[UUID]:
    """Ids of the people whose name begins so, wherever they live. For services that show cases, not people."""
    return list(named(name).values_list("pk", flat=True)[:at_most])


def counties_of(person: Person) -> list[str]:
    """The counties where a human being lives or lived, is or was registered: all in which she can have cases.

    Empty where that cannot be told: then all counties are to be asked.
    """
    rows = list(people_by_id(rows_of(person)).values()) if person.continues_id else [person]
    if any(not county_of(row.pk) for row in rows):
        return []
    homes = {row.county_code for row in rows}
    registered = {row.registered_community.county_code for row in rows if row.registered_community}
    former = _former_registrations(sorted(homes), [row.pk for row in rows])
    were = {was for fact in former if (was := unseal(fact.value, where=sealed.FORMER, row=fact.pk))}
    return sorted(homes | registered | (territory.counties_of(map(UUID, were)) if were else set()))


@prepared
def _former_registrations(counties: list[str], person_ids: list[UUID]) -> QuerySet[FormerFact]:
    rows = FormerFact.objects.filter(one_of("county_code", counties), one_of("person_id", person_ids))
    return rows.filter(field="registered_community_id")


def named(name: str) -> QuerySet[Person]:
    """The people whose name begins so, wherever they live: for a condition on what the caller has reached."""
    rows = Person.everywhere.filter(county_code__in=territory.county_codes(), name__startswith=name)
    return rows.order_by()


def person(person_id: UUID) -> Person | None:
    """The row with this id, its divisions loaded with what stands above them. For services that have a right to it."""
    return next(iter(_row(**whereabouts(person_id))), None)


@prepared
def _row(**where: Any) -> QuerySet[Person]:
    rows = Person.everywhere.select_related("community__parent__parent", "registered_community__parent__parent")
    return rows.filter(**where)


def row(person_id: UUID) -> Person:
    """The row with this id. For services that have a right to it. Raises Person.DoesNotExist."""
    found = person(person_id)
    if found is None:
        raise Person.DoesNotExist
    return found


def people_by_id(person_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """The rows with these ids, their divisions loaded. For services that have a right to them."""
    rows = Person.everywhere.select_related("community__parent__parent", "registered_community__parent__parent")
    return rows.filter(**_together(list(person_ids))).in_bulk()


def _together(person_ids: list[UUID]) -> dict[str, Any]:
    """The condition for rows with these ids: with their counties where all ids name theirs."""
    counties = {county_of(one) for one in person_ids}
    return {"pk__in": person_ids} if "" in counties else {"pk__in": person_ids, "county_code__in": sorted(counties)}


def person_of(actor: Actor) -> Person | None:
    """The resident's own row in force, followed through moves between counties; None while she is not known."""
    if actor.kind != "resident" or actor.person_id is None:
        return None
    return present_row(actor.person_id)


def present_row(person_id: UUID) -> Person | None:
    """The row in force of a human being, whichever of hers is asked with. For services, which have a right of their own."""
    found = person(person_id)
    while found is not None and found.valid_to is not None:
        found = next(iter(_row(continues_id=found.pk)), None)
    return found


def locked_row(person_id: UUID) -> Person | None:
    """The row in force, locked until the transaction ends: what may be only once a person is decided under it.

    A move to another county waits for it, and whoever asks during a move gets the new row.
    """
    while (person := present_row(person_id)) is not None:
        if is_locked_in_force(person):
            return person
        person_id = person.pk
    return None


def is_locked_in_force(person: Person) -> bool:
    """Lock a row that was just read, as locked_row does; tell whether it was still in force."""
    return bool(_locked_in_force(person.pk, person.county_code))


@prepared
def _locked_in_force(person_id: UUID, county: str) -> QuerySet[Person, Any]:
    rows = Person.everywhere.select_for_update(no_key=True).filter(pk=person_id, county_code=county)
    return rows.filter(valid_to__isnull=True).values_list("pk")


def every_row(person_id: UUID) -> list[UUID]:
    """Ids of every row of a human being, whichever of hers is asked with, the present one first."""
    row = Person.everywhere.filter(**whereabouts(person_id)).only("pk", "continues_id", "valid_to").first()
    if row is None:
        return [person_id]
    ids = rows_of(row)
    while row.valid_to is not None:
        row = Person.everywhere.filter(continues_id=row.pk).only("pk", "continues_id", "valid_to").first()
        if row is None:
            break
        ids.insert(0, row.pk)
    return ids


def own_reach(actor: Actor, permission: Permission) -> Reach:
    """The actor's reach; a resident's covers the rows of her that ended when she moved between counties."""
    reach = actor.reach(permission)
    if not reach.persons or actor.person_id is None:
        return reach
    return replace(reach, persons=reach.persons | frozenset(every_row(actor.person_id)))


def rows_of(person: Person) -> list[UUID]:
    """Ids of every row of this human being, the present one first: cases and certificates keep the one of their day."""
    ids = [person.pk]
    earlier = person.continues_id
    while earlier is not None:
        ids.append(earlier)
        earlier = Person.everywhere.filter(**whereabouts(earlier)).values_list("continues_id", flat=True).first()
    return ids


def known_facts(person: Person, purpose: str, by: Actor) -> dict[str, Fact]:
    """Everything known of a person in clear, for filling in her form; what is not known is left out.

    Recorded as a look, unless she fills in the form herself. The caller has reached the row by a right of its own
    (`persons_for`, `find_by_identity`, a case). Raises PurposeNeeded.
    """
    if not _is_own(by, person):
        purpose = rules.check_purpose(purpose or by.why, frozenset(Purpose.values))
        audit.record_look(by, person.pk, what="facts", purpose=purpose, county_code=person.county_code)
    return facts_of(person, in_clear=True)


def facts_of(person: Person, *, in_clear: bool = False, with_groups: bool = True) -> dict[str, Fact]:
    """The facts with source and day, numbers masked unless in_clear, in the order in which they are shown.

    with_groups: also the special groups, which costs a query: lists go without.
    """
    show = sealed.opened if in_clear else sealed.masked
    registered = registered_at(person)
    values: dict[str, tuple[Any, str]] = {
        "name": (person.name, "name"),
        "id_kind": (person.id_kind, "id_number"),
        "id_number": (show(person, "id_number"), "id_number"),
        "identity": (sealed.masked(person, "id_number") if person.identity_verified else None, "id_number"),
        "sex": (person.sex, "sex"),
        "birth_date": (person.birth_date, "birth_date"),
        "age": (rules.age_on(person.birth_date, today()) if person.is_alive else None, "birth_date"),
        "phone": (show(person, "phone"), "phone"),
        "community": (territory.full_name(person.community), "community"),
        "address": (show(person, "address"), "address"),
        "registered_community": (registered if person.registered_community_id else None, "registered_community"),
        "registered_place": (person.registered_place, "registered_community"),
        "registered_here": (bool(person.registered_community_id) if registered else None, "registered_community"),
        "household_registration": (registered, "registered_community"),
        "lives_here": (True, "community"),
        "alive": (person.is_alive, "died_on"),
    }
    facts = {
        name: Fact(value, *source_of(person, field))
        for name, (value, field) in values.items()
        if value not in (None, "")
    }
    if with_groups and (tags := tags_in_force(person)):
        facts["groups"] = Fact(
            tuple(dict.fromkeys(tag.code for tag in tags)),
            _("、").join(dict.fromkeys(tag.source for tag in tags)),
            max(timezone.localdate(tag.reviewed_at) for tag in tags),
        )
    return facts


def masked_identity(person: Person) -> str:
    """The number of her document as papers print it: masked. The caller has reached the person."""
    return sealed.masked(person, "id_number")


def tags_of(person: Person) -> list[SpecialGroupTag]:
    """Every tag of this human being, ended ones too, the newest first. The caller has reached the person."""
    ids = rows_of(person)
    places = {county_of(one) for one in ids} if len(ids) > 1 else {person.county_code}
    return _tags(ids, [] if "" in places else sorted(places))


@prepared
def _tags(person_ids: list[UUID], counties: list[str]) -> QuerySet[SpecialGroupTag]:
    rows = SpecialGroupTag.everywhere.filter(one_of("person_id", person_ids))
    if counties:
        rows = rows.filter(one_of("county_code", counties))
    return rows.order_by("-valid_from", "-id")


def tags_in_force(person: Person) -> list[SpecialGroupTag]:
    """The tags in force today, by the order of the list of groups. The caller has reached the person."""
    order = SpecialGroup.values
    return sorted((tag for tag in tags_of(person) if tag.is_in_force(today())), key=lambda tag: order.index(tag.code))


def circumstances_for(actor: Actor, permission: Permission = may.VIEW_TAGS) -> QuerySet[Circumstance]:
    """Circumstances of the people on whom the actor holds the permission."""
    return Circumstance.objects.within(actor.reach(permission))


def everybody_in_clear(*, by: Actor) -> Iterator[tuple[Person, dict[str, str]]]:
    """Yield each person in force with what record linkage compares, in clear. For batches of the system only.

    The reading is recorded once, with its purpose. Raises PermissionDenied for anybody else.
    """
    if by.kind != "system":
        raise PermissionDenied
    audit.record(by, "registry.read_for_linkage")
    for county_code in territory.county_codes():
        rows = Person.everywhere.filter(county_code=county_code, valid_to__isnull=True, died_on__isnull=True)
        for person in rows.order_by("pk").iterator(chunk_size=2000):
            yield (
                person,
                {
                    "name": person.name,
                    "sex": person.sex,
                    "birth": person.birth_date.isoformat(),
                    "id_number": sealed.opened(person, "id_number"),
                    "phone": sealed.opened(person, "phone"),
                    "address": sealed.opened(person, "address"),
                },
            )


def last_row(person_id: UUID) -> Person:
    """Return the last row of a human being, in force or ended, for the program, locked. Raises Person.DoesNotExist."""
    rows = Person.everywhere.select_for_update(of=("self",)).select_related("community")
    person = rows.get(**whereabouts(person_id))
    while person.valid_to is not None and (after := rows.filter(continues_id=person.pk).first()) is not None:
        person = after
    return person


def groups_of_decisions(decisions: QuerySet[Any], code: str) -> QuerySet[SpecialGroupTag]:
    """Return what decisions put into a group, everywhere: whoever asks has reached the decisions. Counts, not names."""
    return SpecialGroupTag.everywhere.filter(decision_id__in=decisions.order_by().values("pk"), code=code)


def tags_for(actor: Actor, permission: Permission = may.VIEW_TAGS) -> QuerySet[SpecialGroupTag]:
    """Tags on which the actor holds the permission: the one way to a tag."""
    return SpecialGroupTag.objects.within(actor.reach(permission)).select_related("person")


def registered_at(person: Person) -> str:
    """Where her household is registered, in words; empty when that is not known."""
    return territory.full_name(person.registered_community) if person.registered_community else person.registered_place


def source_of(person: Person, field: str) -> tuple[str, dt.date]:
    """Where a field comes from, in words, and the day it was last confirmed."""
    source, on = person.source, person.confirmed_on
    if field in person.sources:
        source, on = person.sources[field][0], dt.date.fromisoformat(person.sources[field][1])
    return str(Source(source).label if source in Source.values else source), on


def check_may_read_looks(actor: Actor, person: Person) -> None:
    """Refuse the list of looks to anybody but herself, unless two people have opened it. Raises ReadingNeeded."""
    if actor.kind != "resident":
        reading.check_may_read("person", str(person.pk), by=actor)


def looked_at(person: Person, limit: int = 50) -> list[Look]:
    """Who looked at the person's data and why, newest first; her own looks left out. Two queries."""
    entries = audit_queries.looks_at(rows_of(person), size=limit)
    places = territory.names_of({entry.actor_division for entry in entries if entry.actor_division})
    return [
        Look(
            at=entry.at,
            who=_who(entry, places),
            what=", ".join(str(WHAT.get(word, word)) for word in str(entry.facts.get("what", "")).split()),
            purpose=str(Purpose(entry.purpose).label if entry.purpose in Purpose.values else entry.purpose),
        )
        for entry in entries
    ]


def has_opened_today(actor: Actor, person: Person) -> bool:
    """Tell whether the actor has opened the person's page today already."""
    midnight = timezone.make_aware(dt.datetime.combine(today(), dt.time.min))
    return audit_queries.has_looked(actor, person.pk, what="page", since=midnight)


WHAT = FACTS | {
    "page": gettext_lazy("资料页，号码遮住"),
    "identity": gettext_lazy("按证件号码找到您"),
    "facts": gettext_lazy("办事时用到的资料"),
}


def _who(entry: Entry, places: dict[str, str]) -> str:
    if entry.actor_kind == "system":
        return _("系统自动处理")
    who = " ".join(
        part for part in (places.get(entry.actor_division, ""), str(roles.NAMES.get(entry.actor_role, ""))) if part
    )
    return _("%(who)s（代 %(holder)s）") % {"who": who, "holder": entry.acting_for} if entry.acting_for else who


def _is_own(actor: Actor, person: Person) -> bool:
    return actor.kind == "resident" and actor.person_id is not None and actor.person_id in rows_of(person)


def address_of(person_id: UUID | None, account_id: UUID | None) -> Contact | None:
    """How to reach a person or an account: the person's telephone, else the account's own, in her language."""
    person = present_row(person_id) if person_id else None
    account = accounts.account_behind(person.pk if person else person_id, account_id)
    if person is None and account is not None and account.person_id is not None:
        person = present_row(account.person_id)
    if person is None and account is None:
        return None
    phone = sealed.opened(person, "phone") if person else ""
    return Contact(
        phone=phone or (accounts.phone_of(account) if account else ""),
        language=account.language if account else "zh-hans",
        county_code=person.county_code if person else "",
    )
