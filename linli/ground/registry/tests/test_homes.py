"""One standard, three real: who lives where and with whom, on any day and as it was known at any moment (R11–R13, R17)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from linli.core import calendar
from linli.core.audit.models import Entry
from linli.ground.registry import addresses, queries, relations, services
from linli.ground.registry.models import Address, Dwelling, Household, Kinship, Membership, Person, Residence
from linli.ground.registry.tests import factories
from linli.ground.registry.tests.conftest import NOW
from linli.ground.registry.tests.homes import MAY, dwelling, keeper, settled

JUNE, JULY = dt.date(2026, 6, 1), dt.date(2026, 7, 1)
pytestmark = pytest.mark.django_db


def names(home: queries.Home) -> list[list[str]]:
    return [[one.person.name for one in each.members if one.person] for each in home.households]


def test_a_dwelling_hangs_on_building_unit_and_doorplate_each_kept_once() -> None:  # R12
    by = keeper()

    dwelling(by, room="301")
    dwelling(by, building="2 幢", unit="一单元", room="302 室")

    assert sorted(Address.everywhere.values_list("level", "text")) == [
        ("building", "竹湖园路8号2栋"),
        ("room", "竹湖园路8号2栋1单元301室"),
        ("room", "竹湖园路8号2栋1单元302室"),
        ("site", "竹湖园路8号"),
        ("unit", "竹湖园路8号2栋1单元"),
    ]


def test_one_place_in_two_spellings_is_refused_with_the_way_to_it() -> None:  # R12
    by = keeper()
    dwelling(by)

    with pytest.raises(services.AddressKnown, match="竹湖园路8号2栋1单元301室"):
        dwelling(by, site="竹湖园路 ８ 号", building="二号楼", unit="1", room="301室")

    assert Dwelling.everywhere.count() == 1


def test_nobody_adds_a_dwelling_outside_her_reach() -> None:
    with pytest.raises(PermissionDenied):
        dwelling(community=factories.next_door())

    assert Address.everywhere.count() == 0


def test_who_lived_here_on_a_day_has_an_answer_after_the_move() -> None:  # R13a
    by = keeper()
    here, there = dwelling(by), dwelling(by, room="302")
    her = settled(by, at=here, on=MAY)

    services.move_in(her, there.pk, by=by, on=JULY)

    assert names(queries.home(by, here.pk, day=JUNE)) == [["柳桂枝"]]
    assert names(queries.home(by, here.pk, day=JULY)) == []
    assert names(queries.home(by, there.pk, day=JUNE)) == []
    assert names(queries.home(by, there.pk, day=JULY)) == [["柳桂枝"]]


def test_what_was_known_then_stays_known_though_we_know_better() -> None:  # R13a: two times
    by = keeper()
    here, there = dwelling(by), dwelling(by, room="302")
    with calendar.at(NOW - dt.timedelta(days=60)):
        her = settled(by, at=here, on=MAY)
    learned = NOW - dt.timedelta(days=1)

    services.move_in(her, there.pk, by=by, on=JUNE)

    assert names(queries.home(by, here.pk, day=JULY, known_at=learned)) == [["柳桂枝"]]
    assert names(queries.home(by, here.pk, day=JULY)) == []
    assert names(queries.home(by, there.pk, day=JULY, known_at=learned)) == []
    assert names(queries.home(by, there.pk, day=JULY)) == [["柳桂枝"]]


def test_a_fact_is_never_rewritten() -> None:  # R13a
    by = keeper()
    here, there = dwelling(by), dwelling(by, room="302")
    her = settled(by, at=here, on=MAY)
    first = Residence.objects.get()

    services.move_in(her, there.pk, by=by, on=JUNE)

    first.refresh_from_db()
    assert (first.valid_from, first.valid_to, first.superseded_at) == (MAY, None, NOW)
    believed = Residence.objects.filter(superseded_at=None).order_by("valid_from")
    assert [(row.dwelling_id, row.valid_from, row.valid_to) for row in believed] == [
        (here.pk, MAY, JUNE),
        (there.pk, JUNE, None),
    ]


def test_the_persons_own_address_follows_the_dwelling() -> None:  # R14
    by = keeper()
    her = settled(by, at=dwelling(by))

    facts = queries.facts_of(her, in_clear=True)

    assert facts["address"].value == "竹湖园路8号2栋1单元301室"


def test_registration_and_home_are_two_facts() -> None:  # R17a: 人户分离
    by = keeper()
    here, there = dwelling(by), dwelling(by, room="302")
    her = settled(by, at=here)

    services.register_at(her, there.pk, by=by, on=JUNE)

    home = queries.home_of(by, her)
    assert home.is_apart
    assert (home.living.dwelling_id, home.registered.dwelling_id) == (here.pk, there.pk)
    counted = queries.population(by, here.community, JULY)
    assert (counted.living, counted.registered, counted.both) == (1, 1, 1)


def test_moving_before_the_last_move_is_refused_and_leaves_nothing() -> None:
    by = keeper()
    here, there = dwelling(by), dwelling(by, room="302")
    her = settled(by, at=here, on=JUNE)
    before = (Residence.objects.count(), Household.everywhere.count(), Entry.objects.count())

    with pytest.raises(services.DayNotGood):
        services.move_in(her, there.pk, by=by, on=MAY)

    assert (Residence.objects.count(), Household.everywhere.count(), Entry.objects.count()) == before


def test_she_joins_a_household_and_leaving_the_last_ends_it() -> None:
    by = keeper()
    here, there = dwelling(by), dwelling(by, room="302")
    her = settled(by, at=here)
    family = Household.everywhere.get()
    him = settled(by, "梁大成", at=here, household_id=family.pk, relation="11", on=JUNE)

    assert names(queries.home(by, here.pk)) == [["柳桂枝", "梁大成"]]

    services.move_in(her, there.pk, by=by, on=JULY)
    services.move_out(him, by=by, on=JULY)

    family.refresh_from_db()
    assert family.ended_on == JULY
    assert names(queries.home(by, here.pk)) == []


def test_a_second_head_is_refused() -> None:
    by = keeper()
    here = dwelling(by)
    settled(by, at=here)

    with pytest.raises(services.HeadNeeded):
        settled(by, "梁大成", at=here, household_id=Household.everywhere.get().pk, relation=relations.HEAD)

    assert Membership.objects.filter(superseded_at=None).count() == 1


def test_a_household_splits_and_each_part_has_its_head() -> None:
    by = keeper()
    here = dwelling(by)
    her = settled(by, at=here)
    family = Household.everywhere.get()
    son = settled(by, "梁小军", at=here, household_id=family.pk, relation="20")
    wife = settled(by, "何秀", at=here, household_id=family.pk, relation="38")

    made = services.split_household(family.pk, {son.pk: "02", wife.pk: "12"}, by=by, on=JUNE)

    assert sorted(names(queries.home(by, here.pk))) == [["柳桂枝"], ["梁小军", "何秀"]]
    assert names(queries.home(by, here.pk, day=MAY)) == [["柳桂枝", "梁小军", "何秀"]]
    assert [(one.predecessor_id, one.successor_id, one.act) for one in queries.lineage(made)] == [
        (family.pk, made.pk, "split")
    ]
    assert her.pk not in {row.person_id for row in Membership.objects.filter(household=made)}


def test_a_split_that_leaves_nobody_in_charge_is_refused() -> None:
    by = keeper()
    here = dwelling(by)
    her = settled(by, at=here)
    family = Household.everywhere.get()
    settled(by, "梁小军", at=here, household_id=family.pk, relation="20")

    with pytest.raises(services.HeadNeeded, match="留下的"):
        services.split_household(family.pk, {her.pk: "02"}, by=by, on=JUNE)

    assert Household.everywhere.count() == 1


def test_two_households_merge_and_the_first_has_ended() -> None:
    by = keeper()
    here = dwelling(by)
    her, him = settled(by, at=here), settled(by, "梁大成", at=here)
    hers, his = (queries.home_of(by, one).membership.household for one in (her, him))

    services.merge_households(his.pk, hers.pk, {him.pk: "11"}, by=by, on=JUNE)

    assert names(queries.home(by, here.pk)) == [["柳桂枝", "梁大成"]]
    assert Household.everywhere.get(pk=his.pk).ended_on == JUNE
    with pytest.raises(services.HouseholdHasEnded):
        services.change_head(his.pk, {him.pk: "02"}, by=by, on=JULY)


def test_a_child_is_born_into_a_household_with_its_parents() -> None:
    by = keeper()
    here = dwelling(by)
    her = settled(by, at=here)
    born = dt.date(2026, 9, 9)

    child = services.note_birth(
        queries.home_of(by, her).membership.household_id, by=by, name="梁安", relation="42", parents=(her.pk,),
        id_number=factories.number(born, sequence=2),
    )  # fmt: skip

    assert names(queries.home(by, here.pk, day=born)) == [["柳桂枝", "梁安"]]
    assert names(queries.home(by, here.pk, day=born - dt.timedelta(days=1))) == [["柳桂枝"]]
    assert (Kinship.objects.get().person_id, Kinship.objects.get().of_id) == (her.pk, child.pk)


def test_two_marry_once_and_only_when_they_are_old_enough() -> None:
    by = keeper()
    her, him = factories.person("白芷"), factories.person("梁小军", sex="1")
    young = factories.person("何秀", birth_date=dt.date(2007, 3, 12))

    with pytest.raises(services.TooYoungToMarry):
        services.note_marriage(young, him, by=by, on=MAY)
    services.note_marriage(her, him, by=by, on=MAY)
    with pytest.raises(services.MarriedAlready):
        services.note_marriage(him, young, by=by, on=JULY)
    assert queries.home_of(by, her).spouse == him

    services.note_divorce(her, him, by=by, on=JULY)

    assert queries.home_of(by, her).spouse is None


def test_death_ends_home_household_and_marriage() -> None:
    by = keeper()
    here = dwelling(by)
    her, him = settled(by, at=here), factories.person("梁大成", sex="1")
    services.note_marriage(her, him, by=by, on=JUNE)

    services.mark_dead(her, by=by, on=JULY)

    assert names(queries.home(by, here.pk)) == []
    assert names(queries.home(by, here.pk, day=JUNE)) == [["柳桂枝"]]
    assert queries.home_of(by, him).spouse is None


def test_a_move_to_another_county_ends_her_home_here_and_keeps_her_registration() -> None:  # R17a
    by = keeper()
    here = dwelling(by)
    her = settled(by, at=here)
    services.register_at(her, here.pk, by=by, on=JUNE)

    services.move(Person.everywhere.get(pk=her.pk), by=by, community=factories.elsewhere(), address="杨家坪 3 号")

    home = queries.home(by, here.pk)
    assert home.households == []
    assert len(home.registered) == 1


def test_an_organisation_is_known_by_its_credit_code() -> None:
    by = keeper()
    here = dwelling(by, site="竹湖园路10号", building="", unit="", room="")
    body = "92510402MA6ABCDE7"
    code = body + relations.credit_check(body)

    made = services.register_organisation(
        here.pk, by=by, name="竹湖园面馆", kind="self_employed", credit_code=code.lower()
    )

    assert made.credit_code == code
    with pytest.raises(services.OrganisationKnown, match="竹湖园面馆"):
        services.register_organisation(here.pk, by=by, name="又一家", kind="enterprise", credit_code=code)
    with pytest.raises(relations.CreditCodeNotGood):
        services.register_organisation(here.pk, by=by, name="又一家", kind="enterprise", credit_code=body + "0")
    assert [one.name for one in queries.home(by, here.pk).organisations] == ["竹湖园面馆"]


def test_a_dwelling_is_found_by_any_part_of_its_address_in_any_spelling() -> None:  # R11
    by = keeper()
    dwelling(by)
    dwelling(by, site="大河路 1 号", building="", unit="", room="")

    assert [row.address.text for row in queries.homes(by, "湖园路8号 二幢").rows] == ["竹湖园路8号2栋1单元301室"]
    assert queries.homes(factories.staff(factories.next_door()), "竹湖园").rows == []


def test_what_a_dwelling_is_used_for_has_a_past() -> None:
    by = keeper()
    here = dwelling(by)

    services.describe_dwelling(here.pk, by=by, on=JUNE, tenure="rented")

    assert queries.home(by, here.pk, day=MAY).state.tenure == "unknown"
    assert queries.home(by, here.pk, day=JUNE).state.tenure == "rented"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("竹湖园路8号2栋301室", "竹湖园路８号 二幢 301"),
        ("竹湖园路8号12号楼", "竹湖园路8号十二栋"),
        ("金沙村三组5号", "金沙村3组5号"),
    ],
)
def test_two_spellings_of_one_place_have_one_key(one: str, other: str) -> None:
    assert addresses.key_of(one) == addresses.key_of(other)


@pytest.mark.parametrize(("written", "number"), [("十", 10), ("二十三", 23), ("一百零五", 105), ("三〇一", 301)])
def test_chinese_digits_are_read(written: str, number: int) -> None:
    assert addresses.number_of(written) == number


def test_a_unit_without_its_building_is_refused() -> None:
    with pytest.raises(addresses.PartMissing):
        addresses.check_parts("竹湖园路8号", unit="1")
