"""Which group at the identity provider gives which role where: a file that the city keeps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from linli.ground.accounts import roles


@dataclass(frozen=True)
class Grant:
    """What a group gives: a role at the division with this twelve-digit code, for a department's line if one."""

    group: str
    role: str
    division: str
    department: str = ""


def grants() -> tuple[Grant, ...]:
    """Return what the file says; none without a file. It is read again when it has changed.

    Raises ImproperlyConfigured with the line's number among the entries for what is wrong.
    """
    if not settings.OIDC_GROUPS_FILE:
        return ()
    path = Path(settings.OIDC_GROUPS_FILE)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise ImproperlyConfigured(f"LINLI_OIDC_GROUPS_FILE cannot be read: {path}") from error


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> tuple[Grant, ...]:
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except yaml.YAMLError as error:
        raise ImproperlyConfigured(f"{path} is no YAML") from error
    if not isinstance(entries, list):
        raise ImproperlyConfigured(f"{path}: a list of group, role, division is expected")
    return tuple(_grant(path, number, entry) for number, entry in enumerate(entries, start=1))


def _grant(path: Path, number: int, entry: Any) -> Grant:
    known = {"group", "role", "division", "department"}
    if not isinstance(entry, dict) or not {"group", "role", "division"} <= set(entry) <= known:
        raise ImproperlyConfigured(f"{path}, entry {number}: group, role, division and perhaps department are expected")
    grant = Grant(**{name: str(value) for name, value in entry.items()})
    if grant.role not in roles.ROLES:
        raise ImproperlyConfigured(f"{path}, entry {number}: no role is called {grant.role}")
    if len(grant.division) != 12 or not grant.division.isdigit():
        raise ImproperlyConfigured(f"{path}, entry {number}: a division is named by its 12 digits, in quotation marks")
    return grant
