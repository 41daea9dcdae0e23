"""A form is made and changed in the browser, field by field (R152): what kinds there are, what each change does. Pure.

A schema is never changed in place: every function answers a new one. What a field says beyond the words of its kind
(`x-inputmode`, `multipleOf`, …) stays as it was written, so that a form opened and saved unchanged is the same form.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from linli.core.calendar import today
from linli.core.forms import wording
from linli.core.forms.dialect import NAME, check_form_schema, pattern_problems
from linli.core.forms.facts import KnownFact, declared_facts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FIELDS_MAX = 60
"""Fields of one form: a person fills it in."""
CHOICES_MAX = 60

Rule = dict[str, Any]
Schema = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of field. base: the words that make a field of it; owns: the words of its limits, which the editor writes.

    is_told_apart: its answers are few, so that other fields can wait for one of them.
    """

    code: str
    label: str | _StrPromise
    about: str | _StrPromise
    icon: str
    base: Rule
    owns: tuple[str, ...] = ()
    is_told_apart: bool = False


_ROWS_BASE: Rule = {"type": "array", "items": {"type": "object", "required": [], "x-order": [], "properties": {}}}

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("text", gettext_lazy("一行字"), gettext_lazy("名字、单位、地址"), "text-size",
             {"type": "string"}, ("minLength", "maxLength", "pattern", "x-pattern-text")),
        Kind("long_text", gettext_lazy("一段话"), gettext_lazy("理由、经过、要说明的"), "message",
             {"type": "string", "x-widget": "textarea"}, ("minLength", "maxLength")),
        Kind("number", gettext_lazy("整数"), gettext_lazy("几口人、几间房"), "calculator",
             {"type": "integer"}, ("minimum", "maximum")),
        Kind("decimal", gettext_lazy("可以带小数的数"), gettext_lazy("面积、距离"), "calculator",
             {"type": "number"}, ("minimum", "maximum")),
        Kind("money", gettext_lazy("金额"), gettext_lazy("按元填，按分记"), "coin",
             {"type": "integer", "format": "money-fen"}, ("minimum", "maximum")),
        Kind("date", gettext_lazy("日期"), gettext_lazy("年、月、日"), "calendar-event",
             {"type": "string", "format": "date", "x-widget": "date"}, ("x-past-date",)),
        Kind("choice", gettext_lazy("单选"), gettext_lazy("几个里选一个"), "list-check",
             {"type": "string"}, ("enum", "x-labels", "x-widget"), is_told_apart=True),
        Kind("choices", gettext_lazy("多选"), gettext_lazy("几个里选几个"), "checkbox",
             {"type": "array"}, ("items", "x-labels", "minItems", "maxItems"), is_told_apart=True),
        Kind("yes_no", gettext_lazy("是不是"), gettext_lazy("是，或者否"), "circle-check",
             {"type": "boolean"}, ("x-widget",), is_told_apart=True),
        Kind("consent", gettext_lazy("必须勾选"), gettext_lazy("承诺、同意"), "check",
             {"type": "boolean", "const": True, "x-widget": "checkbox"}, is_told_apart=True),
        Kind("identity", gettext_lazy("身份证号"), gettext_lazy("18 位，核对校验位"), "id",
             {"type": "string", "format": "cn-id"}),
        Kind("phone", gettext_lazy("电话"), gettext_lazy("手机或者座机"), "phone",
             {"type": "string", "format": "cn-phone", "x-inputmode": "tel"}),
        Kind("card", gettext_lazy("银行卡号"), gettext_lazy("16 到 19 位，核对校验位"), "credit-card",
             {"type": "string", "format": "cn-bank-card", "x-inputmode": "numeric"}),
        Kind("account", gettext_lazy("银行账号"), gettext_lazy("卡或者存折，15 到 19 位"), "credit-card",
             {"type": "string", "format": "bank-account", "x-inputmode": "numeric"}),
        Kind("rows", gettext_lazy("几行的表格"), gettext_lazy("家里的每个人，一人一行"), "table",
             _ROWS_BASE, ("minItems", "maxItems")),
    )
}  # fmt: skip
"""Every kind of field by its code, in the order in which the editor offers them. Files are no fields: see dialect.py."""

IN_ROWS = tuple(code for code in KINDS if code not in ("rows", "choices"))
"""The kinds of a column: a row of a table holds no lists."""

SAID = {
    "digits": {"zh": "只填数字。", "en": "Digits only."},  # untranslated: in both languages
    "code": {"zh": "只填字母、数字和短横。", "en": "Letters, digits and hyphens only."},  # untranslated: in both
    "postcode": {"zh": "邮政编码是 6 位数字。", "en": "A postcode has 6 digits."},  # untranslated: in both
    "plate": {
        "zh": "车牌号像“川D12345”：一个汉字，一个字母，五六位字母或数字。",  # untranslated: in both languages
        "en": "A plate reads like 川D12345: a character, a letter, then 5 or 6.",  # untranslated: in both languages
    },
    "organisation": {
        "zh": "统一社会信用代码是 18 位大写字母和数字。",  # untranslated: in both languages
        "en": "A unified social credit code has 18 capitals and digits.",
    },
}
PATTERNS: dict[str, tuple[str | _StrPromise, str, dict[str, str]]] = {
    "digits": (gettext_lazy("只有数字"), "^[0-9]+$", SAID["digits"]),
    "code": (gettext_lazy("字母和数字"), "^[A-Za-z0-9-]+$", SAID["code"]),
    "postcode": (gettext_lazy("邮政编码"), "^[0-9]{6}$", SAID["postcode"]),
    "plate": (gettext_lazy("车牌号"), "^[\\u4e00-\\u9fff][A-Z][A-Z0-9]{5,6}$", SAID["plate"]),
    "organisation": (gettext_lazy("统一社会信用代码"), "^[0-9A-HJ-NPQRTUWXY]{18}$", SAID["organisation"]),
}
"""Spellings that a text may be held to: label, pattern, and what is said where it is not met."""

COMMON_WORDS = ("title", "title_en", "description", "description_en", "x-fact", "x-show-when")
WORD_ORDER = (
    "type", "title", "title_en", "description", "description_en", "x-fact", "format", "const", "enum", "x-labels",
    "minLength", "maxLength", "pattern", "x-pattern-text", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minItems", "maxItems", "uniqueItems", "x-widget", "x-inputmode", "x-autocomplete", "x-past-date",
    "x-show-when", "default", "examples", "items",
)  # fmt: skip
FORM_ORDER = ("$schema", "type", "title", "title_en", "description", "description_en", "required", "x-order",
              "additionalProperties", "properties")  # fmt: skip


# -- reading -----------------------------------------------------------------------------------------------------------


def kind_of(rule: Any) -> Kind:
    """Return the kind of a field; what is written in no way that we know counts as a line of text."""
    return KINDS[_kind_code(rule if isinstance(rule, Mapping) else {})]


def _kind_code(rule: Mapping[str, Any]) -> str:
    kind, form = rule.get("type"), rule.get("format")
    items = rule.get("items")
    if kind == "array":
        return "rows" if isinstance(items, Mapping) and items.get("type") == "object" else "choices"
    if kind == "boolean":
        return "consent" if rule.get("const") is True else "yes_no"
    if "enum" in rule:
        return "choice"
    if kind == "integer":
        return "money" if form == "money-fen" else "number"
    if kind == "number":
        return "decimal"
    formats = {
        "date": "date",
        "cn-id": "identity",
        "cn-phone": "phone",
        "cn-bank-card": "card",
        "bank-account": "account",
    }
    if isinstance(form, str) and form in formats:
        return formats[form]
    return "long_text" if rule.get("x-widget") == "textarea" else "text"


def properties_of(schema: Any) -> dict[str, Any]:
    found = schema.get("properties") if isinstance(schema, Mapping) else None
    return {str(name): rule for name, rule in found.items()} if isinstance(found, Mapping) else {}


def rule_at(schema: Any, name: str) -> Rule:
    """Return what a field says; {} where there is none or it is no object."""
    found = properties_of(schema).get(name)
    return dict(found) if isinstance(found, Mapping) else {}


def sequence_of(schema: Any) -> list[str]:
    """Return the names of the fields in the order of asking."""
    properties = properties_of(schema)
    order = schema.get("x-order") if isinstance(schema, Mapping) else None
    told = [str(name) for name in order if name in properties] if isinstance(order, list) else []
    return list(dict.fromkeys(told + list(properties)))


def required_of(schema: Any) -> list[str]:
    found = schema.get("required") if isinstance(schema, Mapping) else None
    return [str(name) for name in found] if isinstance(found, list) else []


def table_of(schema: Any, name: str) -> Schema:
    """Return the form of one row of a table; the form itself for no name. Raises KeyError if it is no table."""
    if not name:
        return dict(schema) if isinstance(schema, Mapping) else {}
    rule = rule_at(schema, name)
    if kind_of(rule).code != "rows":
        raise KeyError(name)
    return dict(rule["items"])


def with_table(schema: Schema, name: str, inner: Schema) -> Schema:
    """Return the form with another form for the rows of a table; for no name, that form itself."""
    if not name:
        return inner
    told = copy.deepcopy(dict(schema))
    told["properties"][name]["items"] = inner
    return told


def title_of(schema: Any, name: str) -> str:
    """Return a field's question in the reader's language, its name where it asks none."""
    return wording.in_language(rule_at(schema, name), "title", get_language() or "zh") or name


def options_of(rule: Any) -> list[tuple[Any, str]]:
    """Return the answers that can be waited for, with their labels in the reader's language."""
    if not isinstance(rule, Mapping):
        return []
    if rule.get("type") == "boolean":
        yes, no = pgettext_lazy("an answer", "是"), pgettext_lazy("an answer", "否")
        return [(True, str(yes)), (False, str(no))]
    items = items_of(rule)
    listed = rule.get("enum") or items.get("enum") or []
    labels = rule.get("x-labels") or items.get("x-labels") or {}
    labels = labels if isinstance(labels, Mapping) else {}
    return [
        (value, wording.label_of(value, dict(labels), get_language() or "zh"))
        for value in (listed if isinstance(listed, list) else [])
        if isinstance(value, str | int | float)
    ]


def items_of(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    items = rule.get("items")
    return items if isinstance(items, Mapping) else {}


def waited_for(rule: Any) -> tuple[str, list[Any]]:
    """Return the field that a field waits for, and the answers; ("", []) where it is always asked."""
    condition = rule.get("x-show-when") if isinstance(rule, Mapping) else None
    if not isinstance(condition, Mapping):
        return "", []
    equals = condition.get("equals")
    return str(condition.get("field", "")), list(equals) if isinstance(equals, list) else [equals]


def watchers_of(schema: Any, name: str) -> list[str]:
    """Return the fields that are asked by how this one is answered."""
    return [one for one in sequence_of(schema) if one != name and waited_for(rule_at(schema, one))[0] == name]


# -- changing ----------------------------------------------------------------------------------------------------------


def with_field(
    schema: Schema, name: str, rule: Rule, *, required: bool, was: str = "", after: str | None = None
) -> Schema:
    """Return the form with one field put in or written anew, conditions on it following a new name.

    was: its name before, if it was there. after: the field behind which it stands ("": first; None: where it is, or
    at the end). A form into which the same is written stays as it is, to the order of its words.
    """
    told = copy.deepcopy(dict(schema))
    order = sequence_of(told)
    properties = properties_of(told)
    if was in properties and was != name:
        properties = {name if one == was else one: kept for one, kept in properties.items()}
        order = [name if one == was else one for one in order]
        for one, kept in properties.items():
            if waited_for(kept)[0] == was:
                properties[one] = {**kept, "x-show-when": {**kept["x-show-when"], "field": name}}
    if properties.get(name) != rule:
        properties[name] = in_order(rule)
    if name not in order:
        order.append(name)
    if after is not None:
        order.remove(name)
        order.insert(order.index(after) + 1 if after in order else 0, name)
    needed = [name if one == was else one for one in required_of(told)]
    needed = [*needed, name] if required and name not in needed else needed
    needed = needed if required else [one for one in needed if one != name]
    return _put(told, properties, order, needed)


def without_field(schema: Schema, name: str) -> Schema:
    """Return the form without a field; those that waited for an answer of it are from now on always asked."""
    told = copy.deepcopy(dict(schema))
    properties = properties_of(told)
    properties.pop(name, None)
    for one in watchers_of(told, name):
        properties[one] = {word: value for word, value in properties[one].items() if word != "x-show-when"}
    order = [one for one in sequence_of(told) if one != name]
    return _put(told, properties, order, [one for one in required_of(told) if one != name])


def with_field_moved(schema: Schema, name: str, steps: int) -> Schema:
    """Return the form with a field so many places further down (up: negative); at either end it stays."""
    order = sequence_of(schema)
    place = order.index(name)
    order.insert(max(0, min(len(order) - 1, place + steps)), order.pop(place))
    return _put(copy.deepcopy(dict(schema)), properties_of(schema), order, required_of(schema))


def _put(told: Schema, properties: dict[str, Any], order: list[str], required: list[str]) -> Schema:
    told["type"] = told.get("type", "object")
    if required or "required" in told:
        told["required"] = required
    if order != told.get("x-order"):
        told["x-order"] = order
    told["properties"] = properties
    return told


def in_order(rule: Rule) -> Rule:
    """Return a field with its words in the order in which a person would write them."""
    known = {word: rule[word] for word in WORD_ORDER if word in rule}
    return known | {word: value for word, value in rule.items() if word not in known}


def name_for(title_en: str, taken: Iterator[str] | list[str]) -> str:
    """Return a name for a new field or answer, made from its English words, that none of the others has."""
    words = re.sub(r"[^a-z0-9]+", "_", title_en.lower()).strip("_")
    stem = re.sub(r"^[^a-z]+", "", words)[:34].rstrip("_") or "field"
    others = set(taken)
    if stem not in others:
        return stem
    return next(name for number in range(2, 1_000) if (name := f"{stem}_{number}") not in others)


# -- what is wrong -----------------------------------------------------------------------------------------------------


def problems_of(schema: Any, *, table: bool = False) -> dict[str, list[str]]:
    """Return what is wrong with a form, in sentences for whoever makes it, by field; "" for the form as a whole.

    table: it is the form of one row of a table.
    """
    found: dict[str, list[str]] = {}
    order = sequence_of(schema)
    if not order:
        found[""] = [_("这张表里还没有要填的。")]
    elif len(order) > FIELDS_MAX:
        found[""] = [_("这张表有 %(count)s 项，太长了，最多 %(most)s 项。") % {"count": len(order), "most": FIELDS_MAX}]
    for name in order:
        sentences = list(_field_problems(schema, name, order, table=table))
        if sentences:
            found[name] = list(dict.fromkeys(sentences))
    if not found:
        rest = check_form_schema(schema) if not table else []
        if rest:
            found[""] = rest
    return found


def _field_problems(schema: Any, name: str, order: list[str], *, table: bool) -> Iterator[str]:
    rule = properties_of(schema)[name]
    if not isinstance(rule, Mapping):
        yield _("这一项的写法不认识，请去掉重新加。")
        return
    if not NAME.fullmatch(name):
        yield _("代号“%(name)s”只能用小写字母、数字和下划线，以字母开头，最多 40 个字符。") % {"name": name[:60]}
    if not rule.get("title") or not rule.get("title_en"):
        yield _("问题没有写全，中文和英文都要有。")
    kind = kind_of(rule)
    yield from inner_problems(rule)
    if kind.code in ("choice", "choices"):
        yield from _choice_problems(rule)
    fact, title = str(rule.get("x-fact") or ""), str(rule.get("title") or "")
    declared = declared_facts()
    if fact and declared and fact not in declared:
        yield _("登记里没有“%(fact)s”这一项，请重新选从哪里取。") % {"fact": fact[:40]}
    if condition := condition_problem(schema, name, order):
        yield condition
    if not table:
        yield from (
            _("“%(title)s”登记里已经有，不能再问一遍：请选从登记里取“%(fact)s”。")
            % {"title": title, "fact": one.label or one.name}
            for one in declared.values()
            if title in one.titles and not fact
        )
    alone = {"type": "object", "required": [name], "properties": {
        name: {word: value for word, value in rule.items() if word not in ("x-show-when", "title", "x-fact")} | {"title": "-"}
    }}  # fmt: skip
    if kind.code not in ("choice", "choices", "rows") and rule.get("title_en") and NAME.fullmatch(name):
        yield from check_form_schema(alone)


def inner_problems(rule: Any) -> list[str]:
    """Return what is wrong with the columns of a table; [] for every other field."""
    if kind_of(rule).code != "rows":
        return []
    return [
        _("“%(column)s”一栏：%(sentence)s") % {"column": title_of(rule["items"], one), "sentence": sentence}
        if one
        else sentence
        for one, sentences in problems_of(rule["items"], table=True).items()
        for sentence in sentences
    ]


def _choice_problems(rule: Mapping[str, Any]) -> Iterator[str]:
    options = options_of(rule)
    if not options:
        yield _("一个答案也没有，请至少写两个。")
        return
    items = items_of(rule)
    labels = rule.get("x-labels") or items.get("x-labels") or {}
    for value, _label in options:
        label = labels.get(value, labels.get(str(value))) if isinstance(labels, Mapping) else None
        if not (isinstance(label, Mapping) and label.get("zh") and label.get("en")):
            yield _("答案“%(value)s”没有写全，中文和英文都要有。") % {"value": str(value)[:40]}
    if len({str(value) for value, _label in options}) != len(options):
        yield _("有两个答案的代号一样。")


def condition_problem(schema: Any, name: str, order: list[str] | None = None) -> str:
    """Say why a field would never be asked as its condition stands; "" where the condition is right."""
    rule = rule_at(schema, name)
    if "x-show-when" not in rule:
        return ""
    order = order if order is not None else sequence_of(schema)
    other, answers = waited_for(rule)
    if not other or other not in order:
        return _("它要看的那一项“%(other)s”已经没有了。请重新选看哪一项，或者改成总是问。") % {"other": other[:60]}
    if other == name:
        return _("它等着自己的答案，永远问不到。请选前面的另一项。")
    if circle := _circle(schema, name):
        return _("%(circle)s 互相等着，谁也问不到。请去掉其中一个条件。") % {
            "circle": "、".join(f"“{title_of(schema, one)}”" for one in circle)
        }
    if order.index(other) > order.index(name):
        return _("它要看“%(other)s”怎么答，要排在那一项后面。") % {"other": title_of(schema, other)}
    options = options_of(rule_at(schema, other))
    if not options:
        return _("“%(other)s”不是选择题，不能等着它的答案。") % {"other": title_of(schema, other)}
    if not answers:
        return _("没有选等哪个答案。")
    lost = [one for one in answers if not any(type(one) is type(value) and one == value for value, _l in options)]
    if lost:
        return _("它等的答案“%(answer)s”在“%(other)s”里已经没有了。") % {
            "answer": str(lost[0])[:40], "other": title_of(schema, other),
        }  # fmt: skip
    return ""


def _circle(schema: Any, name: str) -> list[str]:
    """Return the fields that wait for one another, this one first; [] where none do."""
    way = [name]
    while (following := waited_for(rule_at(schema, way[-1]))[0]) and following not in way:
        way.append(following)
    return way if following == name and len(way) > 1 else []


def new_problems(before: Any, after: Any, *, except_for: str = "") -> list[str]:
    """Return what a change would break at other fields, each sentence with the question it is about."""
    had = problems_of(before)
    return [
        _("“%(title)s”：%(sentence)s") % {"title": title_of(after, name), "sentence": sentence}
        for name, sentences in problems_of(after).items()
        for sentence in sentences
        if name and name != except_for and sentence not in had.get(name, [])
    ]


def made_up_people() -> list[str]:
    """Return the names of the made-up people whose facts fill in a preview."""
    known = declared_facts().get("name")
    return [str(name) for name in known.examples] if known else []


def made_up_facts(place: int) -> dict[str, KnownFact]:
    """Return what a registry might know of the made-up person with this place in the list; {} for nobody."""
    told = {}
    for one in declared_facts().values():
        if 0 <= place < len(one.examples) and one.examples[place] is not None:
            told[one.name] = _MadeUp(one.examples[place], _("登记（编出来的人）"), today())
    return told  # type: ignore[return-value]


@dataclass(frozen=True)
class _MadeUp:
    value: Any
    source: str
    on: dt.date


# -- showing and writing -----------------------------------------------------------------------------------------------


def drawable(schema: Any) -> tuple[Schema, list[str]]:
    """Return the form with those of its fields that can be drawn, and the questions that cannot, for a preview."""
    properties, left = {}, []
    order = sequence_of(schema)
    for name in order:
        rule = properties_of(schema)[name]
        if not _is_drawable(rule):
            left.append(title_of(schema, name))
            continue
        kept = copy.deepcopy(dict(rule))
        if pattern_problems(kept, name):
            kept.pop("pattern", None)
        if condition_problem(schema, name, order):
            kept.pop("x-show-when", None)
        properties[name] = kept
    shown = [name for name in order if name in properties]
    required = [name for name in required_of(schema) if name in properties]
    return {"type": "object", "required": required, "x-order": shown, "properties": properties}, left


def _is_drawable(rule: Any) -> bool:
    if not isinstance(rule, Mapping) or rule.get("type") not in ("string", "integer", "number", "boolean", "array"):
        return False
    if not isinstance(rule.get("x-labels", {}), Mapping) or not isinstance(rule.get("title", ""), str):
        return False
    try:
        Draft202012Validator.check_schema(dict(rule))
    except SchemaError:
        return False
    if kind_of(rule).code == "rows":
        return all(_is_drawable(cell) for cell in properties_of(rule["items"]).values())
    return kind_of(rule).code not in ("choice", "choices") or bool(options_of(rule))


def written_out(schema: Any) -> Schema:
    """Return the form with everything in the order of asking and of writing, for a text that people read."""
    if not isinstance(schema, Mapping):
        return {}
    told = {word: copy.deepcopy(schema[word]) for word in FORM_ORDER if word in schema}
    told |= {word: copy.deepcopy(value) for word, value in schema.items() if word not in told}
    properties = properties_of(schema)
    told["properties"] = {name: _written_rule(properties[name]) for name in sequence_of(schema)}
    return told


def _written_rule(rule: Any) -> Any:
    if not isinstance(rule, Mapping):
        return rule
    told = in_order(copy.deepcopy(dict(rule)))
    labels = told.get("x-labels")
    if isinstance(labels, Mapping):
        by_value = {str(value): value for value in labels}
        order = [by_value[str(value)] for value, _label in options_of(rule) if str(value) in by_value]
        told["x-labels"] = {value: _both(labels[value]) for value in dict.fromkeys([*order, *labels])}
    if kind_of(rule).code == "rows":
        told["items"] = written_out(rule["items"])
    return told


def _both(label: Any) -> Any:
    """A label with its Chinese first: a database may have turned it round."""
    return {one: label[one] for one in ("zh", "en", *label) if one in label} if isinstance(label, Mapping) else label
