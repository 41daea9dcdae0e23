"""Keys are changed while people write and read: afterwards every row opens, is found, and has the new key (R149b)."""

import threading

import pytest
from click.testing import CliRunner
from django.db import connections

from linli.core.access import ANONYMOUS
from linli.core.crypto import blind, blind_candidates, cli, key_of, rotation, seal, unseal
from linli.core.crypto.tests.test_rotation import WHERE, ring, sealed_row  # noqa: F401 (a fixture)
from linli.core.files import keep, open_file
from linli.core.files.models import StoredFile
from linli.core.http.models import IdempotencyKey

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, WRITES = 3, 12


def write(name: int, old: list[IdempotencyKey], trouble: list[BaseException], under_way: threading.Barrier) -> None:
    """Make rows and files, write over old rows, and read the files that are being sealed again."""
    try:
        for number in range(WRITES):
            sealed_row(f"new {name}.{number}")
            row, text = old[number], f"changed {name}.{number}"
            IdempotencyKey.objects.filter(pk=row.pk, operation="t").update(
                result=seal(text, where=WHERE, row=row.pk), key=blind(f"o:{text}", purpose="test")
            )
            keep(f"file {name}.{number}".encode(), "text/plain", by=ANONYMOUS)
            if number == 1:
                under_way.wait(timeout=30)
            for stored in StoredFile.objects.all():
                assert open_file(stored).startswith(b"file ")
    except BaseException as error:
        trouble.append(error)
        under_way.abort()
    finally:
        connections.close_all()


def test_no_row_is_lost_while_keys_are_changed():
    old = [[sealed_row(f"old {name}.{number}") for number in range(WRITES)] for name in range(WRITERS)]
    trouble: list[BaseException] = []
    under_way = threading.Barrier(WRITERS + 1)
    writers = [threading.Thread(target=write, args=(name, old[name], trouble, under_way)) for name in range(WRITERS)]
    for writer in writers:
        writer.start()
    under_way.wait(timeout=30)

    assert CliRunner().invoke(cli.keys, ["new"]).exit_code == 0
    done = [rotation.rotate()]
    while any(writer.is_alive() for writer in writers):
        done.append(rotation.rotate())
        writers[0].join(timeout=0.1)
    for writer in writers:
        writer.join()
    done.append(rotation.rotate())

    assert trouble == []
    assert [run.broken for run in done] == [[]] * len(done)
    assert sum(run.resealed for run in done) > 0
    assert rotation.to_do() == 0
    texts = {row.pk: unseal(row.result, where=WHERE, row=row.pk) for row in IdempotencyKey.objects.all()}
    expected = {
        f"{kind} {name}.{number}" for kind in ("new", "changed") for name in range(WRITERS) for number in range(WRITES)
    }
    assert set(texts.values()) == expected
    for row in IdempotencyKey.objects.all():
        assert row.key in blind_candidates(f"o:{texts[row.pk]}", purpose="test")
        assert (key_of(row.result), key_of(row.key)) == ("k2", "k2")
    assert sorted(open_file(stored) for stored in StoredFile.objects.all()) == sorted(
        f"file {name}.{number}".encode() for name in range(WRITERS) for number in range(WRITES)
    )


def test_a_file_is_read_although_it_was_sealed_again_since_its_row_was_loaded():
    loaded = keep(b"file", "text/plain", by=ANONYMOUS)
    CliRunner().invoke(cli.keys, ["new"])
    rotation.rotate()
    assert StoredFile.objects.get().storage_key != loaded.storage_key

    assert open_file(loaded) == b"file"
