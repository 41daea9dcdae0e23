"""The time of each step of a case: what it was promised, what it has used, and what is left (R36a)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from linli.core.calendar import Calendar, today
from linli.core.calendar.queries import calendar_for
from linli.core.design.dates import said
from linli.services.casework.clock import Pause
from linli.services.casework.models import Case, CaseAction, Escalation, Status
from linli.services.casework.pages.clocks import WHY_STOPPED
from linli.services.casework.pages.timeline import step_label
from linli.services.casework.services.moving import day_zero, spans_of
from linli.services.catalogue.content import Item

BEGIN = ("accept", "accept_with_gaps", "deem_accepted")
MOVE = ("forward", "send_back")
END = ("grant", "refuse", "withdraw", "return_unanswered", "not_accept")


@dataclass(frozen=True)
class Stay:
    """How long a case stood at a step: from a moment on, until another or still. A step sent back is stayed at twice."""

    step: int
    begun_at: dt.datetime
    ended_at: dt.datetime | None = None


def stays(actions: Iterable[CaseAction]) -> list[Stay]:
    """Read from what happened (in whatever order) at which step the case stood when."""
    found: list[Stay] = []
    for act in sorted(actions, key=lambda act: (act.at, act.pk)):
        if act.action in (*MOVE, *END) and found and found[-1].ended_at is None:
            found[-1] = Stay(found[-1].step, found[-1].begun_at, act.at)
        if act.action in (*BEGIN, *MOVE):
            found.append(Stay(act.step, act.at))
    return found


def days_used(first: dt.date, last: dt.date, pauses: Sequence[Pause], calendar: Calendar) -> int:
    """Count the working days after the first day through the last, without those on which the clock stood still."""

    def stands_still(day: dt.date) -> bool:
        return any(pause.first <= day and (pause.last is None or day <= pause.last) for pause in pauses)

    days = (first + dt.timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(calendar.is_working(day) and not stands_still(day) for day in days)


@dataclass(frozen=True)
class StepTime:
    """One step as it is read: who does what, how it stands (done, current, coming), and its time in a sentence."""

    label: str
    state: str
    sentence: str
    is_late: bool = False


def step_times(case: Case, item: Item, actions: Sequence[CaseAction]) -> list[StepTime]:
    """Return the steps of an accepted case in their order; nothing before it was accepted."""
    if case.accepted_at is None:
        return []
    calendar, pauses, day = calendar_for(case.county_code), spans_of(case), today()
    used: dict[int, int] = {}
    for stay in stays(actions):
        last = localdate(stay.ended_at) if stay.ended_at else day
        first = day_zero(case.county_code, stay.begun_at)
        used[stay.step] = used.get(stay.step, 0) + days_used(first, last, pauses, calendar)
    told = []
    for number, link in enumerate(item.chain):
        label = step_label(link.level, link.department, link.step)
        if case.is_open and number == case.step:
            told.append(_current(case, label, used.get(number, 0), calendar))
        elif number in used and (number < case.step or not case.is_open):
            sentence = _("用了 %(used)s 个工作日，最多 %(days)s 个。") % {"used": used[number], "days": link.days}
            if not link.days:
                sentence = _("用了 %(used)s 个工作日。") % {"used": used[number]}
            told.append(StepTime(label, "done", sentence))
        elif case.is_open and number > case.step:
            sentence = _("最多 %(days)s 个工作日。") % {"days": link.days} if link.days else _("当天办。")
            told.append(StepTime(label, "coming", sentence))
    return told


def _current(case: Case, label: str, used: int, calendar: Calendar) -> StepTime:
    day, due = today(), case.step_due_on
    if case.status in WHY_STOPPED:
        stopped = str(WHY_STOPPED[Status(case.status)])
        sentence = _("已经用了 %(used)s 个工作日。%(stopped)s。") % {"used": used, "stopped": stopped}
        return StepTime(label, "current", sentence)
    if due is None:
        return StepTime(label, "current", _("已经用了 %(used)s 个工作日。") % {"used": used})
    if due < day:
        over = calendar.working_days_between(due, day)
        sentence = _("已经用了 %(used)s 个工作日，超了 %(over)s 个。") % {"used": used, "over": over}
        if any(one.step == case.step and one.kind != Escalation.Kind.REMINDER for one in case.escalations.all()):
            sentence += _("已经报给上级。")
        return StepTime(label, "current", sentence, is_late=True)
    left = calendar.working_days_between(day, due)
    sentence = _("已经用了 %(used)s 个工作日，还剩 %(left)s 个，最晚 %(day)s。") % {
        "used": used, "left": left, "day": said(due),
    }  # fmt: skip
    return StepTime(label, "current", sentence)
