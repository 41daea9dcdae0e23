"""Do whatever people can do to cases, in any order and at any hour, for an hour: does what is published hold?

    python benchmarks/lifecycle.py --minutes 60           on a test database beside that of LINLI_DATABASE_URL
    python benchmarks/lifecycle.py --minutes 5 --seed 7   the same steps again

The machine of the suite (linli/services/casework/tests/machine.py), with fresh chance: round after round until the time is
over. Prints runs, steps, what was refused and each fault with the steps that lead to it. Fails (exit code 1) with a fault.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
os.environ["LINLI_DEMO"] = "1"
os.environ.setdefault("LINLI_VAR", tempfile.mkdtemp(prefix="linli-lifecycle-"))
os.environ.setdefault("LINLI_LOG_LEVEL", "CRITICAL")

RUNS, STEPS = 50, 60
"""Of one round; of one run, at most."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument(
        "--shrink", action="store_true", help="make the steps of a fault as few as possible (minutes each)"
    )
    return parser.parse_args()


def main() -> int:
    chosen = arguments()
    import django

    django.setup()
    from django.db import transaction
    from hypothesis import HealthCheck, Phase, seed, settings
    from hypothesis.stateful import run_state_machine_as_test

    from linli.services.casework.tests import machine
    from tests.world import tables

    phases = [Phase.generate, Phase.shrink] if chosen.shrink else [Phase.generate]
    how = settings(
        max_examples=RUNS, stateful_step_count=STEPS, deadline=None, database=None, phases=phases,
        report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    print(f"seed {chosen.seed}", flush=True)
    faults, rounds = 0, 0
    with tables(), transaction.atomic():
        machine.place[:] = [machine.Place()]
        until = time.monotonic() + chosen.minutes * 60
        while time.monotonic() < until:
            try:
                run_state_machine_as_test(seed(chosen.seed + rounds)(machine.Cases), settings=how)
            except BaseException as fault:
                if isinstance(fault, KeyboardInterrupt):
                    break
                faults += 1
                print(f"--- fault {faults}, seed {chosen.seed + rounds}", flush=True)
                traceback.print_exception(fault, limit=-4)
                print("\n".join(getattr(fault, "__notes__", [])), flush=True)
            rounds += 1
            print(f"{rounds}: {figures(machine.totals)}", flush=True)
        transaction.set_rollback(True)
    print(f"{figures(machine.totals)}, faults {faults}")
    for action, count in sorted(machine.totals.items()):
        print(f"  {action:20} {count}")
    return 1 if faults else 0


def figures(totals: dict[str, int]) -> str:
    return ", ".join(f"{what} {totals[what]}" for what in ("runs", "steps", "changes", "refusals"))


if __name__ == "__main__":
    sys.exit(main())
