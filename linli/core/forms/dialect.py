"""The dialect of our forms, and what is wrong with a schema, told to whoever writes one (in Chinese, untranslated).

A form is an object of JSON Schema 2020-12 with `required`, `properties` and, in the order of asking, `x-order`.
A property has:

- `title`, `title_en`: the question; `description`, `description_en`: the hint under it.
- `type`: string, integer, number, boolean, array (of `items` with `enum`: several of a list; of objects: a few rows).
- `format`: date, cn-id, cn-phone, cn-bank-card, bank-account (strings), money-fen (integers: typed in yuan, kept in fen).
- `enum` with `x-labels: {value: {zh: …, en: …}}`; `const: true` for a box that has to be ticked.
- `minLength`, `maxLength` (500 unless given), `pattern` with `x-pattern-text: {zh, en}`, `minimum`, `maximum`,
  `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `minItems`, `maxItems`, `uniqueItems`, `default`.
- `x-widget`: textarea, radio, select, checkbox, checkboxes, date, text; never file: materials are
  handed in apart.
- `x-inputmode`, `x-autocomplete`: as in HTML. `x-past-date: true`: a day that is not in the future.
- `x-fact`: the registry's fact that answers it: filled in, shown with its source and date (R14).
- `x-show-when: {field: …, equals: value or list}`: asked only then; else it is dropped and not required.
"""

# untranslated: told to operators and authors of forms

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from linli.core.forms import formats
from linli.core.forms.facts import declared_facts

FORM_WORDS = frozenset({
    "$schema", "type", "title", "title_en", "description", "description_en", "required", "properties",
    "additionalProperties", "x-order",
})  # fmt: skip
FIELD_WORDS = frozenset({
    "type", "title", "title_en", "description", "description_en", "format", "enum", "const", "default", "examples",
    "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minItems", "maxItems", "uniqueItems", "items",
    "x-fact", "x-widget", "x-inputmode", "x-autocomplete", "x-show-when", "x-labels", "x-past-date", "x-pattern-text",
})  # fmt: skip
WIDGETS = {
    "textarea": ("string",),
    "text": ("string", "integer", "number"),
    "date": ("string",),
    "select": ("string", "integer"),
    "radio": ("string", "integer", "boolean"),
    "checkbox": ("boolean",),
    "checkboxes": ("array",),
}
INPUTMODES = frozenset({"text", "numeric", "decimal", "tel", "email", "url", "search", "none"})
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
NESTED_REPEAT = re.compile(r"\([^()]*[+*}][^()]*\)\s*[+*{]")
PATTERN_LIMIT = 200


def check_form_schema(schema: Any, facts: Collection[str] | None = None) -> list[str]:
    """Return what is wrong with a form's schema, a sentence each; [] if nothing is.

    facts: the names that x-fact may use; unless given, those that rooms have declared (all, while none has).
    """
    if not isinstance(schema, Mapping):
        return ["表单要写成一个对象（type: object）。"]
    declared = declared_facts()
    known = facts if facts is not None else declared or None
    found = list(_form_problems(schema, "", known))
    for name, rule in _properties(schema).items():
        for fact in declared.values():
            if isinstance(rule, Mapping) and str(rule.get("title")) in fact.titles and not rule.get("x-fact"):
                found.append(
                    f"“{name}”问的“{rule['title']}”登记簿里已经有了，不能再问一遍：请加上 x-fact: {fact.name}。"
                )
    if not found:
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            where = ".".join(str(part) for part in error.absolute_path)
            found.append(f"“{where}”不符合 JSON Schema 2020-12：{error.message}")
    return found


def _properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties")
    return dict(properties) if isinstance(properties, Mapping) else {}


def _form_problems(schema: Mapping[str, Any], path: str, facts: Collection[str] | None) -> list[str]:
    here = f"“{path}”" if path else "表单"
    found = [f"{here}里不认识的写法：{word}。" for word in schema if word not in FORM_WORDS]
    properties = _properties(schema)
    if schema.get("type") != "object":
        found.append(f"{here}的 type 要是 object。")
    if not properties:
        found.append(f"{here}一个字段也没有：请在 properties 里写。")
    for word, named in (("required", schema.get("required", [])), ("x-order", schema.get("x-order", []))):
        if not isinstance(named, list):
            found.append(f"{here}的 {word} 要是一个列表。")
            continue
        found += [f"{here}的 {word} 写了没有的字段：{name}。" for name in named if str(name) not in properties]
        found += [
            f"{here}的 {word} 把 {name} 写了两遍。" for name in sorted({str(n) for n in named if named.count(n) > 1})
        ]
    order = schema.get("x-order")
    if isinstance(order, list):
        found += [f"{here}的 x-order 漏了字段：{name}。" for name in properties if name not in order]
    sequence = list(order) if isinstance(order, list) else list(properties)
    for name, rule in properties.items():
        where = f"{path}.{name}" if path else str(name)
        if not isinstance(name, str) or not NAME.fullmatch(name):
            found.append(f"字段名“{where}”只能用小写字母、数字和下划线，以字母开头，最多 40 个字符。")
        if not isinstance(rule, Mapping):
            found.append(f"“{where}”要写成一个对象。")
            continue
        found += _field_problems(rule, where, facts)
        found += _condition_problems(rule, where, name, properties, sequence)
        required = schema.get("required")
        if rule.get("const") is True and isinstance(required, list) and name not in required:
            found.append(f"“{where}”是必须勾选的（const: true），要列在 required 里。")
    return found


def _field_problems(rule: Mapping[str, Any], where: str, facts: Collection[str] | None) -> list[str]:
    found = [f"“{where}”里不认识的写法：{word}。" for word in rule if word not in FIELD_WORDS]
    kind = rule.get("type")
    if kind not in ("string", "integer", "number", "boolean", "array"):
        found.append(f"“{where}”的 type 是 {kind}，只能是 string、integer、number、boolean、array 之一。")
    for word, sister, meaning in (("title", "title_en", "问题"), ("description", "description_en", "提示")):
        if (word == "title" or sister in rule) and not rule.get(word):
            found.append(f"“{where}”缺 {word}（{meaning}的中文）。")
        if (word == "title" or word in rule) and not rule.get(sister):
            found.append(f"“{where}”缺 {sister}（{meaning}的英文）。")
    form = rule.get("format")
    if form is not None and not isinstance(form, str):
        found.append(f"“{where}”的 format 要是一个词。")
    elif form is not None and not (
        (kind == "string" and form in formats.FORMATS) or (kind == "integer" and form == formats.MONEY)
    ):
        words = "、".join(formats.FORMATS)
        found.append(f"“{where}”的 format 是 {form}：文字只能是 {words}，整数只能是 {formats.MONEY}。")
    widget = rule.get("x-widget")
    if widget == "file":
        found.append(f"“{where}”要传文件：材料另外交，写在 materials 里，不放在表里。")
    elif widget is not None and kind not in WIDGETS.get(str(widget), ()):
        found.append(f"“{where}”的 x-widget 是 {widget}，和 type {kind} 不配。")
    if widget in ("select", "radio") and kind != "boolean" and "enum" not in rule:
        found.append(f"“{where}”用 {widget}，要用 enum 列出可选的。")
    if "x-inputmode" in rule and str(rule["x-inputmode"]) not in INPUTMODES:
        found.append(f"“{where}”的 x-inputmode 是 {rule['x-inputmode']}，HTML 里没有。")
    if rule.get("x-past-date") and form != "date":
        found.append(f"“{where}”写了 x-past-date，format 就要是 date。")
    if "const" in rule and not (rule["const"] is True and kind == "boolean"):
        found.append(f"“{where}”的 const 只能是 true，type 只能是 boolean：必须勾选的一项。")
    fact = rule.get("x-fact")
    if fact is not None and facts is not None and str(fact) not in facts:
        found.append(f"“{where}”的 x-fact 是 {fact}，登记簿没有这一项；有的是：{'、'.join(sorted(facts))}。")
    found += pattern_problems(rule, where)
    if kind == "array":
        found += _array_problems(rule, where, facts)
    else:
        found += _choice_problems(rule, rule, where)
    return found


def pattern_problems(rule: Mapping[str, Any], where: str) -> list[str]:
    pattern = rule.get("pattern")
    if pattern is None:
        return []
    found = []
    texts = rule.get("x-pattern-text")
    if not (isinstance(texts, Mapping) and texts.get("zh") and texts.get("en")):
        found.append(f"“{where}”有 pattern，要在 x-pattern-text 里用中文（zh）和英文（en）说清楚应该怎么写。")
    try:
        re.compile(str(pattern))
    except re.error:
        return [*found, f"“{where}”的 pattern 不是正确的正则表达式。"]
    if len(str(pattern)) > PATTERN_LIMIT or NESTED_REPEAT.search(str(pattern)):
        found.append(f"“{where}”的 pattern 太长，或者重复里又有重复，可能要算很久：请写简单些。")
    return found


def _array_problems(rule: Mapping[str, Any], where: str, facts: Collection[str] | None) -> list[str]:
    items = rule.get("items")
    if isinstance(items, Mapping) and items.get("type") == "object":
        found = _form_problems(items, where, facts)
        for name, cell in _properties(items).items():
            if isinstance(cell, Mapping) and (cell.get("type") == "array" or "x-show-when" in cell):
                found.append(f"“{where}.{name}”在表格的一行里：不能再是列表，也不能有 x-show-when。")
        return found
    if isinstance(items, Mapping) and items.get("enum"):
        words = frozenset({"type", "enum", "x-labels"})
        unknown = [f"“{where}”的 items 里不认识的写法：{word}。" for word in items if word not in words]
        return unknown + _choice_problems(items, rule, where)
    return [f"“{where}”是列表：items 要么有 enum（多选），要么是 object（几行的表格）。"]


def _choice_problems(listed: Mapping[str, Any], rule: Mapping[str, Any], where: str) -> list[str]:
    if "enum" not in listed:
        return []
    enum = listed["enum"]
    if not isinstance(enum, list) or not enum:
        return [f"“{where}”的 enum 是空的。"]
    found = []
    if len({str(value) for value in enum}) != len(enum):
        found.append(f"“{where}”的 enum 里有重复的。")
    if any(isinstance(value, bool | list | dict | None.__class__) for value in enum):
        found.append(f"“{where}”的 enum 只能列文字或数字（YAML 里的 yes、no、on、off 要加引号）。")
    labels = rule.get("x-labels") or listed.get("x-labels") or {}
    if not isinstance(labels, Mapping):
        return [*found, f"“{where}”的 x-labels 要写成 值: {{zh: …, en: …}}。"]
    for value in enum:
        label = labels.get(str(value)) if isinstance(value, list | dict) else labels.get(value, labels.get(str(value)))
        if not (isinstance(label, Mapping) and label.get("zh") and label.get("en")):
            found.append(f"“{where}”的选项 {value} 缺中文或英文的名称（x-labels）。")
    named = {str(value) for value in enum}
    found += [f"“{where}”的 x-labels 写了没有的选项：{value}。" for value in labels if str(value) not in named]
    return found


def _condition_problems(
    rule: Mapping[str, Any], where: str, name: str, properties: Mapping[str, Any], sequence: list[Any]
) -> list[str]:
    if "x-show-when" not in rule:
        return []
    condition = rule["x-show-when"]
    if not isinstance(condition, Mapping) or set(condition) != {"field", "equals"}:
        return [f"“{where}”的 x-show-when 要写成 {{field: 字段名, equals: 值}}。"]
    other = properties.get(str(condition["field"]))
    if not isinstance(other, Mapping):
        return [f"“{where}”的 x-show-when 看的字段没有：{condition['field']}。"]
    found = []
    if name in sequence and condition["field"] not in sequence[: sequence.index(name)]:
        found.append(f"“{where}”看的字段 {condition['field']} 要排在它前面。")
    items = other.get("items")
    options = other.get("enum") or (items.get("enum") if isinstance(items, Mapping) else None)
    if other.get("type") == "boolean":
        options = [True, False]
    equals = condition["equals"] if isinstance(condition["equals"], list) else [condition["equals"]]
    if not options:
        found.append(f"“{where}”看的字段 {condition['field']} 没有可选的值：x-show-when 只能看选择题或者是非题。")
    else:
        found += [
            f"“{where}”的 x-show-when 等的值 {value} 在 {condition['field']} 里选不到。"
            for value in equals
            if not any(type(value) is type(option) and value == option for option in options)
        ]
    return found
