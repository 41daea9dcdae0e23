"""Identifiers: UUIDv7 for rows, numbers with a check character for people."""

from linli.core.ids.numbers import check_character, grouped, is_digits, is_number, random_serial
from linli.core.ids.uuid import as_uuid, county_of, new_id, placed_id

__all__ = [
    "as_uuid",
    "check_character",
    "county_of",
    "grouped",
    "is_digits",
    "is_number",
    "new_id",
    "placed_id",
    "random_serial",
]
