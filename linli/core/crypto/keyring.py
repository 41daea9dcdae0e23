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
from dataclasses import dataclass
from functools import cache
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
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return read_or_make_keyfile(path, suite)
        text = json.dumps({"active": "k1", "keys": {"k1": new_key_entry(suite)}}, indent=1)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
        return text


@cache
def keyring() -> Keyring:
    """Return the installation's key ring, read once a process."""
    return Keyring.parse(settings.KEYS or read_or_make_keyfile(Path(settings.KEYS_FILE), settings.CIPHER_SUITE))
