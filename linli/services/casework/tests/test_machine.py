"""Whatever people do to cases, in any order and at any hour, what is published holds (R36, R36a, R149, R150)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from linli.services.casework.tests import machine

CI = settings(
    max_examples=100, stateful_step_count=40, deadline=None, derandomize=True, database=None, print_blob=False,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.any_database
@pytest.mark.takes_minutes
def test_whatever_is_done_to_cases_in_whatever_order_goes_as_published(db: None) -> None:
    machine.place[:] = [machine.Place()]

    run_state_machine_as_test(machine.Cases, settings=CI)

    assert machine.totals["runs"] > 10
    assert min(machine.totals[what] for what in ("changes", "refusals", "grant", "supplement")) > 0
