"""Alive without a database; ready with all that the work needs; what is wrong is told at the private address alone."""

from __future__ import annotations

import datetime as dt
import json
from wsgiref.util import setup_testing_defaults

import pytest
from django.db import OperationalError

from linli.core.calendar import now
from linli.core.tasks import services as tasks
from linli.core.watch import readiness, serving


@pytest.fixture(autouse=True)
def _afresh(settings, tmp_path):
    readiness.forget()
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    yield
    readiness.forget()


def ask(path: str, **environ: str) -> tuple[str, dict]:
    setup_testing_defaults(environ)
    status, _kind, body = serving.Watched().answer({**environ, "PATH_INFO": path})
    return status, json.loads(body)


@pytest.mark.any_database
def test_alive_asks_no_database(client, settings):
    """pytest-django refuses any query here: there is no mark for the database."""
    answer = client.get("/livez")

    assert answer.json() == {"status": "alive"}
    assert answer["Cache-Control"].startswith("max-age=0")


def test_ready_when_a_worker_was_seen(client, db):
    tasks.beat("w", now())

    assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.parametrize(
    ("check", "wrong"),
    [("worker", "no worker was seen lately"), ("files", "cannot write to"), ("database", "does not answer")],
)
def test_not_ready_and_only_the_private_address_says_why(client, db, monkeypatch, check, wrong):
    tasks.beat("w", now() - (dt.timedelta(hours=1) if check == "worker" else dt.timedelta()))
    if check == "files":
        monkeypatch.setattr("os.access", lambda *_asked: False)
    if check == "database":

        def away() -> None:
            raise OperationalError("could not connect to 10.1.2.3")

        monkeypatch.setitem(readiness.CHECKS, "database", away)

    public = client.get("/readyz")
    status, private = ask("/readyz")

    assert (public.status_code, public.json()) == (503, {"status": "not ready"})
    assert status == "503 Service Unavailable"
    assert private["checks"][check].startswith(wrong)
    assert "10.1.2.3" not in str(private)


def test_pending_migrations_are_counted(db, monkeypatch):
    monkeypatch.setattr(readiness.MigrationExecutor, "migration_plan", lambda *_asked: ["one", "another"])

    assert readiness.findings()["migrations"] == "2 pending: run `linli prepare`"


@pytest.mark.any_database
def test_a_token_where_one_is_set(settings):
    settings.METRICS_TOKEN = "let-me-see"

    assert ask("/livez")[0] == "200 OK"
    assert ask("/metrics", HTTP_AUTHORIZATION="Bearer let-me")[0] == "401 Unauthorized"
    assert ask("/metrics")[0] == "401 Unauthorized"
    assert ask("/nowhere", HTTP_AUTHORIZATION="Bearer let-me-see")[0] == "404 Not Found"


@pytest.mark.any_database
@pytest.mark.parametrize("bind", ["9464", "127.0.0.1:", "127.0.0.1:99999", "0.0.0.0:9464", "10.0.0.1:9464"])
def test_an_address_that_is_none_or_open_to_all_without_a_token_is_refused(bind):
    with pytest.raises(serving.NotToBeServed, match="METRICS"):
        serving.address_of(bind)


@pytest.mark.any_database
def test_an_open_address_is_served_with_a_token(settings):
    settings.METRICS_TOKEN = "let-me-see"

    assert serving.address_of("0.0.0.0:9464") == ("0.0.0.0", 9464)
    assert serving.address_of("[::1]:9464") == ("::1", 9464)
