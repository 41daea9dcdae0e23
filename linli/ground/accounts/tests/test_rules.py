from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.core.access import ALL_ROLES
from linli.ground.accounts import roles, rules

DAY = dt.date(2026, 9, 30)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("15400000618", "15400000618"),
        (" 154 0000 0618 ", "15400000618"),
        ("+86 154-0000-0618", "15400000618"),
        ("008615400000618", "15400000618"),
        ("１５４０００００６１８", "15400000618"),
    ],
)
def test_a_telephone_is_understood_as_people_write_it(typed, number):
    assert rules.normalise_mobile(typed) == number


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1540000061", "手机号应该是 11 位数字，以 1 开头；您填了 10 位。"),
        ("154000006189", "手机号应该是 11 位数字，以 1 开头；您填了 12 位。"),
        ("", "手机号应该是 11 位数字，以 1 开头；您填了 0 位。"),
        ("02812345678", "这不是手机号：手机号以 13 到 19 开头。座机收不到短信。"),
        ("12345678901", "这不是手机号：手机号以 13 到 19 开头。座机收不到短信。"),
        ("٠١٢٣٤٥٦٧٨٩٠", "手机号应该是 11 位数字，以 1 开头；您填了 11 位。"),
    ],
)
def test_what_is_no_mobile_number_is_refused_with_its_reason(typed, sentence):
    with pytest.raises(rules.PhoneNotGood) as refused:
        rules.normalise_mobile(typed)
    assert str(refused.value) == sentence


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused(text):
    with suppress(rules.PhoneNotGood):
        assert len(rules.normalise_mobile(text)) == 11


def test_user_names_meet_in_one_form():
    assert rules.check_username("  ＷenＺhu ") == "wenzhu"


@pytest.mark.parametrize("username", ["", "a", "wen zhu", "x" * 61, "wen\x00zhu", "-wenzhu"])
def test_odd_user_names_are_refused(username):
    with pytest.raises(rules.UsernameNotGood):
        rules.check_username(username)


@pytest.mark.parametrize("name", ["", "  ", "文" * 61, "文\n竹", "文" * 10_000])
def test_empty_and_endless_names_are_refused(name):
    with pytest.raises(rules.NameNotGood):
        rules.check_name(name)


def test_every_role_of_the_house_is_in_the_table():
    assert {*roles.ROLES, "resident", "organisation"} == set(ALL_ROLES) == set(roles.NAMES)


@pytest.mark.parametrize("role", [code for code in ALL_ROLES if code not in ("resident", "organisation")])
def test_every_role_can_be_held_somewhere(role):
    department = "civil_affairs" if roles.ROLES[role].needs_department else ""
    for level in roles.LEVELS:
        if level in roles.ROLES[role].levels:
            assert rules.check_role(role, level=level, department=department).code == role
        else:
            with pytest.raises(rules.RoleNotAtThisLevel):
                rules.check_role(role, level=level, department=department)


@pytest.mark.parametrize(
    ("role", "department", "refusal"),
    [
        ("mayor", "", rules.RoleUnknown),
        ("resident", "", rules.RoleUnknown),
        ("department_staff", "", rules.DepartmentMissing),
        ("department_staff", "weather", rules.DepartmentUnknown),
        ("district_staff", "civil_affairs", rules.DepartmentNotWanted),
    ],
)
def test_roles_that_do_not_exist_so_are_refused(role, department, refusal):
    """R8b: department staff hold the role for one line."""
    with pytest.raises(refusal):
        rules.check_role(role, level="county", department=department)


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [
        (DAY - dt.timedelta(days=1), None, rules.SpanInThePast),
        (DAY, DAY, rules.SpanReversed),
        (DAY + dt.timedelta(days=2), DAY + dt.timedelta(days=1), rules.SpanReversed),
    ],
)
def test_spans_without_a_day_are_refused(start, end, refusal):
    with pytest.raises(refusal):
        rules.check_span(start, end, today=DAY)


def test_a_delegation_is_bounded_by_ninety_two_days_and_by_the_holders_term():
    """R10."""
    rules.check_delegation(DAY, DAY + dt.timedelta(days=92), today=DAY, term_ends=None)
    with pytest.raises(rules.DelegationTooLong):
        rules.check_delegation(DAY, DAY + dt.timedelta(days=93), today=DAY, term_ends=None)
    with pytest.raises(rules.DelegationBeyondTerm) as refused:
        rules.check_delegation(DAY, DAY + dt.timedelta(days=8), today=DAY, term_ends=DAY + dt.timedelta(days=7))
    assert str(refused.value) == "委托不能超出本人的任期：这个角色到 2026-10-06 为止。"
