"""The deadline clock: one window for each working day; dark ones are gone, lit ones are left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.design.dates import said

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY_STATES = ("used", "today", "left", "held", "over")
WEEK = 5
MOST_DAYS = 20
"""A longer clock shows one window a week, and says so."""
SOON = 1
"""This many working days left, or fewer: yellow."""


@dataclass(frozen=True)
class Clock:
    """A deadline as it is drawn. The room that owns the deadline counts; this only says and shows.

    days: the state of each working day from the first to the last, one of DAY_STATES: used, today, left, held (the
    clock stood still), over (after the last day). due_on: the last day. stopped: why the clock stands still now, ""
    while it runs. done: finished; nothing is left to count. every_day: the limit counts calendar days, and so do the
    windows and the words.
    """

    days: tuple[str, ...]
    due_on: dt.date | None = None
    stopped: str = ""
    done: bool = False
    every_day: bool = False

    def __post_init__(self) -> None:
        if unknown := set(self.days) - set(DAY_STATES):
            raise ValueError(f"unknown states of days: {sorted(unknown)}")

    @classmethod
    def counted(
        cls,
        *,
        used: int,
        left: int,
        over: int = 0,
        today: bool = True,
        due_on: dt.date | None = None,
        stopped: str = "",
    ) -> Clock:
        """Make a clock from numbers: days gone before today, days left after today, days over."""
        present = ("today",) if today and not over and not stopped else ()
        days = ("used",) * used + present + ("left",) * left + ("over",) * over
        return cls(days, due_on, stopped)

    @property
    def left(self) -> int:
        return self.days.count("left")

    @property
    def over(self) -> int:
        return self.days.count("over")

    @property
    def total(self) -> int:
        """Days of the whole limit, working days unless every_day; those on which the clock stood still do not count."""
        return len(self.days) - self.over - self.days.count("held")

    @property
    def number_of_today(self) -> int | None:
        """The place of today among the working days of the limit, from 1."""
        if "today" not in self.days:
            return None
        return sum(day != "held" for day in self.days[: self.days.index("today") + 1])

    @property
    def level(self) -> str:
        """late, due or "": the state that colours the words."""
        if self.done or self.stopped:
            return ""
        if self.over:
            return "late"
        return "due" if self.left <= SOON else ""

    @property
    def icon(self) -> str:
        if self.done:
            return "circle-check"
        if self.stopped:
            return "player-pause"
        return {"late": "alert-triangle", "due": "calendar-due"}.get(self.level, "clock-hour-4")

    @property
    def words(self) -> SafeString | str:
        if self.done:
            return _("办完了")
        if self.stopped:
            return _("钟停着")
        if self.every_day and self.over:
            return _with_number(ngettext("超了 %(days)s 天", "超了 %(days)s 天", self.over), self.over)
        if self.every_day and self.left:
            return _with_number(ngettext("还剩 %(days)s 天", "还剩 %(days)s 天", self.left), self.left)
        if self.over:
            return _with_number(ngettext("超了 %(days)s 个工作日", "超了 %(days)s 个工作日", self.over), self.over)
        if not self.left:
            return _("今天到期")
        return _with_number(ngettext("还剩 %(days)s 个工作日", "还剩 %(days)s 个工作日", self.left), self.left)

    @property
    def short_words(self) -> str:
        if self.done:
            return _("办完了")
        if self.stopped:
            return _("停表")
        if self.over:
            return days_said(-self.over)
        return days_said(self.left)

    @property
    def note(self) -> str:
        if self.stopped or self.done:
            return self.stopped
        today = self.number_of_today
        if today is None:
            return ""
        return _("今天是第 %(today)s 天，共 %(total)s 天") % {"today": today, "total": self.total}

    @property
    def last(self) -> SafeString | str:
        """The sentence with the last day; none when the clock stands still, since then nobody knows it."""
        if self.due_on is None or self.stopped or self.done:
            return ""
        day = format_html('<strong><time datetime="{}">{}</time></strong>', self.due_on.isoformat(), said(self.due_on))
        if self.over:
            return format_html(_("本来最晚 {day}办好。"), day=day)
        if self.every_day:
            return format_html(_("最晚 {day}办好。周末和节假日也算。"), day=day)
        return format_html(_("最晚 {day}办好。周末和节假日不算。"), day=day)

    @property
    def in_weeks(self) -> bool:
        return len(self.days) > MOST_DAYS

    @property
    def panes(self) -> Sequence[str]:
        """The windows to draw: days, or weeks when there are more than MOST_DAYS."""
        if not self.in_weeks:
            return self.days
        weeks = [self.days[i : i + WEEK] for i in range(0, len(self.days), WEEK)]
        return [next(state for state in ("over", "today", "left", "held", "used") if state in week) for week in weeks]


def _with_number(words: str, number: int) -> SafeString:
    before, after = words.split("%(days)s")
    return format_html("{}<b>{}</b>{}", before, number, after)


def days_said(days: int) -> str:
    """Return how long is left, for tables: 剩 3 天, 今天到期, 超 2 天 (negative)."""
    if days == 0:
        return _("今天到期")
    if days < 0:
        return ngettext("超 %(days)s 天", "超 %(days)s 天", -days) % {"days": -days}
    return ngettext("剩 %(days)s 天", "剩 %(days)s 天", days) % {"days": days}
