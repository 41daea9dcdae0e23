import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from linli.core.access import ANONYMOUS, system_actor
from linli.core.audit.models import Entry
from linli.core.crypto import unseal
from linli.core.http import Refused, Stale
from linli.ground.accounts.models import Account
from linli.ground.registry import queries, rules, sealed, services
from linli.ground.registry.models import FormerFact, IdKind, Person, Purpose, Sex, Source
from linli.ground.registry.tests import factories as make
from linli.ground.territory.tests.factories import division

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 24)


def register(by=None, **given):
    facts = {"name": "白芷", "id_number": make.NUMBER, "community": division(), "phone": make.PHONE} | given
    return services.register_person(by=by or make.staff(), **facts)


def nothing_left() -> bool:
    return not Person.everywhere.exists() and not Entry.objects.exists() and not FormerFact.objects.exists()


# ---- registering


def test_a_person_is_registered_with_sex_and_birth_date_from_her_number():
    person = register(address="竹湖园路 8 号", id_number="５１９９０２１９５８０３１２００４２")

    row = Person.everywhere.get()
    assert (row.pk, row.name, row.sex, row.birth_date) == (person.pk, "白芷", Sex.FEMALE, dt.date(1958, 3, 12))
    assert (row.county_code, row.confirmed_on, row.source) == ("510402", TODAY, "window")
    assert make.NUMBER not in row.id_number
    assert sealed.opened(row, "id_number") == make.NUMBER
    assert sealed.opened(row, "phone") == make.PHONE
    assert sealed.opened(row, "address") == "竹湖园路 8 号"


def test_registering_is_recorded_without_personal_data():
    person = register()

    entry = Entry.objects.get()
    assert (entry.action, entry.chain, entry.person_id) == ("registry.person_registered", "510402", person.pk)
    assert entry.facts == {"source": "window"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"id_number": "51990219580312004"}, "id_number"),
        ({"id_number": make.number(dt.date(2026, 11, 25))}, "id_number"),
        ({"name": "白" * 61}, "name"),
        ({"name": ""}, "name"),
        ({"phone": "1541234061"}, "phone"),
        ({"birth_date": dt.date(2026, 11, 25)}, "birth_date"),
        ({"community": None}, "community"),
        ({"address": "长" * 201}, "address"),
        ({"address": "8 号\x00"}, "address"),
        ({"registered_place": "长" * 81}, "registered_place"),
        ({"id_kind": IdKind.PASSPORT, "id_number": "E1234567", "birth_date": dt.date(1990, 1, 1)}, "sex"),
        ({"id_kind": IdKind.PASSPORT, "id_number": "E1234567", "sex": "1"}, "birth_date"),
    ],
)
def test_what_is_wrong_is_refused_at_its_field_and_leaves_nothing(given, field):
    with pytest.raises(Refused) as refusal:
        register(**given)

    assert refusal.value.field == field
    assert nothing_left()


def test_a_street_is_no_place_to_live_in():
    with pytest.raises(services.CommunityNeeded):
        register(community=division("510402002000"))


def test_an_ended_community_takes_nobody():
    with pytest.raises(services.CommunityNeeded):
        register(community=division("510402002009", until=dt.date(2026, 11, 24)))


def test_a_production_system_refuses_made_up_numbers(settings):
    settings.DEMO = False

    with pytest.raises(rules.NumberNotGood):
        register()
    assert nothing_left()


@pytest.mark.parametrize("place", [division, make.elsewhere])
def test_an_identity_is_registered_once_in_the_whole_city(place):
    make.person(id_number=make.NUMBER)

    with pytest.raises(services.AlreadyRegistered) as refusal:
        register(community=place())

    assert str(refusal.value) == ("这个证件号码已经登记在东区炳草岗街道竹湖园社区，不用再登记。请用“按证件找人”打开。")
    assert Person.everywhere.count() == 1
    assert not Entry.objects.exists()


def test_of_two_who_register_the_same_person_at_once_the_second_is_told(monkeypatch):
    make.person(id_number=make.NUMBER)
    monkeypatch.setattr(queries, "by_identity", lambda kind, number: None)  # both have looked before either wrote

    with pytest.raises(services.AlreadyRegistered):
        register()
    assert Person.everywhere.count() == 1


def test_the_same_number_under_another_kind_of_document_is_another_identity():
    make.person(id_number="E1234567", id_kind=IdKind.PASSPORT)

    register()

    assert Person.everywhere.count() == 2


def test_a_window_registers_anyone_others_only_their_own():
    head = make.staff(role="community_head")

    assert register(by=make.staff(), community=make.elsewhere()).county_code == "510403"
    assert register(by=head, id_number=make.number(sequence=77)).county_code == "510402"
    with pytest.raises(PermissionDenied):
        register(by=head, community=make.elsewhere(), id_number=make.number(sequence=79))


@pytest.mark.parametrize("role", ["grid_member", "auditor", "administrator", "department_staff", "street_leader"])
def test_who_may_not_register_does_not(role):
    with pytest.raises(PermissionDenied):
        register(by=make.staff(role=role))
    with pytest.raises(PermissionDenied):
        register(by=ANONYMOUS)
    assert nothing_left()


# ---- correcting


def test_a_correction_keeps_the_old_value_with_its_span():
    """R13a."""
    person, clerk = make.person(), make.staff()

    services.correct(person, by=clerk, version=1, phone="154 9999 0618", source=Source.VISIT)

    row = Person.everywhere.get()
    former = FormerFact.objects.get()
    assert (sealed.opened(row, "phone"), row.version) == ("15499990618", 2)
    assert queries.source_of(row, "phone") == ("上门核实", TODAY)
    assert queries.source_of(row, "name") == ("窗口登记", dt.date(2026, 3, 2))
    assert (former.field, former.source, former.confirmed_on) == ("phone", "window", dt.date(2026, 3, 2))
    assert unseal(former.value, where="registry.formerfact.value", row=former.pk) == make.PHONE
    assert former.replaced_by == clerk.account_id
    assert [e.facts for e in Entry.objects.all()] == [{"fields": ["phone"]}]


def test_a_corrected_number_is_found_and_the_wrong_one_no_more():
    person = make.person(id_number=make.number(sequence=5))

    services.correct(person, by=make.staff(), id_number=make.NUMBER)

    assert queries.by_identity(IdKind.CITIZEN, make.NUMBER) == person
    assert queries.by_identity(IdKind.CITIZEN, make.number(sequence=5)) is None


def test_a_number_that_somebody_else_bears_is_refused():
    make.person("文竹", id_number=make.NUMBER)
    person = make.person()

    with pytest.raises(services.AlreadyRegistered):
        services.correct(person, by=make.staff(), id_number=make.NUMBER)
    assert not FormerFact.objects.exists()
    assert not Entry.objects.exists()


def test_second_clerk_is_told_that_somebody_was_faster():
    person = make.person()
    services.correct(person, by=make.staff(), version=1, name="柳桂芝")

    with pytest.raises(Stale):
        services.correct(person, by=make.staff(), version=1, name="柳贵枝")

    assert Person.everywhere.get().name == "柳桂芝"
    assert FormerFact.objects.count() == 1
    assert Entry.objects.count() == 1


def test_what_stands_already_is_no_correction():
    with pytest.raises(services.NothingChanged):
        services.correct(make.person(), by=make.staff(), name=" 柳桂枝 ", phone=make.PHONE)
    assert not FormerFact.objects.exists()


def test_registration_elsewhere_is_a_fact_of_its_own():
    """R17a: household registration place and actual residence are two facts."""
    person = make.person()

    services.correct(person, by=make.staff(), registered_community=make.next_door())
    assert queries.facts_of(Person.everywhere.get())["household_registration"].value == "东区炳草岗街道西海岸社区"
    services.correct(person, by=make.staff(), registered_community=None, registered_place="云南省华坪县")

    facts = queries.facts_of(Person.everywhere.get())
    assert facts["household_registration"].value == "云南省华坪县"
    assert facts["registered_here"].value is False
    assert facts["community"].value == "东区炳草岗街道竹湖园社区"


def test_where_she_lives_is_not_corrected_but_moved():
    with pytest.raises(TypeError):
        services.correct(make.person(), by=make.staff(), community=make.next_door())


@pytest.mark.parametrize("service", ["correct", "mark_dead", "reveal", "move"])
@pytest.mark.parametrize("place", [make.next_door, make.elsewhere])
def test_a_person_of_another_community_does_not_exist(service, place):
    person, clerk = make.person(), make.staff(place())
    calls = {
        "correct": lambda: services.correct(person, by=clerk, name="柳桂芝"),
        "mark_dead": lambda: services.mark_dead(person, by=clerk, on=TODAY),
        "reveal": lambda: services.reveal(clerk, person, "phone", Purpose.CONTACT),
        "move": lambda: services.move(person, by=clerk, community=division("510402002003", "东风社区居民委员会")),
    }

    with pytest.raises(Person.DoesNotExist):
        calls[service]()
    assert not Entry.objects.exists()
    assert Person.everywhere.get().version == 1


# ---- moving


def test_moving_within_the_county_changes_the_row():
    person = make.person()

    after = services.move(person, by=make.staff(), community=make.next_door(), address="西海岸 1 号", version=1)

    row = Person.everywhere.get()
    assert after.pk == row.pk == person.pk
    assert (row.community.short_name, row.county_code, row.version) == ("西海岸社区", "510402", 2)
    assert sealed.opened(row, "address") == "西海岸 1 号"
    assert sorted(FormerFact.objects.values_list("field", flat=True)) == ["address", "community"]


def test_moving_to_another_county_ends_the_row_and_writes_a_new_one():
    person = make.person(id_number=make.NUMBER)
    resident = make.resident(person)

    after = services.move(person, by=make.staff(), community=make.elsewhere(), address="杨家坪 2 号")

    old = Person.everywhere.get(pk=person.pk)
    new = Person.everywhere.get(valid_to=None)
    assert (old.valid_to, old.county_code, old.community.short_name) == (TODAY, "510402", "竹湖园社区")
    assert (new.pk, new.county_code, new.continues_id) == (after.pk, "510403", person.pk)
    assert sealed.opened(new, "id_number") == make.NUMBER
    assert sealed.opened(new, "phone") == make.PHONE
    assert queries.by_identity(IdKind.CITIZEN, make.NUMBER) == new
    assert Account.objects.get().person_id == new.pk
    assert queries.person_of(resident) == new  # whose session still carries the old id
    assert queries.rows_of(new) == [new.pk, old.pk]


def test_the_window_of_the_new_place_may_take_her_in():
    person = make.person()

    after = services.move(person, by=make.staff(make.elsewhere()), community=make.elsewhere(), address="2 号")

    assert after.county_code == "510403"


def test_moving_to_where_she_lives_is_refused():
    with pytest.raises(services.AlreadyThere):
        services.move(make.person(), by=make.staff(), community=division())
    assert not Entry.objects.exists()


def test_two_clerks_do_not_move_her_twice():
    person = make.person()
    services.move(person, by=make.staff(), community=make.next_door(), version=1)

    with pytest.raises(Stale):
        services.move(person, by=make.staff(division("510402002000")), community=division(), version=1)


# ---- looking


def test_revealing_asks_for_a_purpose_and_is_recorded():
    person, clerk = make.person(id_number=make.NUMBER), make.staff()

    assert services.reveal(clerk, person, "id_number", Purpose.CHECK_IDENTITY) == make.NUMBER

    entry = Entry.objects.get()
    assert (entry.action, entry.person_id, entry.purpose) == ("registry.person_viewed", person.pk, "check_identity")
    assert entry.facts == {"what": "id_number"}
    assert entry.chain == "510402"


def test_without_a_purpose_nothing_is_shown_or_recorded():
    with pytest.raises(rules.PurposeNeeded):
        services.reveal(make.staff(), make.person(), "phone", "看看")
    assert not Entry.objects.exists()


@pytest.mark.parametrize("role", ["grid_member", "street_leader", "auditor", "administrator", "supervisor"])
def test_who_may_not_reveal_sees_nothing(role):
    with pytest.raises(Person.DoesNotExist):
        services.reveal(make.staff(role=role), make.person(), "phone", Purpose.CONTACT)


def test_a_resident_sees_her_own_number_and_nobody_elses():
    person = make.person()
    other = make.person("文竹")
    resident = make.resident(person)

    assert services.reveal(resident, person, "phone", "") == make.PHONE
    with pytest.raises(Person.DoesNotExist):
        services.reveal(resident, other, "phone", "")


# ---- death


def test_a_death_is_noted_once():
    person = make.person()

    services.mark_dead(person, by=make.staff(), on=dt.date(2026, 11, 20))

    assert Person.everywhere.get().died_on == dt.date(2026, 11, 20)
    assert "age" not in queries.facts_of(Person.everywhere.get())
    with pytest.raises(services.NotPossibleAfterDeath):
        services.mark_dead(person, by=make.staff(), on=TODAY)
    with pytest.raises(services.NotPossibleAfterDeath):
        services.correct(person, by=make.staff(), name="柳桂芝")


@pytest.mark.parametrize("on", [dt.date(2026, 11, 25), dt.date(1958, 3, 11)])
def test_a_death_lies_between_birth_and_today(on):
    with pytest.raises(services.DeathDateNotGood):
        services.mark_dead(make.person(), by=make.staff(), on=on)
    assert Person.everywhere.get().died_on is None


# ---- the resident's account


def link(actor, **given):
    return services.link_identity(actor, **{"name": "柳桂枝", "id_number": make.NUMBER} | given)


def test_same_identity_name_and_telephone_make_her_that_person():
    person = make.person(id_number=make.NUMBER)
    resident = make.resident()

    assert link(resident, id_number=make.NUMBER.lower()) == person

    assert Account.objects.get().person_id == person.pk
    assert Account.objects.get().name == "柳桂枝"
    assert [e.action for e in Entry.objects.order_by("id")] == ["accounts.person_linked", "registry.identity_linked"]


@pytest.mark.parametrize(
    "stands",
    [{"phone": "15499990618"}, {"phone": ""}, {"name": "柳桂芝"}, {"died_on": dt.date(2026, 1, 1)}],
)
def test_a_known_identity_that_differs_is_sent_to_the_window_without_saying_why(stands):
    make.person(id_number=make.NUMBER, **stands)
    resident = make.resident()

    with pytest.raises(services.IdentityNotConfirmed) as refusal:
        link(resident, community=division())

    assert str(refusal.value) == (
        "您填的和系统里登记的不完全一样，在这里确认不了。请带证件到就近的社区窗口核对，当场就能办好。"
    )
    assert Account.objects.get().person_id is None
    assert Person.everywhere.count() == 1
    assert not Entry.objects.exists()


def test_an_unknown_identity_becomes_a_person_on_her_own_word():
    resident = make.resident()

    person = link(resident, community=division())

    row = Person.everywhere.get()
    assert (row.pk, row.source, row.identity_verified) == (person.pk, "self_declared", False)
    assert sealed.opened(row, "phone") == make.PHONE
    assert "identity" not in queries.facts_of(row)
    assert Account.objects.get().person_id == row.pk


def test_an_unknown_identity_needs_the_community_where_she_lives():
    with pytest.raises(services.CommunityNeeded):
        link(make.resident())
    assert Account.objects.get().person_id is None
    assert nothing_left()


def test_numbers_are_not_tried_out_without_end():
    make.person(id_number=make.NUMBER, phone="15499990618")
    resident = make.resident()
    for _ in range(5):
        with pytest.raises(services.IdentityNotConfirmed):
            link(resident)

    with pytest.raises(services.TooManyTries):
        link(resident)
    assert Account.objects.get().person_id is None


def test_an_identity_is_confirmed_once():
    resident = make.resident(make.person(id_number=make.NUMBER))

    with pytest.raises(services.AlreadyLinked):
        link(resident)


@pytest.mark.parametrize("actor", [make.staff, lambda: ANONYMOUS, lambda: system_actor("test")])
def test_only_residents_confirm_an_identity(actor):
    with pytest.raises(PermissionDenied):
        link(actor())


def test_the_window_has_the_last_word_over_a_declared_identity():
    """Somebody declared another's number: when the window has seen the document, she loses it."""
    impostor = make.resident(phone="15466660618")
    person = link(impostor, community=division())

    services.correct(person, by=make.staff(), phone=make.PHONE, identity_verified=True)

    assert Account.objects.get().person_id is None
    assert {e.action for e in Entry.objects.all()} >= {"accounts.person_unlinked"}
