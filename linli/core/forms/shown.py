"""Answers as people read them: for the case page, the receipt, the resident's own copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from linli.core.forms.form import SchemaForm


@dataclass(frozen=True)
class Answer:
    name: str
    label: str
    text: str


def answers_shown(schema: Mapping[str, Any], answers: Mapping[str, Any], language: str | None = None) -> list[Answer]:
    """Return the answers in the order of the form, each with its label and its value in words."""
    form = SchemaForm(schema, initial=answers, language=language)
    with translation.override(form.language):
        return [
            Answer(field.name, field.label, field.in_words(answers[field.name]))
            for field in form.fields
            if answers.get(field.name) not in (None, "", [])
        ]
