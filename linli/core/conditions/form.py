"""The form of a rule: what is right, what a sentence says when it is not, and the parsed tree. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.core.conditions.vocabulary import OPERATORS, Fact, Kind, Vocabulary
from linli.core.http import Refused

DEEPEST = 8
MOST_TESTS = 64
LABEL_MAX = 200
WORD = re.compile(r"[A-Za-z0-9_.\-]{1,60}")
"""No quotes and no backslash: a word is written into queries of engines that escape differently."""
NUMBER_MAX = 10**15

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Rule",
    "$ref": "#/$defs/rule",
    "$defs": {
        "label": {"type": "string", "maxLength": LABEL_MAX},
        "rules": {"type": "array", "minItems": 1, "maxItems": MOST_TESTS, "items": {"$ref": "#/$defs/rule"}},
        "word": {"type": "string", "pattern": f"^{WORD.pattern}$"},
        "rule": {
            "oneOf": [
                {
                    "type": "object",
                    "properties": {"all": {"$ref": "#/$defs/rules"}, "label": {"$ref": "#/$defs/label"}},
                    "required": ["all"],
                    "additionalProperties": False,
                },
                {
                    "type": "object",
                    "properties": {"any": {"$ref": "#/$defs/rules"}, "label": {"$ref": "#/$defs/label"}},
                    "required": ["any"],
                    "additionalProperties": False,
                },
                {
                    "type": "object",
                    "properties": {"not": {"$ref": "#/$defs/rule"}, "label": {"$ref": "#/$defs/label"}},
                    "required": ["not"],
                    "additionalProperties": False,
                },
                {
                    "type": "object",
                    "properties": {
                        "fact": {"type": "string"},
                        "op": {"enum": sorted({op for ops in OPERATORS.values() for op in ops})},
                        "value": {
                            "oneOf": [
                                {"type": "integer"},
                                {"type": "boolean"},
                                {"$ref": "#/$defs/word"},
                                {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/word"}},
                            ]
                        },
                        "label": {"$ref": "#/$defs/label"},
                    },
                    "required": ["fact", "op", "value"],
                    "additionalProperties": False,
                },
            ]
        },
    },
}
"""The form whatever the facts are; `schema_for` narrows it to a vocabulary."""


class RuleNotGood(Refused):
    code = "conditions.rule_not_good"
    message = _("条件规则写得不对，请对照说明再看一遍。")
    field = "rule"


@dataclass(frozen=True)
class Test:
    """A fact compared with a value; in `value` a set of words is a tuple."""

    fact: Fact
    op: str
    value: Any
    label: str = ""


@dataclass(frozen=True)
class Every:
    parts: tuple[Rule, ...]
    label: str = ""


@dataclass(frozen=True)
class Either:
    parts: tuple[Rule, ...]
    label: str = ""


@dataclass(frozen=True)
class Not:
    part: Rule
    label: str = ""


Rule = Test | Every | Either | Not


def parse(data: Any, vocabulary: Vocabulary) -> Rule:
    """Return the rule that JSON data states. Raises RuleNotGood with the place that is wrong (all[1].value)."""
    return _Parser(vocabulary).rule(data, "", 0)


def facts_in(rule: Rule) -> frozenset[str]:
    """Return the names of the facts that a rule looks at."""
    if isinstance(rule, Test):
        return frozenset({rule.fact.name})
    if isinstance(rule, Not):
        return facts_in(rule.part)
    return frozenset().union(*map(facts_in, rule.parts))


def is_wide(rule: Rule, facts: Collection[str]) -> bool:
    """Tell whether a rule lets people through by these facts alone, whatever the others say.

    A `not` counts as wide: what is not so is so of most.
    """
    if isinstance(rule, Test):
        return rule.fact.name in facts
    if isinstance(rule, Not):
        return True
    through = (is_wide(part, facts) for part in rule.parts)
    return all(through) if isinstance(rule, Every) else any(through)


def words_of(rule: Rule, name: str) -> list[str]:
    """Return the words with which a rule compares a fact."""
    if isinstance(rule, Test):
        said = rule.value if isinstance(rule.value, tuple) else (rule.value,)
        return [word for word in said if rule.fact.name == name]
    return [word for part in ((rule.part,) if isinstance(rule, Not) else rule.parts) for word in words_of(part, name)]


def schema_for(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of rules over these facts: each with its operators and kind of value."""
    values: dict[tuple[Kind, str], dict[str, Any]] = {
        (Kind.WORD, "in"): {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/word"}},
        (Kind.TRUTH, "="): {"type": "boolean"},
    }
    tests = [
        {
            "type": "object",
            "properties": {
                "fact": {"const": fact.name},
                "op": {"const": op},
                "value": values.get((fact.kind, op))
                or ({"$ref": "#/$defs/word"} if fact.kind in (Kind.WORD, Kind.WORDS) else {"type": "integer"}),
                "label": {"$ref": "#/$defs/label"},
            },
            "required": ["fact", "op", "value"],
            "additionalProperties": False,
        }
        for fact in vocabulary.values()
        for op in OPERATORS[fact.kind]
    ]
    groups = SCHEMA["$defs"]["rule"]["oneOf"][:3]
    return {**SCHEMA, "$defs": {**SCHEMA["$defs"], "rule": {"oneOf": [*groups, *tests]}}}


class _Parser:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.tests = 0

    def rule(self, data: Any, at: str, depth: int) -> Rule:
        if depth > DEEPEST:
            raise _wrong(at, _("套得太深，最多 %(most)s 层。"), most=DEEPEST)
        if not isinstance(data, Mapping):
            raise _wrong(at, _("这里应是一条规则：all、any、not，或者一个事实（fact）。"))
        label = data.get("label", "")
        if not isinstance(label, str) or len(label) > LABEL_MAX:
            raise _wrong(_in(at, "label"), _("说明是一句话，最多 %(most)s 个字。"), most=LABEL_MAX)
        said = set(data) - {"label"}
        if said == {"all"} or said == {"any"}:
            word = said.pop()
            parts = self.parts(data[word], _in(at, word), depth)
            return Every(parts, label) if word == "all" else Either(parts, label)
        if said == {"not"}:
            return Not(self.rule(data["not"], _in(at, "not"), depth + 1), label)
        if said == {"fact", "op", "value"}:
            return self.test(data, at, label)
        raise _wrong(at, _("一条规则只写一样：all、any、not，或者 fact、op、value 三样一起写。"))

    def parts(self, data: Any, at: str, depth: int) -> tuple[Rule, ...]:
        if not isinstance(data, list) or not data:
            raise _wrong(at, _("这里至少要有一条规则。"))
        return tuple(self.rule(one, f"{at}[{place}]", depth + 1) for place, one in enumerate(data))

    def test(self, data: Mapping[str, Any], at: str, label: str) -> Test:
        self.tests += 1
        if self.tests > MOST_TESTS:
            raise _wrong(at, _("一条规则最多比 %(most)s 次。"), most=MOST_TESTS)
        name, op, value = data["fact"], data["op"], data["value"]
        fact = self.vocabulary.get(name) if isinstance(name, str) else None
        if fact is None:
            raise _wrong(_in(at, "fact"), _("没有“%(name)s”这个事实。"), name=str(name)[:40])
        if op not in OPERATORS[fact.kind]:
            raise _wrong(
                _in(at, "op"), _("“%(name)s”只能用 %(ops)s 来比。"), name=name, ops=" ".join(OPERATORS[fact.kind])
            )
        good, value = _value(fact.kind, op, value)
        if not good:
            raise _wrong(_in(at, "value"), _("“%(name)s”要比的值不对。"), name=name)
        return Test(fact, op, value, label)


def _value(kind: Kind, op: str, value: Any) -> tuple[bool, Any]:
    """Tell whether a value fits, and return it as it is kept."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if kind is Kind.TRUTH:
        return isinstance(value, bool), value
    if kind is Kind.NUMBER:
        return is_number and abs(value) <= NUMBER_MAX, value
    if kind is Kind.DAY:
        return is_number and 0 <= value <= 1200, value
    if op == "in":
        fits = isinstance(value, list) and bool(value) and all(_is_word(one) for one in value)
        return fits, tuple(value) if fits else value
    return _is_word(value), value


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(WORD.fullmatch(value))


def _in(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _wrong(at: str, message: Any, **places: Any) -> RuleNotGood:
    sentence = str(message) % places if places else str(message)
    return RuleNotGood(_("%(at)s：%(sentence)s"), at=at, sentence=sentence) if at else RuleNotGood(sentence)
