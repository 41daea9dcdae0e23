"""Where people can be reached. This floor knows nobody: the room that keeps people registers its address book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Contact:
    """How to reach somebody. county_code is where her rows live."""

    phone: str = ""
    language: str = "zh-hans"
    county_code: str = ""


AddressBook = Callable[[UUID | None, UUID | None], Contact | None]
"""Given a person's id, an account's id, or both, returns how to reach her; None for somebody unknown."""

_book: list[AddressBook] = []


def set_address_book(book: AddressBook) -> AddressBook:
    """Register the address book; the last one holds. May stand above the function as a decorator."""
    _book[:] = [book]
    return book


def contact_of(person_id: UUID | None, account_id: UUID | None) -> Contact:
    """Return how to reach somebody: without an address book, or unknown to it, in the portal alone."""
    return (_book[0](person_id, account_id) if _book else None) or Contact()
