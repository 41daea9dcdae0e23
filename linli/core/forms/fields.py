"""One field of a form: what it asks, what was typed, the value that this means, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from jsonschema import Draft202012Validator

from linli.core.forms import formats, wording
from linli.core.forms.facts import KnownFact

if TYPE_CHECKING:
    from linli.core.forms.form import SchemaForm

TEXT_LIMIT = 500
"""Characters of a text whose schema states no maxLength."""
ROWS_LIMIT = 5
"""Rows of an array of objects whose schema states no maxItems."""
MONEY_LIMIT = 1_000_000_000_000
"""Fen, where the schema states no maximum: ten thousand million yuan."""
RADIO_LIMIT = 6
"""Choices shown one below the other; more become a select."""
NUMBER_CHARACTERS = 32

MISSING: Any = object()
"""Nothing was filled in."""

YES = frozenset({"true", "on", "1", "yes", "是"})  # untranslated: as people answer
NO = frozenset({"false", "off", "0", "no", "否"})  # untranslated: as people answer
INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters: PostgreSQL refuses NUL, paper and screens show none of them."""

ORDER = ("minLength", "maxLength", "format", "pattern", "enum", "const")
"""Which of several complaints about one value is told."""


class Unreadable(Exception):  # noqa: N818 (what was typed is no error of ours)
    """What was typed is no value of this field; the argument is the sentence to show."""


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    id: str
    chosen: bool


@dataclass(frozen=True)
class Source:
    """Where a prefilled value comes from, and when it was last confirmed."""

    name: str
    on: dt.date | None


class Field:
    """A field bound to its form. `value` is what the input shows: what was typed stays."""

    def __init__(self, form: SchemaForm, name: str, schema: dict[str, Any], *, required: bool) -> None:
        self.form = form
        self.name = name
        self.schema = {**_defaults(schema), **schema}
        self.required = required
        self.html_name = f"{form.prefix}-{name}" if form.prefix else name
        self.id = f"field-{self.html_name}"
        self.errors: list[str] = []
        self.fact: KnownFact | None = form.facts.get(schema["x-fact"]) if schema.get("x-fact") else None

    # what it asks

    @property
    def type(self) -> str:
        return str(self.schema.get("type", "string"))

    @property
    def is_rows(self) -> bool:
        return self.type == "array" and self.items.get("type") == "object"

    @property
    def is_money(self) -> bool:
        return self.schema.get("format") == formats.MONEY

    @property
    def items(self) -> dict[str, Any]:
        items = self.schema.get("items")
        return items if isinstance(items, dict) else {}

    @cached_property
    def label(self) -> str:
        return wording.in_language(self.schema, "title", self.form.language) or self.name

    @cached_property
    def hint(self) -> str:
        return wording.in_language(self.schema, "description", self.form.language)

    @cached_property
    def widget(self) -> str:
        """text, textarea, date, radio, select, checkbox, checkboxes or rows."""
        if self.is_rows:
            return "rows"
        if self.type == "array":
            return "checkboxes"
        wanted = str(self.schema.get("x-widget", ""))
        if self.type == "boolean":
            return "checkbox" if wanted == "checkbox" or self.schema.get("const") is True else "radio"
        if "enum" in self.schema:
            return (
                wanted if wanted in ("radio", "select") else "radio" if len(self._options) <= RADIO_LIMIT else "select"
            )
        if self.schema.get("format") == "date":
            return "date"
        return "textarea" if wanted == "textarea" and self.type == "string" else "text"

    @property
    def is_group(self) -> bool:
        """Several inputs under one question: a fieldset with a legend."""
        return self.widget in ("radio", "checkboxes", "rows")

    @property
    def input_type(self) -> str:
        """`date` only while the value is a day: a date input would lose anything else that was typed."""
        if self.widget == "date" and (not self.value or not formats.date_problem(self.value)):
            return "date"
        return "tel" if self.inputmode == "tel" else "text"

    @property
    def inputmode(self) -> str:
        if self.is_money or self.type == "number":
            default = "decimal"
        elif self.type == "integer":
            default = "numeric"
        else:
            default = self._format.inputmode if self._format else "text"
        return str(self.schema.get("x-inputmode", default))

    @property
    def autocomplete(self) -> str:
        return str(self.schema.get("x-autocomplete") or (self._format.autocomplete if self._format else "off"))

    @property
    def is_code(self) -> bool:
        """Letters and digits that are compared one by one: counted in 位, set wider."""
        return self.type == "string" and (
            bool(self._format and self._format.digits) or self.schema.get("x-inputmode") == "numeric"
        )

    @property
    def described_by(self) -> str:
        """The ids of what describes the input, for aria-describedby: source, hint, error."""
        parts = (("source", self.source), ("hint", self.hint), ("when", self.condition_note), ("error", self.errors))
        return " ".join(f"{self.id}-{name}" for name, there in parts if there)

    @cached_property
    def choices(self) -> list[Choice]:
        chosen = {_key(value) for value in (self.raw if isinstance(self.raw, list) else [self.raw])}
        if self.type == "boolean":
            truth = None if self.raw in (None, "") else _truth(self.raw)
            chosen = set() if truth is None else {"true" if truth else "false"}
        return [
            Choice(
                value=_key(value),
                label=self.label_of(value),
                id=self.id if place == 0 else f"{self.id}-{place}",
                chosen=_key(value) in chosen,
            )
            for place, value in enumerate(self._options)
        ]

    def label_of(self, value: Any) -> str:
        """Return the words for one value."""
        if isinstance(value, bool) and self.type == "boolean" and "x-labels" not in self.schema:
            return pgettext("an answer", "是") if value else pgettext("an answer", "否")
        labels = self.schema.get("x-labels") or self.items.get("x-labels") or {}
        if isinstance(value, bool) and value not in labels:
            value = _key(value)
        return wording.label_of(value, labels, self.form.language)

    # when it is asked

    @property
    def condition(self) -> dict[str, Any] | None:
        found = self.schema.get("x-show-when")
        return found if isinstance(found, dict) else None

    @property
    def condition_values(self) -> list[str]:
        """The values of the other field at which this one is asked, as its inputs write them."""
        equals = self.condition["equals"] if self.condition else []
        return [_key(value) for value in (equals if isinstance(equals, list) else [equals])]

    @property
    def condition_values_text(self) -> str:
        return "\n".join(self.condition_values)

    @property
    def condition_name(self) -> str:
        other = self.form.field(str(self.condition["field"])) if self.condition else None
        return other.html_name if other else ""

    @cached_property
    def condition_note(self) -> str:
        """Say in words when the field is asked, for whoever has no script."""
        other = self.form.field(str(self.condition["field"])) if self.condition else None
        if other is None:
            return ""
        wanted = set(self.condition_values)
        labels = pgettext("between the parts of a list", "、").join(
            other.label_of(value) for value in other._options if _key(value) in wanted
        )
        if not labels:
            return _("看前面“%(question)s”怎么答，需要时才填。") % {"question": other.label}
        return _("前面“%(question)s”选了“%(answers)s”才填。") % {"question": other.label, "answers": labels}

    # what was typed

    @cached_property
    def raw(self) -> Any:
        """What was typed or is known, as it came in."""
        if self.form.is_bound:
            return self.form.read(self)
        if self.name in self.form.initial:
            return self.form.initial[self.name]
        if self.fact is not None:
            return _plain_fact(self.fact.value)
        return self.schema.get("default")

    @property
    def value(self) -> str:
        """The text that the input shows."""
        if isinstance(self.raw, bool) or self.raw is None or isinstance(self.raw, list | dict):
            return ""
        if self.is_money and isinstance(self.raw, int):
            return formats.yuan(self.raw)
        text = INVISIBLE.sub("", str(self.raw))
        return formats.tidy_date(text) if self.widget == "date" else text

    @property
    def source(self) -> Source | None:
        """Where the value shown comes from, while it still is the registry's."""
        if self.fact is None or self.fact.value in (None, ""):
            return None
        return Source(str(self.fact.source), self.fact.on) if not self.differs_from_fact else None

    @property
    def differs_from_fact(self) -> bool:
        answer = self.raw if self.parsed is MISSING else self.parsed
        return self.fact is not None and _key(answer) != _key(_plain_fact(self.fact.value))

    @property
    def is_known(self) -> bool:
        """The city knows the answer: it is shown with its source, and asked only of whoever wants to change it."""
        return self.source is not None and not self.errors and self.widget not in ("rows", "checkboxes")

    @property
    def shown_value(self) -> str:
        """The value in words."""
        value = self.parsed
        return "" if value is MISSING else self.in_words(value)

    def in_words(self, value: Any) -> str:
        """Return a value of this field as people read it."""
        if self.is_rows:
            rows = [row for row in value if isinstance(row, dict)]
            return pgettext("between the rows of a table", "；").join(self._row_in_words(row) for row in rows)
        if isinstance(value, list):
            return pgettext("between the parts of a list", "、").join(self.label_of(one) for one in value)
        if self.is_money and isinstance(value, int):
            return _("%(amount)s 元") % {"amount": formats.yuan(value)}
        return self.label_of(value)

    # rows

    @cached_property
    def rows(self) -> list[SchemaForm]:
        """The rows of a table, the empty one for the next included."""
        if not self.is_rows:
            return []
        typed = self.filled_rows
        least = max(int(self.schema.get("minItems", 0)), 1)
        count = max(least, len(typed) + (1 if not self.form.is_bound or self.adds_row else 0))
        count = max(min(count, self._most_rows), len(typed))
        return typed + [self.row(place, {}, fresh=True) for place in range(len(typed), count)]

    @cached_property
    def filled_rows(self) -> list[SchemaForm]:
        raw = self.raw if self.is_rows and isinstance(self.raw, list) else []
        filled = [row for row in raw if isinstance(row, Mapping) and any(_key(cell).strip() for cell in row.values())]
        return [self.row(place, row) for place, row in enumerate(filled[: self._most_rows + 20])]

    @property
    def can_add_row(self) -> bool:
        return len(self.rows) < self._most_rows

    @property
    def adds_row(self) -> bool:
        return self.is_rows and self.form.is_bound and self.form.pressed(f"{self.html_name}-add")

    @property
    def add_name(self) -> str:
        return f"{self.html_name}-add"

    def row(self, place: int, answers: Mapping[str, Any], *, fresh: bool = False) -> SchemaForm:
        from linli.core.forms.form import SchemaForm

        bound = self.form.is_bound and not fresh
        return SchemaForm(
            self.items,
            data=answers if bound else None,
            initial=None if bound else answers,
            language=self.form.language,
            prefix=f"{self.html_name}-{place}",
        )

    # what it means

    @cached_property
    def parsed(self) -> Any:
        """The value that was typed, if it can be read at all; MISSING otherwise."""
        try:
            return self.read()
        except Unreadable:
            return MISSING

    def read(self) -> Any:
        """Return the value that was typed, MISSING if nothing was. Raises Unreadable."""
        raw = self.raw
        if self.is_rows:
            return self._read_rows(raw)
        if self.type == "array":
            return self._read_choices(raw)
        if raw is None or raw == "" or (isinstance(raw, str) and not raw.strip()):
            return False if self.widget == "checkbox" and not self.required and self.form.is_bound else MISSING
        if self.type == "boolean":
            return self._read_boolean(raw)
        if isinstance(raw, list | Mapping):
            raise Unreadable(_("这里只要一个答案。"))
        if isinstance(raw, str) and INVISIBLE.search(raw):
            raise Unreadable(_("里面有看不见的字符，存不下来。请删掉，再用键盘打一遍。"))
        if "enum" in self.schema:
            return self._read_choice(raw)
        if self.type == "integer":
            return self._read_integer(raw)
        if self.type == "number":
            return self._read_number(raw)
        if not isinstance(raw, str):
            raise Unreadable(_("这里要填文字。"))
        return self._format.tidy(raw) if self._format else raw.replace("\r\n", "\n").replace("\r", "\n").strip()

    def check(self) -> Any:
        """Return the value, or MISSING; fill `errors` with what is wrong."""
        try:
            value = self.read()
        except Unreadable as problem:
            self.errors.append(str(problem))
            return MISSING
        if value is MISSING or (self.required and value == [] and not self.is_rows):
            if self.required:
                chosen = self.widget in ("radio", "select", "checkboxes")
                self.errors.append(wording.missing(self.label, chosen=chosen, ticked=self.widget == "checkbox"))
            return MISSING
        if problem_text := self._problem(value):
            self.errors.append(problem_text)
            return MISSING
        if self.is_rows and any(not row.is_valid() for row in self.filled_rows):
            return MISSING
        return value

    def error_links(self) -> Iterator[tuple[str, str, str]]:
        """Yield (id to jump to, label, sentence) for each error of the field and of its rows."""
        for error in self.errors:
            yield self.id, self.label, error
        for place, row in enumerate(self.filled_rows, 1):
            for field in row.fields:
                for target, label, error in field.error_links():
                    yield target, f"{self.label} {place} · {label}", error

    # ---

    @property
    def _format(self) -> formats.Format | None:
        return formats.FORMATS.get(str(self.schema.get("format", ""))) if self.type == "string" else None

    @cached_property
    def _options(self) -> list[Any]:
        if self.type == "boolean":
            return [True] if self.widget == "checkbox" else [True, False]
        return list(self.schema.get("enum") or self.items.get("enum") or [])

    def _row_in_words(self, row: dict[str, Any]) -> str:
        cells = [field for field in self.row(0, {}).fields if row.get(field.name) not in (None, "")]
        return pgettext("between the cells of a row", "，").join(
            _("%(label)s：%(value)s") % {"label": cell.label, "value": cell.in_words(row[cell.name])} for cell in cells
        )

    @property
    def _most_rows(self) -> int:
        return int(self.schema.get("maxItems", ROWS_LIMIT))

    def _read_rows(self, raw: Any) -> Any:
        if raw in (None, "", []):
            return MISSING
        if not isinstance(raw, list) or not all(isinstance(row, Mapping) for row in raw):
            raise Unreadable(_("这里要一行一行地填。"))
        for row in self.filled_rows:
            row.is_valid()
        return [row.cleaned_data for row in self.filled_rows] or MISSING

    def _read_choices(self, raw: Any) -> Any:
        if raw in (None, "", []):
            return MISSING
        if not isinstance(raw, list):
            raise Unreadable(_("请从列出的里面选。"))
        return list(dict.fromkeys(self._read_choice(one) for one in raw))

    def _read_choice(self, raw: Any) -> Any:
        for value in self._options:
            if _key(value) == _key(raw):
                return value
        raise Unreadable(_("“%(typed)s”不在列出的里面，请重新选一个。") % {"typed": wording.shortened(_key(raw))})

    def _read_boolean(self, raw: Any) -> bool:
        truth = _truth(raw)
        if truth is None:
            raise Unreadable(_("请选“是”或者“否”。"))
        return truth

    def _read_integer(self, raw: Any) -> int:
        if isinstance(raw, bool):
            raise Unreadable(_("这里要填数字。"))
        if isinstance(raw, int):
            return raw
        if self.is_money:
            try:
                return formats.fen_of(str(raw))
            except ValueError as problem:
                raise Unreadable(str(problem)) from None
        text = re.sub(r"[,\s]", "", formats.plain(str(raw)))
        if not re.fullmatch(r"[+-]?[0-9]{1,18}(\.0+)?", text) or len(text) > NUMBER_CHARACTERS:
            raise Unreadable(_("这里填整数，例如 3。您填的是“%(typed)s”。") % {"typed": wording.shortened(str(raw))})
        return int(text.partition(".")[0])

    def _read_number(self, raw: Any) -> int | float:
        if isinstance(raw, bool):
            raise Unreadable(_("这里要填数字。"))
        text = re.sub(r"[,\s]", "", formats.plain(str(raw)))
        if not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", text):
            raise Unreadable(_("这里填数字，例如 2.5。您填的是“%(typed)s”。") % {"typed": wording.shortened(str(raw))})
        number = float(text)
        return int(number) if number.is_integer() else number

    def _problem(self, value: Any) -> str:
        """Return the first thing wrong with a value, in a sentence."""
        schema = {name: rule for name, rule in self.schema.items() if name not in ("items", "enum", "title")}
        found = list(Draft202012Validator(schema, format_checker=formats.FORMAT_CHECKER).iter_errors(value))
        found.sort(key=lambda error: ORDER.index(error.validator) if error.validator in ORDER else len(ORDER))
        if found:
            return self._sentence(str(found[0].validator), value)
        if self.schema.get("x-past-date") and isinstance(value, str):
            return formats.past_date_problem(value)
        return ""

    def _sentence(self, keyword: str, value: Any) -> str:
        rule = self.schema
        if keyword in ("minLength", "maxLength"):
            least, most = int(rule.get("minLength", 0)), int(rule.get("maxLength", TEXT_LIMIT))
            return wording.wrong_length(len(value), least, most, digits=self.is_code)
        if keyword in ("minItems", "maxItems"):
            least, most = int(rule.get("minItems", 0)), int(rule.get("maxItems", len(value)))
            return wording.wrong_count(len(value), least, most, rows=self.is_rows)
        if keyword == "format" and self._format:
            return self._format.problem(value)
        if keyword in ("minimum", "exclusiveMinimum"):
            return wording.too_small(self.in_words(value), self.in_words(rule[keyword]), open_end=keyword != "minimum")
        if keyword in ("maximum", "exclusiveMaximum"):
            return wording.too_large(self.in_words(value), self.in_words(rule[keyword]), open_end=keyword != "maximum")
        if keyword == "multipleOf":
            return _("要是 %(step)s 的倍数，您填了 %(value)s。") % {
                "step": self.in_words(rule["multipleOf"]),
                "value": self.in_words(value),
            }
        if keyword == "const":
            return wording.missing(self.label, chosen=False, ticked=self.widget == "checkbox")
        if keyword == "pattern":
            texts = rule.get("x-pattern-text") or {}
            text = texts.get("en") if self.form.language.startswith("en") else texts.get("zh")
            return str(
                text or _("“%(typed)s”的写法不对，请照着提示再填一遍。") % {"typed": wording.shortened(str(value))}
            )
        return _("“%(label)s”填得不对，请再看一遍。") % {"label": self.label}


def _defaults(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type", "string")
    if kind == "string" and "enum" not in schema and "format" not in schema:
        return {"maxLength": TEXT_LIMIT}
    if kind == "integer" and schema.get("format") == formats.MONEY:
        return {"minimum": 0, "maximum": MONEY_LIMIT}
    items = schema.get("items")
    if kind == "array" and isinstance(items, dict) and items.get("type") == "object":
        return {"maxItems": ROWS_LIMIT}
    return {}


def _key(value: Any) -> str:
    """Return a value as an input writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _plain_fact(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _truth(raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return raw
    text = formats.plain(str(raw)).lower()
    return True if text in YES else False if text in NO else None
