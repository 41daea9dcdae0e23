import datetime as dt

import pytest
from django.utils import translation

from linli.core.design.clock import Clock, days_said


@pytest.mark.parametrize(
    ("clock", "words", "level", "short"),
    [
        (Clock.counted(used=6, left=8), "还剩 <b>8</b> 个工作日", "", "剩 8 天"),
        (Clock.counted(used=6, left=1), "还剩 <b>1</b> 个工作日", "due", "剩 1 天"),
        (Clock.counted(used=6, left=0), "今天到期", "due", "今天到期"),
        (Clock.counted(used=15, left=0, over=2), "超了 <b>2</b> 个工作日", "late", "超 2 天"),
        (Clock.counted(used=4, left=8, stopped="等您补材料"), "钟停着", "", "停表"),
        (Clock(("used",) * 5, done=True), "办完了", "", "办完了"),
    ],
)
def test_clock_says_how_long_is_left(clock, words, level, short):
    assert (clock.words, clock.level, clock.short_words) == (words, level, short)


def test_today_is_counted_among_the_days_of_the_limit():
    clock = Clock.counted(used=6, left=8, due_on=dt.date(2026, 12, 4))

    assert clock.note == "今天是第 7 天，共 15 天"
    assert "12 月 4 日（星期五）" in clock.last


def test_days_on_which_the_clock_stood_still_do_not_count():
    clock = Clock(("used", "held", "held", "today", "left"))

    assert clock.note == "今天是第 2 天，共 3 天"


def test_stopped_clock_promises_no_last_day():
    assert Clock.counted(used=1, left=3, due_on=dt.date(2026, 12, 4), stopped="等您补材料").last == ""


def test_clock_longer_than_twenty_days_draws_weeks_and_says_so():
    clock = Clock.counted(used=12, left=47)

    assert clock.in_weeks
    assert list(clock.panes) == ["used", "used", "today", *["left"] * 9]


def test_clock_with_an_unknown_day_is_refused():
    with pytest.raises(ValueError, match="lost"):
        Clock(("used", "lost"))


def test_english_counts_one_day_and_many():
    with translation.override("en"):
        assert (days_said(1), days_said(3), days_said(-1)) == ("1 day left", "3 days left", "1 day over")


def test_a_limit_in_calendar_days_says_days_and_that_weekends_count():
    left = Clock(("used", "today", "left", "left"), dt.date(2026, 12, 4), every_day=True)
    over = Clock(("used", "over"), dt.date(2026, 12, 4), every_day=True)
    last = Clock(("used", "today"), dt.date(2026, 12, 4), every_day=True)

    assert left.words == "还剩 <b>2</b> 天"
    assert "周末和节假日也算" in left.last
    assert over.words == "超了 <b>1</b> 天"
    assert last.words == "今天到期"
