"""The keys: from the environment (LINLI_KEYS), or for the embedded edition from a file with mode 600.

Form: {"active": "k1", "keys": {"k1": {"suite": "aes-gcm", "data": base64, "index": base64}}}. The active key seals;
every key opens what it sealed. Suites: `aes-gcm` (AES-256-GCM, HMAC-SHA256), `sm4-gcm` (SM4-GCM, HMAC-SM3;
GB/T 32907-2016, GB/T 32905-2016).
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SUITES = {"aes-gcm": 32, "sm4-gcm": 16}
"""Suite and the length of its data key in bytes."""


@dataclass(frozen=True)
class Key:
    id: str
    suite: str
    data: bytes
    index: bytes


@dataclass(frozen=True)
class Keyring:
    active: Key
    keys: dict[str, Key]

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """Read a key ring. Raises ImproperlyConfigured with a sentence that says what is wrong, never the key."""
        try:
            raw: dict[str, Any] = json.loads(text)
            keys = {
                key_id: Key(key_id, entry["suite"], base64.b64decode(entry["data"]), base64.b64decode(entry["index"]))
                for key_id, entry in raw["keys"].items()
            }
            ring = cls(active=keys[raw["active"]], keys=keys)
        except (ValueError, KeyError, TypeError) as error:
            raise ImproperlyConfigured("LINLI_KEYS is not a key ring: see docs/settings.md, Keys") from error
        for key in keys.values():
            if key.suite not in SUITES or len(key.data) != SUITES[key.suite] or len(key.index) < 32 or "." in key.id:
                raise ImproperlyConfigured(f"key {key.id} of LINLI_KEYS has an unknown suite or a wrong length")
        return ring


def new_key_entry(suite: str) -> dict[str, str]:
    """Return a fresh entry for the key ring, drawn from the system's generator."""
    data, index = secrets.token_bytes(SUITES[suite]), secrets.token_bytes(32)
    return {"suite": suite, "data": base64.b64encode(data).decode(), "index": base64.b64encode(index).decode()}


def read_or_make_keyfile(path: Path, suite: str) -> str:
    """Return the key file's text, made with one key on first use. Refuses a file that others can read."""
    try:
        mode = path.stat().st_mode & 0o077
        if mode:
            raise ImproperlyConfigured(f"{path} can be read by others: run chmod 600 on it")
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = json.dumps({"active": "k1", "keys": {"k1": new_key_entry(suite)}}, indent=1)
        try:
            _link_into_place(path, text)
        except FileExistsError:
            return read_or_make_keyfile(path, suite)
        return text


def add_key(text: str, suite: str) -> tuple[str, str]:
    """Return a ring's text with a fresh key more, which is the active one, and the new key's identifier."""
    ring: dict[str, Any] = json.loads(text)
    number = len(ring["keys"]) + 1
    while f"k{number}" in ring["keys"]:
        number += 1
    ring["keys"][f"k{number}"] = new_key_entry(suite)
    ring["active"] = f"k{number}"
    return json.dumps(ring, indent=1), f"k{number}"


def write_keyfile(path: Path, text: str) -> None:
    """Replace the key file at one stroke: whoever reads it finds the old ring or the new one, whole."""
    fresh = _written_beside(path, text)
    os.replace(fresh, path)
    _sync_folder(path)


def keyring() -> Keyring:
    """Return the installation's key ring. A key file is read again when it has changed: a new key needs no restart."""
    if settings.KEYS:
        return _parsed(settings.KEYS)
    path = Path(settings.KEYS_FILE)
    try:
        found = path.stat()
    except FileNotFoundError:
        read_or_make_keyfile(path, settings.CIPHER_SUITE)
        found = path.stat()
    return _read_ring(path, found.st_mtime_ns, found.st_ino, found.st_mode)


def ring_text() -> str:
    """Return the key ring in force, as it stands in the environment or in its file."""
    keyring()
    return settings.KEYS or read_or_make_keyfile(Path(settings.KEYS_FILE), settings.CIPHER_SUITE)


def has_ring() -> bool:
    """Tell whether there is a key ring already, without making one."""
    return bool(settings.KEYS) or Path(settings.KEYS_FILE).exists()


@lru_cache(maxsize=4)
def _read_ring(path: Path, *_stamp: int) -> Keyring:
    return Keyring.parse(read_or_make_keyfile(path, settings.CIPHER_SUITE))


@lru_cache(maxsize=4)
def _parsed(text: str) -> Keyring:
    return Keyring.parse(text)


def _link_into_place(path: Path, text: str) -> None:
    """Put a whole file in place unless there is one. Raises FileExistsError."""
    fresh = _written_beside(path, text)
    try:
        os.link(fresh, path)
    finally:
        fresh.unlink()
    _sync_folder(path)


def _written_beside(path: Path, text: str) -> Path:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 600
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
