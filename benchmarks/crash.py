"""Nothing that was acknowledged is lost, whatever is pulled out: `make crash`.

    python benchmarks/crash.py [--count 20000] [--seed 1] [--only kills|outage|full-disk]

A PostgreSQL cluster of our own (initdb, pg_ctl, an unprivileged user), the server, the worker, and four clients that submit
applications and keep the numbers they are told. Who hears nothing asks again with the same key, as a browser does. Meanwhile:

kills      SIGKILL to the server, the worker or PostgreSQL with all its processes, at moments drawn from the seed; each comes back
outage     the database is cut off for ten seconds, by a proxy that closes every connection and takes no new one
full-disk  the disk of the database (a small tmpfs of its own, which root alone can mount) is filled to the last byte for some seconds

Then: no acknowledged case is missing, none stands twice, every event was delivered, the audit chains verify. Exit code 1 where not.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import secrets
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import machine

CLIENTS = 4
DISK_MIB = 400
PATIENCE = 180
"""Seconds after which a client that hears nothing but refusals gives the run up."""


class Proxy:
    """Between Linli and its database: passes everything on, until it is cut."""

    def __init__(self, port: int) -> None:
        self.there, self.is_cut = port, False
        self.pairs: list[socket.socket] = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.door.getsockname()[1])
        threading.Thread(target=self._welcome, daemon=True).start()

    def _welcome(self) -> None:
        while True:
            with contextlib.suppress(OSError):
                came, _address = self.door.accept()
                if self.is_cut:
                    came.close()
                    continue
                on = socket.create_connection(("127.0.0.1", self.there), timeout=5)
                on.settimeout(None)
                self.pairs += [came, on]
                for one, other in ((came, on), (on, came)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass_on(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while heard := one.recv(65_536):
                other.sendall(heard)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        self.is_cut = True
        pairs, self.pairs = self.pairs, []
        for one in pairs:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.is_cut = False


class Applicants:
    """Four clients that send one application after the other, and what they were told."""

    def __init__(self, port: int, who: list[machine.Somebody], answers: Any, pictures: list[bytes]) -> None:
        self.port, self.answers, self.pictures = port, answers, pictures
        self.waiting, self.numbers = list(who), dict[machine.Somebody, str]()
        self.refused, self.gave_up = 0, list[str]()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._work) for _ in range(CLIENTS)]

    def _work(self) -> None:
        caller = machine.Caller(self.port)
        while not self.gave_up:
            with self.lock:
                if not self.waiting:
                    return
                who = self.waiting.pop()
            two = tuple(secrets.choice(self.pictures) for _ in range(2))
            draft = self._until(lambda who=who, two=two: caller.draft(who, self.answers, two))
            key = secrets.token_hex(8)
            number = self._until(lambda who=who, draft=draft, key=key: caller.submit(who, draft, key))
            with self.lock:
                self.numbers[who] = number

    def _until(self, ask: Any) -> str:
        """Ask until there is an answer."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return str(ask())
            except machine.NotAccepted as no:
                with self.lock:
                    self.refused += 1
                if time.monotonic() > until:
                    self.gave_up.append(str(no))
                    raise
                time.sleep(0.5)

    @property
    def are_busy(self) -> bool:
        return any(thread.is_alive() for thread in self.threads)


def trouble(kind: str, where: machine.Place, running: Running, dice: random.Random, applicants: Applicants) -> int:
    """Make trouble of a kind until everything is sent; return how often."""
    times = 0
    while applicants.are_busy:
        time.sleep(dice.uniform(2, 6))
        if not applicants.are_busy:
            break
        if kind == "kills":
            victim = dice.choice(("server", "worker", "postgres"))
            print(f"  SIGKILL {victim} after {len(applicants.numbers)}", flush=True)
            running.kill(victim)
        elif kind == "outage":
            print(f"  ten seconds without the database after {len(applicants.numbers)}", flush=True)
            running.proxy.cut()
            time.sleep(10)
            running.proxy.mend()
            time.sleep(dice.uniform(5, 10))
        else:
            print(f"  no room to write after {len(applicants.numbers)}", flush=True)
            running.fill_the_disk(dice.uniform(3, 6))
            time.sleep(dice.uniform(5, 10))
        times += 1
    return times


class Running:
    """Server, worker and database, brought back whenever one is gone."""

    def __init__(self, where: machine.Place) -> None:
        self.where = where
        self.proxy = Proxy(where.postgres.port)
        self.url = where.postgres.url("linli", self.proxy.port)
        self.port = machine.free_port()
        self.start_server()
        self.start_worker()
        self.server.wait()

    def start_server(self) -> None:
        self.server = machine.Server(self.where, port=self.port, LINLI_DATABASE_URL=self.url)

    def start_worker(self) -> None:
        self.worker = machine.Program(
            self.where, "linli", "worker", "--interval", "0.2", LINLI_DATABASE_URL=self.url,
            LINLI_WORKER_DEAD_AFTER_SECONDS="15",
        )  # fmt: skip

    def kill(self, victim: str) -> None:
        if victim == "server":
            self.server.kill()
            self.start_server()
            self.server.wait(120)  # or it never serves on a busy machine
        elif victim == "worker":
            self.worker.kill()
            self.start_worker()
        else:
            self.where.postgres.kill()
            self.where.postgres.start()

    def fill_the_disk(self, seconds: float) -> None:
        """Leave the database no byte to write, then give the room back (and start it anew where it gave up)."""
        until = time.monotonic() + seconds
        balloon = self.where.postgres.folder / "balloon"
        with balloon.open("ab", buffering=0) as file:
            while time.monotonic() < until:
                with contextlib.suppress(OSError):  # full: whatever the database gives back is taken again
                    file.write(b"\0" * 65_536)
                    continue
                with contextlib.suppress(OSError):
                    file.write(b"\0" * 512)
                    continue
                time.sleep(0.02)
        balloon.unlink()
        self.mend()

    def mend(self) -> None:
        import psycopg

        try:
            psycopg.connect(self.where.url.replace("postgres://", "postgresql://"), connect_timeout=5).close()
        except psycopg.OperationalError:
            with contextlib.suppress(Exception):
                self.where.postgres.kill()
            self.where.postgres.start()

    def stop(self) -> None:
        self.server.stop()
        self.worker.stop()


def wrong(applicants: Applicants, seconds: float = 240) -> list[str]:
    """Return what does not hold, in sentences; waits for the worker to deliver what waits."""
    from collections import Counter

    from django.db import connections
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    from linli.core.audit.verification import verify
    from linli.services.casework.models import Case, CaseAction
    from linli.services.certificates.models import Paper

    connections.close_all()
    waits = DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL)
    until = time.monotonic() + seconds
    while (left := waits.filter(task_path__endswith="events.tasks.deliver").count()) and time.monotonic() < until:
        time.sleep(1)
    faults = [f"{left} events not delivered"] if left else []
    faults += [f"a client gave up: {one}" for one in applicants.gave_up]
    rows = list(Case.everywhere.values_list("number", "applicant_id"))
    whose = Counter(person for _number, person in rows)
    numbers = {number for number, _person in rows}
    lost = [number for number in applicants.numbers.values() if number not in numbers]
    twice = [person for person, times in whose.items() if times > 1]
    if lost:
        faults.append(f"{len(lost)} acknowledged and missing: {lost[:3]}")
    if twice:
        faults.append(f"{len(twice)} people with two cases")
    if strange := len(rows) - len(applicants.numbers):
        faults.append(f"{strange} cases that nobody was told of")
    for what, count in (
        ("histories", CaseAction.objects.filter(action="submit").count()), ("receipts", Paper.everywhere.count()),
    ):  # fmt: skip
        if count != len(rows):
            faults.append(f"{count} {what} of {len(rows)} cases")
    report = verify(None)
    if not report.is_whole:
        faults.append(f"the audit chains are broken: {[str(one) for one in report.broken]}")
    print(f"  {len(rows)} cases, {report.entries} links of the log looked at, {DBTaskResult.objects.count()} tasks")
    return faults


def run(kind: str, count: int, seed: int) -> list[str]:
    from benchmarks.applications import answers_to

    print(f"{kind}: {count} submissions, seed {seed}", flush=True)
    dice = random.Random(f"{kind} {seed}")
    disk = DISK_MIB + count // 10 if kind == "full-disk" else 0
    with machine.place(disk_mib=disk, max_connections=60, max_wal_size="'64MB'", min_wal_size="'32MB'") as where:
        town = machine.settle()
        from django.db import connections

        from linli.ground.registry.models import Person

        who = machine.people(town, count)
        answers = answers_to(machine.ITEM, Person.everywhere.get(pk=who[0].person_id))
        connections.close_all()
        running = Running(where)
        applicants = Applicants(running.port, who, answers, machine.photographs(24))
        began = time.monotonic()
        try:
            for thread in applicants.threads:
                thread.start()
            times = trouble(kind, where, running, dice, applicants)
            running.mend()
            took = time.monotonic() - began
            print(f"  {times} times in {took:.0f} s; {applicants.refused} requests without an answer were asked again")
            return wrong(applicants)
        finally:
            running.stop()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=0, help="the same moments again; 0 draws one")
    options.add_argument("--only", choices=("kills", "outage", "full-disk"))
    chosen = options.parse_args()
    seed = chosen.seed or secrets.randbelow(1_000_000) + 1
    kinds = [chosen.only] if chosen.only else ["kills", "outage", "full-disk"]
    kind, *others = kinds
    faults = run(kind, chosen.count, seed)
    for fault in faults:
        print(f"  WRONG: {fault}")
    print(f"{kind}: {'WRONG' if faults else 'nothing lost, nothing twice'} (--only {kind} --seed {seed})", flush=True)
    codes = [_apart(other, chosen.count, seed) for other in others]  # Django is settled on one database a process
    return 1 if faults or any(codes) else 0


def _apart(kind: str, count: int, seed: int) -> int:
    import subprocess

    command = [sys.executable, __file__, "--only", kind, "--count", str(count), "--seed", str(seed)]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
