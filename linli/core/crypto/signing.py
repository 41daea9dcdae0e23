"""Signing with the key ring: an Ed25519 key (RFC 8032) for each key and purpose, derived by HKDF (RFC 5869).

Nothing more has to be kept or rotated: a signature names the key of the ring that it was made with.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from linli.core.crypto.keyring import Key, keyring


def sign(message: bytes, *, purpose: str) -> tuple[str, str]:
    """Return the active key's identifier and its signature (base64) over the message."""
    key = keyring().active
    return key.id, base64.b64encode(_signer(key, purpose).sign(message)).decode()


def is_signed(message: bytes, signature: str, *, key_id: str, purpose: str) -> bool:
    """Tell whether the signature is that of the ring's key over this message; False for a key that is gone."""
    key = keyring().keys.get(key_id)
    if key is None:
        return False
    try:
        _signer(key, purpose).public_key().verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def public_key(key_id: str, *, purpose: str) -> str:
    """Return the public key (PEM) with which others can check what was signed. Raises KeyError for an unknown key."""
    return (
        _signer(keyring().keys[key_id], purpose)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def _signer(key: Key, purpose: str) -> Ed25519PrivateKey:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=f"linli\x00{purpose}".encode()).derive(key.data + key.index)
    return Ed25519PrivateKey.from_private_bytes(derived)
