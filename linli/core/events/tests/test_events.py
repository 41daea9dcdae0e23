import datetime as dt
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from linli.config.cli import main
from linli.core.access import Actor, Post, system_actor
from linli.core.audit.models import Entry
from linli.core.calendar import at, now
from linli.core.events import NoTransaction, bus, publish
from linli.core.events.queries import undelivered
from linli.core.events.services import NotAtTheDesk, deliver_again
from linli.core.events.tasks import deliver
from linli.core.events.testing import run_all_with_interruptions
from linli.core.events.tests import news
from linli.core.tasks import MAX_ATTEMPTS
from linli.core.tasks.services import sweep
from linli.core.tasks.testing import run_all
from linli.core.tasks.tests import sample_tasks

KITE = UUID("0198c0de-0000-7000-8000-000000000001")
BY = system_actor("test")


def entries() -> list[str]:
    return sorted(Entry.objects.values_list("action", flat=True))


def post_of(role: str) -> Post:
    return Post(uuid4(), role, uuid4(), "510400000000", "攀枝花市", "city", frozenset({"510402"}))


@pytest.fixture
def sulking():
    """One subscriber fails until the test relents."""
    news.SULKING.add("count")
    yield news.SULKING
    news.SULKING.clear()


def try_to_the_last() -> None:
    for _attempt in range(MAX_ATTEMPTS):
        with pytest.raises(ValueError, match="does not feel like counting"):
            run_all()
        sweep(now() + dt.timedelta(seconds=1))


@pytest.mark.django_db
def test_every_subscriber_hears_the_event_once():
    publish(news.KiteFlown(KITE, 30))

    assert run_all() == 3  # two deliveries, and the task that one of them enqueued
    assert entries() == ["kites.counted", "kites.measured", "kites.told"]


@pytest.mark.django_db
def test_subscriber_stopped_at_any_moment_and_started_again_leaves_the_same_state():
    """R151: killed once at each of its queries, delivered again, and delivered once more after success."""
    publish(news.KiteFlown(KITE, 30))

    stops = run_all_with_interruptions()

    assert stops > 10
    assert entries() == ["kites.counted", "kites.measured", "kites.told"]
    assert DBTaskResult.objects.filter(task_path=sample_tasks.leave_note.module_path).count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_event_without_its_transaction():
    with pytest.raises(NoTransaction, match=r"publish tests\.KiteFlown inside the transaction|KiteFlown inside"):
        publish(news.KiteFlown(KITE, 30))

    with transaction.atomic():
        publish(news.KiteFlown(KITE, 30))
        transaction.set_rollback(True)

    assert run_all() == 0
    assert entries() == []


@pytest.mark.django_db
def test_failed_subscriber_leaves_nothing_and_does_not_hold_up_the_others(sulking):
    publish(news.KiteFlown(KITE, 30))

    with pytest.raises(ValueError, match="counting"):
        run_all()
    run_all()
    assert entries() == ["kites.told"]

    sulking.clear()
    sweep(now())
    run_all()
    assert entries() == ["kites.counted", "kites.measured", "kites.told"]


@pytest.mark.django_db
def test_delivery_that_gave_up_is_shown_and_delivered_again_by_a_person(sulking):
    publish(news.KiteFlown(KITE, 30))
    deliver_told = DBTaskResult.objects.filter(args_kwargs__args__2__endswith="tell")
    deliver_told.delete()
    assert undelivered() == []
    try_to_the_last()

    [waiting] = undelivered()
    assert (waiting.event, waiting.attempts) == (bus.event_name(news.KiteFlown), MAX_ATTEMPTS)
    assert waiting.payload == {"kite_id": str(KITE), "height": 30}
    assert waiting.subscriber == "linli.core.events.tests.news.count"
    assert "试了 8 次都没有办成，最后一次是 ValueError" in waiting.reason
    assert "李四" not in waiting.reason

    sulking.clear()
    deliver_again(waiting.id, by=Actor(kind="staff", post=post_of("administrator")))
    assert undelivered() == []
    run_all()
    assert entries() == ["events.delivered_again", "kites.counted", "kites.measured"]
    with pytest.raises(NotAtTheDesk):
        deliver_again(waiting.id, by=BY)


@pytest.mark.django_db
def test_only_an_administrator_delivers_again(sulking):
    publish(news.KiteFlown(KITE, 30))
    DBTaskResult.objects.filter(args_kwargs__args__2__endswith="tell").delete()
    try_to_the_last()

    with pytest.raises(PermissionDenied):
        deliver_again(undelivered()[0].id, by=Actor(kind="staff", post=post_of("window_clerk")))

    assert len(undelivered()) == 1
    assert entries() == []


@pytest.mark.django_db
def test_delivery_that_is_still_being_tried_is_not_at_the_desk(sulking):
    publish(news.KiteFlown(KITE, 30))
    with pytest.raises(ValueError, match="counting"):
        run_all()
    row = DBTaskResult.objects.get(status=TaskResultStatus.FAILED)

    assert undelivered() == []
    with pytest.raises(NotAtTheDesk):
        deliver_again(row.pk, by=BY)
    with at(now() + dt.timedelta(days=2)):
        assert len(undelivered()) == 1  # no worker has run for two days: nobody tries it any more


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        (("kites.Gone", {}, "somebody"), "这个版本没有“kites.Gone”这种事件"),
        (("{name}", {"kite_id": str(KITE), "height": 1}, "linli.gone.hear"), "没有“linli.gone.hear”来接收"),
        (("{name}", {"kite": 1}, "linli.core.events.tests.news.count"), "它的内容（kite）这个版本读不懂"),
        (("{name}", {"kite_id": "?", "height": 1}, "linli.core.events.tests.news.count"), "内容（height、kite_id）"),
    ],
)
def test_name_unknown_after_an_upgrade_goes_to_the_desk_at_once(stored, reason):
    name, payload, subscriber = stored
    deliver.enqueue(name.format(name=bus.event_name(news.KiteFlown)), payload, subscriber)

    with pytest.raises(bus.UnknownName):
        run_all()

    [waiting] = undelivered()
    assert waiting.attempts == 1
    assert reason in waiting.reason
    assert sweep(now()) == 0


def test_name_of_an_event_is_its_room_and_class():
    from linli.core.calendar.events import CalendarLoaded

    assert bus.event_name(CalendarLoaded) == "calendar.CalendarLoaded"
    packaged = type("CaseAccepted", (), {"__module__": "linli.services.casework.events.acceptance"})
    assert bus.event_name(packaged) == "casework.CaseAccepted"


def test_two_events_of_one_name_are_refused():
    with pytest.raises(ValueError, match="is the name of two events"):
        type("KiteFlown", (bus.Event,), {"__module__": "linli.core.events.other"})


@pytest.mark.django_db
def test_command_lists_and_delivers_again():
    run = CliRunner().invoke
    assert run(main, ["events", "undelivered"]).output == "nothing waits\n"
    deliver.enqueue("kites.Gone", {}, "somebody")
    with pytest.raises(bus.UnknownName):
        run_all()

    listed = run(main, ["events", "undelivered"])
    assert listed.exit_code == 1
    assert "kites.Gone -> somebody" in listed.output
    assert run(main, ["events", "again"]).exit_code == 2
    assert run(main, ["events", "again", str(uuid4())]).exit_code == 1
    assert run(main, ["events", "again", "--all"]).output == "1 to be delivered again\n"
    assert run(main, ["events", "undelivered"]).exit_code == 0
