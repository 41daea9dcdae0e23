"""The doctor says what is wrong and how to mend it, one line each; it ends with 1 when something is broken."""

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks_db.models import DBTaskResult

from linli.core.access import ANONYMOUS
from linli.core.audit import triggers
from linli.core.calendar import now
from linli.core.crypto import keyring
from linli.core.files import keep
from linli.core.keeping import checks as house
from linli.core.keeping import cli, doctor
from linli.core.tasks import services as tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installation(settings, tmp_path, monkeypatch):
    """A folder of its own, all well."""
    monkeypatch.setattr(house, "FREE_BETTER", 0)
    settings.DEMO, settings.KEYS, settings.KEYS_FILE = False, "", tmp_path / "keys.json"
    settings.VAR, settings.SECRET_KEY_FILE = tmp_path, tmp_path / "secret.key"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "f"}},
    }
    keyring()
    tasks.beat("w", now())
    return tmp_path


def found(name: str, *, everything: bool = False) -> list[str]:
    """Return what one check says."""
    for looked in doctor.examine(everything=everything):
        if looked.name == name:
            return [finding.what for finding in looked.findings]
    raise AssertionError(name)


def test_every_check_is_registered_by_its_room_and_finds_nothing_wrong_in_order():
    names = {each.name for each in doctor.checks()}

    assert names >= {
        "database.reachable", "database.migrations", "database.durable", "machine.disk", "machine.clock", "settings.safe",
        "settings.static", "keeping.backup", "crypto.keys", "crypto.sealed", "tasks.worker", "tasks.failed", "files.whole",
        "files.orphans", "audit.whole", "calendar.years", "certificates.seals", "certificates.fonts",
    }  # fmt: skip
    for name in names - {"audit.whole", "keeping.backup", "calendar.years", "machine.clock", "database.migrations"}:
        assert found(name) == [], name


def test_a_key_file_that_others_can_read_is_named_with_its_remedy(installation: Path):
    (installation / "keys.json").chmod(0o644)

    answer = CliRunner().invoke(cli.doctor, ["--quiet"])

    assert answer.exit_code == 1
    assert f"chmod 600 {installation / 'keys.json'}" in answer.output


def test_a_lost_an_altered_and_a_nameless_file_are_told_apart(installation: Path):
    lost, altered = keep(b"one", "text/plain", by=ANONYMOUS), keep(b"two", "text/plain", by=ANONYMOUS)
    default_storage.delete(lost.storage_key)
    (installation / "f" / altered.storage_key).write_bytes(b"1.k1.nonsense")
    nameless = installation / "f" / default_storage.save("zz/nameless", ContentFile(b"x"))

    assert found("files.whole") == [
        f"少了 1 个文件（例如 {lost.storage_key}）", f"1 个文件被改动过，或者打不开（例如 {altered.storage_key}）",
    ]  # fmt: skip
    assert found("files.orphans") == []  # its row may still be on its way

    import os

    os.utime(nameless, (0, 0))
    assert found("files.orphans") == ["1 个文件数据库里没有登记（例如 zz/nameless）"]


def test_a_silent_worker_and_tasks_that_failed_for_good_are_told(monkeypatch):
    tasks.leave("w")
    moment = now()
    DBTaskResult.objects.create(
        status="FAILED", task_path="a.room.task", args_kwargs={"args": [], "kwargs": {}}, backend_name="default",
        run_after=moment, finished_at=moment - dt.timedelta(days=2), exception_class_path="", traceback="",
    )  # fmt: skip

    assert found("tasks.worker")[0].startswith("没有看到后台工作进程")
    assert found("tasks.failed") == ["a.room.task 有 1 件没有做成"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"DEBUG": True}, "LINLI_DEBUG 开着"),
        ({"BASE_URL": "http://linli.example.cn"}, "没有 https"),
        ({"BASE_URL": "https://linli.example.cn", "ALLOWED_HOSTS": ["linli.example.cn"]}, "LINLI_SECURE_COOKIES"),
        ({"BASE_URL": "http://10.1.2.3"}, "LINLI_ALLOWED_HOSTS 里没有 10.1.2.3"),
    ],
)
def test_dangerous_settings_are_told(changes: dict, said: str, settings):
    for name, value in changes.items():
        setattr(settings, name, value)

    assert said in "".join(found("settings.safe"))


def test_missing_triggers_and_a_backup_long_ago_are_told():
    assert any(triggers.TABLES[0] in line for line in found("audit.whole"))  # the tests' tables have none
    assert found("keeping.backup")[-1] == "备份：从来没有做过"


def test_a_check_that_fails_is_a_finding_and_stops_no_other(monkeypatch):
    monkeypatch.setitem(doctor._checks, "a.broken", doctor.Check("a.broken", "x", lambda everything: [][0], False))

    assert found("a.broken")[0].startswith("没有查完：IndexError")
    assert found("tasks.worker") == []
