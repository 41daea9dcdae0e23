"""Drafts, materials, agents, submission: what an applicant may count on before anybody has looked at her case."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.core.files.refusals import FileRefused
from linli.core.http import Stale
from linli.core.ids import check_character
from linli.core.keeping import retention
from linli.core.messages.models import Message
from linli.core.tasks.testing import run_all
from linli.services.casework import queries, rules, services
from linli.services.casework.models import Case, CaseAction, Channel, Draft, DraftMaterial, Status
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road
from linli.services.catalogue.models import ItemVersion

pytestmark = pytest.mark.django_db


# --- drafts ---


def test_a_draft_is_seen_by_its_owner_alone_and_goes_on_on_any_device(town, refused):
    factories.catalogue("old_age_allowance")
    mother, stranger = factories.person(town), factories.person(town, name="陌生人")
    her, other = factories.resident(mother), factories.resident(stranger)
    draft = services.start_draft(her, "old_age_allowance")
    services.save_draft(draft.pk, by=her, form_data={"account_number": "62177"})

    assert queries.form_data(queries.drafts_of(her).get()) == {"account_number": "62177"}
    assert "62177" not in Draft.objects.get().form_data
    for someone in (other, town.staff("community_worker", town.home)):
        assert not queries.drafts_of(someone).exists()
        with refused(Draft.DoesNotExist):
            services.save_draft(draft.pk, by=someone, form_data={})
        with refused(Draft.DoesNotExist):
            services.discard_draft(draft.pk, by=someone)
        with refused(Draft.DoesNotExist):
            services.submit(someone, draft.pk, key="x")


def test_a_draft_is_forgotten_ninety_days_after_its_last_change(town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 10:00")
    her = factories.resident(factories.person(town))
    draft = services.start_draft(her, "old_age_allowance")
    clock("2026-03-12 10:00")
    services.save_draft(draft.pk, by=her, form_data={"bank": "一家银行"})

    clock("2026-06-10 09:59")
    retention.tidy()
    assert Draft.objects.exists()
    clock("2026-06-10 10:01")
    retention.tidy()
    assert not Draft.objects.exists()


def test_a_draft_goes_on_under_the_version_it_began_with_unless_nothing_it_rests_on_changed(town):
    factories.catalogue("old_age_allowance")
    mother = factories.person(town)
    her = factories.resident(mother)
    worded, changed = (factories.drafted(her, "old_age_allowance", mother) for _n in range(2))
    old = worded.item_version

    new = _publish_anew(old, phone="12349")
    case = services.submit(her, worded.pk, key="1")
    assert case.item_version_id == new.pk

    services.withdraw(case.number, by=her)
    other = _publish_anew(new, promised_limit={"days": 10, "unit": "working_days", "basis": ""})
    assert services.submit(her, changed.pk, key="2").item_version_id == old.pk != other.pk


def _publish_anew(old: ItemVersion, **changes: object) -> ItemVersion:
    """The next version, as if published a moment ago (the catalogue's own services have their own tests)."""
    ItemVersion.objects.filter(pk=old.pk).update(status="retired", valid_to=dt.date(2026, 1, 1))
    new = ItemVersion.objects.get(pk=old.pk)
    new.pk, new.number = None, old.number + 1
    new.id = factories.new_id()
    new.status, new.valid_to = "published", None
    new.content, new.content_hash = {**old.content, **changes}, f"{old.content_hash[:50]}{new.number}"
    new.save(force_insert=True)
    return new


def test_an_item_that_is_no_longer_offered_is_not_submitted(town, refused):
    factories.catalogue("old_age_allowance")
    mother = factories.person(town)
    her = factories.resident(mother)
    draft = factories.drafted(her, "old_age_allowance", mother)
    ItemVersion.objects.update(status="retired", valid_to=dt.date(2026, 1, 1))

    with refused(rules.VersionMoved):
        services.submit(her, draft.pk, key="1")
    with refused(ItemVersion.DoesNotExist):
        services.start_draft(her, "old_age_allowance")


def test_two_devices_on_one_draft_the_second_is_told(town, refused):
    factories.catalogue("old_age_allowance")
    mother = factories.person(town)
    her = factories.resident(mother)
    draft = factories.drafted(her, "old_age_allowance", mother)
    version = Draft.objects.get().version

    services.save_draft(draft.pk, by=her, form_data={"bank": "甲"}, version=version)

    with refused(Stale):
        services.save_draft(draft.pk, by=her, form_data={"bank": "乙"}, version=version)
    with refused(Stale):
        services.submit(her, draft.pk, key="1", version=version)


# --- materials ---


def test_what_the_city_holds_is_not_asked_for_and_what_it_does_not_hold_is(town):
    """R37a, 国务院令第716号: the register knows her identity and her household; of the other one it knows neither."""
    factories.catalogue("old_age_allowance")
    known = factories.person(town)
    unknown = factories.person(town, identity_verified=False, registered_community=None)

    for person, met in ((known, {"identity_card", "household_register"}), (unknown, set())):
        draft = services.start_draft(factories.resident(person), "old_age_allowance")
        assert set(draft.materials.values_list("code", flat=True)) == met


def test_a_certificate_that_she_holds_meets_a_material_of_the_next_application(town):
    """R44: unemployment registered here meets the material of 就业困难人员认定 by itself, with its number."""
    factories.catalogue("unemployment_registration", "hard_to_employ")
    town.seals()
    road = Road(town, "unemployment_registration", factories.person(town, born=dt.date(1970, 5, 6)))
    road.to_the_end()
    road.decide()
    run_all()

    draft = services.start_draft(road.resident, "hard_to_employ")

    met = draft.materials.get(source="certificate")
    assert met.certificate_number == road.now().certificate_number != ""


@pytest.mark.parametrize("source", ["fact", "certificate", "nonsense", ""])
def test_nobody_can_say_that_the_city_holds_a_material(town, refused, source):
    factories.catalogue("old_age_allowance")
    her = factories.resident(factories.person(town))
    draft = services.start_draft(her, "old_age_allowance")

    with refused(rules.ChoiceNotKnown):
        services.add_material(draft.pk, "account_card", by=her, source=source)


def test_paper_is_taken_in_by_staff_and_a_declaration_only_where_the_item_allows_it(town, refused):
    factories.catalogue("old_age_allowance", "temporary_relief")
    her = factories.resident(factories.person(town))
    draft = services.start_draft(her, "old_age_allowance")

    for source in ("paper", "declaration", "later"):
        with refused(rules.GapNotAllowed):
            services.add_material(draft.pk, "account_card", by=her, source=source)
    with refused(DraftMaterial.DoesNotExist):
        services.add_material(draft.pk, "secret_paper", by=her, upload=factories.photo())


def test_a_file_that_lies_is_refused_at_once(town, refused):
    factories.catalogue("old_age_allowance")
    her = factories.resident(factories.person(town))
    draft = services.start_draft(her, "old_age_allowance")
    lie = SimpleUploadedFile("card.jpg", b"MZ\x90\x00" + b"\x00" * 500, content_type="image/jpeg")

    with refused(FileRefused):
        services.add_material(draft.pk, "account_card", by=her, upload=lie)


def test_a_dark_photograph_is_answered_at_once_and_can_still_be_handed_in(town):
    import io

    from PIL import Image

    factories.catalogue("old_age_allowance")
    her = factories.resident(factories.person(town))
    draft = services.start_draft(her, "old_age_allowance")
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), (6, 6, 8)).save(out, "JPEG")

    row = services.add_material(
        draft.pk, "account_card", by=her, upload=SimpleUploadedFile("dark.jpg", out.getvalue(), "image/jpeg")
    )

    assert row.verdict == "too_dark"
    assert draft.materials.filter(code="account_card").exists()


def test_another_photograph_takes_the_place_of_the_first(town):
    factories.catalogue("old_age_allowance")
    her = factories.resident(factories.person(town))
    draft = services.start_draft(her, "old_age_allowance")

    services.add_material(draft.pk, "account_card", by=her, upload=factories.photo(0, "a.jpg"))
    services.add_material(draft.pk, "account_card", by=her, upload=factories.photo(1, "b.jpg"))

    assert list(draft.materials.filter(code="account_card").values_list("file_name", flat=True)) == ["b.jpg"]


# --- submission ---


def test_a_submission_is_received_with_number_and_moment_also_on_a_holiday(town, clock):
    """R35: 1 October, 23:59; the five days to answer begin on the first working day after the holiday."""
    factories.catalogue("old_age_allowance")
    clock("2026-10-01 23:59")

    case = factories.submitted(town)

    assert case.number[:10] == "5104022610"
    assert len(case.number) == 16
    assert check_character(case.number[:-1]) == case.number[-1]
    assert case.submitted_at == dt.datetime(2026, 10, 1, 15, 59, tzinfo=dt.UTC)
    assert case.answer_by == dt.date(2026, 10, 14)  # day zero is the 8th, and Saturday the 10th is made up
    assert case.status == Status.SUBMITTED
    assert case.visits_made == 0
    assert case.materials_spared == 2


def test_a_repeated_submission_is_given_the_first_case(town):
    factories.catalogue("old_age_allowance")
    mother = factories.person(town)
    her = factories.resident(mother)
    draft = factories.drafted(her, "old_age_allowance", mother)

    first = services.submit(her, draft.pk, key="one")
    again = services.submit(her, draft.pk, key="one")

    assert first.pk == again.pk
    assert Case.everywhere.count() == 1
    assert CaseAction.objects.count() == 1


def test_what_already_runs_is_not_applied_for_again_and_can_be_after_its_end(town, refused):
    factories.catalogue("old_age_allowance")
    mother = factories.person(town)
    her = factories.resident(mother)
    first = factories.submitted(town, mother)
    draft = factories.drafted(her, "old_age_allowance", mother)

    with refused(rules.AlreadyRunning) as caught:
        services.submit(her, draft.pk, key="2")
    assert first.shown_number in str(caught.value)
    services.withdraw(first.number, by=her)
    assert services.submit(her, draft.pk, key="2").status == Status.SUBMITTED


def test_the_database_too_keeps_one_running_application_a_person_and_item(town):
    from django.db import IntegrityError, transaction

    factories.catalogue("old_age_allowance")
    case = factories.submitted(town)
    twin = Case.everywhere.get(pk=case.pk)
    twin.pk, twin.number = factories.new_id(), "5104022603AAAAA0"

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_bookings_and_consultations_may_run_side_by_side(town):
    factories.catalogue("room_booking")
    mother = factories.person(town)
    her = factories.resident(mother)

    for n in range(2):
        draft = factories.drafted(her, "room_booking", mother, seed=n)
        services.submit(her, draft.pk, key=str(n))

    assert Case.everywhere.filter(applicant=mother).count() == 2


def test_incomplete_forms_and_missing_materials_are_named_before_submission(town, refused):
    """R38: the missing material is named; nothing is sent."""
    factories.catalogue("old_age_allowance")
    her = factories.resident(factories.person(town))
    draft = services.start_draft(her, "old_age_allowance")

    with refused(rules.FormIncomplete):
        services.submit(her, draft.pk, key="1")
    full = factories.drafted(her, "old_age_allowance", factories.Person.everywhere.get())
    full.materials.filter(code="account_card").delete()
    with refused(rules.MaterialMissing) as caught:
        services.submit(her, full.pk, key="2")
    assert str(caught.value) == "还缺：社会保障卡（正面）。补上就能提交。"


def test_whoever_is_too_young_is_told_which_condition_and_a_window_may_still_take_it_in(town, refused):
    """R38: the system checks and shows its rule, people decide."""
    factories.catalogue("old_age_allowance")
    young = factories.person(town, born=dt.date(1990, 1, 1))
    her = factories.resident(young)
    draft = factories.drafted(her, "old_age_allowance", young)

    with refused(rules.NotEligible):
        services.submit(her, draft.pk, key="1")
    clerk = town.staff("window_clerk", town.home)
    at_window = factories.drafted(clerk, "old_age_allowance", young, channel=Channel.WINDOW)
    case = services.submit(clerk, at_window.pk, key="2")
    assert case.status == Status.SUBMITTED
    assert CaseAction.objects.get(case=case).facts["met"] is False


def test_nobody_applies_in_the_name_of_the_dead(town, refused):
    from linli.ground.registry.models import Person

    factories.catalogue("old_age_allowance")
    mother = factories.person(town)
    her = factories.resident(mother)
    draft = factories.drafted(her, "old_age_allowance", mother)
    Person.everywhere.filter(pk=mother.pk).update(died_on=dt.date(2026, 1, 1))

    with refused(rules.NotAlive):
        services.submit(her, draft.pk, key="1")


# --- for somebody else ---


def test_an_agent_applies_the_person_concerned_is_told_and_takes_the_case_over(town, refused):
    """R36 of the issue: the person is told who it is; after she took over, the agent sees nothing any more."""
    factories.catalogue("old_age_allowance")
    mother, daughter = factories.person(town), factories.person(town, name="柳叶", born=dt.date(1975, 1, 1))
    her, agent = factories.resident(mother), factories.resident(daughter)

    case = _applied_by(agent, mother)
    run_all()

    told = Message.everywhere.filter(person_id=mother.pk, template="casework.agent_applied", channel="portal")
    assert told.count() == 1
    assert queries.my_cases(agent).get() == case
    assert queries.my_cases(her).get() == case
    assert CaseAction.objects.get(case=case).by_name == "柳叶"

    services.take_over(case.number, by=her)

    assert not queries.my_cases(agent).exists()
    with refused(Case.DoesNotExist):
        services.withdraw(case.number, by=agent)
    case = queries.my_cases(her).get()
    assert case.agent_id is None
    services.withdraw(case.number, by=her)


def test_an_agent_cannot_take_over_from_herself(town, refused):
    factories.catalogue("old_age_allowance")
    mother, daughter = factories.person(town), factories.person(town, name="柳叶", born=dt.date(1975, 1, 1))
    agent = factories.resident(daughter)
    case = _applied_by(agent, mother)

    from linli.core.lifecycle import NotPossibleNow

    with refused(NotPossibleNow):
        services.take_over(case.number, by=agent)


def test_an_agent_is_given_of_the_registry_only_the_name_that_she_typed(town):
    factories.catalogue("old_age_allowance")
    mother, daughter = factories.person(town), factories.person(town, name="柳叶", born=dt.date(1975, 1, 1))
    agent = factories.resident(daughter)
    draft = services.start_draft(agent, "old_age_allowance", applicant_id=mother.pk, agent_relation="child")

    assert set(services.facts_for(draft, by=agent)) == {"name"}


def test_an_agent_says_what_she_is_to_the_person(town, refused):
    factories.catalogue("old_age_allowance")
    mother = factories.person(town)
    agent = factories.resident(factories.person(town, name="柳叶", born=dt.date(1975, 1, 1)))

    for relation in ("", "community", "boss"):
        with refused(rules.ChoiceNotKnown):
            services.start_draft(agent, "old_age_allowance", applicant_id=mother.pk, agent_relation=relation)


def test_what_has_to_be_done_in_person_has_no_agent(town, refused):
    factories.catalogue("marriage_appointment")
    mother = factories.person(town)
    agent = factories.resident(factories.person(town, name="柳叶", born=dt.date(1975, 1, 1)))

    with refused(rules.AgentNotAllowed):
        services.start_draft(agent, "marriage_appointment", applicant_id=mother.pk, agent_relation="child")


def test_nobody_to_act_for_is_answered_alike_whatever_does_not_fit(town):
    """Nobody learns from the answer who is registered; ten tries a day."""
    factories.catalogue("old_age_allowance")
    mother = factories.person(town)
    agent = factories.resident(factories.person(town, name="柳叶", born=dt.date(1975, 1, 1)))
    from linli.ground.registry import sealed

    number = sealed.opened(mother, "id_number")
    nobody = factories.identity_number("510402", dt.date(1931, 2, 3), 777)
    sentences = set()
    for name, given in (("柳桂花", number), ("柳桂枝", nobody)):
        with pytest.raises(rules.NobodyToActFor) as caught:
            services.person_to_act_for(agent, name=name, id_number=given)
        sentences.add(str(caught.value))
    assert len(sentences) == 1
    assert services.person_to_act_for(agent, name=" 柳桂枝 ", id_number=number) == mother

    for _n in range(8):
        with pytest.raises(rules.NobodyToActFor):
            services.person_to_act_for(agent, name="柳桂花", id_number=number)
    with pytest.raises(rules.TooManyTries):
        services.person_to_act_for(agent, name="柳桂枝", id_number=number)


def _applied_by(agent, mother) -> Case:
    import random

    from linli.ground.registry import queries as registry

    draft = services.start_draft(agent, "old_age_allowance", applicant_id=mother.pk, agent_relation="child")
    item = queries.item_of(draft)
    answers = factories.answers_for(
        item.form, registry.facts_of(mother, in_clear=True), random.Random(1), today=dt.date(2026, 3, 2)
    )
    services.save_draft(draft.pk, by=agent, form_data=answers)
    for material in item.materials:
        if not draft.materials.filter(code=material.code).exists():
            services.add_material(draft.pk, material.code, by=agent, upload=factories.photo())
    return services.submit(agent, draft.pk, key=str(draft.pk))


def test_a_resident_who_is_not_known_yet_is_asked_who_she_is(town, refused):
    factories.catalogue("old_age_allowance")
    account = factories.account_services.resident_for_phone("15400000001")
    unknown = factories.accounts.actor_for(account)

    with refused(rules.IdentityNeeded):
        services.start_draft(unknown, "old_age_allowance")


def test_whoever_moved_to_another_county_keeps_her_cases_and_applies_as_who_she_is_now(town):
    from linli.ground.registry import services as registry

    factories.catalogue("room_booking")
    mother = factories.person(town)
    her = factories.resident(mother)
    old = services.submit(her, factories.drafted(her, "room_booking", mother).pk, key="1")

    moved = registry.move(mother, by=town.staff("window_clerk", town.west_home), community=town.west_home)
    her = factories.accounts.actor_for(factories.Account.objects.get(pk=her.account_id))
    new = services.submit(her, factories.drafted(her, "room_booking", moved).pk, key="2")

    assert {case.pk for case in queries.my_cases(her)} == {old.pk, new.pk}
    assert (old.county_code, new.county_code) == ("510402", "510403")
    assert new.applicant_id == moved.pk


def test_long_and_broken_texts_are_refused_or_cut_and_nothing_breaks(town, refused):
    """Bad input: ten thousand characters, NUL, a number that is none."""
    factories.catalogue("old_age_allowance")
    mother = factories.person(town)
    her = factories.resident(mother)
    draft = services.start_draft(her, "old_age_allowance")
    services.save_draft(draft.pk, by=her, form_data={"remarks": "字" * 10_000, "account_number": "\x00"})
    assert queries.form_data(Draft.objects.get(pk=draft.pk))["remarks"] == "字" * 10_000

    with refused(rules.FormIncomplete):
        services.submit(her, draft.pk, key="1")
    assert list(queries.search(town.staff("community_worker", town.home), "\x00\x00\x00")) == []
    assert list(queries.search(town.staff("community_worker", town.home), "字" * 10_000)) == []
