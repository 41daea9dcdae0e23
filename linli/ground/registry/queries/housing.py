"""Reading who lives where and with whom: on any day, and as it was known at any moment (R13a)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from linli.core.access import Actor, Permission
from linli.core.calendar import today
from linli.core.ids import as_uuid
from linli.ground.registry import addresses, relations, sealed
from linli.ground.registry import permissions as may
from linli.ground.registry.models import (
    Address,
    Dwelling,
    DwellingState,
    Household,
    HouseholdChange,
    Kinship,
    KinshipKind,
    Membership,
    Organisation,
    Person,
    Residence,
    ResidenceKind,
    believed,
    holding,
)
from linli.ground.registry.queries import persons
from linli.ground.territory.models import Division


@dataclass(frozen=True)
class HomesPage:
    """One keyset page of dwellings by address; more: the key after which the next begins ("" for the last)."""

    rows: list[Dwelling]
    more: str


@dataclass(frozen=True)
class Resident:
    """Somebody at a dwelling: the person where she is in reach of whoever asks (else None), and since when."""

    person: Person | None
    since: dt.date
    until: dt.date | None
    source: str
    relation: str = ""


@dataclass(frozen=True)
class Together:
    """A household as it was: its members, the head first."""

    household: Household
    members: list[Resident]


@dataclass(frozen=True)
class Home:
    """A dwelling on a day, as known at a moment."""

    dwelling: Dwelling
    state: DwellingState | None
    households: list[Together] = field(default_factory=list)
    alone: list[Resident] = field(default_factory=list)
    """Who lives here and keeps house with nobody that we know of."""
    registered: list[Resident] = field(default_factory=list)
    """Whose household registration lies here, wherever they live."""
    organisations: list[Organisation] = field(default_factory=list)


@dataclass(frozen=True)
class HomeOf:
    """Where one person lives, is registered, and with whom she keeps house, as believed now."""

    living: Residence | None
    registered: Residence | None
    membership: Membership | None
    spouse: Person | None

    @property
    def is_apart(self) -> bool:
        """Whether she lives elsewhere than she is registered (人户分离)."""
        return bool(self.living and self.registered and self.living.dwelling_id != self.registered.dwelling_id)


@dataclass(frozen=True)
class Population:
    """People counted on a day (domain.md K01): who lives here, who is registered here, and both at once."""

    living: int
    registered: int
    both: int

    @property
    def away(self) -> int:
        """Registered here and living elsewhere (人户分离)."""
        return self.registered - self.both


def addresses_for(actor: Actor, permission: Permission = may.VIEW) -> QuerySet[Address]:
    return Address.objects.within(actor.reach(permission))


def dwellings_for(actor: Actor, permission: Permission = may.VIEW) -> QuerySet[Dwelling]:
    return Dwelling.objects.within(actor.reach(permission))


def households_for(actor: Actor, permission: Permission = may.VIEW) -> QuerySet[Household]:
    return Household.objects.within(actor.reach(permission))


def organisations_for(actor: Actor, permission: Permission = may.VIEW) -> QuerySet[Organisation]:
    return Organisation.objects.within(actor.reach(permission))


def homes_matching(actor: Actor, text: str = "") -> QuerySet[Dwelling]:
    """The dwellings in reach whose address has this part, in whatever spelling; all of them for none."""
    rows = dwellings_for(actor).filter(address__valid_to__isnull=True)
    rows = rows.select_related("address", "community__parent__parent")
    try:
        key = addresses.key_of(text[:60])
    except addresses.SignsNotGood:
        return rows.none()
    return rows.filter(address__key__contains=key) if key else rows


def homes(actor: Actor, text: str = "", *, after: str = "", limit: int = 20) -> HomesPage:
    """A page of the dwellings in reach, by address. text: any part of the address, in whatever spelling."""
    rows = homes_matching(actor, text)
    if after:
        rows = rows.filter(address__key__gt=after)
    found = list(rows.order_by("address__key", "id")[: limit + 1])
    return HomesPage(found[:limit], found[limit - 1].address.key if len(found) > limit else "")


def head_counts(dwellings: Iterable[Dwelling], day: dt.date | None = None) -> dict[UUID, int]:
    """How many people live in each of these dwellings on a day; those with nobody are left out."""
    rows = list(dwellings)
    counties = sorted({row.county_code for row in rows})
    found = Residence._base_manager.filter(
        holding(day or today()),
        county_code__in=counties,
        dwelling_id__in=[row.pk for row in rows],
        kind=ResidenceKind.LIVING,
    )
    return dict(found.values_list("dwelling_id").annotate(Count("id")).order_by())


def home(actor: Actor, dwelling_id: UUID, *, day: dt.date | None = None, known_at: dt.datetime | None = None) -> Home:
    """A dwelling with everybody in it on a day, as it was known at a moment. Raises Dwelling.DoesNotExist out of reach."""
    rows = dwellings_for(actor).select_related("address", "community__parent__parent")
    dwelling = rows.get(pk=dwelling_id)
    day = day or today()
    there = {"county_code": dwelling.county_code, "dwelling_id": dwelling.pk}
    residences = list(Residence._base_manager.filter(holding(day, known_at), **there).order_by("valid_from", "id"))
    households = {row.pk: row for row in Household.everywhere.filter(**there)}
    members = list(
        Membership._base_manager.filter(
            holding(day, known_at), county_code=dwelling.county_code, household_id__in=list(households)
        ).order_by("relation_to_head", "valid_from", "id")
    )
    seen = _in_reach(actor, {row.person_id for row in residences} | {row.person_id for row in members})
    together = {
        pk: [_resident(row, seen, row.relation_to_head) for row in members if row.household_id == pk]
        for pk in households
    }
    in_one = {row.person_id for row in members}
    return Home(
        dwelling=dwelling,
        state=DwellingState._base_manager.filter(holding(day, known_at), **there).first(),
        households=[
            Together(households[pk], sorted(people_here, key=lambda one: one.relation != relations.HEAD))
            for pk, people_here in sorted(together.items())
            if people_here
        ],
        alone=[
            _resident(row, seen)
            for row in residences
            if row.kind == ResidenceKind.LIVING and row.person_id not in in_one
        ],
        registered=[_resident(row, seen) for row in residences if row.kind == ResidenceKind.REGISTERED],
        organisations=list(
            Organisation.everywhere.filter(
                Q(closed_on__isnull=True) | Q(closed_on__gt=day), opened_on__lte=day, **there
            )
        ),
    )


def household(
    actor: Actor, household_id: UUID, *, day: dt.date | None = None, known_at: dt.datetime | None = None
) -> Together:
    """A household with its members on a day, as it was known at a moment. Raises Household.DoesNotExist out of reach."""
    row = households_for(actor).select_related("dwelling__address", "community").get(pk=household_id)
    members = Membership._base_manager.filter(
        holding(day or today(), known_at), county_code=row.county_code, household_id=row.pk
    ).order_by("relation_to_head", "valid_from", "id")
    rows = list(members)
    seen = _in_reach(actor, {member.person_id for member in rows})
    return Together(
        row,
        sorted(
            (_resident(one, seen, one.relation_to_head) for one in rows), key=lambda one: one.relation != relations.HEAD
        ),
    )


def organisations(actor: Actor, name: str = "", *, after: str = "", limit: int = 20) -> tuple[list[Organisation], str]:
    """A page of the organisations in reach by how their name begins, and the id after which the next begins ("" for the last)."""
    rows = organisations_for(actor).select_related("dwelling__address")
    if name and not name.isprintable():
        return [], ""
    if name:
        rows = rows.filter(name__startswith=name)
    if after:
        last = organisations_for(actor).filter(pk__in=[one for one in [as_uuid(after)] if one]).first()
        if last is not None:
            rows = rows.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    found = list(rows.order_by("name", "id")[: limit + 1])
    return found[:limit], str(found[limit - 1].pk) if len(found) > limit else ""


def lineage(row: Household) -> list[HouseholdChange]:
    """What a household came from and what became of it, by day."""
    here = HouseholdChange.objects.filter(county_code=row.county_code)
    return list(here.filter(Q(predecessor_id=row.pk) | Q(successor_id=row.pk)).order_by("on", "id"))


def home_of(actor: Actor, person: Person) -> HomeOf:
    """Where a person lives and with whom. For pages that have reached her."""
    tie = next((tie for tie in ties_of(person) if tie.kind == KinshipKind.SPOUSE), None)
    spouse = None
    if tie is not None:
        other = tie.of_id if tie.person_id == person.pk else tie.person_id
        spouse = _in_reach(actor, {other}).get(other)
    return HomeOf(living_of(person), registered_of(person), membership_of(person), spouse)


def past_homes(person: Person) -> list[Residence]:
    """Every home and registration of a person that is believed, the latest first."""
    rows = Residence._base_manager.filter(believed(), county_code=person.county_code, person_id=person.pk)
    return list(rows.select_related("dwelling__address").order_by("-valid_from", "-id"))


def population(
    actor: Actor, community: Division, day: dt.date | None = None, known_at: dt.datetime | None = None
) -> Population:
    """People of a community on a day, each counted once. 0 where the community is out of reach."""
    dwellings = dwellings_for(actor).filter(community=community)
    rows = Residence._base_manager.filter(
        holding(day or today(), known_at), county_code=community.county_code, dwelling__in=dwellings.values("pk")
    )
    living = rows.filter(kind=ResidenceKind.LIVING)
    registered = rows.filter(kind=ResidenceKind.REGISTERED)
    return Population(
        living.values("person_id").distinct().count(),
        registered.values("person_id").distinct().count(),
        registered.filter(person_id__in=living.values("person_id")).values("person_id").distinct().count(),
    )


# -- for services -----------------------------------------------------------------------------------------------------------


def state_of(dwelling: Dwelling) -> DwellingState | None:
    rows = DwellingState._base_manager.filter(superseded_at=None, valid_to=None)
    return rows.filter(county_code=dwelling.county_code, dwelling_id=dwelling.pk).first()


def living_of(person: Person) -> Residence | None:
    return _residence(person, ResidenceKind.LIVING)


def registered_of(person: Person) -> Residence | None:
    return _residence(person, ResidenceKind.REGISTERED)


def membership_of(person: Person) -> Membership | None:
    rows = Membership._base_manager.filter(superseded_at=None, valid_to=None)
    return rows.filter(county_code=person.county_code, person_id=person.pk).select_related("household").first()


def open_memberships(row: Household) -> QuerySet[Membership]:
    return Membership._base_manager.filter(
        superseded_at=None, valid_to=None, county_code=row.county_code, household_id=row.pk
    )  # fmt: skip


def address_text(person: Person) -> str:
    """The address of a person in clear, for a service that has a right to it."""
    return sealed.opened(person, "address")


def _residence(person: Person, kind: str) -> Residence | None:
    rows = Residence._base_manager.filter(superseded_at=None, valid_to=None, kind=kind)
    return rows.filter(county_code=person.county_code, person_id=person.pk).select_related("dwelling__address").first()


def ties_of(person: Person) -> list[Kinship]:
    """The ties of kinship that are believed and open, whichever side she stands on."""
    here = Kinship._base_manager.filter(superseded_at=None, valid_to=None, county_code=person.county_code)
    return list(here.filter(Q(person_id=person.pk) | Q(of_id=person.pk)))


def _in_reach(actor: Actor, person_ids: set[UUID]) -> dict[UUID, Person]:
    return persons.persons_for(actor).in_bulk(list(person_ids)) if person_ids else {}


def _resident(row: Any, seen: dict[UUID, Person], relation: str = "") -> Resident:
    return Resident(seen.get(row.person_id), row.valid_from, row.valid_to, row.source, relation)
