"""Nothing that was acknowledged is lost, whatever is pulled out: `make crash`.

    python benchmarks/crash.py [--count 20000] [--seed 1] [--every 30] [--only kills|outage|full-disk]
                               [--minutes 15]

A PostgreSQL cluster of our own (initdb, pg_ctl, an unprivileged user), the server, the worker, and six clients that submit
applications and keep the numbers they are told. Who hears nothing asks again with the same key, as a browser does. Each of them has
two photographs, of a few: how many and how large is not what is asked here. Meanwhile, once in `--every` seconds on average:

kills      SIGKILL to the server, the worker or PostgreSQL with all its processes, at moments drawn from the seed; each comes back
outage     the database is cut off for ten seconds, by a proxy that closes every connection and takes no new one
full-disk  the disk of the database (a small tmpfs of its own, which root alone can mount) is filled to the last byte for some seconds

Of the last two a tenth as many submissions, each of the troubles taking a hundred times as long as one of them. With --minutes nothing new
is sent after so long, and what was begun is ended: as many as the time allows, at most --count. Then: no acknowledged
case is missing, none stands twice, each has its history, its papers and its files, and they open; every event was delivered and told
once; the audit chains verify. Exit code 1 where not.
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

CLIENTS = 6
PICTURES, PICTURE_KIB = 24, 48
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
    """Clients that send one application after the other, and what they were told."""

    def __init__(
        self, port: int, who: list[machine.Somebody], answers: Any, pictures: list[bytes], minutes: float
    ) -> None:
        self.until = time.monotonic() + (minutes * 60 or float("inf"))
        self.port, self.answers, self.pictures = port, answers, pictures
        self.waiting, self.numbers = list(who), dict[machine.Somebody, str]()
        self.refused, self.gave_up = 0, list[str]()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._work, daemon=True) for _ in range(CLIENTS)]

    def _work(self) -> None:
        caller = _Patient(self)
        while not self.gave_up:
            with self.lock:
                if not self.waiting or time.monotonic() > self.until:
                    return
                who = self.waiting.pop()
            draft = caller.draft(who, self.answers, (secrets.choice(self.pictures), secrets.choice(self.pictures)))
            number = caller.submit(who, draft, secrets.token_hex(8))
            with self.lock:
                self.numbers[who] = number

    @property
    def are_busy(self) -> bool:
        return any(thread.is_alive() for thread in self.threads)


class _Patient(machine.Caller):
    """A client that asks the same again until there is an answer."""

    def __init__(self, applicants: Applicants) -> None:
        super().__init__(applicants.port)
        self.applicants = applicants

    def ask(self, *arguments: Any, **named: Any) -> Any:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return super().ask(*arguments, **named)
            except machine.NotAccepted as no:
                with self.applicants.lock:
                    self.applicants.refused += 1
                if time.monotonic() > until:
                    self.applicants.gave_up.append(str(no))
                    raise
                time.sleep(0.5)


def trouble(
    kind: str, where: machine.Place, running: Running, dice: random.Random, applicants: Applicants, every: float
) -> int:
    """Make trouble of a kind until everything is sent; return how often."""
    times, began = 0, time.monotonic()
    while applicants.are_busy:
        pause = time.monotonic() + dice.uniform(0.1, 1.9) * every
        while applicants.are_busy and time.monotonic() < pause:
            time.sleep(0.05)
        if not applicants.are_busy:
            break
        victim = dice.choice(("server", "worker", "postgres")) if kind == "kills" else ""
        after = f"after {len(applicants.numbers)}, {time.monotonic() - began:.0f} s"
        if kind == "kills":
            print(f"  SIGKILL {victim} {after}", flush=True)
            running.kill(victim)
        elif kind == "outage":
            print(f"  ten seconds without the database {after}", flush=True)
            running.proxy.cut()
            time.sleep(10)
            running.proxy.mend()
        else:
            print(f"  no room to write {after}", flush=True)
            running.fill_the_disk(dice.uniform(3, 6))
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
        self.server = machine.Server(self.where, port=self.port, workers=2, LINLI_DATABASE_URL=self.url)

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
    """Return what does not hold, in sentences. Waits for the worker, until it has delivered nothing for so many seconds."""
    from collections import Counter

    from django.db import connections
    from django.db.models import Count
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    from linli.core.audit.verification import verify
    from linli.core.events.bus import subscribers_of
    from linli.core.messages.models import Channel, Message
    from linli.services.casework.events import CaseMoved
    from linli.services.casework.models import Case, CaseAction, CaseMaterial
    from linli.services.certificates.models import Paper

    connections.close_all()
    deliveries = DBTaskResult.objects.filter(task_path__endswith="events.tasks.deliver")
    waits = deliveries.exclude(status=TaskResultStatus.SUCCESSFUL)
    left, until = waits.count(), time.monotonic() + seconds
    while left and time.monotonic() < until:
        time.sleep(1)
        before, left = left, waits.count()
        until = time.monotonic() + seconds if left < before else until
    faults = [f"{left} events not delivered"] if left else []
    faults += [f"a client gave up: {one}" for one in applicants.gave_up]
    rows = list(Case.everywhere.values_list("number", "applicant_id"))
    numbers = dict(rows)
    lost = [number for who, number in applicants.numbers.items() if numbers.get(number) != who.person_id]
    twice = [person for person, times in Counter(person for _number, person in rows).items() if times > 1]
    if lost:
        faults.append(f"{len(lost)} acknowledged and missing: {lost[:3]}")
    if twice:
        faults.append(f"{len(twice)} people with two cases")
    if strange := len(rows) - len(applicants.numbers):
        faults.append(f"{strange} cases that nobody was told of")
    told = Message.everywhere.filter(template="casework.submit", channel=Channel.PORTAL)
    photographs = CaseMaterial.everywhere.filter(code__in=machine.MATERIALS)
    for what, count, wanted in (
        ("histories", CaseAction.objects.filter(action="submit").count(), len(rows)),
        ("receipts", Paper.everywhere.count(), len(rows)),
        ("photographs", photographs.count(), len(rows) * len(machine.MATERIALS)),
        ("deliveries of the submission", deliveries.filter(args_kwargs__args__0="casework.CaseMoved").count(),
         len(rows) * len(subscribers_of(CaseMoved))),
        ("people told", told.values("person_id").distinct().count(), len(rows)),
        ("words to them", told.count(), len(rows)),
        ("cases with all photographs", photographs.values("case").annotate(n=Count("code", distinct=True))
         .filter(n=len(machine.MATERIALS)).count(), len(rows)),
    ):  # fmt: skip
        if count != wanted:
            faults.append(f"{count} {what}, not {wanted}, of {len(rows)} cases")
    files, broken = _opened()
    if broken:
        faults.append(f"{len(broken)} files that do not open: {broken[:3]}")
    report = verify(None)
    if not report.is_whole:
        faults.append(f"the audit chains are broken: {[str(one) for one in report.broken]}")
    print(f"  {len(rows)} cases, {files} files, {deliveries.count()} deliveries, {report.entries} links of the log")
    return faults


def _opened() -> tuple[int, list[str]]:
    """Open every file that the database knows; return how many there are, and those that do not open."""
    from linli.core.files.models import StoredFile
    from linli.core.files.services import open_file

    count, broken = 0, []
    for row in StoredFile.objects.iterator():
        count += 1
        try:
            open_file(row)
        except Exception as error:
            broken.append(f"{row.pk} {type(error).__name__}")
    return count, broken


def run(kind: str, count: int, seed: int, every: float, minutes: float) -> list[str]:
    from benchmarks.applications import answers_to

    limit = f", as many as {minutes:g} minutes allow" if minutes else ""
    print(f"{kind}: {count} submissions{limit}, seed {seed}", flush=True)
    dice = random.Random(f"{kind} {seed}")
    disk = DISK_MIB + count // 10 if kind == "full-disk" else 0
    small = {"max_wal_size": "'64MB'", "min_wal_size": "'32MB'"} if disk else {}
    with machine.place(disk_mib=disk, **small) as where:
        town = machine.settle()
        from django.db import connections

        from linli.ground.registry.models import Person

        who = machine.people(town, count)
        answers = answers_to(machine.ITEM, Person.everywhere.get(pk=who[0].person_id))
        connections.close_all()
        running = Running(where)
        applicants = Applicants(running.port, who, answers, machine.photographs(PICTURES, PICTURE_KIB), minutes)
        began = time.monotonic()
        try:
            for thread in applicants.threads:
                thread.start()
            times = trouble(kind, where, running, dice, applicants, every)
            running.mend()
            took = time.monotonic() - began
            print(
                f"  {len(applicants.numbers)} acknowledged, {times} times in {took:.0f} s; {applicants.refused} requests without an answer were asked again"
            )
            return wrong(applicants)
        finally:
            running.stop()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=0, help="the same moments again; 0 draws one")
    options.add_argument("--every", type=float, default=30, help="seconds between two troubles, on average")
    options.add_argument("--only", choices=("kills", "outage", "full-disk"))
    options.add_argument(
        "--minutes", type=float, default=0, help="send nothing new after so long; 0: until all is sent"
    )
    chosen = options.parse_args()
    seed = chosen.seed or secrets.randbelow(1_000_000) + 1
    kinds = [chosen.only] if chosen.only else ["kills", "outage", "full-disk"]
    kind, *others = kinds
    faults = run(kind, chosen.count, seed, chosen.every, chosen.minutes)
    for fault in faults:
        print(f"  WRONG: {fault}")
    again = f"--only {kind} --count {chosen.count} --seed {seed} --every {chosen.every:g}"
    again += f" --minutes {chosen.minutes:g}" if chosen.minutes else ""
    print(f"{kind}: {'WRONG' if faults else 'nothing lost, nothing twice'} ({again})", flush=True)
    codes = [_apart(other, max(chosen.count // 10, 100), seed, chosen.every, chosen.minutes) for other in others]
    return 1 if faults or any(codes) else 0


def _apart(kind: str, count: int, seed: int, every: float, minutes: float) -> int:
    """Run a kind in a process of its own: Django is settled on one database a process."""
    import subprocess

    command = [
        sys.executable, __file__, "--only", kind, "--count", str(count), "--seed", str(seed), "--every", str(every),
        "--minutes", str(minutes),
    ]  # fmt: skip
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
