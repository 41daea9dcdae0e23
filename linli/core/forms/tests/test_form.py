"""SchemaForm: reading, checking, conditions, facts, rows (R14, R152)."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from linli.core import calendar
from linli.core.forms import SchemaForm, answers_shown
from linli.core.http import Refused, refusals_shown_on

NOON = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)
OLD_AGE = Path(__file__).parents[3] / "services/catalogue/items/0101_old_age_allowance.yaml"


@pytest.fixture(autouse=True)
def _noon():
    with calendar.at(NOON):
        yield


@dataclass(frozen=True)
class Fact:
    value: object
    source: str = "公安人口库"
    on: dt.date | None = dt.date(2026, 3, 2)


def schema(_required=(), **properties):
    properties = {name: {"title": name, "title_en": name, **rule} for name, rule in properties.items()}
    return {"type": "object", "required": list(_required), "x-order": list(properties), "properties": properties}


def sent(text: str) -> QueryDict:
    return QueryDict(text.replace(" ", "+").replace("\n", "&"))


CONDITIONS = schema(
    ["lives_alone", "helper"],
    lives_alone={"type": "boolean"},
    helper={"type": "string", "enum": ["child", "other"], "x-show-when": {"field": "lives_alone", "equals": False}},
    helper_name={"type": "string", "x-show-when": {"field": "helper", "equals": ["other"]}},
)
TABLE = schema(
    ["members"],
    members={
        "type": "array",
        "minItems": 1,
        "maxItems": 3,
        "items": schema(["name"], name={"type": "string", "maxLength": 4}, born={"type": "string", "format": "date"}),
    },
)


def test_old_age_allowance_form_is_answered():
    form = SchemaForm(
        yaml.safe_load(OLD_AGE.read_text())["form"],
        sent("account_holder=柳桂枝\naccount_number=6200 0000 5199 0208 129\nbank=\nremarks=  楼上没有电梯 "),
    )

    assert form.is_valid()
    assert form.cleaned_data == {
        "account_holder": "柳桂枝",
        "account_number": "6200000051990208129",
        "remarks": "楼上没有电梯",
    }
    assert [field.name for field in form.fields] == ["account_holder", "account_number", "bank", "remarks"]


def test_a_missing_digit_is_counted():
    asked = schema(account={"type": "string", "format": "bank-account", "minLength": 19, "maxLength": 19})
    form = SchemaForm(asked, sent("account=6200 0000 5199 0208 12"))

    assert form.errors == {"account": ["少了 1 位：您填了 18 位，应该是 19 位。"]}
    assert form["account"].value == "6200 0000 5199 0208 12"


def test_a_name_of_ten_thousand_characters_is_told_in_a_sentence():
    form = SchemaForm(schema(name={"type": "string", "maxLength": 60}), {"name": "柳" * 10_000})

    assert form.errors == {"name": ["多了 9940 个字：您填了 10000 个字，最多 60 个字。请删短一些。"]}


def test_a_text_without_a_limit_has_five_hundred_characters():
    assert SchemaForm(schema(name={"type": "string"}), {"name": "柳" * 500}).is_valid()
    assert SchemaForm(schema(name={"type": "string"}), {"name": "柳" * 501}).errors == {
        "name": ["多了 1 个字：您填了 501 个字，最多 500 个字。请删短一些。"]
    }


@pytest.mark.parametrize("text", ["柳\x00桂枝", "柳\x0b", "柳\ud800"])
def test_characters_that_no_database_keeps_are_refused(text):
    form = SchemaForm(schema(name={"type": "string"}), {"name": text})

    assert form.errors == {"name": ["里面有看不见的字符，存不下来。请删掉，再用键盘打一遍。"]}


def test_what_is_missing_is_asked_for_in_the_words_of_the_field():
    asked = schema(
        ["name", "sex", "kinds", "true"],
        name={"type": "string", "title": "姓名"},
        sex={"type": "string", "enum": ["1", "2"], "title": "性别"},
        kinds={"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "title": "困难类型"},
        true={"type": "boolean", "const": True, "title": "以上都是真的"},
    )

    assert SchemaForm(asked, sent("name=   ")).errors == {
        "name": ["请填写“姓名”。"],
        "sex": ["请选择“性别”。"],
        "kinds": ["请选择“困难类型”。"],
        "true": ["要先勾选这一项，才能往下办。"],
    }


@pytest.mark.parametrize(
    ("rule", "typed", "sentence"),
    [
        ({"type": "integer"}, "三", "这里填整数，例如 3。您填的是“三”。"),
        ({"type": "integer"}, "2.5", "这里填整数，例如 3。您填的是“2.5”。"),
        ({"type": "integer", "minimum": 1}, "0", "最小是 1，您填了 0。"),
        ({"type": "integer", "exclusiveMaximum": 10}, "10", "要比 10 小，您填了 10。"),
        ({"type": "number"}, "1e5", "这里填数字，例如 2.5。您填的是“1e5”。"),
        ({"type": "number"}, "nan", "这里填数字，例如 2.5。您填的是“nan”。"),
        ({"type": "number", "multipleOf": 0.5}, "0.7", "要是 0.5 的倍数，您填了 0.7。"),
        ({"type": "integer", "format": "money-fen"}, "-5", "最小是 0 元，您填了 -5 元。"),
        ({"type": "integer", "format": "money-fen", "maximum": 100000}, "1000.5",
         "最大是 1000 元，您填了 1000.50 元。"),
        ({"type": "string", "minLength": 5}, "没有", "少了 3 个字：您填了 2 个字，至少要 5 个字。"),
        ({"type": "string", "enum": ["a"]}, "b", "“b”不在列出的里面，请重新选一个。"),
        ({"type": "string", "pattern": "^\\d栋$", "x-pattern-text": {"zh": "写成 3栋 这样。"}}, "三栋",
         "写成 3栋 这样。"),
        ({"type": "string", "format": "date", "x-past-date": True}, "2026年11月25日",
         "2026-11-25 还没到。这里要填已经过去的日子，最晚是今天（2026-11-24）。"),
        ({"type": "boolean"}, "也许", "请选“是”或者“否”。"),
    ],
)  # fmt: skip
def test_each_rule_has_its_sentence(rule, typed, sentence):
    form = SchemaForm(schema(field=rule), QueryDict(mutable=True))
    form.data["field"] = typed

    assert form.errors == {"field": [sentence]}
    assert form["field"].value == typed or rule.get("format") == "date"


def test_several_answers_are_counted():
    asked = schema(
        kinds={"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "string", "enum": ["a", "b", "c"]}}
    )

    assert SchemaForm(asked, sent("kinds=a\nkinds=b")).errors == {}
    assert SchemaForm(asked, sent("kinds=a\nkinds=a")).errors == {"kinds": ["至少选 2 项，您选了 1 项。"]}
    assert SchemaForm(asked, sent("kinds=a\nkinds=b\nkinds=c")).errors == {"kinds": ["最多选 2 项，您选了 3 项。"]}


def test_page_and_interface_find_the_same():
    """R152."""
    asked = schema(
        ["count"],
        count={"type": "integer"},
        income={"type": "integer", "format": "money-fen"},
        agree={"type": "boolean"},
        kinds={"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
    )
    page = SchemaForm(asked, sent("count=3\nincome=1200.50\nagree=true\nkinds=b"))
    program = SchemaForm(asked, {"count": 3, "income": 120050, "agree": True, "kinds": ["b"]})

    assert page.is_valid()
    assert program.is_valid()
    assert page.cleaned_data == program.cleaned_data == {"count": 3, "income": 120050, "agree": True, "kinds": ["b"]}
    assert SchemaForm(asked, {"count": "drei"}).errors.keys() == SchemaForm(asked, sent("count=drei")).errors.keys()


# conditions


def test_a_field_whose_condition_is_not_met_is_dropped_and_not_required():
    form = SchemaForm(CONDITIONS, sent("lives_alone=true\nhelper=other\nhelper_name=文竹"))

    assert form.is_valid()
    assert form.cleaned_data == {"lives_alone": True}


def test_a_field_whose_condition_is_met_is_required():
    assert SchemaForm(CONDITIONS, sent("lives_alone=false")).errors == {"helper": ["请选择“helper”。"]}


def test_conditions_follow_each_other():
    form = SchemaForm(CONDITIONS, sent("lives_alone=false\nhelper=other\nhelper_name=文竹"))

    assert form.is_valid()
    assert form.cleaned_data == {"lives_alone": False, "helper": "other", "helper_name": "文竹"}


def test_conditions_in_a_circle_end():
    asked = schema(
        a={"type": "boolean", "x-show-when": {"field": "b", "equals": True}},
        b={"type": "boolean", "x-show-when": {"field": "a", "equals": True}},
    )

    assert SchemaForm(asked, {"a": True, "b": True}).is_valid()


def test_a_hidden_field_says_in_words_when_it_is_asked():
    assert SchemaForm(CONDITIONS)["helper"].condition_note == "前面“lives_alone”选了“否”才填。"


# facts


def bound_to_name():
    return schema(["name"], name={"type": "string", "title": "姓名", "x-fact": "name"})


def test_a_known_fact_is_filled_in_with_its_source_and_day():
    """R14."""
    field = SchemaForm(bound_to_name(), facts={"name": Fact("柳桂枝")})["name"]

    assert (field.value, field.is_known) == ("柳桂枝", True)
    assert (field.source.name, field.source.on) == ("公安人口库", dt.date(2026, 3, 2))


def test_a_draft_stands_over_the_fact():
    field = SchemaForm(bound_to_name(), initial={"name": "柳桂芝"}, facts={"name": Fact("柳桂枝")})["name"]

    assert (field.value, field.source, field.is_known) == ("柳桂芝", None, False)


def test_an_unknown_fact_is_asked():
    assert not SchemaForm(bound_to_name(), facts={}).fields[0].is_known
    assert not SchemaForm(bound_to_name(), facts={"name": Fact("")}).fields[0].is_known


def test_an_answer_other_than_the_fact_is_reported():
    form = SchemaForm(bound_to_name(), sent("name=柳桂芝"), facts={"name": Fact("柳桂枝")})

    assert form.is_valid()
    assert form.corrections == {"name": ("柳桂枝", "柳桂芝")}
    assert SchemaForm(bound_to_name(), sent("name=柳桂枝"), facts={"name": Fact("柳桂枝")}).corrections == {}


def test_a_fact_that_is_a_day_fills_a_date():
    asked = schema(born={"type": "string", "format": "date", "x-fact": "birth_date"})
    form = SchemaForm(asked, facts={"birth_date": Fact(dt.date(1941, 12, 6))})

    assert form["born"].value == "1941-12-06"
    assert form["born"].is_known


# rows


def test_rows_are_read_and_empty_ones_dropped():
    form = SchemaForm(
        TABLE, sent("members-0-name=文竹\nmembers-0-born=1990年1月2日\nmembers-1-name=\nmembers-4-name=杜仲")
    )

    assert form.is_valid()
    assert form.cleaned_data == {"members": [{"name": "文竹", "born": "1990-01-02"}, {"name": "杜仲"}]}


def test_errors_of_a_row_name_row_and_cell():
    form = SchemaForm(TABLE, sent("members-0-name=文竹\nmembers-1-born=2020-01-01\nmembers-2-name=五个字的名"))

    assert form.errors == {
        "members.1.name": ["请填写“name”。"],
        "members.2.name": ["多了 1 个字：您填了 5 个字，最多 4 个字。请删短一些。"],
    }
    assert [(link.target, link.label) for link in form.error_summary] == [
        ("field-members-1-name", "members 2 · name"),
        ("field-members-2-name", "members 3 · name"),
    ]


def test_rows_are_limited():
    names = "\n".join(f"members-{i}-name=a" for i in range(4))

    assert SchemaForm(TABLE, sent(names)).errors == {"members": ["最多填 3 行，您填了 4 行。"]}
    assert SchemaForm(TABLE, {"members": [{"name": "a"}] * 5000}).errors == {"members": ["最多填 3 行，您填了 23 行。"]}
    assert SchemaForm(TABLE, sent("")).errors == {"members": ["请填写“members”。"]}


def test_one_more_row_is_asked_for_without_complaints():
    form = SchemaForm(TABLE, sent("members-0-name=\nmembers-0-born=2020-01-01\nmembers-add=1"))

    assert not form.is_valid()
    assert form.errors == {}
    assert [row.prefix for row in form["members"].rows] == ["members-0", "members-1"]


@pytest.mark.parametrize("value", ["x", {"name": "a"}, [["a"]], 3])
def test_rows_of_another_shape_are_refused(value):
    assert SchemaForm(TABLE, {"members": value}).errors.keys() == {"members"}


# the rest


def test_what_was_typed_becomes_a_draft_and_comes_back():
    typed = SchemaForm(TABLE, sent("members-0-name=五个字的名")).typed
    again = SchemaForm(TABLE, initial=json.loads(json.dumps(typed)))

    assert typed == {"members": [{"name": "五个字的名"}]}
    assert again["members"].rows[0]["name"].value == "五个字的名"


def test_a_prefix_keeps_two_forms_apart():
    form = SchemaForm(schema(name={"type": "string"}), sent("name=a\nsecond-name=b"), prefix="second")

    assert form.is_valid()
    assert form.cleaned_data == {"name": "b"}
    assert form["name"].html_name == "second-name"


def test_a_refusal_of_a_service_stands_on_its_field():
    form = SchemaForm(schema(name={"type": "string"}), {"name": "a"})
    assert form.is_valid()

    with refusals_shown_on(form):
        raise Refused("这个名字已经登记过。", field="name")
    with refusals_shown_on(form):
        raise Refused("窗口已经下班。")

    assert form.errors == {"": ["窗口已经下班。"], "name": ["这个名字已经登记过。"]}
    assert not form.is_valid()


def test_answers_are_shown_in_words_and_in_the_order_of_the_form():
    asked = schema(
        income={"type": "integer", "format": "money-fen", "title": "月收入", "title_en": "Monthly income"},
        agree={"type": "boolean", "title": "同意公示", "title_en": "May be posted"},
        kinds={
            "type": "array",
            "title": "困难类型",
            "title_en": "Hardship",
            "items": {"type": "string", "enum": ["a", "b"]},
            "x-labels": {"a": {"zh": "大病", "en": "Illness"}, "b": {"zh": "失业", "en": "No work"}},
        },
        members=TABLE["properties"]["members"],
    )
    answers = {"kinds": ["a", "b"], "agree": False, "income": 120050, "members": [{"name": "文竹"}]}

    assert [(a.label, a.text) for a in answers_shown(asked, answers)] == [
        ("月收入", "1200.50 元"),
        ("同意公示", "否"),
        ("困难类型", "大病、失业"),
        ("members", "name：文竹"),
    ]
    assert answers_shown(asked, answers, "en")[0].label == "Monthly income"


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(ANY_JSON, ANY_JSON, ANY_JSON)
def test_no_input_makes_a_form_fall(one, two, three):
    asked = schema(
        ["a"],
        a={"type": "string", "format": "cn-id"},
        b={"type": "integer", "format": "money-fen"},
        c={"type": "array", "items": {"type": "string", "enum": ["x"]}},
        d={"type": "number"},
        e=TABLE["properties"]["members"],
        f={"type": "boolean", "x-show-when": {"field": "c", "equals": "x"}},
    )
    data = {"a": one, "b": two, "c": three, "d": one, "e": two, "f": three}
    form = SchemaForm(asked, data)

    assert form.is_valid() == (not form.error_summary)
    json.dumps(form.cleaned_data, allow_nan=False)
