"""After the decision, and beside the road: certificates, ratings, follow-ups, reminders, news that arrive twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps

from linli.core.events.testing import run_all_with_interruptions
from linli.core.http import Stale
from linli.core.lifecycle import NotPossibleNow
from linli.core.messages.models import Consent, Message
from linli.core.tasks.testing import run_all
from linli.services.casework import queries, rules, services, subscribers, tasks
from linli.services.casework.events import AgentApplied, CaseMoved
from linli.services.casework.models import (
    Case,
    CaseAction,
    Escalation,
    FollowUp,
    Rating,
    Status,
    WorkItem,
)  # fmt: skip
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road
from linli.services.certificates.models import Certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def road(town, clock) -> Road:
    """Granted and delivered on 2 March 2026, a Monday."""
    factories.catalogue("old_age_allowance")
    town.seals()
    clock("2026-03-02 09:00")
    road = Road(town)
    road.to_the_end()
    road.decide()
    run_all()
    return road


# --- rating ---


def test_each_case_is_rated_once_in_five_levels_by_whom_it_concerns(road, refused):
    """好差评: voluntary, one matter one rating."""
    for score in (0, 6, -1):
        with refused(rules.ChoiceNotKnown):
            services.rate(road.number, by=road.resident, score=score)
    for someone in (road.worker, factories.resident(factories.person(road.town, name="陌生人"))):
        with refused(Case.DoesNotExist):
            services.rate(road.number, by=someone, score=5)

    services.rate(road.number, by=road.resident, score=4, comment="很\x00快" + "好" * 600)

    rating = Rating.everywhere.get()
    assert (rating.score, len(rating.comment), "\x00" in rating.comment) == (4, 500, False)
    assert road.now().status == Status.CLOSED
    assert not FollowUp.everywhere.exists()
    with refused(rules.AlreadyRated):
        services.rate(road.number, by=road.resident, score=1)


def test_what_is_not_over_is_not_rated(town, refused):
    factories.catalogue("old_age_allowance")
    road = Road(town)

    with refused(rules.NotRateable):
        services.rate(road.number, by=road.resident, score=5)


@pytest.mark.parametrize("score", [1, 2])
def test_a_bad_rating_comes_back_as_work_with_its_days(road, score):
    """R43: the first call in one working day, the answer in five."""
    services.rate(road.number, by=road.resident, score=score, comment="没人接电话。")

    row = FollowUp.everywhere.get()
    assert (row.call_by, row.answer_by) == (dt.date(2026, 3, 3), dt.date(2026, 3, 9))
    assert set(row.handled_by) == {str(actor.account_id) for actor in (road.worker, road.street, _line(road))}
    assert queries.follow_ups_for(road.town.staff("community_head", road.town.home, name="山楂")).get() == row


def test_fair_is_no_bad_rating(road):
    services.rate(road.number, by=road.resident, score=3)

    assert not FollowUp.everywhere.exists()


def test_whoever_handled_the_case_can_neither_call_back_nor_close(road, refused):
    """R43: the clerk rated cannot close it."""
    services.rate(road.number, by=road.resident, score=1)
    row = FollowUp.everywhere.get()

    with refused(rules.RatedClerk):
        services.call_back(row.pk, by=road.street)
    with refused(rules.RatedClerk):
        services.answer_follow_up(row.pk, by=road.street, outcome="put_right", answer="改正了，已答复。")
    with refused(FollowUp.DoesNotExist):
        services.call_back(row.pk, by=road.worker)


def test_a_follow_up_is_called_first_and_then_answered_with_what_was_done(road, refused, clock):
    services.rate(road.number, by=road.resident, score=1)
    row = FollowUp.everywhere.get()
    head = road.town.staff("community_head", road.town.home, name="山楂")

    with refused(rules.NotCalledYet):
        services.answer_follow_up(row.pk, by=head, outcome="put_right", answer="改正了，已答复。")
    clock("2026-03-03 08:30")
    called = services.call_back(row.pk, by=head, hard=True)
    assert called.answer_by == dt.date(2026, 3, 23)
    for outcome, answer, refusal in (
        ("", "改正了，已答复。", rules.ChoiceNotKnown), ("put_right", "", rules.ReasonNeeded),
    ):  # fmt: skip
        with refused(refusal):
            services.answer_follow_up(row.pk, by=head, outcome=outcome, answer=answer)
    with refused(Stale):
        services.answer_follow_up(row.pk, by=head, outcome="put_right", answer="改正了，已答复。", version=1)
    services.answer_follow_up(row.pk, by=head, outcome="put_right", answer="改正了，已答复。")

    assert not queries.follow_ups_for(head).exists()
    with refused(FollowUp.DoesNotExist):
        services.answer_follow_up(row.pk, by=head, outcome="put_right", answer="改正了，已答复。")
    run_all()
    assert Message.everywhere.filter(template="casework.follow_up_answered", channel="portal").count() == 1


def test_a_hard_case_rated_after_midnight_counts_from_its_day_in_china(road, clock):
    clock("2026-03-03 00:30")
    services.rate(road.number, by=road.resident, score=1)
    row = FollowUp.everywhere.get()

    services.call_back(row.pk, by=road.town.staff("community_head", road.town.home, name="山楂"), hard=True)

    assert FollowUp.everywhere.get().answer_by == dt.date(2026, 3, 24)


def test_a_rating_needs_no_consent_to_messages(road):
    """Withdrawn consent stops text messages; the rating and its follow-up go on."""
    assert not Consent.objects.exists()

    services.rate(road.number, by=road.resident, score=1)

    assert FollowUp.everywhere.count() == 1


def test_a_follow_up_that_is_not_done_in_time_becomes_a_work_item_of_its_own_once_each(road, clock):
    services.rate(road.number, by=road.resident, score=1)
    clock("2026-03-03 23:00")
    assert tasks.raise_late_follow_ups() == 0
    clock("2026-03-04 08:00")
    assert tasks.raise_late_follow_ups() == 1
    assert tasks.raise_late_follow_ups() == 0
    clock("2026-03-10 08:00")
    assert tasks.raise_late_follow_ups() == 1

    assert set(WorkItem.everywhere.values_list("kind", flat=True)) == {"follow_up_not_called", "follow_up_not_answered"}
    item = WorkItem.everywhere.first()
    assert item.what.endswith(("的差评没有按时打电话", "的差评没有按时答复"))


def _line(road):
    return road.town.staff("department_staff", road.town.county, "civil_affairs")


# --- delivery and closing ---


def test_a_granted_case_gets_its_certificate_and_is_delivered_by_itself(road):
    case = road.now()
    assert (case.status, Certificate.everywhere.get().number) == (Status.DELIVERED, case.certificate_number)
    printed = Certificate.everywhere.get()
    assert printed.valid_from == dt.date(2026, 3, 2)


def test_a_decision_after_midnight_is_dated_as_in_china(town, clock):
    """00:30 in China is the day before in UTC."""
    factories.catalogue("old_age_allowance")
    town.seals()
    clock("2026-03-02 09:00")
    road = Road(town)
    road.to_the_end()
    clock("2026-03-03 00:30")
    road.decide()
    run_all()

    assert Certificate.everywhere.get().valid_from == dt.date(2026, 3, 3)


def test_a_refusal_is_delivered_too_and_makes_no_certificate(town):
    factories.catalogue("old_age_allowance")
    road = Road(town)
    road.to_the_end()
    road.decide(granted=False, said="按户籍登记还没有满 80 岁。")
    run_all()

    assert road.now().status == Status.DELIVERED
    assert not Certificate.everywhere.exists()
    told = Message.everywhere.get(template="casework.refuse", channel="portal")
    assert told.person_id == road.person.pk


def test_what_was_delivered_closes_after_five_working_days_rated_or_not(road, clock):
    clock("2026-03-09 23:59")
    assert tasks.close_delivered() == 0
    clock("2026-03-10 00:10")
    assert tasks.close_delivered() == 1

    assert road.now().status == Status.CLOSED
    services.rate(road.number, by=road.resident, score=5)
    assert tasks.close_delivered() == 0


# --- reminders and escalation ---


def _late(town, clock) -> Road:
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    road.accept()  # the community's step is due on Monday 9 March
    return road


def _kinds() -> list[tuple[str, str, int]]:
    return list(Escalation.objects.order_by("at", "id").values_list("kind", "told_role", "told"))


def test_a_step_is_reminded_on_the_working_day_before_then_told_upwards_each_once(town, clock):
    """R36a: an overdue step goes to the superior, later to supervision; each kind once a step."""
    head = town.staff("community_head", town.home, name="山楂")
    supervisor = town.staff("supervisor", town.county, name="青黛")
    road = _late(town, clock)
    worker = road.worker
    steps = [
        ("2026-03-05 09:00", 0, "", None),
        ("2026-03-06 09:00", 1, "reminder", worker),  # Friday: due on the next working day
        ("2026-03-09 09:00", 0, "", None),
        ("2026-03-10 09:00", 1, "overdue", head),
        ("2026-03-11 09:00", 0, "", None),
        ("2026-03-12 09:00", 1, "supervision", supervisor),
        ("2026-03-20 09:00", 0, "", None),
    ]
    for moment, told, kind, whom in steps:
        clock(moment)
        assert tasks.remind_and_escalate() == told, moment
        assert tasks.remind_and_escalate() == 0, moment
        if whom is not None:
            assert Message.everywhere.order_by("-created_at", "-id").first().account_id == whom.account_id
            assert _kinds()[-1][0] == kind
    assert Message.everywhere.filter(account_id__isnull=False).count() == 3
    assert not WorkItem.everywhere.exists()


def test_an_escalation_that_reaches_nobody_becomes_a_work_item_of_its_own(town, clock, refused):
    road = _late(town, clock)
    clock("2026-03-10 09:00")

    assert tasks.remind_and_escalate() == 0
    assert tasks.remind_and_escalate() == 0

    item = WorkItem.everywhere.get()
    assert item.what == f"高龄津贴 {road.case.shown_number} 超期，没有人在岗接到提醒"
    assert _kinds() == [("overdue", "community_head", 0)]
    head = town.staff("community_head", town.home, name="山楂")
    assert queries.work_items_for(head).get() == item
    assert not queries.work_items_for(town.staff("community_head", town.other)).exists()
    with refused(rules.ReasonNeeded):
        services.close_work_item(item.pk, by=head, outcome="")
    services.close_work_item(item.pk, by=head, outcome="安排了人值班。")
    with refused(WorkItem.DoesNotExist):
        services.close_work_item(item.pk, by=head, outcome="安排了人值班。")


def test_somebody_with_the_role_at_two_places_is_told_once(town, clock):
    head = town.staff("community_head", town.home, name="山楂")
    factories.RoleHeld.objects.create(
        account_id=head.account_id, role="community_head", division=town.street, valid_from=dt.date(2020, 1, 1)
    )
    _late(town, clock)
    clock("2026-03-10 09:00")

    assert tasks.remind_and_escalate() == 1
    assert Message.everywhere.filter(account_id=head.account_id).count() == 1


def test_a_special_procedure_that_overruns_is_escalated_too(town, clock):
    factories.catalogue("elder_care_subsidy")
    town.staff("community_head", town.home, name="山楂")
    clock("2026-03-02 09:00")
    road = Road(town, "elder_care_subsidy")
    road.accept()
    services.start_special(road.number, by=road.worker, code="ability_assessment")
    clock("2026-03-25 09:00")

    assert tasks.remind_and_escalate() == 1
    assert _kinds() == [("overdue", "community_head", 1)]


def test_the_clock_leaves_alone_what_has_moved_meanwhile(town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    seen = Case.everywhere.select_related("item_version").get()
    road.accept()

    with pytest.raises(NotPossibleNow):
        services.deem_accepted(road.now(), by=factories.SETUP)
    with pytest.raises(Stale):
        services.deem_accepted(seen, by=factories.SETUP)
    assert tasks._each([seen], "deem", lambda case: services.deem_accepted(case, by=factories.SETUP)) == 0


# --- news that arrive twice, or are stopped in the middle (R151) ---


def _state() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for model in apps.get_app_config("casework").get_models():
        found[model.__name__] = model._base_manager.count()
    found["case"] = list(Case.everywhere.values_list("status", "step"))
    found["acts"] = sorted(CaseAction.objects.values_list("action", flat=True))
    found["messages"] = sorted(Message.everywhere.values_list("template", "channel"))
    found["certificates"] = Certificate.everywhere.count()
    return found


def _whole_story(town) -> None:
    """Every event of the room: an agent applies at a window of another county's resident, decided, badly rated."""
    mother = factories.person(town)
    clerk = town.staff("window_clerk", town.west_home)
    draft = factories.drafted(clerk, "old_age_allowance", mother, channel="window")
    case = services.submit(clerk, draft.pk, key="1")
    road = Road.__new__(Road)
    road.town, road.person, road.case, road.number = town, mother, case, case.number
    road.to_the_end()
    road.decide()


@pytest.mark.parametrize("how", [run_all, run_all_with_interruptions])
def test_every_subscriber_stopped_at_every_query_and_repeated_leaves_the_same_state(town, clock, how):
    """R151: news travels once and is worked at least once."""
    factories.catalogue("old_age_allowance")
    town.seals()
    clock("2026-03-02 09:00")
    _whole_story(town)

    how()

    state = _state()
    assert state["case"] == [("delivered", 2)]
    assert state["acts"] == ["accept", "certificate_issued", "deliver", "forward", "forward", "grant", "submit"]
    assert state["certificates"] == 1
    assert state["AcceptanceSlip"] == 1
    assert [template for template, channel in state["messages"] if channel == "portal"] == [
        "casework.accept", "casework.certificate_issued", "casework.forward", "casework.forward", "casework.grant",
        "casework.submit",
    ]  # fmt: skip


def test_a_message_goes_out_once_although_its_event_is_delivered_twice(town):
    factories.catalogue("old_age_allowance")
    road = Road(town)
    act = CaseAction.objects.get()
    event = CaseMoved(
        road.case.pk, road.case.county_code, road.number, act.action, act.from_status, act.to_status, act.pk, act.at
    )

    for _n in range(2):
        subscribers.tell_the_applicant(event)

    assert Message.everywhere.filter(channel="portal").count() == 1


def test_the_person_concerned_is_told_once(town):
    factories.catalogue("old_age_allowance")
    road = Road(town)
    event = AgentApplied(road.case.pk, road.case.county_code, road.person.pk, factories.person(town, name="柳叶").pk)

    for _n in range(2):
        subscribers.tell_the_person_concerned(event)

    assert Message.everywhere.filter(template="casework.agent_applied", channel="portal").count() == 1


def test_every_act_that_is_told_has_its_words():
    from linli.core.messages.templates import template

    for action in subscribers.TOLD:
        assert template(f"casework.{action}").en


def test_a_message_names_days_in_the_language_of_its_reader(town, clock):
    from linli.core.crypto import unseal

    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    services.request_supplement(
        road.number, by=road.worker, missing=[{"code": "account_card", "name": "社会保障卡（正面）", "why": "太暗。"}]
    )
    run_all()

    row = Message.everywhere.get(template="casework.request_supplement", channel="portal")
    text = unseal(row.text, where="core_messages.message.text", row=row.pk)
    assert "请在 2026年4月1日 前补来" in text
    assert "社会保障卡（正面）" in text
