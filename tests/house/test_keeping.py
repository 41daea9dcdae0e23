"""What was backed up comes back, all of it or nothing (acceptance 14): rows, files, the audit log, certificates that hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from linli.core.access import system_actor
from linli.core.audit.models import Entry
from linli.core.audit.verification import verify
from linli.core.crypto import keyring
from linli.core.files import queries as files
from linli.core.files.models import StoredFile
from linli.core.files.services import open_file, reseal
from linli.core.ids import new_id
from linli.core.keeping import backup as backups
from linli.core.keeping import envelope, refusals
from linli.core.keeping.backup import back_up, keys_to
from linli.core.keeping.restore import restore, verify_backup
from linli.core.keeping.tables import holdings, with_data
from linli.services.certificates.models import Certificate
from tests.world import connected_to, create_database, drop_database, fresh_name

pytestmark = pytest.mark.takes_minutes
BY = system_actor("测试")
once_is_enough = pytest.mark.any_database  # refused before any database is asked


@pytest.fixture(autouse=True)
def _unblocked(django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def kept(world: str, django_db_blocker, tmp_path_factory) -> Path:
    """A folder with a backup of the city, its key ring, and the secret key for both."""
    folder = tmp_path_factory.mktemp("kept")
    secret, public = envelope.new_identity()
    envelope.write_identity(folder / "identity", secret, public)
    with django_db_blocker.unblock():
        (folder / "sums").write_text(repr(holdings(connection)))
        back_up(folder / "city.age", by=BY, recipients=[public])
        keys_to(folder / "keys.age", by=BY, recipients=[public])
    return folder


@pytest.fixture
def elsewhere(settings, tmp_path: Path, kept: Path) -> Iterator[Path]:
    """Another machine: an empty database, no files, no key ring."""
    var = tmp_path / "var"
    var.mkdir(mode=0o700)
    settings.VAR = var
    settings.KEYS_FILE = var / "keys.json"
    settings.SECRET_KEY_FILE = var / "secret.key"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": var / "files"},
        },
    }
    with _empty_database():
        yield var


@contextmanager
def _empty_database() -> Iterator[None]:
    name = fresh_name()
    create_database(name)
    try:
        with connected_to(name):
            yield
    finally:
        drop_database(name)


def bring_back(kept: Path, name: str = "city.age", **more) -> object:
    return restore(kept / name, **{"identity": kept / "identity", "keys": kept / "keys.age", "by": BY, **more})


def is_untouched(var: Path) -> bool:
    """Neither a row, nor a file, nor a key, nor anything left aside."""
    left = [path for path in var.rglob("*") if path.is_file()]
    connection.ensure_connection()
    empty = with_data(connection) == []
    connection.close()
    return left == [] and empty


def test_a_city_is_back_after_everything_was_lost(kept: Path, elsewhere: Path, client):
    """Acceptance 14: demonstration, files and audit log are there; a certificate issued before is still valid."""
    back = bring_back(kept)

    held = holdings(connection)
    last = Entry.objects.filter(chain="house").latest("seq")
    assert last.action == "keeping.restored"
    assert back.rows == sum(table.rows for table in held.values()) - 1
    assert back.files == StoredFile.objects.count() > 0
    assert back.entries == Entry.objects.count() - 1
    assert verify().is_whole
    for stored in StoredFile.objects.all():
        assert len(open_file(stored)) == stored.size
    certificate = Certificate.everywhere.filter(revoked_at__isnull=True).first()
    assert certificate is not None
    page = client.get(f"/verify/{certificate.token}/")
    assert '<h1 id="verdict">有效</h1>' in page.content.decode()
    assert oct((elsewhere / "keys.json").stat().st_mode & 0o777) == "0o600"

    with pytest.raises(refusals.HoldsData, match="已经有数据"):
        bring_back(kept)

    assert holdings(connection) == held


def test_a_backup_is_proved_in_a_scratch_database(kept: Path, elsewhere: Path):
    found = verify_backup(kept / "city.age", identity=kept / "identity", keys=kept / "keys.age")

    assert (found.files, found.entries) != (0, 0)
    assert is_untouched(elsewhere)


@pytest.mark.skipif("not os.environ.get('LINLI_DATABASE_URL', '').startswith('postgres')", reason="on PostgreSQL")
def test_a_role_that_may_make_no_database_is_told_what_to_do_before_anything_is_unpacked(kept: Path, elsewhere: Path):
    steps: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            pytest.skip("makes a role of its own, which a superuser may")
        cursor.execute("DROP ROLE IF EXISTS linli_may_little")
        cursor.execute("CREATE ROLE linli_may_little")
        cursor.execute("SET ROLE linli_may_little")
        try:
            with pytest.raises(refusals.NoScratch) as told:
                verify_backup(
                    kept / "city.age", identity=kept / "identity", keys=kept / "keys.age", progress=steps.append
                )
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP ROLE linli_may_little")

    assert "createdb --owner linli_may_little" in str(told.value)
    assert "--scratch postgres://" in str(told.value)
    assert steps == ["正在解密、核对"]
    assert is_untouched(elsewhere)


def cut_off(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def without_its_end(content: bytes) -> bytes:
    return content[:-1]


def with_a_bit_turned(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def with_chunks_exchanged(content: bytes) -> bytes:
    """Two of age's chunks of 64 KiB (and 16 bytes of tag), which begin after header and nonce."""
    begin = content.index(b"\n--- ") + 5 + 43 + 1 + 16
    size = 65536 + 16
    one, two = content[begin : begin + size], content[begin + size : begin + 2 * size]
    return content[:begin] + two + one + content[begin + 2 * size :]


@once_is_enough
@pytest.mark.parametrize("harm", [cut_off, without_its_end, with_a_bit_turned, with_chunks_exchanged])
def test_a_damaged_backup_restores_nothing(harm: Callable[[bytes], bytes], kept: Path, elsewhere: Path):
    (elsewhere.parent / "harmed.age").write_bytes(harm((kept / "city.age").read_bytes()))

    with pytest.raises(refusals.Damaged, match="不完整或者被改动过"):
        bring_back(kept, elsewhere.parent / "harmed.age")

    assert is_untouched(elsewhere)


@once_is_enough
def test_another_secret_key_opens_nothing(kept: Path, elsewhere: Path, tmp_path: Path):
    envelope.write_identity(tmp_path / "other", *envelope.new_identity())

    with pytest.raises(refusals.WrongKey, match="打不开"):
        bring_back(kept, identity=tmp_path / "other")

    assert is_untouched(elsewhere)


@once_is_enough
def test_without_its_key_ring_nothing_is_restored(kept: Path, elsewhere: Path):
    with pytest.raises(refusals.NoKeyRing):
        bring_back(kept, keys=None)
    assert is_untouched(elsewhere)

    keyring()  # the machine makes one of its own
    with pytest.raises(refusals.OtherKeyRing, match="k1"):
        bring_back(kept, keys=None)

    assert with_data(connection) == []


@once_is_enough
def test_a_backup_of_a_newer_version_is_refused(world: str, kept: Path, request, monkeypatch):
    future = ("casework", "0999_from_the_future")
    public = envelope.identities(kept / "identity")[0].to_public()
    monkeypatch.setattr(backups, "applied", lambda _connection: (future,))
    back_up(kept / "future.age", by=BY, recipients=[str(public)])
    var = request.getfixturevalue("elsewhere")

    with pytest.raises(refusals.FromNewerVersion, match=r"casework\.0999_from_the_future"):
        bring_back(kept, "future.age")

    assert is_untouched(var)


@once_is_enough
def test_a_file_that_was_sealed_again_meanwhile_is_kept_under_its_old_name(world: str, kept: Path, tmp_path: Path):
    """R149b: the rotation of keys runs beside a backup; the snapshot's row finds its file all the same."""
    stored = StoredFile.objects.earliest("pk")
    old = files.folder() / stored.storage_key
    before = old.read_bytes()
    reseal(stored)  # after the snapshot was taken, as far as the backup can tell
    assert not old.exists()

    content = backups._content(stored.pk, stored.storage_key)

    assert content == (files.folder() / StoredFile.objects.get(pk=stored.pk).storage_key).read_bytes()
    with pytest.raises(refusals.FileMissing):
        backups._content(new_id(), stored.storage_key)
    old.write_bytes(before)  # the city's other copies know it under this name


@once_is_enough
def test_a_city_with_a_missing_file_is_not_backed_up_silently(world: str, kept: Path, tmp_path: Path):
    stored = StoredFile.objects.earliest("pk")
    lost = files.folder() / stored.storage_key
    lost.rename(tmp_path / "lost")
    public = str(envelope.identities(kept / "identity")[0].to_public())
    try:
        with pytest.raises(refusals.FileMissing, match=stored.storage_key):
            back_up(tmp_path / "whole.age", by=BY, recipients=[public])
        assert not (tmp_path / "whole.age").exists()

        made = back_up(tmp_path / "rest.age", by=BY, recipients=[public], incomplete=True)

        assert made.missing == (stored.storage_key,)
        found = verify_backup(tmp_path / "rest.age", identity=kept / "identity")
        assert found.manifest.missing_files == (stored.storage_key,)
    finally:
        (tmp_path / "lost").rename(lost)


@once_is_enough
def test_an_earlier_backup_is_not_written_over(world: str, kept: Path):
    before = (kept / "city.age").read_bytes()

    with pytest.raises(refusals.TargetExists):
        back_up(kept / "city.age", by=BY, recipients=[str(envelope.identities(kept / "identity")[0].to_public())])

    assert (kept / "city.age").read_bytes() == before
    with pytest.raises(refusals.NobodyToSealFor, match="LINLI_BACKUP_RECIPIENTS"):
        back_up(kept / "more.age", by=BY)
