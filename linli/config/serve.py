"""`linli serve`: set the installation up, start server and worker together, stop them together."""

# untranslated: the terminal is spoken to in both languages at once

from __future__ import annotations

import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click

from linli.core.design.translations import compile_all

ROOT = Path(__file__).resolve().parents[2]
SINCE = dt.timedelta(days=365)
"""How long the shipped items count as in force when they are loaded: an application may bear an earlier date."""


def set_up(*, demo: bool, territory: bool = False) -> None:
    """Bring database, reference data, static files and (with `demo`) the demonstration up to date. Idempotent."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from linli.core.access import system_actor

    Path(settings.VAR).mkdir(parents=True, exist_ok=True, mode=0o700)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        click.echo("正在建立数据库 / Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)

    from linli.core.calendar import today
    from linli.core.calendar.services import load_years
    from linli.ground.territory.models import Division
    from linli.ground.territory.services import PANZHIHUA, import_divisions
    from linli.services.catalogue.services import ITEMS, load_items

    setup = system_actor("安装时载入")
    load_years()
    if (demo or territory) and not Division.objects.exists():
        click.echo("正在载入攀枝花市的区划 / Loading the divisions of Panzhihua …")
        import_divisions(PANZHIHUA, by=setup)
    if _changed("catalogue", sorted(ITEMS.glob("*.yaml")), Path(settings.VAR)):
        click.echo("正在载入服务事项 / Loading the catalogue …")
        load_items(ITEMS, by=setup, from_day=today() - SINCE)
        _remember("catalogue", sorted(ITEMS.glob("*.yaml")), Path(settings.VAR))
    if demo:
        from linli.web.demonstration import ensure

        ensure(echo=click.echo)


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


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, help="Server processes; SQLite is happy with one.")
@click.option("--no-worker", is_flag=True, help="Do not start the background worker.")
def serve(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Set everything up, then run the server and the background worker until Ctrl-C."""
    from django.conf import settings

    started = time.monotonic()
    os.environ.setdefault("LINLI_BASE_URL", f"http://{host}:{port}")
    compile_all(ROOT)
    set_up(demo=settings.DEMO)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "linli.config.settings"}
    children = [
        subprocess.Popen(
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
                "--workers", str(workers), "--blocking-threads", "4", "--no-access-log", "--log-level", "warning",
                "linli.config.wsgi:application",
            ],
            env=environment,
        )
    ]  # fmt: skip
    if not no_worker:
        children.append(subprocess.Popen([sys.executable, "-m", "linli", "worker"], env=environment))

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for child in children:
            child.terminate()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    _wait_until_up(host, port, children)
    click.echo(f"\n邻里已启动（{time.monotonic() - started:.1f} 秒） / Linli is running: http://{host}:{port}/\n")
    if settings.DEMO:
        from linli.web.demonstration import sign_ins

        click.echo(sign_ins())
    code = 0
    while children:
        for child in list(children):
            ended = child.poll()
            if ended is not None:
                children.remove(child)
                code = code or (ended if ended > 0 else 0)
                for other in children:
                    other.terminate()
        time.sleep(0.2)
    sys.exit(code)


def _wait_until_up(host: str, port: int, children: list[subprocess.Popen[bytes]]) -> None:
    import socket

    for _attempt in range(150):
        if any(child.poll() is not None for child in children):
            return
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.1)
