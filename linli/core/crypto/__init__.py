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
from linli.core.crypto.keyring import Keyring, keyring

__all__ = [
    "BrokenSeal", "Keyring", "blind", "blind_candidates", "key_of", "keyring", "seal", "seal_bytes", "unseal",
    "unseal_bytes",
]  # fmt: skip
