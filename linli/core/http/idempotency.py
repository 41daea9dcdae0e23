"""A repeated submission returns the first result (architecture, decision 11)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import connection, transaction

from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.rows import insert_if_new, together, write

if TYPE_CHECKING:
    from linli.core.http.models import IdempotencyKey

KEY_LENGTH = 80


def once(actor: Actor, operation: str, key: str, make: Callable[[], str]) -> tuple[str, bool]:
    """Run `make` once for this actor, operation and key; return its result and whether it ran now.

    `make` returns what identifies the thing made (at most 120 characters). Both are one transaction: of two
    submissions at the same time one makes, the other waits and is given the first one's result. What `make` raises
    undoes both, and the key can be used again. key: whatever the client sent; without one nothing is remembered.
    """
    from linli.core.http.models import IdempotencyKey  # the package is imported before the app is ready

    if not key:
        with transaction.atomic():
            return make(), True
    owner = str(actor.account_id or actor.kind)
    row = IdempotencyKey(owner=owner, operation=operation, key=_storable(key), result="", created_at=now())
    with transaction.atomic():  # who comes at the same time waits here for the first to end
        if insert_if_new(row):
            with together():
                row.result = make()
                _note(row)
            return row.result, True
    return IdempotencyKey.objects.get(owner=owner, operation=operation, key=row.key).result, False


def _note(row: IdempotencyKey) -> None:
    key = row._meta.pk.get_db_prep_save(row.pk, connection)
    write(f"UPDATE {row._meta.db_table} SET result = %s WHERE id = %s", [row.result, key])  # noqa: S608 (a name of ours)


def answered(actor: Actor, operation: str, key: str) -> str | None:
    """Return what a key was answered with before, for whoever lost the answer on the way; None for one not yet used."""
    from linli.core.http.models import IdempotencyKey  # as above

    owner = str(actor.account_id or actor.kind)
    rows = IdempotencyKey.objects.filter(owner=owner, operation=operation, key=_storable(key)).exclude(result="")
    return rows.values_list("result", flat=True).first()


def _storable(key: str) -> str:
    """Return a key that fits its column: a client may send anything."""
    if len(key) <= KEY_LENGTH and key.isascii() and key.isprintable():
        return key
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
