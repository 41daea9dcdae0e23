"""The demonstration's windows: everywhere, the same each time, with gaps in some districts and not in all (R35)."""

from __future__ import annotations

import datetime as dt

import pytest

from linli.core.access import system_actor
from linli.core.calendar import at
from linli.ground.territory.models import Division
from linli.ground.territory.tests.factories import panzhihua
from linli.services.facilities.models import ServicePoint, WindowlessDay
from linli.web.demonstration.windows import make_points

NOVEMBER = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def made(db: None) -> int:
    panzhihua()
    with at(NOVEMBER):
        return make_points(system_actor("测试准备"), list(Division.objects.filter(valid_to__isnull=True)), {})


def test_every_community_township_and_county_has_its_point(made):
    places = Division.objects.filter(level__in=["county", "township", "community"])

    assert made == places.count() == ServicePoint.objects.values("division").distinct().count()
    assert ServicePoint.objects.filter(division__level="community").count() == 336
    assert not ServicePoint.objects.exclude(address__contains="演示").exists()


def test_most_districts_were_on_duty_over_national_day_and_some_were_not(made):
    holiday = (dt.date(2026, 10, 1), dt.date(2026, 10, 7))
    gaps = WindowlessDay.objects.filter(day__range=holiday, covered_at__isnull=True)

    assert sorted(gaps.values_list("county__short_name", "day")) == [
        ("仁和区", dt.date(2026, 10, 5)), ("仁和区", dt.date(2026, 10, 6)), ("盐边县", dt.date(2026, 10, 7)),
    ]  # fmt: skip


def test_there_is_something_to_arrange_ahead(made):
    ahead = WindowlessDay.objects.filter(day__gte=NOVEMBER.date(), covered_at__isnull=True)

    assert set(ahead.values_list("county__short_name", flat=True)) == {"东区", "盐边县"}
