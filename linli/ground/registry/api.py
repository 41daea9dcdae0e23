"""People for programs: masked, found by the exact number with a purpose, revealed with a purpose; every look is noted."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from linli.core.access import Actor, Permission, requires
from linli.core.api import Code, Day, In, Out, Page, Paging, Room, asked_of, keyset, listed, remembered
from linli.ground.registry import housing_api, queries, services
from linli.ground.registry import permissions as may
from linli.ground.registry.models import Person, SpecialGroupTag
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division

room = Room("registry", _("居民档案"))
rooms = (room, housing_api.room)

IdKindName = Literal["citizen", "hmt_residence", "foreign_residence", "passport"]
PurposeName = Literal["application", "check_identity", "contact", "visit", "correct"]
CircumstanceName = Literal[
    "lives_here_since", "household_size", "income_per_head_fen", "income_class", "disability_grade"
]  # fmt: skip
FieldName = Literal["id_number", "phone", "address"]
SexCode = Literal["0", "1", "2"]
DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Number = Annotated[str, Field(min_length=1, max_length=40)]


class PersonRow(Out):
    """A person in a list: numbers masked."""

    id: UUID
    name: str
    sex: SexCode
    birth_date: dt.date
    id_kind: IdKindName
    id_number: str
    phone: str
    community_code: str
    community_name: str
    registered_at: str
    is_alive: bool
    version: int


class FactOut(Out):
    """One fact, where it comes from, and the day it was last confirmed."""

    name: str
    label: str
    value: Any
    source: str
    on: dt.date


class PersonOut(PersonRow):
    """A person with what is known of her, numbers masked. The look is noted."""

    facts: list[FactOut]


class OwnFacts(Out):
    """What the city knows about oneself, numbers masked."""

    person_id: UUID
    facts: list[FactOut]


class Revealed(Out):
    field: FieldName
    value: str


class LookOut(Out):
    """One look at a person's data: when, who (office and role), what was seen, and why."""

    at: dt.datetime
    who: str
    what: str
    purpose: str


class TagOut(Out):
    """That a person belongs to a special group, and what says so."""

    id: UUID
    code: str
    source: str
    valid_from: dt.date
    valid_to: dt.date | None
    reviewed_at: dt.datetime


class IdentifyIn(In):
    id_number: Number
    id_kind: IdKindName = "citizen"
    purpose: PurposeName


class RegisterIn(In):
    """Sex and birth date come from a citizen's number unless they are given."""

    name: Name
    id_number: Number
    id_kind: IdKindName = "citizen"
    community_code: DivisionCode
    phone: Annotated[str, Field(max_length=40)] = ""
    address: Annotated[str, Field(max_length=200)] = ""
    sex: Literal["", "0", "1", "2"] = ""
    birth_date: Day | None = None
    registered_community_code: DivisionCode | None = None
    registered_place: Annotated[str, Field(max_length=80)] = ""


class CorrectIn(In):
    """What is to be otherwise; what is left out stays."""

    name: Name | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    address: Annotated[str, Field(max_length=200)] | None = None
    sex: SexCode | None = None
    birth_date: Day | None = None
    source: Literal["window", "visit", "self_declared"] = "window"


class MoveIn(In):
    community_code: DivisionCode
    address: Annotated[str, Field(max_length=200)] = ""


class DeathIn(In):
    on: Day


class RevealIn(In):
    field: FieldName
    purpose: PurposeName


class TagIn(In):
    code: Code
    source: Annotated[str, Field(min_length=2, max_length=120)]
    valid_from: Day | None = None
    valid_to: Day | None = None


class CircumstanceIn(In):
    """value: a whole number (people, fen, grade 1-4), an ISO day, or a class of low income."""

    kind: CircumstanceName
    value: Annotated[str, Field(min_length=1, max_length=60)]
    source: Annotated[str, Field(min_length=2, max_length=120)]
    valid_from: dt.date | None = None


class CircumstanceOut(Out):
    id: UUID
    kind: CircumstanceName
    value: str
    source: str
    valid_from: dt.date
    valid_to: dt.date | None = Field(description="The first day on which it does not hold any more")


class TagEndIn(In):
    on: Day | None = None


class OwnIdentityIn(In):
    name: Name
    id_number: Number
    id_kind: IdKindName = "citizen"
    community_code: DivisionCode | None = None
    address: Annotated[str, Field(max_length=200)] = ""


# -- at the desk -----------------------------------------------------------------------------------------------------


@room.get("/persons", summary=_("列出本地的人"), response=Page[PersonRow])
@requires(may.VIEW)
def list_persons(
    request: HttpRequest,
    paging: Paging,
    name: Annotated[str, Field(max_length=60)] = "",
    community: DivisionCode | None = None,
) -> Page[PersonRow]:
    """List the people within reach by name; name: how it begins."""
    rows = queries.persons_for(asked_of(request).actor)
    if name:
        rows = rows.filter(name__startswith=name)
    if community is not None:
        rows = rows.filter(community__code=community)
    return keyset(request, rows, ("name", "id"), paging, lambda person: PersonRow(**_row(person)))


@room.post("/persons/identification", summary=_("按证件找人"), response=PersonRow)
@requires(may.IDENTIFY)
def identify_person(request: HttpRequest, body: IdentifyIn) -> PersonRow:
    """Find who bears exactly this document, wherever she lives. The look is noted with its purpose, found or not."""
    person = queries.find_by_identity(asked_of(request).actor, body.id_kind, body.id_number, body.purpose)
    if person is None:
        raise Http404
    return PersonRow(**_row(person))


@room.post("/persons", summary=_("登记一个人"), response=PersonRow, creates=True)
@requires(may.REGISTER)
def register_person(request: HttpRequest, body: RegisterIn) -> PersonRow:
    """Register somebody who is not known yet."""
    actor = asked_of(request).actor
    told = body.model_dump(exclude={"community_code", "registered_community_code"})
    registered = body.registered_community_code

    def make() -> UUID:
        return services.register_person(
            by=actor,
            community=_place(body.community_code, "community_code"),
            registered_community=_place(registered, "registered_community_code") if registered else None,
            **told,
        ).pk

    made = remembered(request, make)
    return PersonRow(**_row(Person.everywhere.select_related("community__parent__parent").get(pk=made)))


@room.get("/persons/{uuid:person_id}", summary=_("看一个人的资料"), response=PersonOut)
@requires(may.VIEW)
def get_person(request: HttpRequest, person_id: UUID) -> PersonOut:
    """Show what is known of a person, each fact with its source; numbers masked. The look is noted."""
    actor = asked_of(request).actor
    person = queries.persons_for(actor).get(pk=person_id)
    services.note_opened(actor, person)
    return _person_out(person)


@room.post("/persons/{uuid:person_id}/reveal", summary=_("说明目的后看完整的号码"), response=Revealed)
@requires(may.REVEAL)
def reveal_fact(request: HttpRequest, person_id: UUID, body: RevealIn) -> Revealed:
    """Return one number or address in clear. The purpose is noted, and she can read it."""
    actor = asked_of(request).actor
    person = queries.persons_for(actor, may.REVEAL).get(pk=person_id)
    return Revealed(field=body.field, value=services.reveal(actor, person, body.field, body.purpose))


@room.put("/persons/{uuid:person_id}", summary=_("更正资料"), response=PersonOut, versioned=True)
@requires(may.CORRECT)
def correct_person(request: HttpRequest, person_id: UUID, body: CorrectIn) -> PersonOut:
    """Correct facts; what stood there is kept with its span."""
    asked = asked_of(request)
    changes = body.model_dump(exclude={"source"}, exclude_none=True)
    person = services.correct(
        _person(asked.actor, person_id), by=asked.actor, version=asked.version, source=body.source, **changes
    )
    return _person_out(person)


@room.post("/persons/{uuid:person_id}/move", summary=_("迁移"), response=PersonRow, versioned=True)
@requires(may.CORRECT)
def move_person(request: HttpRequest, person_id: UUID, body: MoveIn) -> PersonRow:
    """Note where she lives now; across counties her row there has another id."""
    asked = asked_of(request)
    after = services.move(
        _person(asked.actor, person_id), by=asked.actor, version=asked.version, address=body.address,
        community=_place(body.community_code, "community_code"),
    )  # fmt: skip
    return PersonRow(**_row(after))


@room.post("/persons/{uuid:person_id}/death", summary=_("登记死亡"), response=PersonRow, versioned=True)
@requires(may.CORRECT)
def mark_person_dead(request: HttpRequest, person_id: UUID, body: DeathIn) -> PersonRow:
    """Note the day of death."""
    asked = asked_of(request)
    person = services.mark_dead(
        _person(asked.actor, person_id), by=asked.actor, on=body.on, version=asked.version
    )  # fmt: skip
    return PersonRow(**_row(person))


@room.get("/persons/{uuid:person_id}/tags", summary=_("看属于哪些特殊群体"), response=Page[TagOut])
@requires(may.VIEW_TAGS)
def list_tags(request: HttpRequest, person_id: UUID, paging: Paging) -> Page[TagOut]:
    """List the special groups that a person belongs to and did, the newest first."""
    person = queries.persons_for(asked_of(request).actor, may.VIEW_TAGS).get(pk=person_id)
    return listed(request, queries.tags_of(person), paging, _tag_out)


@room.post("/persons/{uuid:person_id}/tags", summary=_("登记特殊群体"), response=TagOut, creates=True)
@requires(may.GIVE_TAG)
def give_tag(request: HttpRequest, person_id: UUID, body: TagIn) -> TagOut:
    """Note that a person belongs to a special group, and what says so."""
    actor = asked_of(request).actor
    person = _person(actor, person_id, may.GIVE_TAG)
    made = remembered(request, lambda: services.give_tag(person, by=actor, **body.model_dump()).pk)
    return _tag_out(queries.tags_for(actor, may.GIVE_TAG).get(pk=made))


@room.post("/tags/{uuid:tag_id}/end", summary=_("终止特殊群体"), response=TagOut)
@requires(may.GIVE_TAG)
def end_tag(request: HttpRequest, tag_id: UUID, body: TagEndIn) -> TagOut:
    """End a tag from a day on, today unless said otherwise."""
    return _tag_out(services.end_tag(tag_id, by=asked_of(request).actor, on=body.on))


@room.post("/persons/{uuid:person_id}/circumstances", summary=_("登记一项情况"), response=CircumstanceOut, creates=True)
@requires(may.GIVE_TAG)
def record_circumstance(request: HttpRequest, person_id: UUID, body: CircumstanceIn) -> CircumstanceOut:
    """Note a circumstance by which the law decides who is entitled, and what says so; the earlier value ends there."""
    actor = asked_of(request).actor
    person = _person(actor, person_id, may.GIVE_TAG)
    made = remembered(request, lambda: services.record_circumstance(person, by=actor, **body.model_dump()).pk)
    row = queries.circumstances_for(actor, may.GIVE_TAG).get(pk=made)
    return CircumstanceOut.model_validate(row, from_attributes=True)


@room.get("/persons/{uuid:person_id}/looks", summary=_("谁看过这个人的资料"), response=Page[LookOut])
@requires(may.LOOKED_AT)
def list_looks(request: HttpRequest, person_id: UUID, paging: Paging) -> Page[LookOut]:
    """List who looked at a person's data and why: for the auditor, and for herself."""
    person = queries.persons_for(asked_of(request).actor, may.LOOKED_AT).get(pk=person_id)
    queries.check_may_read_looks(asked_of(request).actor, person)
    return listed(request, queries.looked_at(person), paging, _look_out)


# -- at home ---------------------------------------------------------------------------------------------------------


@room.get("/me/facts", summary=_("我的资料"), response=OwnFacts)
@requires(may.VIEW_OWN)
def get_my_facts(request: HttpRequest) -> OwnFacts:
    """Show what the city knows about me, since when and from whom."""
    me = _me(asked_of(request).actor)
    return OwnFacts(person_id=me.pk, facts=_facts(me))


@room.get("/me/looks", summary=_("谁看过我的资料"), response=Page[LookOut])
@requires(may.VIEW_OWN)
def list_my_looks(request: HttpRequest, paging: Paging) -> Page[LookOut]:
    """List who looked at my data and why, newest first."""
    return listed(request, queries.looked_at(_me(asked_of(request).actor)), paging, _look_out)


@room.post("/me/identity", summary=_("确认我是谁"), response=OwnFacts)
@requires(may.VIEW_OWN)
def link_my_identity(request: HttpRequest, body: OwnIdentityIn) -> OwnFacts:
    """Say who one is, once."""
    place = _place(body.community_code, "community_code") if body.community_code else None
    person = services.link_identity(
        asked_of(request).actor, name=body.name, id_number=body.id_number, id_kind=body.id_kind, community=place,
        address=body.address,
    )  # fmt: skip
    return OwnFacts(person_id=person.pk, facts=_facts(person))


def _me(actor: Actor) -> Person:
    me = queries.person_of(actor)
    if me is None:
        raise Http404
    return me


def _person(actor: Actor, person_id: UUID, permission: Permission = may.CORRECT) -> Person:
    return queries.persons_for(actor, permission).get(pk=person_id)


def _place(code: str, field: str) -> Division:
    try:
        return territory.by_code(code)
    except Division.DoesNotExist:
        raise services.CommunityNeeded(field=field) from None


def _row(person: Person) -> dict[str, Any]:
    facts = queries.facts_of(person, with_groups=False)
    return {
        **{
            name: getattr(person, name)
            for name in ("id", "name", "sex", "birth_date", "id_kind", "is_alive", "version")
        },
        "id_number": facts["id_number"].value,
        "phone": facts["phone"].value if "phone" in facts else "",
        "community_code": person.community.code,
        "community_name": territory.full_name(person.community),
        "registered_at": queries.registered_at(person),
    }


def _person_out(person: Person) -> PersonOut:
    return PersonOut(**_row(person), facts=_facts(person))


def _facts(person: Person) -> list[FactOut]:
    return [
        FactOut(name=name, label=str(queries.FACTS[name]), value=fact.value, source=fact.source, on=fact.on)
        for name, fact in queries.facts_of(person, with_groups=False).items()
    ]


def _tag_out(tag: SpecialGroupTag) -> TagOut:
    return TagOut(**{name: getattr(tag, name) for name in TagOut.model_fields})


def _look_out(look: queries.Look) -> LookOut:
    return LookOut(at=look.at, who=look.who, what=look.what, purpose=look.purpose)
