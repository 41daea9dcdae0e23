"""Believable answers to any form of the catalogue, from its schema alone."""

# untranslated: what made-up people say

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from typing import Any

from linli.core.forms.formats import luhn_digit

SENTENCES = (
    "情况属实，请尽快办理。", "平时一个人住，子女在外地。", "白天都在家，可以上门。", "请打电话联系。", "材料以窗口核对为准。",
)  # fmt: skip


def answers_for(
    schema: Mapping[str, Any], facts: Mapping[str, Any], rng: random.Random, *, today: dt.date
) -> dict[str, Any]:
    """Return valid answers for a form: known facts where a field is bound to one, else something made up."""
    answers: dict[str, Any] = {}
    required = set(schema.get("required", ()))
    for name in schema.get("x-order", schema.get("properties", {})):
        field = schema["properties"][name]
        shown = field.get("x-show-when")
        if shown and not _meets(answers.get(shown["field"]), shown["equals"]):
            continue
        if name not in required and rng.random() < 0.4:
            continue
        fact = facts.get(field.get("x-fact", ""))
        value = getattr(fact, "value", None)
        if value not in (None, ""):
            answers[name] = value.isoformat() if isinstance(value, dt.date) else value
            if field.get("type", "string") == "string":
                answers[name] = str(answers[name])
            continue
        answers[name] = _value(field, rng, today)
    return answers


def _meets(answer: Any, wanted: Any) -> bool:
    options = wanted if isinstance(wanted, list) else [wanted]
    given = answer if isinstance(answer, list) else [answer]
    return any(one in options for one in given)


def _value(field: Mapping[str, Any], rng: random.Random, today: dt.date) -> Any:
    if "enum" in field:
        return rng.choice(field["enum"])
    kind = field.get("type", "string")
    if field.get("format") == "money-fen":
        fen = rng.randint(3, 90) * 10_000
        return fen if kind == "integer" else str(fen)
    if kind == "boolean":
        return bool(field.get("const", True))
    if kind in ("integer", "number"):
        low = int(field.get("minimum", 1))
        return rng.randint(low, min(int(field.get("maximum", low + 5)), low + 5))
    if kind == "array":
        return _rows(field, rng, today)
    return _text(field, rng, today)


def _rows(field: Mapping[str, Any], rng: random.Random, today: dt.date) -> list[Any]:
    items = field.get("items", {})
    least = max(1, int(field.get("minItems", 1)))
    if "enum" in items:
        return rng.sample(items["enum"], min(len(items["enum"]), least))
    return [answers_for(items, {}, rng, today=today) | _required(items, rng, today) for _row in range(least)]


def _required(schema: Mapping[str, Any], rng: random.Random, today: dt.date) -> dict[str, Any]:
    return {name: _value(schema["properties"][name], rng, today) for name in schema.get("required", ())}


def _text(field: Mapping[str, Any], rng: random.Random, today: dt.date) -> str:
    form = field.get("format", "")
    if form == "date":
        days = rng.randint(40, 400)
        return str(
            today - dt.timedelta(days=days) if field.get("x-past-date") else today + dt.timedelta(days=days % 20 + 5)
        )
    if form == "cn-phone":
        return f"154{rng.randint(0, 99_999_999):08d}"
    if form == "cn-id":
        from linli.web.demonstration.people import identity_number

        birth = today - dt.timedelta(days=rng.randint(6000, 24000))
        return identity_number("510402", birth, rng.randint(900, 999))
    if form == "cn-bank-card":
        body = "62000000" + "".join(str(rng.randint(0, 9)) for _ in range(10))
        return body + luhn_digit(body)
    if form == "bank-account":
        return "62000000" + "".join(str(rng.randint(0, 9)) for _ in range(11))
    text = rng.choice(SENTENCES)
    longest = int(field.get("maxLength", 500))
    least = int(field.get("minLength", 0))
    return (text if len(text) >= least else text * (least // len(text) + 1))[:longest]
