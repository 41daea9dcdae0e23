"""Numbers, validity, names: pure."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.core.ids import check_character
from linli.core.ids.numbers import ALPHABET
from linli.services.certificates import rules
from linli.services.certificates.rules import State

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1))


@pytest.mark.parametrize(
    ("begins", "months", "last_day"),
    [
        (dt.date(2026, 11, 16), 12, dt.date(2027, 11, 15)),
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),  # no 31 February: the month's last day (民法典第二百零二条)
        (dt.date(2028, 2, 29), 12, dt.date(2029, 2, 28)),
        (dt.date(2026, 12, 1), 1, dt.date(2026, 12, 31)),
        (dt.date(2026, 12, 31), 2, dt.date(2027, 2, 28)),
        (dt.date(2026, 10, 31), 14, dt.date(2027, 12, 30)),
    ],
)
def test_validity_ends_with_the_day_before_the_corresponding_one(begins, months, last_day):
    ends = rules.end_of_validity(begins, months)

    assert ends is not None
    assert ends - dt.timedelta(days=1) == last_day


@given(begins=DAYS, months=st.integers(1, 1200))
def test_valid_on_its_first_day_and_on_the_last_and_not_after(begins, months):
    ends = rules.end_of_validity(begins, months)

    assert ends is not None
    assert rules.state_on(begins, revoked=False, valid_from=begins, valid_to=ends) == State.VALID
    assert rules.state_on(ends, revoked=False, valid_from=begins, valid_to=ends) == State.EXPIRED
    assert rules.state_on(begins - dt.timedelta(1), revoked=False, valid_from=begins, valid_to=ends) == State.NOT_YET


def test_without_months_it_does_not_end():
    assert rules.end_of_validity(dt.date(2026, 11, 16), None) is None


@given(day=DAYS)
def test_numbers_are_well_formed_and_one_wrong_character_is_found(day):
    number = rules.new_number("510402", day)

    assert rules.is_well_formed(number)
    place = 12
    wrong = ALPHABET[(ALPHABET.index(number[place]) + 1) % 31]
    assert not rules.is_well_formed(number[:place] + wrong + number[place + 1 :])
    assert rules.plain_number(f" {number[:4]}-{number[4:8]} {number[8:].lower()}") == number
    assert not rules.is_well_formed(number[:-2] + check_character(number[:-2]))  # a case's length


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("柳桂枝", "柳*枝"), ("白芷", "白*"), ("欧阳桂枝", "欧**枝"), ("买买提·阿卜杜热西提", "买***提"),
        ("𠅤", "*"), ("䶮𫖯", "䶮*"),
    ],
)  # fmt: skip
def test_names_keep_their_ends(name, masked):
    assert rules.mask_name(name) == masked


@pytest.mark.parametrize(
    ("label", "value", "shown"),
    [
        ("每月金额", "100 元", True),
        ("从何时起", "2026年12月", True),
        ("证件号码", "任意", False),
        ("说明", "519902193703010042", False),
        ("说明", "5199 0219 3703 0100 42", False),
        ("说明", "15400000618", False),
        ("说明", "0812-3334455", False),
        ("联系电话", "无", False),
        ("领取账户", "6217 0000 0000 0000 018", False),
    ],
)
def test_numbers_of_people_are_never_shown(label, value, shown):
    assert rules.may_be_shown(label, value) is shown


def test_reason_for_a_revocation_is_a_sentence_for_everybody():
    assert rules.check_reason("  金额写错，\n已经改正 ") == "金额写错， 已经改正"
    with pytest.raises(rules.ReasonNeeded):
        rules.check_reason("写错了")
    with pytest.raises(rules.ReasonTooLong):
        rules.check_reason("错" * 301)
    with pytest.raises(rules.ReasonNamesSomebody):
        rules.check_reason("请打 15400000618 询问")
