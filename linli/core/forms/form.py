"""A form made from a JSON Schema: the same checks for a page's POST and for a program's JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import cached_property

from linli.core.forms.facts import KnownFact
from linli.core.forms.fields import MISSING, Field


@dataclass(frozen=True)
class ErrorLink:
    """One line of the error summary: where it jumps to, the field's label, the sentence that stands there too."""

    target: str
    label: str
    sentence: str


class Fields(list[Field]):
    """The fields in the order in which they are asked; one is found by its name."""

    def __contains__(self, name: object) -> bool:
        return any(field is name or field.name == name for field in self)

    def named(self, name: str) -> Field:
        """Return the field of that name. Raises KeyError."""
        for field in self:
            if field.name == name:
                return field
        raise KeyError(name)


class SchemaForm:
    """A form over a schema of the dialect (dialect.py).

    data: a POST's QueryDict, or a plain dict of JSON values; None while nothing was sent. initial: what a draft
    already holds (`typed` of an earlier form, or answers). facts: what the registry knows, by the names of `x-fact`.
    language: of titles and sentences, the active one unless given. prefix: stands before the names of the inputs.

    A field whose x-show-when is not met is neither required nor kept. cleaned_data holds JSON values, fit to store.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        data: Any = None,
        initial: Mapping[str, Any] | None = None,
        facts: Mapping[str, KnownFact] | None = None,
        language: str | None = None,
        prefix: str = "",
    ) -> None:
        self.schema = schema
        self.data = data
        self.initial = initial or {}
        self.facts = facts or {}
        self.language = language or translation.get_language() or "zh-hans"
        self.prefix = prefix
        self.is_bound = data is not None
        self.cleaned_data: dict[str, Any] = {}
        self.non_field_errors: list[str] = []
        self._checked = False
        required = set(schema.get("required", ()))
        properties = schema.get("properties", {})
        order = [name for name in schema.get("x-order", ()) if name in properties]
        order += [name for name in properties if name not in order]
        self.fields = Fields(Field(self, name, properties[name], required=name in required) for name in order)

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __getitem__(self, name: str) -> Field:
        return self.fields.named(name)

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    # what was sent

    def read(self, field: Field) -> Any:
        """Return what was sent for a field: a text, a list of texts or of rows, or a JSON value."""
        if not self._is_post:
            return self.data.get(field.name)
        if field.is_rows:
            return self._posted_rows(field.html_name)
        if field.type == "array":
            return self.data.getlist(field.html_name)
        return self.data.get(field.html_name)

    def pressed(self, name: str) -> bool:
        return self._is_post and name in self.data

    @property
    def adds_row(self) -> bool:
        """A button “再加一行” was pressed: show the form again, with a row more and without complaints."""
        return any(field.adds_row for field in self.fields)

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed, right or wrong, without what is empty: for a draft, and as `initial` of the next form."""
        return {field.name: field.raw for field in self.fields if field.raw not in (None, "", [])}

    def is_empty(self) -> bool:
        return not any(value if not isinstance(value, str) else value.strip() for value in self.typed.values())

    # what it says

    def is_valid(self) -> bool:
        """Tell whether it was sent and everything is right. Fills cleaned_data and the fields' errors."""
        if not self.is_bound or self.adds_row:
            return False
        if not self._checked:
            self._checked = True
            with translation.override(self.language):
                for field in self.fields:
                    if self.is_asked(field) and (value := field.check()) is not MISSING:
                        self.cleaned_data[field.name] = value
        return not self._errors

    @property
    def errors(self) -> dict[str, list[str]]:
        """The sentences by field name, `members.0.name` for a cell of a table; "" for the form as a whole."""
        self.is_valid()
        return self._errors

    @property
    def error_summary(self) -> list[ErrorLink]:
        """Every error with the place to jump to, in the order of the form; [] if there is none."""
        self.is_valid()
        whole = [ErrorLink("", "", sentence) for sentence in self.non_field_errors]
        return whole + [ErrorLink(*link) for field in self.fields for link in field.error_links()]

    def add_error(self, field: str | None, sentence: str) -> None:
        """Add what a service refused, on a field or (None) above the form."""
        self.is_valid()
        bound = self.field(field) if field else None
        if bound is None:
            self.non_field_errors.append(str(sentence))
        else:
            bound.errors.append(str(sentence))
            self.cleaned_data.pop(bound.name, None)

    @property
    def corrections(self) -> dict[str, tuple[Any, Any]]:
        """What was answered otherwise than the registry knows it: fact name to (known, answered)."""
        return {
            field.schema["x-fact"]: (field.fact.value, self.cleaned_data[field.name])
            for field in self.fields
            if field.fact is not None and field.name in self.cleaned_data and field.differs_from_fact
        }

    def is_asked(self, field: Field) -> bool:
        """Tell whether the field's condition is met, and the condition of the field that it looks at."""
        seen: set[str] = set()
        while field.condition and field.name not in seen:
            seen.add(field.name)
            other = self.field(str(field.condition.get("field")))
            if other is None:
                return False
            answer = other.parsed
            answers = answer if isinstance(answer, list) else [answer]
            equals = field.condition.get("equals")
            if not any(
                _same(one, wanted) for one in answers for wanted in (equals if isinstance(equals, list) else [equals])
            ):
                return False
            field = other
        return True

    # ---

    @cached_property
    def _is_post(self) -> bool:
        return hasattr(self.data, "getlist")

    @property
    def _errors(self) -> dict[str, list[str]]:
        found = {field.name: list(field.errors) for field in self.fields if field.errors}
        for field in self.fields:
            for place, row in enumerate(field.filled_rows if self.is_bound and self.is_asked(field) else []):
                found |= {f"{field.name}.{place}.{name}": errors for name, errors in row._errors.items()}
        return {"": list(self.non_field_errors), **found} if self.non_field_errors else found

    def _posted_rows(self, name: str) -> list[dict[str, Any]]:
        cell = re.compile(rf"{re.escape(name)}-([0-9]{{1,3}})-([A-Za-z0-9_]+)")
        rows: dict[int, dict[str, Any]] = {}
        for key in self.data:
            if found := cell.fullmatch(key):
                rows.setdefault(int(found[1]), {})[found[2]] = self.data.get(key)
        return [rows[place] for place in sorted(rows)]


def _same(answer: Any, wanted: Any) -> bool:
    return answer is not MISSING and type(answer) is type(wanted) and answer == wanted
