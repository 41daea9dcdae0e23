"""What an application over HTTP costs the processor, beside its rows written by one bare SQL transaction.

    python benchmarks/submission.py [--count 300]

A PostgreSQL cluster of our own, the server as `linli serve` starts it, four residents at once, one item with two photographs of
200 KiB, with everything that belongs to them. Counted is the processor time of the server's processes and PostgreSQL's together. The
other side: the rows that such an application leaves, written by psycopg in one transaction, time after time, its client and
PostgreSQL counted alike, in the same run. Times of the clock are told, and one of them held: the slowest of a hundred against the
middle. Two roads are measured: the whole application in one request, as a city's app or a machine in the hall hands it in (the
figure with the limit), and step by step as on our own pages, by a draft and five requests (told beside it).
"""

from __future__ import annotations

import argparse
import random
import re
import secrets
import statistics
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import machine

CLIENTS, WARM = 4, 12
GONE = ("casework_draft", "casework_draftmaterial")
"""Tables whose rows an application does not leave behind."""


def sent(
    server: machine.Server, who: list[machine.Somebody], answers: Any, pictures: list[bytes], *, by_steps: bool = False
) -> list[float]:
    """Send an application for each; return how long each took from the first request to the number, in seconds."""
    took: list[float] = []
    waiting = list(zip(who, pictures[::2], pictures[1::2], strict=True))
    lock = threading.Lock()
    faults: list[BaseException] = []

    def work() -> None:
        caller = machine.Caller(server.port)
        try:
            while True:
                with lock:
                    if not waiting or faults:
                        return
                    one, *two = waiting.pop()
                began = time.perf_counter()
                if by_steps:
                    caller.submit(one, caller.draft(one, answers, (two[0], two[1])), secrets.token_hex(8))
                else:
                    caller.apply(one, answers, (two[0], two[1]), secrets.token_hex(8))
                with lock:
                    took.append(time.perf_counter() - began)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return took


def rows_left(one: machine.Somebody, answers: Any, pictures: list[bytes]) -> list[tuple[str, list[Any]]]:
    """Return the statements that write what an application leaves, as it was captured and undone."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection, transaction

    from linli.core.rows import writing
    from linli.ground.accounts import queries as accounts
    from linli.ground.accounts.models import Account
    from linli.services.casework import services

    said: list[tuple[str, list[Any]]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE core_audit")) and not any(f'INTO "{table}"' in sql for table in GONE):
            said.append((sql, list(params)))
        return execute(sql, params, many, context)

    def at_once(_waiting: Any, sql: str, values: Any) -> None:
        """Run by itself what a submission sends together with others: it is told apart by statements."""
        with connection.cursor() as cursor:
            cursor.execute(sql, values)

    who = accounts.actor_for(Account.objects.get(pk=one.account_id))
    uploads = [SimpleUploadedFile("card.jpg", picture, content_type="image/jpeg") for picture in pictures]
    given = [(code, "upload", upload) for code, upload in zip(machine.MATERIALS, uploads, strict=True)]
    apart = mock.patch.object(writing._Waiting, "add", at_once)
    with apart, transaction.atomic(), connection.execute_wrapper(listen):
        services.receive(services.prepare(who, machine.ITEM, given), answers, by=who)
        transaction.set_rollback(True)
    return said


LONG = re.compile(
    r"[0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|5104022\d{3}[0-9A-Z]{6,10}|[\w-]{43}"
)


class Again:
    """The same rows with keys of their own: what stands in many places of the statements is new in all of them alike."""

    def __init__(self, statements: list[tuple[str, list[Any]]], stays: set[str], seq: dict[str, int]) -> None:
        self.statements, self.stays, self.seq = statements, stays, seq

    def fresh(self, person: machine.Somebody, was: machine.Somebody) -> list[tuple[str, list[Any]]]:
        new = {str(was.person_id): str(person.person_id), str(was.account_id): str(person.account_id)}

        def other(found: re.Match[str]) -> str:
            text = found[0]
            if text in self.stays:
                return text
            if text not in new:
                if text.count("-") == 4 and len(text) == 36:
                    new[text] = str(uuid.uuid4())
                elif len(text) in (64, 43):
                    new[text] = secrets.token_hex(32)[: len(text)]
                else:
                    new[text] = text[:8] + "".join(random.choices("0123456789ABCDEFGH", k=len(text) - 8))
            return new[text]

        made = []
        for sql, params in self.statements:
            row = [self._other(value, other) for value in params]
            if "core_audit_entry" in sql:
                width = len(row) // (sql.count("), (") + 1)
                for first in range(0, len(row), width):
                    self.seq[row[first + 1]] += 1
                    row[first + 2] = self.seq[row[first + 1]]
            elif sql.startswith("UPDATE core_audit"):
                row[0] = self.seq[row[2]]
            made.append((sql, row))
        return made

    @classmethod
    def _other(cls, value: Any, other: Any) -> Any:
        if isinstance(value, list):  # a column of several rows
            return [cls._other(one, other) for one in value]
        if isinstance(value, uuid.UUID):
            return uuid.UUID(LONG.sub(other, str(value)))
        if isinstance(value, str):
            return LONG.sub(other, value)
        if hasattr(value, "obj"):  # what Django wraps for a JSON column
            import json

            return type(value)(json.loads(LONG.sub(other, json.dumps(value.obj))))
        return value


def bare(where: machine.Place, statements: list[list[tuple[str, list[Any]]]]) -> float:
    """Write them, each in one transaction; return the processor seconds of this thread and of PostgreSQL together."""
    import psycopg

    url = where.url.replace("postgres://", "postgresql://")
    with psycopg.connect(url) as connection:
        own, theirs = time.thread_time(), machine.cpu_seconds(where.postgres.pid)
        for one in statements:
            with connection.transaction(), connection.cursor() as cursor:
                for sql, params in one:
                    cursor.execute(sql, params)
        own = time.thread_time() - own
        connection.execute("SELECT 1")
        return own + machine.cpu_seconds(where.postgres.pid) - theirs


def seen(server: machine.Server, who: list[machine.Somebody]) -> None:
    """Let each session be used once: the first request of one writes it into the list of sign-ins."""
    caller = machine.Caller(server.port)
    for one in who:
        caller.ask(one, "GET", "/api/v1/drafts")


def _measured(
    server: machine.Server, where: machine.Place, who: list[machine.Somebody], answers: Any, pictures: list[bytes],
    *, by_steps: bool = False,
) -> tuple[list[float], tuple[float, float]]:  # fmt: skip
    """Warm up and send the rest; return the times of the clock, and the processor's of server and PostgreSQL."""
    sent(server, who[:WARM], answers, pictures[: 2 * WARM], by_steps=by_steps)
    before = machine.cpu_seconds(server.pid), machine.cpu_seconds(where.postgres.pid)
    took = sorted(sent(server, who[WARM:], answers, pictures[2 * WARM :], by_steps=by_steps))
    after = machine.cpu_seconds(server.pid), machine.cpu_seconds(where.postgres.pid)
    return took, (after[0] - before[0], after[1] - before[1])


def measure(count: int) -> dict[str, Any]:
    """Return the figures by name."""
    from benchmarks.applications import answers_to

    with machine.place() as where:
        town = machine.settle()
        from django.db import connections

        from linli.core.audit.models import ChainHead
        from linli.ground.registry.models import Person
        from linli.ground.territory.models import Division

        who = machine.people(town, 3 * count + 2 * WARM + 1)
        answers = answers_to(machine.ITEM, Person.everywhere.get(pk=who[0].person_id))
        pictures = machine.photographs(2 * len(who))
        server = machine.Server(where)
        try:
            server.wait()
            seen(server, who)
            took, cpu = _measured(server, where, who[: WARM + count], answers, pictures[: 2 * (WARM + count)])
            others = slice(WARM + count, 2 * (WARM + count))
            _, by_steps = _measured(
                server, where, who[others], answers, pictures[2 * others.start : 2 * others.stop], by_steps=True
            )
        finally:
            server.stop()
        captured = rows_left(who[-1], answers, pictures[-2:])
        stays = {str(pk) for pk in Division.objects.values_list("pk", flat=True)}
        stays |= {str(p) for _sql, params in captured for p in params if isinstance(p, uuid.UUID) and _is_version(p)}
        again = Again(captured, stays, dict(ChainHead.objects.values_list("chain", "seq")))
        rows = [again.fresh(one, who[-1]) for one in who[2 * (WARM + count) : -1]]
        connections.close_all()
        spent = bare(where, rows)
    ours, floor = sum(cpu) / count * 1000, spent / count * 1000
    middle, slow = statistics.median(took), took[max(0, int(len(took) * 0.99) - 1)]
    print(
        f"{count} applications, {CLIENTS} at once: {ours:.1f} ms of processor each ({cpu[0] / count * 1000:.1f} the server, "
    )
    print(f"{cpu[1] / count * 1000:.1f} PostgreSQL); p50 {middle * 1000:.0f} ms, p99 {slow * 1000:.0f} ms of the clock")
    print(f"its {len(captured)} rows by bare SQL: {floor:.2f} ms of processor")
    return {
        "submit.cpu_ratio": {"value": round(ours / floor, 2), "limit": 12, "unit": "x"},
        "submit.p99_to_p50": {"value": round(slow / middle, 2), "limit": 10, "unit": "x"},
        "submit.cpu_ms": {"value": round(ours, 1), "unit": "ms"},
        "submit.by_steps_cpu_ratio": {"value": round(sum(by_steps) / count * 1000 / floor, 2), "unit": "x"},
        "submit.bare_cpu_ms": {"value": round(floor, 2), "unit": "ms"},
    }


def _is_version(found: uuid.UUID) -> bool:
    from linli.services.catalogue.models import ItemVersion

    return ItemVersion.objects.filter(pk=found).exists()


def main() -> int:
    from benchmarks.figures import told

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=300)
    return told(measure(options.parse_args().count))


if __name__ == "__main__":
    sys.exit(main())
