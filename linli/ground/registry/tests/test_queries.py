import datetime as dt
import json

import pytest
from django.core.exceptions import PermissionDenied

from linli.core.access import ANONYMOUS, system_actor
from linli.core.audit.models import Entry
from linli.core.crypto import rotation
from linli.core.crypto.keyring import new_key_entry
from linli.ground.registry import permissions as may
from linli.ground.registry import queries, rules, services
from linli.ground.registry.models import FormerFact, IdKind, Person, Purpose
from linli.ground.registry.tests import factories as make
from linli.ground.territory.tests.factories import division

pytestmark = pytest.mark.django_db


def names(actor, **more):
    return [person.name for person in queries.people(actor, **more).rows]


def test_a_clerk_sees_her_communitys_people_and_no_one_elses():
    """R8a."""
    make.person("柳桂枝")
    make.person("白芷", community=make.next_door())
    make.person("文竹", community=make.elsewhere())

    assert names(make.staff()) == ["柳桂枝"]
    assert names(make.staff(division("510402002000"), "street_staff")) == ["柳桂枝", "白芷"]
    assert names(make.staff(division("510402000000"), "district_staff")) == ["柳桂枝", "白芷"]
    assert names(make.staff(make.elsewhere())) == ["文竹"]


def test_who_is_registered_here_and_lives_next_door_is_seen_by_both():
    """R17a: 户在人不在 belongs to both communities."""
    make.person("苏木", community=make.next_door(), registered_community=division())

    assert names(make.staff()) == ["苏木"]
    assert names(make.staff(make.next_door())) == ["苏木"]


@pytest.mark.parametrize(
    "actor",
    [
        lambda: ANONYMOUS,
        lambda: make.resident(),
        lambda: make.staff(role="administrator"),
        lambda: make.staff(role="auditor"),
        lambda: make.staff(role="security_administrator"),
        lambda: make.staff(role="department_staff"),
    ],
)
def test_others_see_nobody(actor):
    make.person()

    assert names(actor()) == []


def test_the_list_begins_with_the_name_and_ends_with_a_page():
    for name in ("白芷", "白术", "白芍", "柳桂枝"):
        make.person(name)
    clerk = make.staff()

    first = queries.people(clerk, name="白", limit=2)
    second = queries.people(clerk, name="白", limit=2, after=first.more)

    assert sorted(p.name for p in (*first.rows, *second.rows)) == sorted(["白芷", "白术", "白芍"])
    assert second.more == ""
    assert names(clerk, name="芷") == []
    assert names(clerk, after="no id at all") == names(clerk)


def test_namesakes_are_all_listed_over_the_pages():
    for _ in range(5):
        make.person("王芳")
    clerk, seen, after = make.staff(), [], ""

    for _page in range(3):
        page = queries.people(clerk, limit=2, after=after)
        seen += [person.pk for person in page.rows]
        after = page.more

    assert len(set(seen)) == 5
    assert after == ""


def test_the_list_costs_the_same_for_one_person_and_for_thirty(django_assert_num_queries):
    clerk = make.staff()
    make.person(registered_community=make.next_door())
    for count in (0, 29):
        for _ in range(count):
            make.person(registered_community=make.next_door())
        with django_assert_num_queries(1):
            for person in queries.people(clerk, limit=50).rows:
                assert (
                    queries.facts_of(person, with_groups=False)["household_registration"].value
                    == "东区炳草岗街道西海岸社区"
                )


# ---- by number


@pytest.mark.parametrize("place", [division, make.elsewhere])
def test_a_window_finds_anyone_by_the_exact_number_and_it_is_recorded(place):
    person = make.person(id_number=make.NUMBER, community=place())

    found = queries.find_by_identity(make.staff(), IdKind.CITIZEN, "519902 19580312 0042", Purpose.APPLICATION)

    assert found == person
    entry = Entry.objects.get()
    assert (entry.action, entry.person_id, entry.purpose) == ("registry.person_viewed", person.pk, "application")
    assert entry.facts == {"what": "identity"}


def test_a_number_that_nobody_bears_is_recorded_without_the_number():
    assert queries.find_by_identity(make.staff(), IdKind.CITIZEN, make.NUMBER, Purpose.APPLICATION) is None

    entry = Entry.objects.get()
    assert (entry.action, entry.purpose, entry.facts) == ("registry.identity_not_found", "application", {})


@pytest.mark.parametrize(
    ("number", "purpose", "refusal"),
    [
        ("51990219580312004", "application", rules.NumberNotGood),
        (make.NUMBER, "", rules.PurposeNeeded),
    ],
)
def test_a_search_that_is_refused_leaves_no_trace(number, purpose, refusal):
    with pytest.raises(refusal):
        queries.find_by_identity(make.staff(), IdKind.CITIZEN, number, purpose)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("role", ["grid_member", "street_staff", "district_staff", "administrator", "auditor"])
def test_only_windows_search_by_number(role):
    with pytest.raises(PermissionDenied):
        queries.find_by_identity(make.staff(role=role), IdKind.CITIZEN, make.NUMBER, Purpose.APPLICATION)


def test_after_a_change_of_keys_everybody_is_still_found(settings):
    keys = {"k1": new_key_entry("aes-gcm")}
    settings.KEYS = json.dumps({"active": "k1", "keys": keys})
    person = make.person(id_number=make.NUMBER)

    settings.KEYS = json.dumps({"active": "k2", "keys": keys | {"k2": new_key_entry("sm4-gcm")}})

    assert queries.by_identity(IdKind.CITIZEN, make.NUMBER) == person


def test_keys_are_changed_with_everything_that_is_sealed_here(settings):
    keys = {"k1": new_key_entry("aes-gcm")}
    settings.KEYS = json.dumps({"active": "k1", "keys": keys})
    person = make.person(id_number=make.NUMBER)
    services.correct(person, by=make.staff(), phone="15499990618")
    settings.KEYS = json.dumps({"active": "k2", "keys": keys | {"k2": new_key_entry("aes-gcm")}})

    rotation.rotate()

    row = Person.everywhere.get()
    assert {value[:5] for value in (row.id_number, row.phone, row.address)} == {"1.k2."}
    assert FormerFact.objects.get().value.startswith("1.k2.")
    assert (row.id_index[:3], row.phone_index[:3]) == ("k2.", "k2.")
    assert queries.by_identity(IdKind.CITIZEN, make.NUMBER) == person


# ---- facts


def test_known_facts_carry_value_source_and_day():
    person = make.person(id_number=make.NUMBER, registered_community=division())

    facts = queries.known_facts(person, Purpose.APPLICATION, make.staff())

    day = dt.date(2026, 3, 2)
    assert facts["name"] == queries.Fact("柳桂枝", "窗口登记", day)
    assert facts["id_number"].value == make.NUMBER
    assert facts["identity"].value == "5199**********0042"
    assert facts["phone"].value == make.PHONE
    assert facts["address"].value == "竹湖园路 8 号 2 栋 301"
    assert facts["birth_date"].value == dt.date(1958, 3, 12)
    assert facts["age"].value == 68
    assert facts["sex"].value == "2"
    assert facts["community"].value == "东区炳草岗街道竹湖园社区"
    assert facts["registered_here"].value is True
    assert facts["alive"].value is True
    assert set(facts) <= set(queries.FACTS)


def test_what_is_not_known_is_left_out_never_guessed():
    facts = queries.facts_of(make.person(phone="", address=""))

    assert not facts.keys() & {"phone", "address", "registered_here", "household_registration", "registered_place"}


def test_reading_facts_is_a_look_with_a_purpose_but_not_ones_own():
    person = make.person()

    queries.known_facts(person, "", make.resident(person))
    assert not Entry.objects.exists()
    with pytest.raises(rules.PurposeNeeded):
        queries.known_facts(person, "", make.staff())
    queries.known_facts(person, Purpose.APPLICATION, make.staff())
    queries.known_facts(person, "", system_actor("政策找人核对条件"))

    assert [(e.purpose, e.facts) for e in Entry.objects.order_by("seq")] == [
        ("application", {"what": "facts"}),
        ("政策找人核对条件", {"what": "facts"}),
    ]


def test_shown_facts_are_masked():
    facts = queries.facts_of(make.person(id_number=make.NUMBER))

    assert (facts["id_number"].value, facts["phone"].value) == ("5199**********0042", "154****0618")
    assert facts["address"].value == "******"


# ---- who looked


def test_she_reads_who_looked_and_why():
    person = make.person(id_number=make.NUMBER)
    queries.find_by_identity(make.staff(), IdKind.CITIZEN, make.NUMBER, Purpose.APPLICATION)
    services.reveal(make.staff(role="community_worker"), person, "phone", "电话回访")

    looks = queries.looked_at(person)

    assert [(look.what, look.purpose) for look in looks] == [
        ("电话", "电话回访"),
        ("按证件号码找到您", "办理申请的事"),
    ]
    assert [look.who for look in looks] == ["竹湖园社区 社区工作者", "竹湖园社区 窗口人员"]


def test_looks_at_her_former_row_are_still_hers_to_read():
    person = make.person()
    services.reveal(make.staff(), person, "phone", Purpose.CONTACT)
    after = services.move(person, by=make.staff(), community=make.elsewhere())

    assert len(queries.looked_at(after)) == 1


def test_reading_who_looked_costs_the_same_for_one_look_and_for_thirty(django_assert_num_queries):
    person, clerk = make.person(), make.staff()
    for count in (1, 29):
        for _ in range(count):
            services.reveal(clerk, person, "phone", Purpose.CONTACT)
        with django_assert_num_queries(2):
            queries.looked_at(person)
    assert len(queries.looked_at(person)) == 30


def test_a_resident_reaches_herself_and_nobody_else():
    person = make.person()
    make.person("文竹")

    assert list(queries.persons_for(make.resident(person), may.VIEW_OWN)) == [person]
    assert queries.person_of(make.resident(phone="15499990618")) is None
