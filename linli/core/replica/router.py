"""Which database a query goes to: the main one, unless a page of figures reads."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from linli.core.replica.reading import COPY, reads_from

NEVER_COPIED = frozenset({"sessions", "django_cache"})
"""Who is signed in, and what is counted against limits, is read where it is written."""


class ReplicaRouter:
    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS if model._meta.app_label in NEVER_COPIED else reads_from.get()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == COPY else None
