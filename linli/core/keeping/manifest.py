"""What a backup says of itself: which version made it, what is in it, and by which keys it is read."""

# untranslated: told to operators

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from linli.core.audit import queries as audit
from linli.core.crypto import BrokenSeal, keyring, seal, unseal
from linli.core.keeping.refusals import FromNewerVersion, NoBackup, OtherKeyRing
from linli.core.keeping.tables import Held

FORMAT = 1
WHERE = "core_keeping.manifest.proof"

Migration = tuple[str, str]


@dataclass(frozen=True)
class Manifest:
    """migrations: those applied. proofs: for each key, a text that only this key opens. chains: the audit heads."""

    version: str
    made_at: dt.datetime
    vendor: str
    migrations: tuple[Migration, ...]
    tables: dict[str, Held]
    chains: dict[str, tuple[int, str]]
    proofs: dict[str, str]
    missing_files: tuple[str, ...] = ()

    def as_text(self) -> str:
        told = {
            "format": FORMAT,
            "linli": self.version,
            "made_at": self.made_at.isoformat(),
            "database": self.vendor,
            "migrations": [list(migration) for migration in self.migrations],
            "tables": {name: held.as_json() for name, held in self.tables.items()},
            "audit": {chain: {"seq": seq, "hash": digest} for chain, (seq, digest) in self.chains.items()},
            "keys": self.proofs,
            "missing_files": list(self.missing_files),
        }
        return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def read(cls, text: str, path: Path) -> Manifest:
        """Read what as_text has written. Raises NoBackup, FromNewerVersion."""
        try:
            told: dict[str, Any] = json.loads(text)
            if told["format"] > FORMAT:
                raise FromNewerVersion(theirs=told["linli"], ours=program_version(), what=f"格式 {told['format']}")
            return cls(
                version=told["linli"],
                made_at=dt.datetime.fromisoformat(told["made_at"]),
                vendor=told["database"],
                migrations=tuple((app, name) for app, name in told["migrations"]),
                tables={name: Held(**held) for name, held in told["tables"].items()},
                chains={chain: (end["seq"], end["hash"]) for chain, end in told["audit"].items()},
                proofs=told["keys"],
                missing_files=tuple(told["missing_files"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise NoBackup(path=path, what="清单读不懂") from error

    def check_version(self) -> None:
        """Refuse a backup with migrations that this program does not know. Raises FromNewerVersion."""
        known = known_migrations()
        unknown = [f"{app}.{name}" for app, name in self.migrations if (app, name) not in known]
        if unknown:
            raise FromNewerVersion(
                theirs=self.version, ours=program_version(), what="、".join(unknown[:3]) + ("…" if unknown[3:] else "")
            )

    def check_keys(self) -> None:
        """Refuse where the key ring in force misses one of the backup's keys. Raises OtherKeyRing."""
        wrong = [key_id for key_id, proof in sorted(self.proofs.items()) if not _opens(key_id, proof)]
        if wrong:
            raise OtherKeyRing(keys="、".join(wrong))

    @property
    def is_of_now(self) -> bool:
        """Tell whether it has every migration of this program."""
        return known_migrations() <= set(self.migrations)


def known_migrations() -> set[Migration]:
    """Return the migrations that this program brings."""
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def program_version() -> str:
    return version("linli")


def applied(connection: BaseDatabaseWrapper) -> tuple[Migration, ...]:
    """Return the migrations that a database has, sorted."""
    return tuple(sorted(MigrationRecorder(connection).applied_migrations()))


def chain_heads() -> dict[str, tuple[int, str]]:
    """Return each audit chain's last link: number and hash."""
    return audit.heads()


def proofs() -> dict[str, str]:
    """Return for each key of the ring a text sealed with it: whoever restores can try her ring before anything else."""
    ring = keyring()
    return {key.id: seal(key.id, where=WHERE, row=key.id, key=key) for key in ring.keys.values()}


def _opens(key_id: str, proof: str) -> bool:
    try:
        return unseal(proof, where=WHERE, row=key_id) == key_id
    except BrokenSeal:
        return False


def sums_of(lines: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Read files.jsonl: name, SHA-256 and bytes of each file."""
    read = (json.loads(line) for line in lines if line.strip())
    return {entry["name"]: (entry["sha256"], entry["bytes"]) for entry in read}
