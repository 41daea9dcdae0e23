"""How long things are kept: each room says for its own how long and why, and the worker's night carries it out.

A city may set other terms (LINLI_RETENTION_DAYS), none shorter than its source demands.

What is law's to keep (cases, certificates, the audit log) is in no list here and is never deleted: 档案法, and the
periods of 机关文件材料归档范围和文书档案保管期限规定.
"""

# untranslated: told to operators

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import transaction

from linli.core import audit
from linli.core.access import system_actor
from linli.core.calendar import now
from linli.core.keeping.refusals import TermNotUnderstood, TermTooShort, UnknownTerm

logger = logging.getLogger(__name__)

Forget = Callable[[dt.datetime], int]


@dataclass(frozen=True)
class Term:
    """what is deleted so many days after its end, by which source.

    days: 0 where it has an end of its own, which nobody can set. at_least: days that the source demands. as_long_as: the name
    of a term that this one is never shorter than. forget deletes what ended before a moment and returns how many.
    """

    name: str
    what: str
    days: int
    source: str
    forget: Forget = field(compare=False)
    at_least: int = 1
    as_long_as: str = ""


_terms: dict[str, Term] = {}


def forgets(
    name: str, what: str, *, days: int, source: str, at_least: int = 1, as_long_as: str = ""
) -> Callable[[Forget], Forget]:
    """Register a function that deletes what ended before a moment. name: "room.things"; the rest as in Term."""

    def register(forget: Forget) -> Forget:
        _terms[name] = Term(name, what, days, source, forget, at_least, as_long_as)
        return forget

    return register


def shipped_terms() -> list[Term]:
    """Return the terms as the rooms have them, whatever is set here."""
    return [_terms[name] for name in sorted(_terms)]


def terms() -> list[Term]:
    """Return the terms that count here. Raises TermNotUnderstood, UnknownTerm, TermTooShort."""
    days = {term.name: term.days for term in shipped_terms()} | _set_here()
    return [
        replace(term, days=max(days[term.name], days[term.as_long_as]) if term.as_long_as else days[term.name])
        for term in shipped_terms()
    ]


def _set_here() -> dict[str, int]:
    asked = {}
    for text in settings.RETENTION_DAYS:
        name, _equals, days = text.partition("=")
        if not (days.isascii() and days.isdecimal()):
            raise TermNotUnderstood(text=text)
        term = _terms.get(name)
        if term is None or not term.days:
            raise UnknownTerm(name=name, names="、".join(one.name for one in shipped_terms() if one.days))
        if int(days) < term.at_least:
            raise TermTooShort(name=name, days=days, at_least=term.at_least, source=term.source)
        asked[name] = int(days)
    return asked


def tidy() -> dict[str, int]:
    """Delete everything that is past its term, each kind in a transaction of its own; return how many of each.

    What was deleted is noted in the audit log by its counts. One kind that fails is logged, and the others go on. Where
    what is set here is not understood nothing is deleted: raises as terms.
    """
    gone: dict[str, Any] = {}
    for term in terms():
        try:
            with transaction.atomic():
                count = term.forget(now() - dt.timedelta(days=term.days))
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
    """Return the terms as they are shipped, as a table in Markdown."""
    lines = ["| what | kept for | at least | why |", "| --- | --- | --- | --- |"]
    for term in shipped_terms():
        kept = f"{term.days} days" if term.days else "until it ends"
        least = f"as `{term.as_long_as}`" if term.as_long_as else f"{term.at_least}" if term.days else "–"
        lines.append(f"| `{term.name}` {term.what} | {kept} | {least} | {term.source} |")
    return "\n".join(lines) + "\n"
