"""Sealing a field: authenticated encryption bound to the column and the row it stands in.

A sealed value is text, `1.<key id>.<base64 of nonce, ciphertext and tag>`: moved to another row or column, it does
not open. The blind index is `<key id>.<hex>`, keyed and per purpose: equal values meet, nobody reads them back.
"""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linli.core.crypto.keyring import Key, keyring

NONCE_BYTES = 12
TAG_BYTES = 16


class BrokenSeal(Exception):  # noqa: N818
    """A sealed value does not open: altered, moved, or sealed with a key that is gone."""


def seal(text: str, *, where: str, row: object, key: Key | None = None) -> str:
    """Seal `text` for one place: where is "app.table.column", row the primary key. The empty string stays empty.

    With the active key, unless one is given.
    """
    if not text:
        return ""
    key = key or keyring().active
    nonce = os.urandom(NONCE_BYTES)
    sealed = _encrypt(key, nonce, text.encode(), _place(where, row))
    return f"1.{key.id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(token: str, *, where: str, row: object) -> str:
    """Open what was sealed for this place. Raises BrokenSeal."""
    if not token:
        return ""
    try:
        version, key_id, body = token.split(".", 2)
        raw = base64.urlsafe_b64decode(body)
        if version != "1" or len(raw) < NONCE_BYTES + TAG_BYTES:
            raise ValueError(version)
        key = keyring().keys[key_id]
        return _decrypt(key, raw[:NONCE_BYTES], raw[NONCE_BYTES:], _place(where, row)).decode()
    except (ValueError, KeyError, InvalidTag) as error:
        raise BrokenSeal(where) from error


def seal_bytes(content: bytes, *, where: str, row: object) -> bytes:
    """Seal a file's content for one place: `1.<key id>.`, then nonce, ciphertext and tag as they are."""
    key = keyring().active
    nonce = os.urandom(NONCE_BYTES)
    return f"1.{key.id}.".encode() + nonce + _encrypt(key, nonce, content, _place(where, row))


def unseal_bytes(sealed: bytes, *, where: str, row: object) -> bytes:
    """Open what seal_bytes has sealed for this place. Raises BrokenSeal."""
    try:
        version, key_id, raw = sealed.split(b".", 2)
        if version != b"1" or len(raw) < NONCE_BYTES + TAG_BYTES:
            raise ValueError(version)
        key = keyring().keys[key_id.decode("ascii")]
        return _decrypt(key, raw[:NONCE_BYTES], raw[NONCE_BYTES:], _place(where, row))
    except (ValueError, KeyError, InvalidTag) as error:
        raise BrokenSeal(where) from error


def key_of(token: str) -> str:
    """Return the identifier of the key that a sealed value or a blind index was made with."""
    parts = token.split(".")
    return parts[1] if parts[0] == "1" and len(parts) == 3 else parts[0]


def blind(value: str, *, purpose: str, key: Key | None = None) -> str:
    """Return the blind index of a value under the active key (or the one given). The empty string stays empty."""
    if not value:
        return ""
    key = key or keyring().active
    digest: hashes.HashAlgorithm = hashes.SM3() if key.suite == "sm4-gcm" else hashes.SHA256()
    mac = hmac.HMAC(key.index, digest)
    mac.update(f"{purpose}\x00{value}".encode())
    return f"{key.id}.{mac.finalize().hex()}"


def blind_candidates(value: str, *, purpose: str) -> list[str]:
    """Return the index under every key: search with `column__in=…`, so that a rotation under way loses nobody."""
    return [blind(value, purpose=purpose, key=key) for key in keyring().keys.values()] if value else []


def _place(where: str, row: object) -> bytes:
    return f"{where}\x00{row}".encode()


def _encrypt(key: Key, nonce: bytes, plain: bytes, place: bytes) -> bytes:
    if key.suite == "aes-gcm":
        return AESGCM(key.data).encrypt(nonce, plain, place)
    encryptor = Cipher(algorithms.SM4(key.data), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(place)
    return encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def _decrypt(key: Key, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
    if key.suite == "aes-gcm":
        return AESGCM(key.data).decrypt(nonce, sealed, place)
    body, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key.data), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(place)
    return decryptor.update(body) + decryptor.finalize()
