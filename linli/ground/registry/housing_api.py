"""Homes, households and organisations for programs: who lives where on a day, and the acts that change it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from linli.core.access import Actor, requires
from linli.core.api import Day, In, Out, Page, Paging, Room, asked_of, keyset, remembered
from linli.ground.registry import permissions as may
from linli.ground.registry import queries, services
from linli.ground.registry.models import Dwelling, Organisation, Person
from linli.ground.registry.queries.housing import Home, Resident, Together
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division

room = Room("housing", _("房屋和住户"))

UseName = Literal["living", "business", "office", "mixed", "public", "other"]
TenureName = Literal["owned", "rented", "public_rental", "employer", "borrowed", "unknown"]
KindName = Literal["family", "collective"]
OrganisationKindName = Literal["enterprise", "self_employed", "institution", "social", "other"]
DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
Relation = Annotated[str, Field(pattern=r"^[0-9]{2}$", description="GB/T 4761-2008")]
Area = Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=2)]


class HomeRow(Out):
    """A dwelling in a list, by its standard address."""

    id: UUID
    address: str
    community_code: str
    community_name: str


class ResidentOut(Out):
    """Somebody at a dwelling or in a household; person_id and name are null for people out of reach."""

    person_id: UUID | None
    name: str | None
    relation_to_head: str
    since: dt.date
    until: dt.date | None
    source: str


class HouseholdOut(Out):
    """Who keeps house together, the head first."""

    id: UUID
    home_id: UUID
    kind: KindName
    formed_on: dt.date
    ended_on: dt.date | None
    version: int
    members: list[ResidentOut]


class OrganisationOut(Out):
    id: UUID
    home_id: UUID
    name: str
    kind: OrganisationKindName
    credit_code: str
    opened_on: dt.date
    closed_on: dt.date | None
    version: int


class HomeOut(HomeRow):
    """A dwelling on a day, as it was known at a moment: what it is used for and everybody in it."""

    use: UseName | None
    tenure: TenureName | None
    is_vacant: bool | None
    area_m2: Decimal | None
    households: list[HouseholdOut]
    residents_alone: list[ResidentOut]
    registered: list[ResidentOut]
    organisations: list[OrganisationOut]


class PersonHomeOut(Out):
    """Where one person lives and is registered, and with whom she keeps house."""

    person_id: UUID
    home_id: UUID | None
    registered_home_id: UUID | None
    household_id: UUID | None
    relation_to_head: str
    spouse_id: UUID | None


class HomeIn(In):
    """A dwelling at its standard address: doorplate (road and number, estate, villagers' group), building, unit, room."""

    community_code: DivisionCode
    site: Annotated[str, Field(min_length=1, max_length=60)]
    building: Annotated[str, Field(max_length=20)] = ""
    unit: Annotated[str, Field(max_length=20)] = ""
    room: Annotated[str, Field(max_length=20)] = ""
    use: UseName = "living"
    tenure: TenureName = "unknown"
    is_vacant: bool = False
    area_m2: Area | None = None


class StateIn(In):
    """What is otherwise from a day on; what is left out stays."""

    on: Day
    use: UseName | None = None
    tenure: TenureName | None = None
    is_vacant: bool | None = None
    area_m2: Area | None = None


class MoveInIn(In):
    """Without a household she is the head of a new one."""

    home_id: UUID
    on: Day
    household_id: UUID | None = None
    relation: Relation = "02"


class RegistrationIn(In):
    home_id: UUID
    on: Day


class OnIn(In):
    on: Day


class SpouseIn(In):
    spouse_id: UUID
    on: Day


class MemberIn(In):
    person_id: UUID
    relation: Relation


class SplitIn(In):
    """Who leaves, each with the relation to the new head; of those who stay, whose relation changes."""

    on: Day
    leaving: Annotated[list[MemberIn], Field(min_length=1, max_length=50)]
    staying: Annotated[list[MemberIn], Field(max_length=50)] = []


class MergeIn(In):
    into_id: UUID
    on: Day
    members: Annotated[list[MemberIn], Field(min_length=1, max_length=50)]


class HeadIn(In):
    on: Day
    members: Annotated[list[MemberIn], Field(min_length=1, max_length=50)]


class BirthIn(In):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    id_number: Annotated[str, Field(min_length=1, max_length=40)]
    relation: Relation
    parent_ids: Annotated[list[UUID], Field(max_length=2)] = []


class OrganisationIn(In):
    home_id: UUID
    name: Annotated[str, Field(min_length=2, max_length=100)]
    kind: OrganisationKindName
    credit_code: Annotated[str, Field(max_length=24)] = ""


@room.get("/homes", summary=_("按地址找房屋"), response=Page[HomeRow])
@requires(may.VIEW)
def list_homes(
    request: HttpRequest, paging: Paging, address: Annotated[str, Field(max_length=60)] = ""
) -> Page[HomeRow]:
    """List the dwellings within reach; address: any part of it, in whatever spelling."""
    rows = queries.homes_matching(asked_of(request).actor, address)
    return keyset(request, rows, ("id",), paging, _home_row)


@room.post("/homes", summary=_("登记一处房屋"), response=HomeRow, creates=True)
@requires(may.KEEP_HOMES)
def add_home(request: HttpRequest, body: HomeIn) -> HomeRow:
    """Add a dwelling; what stands above it is made where it is missing."""
    actor = asked_of(request).actor
    told = body.model_dump(exclude={"community_code"})
    place = _place(body.community_code)
    made = remembered(request, lambda: services.add_dwelling(by=actor, community=place, **told).pk)
    rows = queries.dwellings_for(actor, may.KEEP_HOMES).select_related("address", "community__parent__parent")
    return _home_row(rows.get(pk=made))


@room.get("/homes/{uuid:dwelling_id}", summary=_("看一处房屋和住的人"), response=HomeOut)
@requires(may.VIEW)
def get_home(
    request: HttpRequest, dwelling_id: UUID, day: Day | None = None, known_at: dt.datetime | None = None
) -> HomeOut:
    """Show a dwelling and everybody in it: on a day (today), as it was known at a moment (now)."""
    return _home_out(queries.home(asked_of(request).actor, dwelling_id, day=day, known_at=known_at))


@room.post("/homes/{uuid:dwelling_id}/state", summary=_("记下房屋怎么用"), response=HomeOut)
@requires(may.KEEP_HOMES)
def describe_home(request: HttpRequest, dwelling_id: UUID, body: StateIn) -> HomeOut:
    """Note what it is used for from a day on; what it was stays on record."""
    actor = asked_of(request).actor
    services.describe_dwelling(dwelling_id, by=actor, on=body.on, **body.model_dump(exclude={"on"}, exclude_none=True))
    return _home_out(queries.home(actor, dwelling_id))


@room.get("/persons/{uuid:person_id}/home", summary=_("看一个人住在哪里"), response=PersonHomeOut)
@requires(may.VIEW)
def get_person_home(request: HttpRequest, person_id: UUID) -> PersonHomeOut:
    """Show where a person lives and is registered, and with whom she keeps house."""
    actor = asked_of(request).actor
    return _person_home(actor, queries.persons_for(actor).get(pk=person_id))


@room.post("/persons/{uuid:person_id}/home", summary=_("记下住在哪里"), response=PersonHomeOut)
@requires(may.KEEP_HOMES)
def move_in(request: HttpRequest, person_id: UUID, body: MoveInIn) -> PersonHomeOut:
    """Note where she lives from a day on; from another county her row here has another id."""
    actor = asked_of(request).actor
    after = services.move_in(
        _person(actor, person_id),
        body.home_id,
        by=actor,
        on=body.on,
        household_id=body.household_id,
        relation=body.relation,
    )
    return _person_home(actor, after)


@room.post("/persons/{uuid:person_id}/home/end", summary=_("记下不在这里住了"), response=PersonHomeOut)
@requires(may.KEEP_HOMES)
def move_out(request: HttpRequest, person_id: UUID, body: OnIn) -> PersonHomeOut:
    """Note that she lives there no longer, and nobody knows where."""
    actor = asked_of(request).actor
    person = _person(actor, person_id)
    services.move_out(person, by=actor, on=body.on)
    return _person_home(actor, person)


@room.post("/persons/{uuid:person_id}/registration", summary=_("记下户口在哪里"), response=PersonHomeOut)
@requires(may.KEEP_HOMES)
def register_at(request: HttpRequest, person_id: UUID, body: RegistrationIn) -> PersonHomeOut:
    """Note at which dwelling her household registration lies."""
    actor = asked_of(request).actor
    person = _person(actor, person_id)
    services.register_at(person, body.home_id, by=actor, on=body.on)
    return _person_home(actor, person)


@room.post("/persons/{uuid:person_id}/marriage", summary=_("登记结婚"), response=PersonHomeOut)
@requires(may.KEEP_HOMES)
def note_marriage(request: HttpRequest, person_id: UUID, body: SpouseIn) -> PersonHomeOut:
    """Note whom somebody married, and on which day."""
    actor = asked_of(request).actor
    person = _person(actor, person_id)
    services.note_marriage(person, _person(actor, body.spouse_id), by=actor, on=body.on)
    return _person_home(actor, person)


@room.post("/persons/{uuid:person_id}/divorce", summary=_("登记离婚"), response=PersonHomeOut)
@requires(may.KEEP_HOMES)
def note_divorce(request: HttpRequest, person_id: UUID, body: SpouseIn) -> PersonHomeOut:
    """Note that a marriage ended on a day."""
    actor = asked_of(request).actor
    person = _person(actor, person_id)
    services.note_divorce(person, _person(actor, body.spouse_id), by=actor, on=body.on)
    return _person_home(actor, person)


@room.get("/households/{uuid:household_id}", summary=_("看一户"), response=HouseholdOut)
@requires(may.VIEW)
def get_household(
    request: HttpRequest, household_id: UUID, day: Day | None = None, known_at: dt.datetime | None = None
) -> HouseholdOut:
    """Show who keeps house together: on a day (today), as it was known at a moment (now)."""
    return _household_out(queries.household(asked_of(request).actor, household_id, day=day, known_at=known_at))


@room.post("/households/{uuid:household_id}/split", summary=_("分户"), response=HouseholdOut, versioned=True)
@requires(may.KEEP_HOMES)
def split_household(request: HttpRequest, household_id: UUID, body: SplitIn) -> HouseholdOut:
    """Make a second household of those who leave, and return it."""
    asked = asked_of(request)
    made = services.split_household(
        household_id, _relations(body.leaving), by=asked.actor, on=body.on, staying=_relations(body.staying),
        version=asked.version,
    )  # fmt: skip
    return _household_out(queries.household(asked.actor, made.pk))


@room.post("/households/{uuid:household_id}/merge", summary=_("并户"), response=HouseholdOut, versioned=True)
@requires(may.KEEP_HOMES)
def merge_households(request: HttpRequest, household_id: UUID, body: MergeIn) -> HouseholdOut:
    """Take everybody into another household of the same dwelling, and return that one."""
    asked = asked_of(request)
    into = services.merge_households(
        household_id, body.into_id, _relations(body.members), by=asked.actor, on=body.on, version=asked.version
    )
    return _household_out(queries.household(asked.actor, into.pk))


@room.post("/households/{uuid:household_id}/head", summary=_("换户主"), response=HouseholdOut, versioned=True)
@requires(may.KEEP_HOMES)
def change_head(request: HttpRequest, household_id: UUID, body: HeadIn) -> HouseholdOut:
    """Give it another head; everybody's relation is told anew."""
    asked = asked_of(request)
    services.change_head(household_id, _relations(body.members), by=asked.actor, on=body.on, version=asked.version)
    return _household_out(queries.household(asked.actor, household_id))


@room.post("/households/{uuid:household_id}/births", summary=_("登记新生的孩子"), response=HouseholdOut, creates=True)
@requires(may.KEEP_HOMES)
def note_birth(request: HttpRequest, household_id: UUID, body: BirthIn) -> HouseholdOut:
    """Register a child born into it, and return the household with the child."""
    actor = asked_of(request).actor
    told = body.model_dump(exclude={"parent_ids"})
    parents = tuple(body.parent_ids)
    remembered(request, lambda: services.note_birth(household_id, by=actor, parents=parents, **told).pk)
    return _household_out(queries.household(actor, household_id))


@room.get("/organisations", summary=_("列出单位"), response=Page[OrganisationOut])
@requires(may.VIEW)
def list_organisations(
    request: HttpRequest, paging: Paging, name: Annotated[str, Field(max_length=60)] = ""
) -> Page[OrganisationOut]:
    """List the organisations within reach by name; name: how it begins."""
    rows = queries.organisations_for(asked_of(request).actor)
    if name:
        rows = rows.filter(name__startswith=name)
    return keyset(request, rows, ("name", "id"), paging, _organisation_out)


@room.post("/organisations", summary=_("登记一个单位"), response=OrganisationOut, creates=True)
@requires(may.KEEP_HOMES)
def register_organisation(request: HttpRequest, body: OrganisationIn) -> OrganisationOut:
    """Register an organisation at a dwelling."""
    actor = asked_of(request).actor
    told = body.model_dump(exclude={"home_id"})
    made = remembered(request, lambda: services.register_organisation(body.home_id, by=actor, **told).pk)
    return _organisation_out(queries.organisations_for(actor, may.KEEP_HOMES).get(pk=made))


@room.get("/organisations/{uuid:organisation_id}", summary=_("看一个单位"), response=OrganisationOut)
@requires(may.VIEW)
def get_organisation(request: HttpRequest, organisation_id: UUID) -> OrganisationOut:
    """Show an organisation."""
    return _organisation_out(queries.organisations_for(asked_of(request).actor).get(pk=organisation_id))


@room.post(
    "/organisations/{uuid:organisation_id}/closing",
    summary=_("单位不在这里了"),
    response=OrganisationOut,
    versioned=True,
)
@requires(may.KEEP_HOMES)
def close_organisation(request: HttpRequest, organisation_id: UUID, body: OnIn) -> OrganisationOut:
    """Note that it is here no longer from a day on."""
    asked = asked_of(request)
    return _organisation_out(
        services.close_organisation(organisation_id, by=asked.actor, on=body.on, version=asked.version)
    )


def _person(actor: Actor, person_id: UUID) -> Person:
    return queries.persons_for(actor, may.KEEP_HOMES).get(pk=person_id)


def _place(code: str) -> Division:
    try:
        return territory.by_code(code)
    except Division.DoesNotExist:
        raise services.CommunityNeeded(field="community_code") from None


def _relations(members: list[MemberIn]) -> dict[UUID, str]:
    return {one.person_id: one.relation for one in members}


def _home_row(row: Dwelling) -> HomeRow:
    return HomeRow(
        id=row.pk, address=row.address.text, community_code=row.community.code,
        community_name=territory.full_name(row.community),
    )  # fmt: skip


def _home_out(home: Home) -> HomeOut:
    names = ("use", "tenure", "is_vacant", "area_m2")
    told: dict[str, Any] = {
        **_home_row(home.dwelling).model_dump(),
        **{name: getattr(home.state, name) if home.state else None for name in names},
        "households": [_household_out(one) for one in home.households],
        "residents_alone": [_resident_out(one) for one in home.alone],
        "registered": [_resident_out(one) for one in home.registered],
        "organisations": [_organisation_out(one) for one in home.organisations],
    }
    return HomeOut(**told)


def _household_out(one: Together) -> HouseholdOut:
    names = ("kind", "formed_on", "ended_on", "version")
    told: dict[str, Any] = {name: getattr(one.household, name) for name in names}
    members = [_resident_out(member) for member in one.members]
    return HouseholdOut(id=one.household.pk, home_id=one.household.dwelling_id, members=members, **told)


def _resident_out(one: Resident) -> ResidentOut:
    return ResidentOut(
        person_id=one.person.pk if one.person else None, name=one.person.name if one.person else None,
        relation_to_head=one.relation, since=one.since, until=one.until, source=one.source,
    )  # fmt: skip


def _organisation_out(row: Organisation) -> OrganisationOut:
    names = ("name", "kind", "credit_code", "opened_on", "closed_on", "version")
    return OrganisationOut(id=row.pk, home_id=row.dwelling_id, **{name: getattr(row, name) for name in names})


def _person_home(actor: Actor, person: Person) -> PersonHomeOut:
    home = queries.home_of(actor, person)
    return PersonHomeOut(
        person_id=person.pk,
        home_id=home.living.dwelling_id if home.living else None,
        registered_home_id=home.registered.dwelling_id if home.registered else None,
        household_id=home.membership.household_id if home.membership else None,
        relation_to_head=home.membership.relation_to_head if home.membership else "",
        spouse_id=home.spouse.pk if home.spouse else None,
    )
