"""The demonstration's sign-ins, shown at the door; who makes the demonstration tells them here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class DemonstrationAccount:
    """A made-up account: what to type at which door ("staff" or "resident"). Residents have no password but a code."""

    door: str
    name: str
    role: str
    sign_in: str
    password: str = ""


_providers: list[Callable[[], list[DemonstrationAccount]]] = []


def provide(function: Callable[[], list[DemonstrationAccount]]) -> Callable[[], list[DemonstrationAccount]]:
    """Register the function that lists the accounts; it is asked at each showing of the door."""
    _providers.append(function)
    return function


def accounts_at(door: str) -> list[DemonstrationAccount]:
    """Return the accounts to show at a door: none outside a demonstration."""
    if not settings.DEMO:
        return []
    return [account for provider in _providers for account in provider() if account.door == door]
