import datetime as dt
from uuid import uuid4

import pytest

from linli.core.access import system_actor
from linli.ground.territory import queries, services
from linli.ground.territory.models import Division, DivisionChange, DivisionCode, Kind
from linli.ground.territory.tests.factories import division, panzhihua

pytestmark = pytest.mark.django_db


def names(divisions: object) -> list[str]:
    return [d.short_name for d in divisions]  # type: ignore[attr-defined]


def test_a_division_brings_its_ancestors_nearest_first(django_assert_num_queries):
    division()
    with django_assert_num_queries(2):
        community = queries.by_code("510402002001")
        assert names(queries.ancestors(community)) == ["炳草岗街道", "东区", "攀枝花市", "四川省"]
    assert queries.full_name(community) == "东区炳草岗街道竹湖园社区"
    assert queries.ancestors(queries.by_code("510000000000")) == []


def test_ancestors_of_a_bare_row_are_loaded_in_one_query(django_assert_num_queries):
    division()
    community = Division.objects.get(code="510402002001")

    with django_assert_num_queries(1):
        assert len(queries.ancestors(community)) == 4


def test_children_are_those_of_the_day():
    division()
    division("510402002002", "西海岸社区居民委员会", since=dt.date(2026, 5, 1))
    division("510402002003", "东风社区居民委员会", until=dt.date(2026, 3, 1))
    street = queries.by_code("510402002000")

    assert names(queries.children(street, on=dt.date(2026, 2, 28))) == ["竹湖园社区", "东风社区"]
    assert names(queries.children(street, on=dt.date(2026, 3, 1))) == ["竹湖园社区"]
    assert names(queries.children(street, on=dt.date(2026, 5, 1))) == ["竹湖园社区", "西海岸社区"]


@pytest.mark.parametrize(
    ("code", "communities", "counties"),
    [
        ("510402002001", 1, ["510402"]),
        ("510402002000", 2, ["510402"]),
        ("510402000000", 2, ["510402"]),
        ("510400000000", 3, ["510402", "510403"]),
        ("510000000000", 3, ["510402", "510403"]),
    ],
)
def test_reach_below_a_division(code, communities, counties, django_assert_num_queries):
    division()
    division("510402002002", "西海岸社区居民委员会", until=dt.date(2026, 3, 1))
    division("510403001001", "杨家坪社区居民委员会")
    top = queries.by_code(code)

    with django_assert_num_queries(1 if top.county_code else 2):
        assert len(queries.communities_below(top)) == communities
        assert queries.counties_below(top) == counties


def test_communities_of_a_day_leave_out_those_that_had_ended():
    ended = division("510402002002", "西海岸社区居民委员会", until=dt.date(2026, 3, 1))
    street = queries.by_code("510402002000")

    assert queries.communities_below(street) == [ended.pk]
    assert queries.communities_below(street, on=dt.date(2026, 3, 1)) == []


def test_community_choices_are_grouped_by_township(django_assert_num_queries):
    panzhihua()

    with django_assert_num_queries(2):
        choices = queries.community_choices("510402")

    assert [group for group, _ in choices][:2] == ["大渡口街道", "炳草岗街道"]
    assert sum(len(group) for _, group in choices) == 47
    assert dict(choices)["炳草岗街道"][0] == ("510402002001", "竹湖园社区")


def test_a_city_without_counties_is_chosen_like_a_county():
    division("441900003000", "东城街道")
    division("510402002001")

    assert names(queries.counties()) == ["441900000000", "东区"]
    assert Division.objects.get(code="441900003000").county_code == "441900"


def test_a_stand_of_2018_is_counted_as_of_its_day():
    """R2: 「16个街道、44个乡镇,132个城市社区、349个村(其中,农村社区170个)」."""
    reform = dt.date(2020, 1, 1)
    since, system = dt.date(2018, 1, 1), system_actor("test")
    county = division("510402000000", "东区", since=since)
    townships = [f"510402{n:03}000" for n in (*range(1, 17), *range(100, 130), *range(200, 214))]
    committees = [f"510402001{n:03}" for n in range(1, 133)]
    committees += [f"510402100{n:03}" for n in range(200, 400)] + [f"510402101{n:03}" for n in range(200, 349)]
    parents = {d.code: d for d in bulk(townships, lambda code: county, since, until=None)}
    made = bulk(committees, lambda code: parents[code[:9] + "000"], since, until=reform)
    villages = [d for d in made if d.kind == Kind.VILLAGERS_COMMITTEE]
    for village in villages[:170]:
        services.mark_rural_community(village, by=system, on=since, document="统计表")

    then, now = queries.counts(on=dt.date(2018, 7, 23)), queries.counts()

    assert (then.streets, then.townships, then.residents_committees, then.villagers_committees) == (16, 44, 132, 349)
    assert then.rural_communities == 170
    assert then.on == dt.date(2018, 7, 23)
    assert (now.communities, now.rural_communities) == (0, 0)


def bulk(codes, parent, since, until):
    from linli.ground.territory import rules

    return Division.objects.bulk_create(
        Division(
            code=code, name=code, short_name=code, level=rules.level_of(code), kind=rules.kind_of(code),
            parent=parent(code), county_code=code[:6], valid_from=since, valid_to=until,
        )
        for code in codes
    )  # fmt: skip


def test_counts_below_a_division_leave_out_itself():
    panzhihua()

    counts = queries.counts(queries.by_code("510402000000"))

    assert counts.by_kind == {
        Kind.STREET: 5, Kind.TOWN: 1, Kind.RESIDENTS_COMMITTEE: 40, Kind.VILLAGERS_COMMITTEE: 7,
    }  # fmt: skip


def test_communities_by_child_come_in_one_query(django_assert_num_queries):
    panzhihua()
    city = queries.by_code("510400000000")

    with django_assert_num_queries(1):
        by_child = queries.communities_by_child(city)

    assert sum(by_child.values()) == 336
    assert by_child["510402"] == 47


def test_a_retired_code_still_leads_to_its_successors():
    """R3a: every retired code still leads to its successors."""
    old = division("510402002001", until=dt.date(2026, 3, 1))
    middle = division("510402002002", "甲社区居民委员会", since=dt.date(2026, 3, 1))
    left = division("510402002003", "乙社区居民委员会")
    right = division("510402002004", "丙社区居民委员会")
    Division.objects.filter(pk=middle.pk).update(valid_to=dt.date(2026, 4, 1))
    act = DivisionChange.Act
    for before, after, kind, on in (
        (old, middle, act.CONVERT, dt.date(2026, 3, 1)),
        (middle, left, act.SPLIT, dt.date(2026, 4, 1)),
        (middle, right, act.SPLIT, dt.date(2026, 4, 1)),
    ):
        DivisionChange.objects.create(predecessor=before, successor=after, act=kind, on=on, document="批复")

    assert names(queries.successors("510402002001")) == ["乙社区", "丙社区"]
    assert names(queries.successors("510402002003")) == ["乙社区"]
    assert queries.successors("510402002099") == []


def test_a_division_is_found_by_the_code_it_bore_on_the_day():
    community = division()
    DivisionCode.objects.filter(division=community).update(valid_to=dt.date(2026, 5, 1))
    DivisionCode.objects.create(division=community, code="510402003009", valid_from=dt.date(2026, 5, 1))
    Division.objects.filter(pk=community.pk).update(code="510402003009")

    assert queries.by_code("510402002001", on=dt.date(2026, 4, 30)) == community
    assert queries.by_code("510402003009", on=dt.date(2026, 5, 1)) == community
    with pytest.raises(Division.DoesNotExist):
        queries.by_code("510402002001", on=dt.date(2026, 5, 1))
    assert [code.code for code in queries.codes_of(community)] == ["510402002001", "510402003009"]


def test_what_does_not_exist_is_not_found():
    with pytest.raises(Division.DoesNotExist):
        queries.by_code("510402002001")
    with pytest.raises(Division.DoesNotExist):
        queries.division(uuid4())


def test_search_by_name_and_by_code():
    division()

    assert names(queries.search("竹湖")) == ["竹湖园社区"]
    assert names(queries.search("510402002")) == ["炳草岗街道", "竹湖园社区"]
    assert queries.search(" ") == []
