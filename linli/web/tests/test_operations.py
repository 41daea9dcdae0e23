"""Whether the house runs, for whoever looks after it."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from linli.core import audit
from linli.core.access import system_actor
from linli.core.audit.models import Entry
from linli.core.audit.seals import seal_days
from linli.core.calendar import at, now
from linli.core.events.tasks import deliver
from linli.core.messages.models import Message
from linli.core.tasks import MAX_ATTEMPTS
from linli.core.tasks.services import beat
from linli.ground.accounts.tests.factories import make_city, make_holder

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)
PAGE = "web:operations"


@pytest.fixture(autouse=True)
def _noon():
    with at(NOON):
        yield


@pytest.fixture
def city():
    return make_city()


@pytest.fixture
def administrator(client, city):
    client.force_login(make_holder("admin", "administrator", city.city))
    return client


def text(response):
    return response.content.decode()


def given_up() -> DBTaskResult:
    """A delivery that nobody tries any more."""
    return DBTaskResult.objects.create(
        id=uuid4(), task_path=deliver.module_path, status=TaskResultStatus.FAILED, backend_name="default",
        args_kwargs={"args": ["kites.KiteFlown", {"kite": "1"}, "kites.count"], "kwargs": {}},
        worker_ids=[str(n) for n in range(MAX_ATTEMPTS)], enqueued_at=now(), finished_at=now(),
        exception_class_path="builtins.ValueError", traceback="ValueError: 柳桂枝",
    )  # fmt: skip


def failed_message(**more) -> Message:
    facts = {"person_id": uuid4(), "channel": "sms", "template": "x.y", "purpose": "case_progress", "state": "failed",
             "failure": "number", "once_key": str(uuid4()), "created_at": now()}  # fmt: skip
    return Message.everywhere.create(**facts | more)


def test_a_quiet_house_says_so(administrator):
    beat("machine-1", now())

    page = text(administrator.get(reverse(PAGE)))

    assert "在干活" in page
    assert "machine-1" in page
    assert "每件事发生以后，该知道的地方都知道了" in page
    assert "linli audit verify" in page
    assert "最近 7 天没有送不到的" in page


def test_a_silent_worker_is_said(administrator):
    beat("machine-1", now() - dt.timedelta(hours=1))

    page = text(administrator.get(reverse(PAGE)))

    assert "没有在干活" in page
    assert "没有声音了" in page
    assert "linli worker" in page


def test_what_was_not_delivered_is_delivered_again_by_hand(administrator):
    row = given_up()
    page = text(administrator.get(reverse(PAGE)))
    assert "kites.KiteFlown" in page
    assert "柳桂枝" not in page

    response = administrator.post(reverse("web:deliver_again", args=[row.pk]))

    assert response["Location"] == reverse(PAGE)
    row.refresh_from_db()
    assert row.status == TaskResultStatus.READY
    assert Entry.objects.filter(action="events.delivered_again").count() == 1
    second = administrator.post(reverse("web:deliver_again", args=[row.pk]))
    assert second.status_code == 409
    assert "不用再办" in text(second)


def test_messages_that_did_not_arrive_are_counted_without_their_receivers(administrator):
    failed_message()
    failed_message(failure="gateway")
    failed_message(created_at=now() - dt.timedelta(days=8))

    response = administrator.get(reverse(PAGE))

    assert response.context["failed_count"] == 2
    assert sorted(count for _label, count in response.context["failed"]) == [1, 1]


def test_a_year_without_its_notice_is_named(administrator):
    page = text(administrator.get(reverse(PAGE)))

    assert "2027 年的放假安排还没有载入" in page


def test_the_log_shows_how_far_it_is_sealed(administrator):
    with at(NOON - dt.timedelta(days=1)):
        audit.record(system_actor("tests"), "kites.flown")
    seal_days()

    log = administrator.get(reverse(PAGE)).context["log"]

    assert log.last_sealed == dt.date(2026, 11, 23)
    assert log.seals == 1
    assert log.entries == Entry.objects.count()


@pytest.mark.parametrize("role", ["window_clerk", "supervisor", "auditor", "security_administrator"])
def test_others_do_not_operate(client, city, role):
    row = given_up()
    place = city.moon if role == "window_clerk" else city.city
    client.force_login(make_holder("other", role, place))

    assert client.get(reverse(PAGE)).status_code == 403
    assert client.post(reverse("web:deliver_again", args=[row.pk])).status_code == 403
    row.refresh_from_db()
    assert row.status == TaskResultStatus.FAILED
