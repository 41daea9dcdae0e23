"""A machine of our own for measurements: a PostgreSQL cluster, Linli's server and worker, and people with sessions.

Everything lies in one temporary folder and goes with it, or in one that is named and stays. PostgreSQL refuses to run as root:
started as root, the cluster belongs to POSTGRES_USER.
"""

from __future__ import annotations

import contextlib
import glob
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).parents[1]
POSTGRES_USER = "postgres" if os.getuid() == 0 else None
ITEM = "old_age_allowance"
MATERIALS = ("account_card", "recent_photo")
TICK = os.sysconf("SC_CLK_TCK")
CSRF = "c" * 32


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tree(root: int) -> list[int]:
    """Return a process and everything below it."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                below.setdefault(parent, []).append(int(entry.name))
    found, wanted = [], [root]
    while wanted:
        one = wanted.pop()
        found.append(one)
        wanted += below.get(one, [])
    return found


def cpu_seconds(root: int) -> float:
    """Return the processor time of a process, of all below it, and of those below it that have ended."""
    ticks = 0
    for pid in tree(root):
        with contextlib.suppress(OSError):
            ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks / TICK


def resident_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Postgres:
    """A cluster of our own, reached over TCP on loopback."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.bin = Path(
            sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
            if not shutil.which("initdb")
            else Path(shutil.which("initdb") or "").resolve().parent
        )
        self.folder, self.port = folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        if POSTGRES_USER:
            shutil.chown(folder, POSTGRES_USER, POSTGRES_USER)
        self.data = folder / "data"
        if not (self.data / "PG_VERSION").exists():
            self._run("initdb", "-D", self.data, "-U", "linli", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        lines = {
            "port": self.port, "listen_addresses": "'127.0.0.1'", "unix_socket_directories": f"'{folder}'",
            "max_connections": 60, "log_min_messages": "fatal", **settings,
        }  # fmt: skip
        with (self.data / "postgresql.conf").open("a") as file:  # of two lines with one name the last counts
            file.writelines(f"{name} = {value}\n" for name, value in lines.items())

    def _run(self, program: str, *arguments: Any) -> None:
        subprocess.run(
            [self.bin / program, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=POSTGRES_USER, cwd="/",
        )  # fmt: skip

    def start(self) -> None:
        for attempt in range(20):  # after a kill the last of the processes may hold the shared memory for a moment
            try:
                self._run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-t", "120", "start")
            except subprocess.CalledProcessError:
                if attempt == 19:
                    raise RuntimeError((self.folder / "log").read_text()[-1500:]) from None
                time.sleep(0.5)
            else:
                return

    @property
    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """As a power cut: the postmaster and all its children at once, and nothing is flushed by them."""
        pids = tree(self.pid)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 10
        while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < until:
            time.sleep(0.05)

    def stop(self, how: str = "immediate") -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", self.data, "-m", how, "-t", "120", "stop")

    def create(self, name: str, like: str = "template1") -> str:
        self._run("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "linli", "-T", like, name)
        return self.url(name)

    def url(self, name: str, port: int | None = None) -> str:
        return f"postgres://linli@127.0.0.1:{port or self.port}/{name}"


@dataclass
class Place:
    """Where everything of one measurement is."""

    folder: Path
    postgres: Postgres
    url: str

    def environment(self, **more: str) -> dict[str, str]:
        return os.environ | {
            "LINLI_DATABASE_URL": self.url, "LINLI_VAR": str(self.folder / "var"), "LINLI_DEMO": "1",
            "LINLI_LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": "linli.config.settings", **more,
        }  # fmt: skip


@contextlib.contextmanager
def place(*, disk_mib: int = 0, folder: Path | None = None, **settings: Any) -> Iterator[Place]:
    """Make a cluster with an empty database, and settle Django on it in this process.

    disk_mib: the cluster lies on a disk of its own of that size (tmpfs; mounting needs root).
    folder: stays when all is over, its cluster in good order; what lies there from another time is there again.
    """
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))  # what was started is stopped then too
    stays, folder = folder is not None, folder or Path(tempfile.mkdtemp(prefix="linli-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    if disk_mib:
        (folder / "postgres").mkdir()
        size = f"size={disk_mib}m"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "none", str(folder / "postgres")], check=True)
    is_new = not (folder / "postgres" / "data").exists()
    postgres = Postgres(folder / "postgres", **settings)
    postgres.start()
    made = Place(folder, postgres, postgres.create("linli") if is_new else postgres.url("linli"))
    os.environ.update(made.environment())
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    try:
        yield made
    finally:
        with contextlib.suppress(Exception):
            from django.db import connections

            connections.close_all()
        postgres.stop("fast" if stays else "immediate")
        if disk_mib:
            subprocess.run(["umount", "-l", str(folder / "postgres")], check=False)
        if not stays:
            shutil.rmtree(folder, ignore_errors=True)


class Program:
    """A process of Linli with all that it starts."""

    def __init__(self, where: Place, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=ROOT, env=where.environment(**environment), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=(where.folder / f"{arguments[0]}.log").open("ab"),
        )  # fmt: skip

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()


class Server(Program):
    """The web server as `linli serve` starts it."""

    def __init__(
        self, where: Place, *, port: int = 0, workers: int = 1, hashed: bool = False, **environment: str
    ) -> None:
        self.port = port or free_port()
        super().__init__(
            where, "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", str(workers), "--blocking-threads", "4", "--no-access-log", "--log-level", "error", "--respawn-failed-workers",
            "linli.config.wsgi:application", LINLI_HASHED_STATIC=str(hashed).lower(),
            LINLI_STATIC_ROOT=str(where.folder / "static"), **environment,
        )  # fmt: skip

    def wait(self, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError("the server did not start")
            with contextlib.suppress(OSError, http.client.HTTPException):
                asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                asked.request("GET", "/healthz")
                if asked.getresponse().status < 500:
                    return
            time.sleep(0.1)
        raise RuntimeError("the server did not answer within a minute")


def collect_static(where: Place) -> None:
    """Put the static files together as `linli serve` does, for a server with `hashed`."""
    more = {"LINLI_HASHED_STATIC": "true", "LINLI_STATIC_ROOT": str(where.folder / "static")}
    command = [sys.executable, "-m", "linli", "django", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, cwd=ROOT, env=where.environment(**more), check=True)


# --- the town and its people ---


@dataclass(frozen=True)
class Somebody:
    """A resident who can sign in: her session's key."""

    person_id: UUID
    account_id: UUID
    session: str


def settle(*codes: str) -> Any:
    """Migrate the database, load items, make the town of the tests; return it."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from linli.core.calendar.services import load_years
    from linli.services.casework.tests import factories

    Path(settings.VAR).mkdir(parents=True, exist_ok=True)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    load_years()
    town = factories.Town()
    factories.catalogue(*(codes or (ITEM,)))
    return town


def people(town: Any, count: int, *, home: Any = None) -> list[Somebody]:
    """Make residents of 竹湖园社区 with accounts and sessions, in bulk."""
    import datetime as dt

    from linli.core.calendar import now
    from linli.core.ids import new_id, placed_id
    from linli.ground.accounts.models import Account, AccountKind
    from linli.ground.registry import sealed
    from linli.ground.registry.models import IdKind, Person
    from linli.web.demonstration.people import identity_number

    home = home or town.home
    persons, accounts = [], []
    for number in range(count):
        born = dt.date(1930, 1, 1) + dt.timedelta(days=number % 5_000)
        person = Person(
            id=placed_id(home.county_code), name="柳桂枝", id_kind=IdKind.CITIZEN, sex="2", birth_date=born, community=home,
            county_code=home.county_code, registered_community=home, source="police", confirmed_on=dt.date(2026, 1, 5),
            identity_verified=True, created_at=now(),
        )  # fmt: skip
        sealed.put(person, "id_number", identity_number("510402", born, number // 5_000 * 2 + 2))
        persons.append(person)
        accounts.append(
            Account(
                id=new_id(), kind=AccountKind.RESIDENT, username=f"r{person.pk.hex}", name=person.name,
                person_id=person.pk, created_at=now(), password="!",
            )
        )  # fmt: skip
    Person.everywhere.bulk_create(persons, batch_size=1000)
    Account.objects.bulk_create(accounts, batch_size=1000)
    keys = sessions(accounts)
    return [Somebody(p.pk, a.pk, k) for p, a, k in zip(persons, accounts, keys, strict=True)]


def sessions(accounts: list[Any]) -> list[str]:
    """Sign accounts in, without the door."""
    import datetime as dt

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    store, rows = SessionStore(), []
    for account in accounts:
        kept = {
            SESSION_KEY: str(account.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: account.get_session_auth_hash(),
        }  # fmt: skip
        rows.append(
            Session(
                session_key=secrets.token_hex(16), session_data=store.encode(kept),
                expire_date=timezone.now() + dt.timedelta(days=2),
            )
        )  # fmt: skip
    Session.objects.bulk_create(rows, batch_size=1000)
    return [str(row.session_key) for row in rows]


def photographs(count: int, kib: int = 200) -> list[bytes]:
    """JPEGs as a telephone makes them, each different, filled up to a size."""
    from benchmarks.applications import photograph

    made = []
    for number in range(count):
        picture = photograph(number)
        rest = kib * 1024 - len(picture)
        while rest > 4:  # comment segments before the end mark
            size = min(rest, 65_000)
            picture = (
                picture[:2] + b"\xff\xfe" + (size - 2).to_bytes(2, "big") + secrets.token_bytes(size - 4) + picture[2:]
            )
            rest -= size
        made.append(picture)
    return made


# --- the interface for programs, from outside ---


class NotAccepted(Exception):  # noqa: N818 (an answer, not a bug)
    """The server said no, or nothing."""


class Caller:
    """One connection to the server, for one resident after the other."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection: http.client.HTTPConnection | None = None

    def ask(
        self, who: Somebody, method: str, path: str, body: bytes = b"", kind: str = "application/json", **headers: str
    ) -> Any:
        """Return the answer's JSON. Raises NotAccepted."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
            self.connection.request(
                method, path, body,
                {
                    "Cookie": f"sessionid={who.session}; csrftoken={CSRF}", "X-CSRFToken": CSRF, "Content-Type": kind,
                    **{name.replace("_", "-"): value for name, value in headers.items()},
                },
            )  # fmt: skip
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection = None
            raise NotAccepted(str(error)) from error
        if answer.status >= 400:
            raise NotAccepted(f"{answer.status} {content[:300].decode(errors='replace')}")
        return json.loads(content) if content else None

    def draft(self, who: Somebody, answers: dict[str, Any], pictures: tuple[bytes, bytes]) -> str:
        """Fill in an application up to the last button; return the draft's id."""
        draft = self.ask(
            who, "POST", "/api/v1/drafts", _json({"item_code": ITEM}), Idempotency_Key=secrets.token_hex(8)
        )
        self.ask(who, "PUT", f"/api/v1/drafts/{draft['id']}/answers", _json({"answers": answers}), If_Match="*")
        for code, picture in zip(MATERIALS, pictures, strict=True):
            body, kind = _form({"code": code}, picture)
            self.ask(who, "POST", f"/api/v1/drafts/{draft['id']}/materials", body, kind)
        return str(draft["id"])

    def apply(self, who: Somebody, answers: dict[str, Any], pictures: tuple[bytes, bytes], key: str) -> str:
        """Apply in one request, the form and both pictures; return the case's number."""
        told = {"item_code": ITEM, "answers": answers, "materials": [{"code": code} for code in MATERIALS]}
        body, kind = _form({"application": json.dumps(told)}, *pictures)
        return str(self.ask(who, "POST", "/api/v1/applications", body, kind, Idempotency_Key=key)["number"])

    def submit(self, who: Somebody, draft: str, key: str) -> str:
        """Press it; return the case's number."""
        made = self.ask(who, "POST", f"/api/v1/drafts/{draft}/submission", _json({}), Idempotency_Key=key)
        return str(made["number"])


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _form(fields: dict[str, str], *pictures: bytes) -> tuple[bytes, str]:
    edge = secrets.token_hex(16)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields.items()
    ]
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="p.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    parts += [head.encode() + picture + b"\r\n" for picture in pictures]
    return b"".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"
