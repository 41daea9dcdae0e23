"""Community, street and county each under their own clock, and the applicant sees what each used and has left (R36a)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from linli.core.calendar.queries import calendar_for
from linli.ground.accounts.models import Account
from linli.services.casework import queries, services, tasks
from linli.services.casework.clock import Pause
from linli.services.casework.pages.steps import days_used, step_times
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road

pytestmark = pytest.mark.django_db


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


def told(road: Road) -> list[tuple[str, str]]:
    case = road.now()
    return [(step.state, step.sentence) for step in step_times(case, queries.item_of(case), queries.timeline(case))]


@pytest.mark.parametrize(
    ("first", "last", "pauses", "used"),
    [
        (day(3, 2), day(3, 2), [], 0),
        (day(3, 6), day(3, 9), [], 1),  # over a weekend
        (day(3, 2), day(3, 9), [Pause(day(3, 4), day(3, 5))], 3),
        (day(3, 2), day(3, 9), [Pause(day(3, 4))], 1),
        (day(9, 30), day(10, 10), [], 3),  # National Day, and a make-up Saturday
    ],
)
def test_days_used_are_working_days_on_which_the_clock_ran(db, first, last, pauses, used):
    assert days_used(first, last, pauses, calendar_for("510402")) == used


def test_each_step_says_what_it_used_and_what_it_has_left(town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    assert told(road) == []
    road.accept()
    assert told(road) == [
        ("current", "已经用了 0 个工作日，还剩 5 个，最晚 3 月 9 日（星期一）。"),
        ("coming", "最多 5 个工作日。"),
        ("coming", "最多 5 个工作日。"),
    ]
    clock("2026-03-04 16:00")
    road.forward()
    clock("2026-03-05 09:00")

    assert told(road)[:2] == [
        ("done", "用了 2 个工作日，最多 5 个。"),
        ("current", "已经用了 1 个工作日，还剩 4 个，最晚 3 月 11 日（星期三）。"),
    ]


def test_a_step_that_was_sent_back_adds_its_days_and_a_supplement_takes_none(town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    road.accept()
    clock("2026-03-03 09:00")
    road.forward()
    clock("2026-03-04 09:00")
    services.send_back(road.number, by=road.street, said="照片不是本人，请再核对。")
    road.ask("account_card")
    assert told(road)[0] == ("current", "已经用了 1 个工作日。等申请人补材料，这几天不算在期限里。")
    clock("2026-03-10 09:00")
    road.bring("account_card")
    clock("2026-03-11 09:00")

    assert told(road)[0][1].startswith("已经用了 3 个工作日")


def test_a_late_step_is_told_to_the_superior_and_the_applicant_reads_it(town, clock, client):
    """R36a: an overdue step goes to the superior and is counted."""
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    town.staff("community_head", town.home)
    road = Road(town)
    road.accept()
    clock("2026-03-10 09:00")
    assert told(road)[0] == ("current", "已经用了 6 个工作日，超了 1 个。")
    tasks.remind_and_escalate()
    client.force_login(Account.objects.get(pk=road.resident.account_id))

    page = client.get(reverse("casework:my_case", args=[road.number])).content.decode()

    assert "已经用了 6 个工作日，超了 1 个。已经报给上级。" in page
    client.force_login(Account.objects.get(pk=road.worker.account_id))
    assert "每一步用了多久" in client.get(reverse("casework:handle", args=[road.number])).content.decode()


def test_a_decided_case_shows_what_each_step_took(town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    road.to_the_end()
    clock("2026-03-05 09:00")
    road.decide(granted=False, said="还没有满八十岁。")
    clock("2026-06-05 09:00")

    assert told(road) == [
        ("done", "用了 0 个工作日，最多 5 个。"),
        ("done", "用了 0 个工作日，最多 5 个。"),
        ("done", "用了 3 个工作日，最多 5 个。"),
    ]
