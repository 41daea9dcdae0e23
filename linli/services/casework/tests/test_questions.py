"""Questions to street and department from within a case (R39)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.core.http import Stale
from linli.core.messages.models import Message
from linli.core.tasks.testing import run_all
from linli.services.casework import asking, rules, services, tasks
from linli.services.casework.models import Case, CaseAction, Question, WorkItem
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road
from linli.services.casework.tests.test_pages import signed_in

HOW = "外地户口的老人怎么核对居住满一年？"
SO = "看居住证的签发日期，按《居住证暂行条例》第二条。"


@pytest.fixture
def road(town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    road.accept()
    return road


def test_an_answer_is_pinned_and_found_by_every_colleague_of_the_item(road, town):
    """R39: at the department at once, pinned to the item version for all clerks, without anybody's data."""
    line = town.staff("department_staff", town.county, "civil_affairs", name="江离")
    row = services.ask_question(road.number, by=road.worker, whom="civil_affairs", question=HOW)
    run_all()
    assert asking.questions_for(line).get() == row
    assert Message.everywhere.filter(account_id=line.account_id, template="casework.question_asked").count() == 1

    services.answer_question(row.pk, by=line, answer=SO)
    run_all()

    assert Message.everywhere.filter(account_id=road.worker.account_id, template="casework.question_answered").exists()
    assert [kept.answer for kept in asking.asked_from(road.now())] == [SO]
    another = Road(town, who=factories.person(town, name="杜若"))
    assert [kept.answer for kept in asking.pinned_at(another.case)] == [SO]
    colleague = town.staff("window_clerk", town.other)
    assert asking.answers_for(colleague, words="居住证").get().question == HOW
    assert asking.pace(colleague) == asking.Pace(1, 0, dt.timedelta(0))
    assert list(CaseAction.objects.filter(case=road.case).order_by("-at", "-id").values_list("action", flat=True)[:2]) == [
        "question_answered", "question_asked",
    ]  # fmt: skip
    assert Entry.objects.filter(action__startswith="casework.question_").count() == 2
    assert road.now().status == "accepted"


@pytest.mark.parametrize("said", ["{name}的户口怎么核对？", "{number}怎么办？", "身份证 510402194001010016 怎么核对？"])
def test_neither_question_nor_answer_names_anybody(road, town, refused, said):
    words = said.format(name=road.case.applicant.name, number=road.case.shown_number)
    with refused(rules.QuestionNamesSomebody):
        services.ask_question(road.number, by=road.worker, whom="township", question=words)
    row = services.ask_question(road.number, by=road.worker, whom="township", question=HOW)
    with refused(rules.QuestionNamesSomebody):
        services.answer_question(row.pk, by=town.staff("street_staff", town.street), answer=words)


def test_only_whoever_is_asked_answers_and_once(road, town, refused):
    row = services.ask_question(road.number, by=road.worker, whom="township", question=HOW)
    street = town.staff("street_staff", town.street)
    for other in (town.staff("department_staff", town.county, "civil_affairs"), road.worker):
        assert not asking.questions_for(other).exists()
        with refused(Question.DoesNotExist):
            services.answer_question(row.pk, by=other, answer=SO)
    services.answer_question(row.pk, by=street, answer=SO)
    with refused((Question.DoesNotExist, Stale)):
        services.answer_question(row.pk, by=street, answer="改了主意。")
    with refused(rules.ChoiceNotKnown):
        services.ask_question(road.number, by=road.worker, whom="navy", question=HOW)
    with refused(Case.DoesNotExist):
        services.ask_question(road.number, by=town.staff("community_worker", town.other), whom="township", question=HOW)


def test_a_question_that_nobody_answers_becomes_work_and_ends_with_the_answer(road, town, clock):
    street = town.staff("street_staff", town.street)
    row = services.ask_question(road.number, by=road.worker, whom="township", question=HOW)
    run_all()
    assert not WorkItem.everywhere.exists()
    clock("2026-03-04 09:00")
    assert tasks.remind_of_questions() == 1
    assert not WorkItem.everywhere.exists()
    clock("2026-03-05 09:00")
    tasks.remind_of_questions()
    tasks.remind_of_questions()
    assert Message.everywhere.filter(template="casework.question_waits", account_id=street.account_id).count() == 1
    assert WorkItem.everywhere.get().closed_at is None
    services.answer_question(row.pk, by=street, answer=SO)
    run_all()
    assert WorkItem.everywhere.get().closed_at is not None


def test_the_pages_ask_answer_and_find_again(road, town, client):
    street = town.staff("street_staff", town.street)
    signed_in(client, road.worker)
    ask = reverse("casework:ask_question", args=[road.number])
    assert client.post(ask, {"whom": "township", "question": road.case.applicant.name + "怎么办"}).status_code == 422
    assert client.post(ask, {"whom": "township", "question": HOW}).status_code == 302
    assert HOW in client.get(reverse("casework:handle", args=[road.number])).content.decode()
    row = Question.everywhere.get()
    signed_in(client, street)
    assert HOW in client.get(reverse("casework:questions")).content.decode()
    answer = reverse("casework:question", args=[row.pk])
    shown = client.get(answer).content.decode()
    assert road.case.applicant.name not in shown
    assert client.post(answer, {"answer": SO}).status_code == 302
    assert SO in client.get(reverse("casework:answers"), {"q": "居住证"}).content.decode()
    assert "没有找到" in client.get(reverse("casework:answers"), {"q": "飞机"}).content.decode()
