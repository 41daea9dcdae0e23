"""How long things are kept: each room says for its own how long and why, and the worker's night carries it out.

What is law's to keep (cases, certificates, the audit log) is in no list here and is never deleted: 档案法, and the
periods of 机关文件材料归档范围和文书档案保管期限规定.
"""

# untranslated: told to operators

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from linli.core import audit
from linli.core.access import system_actor

logger = logging.getLogger(__name__)

Forget = Callable[[], int]


@dataclass(frozen=True)
class Term:
    """what is deleted so many days after its end, by which source. forget deletes what is due and returns how many."""

    name: str
    what: str
    days: int
    source: str
    forget: Forget = field(compare=False)


_terms: dict[str, Term] = {}


def forgets(name: str, what: str, *, days: int, source: str) -> Callable[[Forget], Forget]:
    """Register a function that deletes what is past its term and returns how many. name: "room.things"."""

    def register(forget: Forget) -> Forget:
        _terms[name] = Term(name, what, days, source, forget)
        return forget

    return register


def terms() -> list[Term]:
    return [_terms[name] for name in sorted(_terms)]


def tidy() -> dict[str, int]:
    """Delete everything that is past its term, each kind in a transaction of its own; return how many of each.

    What was deleted is noted in the audit log by its counts. One kind that fails is logged, and the others go on.
    """
    gone: dict[str, Any] = {}
    for term in terms():
        try:
            with transaction.atomic():
                count = term.forget()
        except Exception:  # the worker's own loop: whatever one kind does, the others go on
            logger.exception("keeping.retention_failed", extra={"term": term.name})
            continue
        if count:
            gone[term.name] = count
    if gone:
        with transaction.atomic():
            audit.record(system_actor("按保存期限删除"), "keeping.forgot", **gone)
    return gone


def describe() -> str:
    """Return the terms as a table in Markdown."""
    lines = ["| what | kept for | why |", "| --- | --- | --- |"]
    for term in terms():
        kept = f"{term.days} days" if term.days else "until it ends"
        lines.append(f"| `{term.name}` {term.what} | {kept} | {term.source} |")
    return "\n".join(lines) + "\n"
