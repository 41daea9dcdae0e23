import datetime as dt
import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from linli.core.tasks import MAX_ATTEMPTS, services
from linli.core.tasks.models import Schedule, WorkerSeen
from linli.core.tasks.testing import run_all
from linli.core.tasks.tests import sample_tasks
from linli.core.tasks.worker import run_due

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def task_row(**fields) -> DBTaskResult:
    sample_tasks.leave_note.enqueue("nowhere")
    DBTaskResult.objects.update(**fields)
    return DBTaskResult.objects.get()


@pytest.mark.django_db
def test_task_of_a_silent_worker_becomes_ready_and_that_of_a_living_one_does_not():
    task_row(status=TaskResultStatus.RUNNING, worker_ids=["w1"], started_at=NOW)
    services.beat("w1", NOW - dt.timedelta(seconds=59))
    assert services.sweep(NOW) == 0

    assert services.sweep(NOW + dt.timedelta(seconds=2)) == 1

    row = DBTaskResult.objects.get()
    assert row.status == TaskResultStatus.READY
    assert row.run_after == NOW + dt.timedelta(seconds=4)
    assert row.started_at is None


@pytest.mark.django_db
def test_task_that_kills_every_worker_stops_at_the_last_attempt():
    task_row(status=TaskResultStatus.RUNNING, worker_ids=[f"w{n}" for n in range(MAX_ATTEMPTS)], started_at=NOW)

    assert services.sweep(NOW) == 0

    row = DBTaskResult.objects.get()
    assert row.status == TaskResultStatus.FAILED
    assert row.exception_class_path == "linli.core.tasks.rules.WorkerDied"
    assert services.sweep(NOW + dt.timedelta(minutes=5)) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("attempts", "waits"), [(1, 2), (2, 8), (MAX_ATTEMPTS - 1, 3600)])
def test_failed_task_waits_longer_each_time(attempts, waits):
    task_row(status=TaskResultStatus.FAILED, worker_ids=["w"] * attempts, finished_at=NOW)

    assert services.sweep(NOW + dt.timedelta(seconds=1)) == 1

    assert DBTaskResult.objects.get().run_after == NOW + dt.timedelta(seconds=waits)


@pytest.mark.django_db
def test_failed_task_is_not_tried_beyond_the_last_attempt_nor_after_a_day():
    row = task_row(status=TaskResultStatus.FAILED, worker_ids=["w"] * MAX_ATTEMPTS, finished_at=NOW)
    assert services.sweep(NOW) == 0

    DBTaskResult.objects.update(worker_ids=["w"])
    assert services.sweep(NOW + dt.timedelta(days=2)) == 0

    assert services.run_afresh(row.pk, NOW)
    assert not services.run_afresh(row.pk, NOW)
    row.refresh_from_db()
    assert (row.status, row.worker_ids, row.run_after) == (TaskResultStatus.READY, [], NOW)


@pytest.mark.django_db
def test_task_that_gives_up_is_not_tried_again():
    sample_tasks.give_up.enqueue()

    with pytest.raises(sample_tasks.NothingToMend):
        run_all()

    assert services.sweep(timezone.now()) == 0
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED


@pytest.mark.django_db
def test_quiet_sweep_takes_no_write_lock(django_assert_num_queries):
    with django_assert_num_queries(2):
        services.sweep(NOW)


@pytest.mark.django_db
def test_two_ticks_enqueue_once(on_schedule):
    on_schedule("test.often", every=dt.timedelta(minutes=5))(sample_tasks.give_up)

    assert services.tick(NOW) == ["test.often"]
    assert services.tick(NOW) == []
    assert services.tick(NOW + dt.timedelta(minutes=4, seconds=59)) == []
    assert services.tick(NOW + dt.timedelta(minutes=5)) == ["test.often"]

    assert DBTaskResult.objects.count() == 2


@pytest.mark.django_db
def test_missed_times_are_not_made_up_for(on_schedule):
    on_schedule("test.often", every=dt.timedelta(minutes=5))(sample_tasks.give_up)
    services.tick(NOW)

    assert services.tick(NOW + dt.timedelta(days=3)) == ["test.often"]
    assert services.tick(NOW + dt.timedelta(days=3, minutes=1)) == []


@pytest.mark.django_db
def test_daily_task_waits_for_its_time(on_schedule):
    on_schedule("test.daily", at=dt.time(17, 30))(sample_tasks.give_up)

    assert services.tick(NOW) == []  # 17:00 in China
    assert Schedule.objects.get().next_run == NOW + dt.timedelta(minutes=30)
    assert services.tick(NOW + dt.timedelta(minutes=30)) == ["test.daily"]
    assert services.tick(NOW + dt.timedelta(minutes=31)) == []


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_tick_at_once_one_wins(on_schedule):
    on_schedule("test.often", every=dt.timedelta(hours=1))(sample_tasks.give_up)
    Schedule.objects.create(name="test.often", next_run=NOW)
    start, won = threading.Barrier(6), []

    def tick():
        start.wait()
        while True:
            try:
                won.extend(services.tick(NOW))
                break
            except OperationalError:
                continue  # SQLite in memory says "locked" where a file would wait
        connection.close()

    racing = [threading.Thread(target=tick) for _ in range(6)]
    for thread in racing:
        thread.start()
    for thread in racing:
        thread.join()

    assert won == ["test.often"]
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_rolled_back_transaction_leaves_no_task(tmp_path):
    with transaction.atomic():
        sample_tasks.leave_note.enqueue(str(tmp_path / "notes"))
        transaction.set_rollback(True)

    assert run_all() == 0
    assert not (tmp_path / "notes").exists()


def test_schedule_refuses_what_cannot_be_meant(on_schedule):
    with pytest.raises(ValueError, match="either every=… or at=…"):
        on_schedule("test.a")
    with pytest.raises(ValueError, match="either every=… or at=…"):
        on_schedule("test.a", every=dt.timedelta(hours=1), at=dt.time(8))
    with pytest.raises(ValueError, match="every second at the most"):
        on_schedule("test.a", every=dt.timedelta(0))
    on_schedule("test.a", at=dt.time(8))(sample_tasks.give_up)
    on_schedule("test.a", at=dt.time(9))(sample_tasks.give_up)
    with pytest.raises(ValueError, match=r"already the name of linli\.core\.tasks\.tests\.sample_tasks\.give_up"):
        on_schedule("test.a", at=dt.time(8))(sample_tasks.leave_note)


@pytest.mark.django_db
def test_what_is_done_is_swept_out_and_what_waits_for_a_person_is_not(monkeypatch):
    monkeypatch.setattr(services, "_waiting_for_a_person", set())
    long_ago = NOW - dt.timedelta(days=31)
    for task in (sample_tasks.leave_note, sample_tasks.leave_note, sample_tasks.enqueue_another):
        task.enqueue("nowhere")
    done, lost, waiting = DBTaskResult.objects.order_by("enqueued_at")
    DBTaskResult.objects.filter(pk=done.pk).update(status=TaskResultStatus.SUCCESSFUL, finished_at=long_ago)
    DBTaskResult.objects.filter(pk__in=[lost.pk, waiting.pk]).update(
        status=TaskResultStatus.FAILED, finished_at=long_ago
    )
    services.keep_failures_of("linli.core.tasks.tests.sample_tasks.enqueue_another")
    services.beat("gone", long_ago)

    assert services.prune(NOW) == 2

    assert list(DBTaskResult.objects.values_list("pk", flat=True)) == [waiting.pk]
    assert not WorkerSeen.objects.exists()


@pytest.mark.django_db
def test_run_all_runs_what_tasks_enqueue_and_lets_errors_rise(tmp_path):
    notes = tmp_path / "notes"
    sample_tasks.enqueue_another.enqueue(str(notes))
    sample_tasks.leave_note.using(run_after=timezone.now() + dt.timedelta(days=30)).enqueue(str(notes), "later")

    assert run_all() == 3
    assert sorted(notes.read_text().split()) == ["first", "later", "second"]
    assert run_all() == 0

    sample_tasks.fail_until.enqueue(str(notes), 2)
    with pytest.raises(ValueError, match="attempt 1 fails"):
        run_all()
    assert DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).count() == 1


@pytest.mark.django_db
def test_run_all_stops_at_its_limit(tmp_path):
    for _ in range(4):
        sample_tasks.leave_note.enqueue(str(tmp_path / "notes"))

    with pytest.raises(RuntimeError, match="more than 3 tasks"):
        run_all(at_most=3)


@pytest.mark.django_db(transaction=True)
def test_program_without_a_worker_does_what_is_due(on_schedule, tmp_path):
    notes = tmp_path / "notes"
    on_schedule("test.often", every=dt.timedelta(hours=1))(sample_tasks.give_up)
    sample_tasks.leave_note.enqueue(str(notes))
    sample_tasks.leave_note.using(run_after=timezone.now() + dt.timedelta(hours=1)).enqueue(str(notes), "later")

    run_due()

    assert notes.read_text().split() == ["ran"]
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "READY", "SUCCESSFUL"]
    assert not WorkerSeen.objects.exists()
