"""The formats and the sentences of core.forms."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from linli.core import calendar
from linli.core.forms import FORMAT_CHECKER, formats

NOON = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _noon():
    with calendar.at(NOON):
        yield


def id_with_check(body: str) -> str:
    total = sum(int(c) * w for c, w in zip(body, formats.ID_WEIGHTS, strict=True))
    return body + formats.ID_CHECKS[total % 11]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("519902194112060042", ""),
        ("51990219411206004", "少了 1 位：您填了 17 位，应该是 18 位。"),
        ("5199021941120600421", "多了 1 位：您填了 19 位，应该是 18 位。"),
        ("51990219411206004A", "身份证号只有数字，最后一位可能是 X。请对照证件再看一遍。"),
        (id_with_check("51990219410230004"), "第 7 到 14 位是出生日期，19410230 不是真实的日期。请对照证件再看一遍。"),
        (id_with_check("51990220261125004"), "第 7 到 14 位是出生日期，20261125 还没到。请对照证件再看一遍。"),
        ("519902194112060043", "有一位填错了：最后一位和前面的数字对不上。请对照证件再看一遍。"),
    ],
)
def test_identity_numbers(number, sentence):
    number = id_with_check(number[:17]) if number == "519902194112060042" else number
    assert formats.id_problem(number) == sentence


def test_born_today_is_born():
    assert formats.id_problem(id_with_check("51990220261124004")) == ""


def test_identity_number_ending_in_x_may_be_typed_small_with_gaps_or_full_width():
    number = next(n for n in (id_with_check(f"51990219411206{s:03}") for s in range(999)) if n.endswith("X"))
    tidy = formats.FORMATS["cn-id"].tidy

    assert tidy(number.lower()) == number
    assert tidy(f"{number[:6]} {number[6:14]} {number[14:]}") == number
    assert tidy("".join(chr(ord(c) + 0xFEE0) for c in number)) == number


@given(
    day=st.dates(dt.date(1850, 1, 1), dt.date(2026, 11, 24)),
    serial=st.integers(0, 999),
    place=st.integers(0, 17),
    other=st.sampled_from("0123456789X"),
)
def test_no_single_wrong_character_of_an_identity_number_passes(day, serial, place, other):
    number = id_with_check(f"510402{day:%Y%m%d}{serial:03}")
    wrong = number[:place] + other + number[place + 1 :]

    assert (formats.id_problem(wrong) == "") == (wrong == number)


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("1941年12月6日", "1941-12-06"),
        ("1941/12/6", "1941-12-06"),
        ("1941.12.06", "1941-12-06"),
        ("19411206", "1941-12-06"),
        ("１９４１－１２－６", "1941-12-06"),
        ("六月", "六月"),
    ],
)
def test_days_are_understood_as_people_write_them(typed, tidy):
    assert formats.tidy_date(typed) == tidy


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2024-02-29", ""),
        ("2025-02-29", "日历上没有 2025-02-29 这一天，请再看一遍。"),
        ("1000-01-01", "年份 1000 太早了，请再看一遍。"),
        ("六月", "看不出是哪一天。请按年-月-日填，例如 2026-11-24。"),
    ],
)
def test_dates(day, sentence):
    assert formats.date_problem(day) == sentence


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("154 0000 0618", ""),
        ("+86 15400000618", ""),
        ("(0812) 3333333", ""),
        ("1540000061", "少了 1 位：您填了 10 位，应该是 11 位。"),
        ("12345678901", "手机号是 13 到 19 开头的 11 位数字；座机请连区号一起填，例如 0812-3333333。"),
        ("问我儿子", "电话号码只填数字，例如 15400000618 或者 0812-3333333。"),
    ],
)
def test_telephone_numbers(typed, sentence):
    assert formats.phone_problem(formats.tidy_phone(typed)) == sentence


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("6200 0000 5199 0208 123", ""),
        ("62000000519902", "少了 1 位：您填了 14 位，应该是 15 到 19 位。"),
        ("62000000519902081234", "多了 1 位：您填了 20 位，应该是 15 到 19 位。"),
        ("6200O00051990208123", "账号只填数字，可以留空格。请对照卡面再看一遍。"),
    ],
)
def test_bank_accounts(typed, sentence):
    assert formats.account_problem(formats.without_gaps(typed)) == sentence


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("6200 0000 5199 0208 129", ""),
        ("4111-1111-1111-1111", ""),
        ("６２０００００００５１９９０２０８１２９", "多了 1 位：您填了 20 位，应该是 16 到 19 位。"),
        ("６２０００００５１９９０２０８１２９", "有一位填错了：最后一位和前面的对不上。请对照卡面再看一遍。"),
        ("6200 0000 5199 0208 123", "有一位填错了：最后一位和前面的对不上。请对照卡面再看一遍。"),
        ("6200 0000 5199 0280 129", "有一位填错了：最后一位和前面的对不上。请对照卡面再看一遍。"),
        ("620000005199029", "少了 1 位：您填了 15 位，应该是 16 到 19 位。"),
        ("62000000519902081294", "多了 1 位：您填了 20 位，应该是 16 到 19 位。"),
        ("社保卡", "卡号只填数字，可以留空格。请对照卡面再看一遍。"),
    ],
)
def test_bank_cards(typed, sentence):
    assert formats.card_problem(formats.without_gaps(typed)) == sentence


@given(st.text("0123456789", min_size=15, max_size=18), st.data())
def test_one_wrong_digit_of_a_card_is_always_noticed(body, data):
    card = body + formats.luhn_digit(body)
    place = data.draw(st.integers(0, len(card) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != card[place]]))

    assert formats.card_problem(card) == ""
    assert formats.card_problem(card[:place] + wrong + card[place + 1 :]) != ""


@pytest.mark.parametrize(
    ("typed", "fen"), [("1200", 120000), ("1,200.50", 120050), ("¥0.29", 29), ("19.99元", 1999), ("１２", 1200)]
)
def test_money_is_typed_in_yuan_and_kept_in_fen(typed, fen):
    assert formats.fen_of(typed) == fen


@given(st.integers(-(10**12), 10**12))
def test_an_amount_shown_can_be_typed_again(fen):
    assert formats.fen_of(formats.yuan(fen)) == fen


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1.005", "最小到分，小数点后面最多两位：您填了 1.005。"),
        ("一千", "看不出是多少钱：一千。请填数字，例如 1200 或者 1200.50。"),
        ("9" * 40, "看不出是多少钱：99999999999999999999…。请填数字，例如 1200 或者 1200.50。"),
    ],
)
def test_money_that_cannot_be_read_is_told(typed, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        formats.fen_of(typed)


@given(st.text(max_size=40))
def test_no_text_makes_a_format_fall(text):
    for form in formats.FORMATS.values():
        tidy = form.tidy(text)
        assert form.problem(tidy) or form.tidy(tidy) == tidy


def test_a_program_finds_the_same_with_the_format_checker():
    schema = {"type": "string", "format": "bank-account"}
    validator = Draft202012Validator(schema, format_checker=FORMAT_CHECKER)

    assert validator.is_valid("6200000051990208123")
    assert not validator.is_valid("62000000519902")
