"""Encryption of fields with key identifiers and rotation, and the keyed blind index that finds them again."""

from linli.core.crypto.fields import (
    BrokenSeal,
    blind,
    blind_candidates,
    key_of,
    seal,
    seal_bytes,
    unseal,
    unseal_bytes,
)
from linli.core.crypto.keyring import Keyring, has_ring, keyring, ring_text, write_keyfile
from linli.core.crypto.rotation import KeyRingLost, begin_ring, register_sealed, register_sealed_things
from linli.core.crypto.signing import is_signed, public_key, sign

__all__ = [
    "BrokenSeal", "KeyRingLost", "Keyring", "begin_ring", "blind", "blind_candidates", "has_ring", "is_signed", "key_of", "keyring", "public_key",
    "register_sealed", "register_sealed_things", "ring_text", "seal", "seal_bytes", "sign", "unseal", "unseal_bytes",
    "write_keyfile",
]  # fmt: skip
