"""Row identifiers made by the program: sortable by time, no sequence, no database asked."""

import uuid

import uuid_utils

COUNTY_BITS, TAIL_BITS = 20, 42
"""A county's six digits are below 2^20; what remains of the last 62 bits stays random."""


def new_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def placed_id(county_code: str) -> uuid.UUID:
    """Return a UUIDv8 (RFC 9562, 5.8) that says where its row lies: as a UUIDv7, with the county behind the variant.

    A person is asked for by her id alone in many places; so that only her county's shard is asked, the id names it.
    county_code: six digits. Raises ValueError for anything else.
    """
    if len(county_code) != 6 or not county_code.isdigit():
        raise ValueError(f"not the code of a county: {county_code!r}")
    number = new_id().int
    number = number & ~(0xF << 76) | 0x8 << 76
    number = number & ~(((1 << COUNTY_BITS) - 1) << TAIL_BITS) | int(county_code) << TAIL_BITS
    return uuid.UUID(int=number)


def as_uuid(text: str) -> uuid.UUID | None:
    """Return the id that a text from outside writes; None for a text that writes none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def county_of(row_id: uuid.UUID | None) -> str:
    """Return the county that a placed id names; "" for other ids, whose row may lie anywhere."""
    if row_id is None or row_id.version != 8:
        return ""
    return f"{row_id.int >> TAIL_BITS & (1 << COUNTY_BITS) - 1:06}"
