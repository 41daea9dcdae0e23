"""The conditions of the items that Linli brings along run, and say why (R31)."""

import datetime as dt

import pytest

from linli.services.catalogue import conditions, reading
from linli.services.catalogue.rules import publishing_faults

pytestmark = pytest.mark.any_database
DAY = dt.date(2026, 11, 25)
NOBODY = {"age": None, "registered_here": None, "groups": None, "benefits": []}


@pytest.fixture(scope="module")
def items():
    return {item.code: item for _name, item in reading.read_folder(reading.ITEMS).items}


@pytest.mark.parametrize(
    ("code", "known", "holds"),
    [
        ("old_age_allowance", {"age": 80, "registered_here": True}, True),
        ("old_age_allowance", {"age": 79}, False),
        ("old_age_allowance", {"age": 80}, None),
        ("disability_living", {"groups": ["disability", "subsistence"]}, True),
        ("disability_living", {"groups": ["disability", "subsistence"], "benefits": ["destitute"]}, False),
        ("disability_living", {"groups": ["disability"]}, None),
        ("disability_nursing", {"disability_grade": 2}, True),
        ("disability_nursing", {"disability_grade": 3}, False),
        ("subsistence", {"income_class": "subsistence"}, True),
        ("subsistence", {"income_class": "near_subsistence"}, False),
        ("elder_care_subsidy", {"age": 66, "groups": ["near_subsistence"]}, True),
        ("residence_permit", {"lives_here_since": dt.date(2026, 5, 25)}, True),
        ("residence_permit", {"lives_here_since": dt.date(2026, 5, 26)}, False),
    ],
)
def test_an_item_answers_as_its_rule_says(items, code, known, holds):
    rule = conditions.rule_of_item(items[code])

    assert conditions.answer(rule, NOBODY | known, on=DAY).holds is holds


def test_a_reason_is_the_conditions_own_words(items):
    told = conditions.answer(conditions.rule_of_item(items["disability_living"]), {"groups": ["disability"]}, on=DAY)

    assert [(reason.label, reason.missing) for reason in told.reasons] == [
        ("是低保家庭成员（放宽到哪些人由当地公布）", ("groups",)),
        ("没有同时领孤儿或特困的钱", ("benefits",)),
    ]


def test_a_rule_that_cannot_be_read_is_not_published(items):
    item = items["disability_nursing"]
    first = item.applicants.conditions[0]
    wrong = first.model_copy(update={"rule": {"fact": "groups", "op": "has", "value": "disabled"}})
    applicants = item.applicants.model_copy(update={"conditions": [wrong]})

    faults = list(publishing_faults(item.model_copy(update={"applicants": applicants}), codes=set(items)))

    assert [fault.path for fault in faults] == ["applicants.conditions[0].rule"]
