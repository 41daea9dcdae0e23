"""A repeated submission returns the first result (architecture, decision 11)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import connection, transaction

from linli.core.access import Actor
from linli.core.calendar import now

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
    with transaction.atomic():
        if claimed(row):
            row.result = make()
            IdempotencyKey.objects.filter(pk=row.pk).update(result=row.result)
            return row.result, True
    return IdempotencyKey.objects.get(owner=owner, operation=operation, key=row.key).result, False


def claimed(row: IdempotencyKey) -> bool:
    """Write a key that nobody has used; tell whether it was so. Who comes at the same time waits for the first to end."""
    fields = row._meta.concrete_fields
    columns = ", ".join(str(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {row._meta.db_table} ({columns}) "  # noqa: S608 (names of ours)
            f"VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT DO NOTHING",
            [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields],
        )
        return bool(cursor.rowcount)


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
