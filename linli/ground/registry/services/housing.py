"""Where and with whom people live: addresses, dwellings, households. Moves, births, marriages are acts, not edits (R11–R13).

Every act names the day on which it happened (`on`), which may lie in the past; what was believed until now stays on record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now, today
from linli.core.http import Refused, save_version
from linli.core.ids import placed_id
from linli.ground.registry import addresses, relations, rules
from linli.ground.registry import permissions as may
from linli.ground.registry.models import (
    Address,
    AddressLevel,
    Dwelling,
    DwellingState,
    Household,
    HouseholdChange,
    HouseholdKind,
    Kinship,
    KinshipKind,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Residence,
    ResidenceKind,
    Source,
    Tenure,
    Use,
)
from linli.ground.registry.queries import housing as queries
from linli.ground.registry.queries.persons import persons_for
from linli.ground.registry.services import persons, spans
from linli.ground.territory.models import Division

ORGANISATION_MAX = 100
ONE_DAY = dt.timedelta(days=1)


class AddressKnown(Refused):
    code = "registry.address_known"
    message = _("这个地址已经有了：%(address)s。请直接打开它。")
    field = "site"


class DayNotGood(Refused):
    code = "registry.day_not_good"
    message = _("日子应在%(from)s以后、今天（%(today)s）以前。")
    field = "on"


class LivesThereAlready(Refused):
    code = "registry.lives_there_already"
    message = _("%(name)s已经登记住在这里，在这一户，没有什么要改的。")


class HeadNeeded(Refused):
    code = "registry.head_needed"
    message = _("每一户要有一位户主，只能有一位。请看看：%(why)s。")
    field = "relation"


class NotInHousehold(Refused):
    code = "registry.not_in_household"
    message = _("选的人里有不在这一户的。请重新打开这一户，再选一次。")
    status = 409


class HouseholdHasEnded(Refused):
    code = "registry.household_has_ended"
    message = _("这一户已经在%(on)s结束了，不能再改。")
    status = 409


class NothingToSplit(Refused):
    code = "registry.nothing_to_split"
    message = _("请选择哪几位分出去；全都走，是搬家，不是分户。")


class SameHousehold(Refused):
    code = "registry.same_household"
    message = _("选的是同一户。请选要并进哪一户。")
    field = "into"


class OtherCounty(Refused):
    code = "registry.other_county"
    message = _("另一位住在别的区县，要在同一个区县的两个人才能在这里登记。")


class MarriedAlready(Refused):
    code = "registry.married_already"
    message = _("%(name)s现在登记有配偶。先登记离婚或者丧偶，再登记结婚。")


class TooYoungToMarry(Refused):
    """民法典第一千零四十七条: men from 22, women from 20."""

    code = "registry.too_young_to_marry"
    message = _("男满 22 岁、女满 20 岁才能结婚，%(name)s那天 %(age)s 岁。请核对日子和出生日期。")
    field = "on"


class NotMarried(Refused):
    code = "registry.not_married"
    message = _("这两位现在没有登记为夫妻。")
    status = 409


class OrganisationKnown(Refused):
    code = "registry.organisation_known"
    message = _("这个统一社会信用代码已经登记了：%(name)s。")
    field = "credit_code"


class NameNeeded(Refused):
    code = "registry.organisation_name_needed"
    message = _("请填写单位的名称，最多 100 个字。")
    field = "name"


# -- addresses and dwellings -------------------------------------------------------------------------------------------


@transaction.atomic
def add_dwelling(
    *,
    by: Actor,
    community: Division | UUID,
    site: str,
    building: str = "",
    unit: str = "",
    room: str = "",
    use: str = Use.LIVING,
    tenure: str = Tenure.UNKNOWN,
    is_vacant: bool = False,
    area_m2: Decimal | None = None,
    on: dt.date | None = None,
    source: str = Source.VISIT,
) -> Dwelling:
    """Add a dwelling at its standard address; what stands above it (doorplate, building, unit) is made where it is missing.

    Raises AddressKnown, PermissionDenied outside one's reach, and the refusals of `addresses.check_parts`.
    """
    place = persons.community_of(community)
    if not by.reach(may.KEEP_HOMES).covers(place.county_code, place.pk):
        raise PermissionDenied
    parts = addresses.check_parts(site, building, unit, room)
    address = _address(place, parts, on or today())
    if Dwelling.everywhere.filter(address=address).exists():
        raise AddressKnown(address=address.text)
    dwelling = Dwelling(
        id=placed_id(place.county_code), county_code=place.county_code, community=place, address=address,
        created_at=now(),
    )  # fmt: skip
    dwelling.save(force_insert=True)
    _write_state(
        dwelling, by=by, on=on or today(), source=source, use=use, tenure=tenure, is_vacant=is_vacant, area_m2=area_m2
    )
    audit.record(by, "registry.dwelling_added", dwelling, county_code=place.county_code)
    return dwelling


@transaction.atomic
def describe_dwelling(
    dwelling_id: UUID, *, by: Actor, on: dt.date, source: str = Source.VISIT, **facts: Any
) -> DwellingState:
    """Note what a dwelling is used for from a day on: use, tenure, is_vacant, area_m2; the others stay.

    Raises Dwelling.DoesNotExist out of reach, DayNotGood, NothingChanged.
    """
    dwelling = queries.dwellings_for(by, may.KEEP_HOMES).get(pk=dwelling_id)
    before = queries.state_of(dwelling)
    told = {name: getattr(before, name) for name in ("use", "tenure", "is_vacant", "area_m2")} if before else {}
    if before and all(told[name] == value for name, value in facts.items()):
        raise persons.NothingChanged
    if before:
        _check_day(on, before.valid_from)
        spans.end(before, by=by, on=on, source=source)
    state = _write_state(dwelling, by=by, on=on, source=source, **told | facts)
    audit.record(by, "registry.dwelling_described", dwelling, county_code=dwelling.county_code, fields=sorted(facts))
    return state


# -- moves ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def move_in(
    person: Person,
    dwelling_id: UUID,
    *,
    by: Actor,
    on: dt.date,
    household_id: UUID | None = None,
    relation: str = relations.HEAD,
    kind: str = HouseholdKind.FAMILY,
    source: str = Source.WINDOW,
) -> Person:
    """Note that a person lives here from a day on, in a household of this dwelling or, without one, as head of a new one.

    Where she lived before ends that day. From another county her row there ends and a new one begins; the one in force is returned.
    Raises Person.DoesNotExist, Dwelling.DoesNotExist, Household.DoesNotExist out of reach; DayNotGood, LivesThereAlready,
    HeadNeeded, NotPossibleAfterDeath.
    """
    dwelling = queries.dwellings_for(by, may.KEEP_HOMES).select_related("community", "address").get(pk=dwelling_id)
    household = _open_household(household_id, by, dwelling=dwelling) if household_id else None
    relation = relations.check_relation(relation if household else relations.HEAD)
    person = persons.reached(person, by, may.CORRECT, or_at=dwelling.community)
    persons.check_alive(person)
    living, member = queries.living_of(person), queries.membership_of(person)
    if (
        living
        and living.dwelling_id == dwelling.pk
        and (household is None or (member and member.household_id == household.pk))
    ):
        raise LivesThereAlready(name=person.name)
    _check_day(on, *(row.valid_from for row in (living, member) if row), born=person.birth_date)
    _leave(person, living, member, by=by, on=on, source=source)
    if queries.address_text(person) != dwelling.address.text:
        if living is None and person.community_id == dwelling.community_id:  # the same place, in standard words
            person = persons.correct(person, by=by, source=source, address=dwelling.address.text)
        else:
            person = persons.relocate(person, dwelling.community, dwelling.address.text, by=by)
    elif person.community_id != dwelling.community_id:
        person = persons.relocate(person, dwelling.community, dwelling.address.text, by=by)
    if household is None:
        household = _form(dwelling, kind=kind, on=on)
    _begin(Residence, person, by=by, on=on, source=source, dwelling=dwelling, kind=ResidenceKind.LIVING)
    _join(household, person, relation, by=by, on=on, source=source)
    audit.record(
        by,
        "registry.moved_in",
        dwelling,
        county_code=dwelling.county_code,
        person_id=person.pk,
        household=household.pk,
        on=on,
    )
    return person


@transaction.atomic
def move_out(person: Person, *, by: Actor, on: dt.date, source: str = Source.VISIT) -> None:
    """Note that a person does not live here any longer, and nobody knows where now.

    A household left empty has ended. Raises Person.DoesNotExist, NotInHousehold for somebody who lives nowhere, DayNotGood.
    """
    person = persons.reached(person, by, may.KEEP_HOMES)
    living, member = queries.living_of(person), queries.membership_of(person)
    if living is None:
        raise NotInHousehold
    _check_day(on, living.valid_from)
    _leave(person, living, member, by=by, on=on, source=source)
    audit.record(by, "registry.moved_out", person, person_id=person.pk, county_code=person.county_code, on=on)


@transaction.atomic
def register_at(person: Person, dwelling_id: UUID, *, by: Actor, on: dt.date, source: str = Source.POLICE) -> Residence:
    """Note at which dwelling a person's household registration lies, which need not be where she lives (人户分离, R17).

    Raises Person.DoesNotExist, Dwelling.DoesNotExist, OtherCounty, DayNotGood, LivesThereAlready.
    """
    dwelling = queries.dwellings_for(by, may.KEEP_HOMES).select_related("community", "address").get(pk=dwelling_id)
    person = persons.reached(person, by, may.CORRECT)
    persons.check_alive(person)
    if person.county_code != dwelling.county_code:
        raise OtherCounty
    before = queries.registered_of(person)
    if before and before.dwelling_id == dwelling.pk:
        raise LivesThereAlready(name=person.name)
    _check_day(on, *([before.valid_from] if before else []), born=person.birth_date)
    if before:
        spans.end(before, by=by, on=on, source=source)
    row = _begin(Residence, person, by=by, on=on, source=source, dwelling=dwelling, kind=ResidenceKind.REGISTERED)
    if person.registered_community_id != dwelling.community_id:
        persons.correct(person, by=by, source=source, registered_community=dwelling.community, registered_place="")
    audit.record(by, "registry.registered_at", dwelling, county_code=dwelling.county_code, person_id=person.pk, on=on)
    return row


# -- households ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def split_household(
    household_id: UUID,
    leaving: Mapping[UUID, str],
    *,
    by: Actor,
    on: dt.date,
    staying: Mapping[UUID, str] | None = None,
    version: int | None = None,
) -> Household:
    """Make a second household at the same dwelling of those who leave (person: relation to their head), and return it.

    staying: relations that change among those who stay, needed where the head leaves. Raises Household.DoesNotExist, Stale,
    NothingToSplit, NotInHousehold, HeadNeeded, DayNotGood, HouseholdHasEnded.
    """
    household = _open_household(household_id, by)
    members = _members(household)
    if not leaving or set(leaving) >= set(members):
        raise NothingToSplit
    if not set(leaving) <= set(members) or not set(staying or {}) <= set(members) - set(leaving):
        raise NotInHousehold
    after = {pk: (staying or {}).get(pk, row.relation_to_head) for pk, row in members.items() if pk not in leaving}
    _check_one_head(after, _("留下的"))
    _check_one_head(leaving, _("分出去的"))
    _check_day(on, *(row.valid_from for row in members.values()))
    save_version(household, version)
    for pk, row in members.items():
        if pk in leaving or after[pk] != row.relation_to_head:
            spans.end(row, by=by, on=on, source=Source.WINDOW)
    made = _form(household.dwelling, kind=household.kind, on=on)
    _rejoin(
        household,
        {pk: code for pk, code in after.items() if code != members[pk].relation_to_head},
        members,
        by=by,
        on=on,
    )
    _rejoin(made, leaving, members, by=by, on=on)
    _note_change(household, made, HouseholdChange.Act.SPLIT, on)
    audit.record(
        by,
        "registry.household_split",
        household,
        county_code=household.county_code,
        into=made.pk,
        on=on,
        people=len(leaving),
    )
    return made


@transaction.atomic
def merge_households(
    household_id: UUID,
    into_id: UUID,
    relation_of: Mapping[UUID, str],
    *,
    by: Actor,
    on: dt.date,
    version: int | None = None,
) -> Household:
    """Take everybody of a household into another of the same dwelling, with the relations to its head; return that one.

    Raises Household.DoesNotExist, Stale, SameHousehold, NotInHousehold, HeadNeeded, DayNotGood, HouseholdHasEnded.
    """
    if household_id == into_id:
        raise SameHousehold
    household = _open_household(household_id, by)
    into = _open_household(into_id, by, dwelling=household.dwelling)
    members = _members(household)
    if set(relation_of) != set(members):
        raise NotInHousehold
    if relations.HEAD in relation_of.values():
        raise HeadNeeded(why=_("并进去的人里不能再有户主"))
    _check_day(on, *(row.valid_from for row in members.values()), into.formed_on)
    save_version(household, version, ended_on=on)
    save_version(into, None)
    for row in members.values():
        spans.end(row, by=by, on=on, source=Source.WINDOW)
    _rejoin(into, relation_of, members, by=by, on=on)
    _note_change(household, into, HouseholdChange.Act.MERGE, on)
    audit.record(by, "registry.households_merged", household, county_code=household.county_code, into=into.pk, on=on)
    return into


@transaction.atomic
def change_head(
    household_id: UUID, relation_of: Mapping[UUID, str], *, by: Actor, on: dt.date, version: int | None = None
) -> Household:
    """Give a household another head; everybody's relation is told anew, as it is to the new one.

    Raises Household.DoesNotExist, Stale, NotInHousehold, HeadNeeded, DayNotGood, NothingChanged, HouseholdHasEnded.
    """
    household = _open_household(household_id, by)
    members = _members(household)
    if set(relation_of) != set(members):
        raise NotInHousehold
    _check_one_head(relation_of, _("这一户"))
    different = {pk: code for pk, code in relation_of.items() if code != members[pk].relation_to_head}
    if not different:
        raise persons.NothingChanged
    _check_day(on, *(row.valid_from for row in members.values()))
    save_version(household, version)
    for pk in different:
        spans.end(members[pk], by=by, on=on, source=Source.WINDOW)
    _rejoin(household, different, members, by=by, on=on)
    audit.record(by, "registry.head_changed", household, county_code=household.county_code, on=on)
    return household


@transaction.atomic
def note_birth(
    household_id: UUID,
    *,
    by: Actor,
    name: str,
    id_number: str,
    relation: str,
    parents: tuple[UUID, ...] = (),
    source: str = Source.WINDOW,
) -> Person:
    """Register a child born into a household, with its parents among the members; it lives there from its birth on,
    or from the day on which the household was formed.

    The day of birth and the sex are in the number. Raises the refusals of `register_person`, NotInHousehold, HeadNeeded.
    """
    household = _open_household(household_id, by)
    members = _members(household)
    if not set(parents) <= set(members):
        raise NotInHousehold
    if relations.check_relation(relation) == relations.HEAD:
        raise HeadNeeded(why=_("新生的孩子不能是户主"))
    address = household.dwelling.address
    child = persons.register_person(
        by=by, name=name, id_number=id_number, community=household.community, address=address.text, source=source,
    )  # fmt: skip
    since = max(child.birth_date, household.formed_on)
    _begin(Residence, child, by=by, on=since, source=source, dwelling=household.dwelling, kind=ResidenceKind.LIVING)
    _join(household, child, relation, by=by, on=since, source=source)
    for parent in parents:
        spans.begin(
            Kinship,
            by=by,
            on=child.birth_date,
            source=source,
            county_code=child.county_code,
            person_id=parent,
            of=child,
            kind=KinshipKind.PARENT,
        )
    audit.record(by, "registry.born", child, person_id=child.pk, county_code=child.county_code, household=household.pk)
    return child


@transaction.atomic
def note_marriage(one: Person, other: Person, *, by: Actor, on: dt.date, source: str = Source.WINDOW) -> Kinship:
    """Note that two people married on a day. Who lives where changes by `move_in`.

    Raises Person.DoesNotExist, OtherCounty, MarriedAlready, TooYoungToMarry (民法典第一千零四十七条), DayNotGood.
    """
    both = [persons.reached(person, by, may.CORRECT) for person in sorted((one, other), key=lambda person: person.pk)]
    if both[0].county_code != both[1].county_code:
        raise OtherCounty
    if both[0].pk == both[1].pk:
        raise NotInHousehold
    for person in both:
        persons.check_alive(person)
        if any(tie.kind == KinshipKind.SPOUSE for tie in queries.ties_of(person)):
            raise MarriedAlready(name=person.name)
        _check_day(on, born=person.birth_date)
        if (age := rules.age_on(person.birth_date, on)) < (22 if person.sex == "1" else 20):
            raise TooYoungToMarry(name=person.name, age=age)
    tie = spans.begin(
        Kinship,
        by=by,
        on=on,
        source=source,
        county_code=both[0].county_code,
        person=both[0],
        of=both[1],
        kind=KinshipKind.SPOUSE,
    )
    audit.record(by, "registry.married", tie, county_code=tie.county_code, person_id=both[0].pk, on=on)
    audit.record(by, "registry.married", tie, county_code=tie.county_code, person_id=both[1].pk, on=on)
    return tie


@transaction.atomic
def note_divorce(one: Person, other: Person, *, by: Actor, on: dt.date, source: str = Source.WINDOW) -> None:
    """Note that two people's marriage ended on a day. Raises Person.DoesNotExist, NotMarried, DayNotGood."""
    both = [persons.reached(person, by, may.CORRECT) for person in sorted((one, other), key=lambda person: person.pk)]
    ties = [
        tie
        for tie in queries.ties_of(both[0])
        if tie.kind == KinshipKind.SPOUSE and both[1].pk in (tie.person_id, tie.of_id)
    ]
    if not ties:
        raise NotMarried
    _check_day(on, ties[0].valid_from)
    spans.end(ties[0], by=by, on=on, source=source)
    for person in both:
        audit.record(by, "registry.divorced", ties[0], county_code=ties[0].county_code, person_id=person.pk, on=on)


# -- organisations ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def register_organisation(
    dwelling_id: UUID,
    *,
    by: Actor,
    name: str,
    kind: str,
    credit_code: str = "",
    in_charge: UUID | None = None,
    on: dt.date | None = None,
    source: str = Source.VISIT,
) -> Organisation:
    """Register an organisation at a dwelling. Raises NameNeeded, CreditCodeNotGood, OrganisationKnown, Dwelling.DoesNotExist."""
    dwelling = queries.dwellings_for(by, may.KEEP_HOMES).select_related("community").get(pk=dwelling_id)
    name = " ".join(name.split())
    if not 2 <= len(name) <= ORGANISATION_MAX or not name.isprintable():
        raise NameNeeded
    code = relations.check_credit_code(credit_code)
    head = persons_for(by).get(pk=in_charge, county_code=dwelling.county_code) if in_charge else None
    made = Organisation(
        id=placed_id(dwelling.county_code), county_code=dwelling.county_code, community=dwelling.community, dwelling=dwelling,
        credit_code=code, name=name, kind=OrganisationKind(kind), in_charge=head, opened_on=on or today(), source=source,
        created_at=now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        known = Organisation.everywhere.filter(
            county_code=dwelling.county_code, credit_code=code, closed_on=None
        ).first()
        raise OrganisationKnown(name=known.name if known else code) from None
    audit.record(by, "registry.organisation_registered", made, county_code=made.county_code)
    return made


@transaction.atomic
def close_organisation(organisation_id: UUID, *, by: Actor, on: dt.date, version: int | None = None) -> Organisation:
    """Note that an organisation is here no longer. Raises Organisation.DoesNotExist, HouseholdHasEnded, DayNotGood, Stale."""
    row = queries.organisations_for(by, may.KEEP_HOMES).get(pk=organisation_id)
    if row.closed_on is not None:
        raise persons.NothingChanged
    _check_day(on, row.opened_on)
    save_version(row, version, closed_on=on)
    audit.record(by, "registry.organisation_closed", row, county_code=row.county_code, on=on)
    return row


# -- within ------------------------------------------------------------------------------------------------------------------


def _address(place: Division, parts: addresses.Parts, on: dt.date) -> Address:
    """Return the address with these parts, made from the doorplate down as far as it is not there."""
    above: Address | None = None
    for step in parts.chain():
        above = _step(place, step, above, on)
    return above  # type: ignore[return-value]  # a doorplate at least


def _step(place: Division, step: tuple[str, str, str], above: Address | None, on: dt.date) -> Address:
    level, name, text = step
    there = {"county_code": place.county_code, "community": place, "key": addresses.key_of(text), "valid_to": None}
    found = Address.everywhere.filter(**there).first()
    if found is not None:
        return found
    made = Address(
        id=placed_id(place.county_code), level=AddressLevel(level), parent=above, name=name, text=text, valid_from=on,
        created_at=now(), **there,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # somebody wrote it at this moment
        return Address.everywhere.get(**there)
    return made


def _write_state(dwelling: Dwelling, *, by: Actor, on: dt.date, source: str, **facts: Any) -> DwellingState:
    facts["use"], facts["tenure"] = Use(facts.get("use", Use.LIVING)), Tenure(facts.get("tenure", Tenure.UNKNOWN))
    facts.setdefault("is_vacant", False)
    return spans.begin(
        DwellingState, by=by, on=on, source=source, county_code=dwelling.county_code, dwelling=dwelling, **facts
    )  # fmt: skip


def _form(dwelling: Dwelling, *, kind: str, on: dt.date) -> Household:
    made = Household(
        id=placed_id(dwelling.county_code), county_code=dwelling.county_code, community_id=dwelling.community_id,
        dwelling=dwelling, kind=HouseholdKind(kind), formed_on=on, created_at=now(),
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def _begin(model: type[spans.K], person: Person, *, by: Actor, on: dt.date, source: str, **facts: Any) -> spans.K:
    try:
        with transaction.atomic():
            return spans.begin(
                model, by=by, on=on, source=source, county_code=person.county_code, person=person, **facts
            )  # fmt: skip
    except IntegrityError:
        raise spans.ChangedMeanwhile from None


def _join(household: Household, person: Person, relation: str, *, by: Actor, on: dt.date, source: str) -> None:
    if relation == relations.HEAD and relations.HEAD in {row.relation_to_head for row in _members(household).values()}:
        raise HeadNeeded(why=_("这一户已经有户主了"))
    _check_day(on, household.formed_on - ONE_DAY)
    _begin(Membership, person, by=by, on=on, source=source, household=household, relation_to_head=relation)


def _rejoin(
    household: Household, relation_of: Mapping[UUID, str], members: Mapping[UUID, Membership], *, by: Actor, on: dt.date
) -> None:
    for pk, code in relation_of.items():
        _begin(
            Membership, members[pk].person, by=by, on=on, source=Source.WINDOW, household=household,
            relation_to_head=relations.check_relation(code),
        )  # fmt: skip


def _leave(
    person: Person, living: Residence | None, member: Membership | None, *, by: Actor, on: dt.date, source: str
) -> None:
    """End where somebody lives and with whom; the household that nobody is left in has ended."""
    if living is not None:
        spans.end(living, by=by, on=on, source=source)
    if member is None:
        return
    spans.end(member, by=by, on=on, source=source)
    here = {
        "county_code": member.county_code,
        "household_id": member.household_id,
        "superseded_at": None,
        "valid_to": None,
    }
    if not Membership._base_manager.filter(**here).exists():
        ended = Household.everywhere.get(county_code=member.county_code, pk=member.household_id)
        save_version(ended, None, ended_on=max(on, ended.formed_on))


def _open_household(household_id: UUID, by: Actor, *, dwelling: Dwelling | None = None) -> Household:
    rows = queries.households_for(by, may.KEEP_HOMES).select_related("community", "dwelling__address")
    household = rows.get(pk=household_id, **({"dwelling": dwelling} if dwelling else {}))
    if household.ended_on is not None:
        raise HouseholdHasEnded(on=household.ended_on.isoformat())
    return household


def _members(household: Household) -> dict[UUID, Membership]:
    rows = queries.open_memberships(household).select_related("person")
    return {row.person_id: row for row in rows}


def _note_change(before: Household, after: Household, act: str, on: dt.date) -> None:
    HouseholdChange(
        county_code=before.county_code, predecessor=before, successor=after, act=act, on=on, recorded_at=now()
    ).save(force_insert=True)


def _check_one_head(relation_of: Mapping[UUID, str], who: Any) -> None:
    heads = [code for code in relation_of.values() if code == relations.HEAD]
    if len(heads) != 1:
        raise HeadNeeded(why=_("%(who)s里有 %(heads)s 位户主") % {"who": who, "heads": len(heads)})


def _check_day(on: dt.date, *after: dt.date, born: dt.date | None = None) -> None:
    """Something happens after what it changes began, not before somebody was born, and not in the future."""
    first = max([*(day + ONE_DAY for day in after), *([born] if born else [])], default=dt.date.min)
    if not first <= on <= today():
        raise DayNotGood(**{"from": first.isoformat(), "today": today().isoformat()})
