"""What stands in an address: numbers, ids, codes and tokens taken from the rows that there are.

An argument finds its rows by its own name: `draft_id` is the id of a Draft, `number` stands in every table that has
one. The other arguments of the same address are read from the row or what it hangs on. Nobody lists pages by hand.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import NoReverseMatch, reverse

from linli.services.casework.figures import FIGURES
from tests.house.doors import Door

KINDS: dict[str, Callable[[], list[str]]] = {
    "field": lambda: ["id_number", "phone", "address", "name", "registration", "community"],
    "kind": lambda: _papers(),
    "action": lambda: ["accept"],
    "figure": lambda: list(FIGURES),
    "casework:assist_consent code": lambda: ["old_age_allowance"],
    "casework:rate token": lambda: _links_to_rate(),
}
"""Arguments that are words of the code, not rows; an argument of one page alone by the page's name and its own."""

ASKED = {"catalogue:gaps": "?item=old_age_allowance"}
"""Pages that are asked for something beside their address."""

ELSEWHERE = {
    "visit_id": ("casework.Case", "visit_id"),
    "authority_id": ("casework.StandingAuthority", "pk"),
    "held_id": ("accounts.RoleHeld", "pk"),
    "role_id": ("accounts.RoleHeld", "pk"),
    "secret_id": ("exchange.ClientSecret", "pk"),
    "delivery_id": ("django_tasks_database.DBTaskResult", "pk"),
}
"""Ids that are not named after their table: table and column."""

MOST = 60
"""Rows that are tried for one argument, so many of each state."""


def fillings(door: Door) -> Iterator[dict[str, Any]]:
    """Yield arguments that fit a door's address, newest rows first. Raises LookupError for one that no table knows."""
    for filling in _combinations(door):
        try:
            address_of(door, filling)
        except NoReverseMatch:  # a number of another table
            continue
        yield filling


def address_of(door: Door, filling: dict[str, Any]) -> str:
    return reverse(door.name, kwargs={name: str(value) for name, value in filling.items()}) + ASKED.get(door.name, "")


def _combinations(door: Door) -> Iterator[dict[str, Any]]:
    if not door.arguments:
        yield {}
        return
    *before, last = door.arguments
    rows = [(row, value, {name: _beside(row, name) for name in before}) for row, value in _values(last, door)]
    whole = [(value, known) for _row, value, known in rows if None not in known.values()]
    for value, known in whole:
        yield {**known, last: value}
    if whole:
        return
    for _row, value, known in rows:
        missing = [name for name, found in known.items() if found is None]
        lists = [[value for _row, value in _values(name, door)] for name in missing]
        for combination in itertools.islice(itertools.product(*lists), MOST):
            yield {**known, **dict(zip(missing, combination, strict=True)), last: value}


def state_of(filling: dict[str, Any]) -> str:
    """Return the state of the row that an address leads to, so that each state is seen."""
    return next((str(value.state) for value in reversed(filling.values()) if getattr(value, "state", "")), "")


OWNERS = ("owner_id", "account_id", "person_id", "applicant_id", "agent_id", "holder_id", "recorded_by")


class Value(str):
    """An argument that remembers the state of its row, and whose it is."""

    state = ""
    owners: tuple[Any, ...] = ()

    @classmethod
    def of(cls, content: Any, row: models.Model | None = None) -> Value:
        value = cls(content)
        if row is not None:
            value.state = f"{row._meta.model_name} {getattr(row, 'status', getattr(row, 'kind', ''))}".strip()
            held = (getattr(row, name, None) for name in OWNERS)
            value.owners = (*[owner for owner in held if owner], row.pk)
        return value


def holds_rows_of(door: Door, tables: Iterable[type[models.Model]]) -> bool:
    """Tell whether one of a door's arguments leads to a row of these tables."""
    room = door.room
    for name in door.arguments:
        if name.endswith("_id") or name in ("number", "token"):
            found = [model for model, _column in _columns(name, room)]
            if any(model in tables for model in [m for m in found if m._meta.app_label == room] or found):
                return True
    return False


def owners_of(filling: dict[str, Any]) -> list[Any]:
    """Return the ids of persons and accounts to whom an address belongs."""
    return list(dict.fromkeys(owner for value in filling.values() for owner in getattr(value, "owners", ())))


def _values(name: str, door: Door) -> list[tuple[models.Model | None, Value]]:
    if words := KINDS.get(f"{door.name} {name}", KINDS.get(name)):
        return [(None, Value(word)) for word in words()]
    found: list[tuple[models.Model | None, Value]] = []
    for model, column in _columns(name, door.room):
        for row in _spread(model):
            if (content := getattr(row, column)) not in (None, ""):
                found.append((row, Value.of(content, row)))
    if not _columns(name, door.room):
        raise LookupError(f"{door}: no table knows {name}; say in tests/house/fillings.py where it comes from")
    return found


@cache
def _columns(name: str, room: str) -> list[tuple[type[models.Model], str]]:
    """Return tables and columns that hold an argument; those of the page's own room first."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("linli.")]
    exact = [m for m in ours if m._meta.app_label == room and f"{m._meta.model_name}_id" == name]
    if name in ELSEWHERE and not exact:
        label, column = ELSEWHERE[name]
        return [(apps.get_model(label), column)]
    if name.endswith("_id"):
        stem = name.removesuffix("_id").replace("_", "")
        exact = [m for m in ours if m._meta.model_name == stem]
        found = [(m, "pk") for m in exact or ours if str(m._meta.model_name).endswith(stem)]
    else:
        found = [(m, name) for m in ours if name in {field.name for field in m._meta.concrete_fields}]
    own = [pair for pair in found if pair[0]._meta.app_label == room]
    if name.endswith("_id"):
        return own or found
    return own + [pair for pair in found if pair not in own]


def _spread(model: type[models.Model]) -> list[models.Model]:
    """Return some rows of each state, newest first."""
    names = {field.name for field in model._meta.concrete_fields}
    rows = model._base_manager.order_by("-pk")
    if (column := next((name for name in ("status", "kind") if name in names), "")) == "":
        return list(rows[:MOST])
    found: list[models.Model] = []
    for state in rows.order_by().values_list(column, flat=True).distinct():
        found += rows.filter(**{column: state})[:8]
    return found


def _beside(row: models.Model | None, name: str) -> Any:
    """Return an argument from a row or from what it hangs on."""
    if row is None:
        return None
    for field in row._meta.concrete_fields:
        if name in (field.name, field.attname) and not isinstance(getattr(row, field.attname), models.Model):
            return Value.of(getattr(row, field.attname), getattr(row, field.name) if field.is_relation else row)
    for field in row._meta.concrete_fields:
        if field.is_relation and (other := getattr(row, field.name)) is not None and hasattr(other, name):
            return Value.of(getattr(other, name), other)
    return None


def _papers() -> list[str]:
    from linli.services.certificates.documents import NOTICES

    return list(NOTICES)


def _links_to_rate() -> list[str]:
    from linli.core.access import system_actor
    from linli.services.casework.models import Case, RatingChannel
    from linli.services.casework.services import rating_token

    cases = [
        case for status in ("closed", "delivered", "accepted") for case in Case.everywhere.filter(status=status)[:1]
    ]
    return [rating_token(case, RatingChannel.SCREEN, by=system_actor("测试")) for case in cases]
