"""How a case moves: the one place where a way of the lifecycle is taken."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings

from linli.core import audit, events
from linli.core.access import Actor
from linli.core.calendar import now, today
from linli.core.calendar.queries import calendar_for
from linli.core.http import save_version
from linli.core.ids import new_id
from linli.core.rows import insert
from linli.services.casework import queries, rules
from linli.services.casework.clock import Clock, clock
from linli.services.casework.clock import Pause as Span
from linli.services.casework.events import CaseFromAfarMoved, CaseMoved
from linli.services.casework.lifecycle import LIFECYCLE
from linli.services.casework.models import Case, CaseAction, Opinion, Pause, PauseKind, Status
from linli.services.catalogue.content import ChainLink, Item, Limit


def take(
    case: Case,
    action: str,
    *,
    by: Actor,
    version: int | None,
    said: str = "",
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> CaseAction:
    """Take one way of the lifecycle: state, history, audit entry and event in the caller's transaction.

    changes are written to the case with the state. Raises NotPossibleNow, Stale.
    """
    way = LIFECYCLE.check(queries.with_facts(case), action, by)
    came_from = case.status
    target = way.target or came_from
    if way.back and case.resume_status:
        target = case.resume_status
        changes.setdefault("resume_status", "")
    save_version(case, version, status=target, **changes)
    return note(case, action, by=by, came_from=came_from, said=said, facts=facts)


def note(
    case: Case, action: str, *, by: Actor, came_from: str, said: str = "", facts: dict[str, Any] | None = None
) -> CaseAction:
    """Write the history row, the audit entry and the event of something that was done to the case."""
    moment = now()
    row = CaseAction(
        id=new_id(),
        case=case,
        county_code=case.county_code,
        action=action,
        from_status=came_from,
        to_status=case.status,
        step=case.step,
        by_kind=by.kind,
        by_account=by.account_id,
        by_name=by.name,
        by_role=by.post.role if by.post else "",
        by_place=by.post.division_name if by.post else "",
        acting_for=by.post.acting_for if by.post else "",
        at=moment,
        said=said,
        facts=facts or {},
    )
    insert([row])
    audit.record(by, f"casework.{action}", case, person_id=case.applicant_id, from_status=came_from, to=case.status)
    events.publish(
        CaseMoved(
            case_id=case.pk,
            county_code=case.county_code,
            number=case.number,
            action=action,
            from_status=came_from,
            to_status=case.status,
            action_id=row.pk,
            at=moment,
            community_id=case.community_id,
            accepted_community_id=case.accepted_community_id,
            department=case.department,
            step_department=case.step_department,
            is_sensitive=queries.item_of(case).sensitive,
        )
    )
    taken_in_at = case.accepted_community
    if taken_in_at is not None and taken_in_at.county_code != case.county_code:
        events.publish(
            CaseFromAfarMoved(county_code=taken_in_at.county_code, number=case.number, to_status=case.status, at=moment)
        )
    return row


# --- clocks ---


def spans_of(case: Case) -> list[Span]:
    """Return the case's pauses as the clock takes them.

    An open one whose length is known (公示, 特别程序) lasts until its planned end; the wait for an applicant is open.
    """
    spans = []
    for row in Pause.objects.filter(case=case, counts=False):
        last = row.last_day
        if last is None and row.kind != PauseKind.SUPPLEMENT:
            last = row.planned_until
        spans.append(Span(row.first_day, last))
    return spans


def clocks_of(case: Case, *, accepted_at: dt.datetime | None = None, item: Item | None = None) -> tuple[Clock, Clock]:
    """Return the promised and the legal clock of a case as they stand today."""
    item = item or queries.item_of(case)
    accepted_at = accepted_at or case.accepted_at
    if accepted_at is None:
        raise ValueError("the clock starts with acceptance")
    extension = next((e.working_days for e in case.extensions.all() if e.approved), 0)
    common: dict[str, Any] = {
        "pauses": spans_of(case),
        "extension_working_days": extension,
        "extension_at_most": rules.extension_at_most(item),
        "calendar": calendar_for(case.county_code),
        "today": today(),
        "day_ends": day_ends(),
    }
    return (
        clock(rules.shortened(item.promised_limit, case.promise_shortened_by), accepted_at, **common),
        clock(item.legal_limit, accepted_at, **common),
    )


def due_fields(case: Case, *, accepted_at: dt.datetime | None = None) -> dict[str, Any]:
    """Return the deadline columns as they follow from acceptance, pauses and extension."""
    promised, legal = clocks_of(case, accepted_at=accepted_at)
    return {
        "due_on": promised.due_on,
        "legal_due_on": legal.due_on,
        "due_is_provisional": promised.provisional or legal.provisional,
    }


def step_fields(case: Case, step: int, *, item: Item, started: dt.datetime, due_on: dt.date | None) -> dict[str, Any]:
    """Return the columns that say whose turn it is at a step of the chain, and by which day."""
    link = item.chain[step]
    return {
        "step": step,
        "step_level": link.level,
        "step_department": link.department,
        "step_started_at": started,
        "step_due_on": step_due(case, link, started=started, due_on=due_on),
    }


def step_due(case: Case, link: ChainLink, *, started: dt.datetime, due_on: dt.date | None) -> dt.date | None:
    """Return the day by which a step is done: its share of the promise, never later than the whole.

    More time that was granted while the step stood here is the step's too.
    """
    if not link.days:
        return due_on
    granted_here = [
        e.working_days for e in case.extensions.all() if e.approved and e.answered_at and e.answered_at >= started
    ]
    own = clock(
        Limit(days=link.days, unit="working_days"),
        started,
        pauses=spans_of(case),
        extension_working_days=sum(granted_here),
        extension_at_most=rules.JOINT_EXTENSION_WORKING_DAYS_AT_MOST,
        calendar=calendar_for(case.county_code),
        today=today(),
        day_ends=day_ends(),
    ).due_on
    return min(own, due_on) if own and due_on else own or due_on


def answer_day(county_code: str, received_at: dt.datetime, item: Item) -> dt.date:
    """Return the day by which the applicant is told: five working days, the same day for what is done on the spot."""
    start = day_zero(county_code, received_at)
    if item.is_instant:
        return start
    return calendar_for(county_code).add_working_days(start, rules.TELL_WITHIN_WORKING_DAYS)


def day_zero(county_code: str, moment: dt.datetime) -> dt.date:
    """Return the working day that a moment belongs to: after hours and on rest days, the next one (clock rule 1)."""
    return clock(Limit(days=0), moment, calendar=calendar_for(county_code), day_ends=day_ends()).day_zero


def day_ends() -> dt.time:
    return dt.time.fromisoformat(settings.WORKDAY_ENDS)


def open_joint_parts(case: Case, item: Item, step: int, *, by: Actor) -> None:
    """Ask each department that shares a step for its part (联办): in parallel, each once."""
    for department in item.chain[step].also:
        Opinion.everywhere.get_or_create(
            case=case,
            step=step,
            department=department,
            is_joint=True,
            defaults={
                "county_code": case.county_code,
                "question": "",
                "asked_by": by.account_id,
                "asked_at": now(),
                "due_on": case.step_due_on
                or calendar_for(case.county_code).add_working_days(today(), rules.OPINION_WORKING_DAYS),
            },
        )


def pause(
    case: Case, kind: str, *, planned_until: dt.date | None = None, told: str = "", counts: bool = False
) -> Pause:
    """Let the clock stand still from today on; with `counts` only write the days down, the clock runs."""
    return Pause.objects.create(
        id=new_id(),
        case=case,
        county_code=case.county_code,
        kind=kind,
        first_day=today(),
        planned_until=planned_until,
        told=told,
        counts=counts,
    )


def resume(case: Case) -> None:
    """Let the clock run again: the day of the answer counts, so the pause ended the day before.

    What lasts a fixed time (公示, 特别程序) never holds the clock longer than that, however late somebody ends it.
    """
    row = Pause.objects.filter(case=case, last_day__isnull=True).first()
    if row is None:
        return
    row.last_day = today() - dt.timedelta(days=1)
    if row.kind != PauseKind.SUPPLEMENT and row.planned_until is not None:
        row.last_day = min(row.last_day, row.planned_until)
    row.save(update_fields=["last_day"])


def refresh_clock(case: Case, *, step: bool = True) -> None:
    """Recompute the deadlines of an accepted case after a pause or an extension, in the same transaction."""
    if case.accepted_at is None:
        return
    changes = due_fields(case)
    if step and case.status in (Status.ACCEPTED, Status.IN_REVIEW):
        link = queries.item_of(case).chain[case.step]
        changes["step_due_on"] = step_due(case, link, started=case.step_started_at, due_on=changes["due_on"])
    Case.everywhere.filter(pk=case.pk, county_code=case.county_code).update(**changes)
    for name, value in changes.items():
        setattr(case, name, value)


def settle_clock(case: Case, *, by: Actor) -> bool:
    """Compute a provisional deadline again after a year's working days were published; tell whether it moved.

    A day that was told holds: where the final count would end later, the promise is made shorter instead. The legal
    limit ends when the law says. Harmless when repeated.
    """
    if case.accepted_at is None or not case.is_open or not case.due_is_provisional:
        return False
    told = case.due_on
    limit = queries.item_of(case).promised_limit.days or 0
    while (day := clocks_of(case)[0].due_on) and told and day > told and case.promise_shortened_by < limit:
        case.promise_shortened_by += 1
    Case.everywhere.filter(pk=case.pk, county_code=case.county_code).update(
        promise_shortened_by=case.promise_shortened_by
    )
    refresh_clock(case)
    if case.due_on == told and case.due_is_provisional:
        return False
    audit.record(by, "casework.clock_settled", case, person_id=case.applicant_id, was=told, due=case.due_on)
    return case.due_on != told
