"""After the decision: the certificate's number, the rating, and what follows a bad one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from linli.core import audit, events
from linli.core.access import ANONYMOUS, Actor, system_actor
from linli.core.calendar import now, today
from linli.core.calendar.queries import calendar_for
from linli.core.http import Stale, save_version
from linli.core.ids import new_id
from linli.ground.accounts import throttle
from linli.services.casework import discretion, queries, rules
from linli.services.casework import permissions as may
from linli.services.casework.events import CaseRated
from linli.services.casework.models import Case, CaseAction, FollowUp, Rating, RatingChannel, Status, WorkItem
from linli.services.casework.services import moving
from linli.services.casework.services.handle import close

RATEABLE = (Status.DELIVERED, Status.CLOSED, Status.NOT_ACCEPTED)
SCREEN_LASTS = dt.timedelta(minutes=10)
CODE_LASTS = dt.timedelta(days=30)
RATINGS_AN_ADDRESS = 30
"""In ten minutes: a service centre's windows share one address."""
RATINGS_PAUSE = dt.timedelta(minutes=10)


@transaction.atomic
def record_certificate(case: Case, certificate_number: str, *, by: Actor) -> None:
    """Note the number of the certificate that was issued for the case."""
    if case.certificate_number == certificate_number:
        return
    save_version(case, None, certificate_number=certificate_number)
    moving.note(case, "certificate_issued", by=by, came_from=case.status, facts={"certificate": certificate_number})


@dataclass(frozen=True)
class Asked:
    """What a link to rate says, once its signature and its time have been checked."""

    case: Case
    channel: str
    asked_by: UUID | None


@transaction.atomic
def rate(number: str, *, by: Actor, score: int, comment: str = "") -> Rating:
    """Store how it went, once; a bad rating opens a follow-up in the same transaction (R43).

    Raises NotRateable, AlreadyRated.
    """
    case = queries.cases_for(by, may.RATE).get(number=rules.plain_number(number))
    return _rate(case, by=by, score=score, comment=comment, channel=RatingChannel.ONLINE)


@transaction.atomic
def turn_the_screen(number: str, *, by: Actor) -> str:
    """Return the token of a page on which the resident before the window rates by herself: once, ten minutes.

    Raises Case.DoesNotExist, NotRateable, AlreadyRated.
    """
    case = _to_be_rated(number, by)
    audit.record(by, "casework.asked_to_rate", case, person_id=case.applicant_id, channel=RatingChannel.SCREEN.value)
    return rating_token(case, RatingChannel.SCREEN, by=by)


def rating_token(case: Case, channel: str, *, by: Actor) -> str:
    """Return what stands in a link to rate a case: which, where it was asked, by whom, until when; signed.

    Short, since it becomes a code that an old telephone has to read: a code does not say who showed it.
    """
    until = now() + (SCREEN_LASTS if channel == RatingChannel.SCREEN else CODE_LASTS)
    asked_by = by.account_id.hex if channel == RatingChannel.SCREEN and by.account_id else ""
    return _signer().sign(f"{case.number}.{channel}.{asked_by}.{int(until.timestamp())}")


def asked_by_link(token: str) -> Asked:
    """Return what a link asks for. Raises RatingLinkForged, RatingLinkOver; the case may be rated already."""
    try:
        number, channel, asked_by, until = _signer().unsign(token).split(".")
    except signing.BadSignature:
        raise rules.RatingLinkForged from None
    if now().timestamp() >= int(until):
        raise rules.RatingLinkOver
    rows = Case.everywhere.select_related("item_version", "accepted_community")
    case = rows.filter(county_code=number[:6], number=number).first()
    if case is None:
        raise rules.RatingLinkForged
    return Asked(case, channel, UUID(asked_by) if asked_by else None)


def _signer() -> signing.Signer:
    return signing.Signer(salt="casework.rating")


def rate_by_link(token: str, *, score: int, comment: str = "", address: str) -> Rating:
    """Store what was pressed on a turned screen or a resident's telephone: nobody is signed in there, the link speaks.

    Raises TooManyRatings, RatingLinkForged, RatingLinkOver, NotRateable, AlreadyRated, ChoiceNotKnown.
    """
    if throttle.take("casework.rate", address, limit=RATINGS_AN_ADDRESS, pause=RATINGS_PAUSE) is not None:
        raise rules.TooManyRatings
    asked = asked_by_link(token)
    with transaction.atomic():
        return _rate(
            asked.case,
            by=ANONYMOUS,
            score=score,
            comment=comment,
            channel=asked.channel,
            asked_by=asked.asked_by,
        )


@transaction.atomic
def rate_by_telephone(number: str, *, by: Actor, score: int, comment: str = "") -> Rating:
    """Store what the applicant answered on the telephone; who handled the case cannot ask (R43).

    Raises Case.DoesNotExist, RatesOwnWork, NotRateable, AlreadyRated, ChoiceNotKnown.
    """
    case = _to_be_rated(number, by)
    if has_handled(case, by):
        raise rules.RatesOwnWork
    return _rate(case, by=by, score=score, comment=comment, channel=RatingChannel.TELEPHONE, asked_by=by.account_id)


def has_handled(case: Case, by: Actor) -> bool:
    """Tell whether somebody has done anything with a case."""
    return CaseAction.objects.filter(case=case, by_kind="staff", by_account=by.account_id).exists()


def _to_be_rated(number: str, by: Actor) -> Case:
    case = queries.cases_for(by, may.ASK_RATING).get(number=rules.plain_number(number))
    if not discretion.reads(case, by):
        raise Case.DoesNotExist
    if case.status not in RATEABLE:
        raise rules.NotRateable
    if hasattr(case, "rating"):
        raise rules.AlreadyRated
    return case


def _rate(
    case: Case,
    *,
    by: Actor,
    score: int,
    comment: str,
    channel: str,
    asked_by: UUID | None = None,
) -> Rating:
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
                asked_by=asked_by,
                rated_at=now(),
            )
    except IntegrityError:
        raise rules.AlreadyRated from None
    if rating.is_bad:
        _open_follow_up(case)
    audit.record(
        by, "casework.rated", case, person_id=case.applicant_id, score=score, channel=str(channel), asked_by=asked_by
    )
    events.publish(
        CaseRated(
            case_id=case.pk, county_code=case.county_code, score=score, rated_at=rating.rated_at, channel=str(channel)
        )
    )
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
