"""What staff and applicants do with a case between receipt and decision: each refusal leaves nothing behind."""

from __future__ import annotations

import pytest

from linli.core.audit.models import Entry
from linli.core.files.refusals import FileRefused
from linli.core.http import Stale
from linli.core.lifecycle import NotPossibleNow
from linli.services.casework import queries, rules, services
from linli.services.casework.models import Case, CaseAction, CaseMaterial, Opinion, Status
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road

pytestmark = pytest.mark.django_db


@pytest.fixture
def road(town) -> Road:
    factories.catalogue("old_age_allowance")
    return Road(town)


MISSING = [{"code": "account_card", "name": "社会保障卡（正面）", "why": "太暗。"}]


def test_each_act_leaves_one_line_of_history_one_audit_entry_and_says_who_and_where(road):
    before = Entry.objects.filter(action="casework.accept").count()

    case = road.accept(said="材料齐了。")

    act = CaseAction.objects.get(case=case, action="accept")
    assert (act.from_status, act.to_status, act.said) == ("submitted", "accepted", "材料齐了。")
    assert (act.by_kind, act.by_name, act.by_role, act.by_place) == ("staff", "白芷", "community_worker", "竹湖园社区")
    assert Entry.objects.filter(action="casework.accept").count() == before + 1
    assert Entry.objects.get(action="casework.accept").person_id == road.person.pk


def test_the_second_of_two_clerks_is_told_and_overwrites_nothing(road, refused):
    """Optimistic lock: the version that was on the screen."""
    version = road.case.version
    road.accept()

    with refused(Stale):
        services.forward(road.number, by=road.worker, version=version)
    with refused(NotPossibleNow):
        services.accept(road.number, by=road.worker, version=version)


def test_a_supplement_names_everything_and_something_that_the_item_asks_for(road, refused):
    worker = road.worker

    with refused(rules.NothingMissingNamed):
        services.request_supplement(road.number, by=worker, missing=[])
    with refused(rules.ChoiceNotKnown):
        services.request_supplement(road.number, by=worker, missing=[{"code": "x", "name": "证明", "why": "要"}])
    for unsaid in ({"why": ""}, {}, {"flaw": "other", "more": " "}):
        with refused(rules.ReasonNeeded):
            services.request_supplement(
                road.number, by=worker, missing=[*MISSING, {"code": "recent_photo", "name": "老人近照"} | unsaid]
            )
    with refused(rules.ChoiceNotKnown):
        services.request_supplement(
            road.number, by=worker, missing=[{"code": "recent_photo", "name": "老人近照", "flaw": "incomplete"}]
        )


def test_a_supplement_that_does_not_bring_everything_brings_nothing(road, refused):
    worker = road.worker
    services.request_supplement(
        road.number, by=worker, missing=[*MISSING, {"code": "recent_photo", "name": "老人近照", "why": "太小。"}]
    )

    with refused(rules.MaterialMissing) as caught:
        road.bring("account_card")
    assert "老人近照" in str(caught.value)
    with refused(rules.ChoiceNotKnown):
        road.bring("account_card", "recent_photo", "identity_card")
    with refused(rules.MaterialMissing):
        services.supplement(road.number, by=road.resident, paper=["account_card", "recent_photo"])
    with refused(FileRefused):
        services.supplement(
            road.number,
            by=road.resident,
            given=[
                ("account_card", factories.SimpleUploadedFile("a.jpg", b"lie")),
                ("recent_photo", factories.photo()),
            ],
        )
    assert road.bring("account_card", "recent_photo").status == Status.SUBMITTED
    assert CaseMaterial.everywhere.filter(case=road.case, code="account_card").count() == 2


def test_a_supplement_can_be_brought_on_paper_to_the_window_and_counts_as_a_visit(road):
    services.request_supplement(road.number, by=road.worker, missing=MISSING)

    services.supplement(road.number, by=road.worker, paper=["account_card"])

    assert (road.now().status, road.case.visits_made) == (Status.SUBMITTED, 1)
    assert CaseAction.objects.get(case=road.case, action="supplement_at_window").by_kind == "staff"


def test_nothing_is_brought_that_nobody_asked_for(road, refused):
    with refused(NotPossibleNow):
        road.bring("account_card")


def test_not_accepting_takes_reasons_and_ends_the_case(road, refused):
    """行政许可法第三十二条（一）（二）: in writing, with reasons."""
    for said in ("", "   ", "不行", "\x00\x00\x00\x00\x00"):
        with refused(rules.ReasonNeeded):
            services.not_accept(road.number, by=road.worker, said=said)

    services.not_accept(road.number, by=road.worker, said="这件事由税务局办，请到税务局。", because="not_here")

    case = road.now()
    assert (case.status, case.reason) == (Status.NOT_ACCEPTED, "这件事由税务局办，请到税务局。")
    assert case.closed_at is not None
    assert case.step_due_on is None
    for act in (road.accept, lambda: services.withdraw(road.number, by=road.resident)):
        with refused(NotPossibleNow):
            act()


def test_refusing_takes_reasons_and_is_for_whoever_decides(road, refused):
    road.accept()
    with refused(NotPossibleNow):
        services.decide(road.number, by=road.worker, granted=False, said="不符合条件。")
    while road.case.step < 2:
        road.forward()
    with refused(rules.ReasonNeeded):
        road.decide(granted=False)
    with refused(NotPossibleNow):
        services.decide(road.number, by=road.street, granted=True)

    case = road.decide(granted=False, said="按户籍登记还没有满 80 岁。")

    assert (case.status, case.reason) == (Status.REFUSED, "按户籍登记还没有满 80 岁。")
    assert case.decided_at is not None


def test_a_long_reason_is_kept_whole(road):
    reason = "理由很长。" * 2000

    services.not_accept(road.number, by=road.worker, said=reason)

    assert road.now().reason == reason


def test_a_case_sent_back_is_checked_once_more_and_the_reason_stands_in_its_story(road, refused):
    road.accept()
    road.forward()

    with refused(rules.ReasonNeeded):
        services.send_back(road.number, by=road.street, said="")
    services.send_back(road.number, by=road.street, said="住址与登记不一致，请再核对。")

    assert (road.now().step, road.case.step_level, road.case.status) == (0, "community", Status.IN_REVIEW)
    with refused(NotPossibleNow):
        services.send_back(road.number, by=road.worker, said="没有更前面的了。")
    road.forward()
    assert (road.now().step, road.case.step_level) == (1, "township")


def test_only_whoever_has_the_step_moves_it(road, refused):
    road.accept()
    road.forward()
    others = [
        road.worker,
        road.town.staff("department_staff", road.town.county, "civil_affairs"),
        road.town.staff("district_staff", road.town.county),
    ]

    for someone in others:
        with refused(NotPossibleNow):
            services.forward(road.number, by=someone)


# --- several departments ---


def test_joint_handling_runs_in_parallel_asks_each_once_and_closes_when_all_have_answered(town, clock, refused):
    """R36b: 身后一件事, human resources decides, medical insurance and police give their part."""
    factories.catalogue("after_death_matters")
    town.seals()
    clock("2026-03-02 09:00")
    road = Road(town, "after_death_matters")
    road.accept()
    assert not Opinion.everywhere.exists()

    road.forward()

    asked = Opinion.everywhere.order_by("department")
    assert [(o.department, o.is_joint, o.due_on) for o in asked] == [
        ("medical_insurance", True, road.case.step_due_on), ("police", True, road.case.step_due_on),
    ]  # fmt: skip
    medical = town.staff("department_staff", town.county, "medical_insurance")
    police = town.staff("department_staff", town.county, "police")
    for someone, granted in ((road.line, True), (road.line, False)):
        with refused(NotPossibleNow):
            services.decide(road.number, by=someone, granted=granted, said="证件都已经注销。")
    services.give_opinion(asked[1].pk, by=police, verdict="agree", answer="户口已注销。")
    with refused(NotPossibleNow):
        road.decide()
    with refused(rules.ReasonNeeded):
        services.give_opinion(asked[0].pk, by=medical, verdict="disagree", answer="")
    services.give_opinion(asked[0].pk, by=medical, verdict="agree", answer="")
    with refused(Opinion.DoesNotExist):
        services.give_opinion(asked[0].pk, by=medical, verdict="disagree", answer="改主意了。")
    services.send_back(road.number, by=road.line, said="请再核对一次姓名。")
    road.forward()
    assert Opinion.everywhere.count() == 2, "each is asked once"
    assert road.decide().status == Status.GRANTED


def test_an_opinion_is_answered_with_one_of_the_verdicts(road, refused):
    road.accept()
    opinion = services.ask_opinion(road.number, by=road.worker, department="health", question="是否健在？")
    health = road.town.staff("department_staff", road.town.county, "health")

    with refused(rules.ChoiceNotKnown):
        services.give_opinion(opinion.pk, by=health, verdict="", answer="")
    services.give_opinion(opinion.pk, by=health, verdict="no_view", answer="查不到。")

    act = CaseAction.objects.get(case=road.case, action="opinion_given")
    assert act.facts == {"department": "health", "verdict": "no_view", "joint": False}
    assert road.now().step_level == "community"


def test_an_unknown_department_is_not_asked(road, refused):
    road.accept()

    with refused(rules.ChoiceNotKnown):
        services.ask_opinion(road.number, by=road.worker, department="navy", question="是否健在？")


def test_a_question_on_a_case_that_is_over_waits_for_nobody(road, refused):
    road.accept()
    opinion = services.ask_opinion(road.number, by=road.worker, department="health", question="是否健在？")
    health = road.town.staff("department_staff", road.town.county, "health")
    services.withdraw(road.number, by=road.resident)

    assert not queries.opinions_for(health).exists()
    with refused(Opinion.DoesNotExist):
        services.give_opinion(opinion.pk, by=health, verdict="agree", answer="")


def test_the_applicant_takes_back_what_is_undecided_and_nothing_else(road, refused):
    road.accept()
    services.withdraw(road.number, by=road.resident, said="想好了再办。")

    assert road.now().status == Status.WITHDRAWN
    with refused(NotPossibleNow):
        services.withdraw(road.number, by=road.resident)
    with refused(Case.DoesNotExist):
        services.withdraw(road.number, by=road.worker)


def test_a_granted_case_is_delivered_once_its_certificate_is_there(road, refused):
    road.to_the_end()
    road.decide()

    with refused(NotPossibleNow):
        services.deliver(road.number, by=road.worker, how="collect")
    with refused(rules.ChoiceNotKnown):
        services.deliver(road.number, by=road.worker, how="pigeon")


def test_an_instant_item_is_done_on_the_day(town, clock):
    factories.catalogue("community_course")
    clock("2026-03-02 10:00")
    road = Road(town, "community_course")
    assert road.case.answer_by.isoformat() == "2026-03-02"

    case = road.accept()

    assert (case.due_on.isoformat(), case.step_due_on.isoformat()) == ("2026-03-02", "2026-03-02")
    assert road.decide().status == Status.GRANTED
