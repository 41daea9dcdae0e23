"""Optimistic locking by a version column: a conditional update, which holds on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F

from linli.core.http.refusals import Stale


def save_version(row: models.Model, version: int | None, **changes: Any) -> None:
    """Write `changes` if the row still has `version`, count the version up, and refresh the fields on `row`.

    version None takes the row's own. Place-bound rows are addressed by county_code and pk (one shard). Raises Stale.
    """
    expected = row.version if version is None else version  # type: ignore[attr-defined]
    where: dict[str, Any] = {"pk": row.pk, "version": expected}
    if hasattr(row, "county_code"):
        where["county_code"] = row.county_code
    done = type(row)._base_manager.filter(**where).update(version=F("version") + 1, **changes)
    if not done:
        raise Stale
    for name, value in changes.items():
        setattr(row, name, value)
    row.version = expected + 1  # type: ignore[attr-defined]
