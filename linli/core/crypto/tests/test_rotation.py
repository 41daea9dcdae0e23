"""Changing keys leaves everything readable and findable (R149b)."""

import json

import pytest
from click.testing import CliRunner
from django.utils import timezone

from linli.core.access import ANONYMOUS
from linli.core.crypto import (
    KeyRingLost,
    begin_ring,
    blind,
    cli,
    key_of,
    keyring,
    register_sealed,
    rotation,
    seal,
    unseal,
)
from linli.core.files import keep, open_file
from linli.core.files.models import StoredFile
from linli.core.http.models import IdempotencyKey
from linli.core.ids import new_id

pytestmark = pytest.mark.django_db
WHERE = "core_http.idempotencykey.result"


@pytest.fixture(autouse=True)
def ring(settings, tmp_path, monkeypatch):
    """A key file of its own, and one registered column: any text column will do."""
    monkeypatch.setattr(rotation, "_columns", {})
    register_sealed(
        "core_http.IdempotencyKey", "result", WHERE, "key", "test", index_value=lambda row, text: f"{row.owner}:{text}"
    )
    settings.KEYS, settings.KEYS_FILE = "", tmp_path / "keys.json"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


def sealed_row(text: str) -> IdempotencyKey:
    row = IdempotencyKey(id=new_id(), owner="o", operation="t", created_at=timezone.now())
    row.result = seal(text, where=WHERE, row=row.pk)
    row.key = blind(f"o:{text}", purpose="test") or str(row.pk)
    row.save(force_insert=True)
    return row


def run(*arguments: str):
    return CliRunner().invoke(cli.keys, list(arguments))


def test_everything_is_sealed_with_the_new_key_and_found_by_it():
    rows = [sealed_row(f"15400000{number:03}") for number in range(5)]
    assert run("new", "--suite", "sm4-gcm").exit_code == 0
    assert rotation.to_do() == 5

    done = run("rotate")

    assert (done.exit_code, done.stdout) == (0, "重新加密了 5 个值。\n")
    assert rotation.to_do() == 0
    for number, row in enumerate(rows):
        row.refresh_from_db()
        text = f"15400000{number:03}"
        assert (key_of(row.result), key_of(row.key)) == ("k2", "k2")
        assert unseal(row.result, where=WHERE, row=row.pk) == text
        assert row.key == blind(f"o:{text}", purpose="test")


def test_a_second_run_changes_nothing():
    sealed_row("15400000618")
    run("new")
    run("rotate")
    before = list(IdempotencyKey.objects.values())

    assert run("rotate").stdout == "重新加密了 0 个值。\n"
    assert list(IdempotencyKey.objects.values()) == before


def test_a_run_that_was_stopped_goes_on_where_it_was(monkeypatch):
    for number in range(5):
        sealed_row(f"15400000{number:03}")
    run("new")
    monkeypatch.setattr(rotation, "BATCH", 2)

    def stop(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(stop)
    assert rotation.to_do() == 3

    told: list[int] = []
    assert rotation.rotate(told.append).resealed == 3
    assert told == [2, 1]
    assert rotation.to_do() == 0


def test_a_value_that_does_not_open_is_named_and_left_alone(monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 1)
    good, moved = sealed_row("15400000618"), sealed_row("15400000619")
    IdempotencyKey.objects.filter(pk=moved.pk).update(result=good.result)
    run("new")

    done = run("rotate")

    assert done.exit_code == 1
    assert f"打不开，没有动：core_http.IdempotencyKey.result {moved.pk}" in done.stderr
    moved.refresh_from_db()
    assert moved.result == good.result
    good.refresh_from_db()
    assert key_of(good.result) == "k2"


def test_what_somebody_writes_meanwhile_stays(monkeypatch):
    row = sealed_row("15400000618")
    run("new")
    newer = seal("15400000999", where=WHERE, row=row.pk)
    opened = rotation.unseal

    def unseal_late(token: str, **place: object) -> str:
        IdempotencyKey.objects.filter(pk=row.pk).update(result=newer)
        return opened(token, **place)

    monkeypatch.setattr(rotation, "unseal", unseal_late)
    assert rotation.rotate().resealed == 0

    row.refresh_from_db()
    assert unseal(row.result, where=WHERE, row=row.pk) == "15400000999"


def test_an_index_left_behind_is_made_anew():
    row = sealed_row("15400000618")
    run("new")
    IdempotencyKey.objects.update(result=seal("15400000618", where=WHERE, row=row.pk))

    assert rotation.rotate().resealed == 1
    row.refresh_from_db()
    assert row.key == blind("o:15400000618", purpose="test")


def test_empty_values_are_passed_over():
    sealed_row("")
    run("new")

    assert rotation.to_do() == 0


def test_files_are_sealed_anew_too(tmp_path, django_capture_on_commit_callbacks):
    stored = keep(b"%PDF-1.7 signed", "application/pdf", by=ANONYMOUS)
    run("new")

    with django_capture_on_commit_callbacks(execute=True):
        assert rotation.rotate().resealed == 1

    again = StoredFile.objects.get(pk=stored.pk)
    assert again.key_id == "k2"
    assert open_file(again) == b"%PDF-1.7 signed"
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 1


def test_the_list_says_what_each_key_still_opens():
    sealed_row("15400000618")
    run("new", "--suite", "sm4-gcm")
    sealed_row("15400000619")

    assert run("list").stdout.splitlines()[:2] == ["  k1  aes-gcm  1 个值", "* k2  sm4-gcm  1 个值"]


def test_the_list_shows_no_key(settings):
    keyring()
    entry = json.loads(settings.KEYS_FILE.read_text())["keys"]["k1"]

    assert entry["data"] not in run("list").output


def test_keys_of_the_environment_are_printed_not_written(settings):
    keyring()
    settings.KEYS = settings.KEYS_FILE.read_text()
    before = settings.KEYS_FILE.read_text()

    refused = run("new")
    assert refused.exit_code == 1
    assert "LINLI_KEYS" in refused.output
    assert json.loads(run("new", "--print").stdout)["active"] == "k2"
    assert settings.KEYS_FILE.read_text() == before


def test_an_index_has_a_column_and_a_purpose():
    with pytest.raises(ValueError, match="purpose"):
        register_sealed("core_http.IdempotencyKey", "result", WHERE, index_column="key")


def test_a_new_installation_gets_its_ring_before_anything_is_sealed(settings):
    """So that it can be copied to a safe place before there is anything to lose."""
    begin_ring()
    first = settings.KEYS_FILE.read_bytes()
    begin_ring()

    assert settings.KEYS_FILE.stat().st_mode & 0o777 == 0o600
    assert settings.KEYS_FILE.read_bytes() == first


@pytest.mark.parametrize("what", ["a value", "a file"])
def test_a_ring_that_is_lost_is_asked_for_and_not_replaced(settings, what):
    if what == "a value":
        sealed_row("15400000618")
    else:
        keep(b"%PDF-1.7 signed", "application/pdf", by=ANONYMOUS)
    settings.KEYS_FILE.unlink()

    with pytest.raises(KeyRingLost, match=r"keys\.json"):
        begin_ring()

    assert not settings.KEYS_FILE.exists()
