import datetime as dt

import pytest
from django.utils import translation

from linli.core.design.dates import machine, said

MOMENT = dt.datetime(2026, 11, 19, 16, 20, tzinfo=dt.UTC)  # 00:20 of the next day in China


@pytest.mark.parametrize(
    ("how", "chinese", "english"),
    [
        ("day", "11 月 20 日（星期五）", "Friday 20 November"),
        ("bare", "11 月 20 日 星期五", "Friday 20 November"),
        ("short", "11-20", "11-20"),
        ("long", "2026 年 11 月 20 日", "20 November 2026"),
        ("moment", "11 月 20 日 0:20", "20 November, 0:20"),
        ("full", "2026 年 11 月 20 日 0:20", "20 November 2026, 0:20"),
    ],
)
def test_moments_are_said_in_chinas_time(how, chinese, english):
    assert said(MOMENT, how) == chinese
    with translation.override("en"):
        assert said(MOMENT, how) == english


def test_machines_get_the_day_or_the_moment_with_its_zone():
    assert machine(dt.date(2026, 12, 4)) == "2026-12-04"
    assert machine(MOMENT) == "2026-11-20T00:20+08:00"
