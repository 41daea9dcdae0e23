"""The doctor: what is wrong with an installation, and how to mend it. Rooms register what to look at in checks.py."""

# untranslated: told to operators

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import PurePath

from django.db import DatabaseError


class Gravity(IntEnum):
    """How bad it is: a NOTE wants a look, what is BROKEN makes `linli doctor` end with 1."""

    NOTE = 1
    BROKEN = 2


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: what, and what to do about it, a sentence each."""

    what: str
    mend: str
    gravity: Gravity = Gravity.BROKEN


@dataclass(frozen=True)
class Looked:
    """What one check found; nothing, where all is well."""

    name: str
    title: str
    findings: tuple[Finding, ...]


Look = Callable[[bool], Iterable[Finding]]


@dataclass(frozen=True)
class Check:
    name: str
    title: str
    look: Look = field(compare=False)
    needs_tables: bool = True


_checks: dict[str, Check] = {}
FIRST = ("database.reachable", "database.migrations")
"""Without these nothing that needs tables can be looked at."""


def check(name: str, title: str, *, needs_tables: bool = True) -> Callable[[Look], Look]:
    """Register a function that yields Findings. name: "room.what"; title: what is in order where it yields nothing.

    The function is handed whether to look at everything (--all) or at a sample. needs_tables: it asks the database.
    """

    def register(look: Look) -> Look:
        _checks[name] = Check(name, title, look, needs_tables)
        return look

    return register


def checks() -> list[Check]:
    """Return every check, those that others rest on first."""
    return sorted(_checks.values(), key=lambda each: (each.name not in FIRST, each.needs_tables, each.name))


def examine(*, everything: bool = False) -> Iterable[Looked]:
    """Do every check and yield what it found. One that fails is itself a finding; the others go on."""
    has_tables = True
    for each in checks():
        if each.needs_tables and not has_tables:
            continue
        looked = Looked(each.name, each.title, _findings(each, everything))
        if each.name in FIRST and looked.findings:
            has_tables = False
        yield looked


def _findings(each: Check, everything: bool) -> tuple[Finding, ...]:
    try:
        return tuple(each.look(everything))
    except DatabaseError as error:
        return (Finding(f"数据库不应：{str(error).partition(chr(10))[0]}", "看数据库是不是在运行，再试一次。"),)
    except Exception as error:  # whatever one check does, the others go on
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{PurePath(last.filename).name}:{last.lineno}"
        return (Finding(f"没有查完：{type(error).__name__} {error}（{where}）", "请把这一行告诉开发者。"),)
