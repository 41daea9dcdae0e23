"""What is measured has a name, a meaning, few labels and nobody's data (R149)."""

from __future__ import annotations

import pytest

from linli.core.watch import gauge
from linli.core.watch.exposition import Rooms, all_metrics, text
from linli.core.watch.gauges import gauges


@pytest.mark.any_database
def test_a_name_is_taken_once_and_is_one_of_ours():
    with pytest.raises(ValueError, match="is called linli_"):
        gauge("cases", "Cases.")
    with pytest.raises(ValueError, match="already read by"):
        gauge("linli_tasks_waiting", "Tasks.")(lambda: 1.0)


def test_every_room_can_be_read_and_reads_a_fresh_house(db):
    told = text(all_metrics()).decode()

    for one in gauges():
        assert f"# HELP {one.name} {one.meaning}\n" in told
    assert "linli_database_up 1.0\n" in told
    assert "linli_gauges_failed 0.0\n" in told
    assert 'linli_cases_open{status="submitted"} 0.0\n' in told
    assert "linli_workers_alive 0.0\n" in told


def test_a_look_right_after_another_asks_the_database_nothing(db, django_assert_num_queries):
    rooms = Rooms()
    first = list(rooms.collect())

    with django_assert_num_queries(0):
        assert list(rooms.collect()) == first
