"""A rule that cannot be read says where and why; a good one is what its published schema allows (R31)."""

import datetime as dt

import jsonschema
import pytest

from linli.core.conditions import Fact, Kind, RuleNotGood, Vocabulary, closure, parse, schema_for
from linli.core.conditions.months import latest_start

pytestmark = pytest.mark.any_database

FACTS = Vocabulary(
    [
        Fact("age", Kind.NUMBER, "年龄"),
        Fact("registered_here", Kind.TRUTH, "户口在本市"),
        Fact("groups", Kind.WORDS, "群体", is_open=True),
        Fact("benefits", Kind.WORDS, "已经享受的"),
        Fact("income_class", Kind.WORD, "收入层次"),
        Fact("lives_here_since", Kind.DAY, "居住起始"),
    ]
)
DAY = dt.date(2026, 8, 31)


@pytest.mark.parametrize(
    ("data", "at"),
    [
        ({"fact": "wealth", "op": "=", "value": 1}, "fact"),
        ({"all": [{"fact": "age", "op": "has", "value": "x"}]}, "all[0].op"),
        ({"not": {"fact": "age", "op": ">=", "value": True}}, "not.value"),
        ({"fact": "groups", "op": "has", "value": "x' OR 'a"}, "value"),
        ({"fact": "income_class", "op": "in", "value": []}, "value"),
        ({"any": []}, "any"),
    ],
)
def test_a_rule_that_cannot_be_read_says_where(data, at):
    with pytest.raises(RuleNotGood) as refusal:
        parse(data, FACTS)

    assert str(refusal.value).startswith(f"{at}：")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema_for(FACTS))


def test_who_lives_here_too_short_and_whose_days_are_unknown_are_told_apart():
    """Three answers: no, and unknown because a fact is missing, with the part of the rule that says so (R31)."""
    data = {
        "all": [
            {"fact": "age", "op": ">=", "value": 60, "label": "年满 60 周岁"},
            {"fact": "lives_here_since", "op": "months", "value": 6, "label": "在这里住满六个月"},
        ]
    }
    jsonschema.validate(data, schema_for(FACTS))
    ask = closure(parse(data, FACTS), on=DAY)

    told = [ask({"age": 70, "lives_here_since": since}) for since in (dt.date(2026, 2, 28), dt.date(2026, 3, 1), None)]

    assert [one.holds for one in told] == [True, False, None]
    assert [[reason.label for reason in one.reasons] for one in told] == [
        ["年满 60 周岁", "在这里住满六个月"], ["在这里住满六个月"], ["在这里住满六个月"],
    ]  # fmt: skip
    assert told[2].reasons[0].missing == ("lives_here_since",)


def test_a_part_with_words_of_its_own_is_one_reason():
    poor = {"any": [{"fact": "groups", "op": "has", "value": code} for code in ("subsistence", "destitute")]}
    ask = closure(parse({**poor, "label": "低保或者特困"}, FACTS), on=DAY)

    assert ask({"groups": ["destitute"]}).reasons[0].label == "低保或者特困"
    assert ask({"groups": ["veteran"]}).holds is None  # another register may know her as a member
    assert ask({}).reasons[0].missing == ("groups",)


@pytest.mark.parametrize(
    ("day", "months", "start"),
    [
        ((2026, 8, 31), 6, (2026, 2, 28)), ((2026, 8, 30), 6, (2026, 2, 28)), ((2026, 2, 28), 6, (2025, 8, 31)),
        ((2026, 7, 15), 6, (2026, 1, 15)), ((2024, 2, 29), 12, (2023, 2, 28)), ((2026, 1, 1), 0, (2026, 1, 1)),
    ],
)  # fmt: skip
def test_months_end_on_the_day_of_the_same_number(day, months, start):
    """民法典第二百零二条."""
    assert latest_start(dt.date(*day), months) == dt.date(*start)
