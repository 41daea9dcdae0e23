import datetime as dt

import pytest

from linli.core.tasks.rules import CHINA, MAX_ATTEMPTS, next_run, wait_after


def test_each_attempt_waits_longer_and_none_longer_than_an_hour():
    waits = [int(wait_after(n).total_seconds()) for n in range(1, MAX_ATTEMPTS + 1)]

    assert waits == [2, 8, 32, 128, 512, 2048, 3600, 3600]
    assert wait_after(10_000) == dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-02-14T07:59", "2026-02-14T08:00"),
        ("2026-02-14T08:00", "2026-02-15T08:00"),
        ("2026-12-31T23:59", "2027-01-01T08:00"),
    ],
)
def test_daily_task_runs_at_its_time_in_china(moment, expected):
    local = dt.datetime.fromisoformat(moment).replace(tzinfo=CHINA)

    later = next_run(local.astimezone(dt.UTC), every=None, at=dt.time(8, 0))

    assert later == dt.datetime.fromisoformat(expected).replace(tzinfo=CHINA)


def test_wait_is_bounded_for_any_number_of_attempts():
    assert wait_after(0) == wait_after(1) == dt.timedelta(seconds=2)
