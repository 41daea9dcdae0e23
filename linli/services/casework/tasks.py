"""What the worker does by itself: the clock's own steps, reminders, escalation, cleaning up."""

# untranslated: reasons and work items are kept in Chinese, as written

from __future__ import annotations

import datetime as dt
import logging
import traceback
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils.translation import override
from django_tasks import task

from linli.core import messages
from linli.core.access import system_actor
from linli.core.calendar import now, today
from linli.core.calendar.queries import calendar_for
from linli.core.http import Refused, Stale
from linli.core.ids import new_id
from linli.core.keeping.retention import forgets
from linli.core.lifecycle import NotPossibleNow
from linli.core.tasks import periodic
from linli.ground.accounts import queries as accounts
from linli.ground.territory import queries as territory
from linli.services.casework import asking, notices, queries, services  # noqa: F401 (notices registers the words)
from linli.services.casework.models import (
    OPEN,
    Case,
    Draft,
    Escalation,
    FollowUp,
    Gap,
    Pause,
    PauseKind,
    Question,
    Status,
    SupplementRequest,
    WorkItem,
)
from linli.services.casework.rules import CLOSE_AFTER_WORKING_DAYS
from linli.services.catalogue import queries as catalogue
from linli.services.certificates import queries as certificates_queries
from linli.services.certificates import services as certificates

logger = logging.getLogger(__name__)
BATCH = 200
WAITING = (Status.SUBMITTED, Status.ACCEPTED, Status.IN_REVIEW, Status.SPECIAL_PROCEDURE)
SUPERIORS = {
    "community": "community_head",
    "township": "street_leader",
    "county": "district_staff",
    "city": "supervisor",
}
HANDLERS = {
    "community": ("community_worker", "window_clerk"),
    "township": ("street_staff",),
    "county": ("department_staff", "district_staff"),
}


QUESTION_WAITS = "question_waits"
BROKEN = "case_broken"
CERTIFICATE_WAITS = queries.CERTIFICATE_WAITS
WANT_A_SEAL = ("seal_missing", CERTIFICATE_WAITS)
DATABASE_AWAY = (OperationalError, InterfaceError)
"""Nobody's case is to blame: the task is tried again as a whole."""
STEPS = {
    "deem": "逾期视为受理", "return": "到期退回", "notice": "公示期满", "close": "送达后办结", "remind": "提醒和上报",
    "follow_up": "差评督办", "question": "催答复", "settle": "重新计算期限",
}  # fmt: skip


def _itself(row: Any) -> Case:
    case: Case = row
    return case


@periodic("casework.clock", every=dt.timedelta(minutes=10))
@task()
def clock() -> None:
    """Take the steps that the calendar takes: silence, returns, ends of notices, closing, escalation. Restartable."""
    deem_accepted_what_nobody_answered()
    return_what_did_not_come()
    end_notices()
    close_delivered()
    remind_and_escalate()
    raise_late_follow_ups()
    remind_of_questions()
    make_what_waits()


def _each(
    rows: Sequence[Any], step: str, change: Callable[[Any], object], *, of: Callable[[Any], Case] = _itself
) -> int:
    """Run a change on each row in a transaction of its own; one that has moved meanwhile is left alone.

    One that fails stops nobody else's: it is logged, without what the error says (that may quote people), and becomes
    a work item that ends when a later run gets through. `of` says which case a row belongs to.
    """
    done = 0
    was_broken = set(
        WorkItem.everywhere.filter(kind=BROKEN, closed_at__isnull=True, once_key__contains=f".{step}#").values_list(
            "case_id", flat=True
        )
    )
    for row in rows:
        case = of(row)
        try:
            with transaction.atomic():
                change(row)
            done += 1
        except (NotPossibleNow, Stale):
            logger.info("casework.clock_left_alone", extra={"case": str(case.pk), "step": step})
        except DATABASE_AWAY:
            raise
        except Exception as error:  # the worker's own loop: whatever one case does, the others go on
            _log_broken(case, step, error)
            services.open_work_item(
                BROKEN, f"{case.pk}.{step}", community=case.community, case=case,
                what=f"{case.shown_number} 自动办理时出错（{STEPS.get(step, step)}），这一步停着，别的办件照常。"
                f"请管理员查日志 {case.pk}；修好后自动接着办。",
            )  # fmt: skip
        else:
            if case.pk in was_broken:
                by = system_actor("自动办理恢复")
                services.end_work_items(BROKEN, f"{case.pk}.{step}", outcome="修好了，已经自动接着办。", by=by)
    return done


def _log_broken(case: Case, step: str, error: Exception) -> None:
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{PurePath(last.filename).name}:{last.lineno} {last.name}"
    logger.error(
        "casework.case_broken",
        extra={"case": str(case.pk), "step": step, "error": type(error).__name__, "where": where},
    )


def deem_accepted_what_nobody_answered() -> int:
    """行政许可法第三十二条（四）: nobody told within five working days, so it is accepted from the day of receipt."""
    by = system_actor("逾期未告知，视为受理")
    rows = Case.everywhere.filter(status=Status.SUBMITTED, answer_by__lt=today()).select_related("item_version")[:BATCH]
    return _each(list(rows), "deem", lambda case: services.deem_accepted(case, by=by))


def return_what_did_not_come() -> int:
    """A supplement or a material that was to follow did not come by its day: the case is returned."""
    by = system_actor("到期未补，退回")
    late = SupplementRequest.objects.filter(
        answered_at__isnull=True, answer_until__lt=today(), case__status=Status.SUPPLEMENT_REQUESTED
    ).values_list("case_id", flat=True)[:BATCH]
    gaps = Gap.objects.filter(
        met_at__isnull=True, due_on__lt=today(), case__status__in=[Status.ACCEPTED, Status.IN_REVIEW]
    ).values_list("case_id", flat=True)[:BATCH]
    rows = Case.everywhere.filter(pk__in=[*late, *gaps]).select_related("item_version", "supplement")
    return _each(
        list(rows), "return", lambda case: services.return_unanswered(case, by=by, said="要补的材料到期没有补来。")
    )


def end_notices() -> int:
    by = system_actor("公示期满")
    over = Pause.objects.filter(
        kind=PauseKind.PUBLIC_NOTICE,
        last_day__isnull=True,
        planned_until__lt=today(),
        case__status=Status.PUBLIC_NOTICE,
    ).values_list("case_id", flat=True)[:BATCH]
    rows = Case.everywhere.filter(pk__in=list(over)).select_related("item_version")
    return _each(list(rows), "notice", lambda case: services.end_notice(case, by=by))


def close_delivered() -> int:
    """Close what was delivered some working days ago, rated or not."""
    by = system_actor("送达后到期办结")
    calendar = calendar_for()
    day, left = today(), CLOSE_AFTER_WORKING_DAYS
    while left:
        day -= dt.timedelta(days=1)
        left -= calendar.is_working(day)
    rows = Case.everywhere.filter(status=Status.DELIVERED, delivered_at__date__lt=day).select_related("item_version")
    return _each(list(rows[:BATCH]), "close", lambda case: services.close(case, by=by))


def remind_and_escalate() -> int:
    """Remind whoever handles a step due today or tomorrow; tell the superior of a late one, supervision of a later one.

    Each kind once a step. An escalation that reaches nobody becomes a work item of its own.
    """
    day = today()
    rows = (
        Case.everywhere.filter(status__in=WAITING, step_due_on__lte=calendar_for().next_working(day))
        .select_related("item_version", "community__parent__parent__parent__parent")
        .prefetch_related("escalations")
        .order_by("id")
    )
    told = 0

    def look(case: Case) -> None:
        nonlocal told
        already = {(e.step, e.kind) for e in case.escalations.all()}
        calendar = calendar_for(case.county_code)
        due = case.step_due_on
        if due is None:
            return
        if due >= day:
            kind, roles = Escalation.Kind.REMINDER, HANDLERS.get(case.step_level, ("district_staff",))
        elif calendar.working_days_between(due, day) <= 2:
            kind, roles = Escalation.Kind.OVERDUE, (SUPERIORS.get(case.step_level, "supervisor"),)
        else:
            kind, roles = Escalation.Kind.SUPERVISION, ("supervisor",)
        if (case.step, kind) not in already:
            told += _escalate(case, kind, roles)

    _each(list(rows), "remind", look)
    return told


@transaction.atomic
def _escalate(case: Case, kind: Escalation.Kind, roles: tuple[str, ...]) -> int:
    places = [case.community, *territory.ancestors(case.community)]
    people = accounts.accounts_with_roles(roles, [place.pk for place in places], case.step_department)
    try:
        with transaction.atomic():
            Escalation.objects.create(
                id=new_id(), case=case, county_code=case.county_code, step=case.step, kind=kind, told_role=roles[0],
                told=len(people), at=now(),
            )  # fmt: skip
    except IntegrityError:
        return 0
    item = queries.item_of(case)
    for account in people:
        messages.send(
            account_id=account.pk,
            template="casework.reminder" if kind == Escalation.Kind.REMINDER else "casework.overdue",
            context={
                "item": item.name.zh,
                "item_en": item.name.en,
                "number": case.shown_number,
                "due": case.step_due_on or "",
            },
            about=("casework.case", str(case.pk)),
            link=case.get_absolute_url(),
            once_key=f"{kind}.{case.pk}.{case.step}.{account.pk}",
        )
    if not people and kind != Escalation.Kind.REMINDER:
        WorkItem.everywhere.get_or_create(
            once_key=f"{kind}.{case.pk}.{case.step}",
            defaults={
                "county_code": case.county_code,
                "community": case.community,
                "case": case,
                "kind": "escalation_reached_nobody",
                "what": f"{item.name.zh[:100]} {case.shown_number} 超期，没有人在岗接到提醒",
                "opened_at": now(),
            },
        )
    return len(people)


def raise_late_follow_ups() -> int:
    """Make a work item of each bad rating that was not called back, or not answered, by its day (R43)."""
    day, raised = today(), 0
    late = FollowUp.everywhere.filter(closed_at__isnull=True).filter(
        Q(called_at__isnull=True, call_by__lt=day) | Q(answer_by__lt=day)
    )

    def look(row: FollowUp) -> None:
        nonlocal raised
        kind = "follow_up_not_answered" if row.answer_by < day else "follow_up_not_called"
        what = "没有按时答复" if row.answer_by < day else "没有按时打电话"
        _item, made = WorkItem.everywhere.get_or_create(
            once_key=f"{kind}.{row.pk}",
            defaults={
                "county_code": row.county_code,
                "community": row.case.community,
                "case": row.case,
                "kind": kind,
                "what": f"{queries.item_of(row.case).name.zh[:100]} {row.case.shown_number} 的差评{what}",
                "opened_at": now(),
            },
        )
        raised += made

    rows = list(late.select_related("case__item_version", "case__community").order_by("id"))
    _each(rows, "follow_up", look, of=lambda row: row.case)
    return raised


def words_of_question(row: Question, *, who: str) -> dict[str, Any]:
    """Return what a message about a question says: who asks, of which item, until when; not the question itself."""
    name = catalogue.item(row.item_version).name
    return {"who": who, "item": name.zh, "item_en": name.en or name.zh, "due": row.due_on}


def remind_of_questions() -> int:
    """Remind those who are asked of a question that is due today or over, once; what stays open is supervision's (R39)."""
    day, told = today(), 0
    rows = catalogue.with_version(
        Question.everywhere.filter(answered_at__isnull=True, due_on__lte=day)
        .select_related("place", "case", "case__community")
        .order_by("due_on", "id")[:BATCH]
    )

    def look(row: Question) -> None:
        nonlocal told
        if row.due_on < day:
            question_reaches_nobody(row, "到期没有人答复")
        for account in asking.who_answers(row):
            messages.send(
                account_id=account.pk,
                template="casework.question_waits",
                context=words_of_question(row, who=row.asked_place),
                about=("casework.question", str(row.pk)),
                link=f"/desk/questions/{row.pk}/",
                once_key=f"question_waits.{row.pk}.{account.pk}",
            )
            told += 1

    _each(list(rows), "question", look, of=lambda row: row.case)
    return told


def question_reaches_nobody(row: Question, why: str = "没有人在岗答复") -> WorkItem:
    """Make a work item of a question that nobody answers."""
    name = catalogue.item(row.item_version).name.zh
    what = f"{row.asked_place}问“{name[:60]}怎么办”，{row.place.short_name}{why}"
    return services.open_work_item(QUESTION_WAITS, str(row.pk), what=what, community=row.case.community, case=row.case)


def make_result(case_id: UUID, county_code: str) -> bool:
    """Make and deliver what was decided; what cannot be made becomes work for those who can mend it. Restartable.

    Tell whether it is done.
    """
    by = system_actor("办件决定后制发结果")
    case = Case.everywhere.select_related("item_version", "community").get(pk=case_id, county_code=county_code)
    try:
        services.make_result(case, by=by)
    except (NotPossibleNow, Stale, *DATABASE_AWAY):
        raise
    except Exception as error:  # a template, a font, a seal: the decision stands, and somebody must see to the paper
        _log_broken(case, "certificate", error)
        with override("zh-hans"):
            why = str(error) if isinstance(error, Refused) else "证书的模板或者程序出错，请管理员查日志。"
        words = "批准了，证书没有做成" if case.status == Status.GRANTED else "决定了，没有送达成"
        services.open_work_item(
            CERTIFICATE_WAITS, str(case.pk), community=case.community, case=case,
            what=f"{case.item_version.name[:40]} {case.shown_number} {words}：{why}改好后自动重做。",
        )  # fmt: skip
        return False
    services.end_work_items(CERTIFICATE_WAITS, str(case.pk), outcome="证书已经签发。", by=by)
    return True


def make_what_waits() -> int:
    """Try again to make the certificates that could not be made; return how many are made now."""
    still = Q(case__status=Status.GRANTED, case__certificate_number="")
    still |= Q(case__status=Status.REFUSED, closed_at__isnull=True)
    waiting = (
        WorkItem.everywhere.filter(still, kind=CERTIFICATE_WAITS)
        .order_by("case_id")
        .values_list("case_id", "county_code")
        .distinct()[:BATCH]
    )
    made = 0
    for case_id, county_code in list(waiting):
        try:
            with transaction.atomic():
                made += make_result(case_id, county_code)
        except (NotPossibleNow, Stale):
            logger.info("casework.clock_left_alone", extra={"case": str(case_id), "step": "certificate"})
    return made


@task()
def use_new_seal(seal_id: str) -> None:
    """Seal the papers that waited for a seal, end the work items that asked for it, make the certificates. Restartable."""
    by = system_actor("有了印章，补盖补做")
    seal = certificates_queries.seal(UUID(seal_id))
    if certificates.seal_waiting(seal, by=by, most=BATCH) == BATCH:
        use_new_seal.enqueue(seal_id)
    for row in WorkItem.everywhere.filter(kind="seal_missing", closed_at__isnull=True).order_by("id"):
        about = row.once_key.removeprefix("seal_missing.").partition("#")[0]
        division_id, _dot, department = about.partition(".")
        if certificates_queries.seal_for(territory.division(UUID(division_id)), department):
            services.end_work_items("seal_missing", about, outcome="印章已经登记，文书补盖了章。", by=by)
    make_what_waits()


@task()
def settle_clocks(county_code: str, after: str = "") -> None:
    """Compute provisional deadlines again, a batch at a time; the next batch is a task of its own. Restartable."""
    by = system_actor("放假安排公布，重新计算期限")
    calendar_for(fresh=True)
    rows = Case.everywhere.filter(due_is_provisional=True, status__in=OPEN, county_code__startswith=county_code)
    if after:
        rows = rows.filter(pk__gt=after)
    cases = list(rows.select_related("item_version").order_by("pk")[:BATCH])
    _each(cases, "settle", lambda case: services.settle_clock(case, by=by))
    if len(cases) == BATCH:
        settle_clocks.enqueue(county_code, str(cases[-1].pk))


LEAST = "个人信息保护法第十九条：保存期限为实现目的所必要的最短时间"
forgets("casework.mandates", "没有用上的委托和到期的同意码", days=90, source=LEAST)(services.sweep_mandates)


@forgets("casework.drafts", "没有提交的草稿，从最后一次改动算起", days=90, source=LEAST)
def forget_old_drafts(before: dt.datetime) -> int:
    """Delete what was never sent (personal data kept no longer than needed)."""
    return Draft.objects.filter(updated_at__lt=before).delete()[1].get(Draft._meta.label, 0)
