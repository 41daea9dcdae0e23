"""The end of a chain: locked, read, and one link longer. Hand-written SQL, since every service passes here.

Three statements took Django two milliseconds to put together anew each time, an eighth of everything a service did.
"""

from __future__ import annotations

from functools import cache

from django.db import connection

from linli.core.audit.models import ChainHead, Entry

HEAD = ChainHead._meta.db_table
ENTRY = Entry._meta.db_table


def locked(chain: str) -> tuple[int, str] | None:
    """Return number and hash of a chain's last link, held against other writers; None for a chain without a head."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT seq, hash FROM {HEAD} WHERE chain = %s{_for_update()}", [chain])  # noqa: S608
        found: tuple[int, str] | None = cursor.fetchone()
    return found


def append(entry: Entry) -> None:
    """Write the link and make it the chain's last. The chain is locked."""
    values = [
        field.get_db_prep_save(getattr(entry, field.attname), connection) for field in Entry._meta.concrete_fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(_insert(), values)
        cursor.execute(
            f"UPDATE {HEAD} SET seq = %s, hash = %s WHERE chain = %s",  # noqa: S608 (a name of ours)
            [entry.seq, entry.hash, entry.chain],
        )
    entry._state.adding = False


@cache
def _insert() -> str:
    columns = [str(field.column) for field in Entry._meta.concrete_fields]
    return f"INSERT INTO {ENTRY} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608


def _for_update() -> str:
    return " FOR UPDATE" if connection.features.has_select_for_update else ""
