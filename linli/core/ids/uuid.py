"""Row identifiers made by the program: sortable by time, no sequence, no database asked."""

import uuid

import uuid_utils


def new_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)
