"""How long a province takes to load: 21 cities, 183 counties, 3,100 townships, 34,000 communities.

    python benchmarks/territory_import.py    on a test database beside that of LINLI_DATABASE_URL

The floor is measured in the same run: reading and parsing the same CSV, and a bare `bulk_create` of the same rows.
Prints one line a figure, and fails (exit code 1) when the import takes more than LIMIT times the floor.
"""

from __future__ import annotations

import csv
import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")

COUNTIES, TOWNSHIPS, COMMUNITIES = 183, 3_100, 34_000
LIMIT = 3.0
T = TypeVar("T")


def province() -> bytes:
    """A province in the codes of GB/T 2260: 51, with made-up names."""
    text = io.StringIO()
    write = csv.writer(text).writerow
    write(["code", "name", "level", "parent_code"])
    write(["510000000000", "某省", "province", ""])
    townships: list[str] = []
    for n in range(21):
        write([f"51{n + 1:02}00000000", f"第{n}市", "city", "510000000000"])
    for n in range(COUNTIES):
        city = f"51{n % 21 + 1:02}"
        county = f"{city}{n // 21 + 2:02}"
        write([f"{county}000000", f"第{n}县", "county", f"{city}00000000"])
        for m in range(TOWNSHIPS // COUNTIES + (n < TOWNSHIPS % COUNTIES)):
            townships.append(f"{county}{m + 100}")
            write([f"{townships[-1]}000", f"第{n}-{m}镇", "township", f"{county}000000"])
    for n in range(COMMUNITIES):
        township = townships[n % len(townships)]
        write([f"{township}{n // len(townships) + 200}", f"第{n}村村民委员会", "community", f"{township}000"])
    return text.getvalue().encode()


def timed(name: str, work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    print(f"{name:<34}{seconds:8.2f} s")
    return seconds, result


@contextmanager
def database() -> Iterator[None]:
    from django.apps import apps
    from django.conf import settings
    from django.db import connection

    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    name = connection.creation.create_test_db(verbosity=0)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measure() -> float:
    """Return how many times the floor an import takes."""
    from django.db import connection, transaction

    from linli.core.access import system_actor
    from linli.core.ids import new_id
    from linli.ground.territory.models import Division, DivisionCode
    from linli.ground.territory.services import import_divisions

    data, by = province(), system_actor("benchmark")
    rows = data.count(b"\n") - 1
    print(f"{connection.vendor}, {rows} rows, {len(data) / 1e6:.1f} MB")

    parsing, _rows = timed("floor: read and parse the CSV", lambda: list(csv.DictReader(io.StringIO(data.decode()))))
    loading, report = timed("import", lambda: import_divisions(data, by=by))
    if (report.created, report.findings) != (rows, []):
        raise SystemExit(f"expected {rows} divisions, got {report}")
    again, report = timed("the same list again (0 changes)", lambda: import_divisions(data, by=by))
    if report.created or report.changed:
        raise SystemExit(f"the second load changed {report.changed} rows")

    divisions = list(Division.objects.order_by("code"))
    ids = {division.pk: new_id() for division in divisions}
    with transaction.atomic():
        DivisionCode.objects.all().delete()
        Division.objects.update(parent=None)
        Division.objects.all().delete()
    for division in divisions:
        division.parent_id = ids.get(division.parent_id)  # type: ignore[arg-type]
        division.pk = ids[division.pk]
        division._state.adding = True

    def bare() -> None:
        with transaction.atomic():
            Division.objects.bulk_create(divisions, batch_size=2000)
            DivisionCode.objects.bulk_create(
                [DivisionCode(division_id=d.pk, code=d.code, valid_from=d.valid_from) for d in divisions],
                batch_size=2000,
            )

    writing, _ = timed("floor: bare bulk_create", bare)
    floor = parsing + writing
    print(f"import / floor {loading / floor:.2f} (limit {LIMIT}), again / parsing {again / parsing:.1f}")
    return loading / floor


def main() -> int:
    import django

    django.setup()
    with database():
        return 0 if measure() <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
