"""The virus scanner's hook, against a little clamd on a real socket that speaks INSTREAM (R154)."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linli.core.access import ANONYMOUS, Actor
from linli.core.audit.models import Entry
from linli.core.files import refusals, scanning, services
from linli.core.files.models import StoredFile
from linli.core.files.pages import file_response
from linli.core.files.scanning import Scan
from linli.core.files.services import store
from linli.core.files.tests.pictures import jpeg, pdf, sent
from linli.core.ids import new_id

pytestmark = pytest.mark.django_db
RESIDENT = Actor(kind="resident", account_id=new_id())
BAD = b"X5O-made-up-signature"


class Clamd(socketserver.BaseRequestHandler):
    """Reads one stream and says what clamd would; `server.says` overrides it."""

    def handle(self) -> None:
        line: socket.socket = self.request
        assert self._exactly(line, 10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self._exactly(line, 4))[0]:
            content += self._exactly(line, size)
        self.server.seen.append(len(content))  # type: ignore[attr-defined]
        found = b"stream: Made-Up.Virus-1 FOUND\0" if BAD in content else b"stream: OK\0"
        line.sendall(self.server.says or found)  # type: ignore[attr-defined]

    @staticmethod
    def _exactly(line: socket.socket, size: int) -> bytes:
        got = b""
        while len(got) < size:
            part = line.recv(size - len(got))
            if not part:
                raise EOFError
            got += part
        return got


@pytest.fixture
def clamd(settings: Any, tmp_path: Path) -> Iterator[Any]:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        server.seen, server.says = [], b""  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.CLAMAV = f"127.0.0.1:{server.server_address[1]}"
        settings.CLAMAV_SECONDS = 5
        yield server
        server.shutdown()


def infected() -> Any:
    return sent(pdf() + b"\n%" + BAD, "a.pdf", "application/pdf")


def test_what_is_clean_is_kept_and_what_is_infected_leaves_nothing(clamd: Any):
    stored = store(sent(jpeg()), by=RESIDENT)
    with pytest.raises(refusals.Infected):
        store(infected(), by=RESIDENT)

    assert stored.scan == Scan.CLEAN
    assert len(clamd.seen) == 2
    assert StoredFile.objects.get() == stored
    assert Entry.objects.count() == 1


def test_a_large_file_arrives_whole(clamd: Any):
    content = pdf() + b"\n%" + b"x" * (3 * scanning.CHUNK + 7)
    store(sent(content, "a.pdf", "application/pdf"), by=RESIDENT)

    assert clamd.seen == [len(content)]


@pytest.mark.parametrize("says", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream: something else\0"])
def test_what_is_no_verdict_counts_as_none(clamd: Any, says: bytes):
    clamd.says = says
    with pytest.raises(refusals.ScannerAway):
        store(sent(jpeg()), by=RESIDENT)

    assert not StoredFile.objects.exists()


def test_without_a_scanner_that_answers_nothing_is_taken(clamd: Any, settings: Any):
    settings.CLAMAV = "/nowhere/clamd.ctl"
    with pytest.raises(refusals.ScannerAway) as refused:
        store(sent(jpeg()), by=RESIDENT)

    assert "没有收" in str(refused.value)
    assert not StoredFile.objects.exists()


def test_or_it_waits_and_nobody_opens_it_before_it_is_scanned(clamd: Any, settings: Any):
    there, settings.CLAMAV = settings.CLAMAV, "127.0.0.1:1"
    settings.CLAMAV_UNREACHABLE = "queue"
    good, bad = store(sent(jpeg()), by=RESIDENT), store(infected(), by=RESIDENT)
    assert services.scan_what_waits() == 0
    for row in (good, bad):
        with pytest.raises(refusals.NotScannedYet):
            file_response(row, "a")

    settings.CLAMAV = there
    assert services.scan_what_waits() == 2
    good.refresh_from_db()
    bad.refresh_from_db()

    assert file_response(good, "a").status_code == 200
    with pytest.raises(refusals.Infected):
        file_response(bad, "a")
    with pytest.raises(refusals.Infected):
        store(infected(), by=ANONYMOUS)
    assert sorted(entry.facts["infected"] for entry in Entry.objects.filter(action="files.scanned")) == [False, True]
    assert services.scan_what_waits() == 0


def test_what_was_taken_without_a_scanner_is_scanned_when_it_comes_again(clamd: Any, settings: Any):
    there, settings.CLAMAV = settings.CLAMAV, ""
    assert store(sent(jpeg()), by=RESIDENT).scan == Scan.NOT_ASKED
    assert store(infected(), by=RESIDENT).scan == Scan.NOT_ASKED

    settings.CLAMAV = there
    assert store(sent(jpeg()), by=RESIDENT).scan == Scan.CLEAN
    with pytest.raises(refusals.Infected):
        store(infected(), by=RESIDENT)
