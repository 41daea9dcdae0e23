"""Encryption of fields with key identifiers and rotation, and the keyed blind index that finds them again."""

from linli.core.crypto.fields import BrokenSeal, blind, blind_candidates, key_of, seal, unseal
from linli.core.crypto.keyring import Keyring, keyring

__all__ = ["BrokenSeal", "Keyring", "blind", "blind_candidates", "key_of", "keyring", "seal", "unseal"]
