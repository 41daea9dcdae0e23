"""What staff do with a case, step by step, and what the applicant may do meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core import events
from linli.core.access import Actor, Permission
from linli.core.calendar import now, today
from linli.core.calendar.queries import calendar_for
from linli.core.crypto import seal
from linli.core.files import services as files
from linli.core.http import Stale, save_version
from linli.core.ids import new_id
from linli.core.lifecycle import NotPossibleNow
from linli.ground.accounts import throttle
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division
from linli.services.casework import permissions as may
from linli.services.casework import queries, rules
from linli.services.casework.clock import pause_for
from linli.services.casework.events import CaseDecided
from linli.services.casework.lifecycle import LIFECYCLE, first_step, my_turn
from linli.services.casework.models import (
    Case,
    CaseAction,
    CaseMaterial,
    Extension,
    Gap,
    MaterialSource,
    Objection,
    Opinion,
    PauseKind,
    Status,
    SupplementRequest,
)  # fmt: skip
from linli.services.casework.rules import plain_number
from linli.services.casework.services import moving, papers
from linli.services.catalogue.content import Material, Unit
from linli.services.catalogue.departments import Department

WAYS_OF_DELIVERY = ("electronic", "collect", "post")


def _reach(number: str, by: Actor, permission: Permission) -> Case:
    """Return the case if it lies within the actor's reach. Raises Case.DoesNotExist: out of reach does not exist."""
    return queries.cases_for(by, permission).get(number=plain_number(number))


def _check_turn(case: Case, by: Actor) -> None:
    """Refuse what is not one of the lifecycle's ways but belongs to whoever has the case. Raises NotPossibleNow."""
    if reason := my_turn(case, by):
        raise NotPossibleNow(reason)


@transaction.atomic
def accept(number: str, *, by: Actor, version: int | None = None, gaps: Sequence[str] = (), said: str = "") -> Case:
    """Take the application into handling: the clock starts (行政许可法第三十二条).

    gaps: codes of materials that may follow (容缺受理); what was handed in as "to follow" is always among them.
    Raises GapNotAllowed, NotPossibleNow, Stale.
    """
    case = _reach(number, by, may.ACCEPT)
    later = rules.check_gaps(queries.item_of(case), dict.fromkeys([*gaps, *promised_later(case)]))
    action = "accept_with_gaps" if later else "accept"
    act = _accept(case, action, by=by, version=version, accepted_at=now(), said=said)
    _open_gaps(case, later)
    papers.write(case, act, by=by)
    return case


def promised_later(case: Case) -> list[str]:
    """Return the codes of what was handed in as "to follow" and is not there yet."""
    rows = list(case.materials_given().values_list("code", "source"))
    there = {code for code, source in rows if source != MaterialSource.LATER}
    return [code for code, source in rows if source == MaterialSource.LATER and code not in there]


def _open_gaps(case: Case, later: Sequence[Material]) -> None:
    calendar = calendar_for(case.county_code)
    for material in later:
        Gap.objects.create(
            id=new_id(),
            case=case,
            county_code=case.county_code,
            material_code=material.code,
            due_on=calendar.add_working_days(today(), material.may_follow_working_days),
        )


@transaction.atomic
def deem_accepted(case: Case, *, by: Actor) -> Case:
    """Nobody told the applicant anything in five working days: accepted from the day of receipt.

    Where something was asked for and came, that is the day on which it came.
    """
    asked = SupplementRequest.objects.filter(case=case).first()
    received_at = (asked.answered_at if asked else None) or case.submitted_at
    later = rules.check_gaps(queries.item_of(case), promised_later(case))
    act = _accept(case, "deem_accepted", by=by, version=None, accepted_at=received_at, said="")
    _open_gaps(case, later)
    papers.write(case, act, by=by)
    return case


def _accept(
    case: Case, action: str, *, by: Actor, version: int | None, accepted_at: dt.datetime, said: str
) -> CaseAction:
    item = queries.item_of(case)
    due = moving.due_fields(case, accepted_at=accepted_at)
    step = first_step(item.chain)
    act = moving.take(
        case,
        action,
        by=by,
        version=version,
        said=said,
        facts={"due_on": str(due["due_on"] or "")},
        accepted_at=accepted_at,
        answer_by=None,
        **due,
        **moving.step_fields(case, step, item=item, started=now(), due_on=due["due_on"]),
    )
    moving.open_joint_parts(case, item, step, by=by)
    return act


@transaction.atomic
def request_supplement(
    number: str, *, by: Actor, missing: Sequence[dict[str, str]], version: int | None = None, said: str = ""
) -> Case:
    """Ask for everything that is missing, once; the clock stands still meanwhile.

    missing: {"code", "name"} each, with "why" or with "flaw" (models.Flaw) and "more"; code is a material's, or "form"
    for what was filled in. Raises NothingMissingNamed, ChoiceNotKnown, ReasonNeeded, NotPossibleNow, Stale.
    """
    case = _reach(number, by, may.REQUEST_SUPPLEMENT)
    known = {material.code for material in queries.item_of(case).materials} | {"form"}
    asked = rules.check_missing(missing, known)
    until = today() + dt.timedelta(days=rules.SUPPLEMENT_ANSWER_DAYS)
    came_from = case.status
    act = moving.take(
        case,
        "request_supplement",
        by=by,
        version=version,
        said=said,
        facts={"missing": [m["name"] for m in asked], "asked": asked, "until": str(until)},
        resume_status=came_from,
        step_due_on=until,
        answer_by=None,
    )
    SupplementRequest.objects.create(
        case=case,
        county_code=case.county_code,
        missing=asked,
        requested_at=now(),
        requested_by=by.account_id,
        answer_until=until,
    )
    if came_from != Status.SUBMITTED:
        moving.pause(case, PauseKind.SUPPLEMENT, planned_until=until)
    papers.write(case, act, by=by)
    return case


@transaction.atomic
def supplement(
    number: str,
    *,
    by: Actor,
    given: Sequence[tuple[str, Any]] = (),
    paper: Sequence[str] = (),
    version: int | None = None,
    said: str = "",
) -> Case:
    """Bring what was missing: uploads as (material code, file), or at a window the codes of papers received.

    The case goes back to where it stood. Raises MaterialMissing while something asked for is still not there.
    """
    permission = may.VIEW_OWN if by.kind == "resident" else may.RECEIVE
    case = _reach(number, by, permission)
    asked = getattr(case, "supplement", None)
    action = "supplement" if by.kind == "resident" else "supplement_at_window"
    LIFECYCLE.check(queries.with_facts(case), action, by)
    wanted = {m["code"]: m["name"] for m in asked.missing} if asked else {}
    came = {code for code, _file in given} | (set(paper) if by.acts_in_office else set())
    for code in came:
        rules.check_choice(code, wanted)
    if not_yet := [name for code, name in wanted.items() if code not in came]:
        raise rules.MaterialMissing(names="、".join(not_yet))
    for code, upload in given:
        stored = files.store(upload, by=by)
        _add(case, code, MaterialSource.UPLOAD, by=by, stored=stored, name=str(getattr(upload, "name", "")))
    for code in paper:
        _add(case, code, MaterialSource.PAPER, by=by)

    item = queries.item_of(case)
    before = case.resume_status
    changes: dict[str, Any] = {}
    if before == Status.SUBMITTED:
        answer_by = moving.answer_day(case.county_code, now(), item)
        changes = {"answer_by": answer_by, "step_due_on": answer_by}
    if by.acts_in_office:
        changes["visits_made"] = case.visits_made + 1
    moving.take(case, action, by=by, version=version, said=said, **changes)
    SupplementRequest.objects.filter(case=case).update(answered_at=now())
    moving.resume(case)
    moving.refresh_clock(case)
    return case


def _add(case: Case, code: str, source: str, *, by: Actor, stored: Any = None, name: str = "") -> None:
    CaseMaterial.objects.create(
        id=new_id(),
        case=case,
        county_code=case.county_code,
        code=code,
        source=source,
        file=stored,
        file_name=name[:120],
        verdict=stored.verdict if stored else "",
        added_at=now(),
        given_by=by.account_id,
    )


@transaction.atomic
def bring_later(number: str, code: str, *, by: Actor, upload: Any = None) -> Case:
    """Bring a material that was allowed to follow; at a window on paper. Raises Gap.DoesNotExist when none is waited
    for, NotPossibleNow once the case is over.
    """
    permission = may.VIEW_OWN if by.kind == "resident" else may.RECEIVE
    case = _reach(number, by, permission)
    gap = Gap.objects.get(case=case, material_code=code, met_at__isnull=True)
    if not case.is_open:
        raise NotPossibleNow(state=Status(case.status).label, action=_("补交材料"))
    if upload is None and by.kind == "resident":
        raise rules.MaterialMissing(names=code)
    stored = files.store(upload, by=by) if upload is not None else None
    source = MaterialSource.UPLOAD if stored else MaterialSource.PAPER
    _add(case, code, source, by=by, stored=stored, name=str(getattr(upload, "name", "")))
    Gap.objects.filter(pk=gap.pk).update(met_at=now())
    if by.acts_in_office:
        save_version(case, None, visits_made=case.visits_made + 1)
    moving.note(case, "gap_met", by=by, came_from=case.status, facts={"material": code})
    return case


@transaction.atomic
def not_accept(number: str, *, by: Actor, said: str, because: str = "", version: int | None = None) -> Case:
    """Refuse to take the application in, with reasons and the right place to go (行政许可法第三十二条（一）（二）).

    because: "registration" where local registration is the reason (R34 counts it). Raises ReasonNeeded.
    """
    case = _reach(number, by, may.ACCEPT)
    said = rules.check_reason(said)
    act = moving.take(
        case, "not_accept", by=by, version=version, said=said, facts={"because": because} if because else None,
        reason=said, closed_at=now(), answer_by=None, step_due_on=None,
    )  # fmt: skip
    papers.write(case, act, by=by)
    return case


@transaction.atomic
def forward(number: str, *, by: Actor, said: str = "", version: int | None = None) -> Case:
    """Agree and hand on to the next step of the chain."""
    case = _reach(number, by, may.HANDLE)
    item = queries.item_of(case)
    LIFECYCLE.check(queries.with_facts(case), "forward", by)
    following = case.step + 1
    moving.take(
        case,
        "forward",
        by=by,
        version=version,
        said=said,
        **moving.step_fields(case, following, item=item, started=now(), due_on=case.due_on),
    )
    moving.open_joint_parts(case, item, following, by=by)
    return case


@transaction.atomic
def send_back(number: str, *, by: Actor, said: str, version: int | None = None) -> Case:
    """Hand back to the step before, with the reason. The whole clock runs on."""
    case = _reach(number, by, may.HANDLE)
    said = rules.check_reason(said)
    item = queries.item_of(case)
    LIFECYCLE.check(queries.with_facts(case), "send_back", by)
    moving.take(
        case,
        "send_back",
        by=by,
        version=version,
        said=said,
        **moving.step_fields(case, case.step - 1, item=item, started=now(), due_on=case.due_on),
    )
    return case


@transaction.atomic
def decide(
    number: str, *, by: Actor, granted: bool, said: str = "", because: str = "", version: int | None = None
) -> Case:
    """Decide: granted, or refused with reasons and the remedy (行政许可法第三十八条). The clock ends."""
    case = _reach(number, by, may.DECIDE)
    if not granted:
        said = rules.check_reason(said)
    moment = now()
    act = moving.take(
        case,
        "grant" if granted else "refuse",
        by=by,
        version=version,
        said=said,
        facts={"because": because} if because else None,
        decided_at=moment,
        reason=said,
        step_due_on=None,
    )
    papers.write(case, act, by=by)
    events.publish(
        CaseDecided(
            case_id=case.pk, county_code=case.county_code, number=case.number, granted=granted, decided_at=moment
        )
    )
    return case


@transaction.atomic
def post_notice(number: str, *, by: Actor, said: str = "", version: int | None = None) -> Case:
    """Post the result before it is decided (公示); where the item says so, the clock stands still."""
    case = _reach(number, by, may.SUSPEND)
    item = queries.item_of(case)
    LIFECYCLE.check(queries.with_facts(case), "post_notice", by)
    notice = item.public_notice
    assert notice is not None  # noqa: S101 (the guard notice_is_due has seen to it)
    until = _until(case, notice.days, notice.unit)
    act = moving.take(
        case, "post_notice", by=by, version=version, said=said, facts={"until": str(until)},
        resume_status=Status.IN_REVIEW, step_due_on=until,
    )  # fmt: skip
    moving.pause(case, PauseKind.PUBLIC_NOTICE, planned_until=until, counts=not notice.stops_clock)
    moving.refresh_clock(case, step=False)
    papers.write(case, act, by=by)
    return case


@transaction.atomic
def end_notice(case: Case, *, by: Actor) -> Case:
    """The days of posting are over: the case goes back to whoever decides."""
    moving.take(case, "end_notice", by=by, version=None)
    moving.resume(case)
    moving.refresh_clock(case)
    return case


def object_to_notice(number: str, *, text: str, contact: str, by: Actor, address: str = "") -> Objection:
    """Raise an objection while a result is posted; nothing is decided before it is answered.

    address: the network's, of somebody who is not signed in. Raises Case.DoesNotExist, ReasonNeeded, TooManyObjections.
    """
    case = Case.everywhere.select_related("item_version").get(number=plain_number(number), status=Status.PUBLIC_NOTICE)
    text = rules.check_reason(text)[:500]
    day, whence = dt.timedelta(days=1), str(by.account_id or address)
    for purpose, who, limit in (
        ("casework.object_here", f"{whence} {case.pk}", rules.OBJECTIONS_TO_ONE_CASE),
        ("casework.object", whence, rules.OBJECTIONS_AN_ADDRESS),
        ("casework.object_to", str(case.pk), rules.OBJECTIONS_A_CASE),
    ):
        if throttle.take(purpose, who, limit=limit, pause=day) is not None:
            raise rules.TooManyObjections
    return _raise_objection(case, text=text, contact=contact, by=by)


@transaction.atomic
def _raise_objection(case: Case, *, text: str, contact: str, by: Actor) -> Objection:
    row = Objection(case=case, county_code=case.county_code, text=text, raised_at=now())
    row.contact = seal(rules.clean_text(contact, 60), where="casework.objection.contact", row=row.pk)
    row.save(force_insert=True)
    moving.note(case, "objection_raised", by=by, came_from=case.status)
    return row


@transaction.atomic
def answer_objection(number: str, objection_id: UUID, *, answer: str, by: Actor) -> Objection:
    """Answer an objection: its answer is kept with the case. Raises Objection.DoesNotExist, ReasonNeeded, Stale."""
    case = _reach(number, by, may.SUSPEND)
    _check_turn(case, by)
    row = Objection.objects.get(pk=objection_id, case=case)
    _answer(row, answer=rules.check_reason(answer)[:500], answered_by=by.account_id, answered_at=now())
    moving.note(case, "objection_answered", by=by, came_from=case.status)
    return row


@transaction.atomic
def start_special(number: str, *, by: Actor, code: str, said: str = "", version: int | None = None) -> Case:
    """Enter a procedure whose time the law leaves out (第四十五条); the applicant is told how long it takes."""
    case = _reach(number, by, may.SUSPEND)
    item = queries.item_of(case)
    rules.check_choice(code, [p.code for p in item.special_procedures], field="code")
    procedure = next(p for p in item.special_procedures if p.code == code)
    until = _until(case, procedure.days, procedure.unit)
    act = moving.take(
        case, "start_special", by=by, version=version, said=said,
        facts={"procedure": procedure.name.zh, "until": str(until)}, resume_status=Status.IN_REVIEW, step_due_on=until,
    )  # fmt: skip
    moving.pause(case, PauseKind.SPECIAL_PROCEDURE, planned_until=until, told=procedure.name.zh)
    moving.refresh_clock(case, step=False)
    papers.write(case, act, by=by)
    return case


@transaction.atomic
def end_special(number: str, *, by: Actor, said: str = "", version: int | None = None) -> Case:
    case = _reach(number, by, may.SUSPEND)
    moving.take(case, "end_special", by=by, version=version, said=said)
    moving.resume(case)
    moving.refresh_clock(case)
    return case


def _until(case: Case, days: int, unit: Unit) -> dt.date:
    """Return the last day of something that begins today and lasts so long (clock.pause_for)."""
    last = pause_for(today(), days, unit, calendar=calendar_for(case.county_code)).last
    assert last is not None  # noqa: S101 (pause_for always says when it ends)
    return last


@transaction.atomic
def ask_extension(number: str, *, by: Actor, working_days: int, because: str, version: int | None = None) -> Case:
    """Ask the head for more time: at most ten working days, fifteen for joint handling, once, with reasons (第四十二条)."""
    case = _reach(number, by, may.EXTEND)
    rules.check_extension(working_days, at_most=rules.extension_at_most(queries.item_of(case)))
    because = rules.check_reason(because)
    moving.take(case, "ask_extension", by=by, version=version, facts={"working_days": working_days})
    Extension.objects.create(  # type: ignore[misc]
        id=new_id(), case=case, county_code=case.county_code, working_days=working_days, because=because[:300],
        asked_by=by.account_id, asked_at=now(),
    )  # fmt: skip
    return case


@transaction.atomic
def answer_extension(number: str, *, by: Actor, approved: bool, said: str = "", version: int | None = None) -> Case:
    """Approve or deny the extension asked for. Who asked cannot answer. The applicant is told why and until when."""
    case = _reach(number, by, may.APPROVE_EXTENSION)
    row = Extension.objects.filter(case=case, approved__isnull=True).first()
    if row is not None and row.asked_by == by.account_id:
        raise rules.OwnExtension
    old_due_on = str(case.due_on or "")
    facts: dict[str, Any] = {"working_days": row.working_days, "old_due_on": old_due_on} if row else {}
    act = moving.take(
        case,
        "approve_extension" if approved else "deny_extension",
        by=by,
        version=version,
        said=said or (row.because if row and approved else ""),
        facts=facts,
    )
    Extension.objects.filter(case=case, approved__isnull=True).update(
        approved=approved, answered_by=by.account_id, answered_at=now()
    )
    moving.refresh_clock(_fresh(case))
    if approved:
        papers.write(case, act, by=by)
    return case


def _fresh(case: Case) -> Case:
    case._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    return case


@transaction.atomic
def ask_opinion(number: str, *, by: Actor, department: str, question: str, version: int | None = None) -> Opinion:
    """Ask another department without handing the case over; our own clock runs on."""
    case = _reach(number, by, may.ASK_OPINION)
    question = rules.check_reason(question)
    rules.check_choice(department, Department.values, field="department")
    moving.take(case, "ask_opinion", by=by, version=version, facts={"department": department})
    return Opinion.everywhere.create(
        id=new_id(), case=case, county_code=case.county_code, department=department, step=case.step,
        question=question[:500], asked_by=by.account_id, asked_at=now(),
        due_on=calendar_for(case.county_code).add_working_days(today(), rules.OPINION_WORKING_DAYS),
    )  # fmt: skip


@transaction.atomic
def give_opinion(opinion_id: UUID, *, by: Actor, verdict: str, answer: str) -> Opinion:
    """Answer what another body asked, or give one's share of a joint step; a no says why.

    Raises Opinion.DoesNotExist, ChoiceNotKnown, ReasonNeeded, Stale.
    """
    row = queries.opinions_for(by).get(pk=opinion_id)
    rules.check_choice(verdict, Opinion.Verdict.values, field="verdict")
    if verdict == Opinion.Verdict.DISAGREE:
        answer = rules.check_reason(answer)
    answer = rules.clean_text(answer, 1000)
    _answer(
        row, verdict=verdict, answer=answer, answered_by=by.account_id, answered_name=by.name, answered_at=now()
    )  # fmt: skip
    moving.note(
        row.case, "opinion_given", by=by, came_from=row.case.status,
        facts={"department": row.department, "verdict": verdict, "joint": row.is_joint},
    )  # fmt: skip
    return row


def _answer(row: Opinion | Objection, **said: Any) -> None:
    """Write an answer once: whoever comes second is told, and overwrites nothing. Raises Stale."""
    manager: Any = type(row)._base_manager
    waiting = manager.filter(pk=row.pk, county_code=row.county_code, answered_at__isnull=True)
    if not waiting.update(**said):
        raise Stale
    for name, value in said.items():
        setattr(row, name, value)


@transaction.atomic
def transfer(number: str, *, by: Actor, community_code: str, said: str, version: int | None = None) -> Case:
    """Send a case to the community that is really responsible, within the county; accepted and home place stay.

    Raises NotTransferable for a community of another county: there a new case begins at that county.
    """
    case = _reach(number, by, may.TRANSFER)
    said = rules.check_reason(said)
    try:
        target = territory.by_code(community_code)
    except Division.DoesNotExist:
        raise rules.NotTransferable from None
    if target.county_code != case.county_code or target.level != "community" or target.pk == case.community_id:
        raise rules.NotTransferable
    before = case.community.short_name
    moving.take(
        case, "transfer", by=by, version=version, said=said, facts={"from": before, "to": target.short_name},
        community=target,
    )  # fmt: skip
    return case


@transaction.atomic
def deliver(number: str, *, by: Actor, how: str = "electronic", version: int | None = None) -> Case:
    """Hand over the result: collected, posted, or in the portal."""
    case = _reach(number, by, may.DELIVER)
    rules.check_choice(how, WAYS_OF_DELIVERY, field="how")
    act = moving.take(case, "deliver", by=by, version=version, facts={"how": how}, delivered_at=now())
    papers.write(case, act, by=by)
    return case


@transaction.atomic
def close(case: Case, *, by: Actor) -> Case:
    moving.take(case, "close", by=by, version=None, closed_at=now())
    return case


@transaction.atomic
def withdraw(number: str, *, by: Actor, said: str = "", version: int | None = None) -> Case:
    """The applicant takes her application back; it can be made anew at any time."""
    case = _reach(number, by, may.VIEW_OWN)
    act = moving.take(
        case, "withdraw", by=by, version=version, said=said, closed_at=now(), step_due_on=None, answer_by=None
    )
    moving.resume(case)
    papers.write(case, act, by=by)
    return case


@transaction.atomic
def take_over(number: str, *, by: Actor, version: int | None = None) -> Case:
    """The person concerned takes the case from her agent into her own hands."""
    case = _reach(number, by, may.VIEW_OWN)
    moving.take(case, "take_over", by=by, version=version, agent=None, agent_relation="")
    return case


@transaction.atomic
def return_unanswered(case: Case, *, by: Actor, said: str) -> Case:
    """What was asked for did not come by its day: the case is returned and can be applied for anew."""
    moving.take(
        case, "return_unanswered", by=by, version=None, said=said, reason=said, closed_at=now(), step_due_on=None
    )  # fmt: skip
    moving.resume(case)
    return case
