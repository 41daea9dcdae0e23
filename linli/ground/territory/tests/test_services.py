import datetime as dt
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from linli.core.access import Actor, Post, system_actor
from linli.core.audit.models import Entry
from linli.ground.territory import queries, services
from linli.ground.territory.models import Division, DivisionCode, Kind, Level
from linli.ground.territory.services import PANZHIHUA, import_divisions
from linli.ground.territory.tests.factories import division, panzhihua

pytestmark = pytest.mark.django_db

SYSTEM = system_actor("test")
HEADING = "code,name,level,parent_code\n"
STREET = HEADING + "510402002000,炳草岗街道,township,510402000000\n"
COMMUNITY = "510402002001,竹湖园社区居民委员会,community,510402002000\n"


def administrator(code: str, name: str = "东区", role: str = "administrator") -> Actor:
    post = Post(uuid4(), role, uuid4(), code, name, "county", frozenset({code[:6]}))
    return Actor(kind="staff", account_id=uuid4(), name="管理员", post=post, posts=(post,))


def load(text: str, **options: object) -> services.ImportReport:
    return import_divisions(text.encode(), by=options.pop("by", SYSTEM), **options)  # type: ignore[arg-type]


def test_panzhihua_has_its_three_districts_two_counties_and_336_committees():
    """R1: 「三区两县」."""
    report = import_divisions(PANZHIHUA, by=SYSTEM)

    counts = queries.counts()
    assert (report.rows, report.created, report.changed, report.findings) == (392, 392, 0, [])
    assert counts.by_kind == {
        Kind.PROVINCE: 1, Kind.CITY: 1, Kind.DISTRICT: 3, Kind.COUNTY: 2,
        Kind.STREET: 11, Kind.TOWN: 23, Kind.RURAL_TOWNSHIP: 15,
        Kind.RESIDENTS_COMMITTEE: 106, Kind.VILLAGERS_COMMITTEE: 230,
    }  # fmt: skip
    assert (counts.counties, counts.streets + counts.townships, counts.communities) == (5, 49, 336)
    assert DivisionCode.objects.count() == 392


def test_every_child_carries_its_parents_prefix():
    """R1."""
    panzhihua()

    for child in Division.objects.exclude(parent=None).select_related("parent"):
        assert child.code.startswith(child.parent.code.rstrip("0"))


def test_a_second_load_changes_nothing_and_writes_nothing():
    """R1."""
    import_divisions(PANZHIHUA, by=SYSTEM)

    report = import_divisions(PANZHIHUA, by=SYSTEM)

    assert (report.rows, report.created, report.changed, report.unchanged, report.missing) == (392, 0, 0, 392, [])
    assert [entry.action for entry in Entry.objects.all()] == ["territory.divisions_imported"]


def test_twins_in_one_township_are_told_apart():
    panzhihua()

    twins = Division.objects.filter(name__startswith="沙沟社区", parent__name="仁和镇").order_by("code")

    assert [twin.short_name for twin in twins] == ["沙沟社区居委会", "沙沟社区村委会"]


def test_one_wrong_line_and_nothing_is_loaded():
    text = PANZHIHUA.read_text(encoding="utf-8").replace("510411100000,仁和镇", "51041110000,仁和镇")

    report = load(text)

    assert report.is_refused
    assert (report.findings[0].line, report.findings[0].given) == (22, "51041110000")
    assert not Division.objects.exists()
    assert not DivisionCode.objects.exists()
    assert not Entry.objects.exists()


def test_an_unknown_parent_is_named_with_its_line():
    report = load(HEADING + COMMUNITY)

    assert [(f.line, f.given, f.expected) for f in report.findings] == [
        (2, "510402002000", "上级 510402002000 应在名单里，或者已经载入")
    ]
    assert not Division.objects.exists()


def test_a_parent_may_already_be_loaded_or_stand_further_down():
    division("510402000000", "东区")

    report = load(HEADING + COMMUNITY + STREET.removeprefix(HEADING))

    assert (report.findings, report.created) == ([], 2)
    community = queries.by_code("510402002001")
    assert (community.parent.name, community.county_code, community.level) == ("炳草岗街道", "510402", Level.COMMUNITY)


def test_a_changed_name_is_taken_over_and_recorded():
    community = division()

    report = load(STREET + COMMUNITY.replace("竹湖园", "竹湖"))

    community.refresh_from_db()
    assert (community.name, community.short_name) == ("竹湖社区居民委员会", "竹湖社区")
    assert report.renamed == [services.Rename("510402002001", "竹湖园社区居民委员会", "竹湖社区居民委员会")]
    assert (report.created, report.changed, report.unchanged) == (0, 1, 1)
    entry = Entry.objects.get()
    assert entry.facts["renamed"] == [["510402002001", "竹湖园社区居民委员会", "竹湖社区居民委员会"]]


def test_a_trial_run_tells_everything_and_changes_nothing():
    division("510402000000", "东区")

    report = load(STREET + COMMUNITY, dry_run=True)

    assert (report.created, report.findings) == (2, [])
    assert Division.objects.filter(county_code="510402").count() == 1
    assert not Entry.objects.exists()


def test_what_the_list_leaves_out_stays_and_is_counted():
    division()
    division("510402002002", "西海岸社区居民委员会")
    division("510402001001", "别处社区居民委员会")

    report = load(STREET + COMMUNITY)

    assert report.missing == [services.Missing("510402002002", "西海岸社区居民委员会")]
    assert report.ended == 0
    assert queries.by_code("510402002002").valid_to is None


def test_a_complete_list_ends_what_it_leaves_out():
    division()
    division("510402002002", "西海岸社区居民委员会")

    report = load(STREET + COMMUNITY, complete=True, on=dt.date(2026, 7, 1))

    ended = Division.objects.get(code="510402002002")
    assert (report.ended, ended.valid_to) == (1, dt.date(2026, 7, 1))
    assert queries.by_code("510402002002", on=dt.date(2026, 6, 30)) == ended
    with pytest.raises(Division.DoesNotExist):
        queries.by_code("510402002002", on=dt.date(2026, 7, 1))


def test_an_ended_code_does_not_come_back():
    division("510402002002", "西海岸社区居民委员会", until=dt.date(2021, 1, 1))

    report = load(STREET + COMMUNITY + "510402002002,新社区居民委员会,community,510402002000")

    assert [(f.line, f.expected) for f in report.findings] == [(4, "2021-01-01 停用的代码不再启用")]
    assert not Division.objects.filter(code="510402002001").exists()


def test_a_complete_list_does_not_leave_communities_under_a_closed_township():
    division()
    county = HEADING + "510402000000,东区,county,510400000000\n"

    report = load(county + COMMUNITY, complete=True)

    assert [(f.line, f.given) for f in report.findings] == [(3, "510402002001")]
    assert queries.by_code("510402002000").valid_to is None


def test_an_administrator_changes_only_what_lies_below_her():
    division("510402000000", "东区")

    report = load(STREET + COMMUNITY, by=administrator("510403000000", "西区"))

    assert [(f.line, f.expected) for f in report.findings] == [
        (2, "您只能改西区和它下面的区划"),
        (3, "您只能改西区和它下面的区划"),
    ]
    assert load(STREET + COMMUNITY, by=administrator("510402000000")).created == 2


@pytest.mark.parametrize("role", ["window_clerk", "auditor", "district_staff"])
def test_who_is_no_administrator_loads_nothing(role):
    with pytest.raises(PermissionDenied):
        load(STREET, by=administrator("510402000000", role=role))


def test_progress_reaches_the_end():
    seen: list[tuple[int, int]] = []

    import_divisions(PANZHIHUA, by=SYSTEM, progress=lambda done, steps: seen.append((done, steps)))

    assert seen[-1] == (784, 784)
