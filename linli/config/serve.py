"""`linli serve`: set the installation up, start server and worker together, stop them together."""

# untranslated: the terminal is spoken to in both languages at once

from __future__ import annotations

import datetime as dt
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import click
from django.db import connections

from linli.core.design.translations import compile_all

ROOT = Path(__file__).resolve().parents[2]
SINCE = dt.timedelta(days=365)
"""How long the shipped items count as in force where a demonstration is loaded: its applications bear earlier dates."""


def set_up(*, demo: bool, room_for_demo: bool = False) -> None:
    """Bring database, reference data, static files and (with `demo`) the demonstration up to date. Idempotent.

    room_for_demo: what one rests on, divisions and items in force long enough, but not the demonstration itself.
    """
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from linli.core.access import system_actor
    from linli.core.crypto import KeyRingLost, begin_ring

    Path(settings.VAR).mkdir(parents=True, exist_ok=True, mode=0o700)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        click.echo("正在建立数据库 / Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    try:
        begin_ring()
    except KeyRingLost as lost:
        raise click.ClickException(str(lost)) from lost

    from linli.core.calendar import today
    from linli.core.calendar.services import load_years
    from linli.ground.territory import queries as territory_queries
    from linli.ground.territory.services import PANZHIHUA, import_divisions
    from linli.services.catalogue.services import ITEMS, load_items

    setup = system_actor("安装时载入")
    load_years()
    if (demo or room_for_demo) and territory_queries.is_empty():
        click.echo("正在载入攀枝花市的区划 / Loading the divisions of Panzhihua …")
        import_divisions(PANZHIHUA, by=setup)
    if _changed("catalogue", sorted(ITEMS.glob("*.yaml")), Path(settings.VAR)):
        click.echo("正在载入服务事项 / Loading the catalogue …")
        load_items(ITEMS, by=setup, from_day=today() - SINCE if demo or room_for_demo else today())
        _remember("catalogue", sorted(ITEMS.glob("*.yaml")), Path(settings.VAR))
    if demo:
        from linli.web import demonstration

        demonstration.begin(echo=click.echo)


def collect_static() -> None:
    """Put the static files together, compressed and under names with a hash, when one has changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.WHITENOISE_USE_FINDERS:
        return
    found = [Path(storage.path(path)) for finder in get_finders() for path, storage in finder.list([])]
    stamp = "\n".join(f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in sorted(found))
    mark = Path(settings.STATIC_ROOT) / ".collected"
    if mark.exists() and mark.read_text(encoding="utf-8") == stamp:
        return
    click.echo("正在压缩网页要用的文件 / Compressing what the pages load …")
    call_command("collectstatic", verbosity=0, interactive=False, clear=Path(settings.STATIC_ROOT).exists())
    mark.write_text(stamp, encoding="utf-8")


def _digest(files: list[Path]) -> str:
    told = hashlib.sha256()
    for file in files:
        told.update(file.name.encode() + file.read_bytes())
    return told.hexdigest()


def _changed(name: str, files: list[Path], folder: Path) -> bool:
    mark = folder / f".{name}"
    return not mark.exists() or mark.read_text() != _digest(files)


def _remember(name: str, files: list[Path], folder: Path) -> None:
    (folder / f".{name}").write_text(_digest(files))


def _hash_static() -> None:
    """Before the settings are read. Who works on styles sets LINLI_DEBUG, and every change is seen at once."""
    os.environ.setdefault("LINLI_HASHED_STATIC", "false" if os.environ.get("LINLI_DEBUG") else "true")


@click.command()
def prepare() -> None:
    """Bring database, reference data and static files up to date, and end: what `linli serve` does before it serves."""
    _hash_static()
    compile_all(ROOT)
    set_up(demo=False)
    collect_static()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, help="Server processes; SQLite is happy with one.")
@click.option("--no-worker", is_flag=True, help="Do not start the background worker.")
@click.option("--prepared", is_flag=True, help="`linli prepare` has been run, and others run worker and metrics.")
def serve(host: str, port: int, workers: int, no_worker: bool, prepared: bool) -> None:
    """Set everything up, then run the server and the background worker until Ctrl-C.

    A demonstration goes on being made while the server answers already; the worker starts when it is whole.
    """
    started = time.monotonic()
    _check_free(host, port)
    os.environ.setdefault("LINLI_BASE_URL", f"http://{host}:{port}")
    _hash_static()
    from django.conf import settings

    if prepared:
        no_worker = True
    else:
        compile_all(ROOT)
        set_up(demo=settings.DEMO)
        collect_static()
    running = Children(os.environ | {"DJANGO_SETTINGS_MODULE": "linli.config.settings"})
    running.start(
        "server", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
        "--blocking-threads", "4", "--no-access-log", "--log-level", "warning", "--respawn-failed-workers",
        "linli.config.wsgi:application",
    )  # fmt: skip
    if settings.METRICS_BIND and not prepared:
        running.start("metrics", "linli", "metrics")
    signal.signal(signal.SIGINT, running.stop)
    signal.signal(signal.SIGTERM, running.stop)
    if _wait_until_up(host, port, running):
        click.echo(f"\n邻里已启动（{time.monotonic() - started:.1f} 秒） / Linli is running: http://{host}:{port}/\n")
    if not running.has_ended():
        _tell_systemd()
    whole = True
    if settings.DEMO and not prepared:
        from linli.web import demonstration

        click.echo(demonstration.sign_ins())
        whole = demonstration.is_whole()
        connections.close_all()
    if not whole:
        click.echo("\n演示办件还在装，现在就可以登录、查看 / its cases are still being made; sign in and look around\n")
        running.start("demonstration", "linli", "demo", "go-on")
    elif not no_worker:
        running.start("worker", "linli", "worker")

    def then(name: str, code: int) -> None:
        if name != "demonstration":
            running.stop()
        elif code == 0:
            click.echo("\n演示装好了 / the demonstration is whole")
            if not no_worker:
                running.start("worker", "linli", "worker")
        else:
            click.echo("\n演示没有装完，重新启动时接着装 / stopped half-way: it goes on at the next start", err=True)

    sys.exit(running.wait(then))


def _check_free(host: str, port: int) -> None:
    """Refuse an address that somebody listens at: the server shares ports, and each of two would get half the requests."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"{host}:{port} 不能用（{error.strerror}）。邻里也许已经在运行；要另开一个，请换端口，例如 --port {port + 1} / "
                f"cannot be used: Linli may be running already; choose another port, such as --port {port + 1}"
            ) from error


class Children:
    """The processes that serve together: when one of them ends, so do the others, unless `then` knows better."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def start(self, name: str, module: str, *arguments: str) -> None:
        if not self.stopping:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], env=self.environment
            )  # fmt: skip

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self.stopping = True
        for process in self.processes.values():
            process.terminate()

    def has_ended(self) -> bool:
        return any(process.poll() is not None for process in self.processes.values())

    def wait(self, then: Callable[[str, int], None]) -> int:
        """Return the first exit code that was not 0, once all have ended."""
        code = 0
        while self.processes:
            for name, process in list(self.processes.items()):
                ended = process.poll()
                if ended is None:
                    continue
                del self.processes[name]
                if not self.stopping:
                    code = code or (max(ended, 0) if name != "demonstration" else 0)
                    then(name, ended)
            time.sleep(0.2)
        return code


def _tell_systemd() -> None:
    """Say that the service is up, where it was started with Type=notify."""
    if address := os.environ.get("NOTIFY_SOCKET"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.sendto(b"READY=1", f"\0{address[1:]}" if address.startswith("@") else address)


def _wait_until_up(host: str, port: int, running: Children) -> bool:
    """Wait until a page is answered, half a minute at most; tell whether it was."""
    for _attempt in range(600):
        if running.has_ended():
            return False
        request = http.client.HTTPConnection(host if host != "0.0.0.0" else "127.0.0.1", port, timeout=10)  # noqa: S104
        try:
            request.request("GET", "/livez")
            if request.getresponse().status < 500:
                return True
        except OSError:
            pass
        finally:
            request.close()
        time.sleep(0.05)
    return False
