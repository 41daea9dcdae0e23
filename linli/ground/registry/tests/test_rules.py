import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.ground.registry import rules
from linli.ground.registry.models import IdKind, Sex

TODAY = dt.date(2026, 11, 24)
CITIZEN = IdKind.CITIZEN


def refusal(check, *arguments, **options) -> str:
    with pytest.raises(rules.Refused) as caught:
        check(*arguments, **options)
    return str(caught.value)


def number(place: str, born: dt.date, sequence: int) -> str:
    body = f"{place}{born:%Y%m%d}{sequence:03}"
    return body + rules.check_digit(body)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("11010519491231002X", "11010519491231002X"),  # GB 11643-1999, the standard's own example
        ("11010519491231002x", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        (" 110105 19491231 002x ", "11010519491231002X"),
    ],
)
def test_the_standards_example_is_right_however_it_is_typed(typed, kept):
    assert rules.check_identity_number(typed, on=TODAY) == kept


def test_the_demonstrations_number_passes_only_there():
    assert rules.check_identity_number("519902195803120042", on=TODAY, allow_demo=True) == "519902195803120042"
    assert (
        refusal(rules.check_identity_number, "519902195803120042", on=TODAY)
        == "5199 开头的身份证号只用于演示，这里不能用。"
    )


def test_a_county_younger_than_its_bearer_is_no_fault():
    """stdnum refuses everybody of 510402 born before 1983."""
    old = number("510402", dt.date(1950, 1, 1), 1)

    assert rules.check_identity_number(old, on=TODAY) == old


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请填写证件号码。"),
        ("1101051949123100X", "身份证号少了一位，应为 18 位。"),
        ("1101051949", "身份证号少了 8 位，应为 18 位。"),
        ("11010519491231002X1", "身份证号多了一位，应为 18 位。"),
        ("110105194912310021X99", "身份证号多了 3 位，应为 18 位。"),
        ("110105491231002", "这是 15 位的旧号码，现在的身份证是 18 位，请照现在的证件填写。"),
        ("11010519491231OO2X", "身份证号里有“O”：前 17 位是数字，最后一位是数字或者 X。"),
        ("1101051949123100XX", "身份证号里有“X”：前 17 位是数字，最后一位是数字或者 X。"),
        ("11010519491231002\x00", "身份证号里有“U+0000”：前 17 位是数字，最后一位是数字或者 X。"),
        ("٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧", "身份证号里有“٠”：前 17 位是数字，最后一位是数字或者 X。"),
        ("990105194912310020", "这像是外国人永久居留身份证的号码，请把证件类型改一改。"),
        ("160105194912310020", "身份证号开头的 16 不是省份代码，请对照证件再看一遍。"),
        ("810000194912310020", "这是港澳台居民居住证的号码，请把证件类型改成“港澳台居民居住证”。"),
        ("110105194902310020", "号码里的出生日期是 19490231，没有这一天，请对照证件再看一遍。"),
        ("110105000012310020", "号码里的出生日期是 00001231，没有这一天，请对照证件再看一遍。"),
        ("110105202611250020", "号码里的出生日期 2026-11-25 还没有到，请对照证件再看一遍。"),
        ("110105189511230020", "号码里的出生日期 1895-11-23 到今天已经超过 130 年，请对照证件再看一遍。"),
        ("110105194912310021", "证件号码的最后一位对不上，中间可能写错了一位，请对照证件再看一遍。"),
        ("1" * 10_000, "身份证号多了 9982 位，应为 18 位。"),
    ],
)
def test_each_fault_has_its_own_sentence(typed, sentence):
    assert refusal(rules.check_identity_number, typed, on=TODAY) == sentence


def test_born_today_is_in_time_and_born_130_years_ago_is_not_too_old():
    for born in (TODAY, dt.date(1896, 11, 24), dt.date(1895, 11, 25)):
        rules.check_identity_number(number("110105", born, 2), on=TODAY)


@pytest.mark.parametrize(
    ("kind", "typed", "born", "sex"),
    [
        (IdKind.HMT_RESIDENCE, number("810000", dt.date(1990, 5, 1), 11), dt.date(1990, 5, 1), Sex.MALE),
        (IdKind.HMT_RESIDENCE, number("830000", dt.date(1990, 5, 1), 12), dt.date(1990, 5, 1), Sex.FEMALE),
        (IdKind.FOREIGN_RESIDENCE, number("951276", dt.date(1988, 2, 29), 15), dt.date(1988, 2, 29), Sex.MALE),
        (IdKind.CITIZEN, "11010519491231002X", dt.date(1949, 12, 31), Sex.FEMALE),
    ],
)
def test_other_documents_carry_birth_date_and_sex_too(kind, typed, born, sex):
    assert rules.check_identity_number(typed, kind, on=TODAY) == typed
    assert rules.birth_date_of(typed, kind, on=TODAY) == born
    assert rules.sex_of(typed, kind) == sex


def test_the_older_foreigners_card_is_read_by_the_passport_rule():
    body = "DEU11008002291"
    digit = sum(int(c, 36) * (7, 3, 1)[i % 3] for i, c in enumerate(body)) % 10
    card = f"{body}{digit}"

    assert rules.check_identity_number(card, IdKind.FOREIGN_RESIDENCE, on=TODAY) == card
    assert rules.birth_date_of(card, IdKind.FOREIGN_RESIDENCE, on=TODAY) == dt.date(1980, 2, 29)
    assert "最后一位" in refusal(
        rules.check_identity_number, f"{body}{(digit + 1) % 10}", IdKind.FOREIGN_RESIDENCE, on=TODAY
    )


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        (
            IdKind.HMT_RESIDENCE,
            "11010519491231002X",
            "港澳台居民居住证的号码以 810000、820000 或 830000 开头，请对照证件再看一遍。",
        ),
        (
            IdKind.FOREIGN_RESIDENCE,
            "11010519491231002X",
            "外国人永久居留身份证的号码以 9 和省份代码开头，请对照证件再看一遍。",
        ),
        (IdKind.PASSPORT, "E" * 21, "证件号码最多 20 位，这里有 21 位。"),
        (IdKind.PASSPORT, "E1;DROP", "证件号码里只能有字母、数字和短横，请对照证件再看一遍。"),
        (IdKind.PASSPORT, "E\x001234567", "证件号码里只能有字母、数字和短横，请对照证件再看一遍。"),
    ],
)
def test_other_documents_are_refused_with_a_sentence(kind, typed, sentence):
    assert refusal(rules.check_identity_number, typed, kind, on=TODAY) == sentence


def test_a_passport_is_free_text_and_says_nothing_about_its_bearer():
    assert rules.check_identity_number("e12345678 ", IdKind.PASSPORT, on=TODAY) == "E12345678"
    assert rules.birth_date_of("E12345678", IdKind.PASSPORT, on=TODAY) is None
    assert rules.sex_of("E12345678", IdKind.PASSPORT) is None


births = st.dates(dt.date(1897, 1, 1), TODAY)
numbers = st.builds(number, st.just("110105"), births, st.integers(1, 999))


@given(births, st.integers(1, 999))
def test_every_number_that_can_be_issued_is_right(born, sequence):
    good = number("519902", born, sequence)

    assert rules.check_identity_number(good.lower(), on=TODAY, allow_demo=True) == good
    assert rules.birth_date_of(good, on=TODAY) == born
    assert rules.sex_of(good) == (Sex.MALE if sequence % 2 else Sex.FEMALE)


@given(numbers, st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(good, place, digit):
    wrong = good[:place] + digit + good[place + 1 :]
    if wrong != good:
        refusal(rules.check_identity_number, wrong, on=TODAY)


@given(numbers, st.integers(0, 15))
def test_two_swapped_neighbours_are_always_found(good, place):
    swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
    if swapped != good:
        refusal(rules.check_identity_number, swapped, on=TODAY)


@given(st.text(max_size=40), st.sampled_from(list(IdKind)))
def test_whatever_is_typed_is_answered_with_a_number_or_a_sentence(typed, kind):
    try:
        kept = rules.check_identity_number(typed, kind, on=TODAY)
    except rules.NumberNotGood as caught:
        sentence = str(caught)
    else:
        sentence = ""
        assert rules.check_identity_number(kept, kind, on=TODAY) == kept
    assert "%(" not in sentence


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (dt.date(1946, 11, 24), dt.date(2026, 11, 23), 79),
        (dt.date(1946, 11, 24), dt.date(2026, 11, 24), 80),
        (dt.date(1948, 2, 29), dt.date(2026, 2, 28), 77),
        (dt.date(1948, 2, 29), dt.date(2026, 3, 1), 78),
        (TODAY, TODAY, 0),
    ],
)
def test_age_counts_full_years(born, day, age):
    assert rules.age_on(born, day) == age


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("519902195803120042", "5199**********0042"),
        ("DEU110080022913", "DEU1*******2913"),
        ("E12345678", "E******78"),
        ("E1234", "*****"),
        ("", ""),
    ],
)
def test_identity_numbers_are_shown_masked(plain, shown):
    assert rules.mask_identity(plain) == shown


@given(numbers)
def test_a_masked_number_hides_the_birth_date(good):
    assert good[6:14] not in rules.mask_identity(good)


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("15412340618", "154****0618"),
        ("13912345678", "139****5678"),
        ("0812-3332222", "****222"),
        ("+85221234567", "****567"),
        ("", ""),
    ],
)
def test_telephones_are_shown_masked(plain, shown):
    assert rules.mask_phone(plain) == shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13912345678", "13912345678"),
        ("１３９１２３４５６７８", "13912345678"),
        ("139 1234 5678", "13912345678"),
        ("139-1234-5678", "13912345678"),
        ("+86 13912345678", "13912345678"),
        ("008613912345678", "13912345678"),
        ("16612345678", "16612345678"),
        ("19912345678", "19912345678"),
        ("0812-3332222", "0812-3332222"),
        ("(0812) 3332222", "0812-3332222"),
        ("010 62345678", "010-62345678"),
        ("+852 2123 4567", "+85221234567"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_telephones_have_one_spelling(typed, kept):
    assert rules.normalise_phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1391234567", "手机号少了一位，应为 11 位。"),
        ("139123456", "手机号少了 2 位，应为 11 位。"),
        ("139123456789", "手机号多了一位，应为 11 位。"),
        ("12345", "12345 是公共服务电话，请填本人的电话。"),
        ("110", "110 是公共服务电话，请填本人的电话。"),
        ("15412340618", "154 开头的手机号没有发放，请再看一遍。"),
        ("3332222", "没有这样的电话号码：手机是 11 位，座机要带区号（例如 0812-3332222），请再看一遍。"),
        ("12012345678", "没有这样的电话号码：手机是 11 位，座机要带区号（例如 0812-3332222），请再看一遍。"),
        ("没有", "电话号码里只能有数字，请再看一遍。"),
        ("139123456\x00", "电话号码里只能有数字，请再看一遍。"),
        ("9" * 10_000, "这个电话打不通，请再看一遍。"),
    ],
)
def test_wrong_telephones_are_refused_with_a_sentence(typed, sentence):
    assert refusal(rules.normalise_phone, typed) == sentence


def test_the_demonstrations_telephone_passes_only_there():
    assert rules.normalise_phone("154 1234 0618", allow_demo=True) == "15412340618"


@given(st.text(max_size=40))
def test_whatever_telephone_is_typed_is_answered(typed):
    try:
        kept = rules.normalise_phone(typed)
    except rules.PhoneNotGood as caught:
        sentence = str(caught)
    else:
        sentence = ""
        assert rules.normalise_phone(kept) == kept
    assert "%(" not in sentence


@pytest.mark.parametrize(
    "name",
    ["柳桂枝", "欧阳娜娜", "阿依古丽·买买提", "𬭩𫖯", "John Smith", "O'Brien", "〇一", "\ue000某", "𠮷野", "葛󠄀城"],
)
def test_names_are_kept_as_they_are(name):
    assert rules.check_name(f" {name} ") == name


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请填写姓名。"),
        (" \t\n ", "请填写姓名。"),
        ("柳" * 61, "姓名最多 60 个字，这里有 61 个。"),
        ("柳" * 10_000, "姓名最多 60 个字，这里有 10000 个。"),
        ("柳桂枝2", "姓名里有数字“2”，请对照证件再看一遍。"),
        ("柳桂枝２", "姓名里有数字“２”，请对照证件再看一遍。"),
        ("柳\x00枝", "姓名里有不该有的符号“U+0000”，请对照证件再看一遍。"),
        ("柳\u202e枝", "姓名里有不该有的符号“U+202E”，请对照证件再看一遍。"),
        ("柳\ufffd枝", "姓名里有不该有的符号“\ufffd”，请对照证件再看一遍。"),
        ("<b>柳</b>", "姓名里有不该有的符号“<”，请对照证件再看一遍。"),
        ("柳😀", "姓名里有不该有的符号“😀”，请对照证件再看一遍。"),
    ],
)
def test_what_is_no_name_is_refused_with_a_sentence(typed, sentence):
    assert refusal(rules.check_name, typed) == sentence


@pytest.mark.parametrize("purpose", ["", "   ", "看看", "办 事"])
def test_a_purpose_has_four_characters_at_least(purpose):
    assert (
        refusal(rules.check_purpose, purpose, frozenset({"visit"})) == "请说明为什么要看：选一项，或者写上四个字以上。"
    )


def test_a_purpose_is_one_of_the_list_or_ones_own_words():
    assert rules.check_purpose("visit", frozenset({"visit"})) == "visit"
    assert rules.check_purpose(" 电话  回访 ", frozenset()) == "电话 回访"


def test_a_birth_date_lies_in_a_life():
    assert rules.check_birth_date(TODAY, on=TODAY) == TODAY
    assert refusal(rules.check_birth_date, dt.date(2026, 11, 25), on=TODAY) == (
        "出生日期 2026-11-25 还没有到，请再看一遍。"
    )
    assert refusal(rules.check_birth_date, dt.date(1890, 1, 1), on=TODAY) == (
        "出生日期 1890-01-01 到今天已经超过 130 年，请再看一遍。"
    )
