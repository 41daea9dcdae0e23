"""What is wrong with a schema is told before anybody fills it in."""

import copy
from pathlib import Path

import pytest
import yaml

from linli.core.forms import check_form_schema, declare_fact, facts

GOOD = {
    "type": "object",
    "required": ["name"],
    "x-order": ["name", "kind", "since"],
    "properties": {
        "name": {"type": "string", "title": "户主", "title_en": "Head of household", "x-fact": "name"},
        "kind": {
            "type": "string",
            "title": "类型",
            "title_en": "Kind",
            "enum": ["a", "b"],
            "x-labels": {"a": {"zh": "甲", "en": "A"}, "b": {"zh": "乙", "en": "B"}},
        },
        "since": {
            "type": "string",
            "format": "date",
            "title": "从哪天起",
            "title_en": "Since",
            "x-past-date": True,
            "x-show-when": {"field": "kind", "equals": "a"},
        },
    },
}


def changed(path: str, value: object = ...) -> dict:
    """Return GOOD with one place set to a value, or taken out."""
    schema = copy.deepcopy(GOOD)
    *way, last = path.split("/")
    place = schema
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return schema


def test_a_good_schema_has_nothing_wrong():
    assert check_form_schema(GOOD, facts={"name"}) == []


def test_the_example_item_is_good():
    item = Path(__file__).parents[3] / "services/catalogue/items/0101_old_age_allowance.yaml"
    assert check_form_schema(yaml.safe_load(item.read_text())["form"]) == []


@pytest.mark.parametrize(
    ("path", "value", "sentences"),
    [
        ("x-ordr", [], ["表单里不认识的写法：x-ordr。"]),
        ("x-order", ["name", "kind", "since", "gone"], ["表单的 x-order 写了没有的字段：gone。"]),
        ("x-order", ["name", "kind"], ["表单的 x-order 漏了字段：since。"]),
        ("x-order", ["name", "since", "kind"], ["“since”看的字段 kind 要排在它前面。"]),
        ("required", ["nam"], ["表单的 required 写了没有的字段：nam。"]),
        ("type", "array", ["表单的 type 要是 object。"]),
        ("properties/name/x-hint", "", ["“name”里不认识的写法：x-hint。"]),
        ("properties/name/$ref", "http://example.org", ["“name”里不认识的写法：$ref。"]),
        ("properties/name/title_en", ..., ["“name”缺 title_en（问题的英文）。"]),
        ("properties/name/description", "全名", ["“name”缺 description_en（提示的英文）。"]),
        ("properties/name/x-fact", "nickname", ["“name”的 x-fact 是 nickname，登记簿没有这一项；有的是：name。"]),
        ("properties/name/x-widget", "file", ["“name”要传文件：材料另外交，写在 materials 里，不放在表里。"]),
        ("properties/name/x-widget", "checkbox", ["“name”的 x-widget 是 checkbox，和 type string 不配。"]),
        ("properties/name/x-widget", "radio", ["“name”用 radio，要用 enum 列出可选的。"]),
        ("properties/name/x-inputmode", "number", ["“name”的 x-inputmode 是 number，HTML 里没有。"]),
        ("properties/name/format", "email",
         ["“name”的 format 是 email：文字只能是 date、cn-id、cn-phone、cn-bank-card、bank-account，整数只能是 money-fen。"]),
        ("properties/name/pattern", "(a+)+",
         ["“name”有 pattern，要在 x-pattern-text 里用中文（zh）和英文（en）说清楚应该怎么写。",
          "“name”的 pattern 太长，或者重复里又有重复，可能要算很久：请写简单些。"]),
        ("properties/name/type", "object",
         ["“name”的 type 是 object，只能是 string、integer、number、boolean、array 之一。"]),
        ("properties/kind/x-labels/b", ..., ["“kind”的选项 b 缺中文或英文的名称（x-labels）。"]),
        ("properties/kind/x-labels/c", {"zh": "丙", "en": "C"}, ["“kind”的 x-labels 写了没有的选项：c。"]),
        ("properties/kind/enum", [],
         ["“kind”的 enum 是空的。",
          "“since”看的字段 kind 没有可选的值：x-show-when 只能看选择题或者是非题。"]),
        ("properties/since/format", ..., ["“since”写了 x-past-date，format 就要是 date。"]),
        ("properties/since/x-show-when", {"field": "kind", "equals": "z"},
         ["“since”的 x-show-when 等的值 z 在 kind 里选不到。"]),
        ("properties/since/x-show-when", {"field": "gone", "equals": "a"},
         ["“since”的 x-show-when 看的字段没有：gone。"]),
        ("properties/since/x-show-when", "kind", ["“since”的 x-show-when 要写成 {field: 字段名, equals: 值}。"]),
        ("properties/name/maxLength", "60",
         ["“properties.name.maxLength”不符合 JSON Schema 2020-12：'60' is not of type 'integer'"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(path, value, sentences):
    assert check_form_schema(changed(path, value), facts={"name"}) == sentences


@pytest.mark.parametrize("schema", [None, [], "object", {}, {"type": "object", "properties": []}])
def test_something_else_than_a_form_is_told(schema):
    assert check_form_schema(schema)


def test_cells_of_a_table_are_checked_too():
    table = {
        "type": "array",
        "title": "成员",
        "title_en": "Members",
        "items": {"type": "object", "properties": {"name": {"type": "string", "title": "姓名"}}},
    }
    schema = changed("properties/members", table)
    schema["x-order"] = [*schema["x-order"], "members"]

    assert check_form_schema(schema, facts={"name"}) == ["“members.name”缺 title_en（问题的英文）。"]


def test_asking_for_a_declared_fact_without_binding_is_found(monkeypatch):
    """R14: a test fails when a form field asks for a registry fact without being bound to it."""
    monkeypatch.setattr(facts, "_declared", {})
    declare_fact("name", "户主", "姓名")

    assert check_form_schema(GOOD) == []
    assert check_form_schema(changed("properties/name/x-fact")) == [
        "“name”问的“户主”登记簿里已经有了，不能再问一遍：请加上 x-fact: name。"
    ]
