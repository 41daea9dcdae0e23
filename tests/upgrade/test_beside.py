"""Upgraded while people work: the release before serves, the tables change under it, and both serve side by side.

On PostgreSQL. Residents apply and look at their cases, a program asks whether all is well, at the old server, then at
both, then at the new one. Whoever is taken out of service is first asked nothing more, as a balancer does it.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from benchmarks import machine
from benchmarks.applications import photograph
from tests.installation import ROOT, Tree
from tests.upgrade.previous import previous_release
from tests.world import connected_to, create_database, drop_database, fresh_name

pytestmark = [
    pytest.mark.takes_minutes,
    pytest.mark.skipif("not os.environ.get('LINLI_DATABASE_URL', '').startswith('postgres')", reason="on PostgreSQL"),
]
CLIENTS, PEOPLE = 3, 400
EACH_PHASE = 5
"""Applications that are acknowledged before the next step is taken."""
LISTS = ("/my/cases/", "/", "/services/", "/my/messages/")
DESK = ("/desk/", "/desk/all/", "/workbench/", "/desk/search/?q={number}", "/desk/cases/{number}/")
LOCKS = "-c lock_timeout=5s"
"""As docs/keeping.md says: a migration gives up rather than keep everybody waiting behind it."""

TOWN = """
import json, sys
from benchmarks import machine
town = machine.settle()
from benchmarks.applications import answers_to
from linli.ground.accounts.models import Account
from linli.ground.registry.models import Person
who = machine.people(town, int(sys.argv[1]))
first = Person.everywhere.get(pk=who[0].person_id)
print(json.dumps({
    "people": [[str(one.person_id), str(one.account_id), one.session] for one in who],
    "answers": answers_to(machine.ITEM, first),
    "clerk": machine.sessions([Account.objects.get(pk=town.staff("window_clerk", town.home).account_id)])[0],
}))
"""


@dataclass
class Told:
    """What the clients were told: numbers of acknowledged applications, answers by server and status, what went wrong."""

    numbers: dict[UUID, str] = field(default_factory=dict)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Residents:
    """Clients that apply, look at their cases and have them looked at, at whichever servers are in service."""

    def __init__(self, town: dict[str, Any], **servers: int) -> None:
        people = [machine.Somebody(UUID(person), UUID(account), key) for person, account, key in town["people"]]
        self.who, self.answers = iter(people), town["answers"]
        self.clerk = machine.Somebody(people[0].person_id, people[0].account_id, town["clerk"])
        self.servers = servers
        self.pictures = map(photograph, itertools.count())  # each is another: the same content is kept once only
        self.told, self.lock, self.is_over = Told(), threading.Lock(), False
        self.busy: Counter[str] = Counter()
        self.threads = [threading.Thread(target=self._live) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def _live(self) -> None:
        try:
            while not self.is_over:
                with self.lock:
                    who = next(self.who)
                self._apply(who)
        except Exception as error:
            self.told.wrong.append(f"{type(error).__name__}: {error}"[:600])

    def _apply(self, who: machine.Somebody) -> None:
        """One application, each of its requests at whoever's turn it is."""
        ask = self._ask
        draft = ask(who, "POST", "/api/v1/drafts", machine._json({"item_code": machine.ITEM}), key=True)["id"]
        ask(who, "PUT", f"/api/v1/drafts/{draft}/answers", machine._json({"answers": self.answers}), If_Match="*")
        for code in machine.MATERIALS:
            with self.lock:
                picture = next(self.pictures)
            body, kind = machine._form({"code": code}, picture)
            ask(who, "POST", f"/api/v1/drafts/{draft}/materials", body, kind)
        made = ask(who, "POST", f"/api/v1/drafts/{draft}/submission", machine._json({}), key=True)
        with self.lock:
            self.told.numbers[who.person_id] = made["number"]
        pages = {path: ask(who, "GET", path) for path in LISTS}
        assert made["number"] in pages[LISTS[0]], "a case is not on its resident's page"
        for path in DESK:
            page = ask(self.clerk, "GET", path.format(number=made["number"]))
        assert made["number"] in page, "a case is not on the clerk's page"

    def _ask(self, who: machine.Somebody, method: str, path: str, body: bytes = b"", kind: str = "application/json",
             *, key: bool = False, **headers: str) -> Any:  # fmt: skip
        with self.lock:
            name, port = secrets.choice(sorted(self.servers.items()))
            self.busy[name] += 1
        if key:
            headers["Idempotency_Key"] = secrets.token_hex(8)
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            told = {n.replace("_", "-"): value for n, value in headers.items()}
            cookies = f"sessionid={who.session}; csrftoken={machine.CSRF}"
            connection.request(
                method, path, body,
                {"Cookie": cookies, "X-CSRFToken": machine.CSRF, "Content-Type": kind, **told},
            )  # fmt: skip
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
        finally:
            with self.lock:
                self.busy[name] -= 1
        with self.lock:
            self.told.answers[name, answer.status] += 1
        assert answer.status < 400, f"{name}: {method} {path} {answer.status} {content[:300].decode(errors='replace')}"
        is_json = answer.headers.get_content_type() == "application/json"
        return json.loads(content) if is_json else content.decode()

    def until(self, done: Callable[[], bool], what: str) -> None:
        """Let them live until something is so."""
        until = time.monotonic() + 120
        while not done():
            assert not self.told.wrong, self.told.wrong
            assert time.monotonic() < until, f"{what}: not within two minutes, {self.told.answers}"
            time.sleep(0.05)

    def for_a_while(self, what: str) -> None:
        enough = len(self.told.numbers) + EACH_PHASE
        self.until(lambda: len(self.told.numbers) >= enough, what)

    def take_out(self, name: str) -> None:
        """Ask a server nothing more, and wait for what it is still answering."""
        with self.lock:
            del self.servers[name]
        self.until(lambda: not self.busy[name], f"{name} is drained")

    def end(self) -> Told:
        self.is_over = True
        for thread in self.threads:
            thread.join()
        return self.told


class Side:
    """The server and the worker of one release."""

    def __init__(self, name: str, folder: Path, environment: dict[str, str], logs: Path) -> None:
        self.name, self.port, self.log = name, machine.free_port(), logs / f"{name}.log"
        serve = (
            "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1",
            "--blocking-threads", "4", "--no-access-log", "--log-level", "error", "linli.config.wsgi:application",
        )  # fmt: skip
        work = ("linli", "worker", "--interval", "0.2")
        self.processes = [self._started(folder, environment, each) for each in (serve, work)]

    def _started(
        self, folder: Path, environment: dict[str, str], arguments: tuple[str, ...]
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=folder, env=environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=self.log.open("ab"),
        )  # fmt: skip

    def wait(self) -> None:
        until = time.monotonic() + 120
        while True:
            assert all(each.poll() is None for each in self.processes), self.log.read_text()[-2000:]
            assert time.monotonic() < until, f"{self.name} does not answer"
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/livez")
                if connection.getresponse().status < 500:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)

    def stop(self) -> None:
        for each in self.processes:
            each.terminate()
        for each in self.processes:
            try:
                each.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(each.pid, 9)
                each.wait()


@contextmanager
def empty_database() -> Iterator[tuple[str, str]]:
    """Yield an empty database's name and URL."""
    name = fresh_name()
    create_database(name)
    try:
        yield name, urlsplit(os.environ["LINLI_DATABASE_URL"])._replace(path=f"/{name}").geturl()
    finally:
        drop_database(name)


def delivered() -> bool:
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    waits = DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL)
    return not waits.filter(task_path__endswith="events.tasks.deliver").exists()


def test_old_and_new_serve_side_by_side_and_nobody_is_refused(django_db_setup, django_db_blocker, tmp_path: Path):
    """R20a: tables of the release before are taken on while requests run; nothing acknowledged is lost."""
    release = previous_release()
    with django_db_blocker.unblock(), ExitStack() as stack:
        name, url = stack.enter_context(empty_database())
        before, now = release.unpack(tmp_path / "before"), Tree(ROOT)
        told = {
            "LINLI_DATABASE_URL": url, "LINLI_VAR": str(tmp_path / "var"), "LINLI_HASHED_STATIC": "false",
            "LINLI_STATIC_ROOT": str(tmp_path / "static"), "LINLI_DEMO": "1",
        }  # fmt: skip
        town = json.loads(before.run("-c", TOWN, str(PEOPLE), **told).splitlines()[-1])
        old = Side("before", before.folder, before.environment(**told), tmp_path)
        stack.callback(old.stop)
        old.wait()
        residents = Residents(town, before=old.port)
        stack.callback(residents.end)
        residents.for_a_while("the release before alone")

        printed = now.run("-m", "linli", "django", "migrate", "--no-color", **told, PGOPTIONS=LOCKS)
        residents.for_a_while("the release before on the new tables")
        new = Side("now", now.folder, now.environment(**told), tmp_path)
        stack.callback(new.stop)
        new.wait()
        residents.servers["now"] = new.port
        residents.for_a_while("both")
        residents.take_out("before")
        old.stop()
        residents.for_a_while("the new release alone")
        heard = residents.end()

        assert "Applying" in printed
        assert heard.wrong == []
        assert {status for _name, status in heard.answers} <= {200, 201}
        assert (
            min(sum(n for (side, _s), n in heard.answers.items() if side == which) for which in ("before", "now")) > 40
        )
        with connected_to(name):
            residents.until(delivered, "every event is delivered")
            assert_whole(heard.numbers)


def assert_whole(numbers: dict[UUID, str]) -> None:
    """Every acknowledged application is there once, with its history and its receipt; the audit log holds."""
    from linli.core.audit.verification import verify
    from linli.services.casework.models import Case, CaseAction
    from linli.services.certificates.models import Paper

    kept = dict(Case.everywhere.values_list("applicant_id", "number"))
    assert numbers.items() <= kept.items()
    assert Case.everywhere.count() == len(kept)
    assert CaseAction.objects.filter(action="submit").count() == len(kept)
    assert Paper.everywhere.count() == len(kept)
    assert verify().is_whole
