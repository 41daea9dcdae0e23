"""A case's clock as the look draws it: the counting is the clock's, the windows and words are the design's."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.calendar.queries import calendar_for
from linli.core.design.clock import Clock as Picture
from linli.services.casework import queries
from linli.services.casework.clock import Clock, DayState
from linli.services.casework.models import Case, Status

DRAWN = {
    DayState.USED: "used",
    DayState.TODAY: "today",
    DayState.LEFT: "left",
    DayState.STOPPED: "held",
    DayState.OVER: "over",
}
WHY_STOPPED = {
    Status.SUPPLEMENT_REQUESTED: _("等申请人补材料，这几天不算在期限里"),
    Status.SPECIAL_PROCEDURE: _("特别程序，这几天不算在期限里"),
    Status.PUBLIC_NOTICE: _("正在公示，这几天不算在期限里"),
}


def picture_of(case: Case, clock: Clock) -> Picture:
    """Return what is drawn: one window for each day that the limit counts, working days or calendar days."""
    every_day = queries.item_of(case).promised_limit.unit == "calendar_days"
    calendar = calendar_for(case.county_code)
    days = tuple(
        DRAWN[one.state] for one in clock.days if every_day or calendar.is_working(one.day) or one.day == clock.due_on
    )
    why = str(WHY_STOPPED.get(Status(case.status), _("时钟停着"))) if clock.stopped else ""
    return Picture(days, clock.due_on, stopped=why, every_day=every_day)
