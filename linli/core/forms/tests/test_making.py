"""A form made and changed field by field (R152): kinds, changes, what is wrong; pure, without a page."""

import copy
import datetime as dt

import pytest

from linli.core.forms import check_form_schema, making
from linli.core.forms import facts as declared
from linli.core.forms.field_form import FieldForm

LIVES = {"type": "boolean", "title": "一个人住吗", "title_en": "Lives alone", "x-widget": "radio"}
HELPER = {
    "type": "string", "title": "谁来帮忙", "title_en": "Who helps", "enum": ["family", "other"],
    "x-labels": {"family": {"zh": "家里人", "en": "Family"}, "other": {"zh": "别人", "en": "Somebody else"}},
    "x-show-when": {"field": "lives_alone", "equals": False},
}  # fmt: skip
NAME = {
    "type": "string", "title": "那个人的名字", "title_en": "Name of that person", "maxLength": 60,
    "x-show-when": {"field": "helper", "equals": "other"},
}  # fmt: skip
FORM = {
    "type": "object",
    "required": ["lives_alone", "helper"],
    "x-order": ["lives_alone", "helper", "helper_name"],
    "properties": {"lives_alone": LIVES, "helper": HELPER, "helper_name": NAME},
}


@pytest.fixture(autouse=True)
def facts(monkeypatch):
    monkeypatch.setattr(declared, "_declared", {})
    declared.declare_fact("name", "姓名", label="姓名", kinds=("text",), examples=("柳桂枝", "白芷"))
    declared.declare_fact("phone", label="电话", kinds=("phone",), is_sealed=True, examples=("15400000618", None))
    declared.declare_fact("birth_date", label="出生日期", kinds=("date",), examples=(dt.date(1945, 3, 12),))
    declared.declare_fact("groups", label="特殊群体")


def sent_back(form):
    """What a browser would send of a field's form as it stands."""
    from django.http import QueryDict

    sent = QueryDict(mutable=True)
    rows = [*form.answers.management_form] if form.answers is not None else []
    every = [*form, *rows, *(one for row in (form.answers or []) for one in row)]
    for one in every:
        value = one.value()
        if isinstance(value, list):
            sent.setlist(one.html_name, [str(v) for v in value])
        elif value is True:
            sent[one.html_name] = "on"
        elif value is not None and value is not False and value != "":
            sent[one.html_name] = str(value)
    if form.answers is not None:
        sent["answers-TOTAL_FORMS"] = str(len(form.answers.forms))
    return sent


def typed(schema, name="", *, kind="", answers=(), **changes):
    """A field's form with what somebody has typed into it."""
    sent = sent_back(FieldForm(schema, name, kind=kind))
    for key, value in changes.items():
        key = f"field-{key.replace('is_', 'is-', 1) if key.startswith('is_') else key}"
        sent.setlist(key, value if isinstance(value, list) else [value])
    if answers:
        sent["answers-TOTAL_FORMS"], sent["answers-INITIAL_FORMS"] = str(len(answers)), "0"
        for place, (zh, en, value) in enumerate(answers):
            for part, text in (("zh", zh), ("en", en), ("value", value), ("ORDER", str(place + 1))):
                sent[f"answers-{place}-{part}"] = text
    return FieldForm(schema, name, sent, kind=kind)


# kinds


@pytest.mark.parametrize("kind", making.KINDS.values(), ids=making.KINDS)
def test_a_new_field_of_every_kind_is_of_that_kind_and_right(kind):
    """R152."""
    answers = [("甲", "First", ""), ("乙", "Second", "")] if kind.code in ("choice", "choices") else ()
    form = typed({}, kind=kind.code, title="问", title_en="What is asked", answers=answers)

    assert form.is_valid(), form.problems
    made = form.schema_with()
    assert list(made["properties"]) == made["x-order"] == made["required"] == ["what_is_asked"]
    assert making.kind_of(made["properties"]["what_is_asked"]) is kind
    assert (check_form_schema(made) == []) is (kind.code != "rows")  # a table gets its columns next


def test_a_new_choice_names_its_answers_by_their_english():
    form = typed({}, kind="choice", title="住哪里", title_en="Where do you live",
                 answers=[("自己家", "Own home", ""), ("租的", "Rented", "hired"), ("别的", "Own home", "")])  # fmt: skip

    assert form.is_valid(), form.problems
    rule = form.schema_with()["properties"]["where_do_you_live"]
    assert rule["enum"] == ["own_home", "hired", "own_home_2"]
    assert rule["x-labels"]["hired"] == {"zh": "租的", "en": "Rented"}


def test_a_field_begun_from_the_registry_asks_in_both_languages_and_is_bound():
    form = FieldForm({}, "", fact="phone")

    assert form.kind.code == "phone"
    assert (form["title"].value(), form["fact"].value()) == ("电话", "phone")
    assert dict(form.fields["fact"].choices)["phone"] == "电话（加密保存，谁看过要留痕）"


def test_a_fact_that_answers_no_field_is_not_offered():
    offered = {name for kind in making.KINDS for name in (
        dict(FieldForm({}, "", kind=kind).fields["fact"].choices) if "fact" in FieldForm({}, "", kind=kind).fields else {}
    )}  # fmt: skip

    assert offered == {"-", "name", "phone", "birth_date"}


# changes


@pytest.mark.parametrize("name", FORM["x-order"])
def test_a_field_opened_and_saved_unchanged_leaves_the_form_as_it_is(name):
    form = FieldForm(FORM, name, sent_back(FieldForm(FORM, name)))

    assert form.is_valid(), form.problems
    assert form.schema_with() == FORM
    assert list(form.schema_with()["properties"]) == list(FORM["properties"])


def test_words_that_the_editor_does_not_know_stay():
    schema = {**FORM, "properties": {**FORM["properties"], "helper_name": {
        **NAME, "x-autocomplete": "name", "pattern": "^.文", "x-pattern-text": {"zh": "要姓文。", "en": "Wen only."},
    }}}  # fmt: skip
    form = typed(schema, "helper_name", title="帮手的名字")

    assert form.is_valid(), form.problems
    changed = form.schema_with()["properties"]["helper_name"]
    assert changed == {**schema["properties"]["helper_name"], "title": "帮手的名字"}


def test_a_new_name_is_followed_by_what_waits_for_it():
    form = typed(FORM, "helper", key="carer")

    assert form.is_valid(), form.problems
    changed = form.schema_with()
    assert changed["x-order"] == ["lives_alone", "carer", "helper_name"]
    assert changed["required"] == ["lives_alone", "carer"]
    assert changed["properties"]["helper_name"]["x-show-when"] == {"field": "carer", "equals": "other"}


def test_a_field_taken_out_takes_the_conditions_on_it_along():
    before = copy.deepcopy(FORM)

    changed = making.without_field(FORM, "helper")

    assert changed["x-order"] == ["lives_alone", "helper_name"]
    assert changed["required"] == ["lives_alone"]
    assert "x-show-when" not in changed["properties"]["helper_name"]
    assert making.problems_of(changed) == {}
    assert before == FORM


@pytest.mark.parametrize(("steps", "order"), [(-1, ["a", "c", "b"]), (1, ["a", "b", "c"]), (-9, ["c", "a", "b"])])
def test_a_field_is_moved_and_stays_at_either_end(steps, order):
    fields = {one: {"type": "string", "title": one, "title_en": one} for one in "abc"}

    assert making.with_field_moved({"type": "object", "properties": fields}, "c", steps)["x-order"] == order


# conditions


def test_a_condition_waits_for_an_answer_of_a_field_before():
    form = typed(FORM, kind="text", title="为什么", title_en="Why", when="helper", is_helper=["family", "other"])

    assert form.is_valid(), form.problems
    assert form.schema_with()["properties"]["why"]["x-show-when"] == {"field": "helper", "equals": ["family", "other"]}


def test_a_condition_on_yes_or_no_compares_truth_and_no_text():
    form = typed(FORM, kind="text", title="为什么", title_en="Why", when="lives_alone", is_lives_alone=["true"])

    assert form.is_valid(), form.problems
    assert form.schema_with()["properties"]["why"]["x-show-when"] == {"field": "lives_alone", "equals": True}


@pytest.mark.parametrize(
    ("name", "changes", "at", "sentence"),
    [
        ("lives_alone", {"when": "helper"}, "when", "“一个人住吗”、“谁来帮忙” 互相等着，谁也问不到。请去掉其中一个条件。"),
        ("lives_alone", {"when": "lives_alone"}, "when", "它等着自己的答案，永远问不到。请选前面的另一项。"),
        ("helper", {"when": "gone"}, "when", "它要看的那一项“gone”已经没有了。请重新选看哪一项，或者改成总是问。"),
        ("helper", {"is_lives_alone": []}, "is-lives_alone", "没有选等哪个答案。"),
        ("helper", {"after": "-"}, "when", "它要看“一个人住吗”怎么答，要排在那一项后面。"),
        ("helper", {"key": "lives_alone"}, "key", "已经有一项的代号是“lives_alone”（一个人住吗），请换一个。"),
        ("helper", {"key": "Wer hilft"}, "key", "代号只能用小写字母、数字和下划线，以字母开头。"),
        ("helper", {"title_en": ""}, "title_en", "这一项还空着，请写上。"),
        ("helper_name", {"description": "写全名"}, "description_en", "提示要两种文字都写，或者都不写。"),
        ("helper_name", {"least": "9", "most": "3"}, "most", "最多（3）比最少（9）还小。"),
        ("helper_name", {"title": "姓名"}, "fact", "“姓名”登记里已经有，不能再问一遍：请选从登记里取“姓名”。"),
        ("helper_name", {"after": "gone"}, "after", "这一项已经没有了，请重新选。"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_input(name, changes, at, sentence):
    form = typed(FORM, name, **changes)

    assert not form.is_valid()
    assert form.errors == {at: [sentence]}


def test_a_choice_without_answers_is_refused():
    form = typed({}, kind="choice", title="问", title_en="Asked")

    assert not form.is_valid()
    assert ("", "一个答案也没有，请至少写两个。") in form.problems


def test_an_answer_that_another_field_waits_for_is_not_taken_away():
    form = typed(FORM, "helper", answers=[("家里人", "Family", "family"), ("邻居", "Neighbour", "neighbour")])

    assert not form.is_valid()
    assert form.non_field_errors() == ["“那个人的名字”：它等的答案“other”在“谁来帮忙”里已经没有了。"]


def test_another_kind_is_refused_where_its_answer_is_waited_for():
    form = typed(FORM, "lives_alone", kind="text")

    assert not form.is_valid()
    assert form.non_field_errors() == ["“谁来帮忙”：“一个人住吗”不是选择题，不能等着它的答案。"]


# what is wrong with a whole form


def test_conditions_that_wait_for_one_another_are_told_at_both():
    schema = making.with_field(FORM, "lives_alone", {**LIVES, "x-show-when": {"field": "helper", "equals": "other"}},
                               required=True, was="lives_alone")  # fmt: skip

    told = making.problems_of(schema)

    assert told["lives_alone"] == ["“一个人住吗”、“谁来帮忙” 互相等着，谁也问不到。请去掉其中一个条件。"]
    assert told["helper"] == ["“谁来帮忙”、“一个人住吗” 互相等着，谁也问不到。请去掉其中一个条件。"]


@pytest.mark.parametrize(
    "schema",
    [
        None, [], "", {}, {"properties": []}, {"properties": {"a": None}}, {"properties": {"a": {"type": []}}},
        {"properties": {"a": {"type": "string", "format": ["date"]}}}, {"x-order": 3, "required": {}, "properties": {"a": {}}},
        {"properties": {"a": {"type": "array", "items": None}}}, {"properties": {"a": {"type": "array", "items": {"type": "object"}}}},
        {"properties": {"a": {"type": "string", "enum": 5, "x-labels": []}}}, {"properties": {"a": {"type": "string", "title": ["x"]}}},
        {"properties": {"a": {"x-show-when": {"field": "a"}}}}, {"properties": {"a": {"type": "string", "maxLength": "many"}}},
        {"properties": {"a": {"type": "string", "pattern": "(((", "title": "问", "title_en": "Asked"}}},
        {"properties": {"a/b": {"type": "string"}, "": {}}}, {"properties": {"a": {"type": "string", "x-fact": ["name"]}}},
        {"properties": {"a": {"type": "string", "enum": [{}], "x-labels": {"x": 1}}}},
    ],
)  # fmt: skip
def test_a_form_that_is_none_is_described_and_never_breaks(schema):
    assert making.problems_of(schema) != {}

    shown, _left = making.drawable(schema)
    making.written_out(schema)
    assert making.problems_of(shown) != {} or shown["x-order"]
    for name in making.sequence_of(schema):
        FieldForm(schema, name, sent_back(FieldForm(schema, name))).is_valid()


def test_made_up_people_know_what_the_registry_knows():
    assert making.made_up_people() == ["柳桂枝", "白芷"]
    assert {name: fact.value for name, fact in making.made_up_facts(1).items()} == {"name": "白芷"}
    assert making.made_up_facts(-1) == {}
