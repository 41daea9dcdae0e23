"""A rule for one person: a closure over her facts that says yes, no or unknown, and why. Microseconds; no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from linli.core.conditions.form import Either, Every, Not, Rule, Test, facts_in
from linli.core.conditions.months import latest_start


@dataclass(frozen=True)
class Reason:
    """One part of a rule that decided. holds: True, False, or None for a fact that is missing.

    label: the part's own words, else the comparison as it is written. missing: the facts that are not known.
    """

    label: str
    holds: bool | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """holds: True for yes, False for no, None for unknown; reasons: the parts that made it so, in their order."""

    holds: bool | None
    reasons: tuple[Reason, ...]


Facts = Mapping[str, Any]
_Found = tuple[bool | None, tuple[Reason, ...]]
_Closure = Callable[[Facts], _Found]


def closure(rule: Rule, *, on: dt.date) -> Callable[[Facts], Answer]:
    """Return the function that answers for one person on a day. Facts by name; missing or None: not known."""
    found = _compiled(rule, on)
    return lambda facts: Answer(*found(facts))


def _compiled(rule: Rule, on: dt.date) -> _Closure:
    if isinstance(rule, Test):
        return _test(rule, on)
    if isinstance(rule, Not):
        return _labelled(rule, _not(_compiled(rule.part, on)))
    inner = [_compiled(part, on) for part in rule.parts]
    return _labelled(rule, _group(inner, decides=isinstance(rule, Either)))


def _group(parts: Collection[_Closure], *, decides: bool) -> _Closure:
    """Kleene's logic. decides: the answer of one part that settles the whole: True for any, False for all."""

    def group(facts: Facts) -> _Found:
        settled: tuple[Reason, ...] = ()
        unknown: tuple[Reason, ...] = ()
        rest: tuple[Reason, ...] = ()
        is_settled = is_unknown = False
        for part in parts:
            holds, reasons = part(facts)
            if holds is None:
                is_unknown = True
                unknown += reasons
            elif holds is decides:
                is_settled = True
                settled += reasons
            else:
                rest += reasons
        if is_settled:
            return decides, settled
        return (None, unknown) if is_unknown else (not decides, rest)

    return group


def _not(part: _Closure) -> _Closure:
    def negated(facts: Facts) -> _Found:
        holds, reasons = part(facts)
        return (None if holds is None else not holds), reasons

    return negated


def _labelled(rule: Every | Either | Not, found: _Closure) -> _Closure:
    """A part with words of its own is one reason, whatever it is made of."""
    if not (label := rule.label):
        return found
    yes, no = (Reason(label, True),), (Reason(label, False),)
    names = sorted(facts_in(rule))

    def labelled(facts: Facts) -> _Found:
        holds, _reasons = found(facts)
        if holds is None:
            absent = tuple(name for name in names if facts.get(name) is None)
            return None, (Reason(label, None, absent or tuple(names)),)
        return holds, yes if holds else no

    return labelled


def _test(rule: Test, on: dt.date) -> _Closure:
    name, is_open = rule.fact.name, rule.fact.is_open
    label = (
        rule.label or f"{name} {rule.op} {rule.value if not isinstance(rule.value, tuple) else '|'.join(rule.value)}"
    )
    yes, no = (True, (Reason(label, True),)), (False, (Reason(label, False),))
    unknown: _Found = (None, (Reason(label, None, (name,)),))
    holds = _comparison(rule, on)

    def test(facts: Facts) -> _Found:
        value = facts.get(name)
        if value is None:
            return unknown
        if holds(value):
            return yes
        return unknown if is_open else no

    return test


def _comparison(rule: Test, on: dt.date) -> Callable[[Any], bool]:
    value = rule.value
    if rule.op == "months":
        last = latest_start(on, value)
        return lambda given: bool(given <= last)
    comparisons: dict[str, Callable[[Any], bool]] = {
        ">=": lambda given: bool(given >= value),
        ">": lambda given: bool(given > value),
        "<=": lambda given: bool(given <= value),
        "<": lambda given: bool(given < value),
        "=": lambda given: bool(given == value),
        "in": lambda given: given in value,
        "has": lambda given: value in given,
    }
    return comparisons[rule.op]
