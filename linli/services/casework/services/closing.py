"""After the decision: the certificate's number, the rating, and what follows a bad one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from linli.core import audit, events
from linli.core.access import Actor, system_actor
from linli.core.calendar import now, today
from linli.core.calendar.queries import calendar_for
from linli.core.http import Stale, save_version
from linli.core.ids import new_id
from linli.services.casework import permissions as may
from linli.services.casework import queries, rules
from linli.services.casework.events import CaseRated
from linli.services.casework.models import Case, CaseAction, Channel, FollowUp, Rating, Status, WorkItem
from linli.services.casework.services import moving
from linli.services.casework.services.handle import close

RATEABLE = (Status.DELIVERED, Status.CLOSED, Status.NOT_ACCEPTED)


@transaction.atomic
def record_certificate(case: Case, certificate_number: str, *, by: Actor) -> None:
    """Note the number of the certificate that was issued for the case."""
    if case.certificate_number == certificate_number:
        return
    save_version(case, None, certificate_number=certificate_number)
    moving.note(case, "certificate_issued", by=by, came_from=case.status, facts={"certificate": certificate_number})


@transaction.atomic
def rate(number: str, *, by: Actor, score: int, comment: str = "", channel: str = Channel.ONLINE) -> Rating:
    """Store how it went, once; a bad rating opens a follow-up in the same transaction (R43).

    Raises NotRateable, AlreadyRated.
    """
    case = queries.cases_for(by, may.RATE).get(number=rules.plain_number(number))
    if case.status not in RATEABLE:
        raise rules.NotRateable
    rules.check_choice(score, Rating.Score.values, field="score")
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                case=case,
                county_code=case.county_code,
                community_id=case.community_id,
                score=score,
                comment=rules.clean_text(comment, 500),
                channel=channel,
                rated_at=now(),
            )
    except IntegrityError:
        raise rules.AlreadyRated from None
    if rating.is_bad:
        _open_follow_up(case)
    audit.record(by, "casework.rated", case, person_id=case.applicant_id, score=score)
    events.publish(CaseRated(case_id=case.pk, county_code=case.county_code, score=score, rated_at=rating.rated_at))
    if case.status == Status.DELIVERED:
        close(case, by=system_actor("申请人已评价，办结"))  # untranslated: kept in the log
    return rating


def _open_follow_up(case: Case) -> None:
    handled = CaseAction.objects.filter(case=case, by_kind="staff").values_list("by_account", flat=True).distinct()
    calendar = calendar_for(case.county_code)
    FollowUp.objects.create(
        id=new_id(),
        case=case,
        county_code=case.county_code,
        community_id=case.community_id,
        handled_by=[str(account) for account in handled],
        call_by=calendar.add_working_days(today(), rules.CALL_BACK_WORKING_DAYS),
        answer_by=calendar.add_working_days(today(), rules.ANSWER_WORKING_DAYS),
        created_at=now(),
    )


def _follow_up(follow_up_id: UUID, by: Actor) -> FollowUp:
    row = queries.follow_ups_for(by).get(pk=follow_up_id)
    if str(by.account_id) in row.handled_by:
        raise rules.RatedClerk
    return row


@transaction.atomic
def call_back(follow_up_id: UUID, *, by: Actor, hard: bool = False, version: int | None = None) -> FollowUp:
    """Note that the person was called; a hard case gets fifteen working days. Who was rated cannot do it."""
    row = _follow_up(follow_up_id, by)
    changes: dict[str, Any] = {"called_at": row.called_at or now()}
    if hard:
        changes["answer_by"] = calendar_for(row.county_code).add_working_days(
            localdate(row.created_at), rules.HARD_CASE_WORKING_DAYS
        )
    save_version(row, version, **changes)
    moving.note(row.case, "called_back", by=by, came_from=row.case.status)
    return row


@transaction.atomic
def answer_follow_up(
    follow_up_id: UUID, *, by: Actor, outcome: str, answer: str, version: int | None = None
) -> FollowUp:
    """Close a bad rating with what was done about it. Raises RatedClerk, NotCalledYet, ReasonNeeded, ChoiceNotKnown."""
    row = _follow_up(follow_up_id, by)
    rules.check_choice(outcome, FollowUp.Outcome.values, field="outcome")
    if row.called_at is None:
        raise rules.NotCalledYet
    answer = rules.check_reason(answer)
    save_version(row, version, outcome=outcome, answer=answer, closed_by=by.account_id, closed_at=now())
    moving.note(row.case, "follow_up_answered", by=by, came_from=row.case.status, facts={"outcome": outcome})
    return row


@transaction.atomic
def close_work_item(work_item_id: UUID, *, by: Actor, outcome: str) -> WorkItem:
    """Close a work item with what was done. Raises WorkItem.DoesNotExist, ReasonNeeded, Stale."""
    row = queries.work_items_for(by).get(pk=work_item_id)
    row.outcome, row.closed_by, row.closed_at = rules.check_reason(outcome)[:300], by.account_id, now()
    waiting = WorkItem.everywhere.filter(pk=row.pk, county_code=row.county_code, closed_at__isnull=True)
    if not waiting.update(outcome=row.outcome, closed_by=row.closed_by, closed_at=row.closed_at):
        raise Stale
    audit.record(by, "casework.work_item_closed", row)
    return row
