import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.ground.territory import rules
from linli.ground.territory.models import Kind, Level
from linli.ground.territory.services import PANZHIHUA

digits = st.text("0123456789", min_size=12, max_size=12)
codes = digits.filter(lambda code: _is_code(code))


def _is_code(code: str) -> bool:
    try:
        rules.check_code(code)
    except rules.NotACode:
        return False
    return True


@pytest.mark.parametrize(
    ("code", "level", "parent", "county"),
    [
        ("510000000000", Level.PROVINCE, "", ""),
        ("510400000000", Level.CITY, "510000000000", ""),
        ("510402000000", Level.COUNTY, "510400000000", "510402"),
        ("510402002000", Level.TOWNSHIP, "510402000000", "510402"),
        ("510402002001", Level.COMMUNITY, "510402002000", "510402"),
        ("510411100200", Level.COMMUNITY, "510411100000", "510411"),
        ("441900003000", Level.TOWNSHIP, "441900000000", "441900"),
        ("130000000000", Level.PROVINCE, "", ""),
        ("131000000000", Level.CITY, "130000000000", ""),
    ],
)
def test_level_and_parent_come_from_the_zeros(code, level, parent, county):
    assert rules.level_of(code) == level
    assert rules.parent_code(code) == parent
    assert rules.county_code(code) == county


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("510402000000", "东区", Kind.DISTRICT),
        ("500151000000", "铜梁区", Kind.DISTRICT),
        ("510421000000", "米易县", Kind.COUNTY),
        ("510183000000", "邛崃市", Kind.COUNTY_CITY),
        ("513400000000", "凉山彝族自治州", Kind.PREFECTURE),
        ("510402001000", "大渡口街道", Kind.STREET),
        ("510402100000", "银江镇", Kind.TOWN),
        ("510411200000", "大龙潭彝族乡", Kind.RURAL_TOWNSHIP),
        ("510411400000", "某某开发区", Kind.SIMILAR_TOWNSHIP),
        ("510411100001", "沙沟社区居民委员会", Kind.RESIDENTS_COMMITTEE),
        ("510411100199", "某某社区居民委员会", Kind.RESIDENTS_COMMITTEE),
        ("510411100200", "沙沟社区村民委员会", Kind.VILLAGERS_COMMITTEE),
        ("510411100399", "某某居民委员会", Kind.VILLAGERS_COMMITTEE),
        ("510411100498", "某某农场", Kind.SIMILAR_RESIDENTS),
        ("510411100598", "某某农场", Kind.SIMILAR_VILLAGERS),
    ],
)
def test_kind_comes_from_the_digits_never_from_the_name(code, name, kind):
    """R2: about ninety of Panzhihua's villagers committees carry 社区 in their name."""
    assert rules.kind_of(code, name) == kind


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("51040200200", "区划代码应为 12 位数字，这里是“51040200200”。"),
        ("5104020020010", "区划代码应为 12 位数字，这里是“5104020020010”。"),
        ("５１０４０２００２００１", "区划代码应为 12 位数字，这里是“５１０４０２００２００１”。"),
        ("", "区划代码应为 12 位数字，这里是“”。"),
        ("000000000000", "代码 000000000000 的第 1–2 位是 00，不在国家规定的范围里。"),
        ("510002000000", "代码 510002000000 的第 3–4 位是 00，不在国家规定的范围里。"),
        ("510402000001", "代码 510402000001 的第 7–9 位是 000，不在国家规定的范围里。"),
    ],
)
def test_what_is_no_code_is_refused_with_a_sentence(code, sentence):
    with pytest.raises(rules.NotACode) as refusal:
        rules.check_code(code)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(("code", "place"), [("510402600000", "7–9"), ("510402001600", "10–12")])
def test_digits_that_no_kind_has_are_refused(code, place):
    with pytest.raises(rules.UnknownKind) as refusal:
        rules.kind_of(code)
    assert refusal.value.places["place"] == place


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("竹湖园社区居民委员会", "竹湖园社区"),
        ("沙沟社区村民委员会", "沙沟社区"),
        ("庄上村民委员会", "庄上村"),
        ("新村村民委员会", "新村"),
        ("青皮村村民委员会", "青皮村"),
        ("坊田彝族村村民委员会", "坊田彝族村"),
        ("大渡口街道", "大渡口街道"),
        ("炳草岗街道办事处", "炳草岗街道"),
        ("仁和镇", "仁和镇"),
        ("红宝苗族彝族乡", "红宝苗族彝族乡"),
        ("长春居民委员会", "长春居委会"),
        ("某某社区居委会", "某某社区"),
        ("某某村委会", "某某村"),
        ("巴彦嘎查村民委员会", "巴彦嘎查"),
        ("东区", "东区"),
    ],
)
def test_names_are_shortened_to_what_people_say(name, short):
    assert rules.short_name(name) == short


def test_twins_are_told_apart_by_their_committee():
    assert rules.short_name("金江社区居民委员会", twin=True) == "金江社区居委会"
    assert rules.short_name("金江社区村民委员会", twin=True) == "金江社区村委会"


def test_every_real_name_loses_its_office():
    with PANZHIHUA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    short = [rules.short_name(row["name"]) for row in rows]

    assert len(rows) == 392
    assert {name[-2:] if name.endswith("社区") else name[-1] for name in short} <= {
        "社区", "村", "省", "市", "区", "县", "道", "镇", "乡",
    }  # fmt: skip


@given(codes)
def test_the_parent_is_one_of_the_prefixes_and_the_chain_ends_at_a_province(code):
    above = rules.ancestor_codes(code)

    assert all(code.startswith(rules.prefix_of(parent)) for parent in above)
    assert len({rules.level_of(c) for c in (code, *above)}) == len(above) + 1
    assert rules.level_of([code, *above][-1]) == Level.PROVINCE


@given(codes)
def test_a_code_lies_in_the_span_of_everything_above(code):
    for parent in (code, *rules.ancestor_codes(code)):
        lowest, highest = rules.span_of(parent)
        assert lowest <= code <= highest
