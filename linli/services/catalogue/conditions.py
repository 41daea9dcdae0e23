"""An item's conditions as rules that run: for one person, and as one rule for a batch (R31)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from linli.core.conditions import Answer, Reason, closure, parse
from linli.core.conditions.form import Rule, facts_in, is_wide
from linli.ground.registry.vocabulary import FACTS
from linli.services.catalogue import words
from linli.services.catalogue.content import Condition, Item


def rule_of(condition: Condition) -> dict[str, Any] | None:
    """Return a condition as a rule with its words as label; None where only people can tell."""
    if condition.rule is not None:
        return {**condition.rule, "label": condition.text.zh}
    if not condition.fact:
        return None
    tests = [
        {"fact": condition.fact, "op": op, "value": value}
        for op, value in (
            (">=", condition.at_least), ("<", condition.below), ("=", condition.equals), ("has", condition.includes or None),
        )
        if value is not None
    ]  # fmt: skip
    return {"all": tests, "label": condition.text.zh}


def rule_of_item(item: Item) -> dict[str, Any] | None:
    """Return all of an item's conditions that can be computed as one rule; None where none can."""
    parts = [rule for condition in item.applicants.conditions if (rule := rule_of(condition)) is not None]
    return {"all": parts} if parts else None


def is_whole(item: Item) -> bool:
    """Tell whether every condition of an item can be computed: nothing is left that only people can tell."""
    return all(condition.is_computed for condition in item.applicants.conditions)


def asks_for(condition: Condition) -> frozenset[str]:
    """Return the names of the facts at which a condition looks."""
    rule = rule_of(condition)
    return facts_in(_parsed(_text(rule))) if rule else frozenset()


def narrows(condition: Condition, wide: Collection[str]) -> bool:
    """Tell whether a condition picks people by more than these facts, which most people have."""
    rule = rule_of(condition)
    return rule is not None and not is_wide(_parsed(_text(rule)), wide)


def answer(rule: Mapping[str, Any], facts: Mapping[str, Any], *, on: dt.date) -> Answer:
    """Hold a rule against what is known of one person on a day. Raises RuleNotGood for a rule that was never checked."""
    return _closure(_text(rule), on)(facts)


def say(reason: Reason, item: Item | None) -> str:
    """Return a reason in the reader's language: the condition's own words, with the facts that are missing."""
    conditions = item.applicants.conditions if item is not None else []
    told = next((words.say(one.text) for one in conditions if one.text.zh == reason.label), reason.label)
    if not reason.missing:
        return told
    names = _("、").join(str(FACTS[name].label) for name in reason.missing if name in FACTS)
    return _("%(words)s（还不知道：%(names)s）") % {"words": told, "names": names}


def _text(rule: Mapping[str, Any]) -> str:
    return json.dumps(rule, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=1000)
def _parsed(text: str) -> Rule:
    return parse(json.loads(text), FACTS)


@lru_cache(maxsize=1000)
def _closure(text: str, on: dt.date) -> Callable[[Mapping[str, Any]], Answer]:
    return closure(_parsed(text), on=on)
