"""Numbers for people, and identifiers for rows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.core.ids import check_character, grouped, is_digits, is_number, new_id, random_serial
from linli.core.ids.numbers import ALPHABET

BODIES = st.text(ALPHABET, min_size=2, max_size=30)


@given(body=BODIES)
def test_a_body_with_its_check_character_is_a_number(body):
    number = body + check_character(body)

    assert is_number(number)
    assert is_number(grouped(number))
    assert is_number(f" {grouped(number).lower()} ")


@given(body=BODIES, place=st.integers(0, 30), other=st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found(body, place, other):
    number = body + check_character(body)
    place %= len(number)

    assert is_number(number[:place] + other + number[place + 1 :]) == (other == number[place])


@given(body=BODIES, place=st.integers(0, 30))
def test_every_swap_of_neighbours_is_found(body, place):
    number = body + check_character(body)
    place %= len(number) - 1
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert is_number(swapped) == (swapped == number)


@pytest.mark.parametrize("text", ["", "0", "-", "5104-OIIO", "柳柳柳", "51040226\n", "I"])
def test_something_else_is_no_number(text):
    assert not is_number(text)


@pytest.mark.parametrize("typed", ["510402194503120027", "5104-0226-11AB-CDEF-K", "154 0001 2345", "H81234567"])
def test_what_is_mostly_digits_is_a_number_of_some_kind(typed):
    assert is_digits(typed)


@pytest.mark.parametrize(
    "typed", ["", "柳桂枝", "gaolingjintie", "国发〔2020〕123456号", "１５４０００１２３４５", "12345X"]
)
def test_a_name_or_a_word_is_no_number(typed):
    assert not is_digits(typed)


def test_a_character_outside_the_alphabet_has_no_check():
    with pytest.raises(ValueError, match="substring"):
        check_character("5104O")


def test_unified_credit_codes_have_the_same_check():
    """GB 32100-2015, annex B: 91350100M000100Y43."""
    assert check_character("91350100M000100Y4") == "3"


@given(length=st.integers(0, 40))
def test_a_serial_has_its_length_and_no_look_alikes(length):
    assert re.fullmatch(rf"[{ALPHABET}]{{{length}}}", random_serial(length))


def test_serials_do_not_repeat():
    assert len({random_serial(12) for _ in range(2000)}) == 2000


@pytest.mark.parametrize(
    ("number", "shown"), [("5104022611ABCDEFK", "5104-0226-11AB-CDEF-K"), ("510", "510"), ("", "")]
)
def test_numbers_are_shown_in_groups_of_four(number, shown):
    assert grouped(number) == shown


def test_row_identifiers_are_of_version_seven_and_grow_with_time():
    made = [new_id() for _ in range(2000)]

    assert {identifier.version for identifier in made} == {7}
    assert len(set(made)) == 2000
    assert made == sorted(made)
