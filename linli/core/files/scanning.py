"""Asking ClamAV whether an upload is infected: its INSTREAM command, over a socket or a port (clamd(8)).

A content that is infected is refused. Where the scanner does not answer, LINLI_CLAMAV_UNREACHABLE says what happens:
`refuse` takes nothing, `queue` takes the file and lets nobody open it before the worker has had it scanned.
"""

from __future__ import annotations

import logging
import socket
import struct
from enum import StrEnum

from django.conf import settings

from linli.core.files import refusals

logger = logging.getLogger(__name__)
CHUNK = 256 * 1024
MOST_ANSWER = 4096
DEFAULT_PORT = 3310


class Scan(StrEnum):
    """What became of a file at the scanner. NOT_ASKED: there is none, or the house made the file itself."""

    NOT_ASKED = ""
    CLEAN = "clean"
    WAITS = "waits"
    INFECTED = "infected"


class Unreachable(Exception):  # noqa: N818
    """The scanner did not answer, or not so that one could rely on it."""


def scan(content: bytes) -> Scan:
    """Return CLEAN, WAITS or NOT_ASKED. Raises Infected, and ScannerAway where nothing is taken unscanned."""
    if not settings.CLAMAV:
        return Scan.NOT_ASKED
    try:
        found = ask(content)
    except Unreachable as error:
        logger.warning("files.scanner_unreachable", extra={"error": str(error)})
        if settings.CLAMAV_UNREACHABLE == "queue":
            return Scan.WAITS
        raise refusals.ScannerAway from error
    if found:
        logger.warning("files.infected", extra={"signature": found})
        raise refusals.Infected
    return Scan.CLEAN


def ask(content: bytes) -> str:
    """Return the name of what the scanner found, "" for nothing. Raises Unreachable."""
    try:
        with _connected() as line:
            line.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), CHUNK):
                part = content[at : at + CHUNK]
                line.sendall(struct.pack("!I", len(part)) + part)
            line.sendall(struct.pack("!I", 0))
            answer = _answer(line)
    except OSError as error:
        raise Unreachable(type(error).__name__) from error
    told = answer.removeprefix("stream: ")
    if told == "OK":
        return ""
    if told.endswith(" FOUND"):
        return told.removesuffix(" FOUND")[:100]
    raise Unreachable(told[:100] or "no answer")  # a limit of its own, a database that does not load: not a verdict


def _answer(line: socket.socket) -> str:
    got = b""
    while len(got) < MOST_ANSWER and not got.endswith(b"\0"):
        part = line.recv(MOST_ANSWER)
        if not part:
            break
        got += part
    return got.rstrip(b"\0\n").decode("utf-8", "replace")


def _connected() -> socket.socket:
    where, wait = settings.CLAMAV, settings.CLAMAV_SECONDS
    if where.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(wait)
        try:
            line.connect(where)
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = where.rpartition(":")
    host, port = (host, port) if port.isdigit() and host else (where, str(DEFAULT_PORT))
    return socket.create_connection((host.strip("[]"), int(port)), timeout=wait)
