"""The clock of a case as its services set it going, stop it and let it run again (R36a; docs/clock.md has the rules)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from linli.core.access import ANONYMOUS
from linli.core.lifecycle import NotPossibleNow
from linli.services.casework import rules, services, tasks
from linli.services.casework.models import CaseAction, Extension, Gap, Pause, Status, SupplementRequest
from linli.services.casework.pages.clocks import picture_of
from linli.services.casework.pages.desk import rows_of
from linli.services.casework.services.moving import clocks_of
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road

pytestmark = pytest.mark.django_db


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


@pytest.mark.parametrize(
    ("accepted_at", "due_on", "step_due_on"),
    [
        ("2026-03-02 09:00", day(3, 23), day(3, 9)),
        ("2026-03-02 17:30", day(3, 23), day(3, 9)),  # the last minute of the day still is the day
        ("2026-03-02 17:31", day(3, 24), day(3, 10)),
        ("2026-02-14 17:30", day(3, 13), day(2, 28)),  # a make-up Saturday before the Spring Festival
        ("2026-02-14 23:59", day(3, 16), day(3, 2)),
        ("2026-02-20 10:00", day(3, 16), day(3, 2)),  # in the festival: from the first working day after it
        ("2026-03-01 00:01", day(3, 23), day(3, 9)),  # a Sunday
    ],
)
def test_the_promise_counts_working_days_from_the_day_of_acceptance(town, clock, accepted_at, due_on, step_due_on):
    """R35, R36a: fifteen working days for the whole, five for the first step."""
    factories.catalogue("old_age_allowance")
    clock(accepted_at)
    road = Road(town)

    case = road.accept()

    assert (case.due_on, case.step_due_on, case.legal_due_on) == (due_on, step_due_on, None)
    assert case.status == Status.ACCEPTED


def test_a_limit_in_calendar_days_is_drawn_and_said_in_days(town, clock):
    """民法典第二百零一条: from Thursday five days are left on Saturday the 7th, weekend or not."""
    factories.catalogue("legal_aid")
    clock("2026-03-05 09:00")
    road = Road(town, "legal_aid")
    road.accept()
    clock("2026-03-07 09:00")
    promised = clocks_of(road.now())[0]

    picture = picture_of(road.case, promised)

    assert picture.every_day
    assert picture.left == promised.left == (promised.due_on - day(3, 7)).days
    assert picture.words == f"还剩 <b>{promised.left}</b> 天"
    [row] = rows_of([road.case])
    assert row.left == (row.step_due_on - day(3, 7)).days


def test_the_step_is_never_due_later_than_the_whole(town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    road.accept()
    clock("2026-03-20 09:00")

    case = road.forward()

    assert (case.step_level, case.step_due_on, case.due_on) == ("township", day(3, 23), day(3, 23))


def test_the_clock_stands_still_while_the_applicant_supplements_and_runs_on_the_day_of_the_answer(town, clock):
    """R36a: asked on Thursday, answered on Tuesday: Thursday, Friday and Monday do not count."""
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    road.accept()
    clock("2026-03-04 09:00")
    road.forward()
    clock("2026-03-05 16:00")

    case = road.ask("account_card")
    assert (case.status, case.step_due_on) == (Status.SUPPLEMENT_REQUESTED, day(4, 4))
    clock("2026-03-09 10:00")
    assert clocks_of(road.now())[0].stopped
    clock("2026-03-10 10:00")
    case = road.bring("account_card")

    pause = Pause.objects.get(case=case)
    assert (pause.first_day, pause.last_day) == (day(3, 5), day(3, 9))
    assert (case.status, case.step, case.step_level) == (Status.IN_REVIEW, 1, "township")
    assert (case.due_on, case.step_due_on) == (day(3, 26), day(3, 16))
    assert case.supplement.answered_at is not None


def test_a_supplement_answered_on_the_same_day_stops_nothing(town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    road.accept()
    road.ask("account_card")

    case = road.bring("account_card")

    assert (case.due_on, case.step_due_on) == (day(3, 23), day(3, 9))


def test_before_acceptance_the_five_days_begin_anew_when_the_supplement_has_come(town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    assert road.case.answer_by == day(3, 9)
    clock("2026-03-03 09:00")
    road.ask("account_card")
    clock("2026-03-05 09:00")

    case = road.bring("account_card")

    assert (case.status, case.answer_by, case.due_on) == (Status.SUBMITTED, day(3, 12), None)
    assert not Pause.objects.exists()


def test_silence_is_acceptance_from_the_day_of_receipt(town, clock):
    """行政许可法第三十二条（四）: nobody answered in five working days."""
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 10:00")
    road = Road(town)
    clock("2026-03-09 23:59")
    assert tasks.deem_accepted_what_nobody_answered() == 0
    clock("2026-03-10 00:01")

    assert tasks.deem_accepted_what_nobody_answered() == 1
    assert tasks.deem_accepted_what_nobody_answered() == 0

    case = road.now()
    assert (case.status, case.accepted_at) == (Status.ACCEPTED, case.submitted_at)
    assert (case.due_on, case.step_due_on) == (day(3, 23), day(3, 17))
    assert CaseAction.objects.filter(case=case, action="deem_accepted", by_kind="system").count() == 1


def test_silence_after_a_supplement_is_acceptance_from_the_day_on_which_it_came(town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 10:00")
    road = Road(town)
    clock("2026-03-03 09:00")
    road.ask("account_card")
    clock("2026-03-05 10:00")
    road.bring("account_card")
    clock("2026-03-13 00:01")

    tasks.deem_accepted_what_nobody_answered()

    assert (road.now().status, road.case.due_on) == (Status.ACCEPTED, day(3, 26))


def test_what_was_asked_for_and_did_not_come_returns_the_case(town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 10:00")
    road = Road(town)
    road.ask("account_card")
    clock("2026-04-01 23:59")
    assert tasks.return_what_did_not_come() == 0
    clock("2026-04-02 00:01")

    assert tasks.return_what_did_not_come() == 1

    case = road.now()
    assert (case.status, case.reason) == (Status.RETURNED, "要补的材料到期没有补来。")
    assert case.step_due_on is None


def test_a_supplement_is_asked_for_once_and_the_database_says_so(town, clock, refused):
    from django.db import IntegrityError, transaction

    factories.catalogue("old_age_allowance")
    clock("2026-03-02 10:00")
    road = Road(town)
    road.ask("account_card")
    road.bring("account_card")
    road.accept()

    with refused(NotPossibleNow):
        road.ask("recent_photo")
    with pytest.raises(IntegrityError), transaction.atomic():
        SupplementRequest.objects.create(
            case=road.case,
            county_code="510402",
            missing=[],
            requested_at=road.case.submitted_at,
            answer_until=day(5, 1),
        )


def test_a_public_notice_that_stops_the_clock_gives_its_days_back_however_late_it_is_ended(town, clock):
    """公示: five working days from 3 March; the worker comes back only on the 13th."""
    factories.catalogue("hard_to_employ")
    clock("2026-03-02 09:00")
    road = Road(town, "hard_to_employ", factories.person(town, born=dt.date(1970, 5, 6)))
    road.to_the_end()
    assert road.case.due_on == day(3, 16)
    clock("2026-03-03 09:00")

    services.post_notice(road.number, by=road.line)

    assert (road.now().status, road.case.step_due_on, road.case.due_on) == (
        Status.PUBLIC_NOTICE,
        day(3, 10),
        day(3, 24),
    )
    clock("2026-03-10 23:00")
    assert tasks.end_notices() == 0
    clock("2026-03-13 09:00")
    assert tasks.end_notices() == 1
    pause = Pause.objects.get(case=road.case)
    assert (pause.first_day, pause.last_day) == (day(3, 3), day(3, 10))
    assert (road.now().status, road.case.due_on, road.case.step_due_on) == (Status.IN_REVIEW, day(3, 24), day(3, 16))


def test_a_public_notice_that_counts_leaves_the_due_date_alone(town, clock):
    factories.catalogue("subsistence")
    clock("2026-03-02 09:00")
    road = Road(town, "subsistence", factories.person(town, born=dt.date(1970, 5, 6)))
    road.to_the_end()
    assert road.case.due_on == day(4, 14)
    clock("2026-03-30 09:00")

    services.post_notice(road.number, by=road.line)

    assert road.now().step_due_on == day(4, 7)  # the seventh day is 6 April, a holiday
    assert road.case.due_on == day(4, 14)
    clock("2026-04-08 00:10")
    tasks.end_notices()
    assert (road.now().status, road.case.due_on) == (Status.IN_REVIEW, day(4, 14))


def test_nothing_is_granted_before_the_notice_and_before_objections_are_answered(town, clock, refused):
    factories.catalogue("hard_to_employ")
    town.seals()
    clock("2026-03-02 09:00")
    road = Road(town, "hard_to_employ", factories.person(town, born=dt.date(1970, 5, 6)))
    road.to_the_end()

    with refused(NotPossibleNow):
        road.decide()
    services.post_notice(road.number, by=road.line)
    objection = services.object_to_notice(road.number, text="他有工作。", contact="15400000000", by=factories.SETUP)
    clock("2026-03-11 09:00")
    tasks.end_notices()
    with refused(NotPossibleNow):
        services.post_notice(road.number, by=road.line)
    with refused(NotPossibleNow):
        road.decide()
    with refused(NotPossibleNow):
        services.answer_objection(road.number, objection.pk, answer="核实过了。", by=road.worker)
    with refused(rules.ReasonNeeded):
        services.answer_objection(road.number, objection.pk, answer=" ", by=road.line)
    services.answer_objection(road.number, objection.pk, answer="核实过了，没有。", by=road.line)

    assert road.decide().status == Status.GRANTED
    assert "1540000" not in objection.contact


def test_objections_to_a_notice_are_counted_by_address_and_by_case(town, client, clock, refused):
    """Nobody signs in to object; nobody buries a case in objections either, and the next day all may again."""
    factories.catalogue("hard_to_employ")
    clock("2026-03-02 09:00")
    roads = [Road(town, "hard_to_employ", factories.person(town, born=dt.date(1970, 5, 6))) for _n in range(5)]
    for road in roads:
        road.to_the_end()
        services.post_notice(road.number, by=road.line)

    def objects(road, address):
        services.object_to_notice(road.number, text="他有工作。", contact="", by=ANONYMOUS, address=address)

    for _n in range(3):
        objects(roads[0], "10.0.0.1")
    with refused(rules.TooManyObjections):
        objects(roads[0], "10.0.0.1")
    for road in roads[1:4]:
        for _n in range(3 if road is not roads[3] else 1):
            objects(road, "10.0.0.1")
    with refused(rules.TooManyObjections):
        objects(roads[4], "10.0.0.1")
    for n in range(47):
        objects(roads[0], f"10.0.1.{n}")
    with refused(rules.TooManyObjections):
        objects(roads[0], "10.0.2.1")
    page = client.post(reverse("casework:object_to_notice", args=[roads[0].number]), {"text": "他家有三套房。"})
    assert page.status_code == 422
    assert "今天从这里提得太多了" in page.content.decode()
    assert "他家有三套房。" in page.content.decode()
    clock("2026-03-03 09:01")
    objects(roads[0], "10.0.0.1")


def test_a_special_procedure_is_left_out_only_as_long_as_it_lasts(town, clock):
    """行政许可法第四十五条: told for fifteen working days, over after nine."""
    factories.catalogue("elder_care_subsidy")
    clock("2026-03-02 09:00")
    road = Road(town, "elder_care_subsidy")
    road.accept()
    assert road.case.due_on == day(3, 30)
    clock("2026-03-03 09:00")

    services.start_special(road.number, by=road.worker, code="ability_assessment")

    assert (road.now().status, road.case.step_due_on, road.case.due_on) == (
        Status.SPECIAL_PROCEDURE,
        day(3, 24),
        day(4, 22),
    )
    clock("2026-03-16 09:00")
    services.end_special(road.number, by=road.worker)
    assert (road.now().status, road.case.due_on) == (Status.IN_REVIEW, day(4, 13))


def test_a_special_procedure_that_overruns_holds_the_clock_no_longer_than_was_told(town, clock):
    factories.catalogue("elder_care_subsidy")
    clock("2026-03-02 09:00")
    road = Road(town, "elder_care_subsidy")
    road.accept()
    clock("2026-03-03 09:00")
    services.start_special(road.number, by=road.worker, code="ability_assessment")
    clock("2026-04-20 09:00")

    services.end_special(road.number, by=road.worker)

    assert Pause.objects.get(case=road.case).last_day == day(3, 24)
    assert road.now().due_on == day(4, 22)


def test_a_procedure_that_the_item_does_not_have_is_refused(town, clock, refused):
    factories.catalogue("elder_care_subsidy")
    road = Road(town, "elder_care_subsidy")
    road.accept()

    with refused(rules.ChoiceNotKnown):
        services.start_special(road.number, by=road.worker, code="auction")


def test_an_extension_is_asked_for_by_one_and_granted_by_another_and_moves_step_and_whole(town, clock, refused):
    """行政许可法第四十二条: at most ten working days, approved by the head, once, the applicant told why."""
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    road.accept()
    road.forward()
    leader = town.staff("street_leader", town.street, name="青葵")
    clock("2026-03-03 09:00")
    for days in (0, 11):
        with refused(rules.ExtensionTooLong):
            services.ask_extension(road.number, by=leader, working_days=days, because="要上门核实。")
    with refused(rules.ReasonNeeded):
        services.ask_extension(road.number, by=leader, working_days=5, because="")

    services.ask_extension(road.number, by=leader, working_days=5, because="要上门核实。")
    assert (road.now().due_on, road.case.step_due_on) == (day(3, 23), day(3, 9))
    with refused(rules.OwnExtension):
        services.answer_extension(road.number, by=leader, approved=True)
    with refused(NotPossibleNow):
        services.answer_extension(road.number, by=town.staff("community_head", town.home), approved=True)
    other = _another_leader(town)
    services.answer_extension(road.number, by=other, approved=True)

    assert (road.now().due_on, road.case.step_due_on) == (day(3, 30), day(3, 16))
    assert CaseAction.objects.get(case=road.case, action="approve_extension").said == "要上门核实。"
    with refused(NotPossibleNow):
        services.ask_extension(road.number, by=road.street, working_days=1, because="还要几天。")


def _another_leader(town):
    town._staff.pop(("street_leader", town.street.code, ""))
    return town.staff("street_leader", town.street, name="木棉")


def test_a_denied_extension_moves_nothing_and_may_be_asked_for_again(town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    road.accept()
    head = town.staff("community_head", town.home, name="山楂")
    services.ask_extension(road.number, by=road.worker, working_days=5, because="要上门核实。")

    services.answer_extension(road.number, by=head, approved=False, said="来得及。")

    assert road.now().due_on == day(3, 23)
    services.ask_extension(road.number, by=road.worker, working_days=10, because="住院了，联系不上。")
    services.answer_extension(road.number, by=head, approved=True)
    assert road.now().due_on == day(4, 7)
    assert Extension.objects.filter(case=road.case).count() == 2


def test_a_material_promised_for_later_is_waited_for_even_when_the_clerk_ticks_nothing(town, clock, refused):
    """容缺受理: accepted now, brought by its day, granted only then."""
    factories.catalogue("elder_care_subsidy")
    town.seals()
    clock("2026-03-02 09:00")
    road = _with_gap(town)

    road.accept()

    gap = Gap.objects.get(case=road.case)
    assert (gap.material_code, gap.due_on, gap.met_at) == ("account_card", day(3, 9), None)
    assert CaseAction.objects.filter(case=road.case, action="accept_with_gaps").exists()
    while road.case.step < 2:
        road.forward()
    with refused(NotPossibleNow):
        road.decide()
    with refused(rules.MaterialMissing):
        services.bring_later(road.number, "account_card", by=road.resident)
    services.bring_later(road.number, "account_card", by=road.resident, upload=factories.photo())
    with refused(Gap.DoesNotExist):
        services.bring_later(road.number, "account_card", by=road.resident, upload=factories.photo())
    assert road.decide().status == Status.GRANTED


def test_a_material_promised_for_later_and_missing_at_its_day_returns_the_case(town, clock, refused):
    factories.catalogue("elder_care_subsidy")
    clock("2026-03-02 09:00")
    road = _with_gap(town)
    road.accept()
    clock("2026-03-09 23:00")
    assert tasks.return_what_did_not_come() == 0
    clock("2026-03-10 00:01")

    assert tasks.return_what_did_not_come() == 1

    assert road.now().status == Status.RETURNED
    with refused(NotPossibleNow):
        services.bring_later(road.number, "account_card", by=road.resident, upload=factories.photo())


def test_the_paper_that_a_window_takes_in_later_counts_as_a_visit(town, clock):
    factories.catalogue("elder_care_subsidy")
    road = _with_gap(town)
    road.accept()

    services.bring_later(road.number, "account_card", by=road.worker)

    assert road.now().visits_made == 1
    assert road.case.materials_given().filter(code="account_card", source="paper").exists()


def test_a_material_that_may_not_follow_is_no_gap(town, clock, refused):
    factories.catalogue("old_age_allowance")
    road = Road(town)

    with refused(rules.GapNotAllowed):
        services.accept(road.number, by=road.worker, gaps=["account_card"])


def _with_gap(town) -> Road:
    mother = factories.person(town)
    her = factories.resident(mother)
    draft = factories.drafted(her, "elder_care_subsidy", mother)
    services.add_material(draft.pk, "account_card", by=her, source="later")
    road = Road.__new__(Road)
    road.town, road.person, road.resident = town, mother, her
    road.case = services.submit(her, draft.pk, key="gap")
    road.number = road.case.number
    return road
