"""The sealed columns of a person: how they are closed, opened, and found again."""

from __future__ import annotations

from linli.core.crypto import blind, blind_candidates, register_sealed, seal, unseal
from linli.ground.registry import rules
from linli.ground.registry.models import Person

COLUMNS = {name: f"registry.person.{name}" for name in ("id_number", "phone", "address")}
FORMER = "registry.formerfact.value"
IDENTITY = "identity"
PHONE = "phone"
"""The same purpose as in accounts: an account's telephone and a person's are compared by their indexes."""


def put(person: Person, field: str, text: str) -> dict[str, str]:
    """Seal a text into its field, its index beside it; return what was written, by column."""
    written = {field: seal(text, where=COLUMNS[field], row=person.pk)}
    if field == "id_number":
        written["id_index"] = identity_index(person.id_kind, text)
    if field == "phone":
        written["phone_index"] = blind(text, purpose=PHONE)
    for name, value in written.items():
        setattr(person, name, value)
    return written


def opened(person: Person, field: str) -> str:
    """Return a sealed field in clear. Whoever calls it has a purpose and notes the look."""
    return unseal(getattr(person, field), where=COLUMNS[field], row=person.pk)


def masked(person: Person, field: str) -> str:
    """Return a sealed field as it is shown in lists."""
    if field == "id_number":
        return rules.mask_identity(opened(person, field))
    if field == "phone":
        return rules.mask_phone(opened(person, field))
    return "******" if getattr(person, field) else ""


def identity_index(id_kind: str, number: str) -> str:
    return blind(f"{id_kind}:{number}", purpose=IDENTITY)


def identity_candidates(id_kind: str, number: str) -> list[str]:
    return blind_candidates(f"{id_kind}:{number}", purpose=IDENTITY)


def register() -> None:
    """Tell the rotation of keys what is sealed here."""
    register_sealed(
        "registry.Person", "id_number", COLUMNS["id_number"], "id_index", IDENTITY,
        lambda person, number: f"{person.id_kind}:{number}",
    )  # fmt: skip
    register_sealed("registry.Person", "phone", COLUMNS["phone"], "phone_index", PHONE)
    register_sealed("registry.Person", "address", COLUMNS["address"])
    register_sealed("registry.FormerFact", "value", FORMER)
