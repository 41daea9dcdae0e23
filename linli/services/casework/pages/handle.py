"""One case on the clerk's desk: the person and the checks, the material and its past, the decision."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware; pages dress their rows with what a template shows.

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.core import audit
from linli.core.access import Actor, requires
from linli.core.calendar import now, today
from linli.core.forms import Answer, answers_shown
from linli.core.http import Refused, Request, Stale, show
from linli.core.messages import queries as messages
from linli.core.messages.queries import Told
from linli.ground.registry import queries as registry
from linli.ground.registry.rules import mask_identity, mask_phone
from linli.ground.territory import queries as territory
from linli.services.casework import asking, discretion, queries, rules, services
from linli.services.casework import permissions as may
from linli.services.casework.forms import (
    AcceptForm,
    DeliverForm,
    ExtensionForm,
    NotAcceptForm,
    OpinionForm,
    SaidForm,
    SpecialForm,
    SupplementForm,
    TransferForm,
)  # fmt: skip
from linli.services.casework.lifecycle import LIFECYCLE, first_step, my_turn
from linli.services.casework.models import Case, CaseAction, Gap, MaterialSource, Objection, Opinion, Status
from linli.services.casework.pages.apply import in_language, material_rows
from linli.services.casework.pages.clocks import picture_of
from linli.services.casework.pages.steps import step_times
from linli.services.casework.pages.timeline import Told as Event
from linli.services.casework.pages.timeline import state_words, step_label, story
from linli.services.casework.services.closing import RATEABLE
from linli.services.casework.services.moving import clocks_of
from linli.services.catalogue.content import Item
from linli.services.catalogue.departments import Department

ORDER = (
    "accept", "forward", "grant", "request_supplement", "supplement_at_window", "send_back", "refuse", "not_accept",
    "post_notice", "start_special", "end_special", "ask_opinion", "ask_extension", "approve_extension",
    "deny_extension", "transfer", "deliver",
)  # fmt: skip
"""The decisions as they stand on the desk: the usual one first."""
OPEN_FOR_SECONDS = 90


def _case(actor: Actor, number: str) -> Case:
    return get_object_or_404(queries.cases_for(actor), number=rules.plain_number(number))


def _others_here(case: Case, actor: Actor) -> list[str]:
    """Return who else has this case open, and note that the actor has."""
    key = f"casework.open.{case.pk}"
    moment = now().timestamp()
    here: dict[str, tuple[str, float]] = {
        account: (name, at)
        for account, (name, at) in (cache.get(key) or {}).items()
        if moment - at < OPEN_FOR_SECONDS and account != str(actor.account_id)
    }
    cache.set(key, {**here, str(actor.account_id): (actor.name, moment)}, OPEN_FOR_SECONDS)
    return [name for name, _at in here.values()]


def note_look(case: Case, actor: Actor) -> None:
    """Write down that somebody looks at the person of a case, once a quarter of an hour."""
    if cache.add(f"casework.looked.{case.pk}.{actor.account_id}", 1, 900):
        what, why = "办件", f"办件 {case.number}"  # untranslated: kept in the log
        audit.record_look(actor, case.applicant_id, what=what, purpose=why, county_code=case.county_code)


def form_for(case: Case, action: str, data: Any = None) -> forms.Form:
    """Return the form that an action needs."""
    item = queries.item_of(case)
    common: dict[str, Any] = {"initial": {"version": case.version}, "prefix": None}
    names = [(m.code, in_language(m.name)) for m in item.materials]
    if action in ("accept", "accept_with_gaps"):
        there = set(case.materials_given().exclude(source=MaterialSource.LATER).values_list("code", flat=True))
        return AcceptForm(
            data,
            **common,
            may_follow=[(m.code, in_language(m.name)) for m in item.materials if m.may_follow and m.code not in there],
            promised=services.promised_later(case),
        )
    if action == "request_supplement":
        return SupplementForm(data, **common, materials=[*names, ("form", _("表里填的内容"))])
    if action == "not_accept":
        return NotAcceptForm(data, **common)
    if action == "ask_extension":
        return ExtensionForm(data, **common, at_most=rules.extension_at_most(item))
    if action == "ask_opinion":
        others = [choice for choice in Department.choices if choice[0] != case.step_department]
        return OpinionForm(data, **common, departments=others)
    if action == "start_special":
        return SpecialForm(data, **common, procedures=[(p.code, in_language(p.name)) for p in item.special_procedures])
    if action == "transfer":
        places = territory.community_choices(case.county_code)
        return TransferForm(data, **common, communities=places)
    if action == "deliver":
        return DeliverForm(data, **common)
    return SaidForm(data, **common)


def run(case: Case, action: str, cleaned: dict[str, Any], by: Actor) -> None:
    """Call the one service that an action stands for."""
    number, version, said = case.number, cleaned["version"], cleaned.get("said", "")
    common: dict[str, Any] = {"by": by, "version": version}
    if action == "accept":
        services.accept(number, **common, said=said, gaps=cleaned.get("gaps", []))
    elif action == "request_supplement":
        names = {m.code: m.name.zh for m in queries.item_of(case).materials}
        names["form"] = "表里填的内容"  # untranslated: kept with the case
        missing = [one | {"name": names[one["code"]]} for one in cleaned["missing"]]
        services.request_supplement(number, **common, missing=missing, said=said)
    elif action == "supplement_at_window":
        asked = getattr(case, "supplement", None)
        codes = [m["code"] for m in asked.missing] if asked else []
        services.supplement(number, **common, paper=codes, said=said)
    elif action == "not_accept":
        services.not_accept(number, **common, said=said, because=cleaned["because"])
    elif action == "forward":
        services.forward(number, **common, said=said)
    elif action == "send_back":
        services.send_back(number, **common, said=said)
    elif action in ("grant", "refuse"):
        services.decide(number, **common, granted=action == "grant", said=said)
    elif action == "post_notice":
        services.post_notice(number, **common, said=said)
    elif action == "start_special":
        services.start_special(number, **common, code=cleaned["code"], said=said)
    elif action == "end_special":
        services.end_special(number, **common, said=said)
    elif action == "ask_extension":
        services.ask_extension(number, **common, working_days=cleaned["working_days"], because=cleaned["because"])
    elif action in ("approve_extension", "deny_extension"):
        services.answer_extension(number, **common, approved=action == "approve_extension", said=said)
    elif action == "ask_opinion":
        services.ask_opinion(number, **common, department=cleaned["department"], question=cleaned["question"])
    elif action == "transfer":
        services.transfer(number, **common, community_code=cleaned["community_code"], said=said)
    elif action == "deliver":
        services.deliver(number, **common, how=cleaned["how"])
    else:
        raise Http404


def _label(case: Case, action: str, label: str) -> str:
    """Name the button by what happens: 同意，送街道审核."""
    item = queries.item_of(case)
    if action == "forward" and case.step + 1 < len(item.chain):
        link = item.chain[case.step + 1]
        return _("同意，送%(place)s") % {"place": step_label(link.level, link.department, link.step)}
    if action == "send_back" and case.step > 0:
        link = item.chain[case.step - 1]
        return _("退回%(place)s重新核对") % {"place": step_label(link.level, link.department, "").strip()}
    return label


def told(case: Case) -> list[tuple[str, Told]]:
    """Return what was told about the case and whether it arrived, newest first, each with whom: channel, not words."""
    whom = {case.applicant_id: _("申请人"), case.agent_id: _("代办人")}
    return [
        (whom.get(one.person_id, _("以前的代办人")) if one.person_id else _("工作人员"), one)
        for one in messages.told_about("casework.case", str(case.pk), county_code=case.county_code)
    ]


def _is_beside_the_point(case: Case, action: str) -> bool:
    """Tell whether a way that is shut will stay shut at this step: then it is not shown, not even greyed out."""
    facts = case.facts
    stays_shut = {
        "post_notice": not facts.needs_notice or facts.notice_done,
        "start_special": not facts.special_procedures,
        "grant": facts.chain[case.step].step != "decide",
        "refuse": facts.chain[case.step].step != "decide",
        "forward": case.step + 1 >= len(facts.chain),
        "send_back": case.step <= first_step(facts.chain),
        "approve_extension": not facts.extension_waits,
        "deny_extension": not facts.extension_waits,
    }
    return bool(stays_shut.get(action))


def masked_answers(item: Item, answers: dict[str, Any]) -> list[Answer]:
    """Return the answers in words; numbers that the registry keeps stand masked and are revealed there, for a purpose."""
    properties = item.form.get("properties", {})
    shown = []
    for answer in answers_shown(item.form, answers):
        field = properties.get(answer.name, {})
        if field.get("format") == "cn-id":
            answer = replace(answer, text=mask_identity(answer.text))
        elif field.get("format") == "cn-phone" and field.get("x-fact"):
            answer = replace(answer, text=mask_phone(answer.text))
        shown.append(answer)
    return shown


def _veiled(told: Event, act: CaseAction) -> Event:
    """Return an act of a sensitive case as others see it: what happened and when, not what was said, nor by whom of hers."""
    who = told.who if act.by_kind != "resident" else _("申请人一方")
    heading = _("作出了决定") if act.action in ("grant", "refuse") else told.heading
    return replace(told, heading=heading, who=who, said="", paper="", asked=[])


def page_of(
    request: Request, case: Case, *, action: str = "", form: forms.Form | None = None, problem: str = ""
) -> Any:
    item = queries.item_of(case)
    queries.with_facts(case)
    choices = sorted(
        (c for c in LIFECYCLE.choices(case, request.actor) if c.way.action in ORDER),
        key=lambda c: ORDER.index(c.way.action),
    )
    shown = [
        {"action": c.way.action, "label": _label(case, c.way.action, str(c.way.label)), "refused": c.refused}
        for c in choices
        if c.is_open or not _is_beside_the_point(case, c.way.action)
    ]
    open_now = [c for c in shown if not c["refused"]]
    elsewhere: str | None = ""
    if not open_now and len({c["refused"] for c in shown}) == 1:
        elsewhere, shown = shown[0]["refused"], []  # one sentence instead of a row of shut doors
    chosen = action or (open_now[0]["action"] if open_now else "")
    facts = registry.facts_of(case.applicant)
    promised = clocks_of(case)[0] if case.accepted_at and case.is_open else None
    reads = discretion.reads(case, request.actor)
    answers = queries.form_data(case) if reads else {}
    opinions = list(Opinion.everywhere.filter(case=case).order_by("asked_at", "id")) if reads else []
    for opinion in opinions:
        opinion.department_name = Department(opinion.department).label  # type: ignore[attr-defined]
    asked = asking.dressed(asking.asked_from(case)) if reads else []
    acts = queries.timeline(case)
    checks = (
        rules.check_conditions(item, facts, on=today(), language=get_language() or "zh", answers=answers)
        if reads
        else []
    )
    events = story(acts, for_applicant=False)
    if not reads:
        pairs = zip(events, acts, strict=True)
        events = [_veiled(one, act) for one, act in pairs if act.action != "certificate_issued"]
    names = {m.code: in_language(m.name) for m in item.materials}
    waited_for = [gap for gap in case.gaps.all() if gap.met_at is None] if case.is_open else []
    for gap in waited_for:
        gap.name = names.get(gap.material_code, gap.material_code)  # type: ignore[attr-defined]
    return {
        "case": case,
        "item": item,
        "item_name": in_language(item.name),
        "state_words": discretion.state_shown(case, request.actor, state_words(case, item)),
        "facts": facts,
        "checks": checks,
        "all_hold": bool(checks) and all(check.holds for check in checks),
        "reads": reads,
        "answers": masked_answers(item, answers) if reads else [],
        "materials": material_rows(item, list(queries.materials_of(request.actor, case))) if reads else [],
        "mandate": getattr(case, "mandate", None) if reads else None,
        "story": events,
        "steps": step_times(case, item, acts),
        "told": told(case) if reads else [],
        "opinions": opinions,
        "asked": asked,
        "pinned": asking.dressed(asking.pinned_at(case)),
        "may_ask": reads and case.is_open and request.actor.may(may.ASK_QUESTION),
        "objections": list(case.objections.order_by("raised_at")) if reads else [],
        "extension": case.extensions.order_by("-asked_at").first(),
        "gaps": waited_for,
        "may_ask_rating": reads
        and request.actor.may(may.ASK_RATING)
        and case.status in RATEABLE
        and not hasattr(case, "rating"),
        "may_receive": request.actor.may(may.RECEIVE),
        "may_answer_objections": request.actor.may(may.SUSPEND) and my_turn(case, request.actor) is None,
        "picture": picture_of(case, promised) if promised and promised.due_on else None,
        "choices": shown,
        "elsewhere": elsewhere,
        "open_choices": open_now,
        "chosen": chosen,
        "chosen_label": next((c["label"] for c in shown if c["action"] == chosen), ""),
        "form": form or (form_for(case, chosen) if chosen else None),
        "problem": problem,
        "others": _others_here(case, request.actor),
        "today": today(),
        "is_supplementing": case.status == Status.SUPPLEMENT_REQUESTED,
    }


@requires(may.VIEW)
@require_GET
def handle(request: Request, number: str) -> HttpResponse:
    """Open a case; the look at a person is written down, once a quarter of an hour."""
    case = _case(request.actor, number)
    note_look(case, request.actor)
    return show(request, "casework/handle.html", page_of(request, case, action=request.GET.get("do", "")))


@requires(may.HANDLE, may.ACCEPT, may.DECIDE, may.APPROVE_EXTENSION, may.DELIVER)
@require_POST
def act(request: Request, number: str, action: str) -> HttpResponse:
    """One press of a button is one service call; refused, the page comes back with everything typed."""
    case = _case(request.actor, number)
    if action not in ORDER:
        raise Http404
    form = form_for(case, action, request.POST)
    if not form.is_valid():
        return show(request, "casework/handle.html", page_of(request, case, action=action, form=form), status=422)
    try:
        run(case, action, form.cleaned_data, request.actor)
    except Refused as refusal:
        fresh = _case(request.actor, number)
        again = form_for(fresh, action, request.POST)
        if isinstance(refusal, Stale):
            data = request.POST.copy()
            data["version"] = str(fresh.version)
            again = form_for(fresh, action, data)
        again.is_valid()
        if refusal.field and refusal.field in again.errors:
            again.errors.pop(refusal.field)
        field = refusal.field if refusal.field in again.fields else None
        again.add_error(field, str(refusal))
        context = page_of(request, fresh, action=action, form=again, problem=str(refusal))
        return show(request, "casework/handle.html", context, status=refusal.status)
    except Case.DoesNotExist:
        raise Http404 from None
    following = queries.tasks_for(request.actor).first()
    if request.POST.get("then") == "next" and following is not None:
        return redirect("casework:handle", following.number)
    if queries.cases_for(request.actor).filter(pk=case.pk).exists():
        return redirect(f"{case.get_absolute_url()}?done={action}")
    return redirect("casework:tasks")


@requires(may.SUSPEND)
@require_POST
def answer_objection(request: Request, number: str, objection_id: UUID) -> HttpResponse:
    case = _case(request.actor, number)
    answer = rules.clean_text(request.POST.get("answer", ""), 500)
    try:
        services.answer_objection(case.number, objection_id, answer=answer, by=request.actor)
    except Refused as refusal:
        context = page_of(request, case, problem=str(refusal)) | {"objection_answer": answer}
        return show(request, "casework/handle.html", context, status=refusal.status)
    except (Case.DoesNotExist, Objection.DoesNotExist):
        raise Http404 from None
    return redirect("casework:handle", case.number)


@requires(may.RECEIVE)
@require_POST
def bring_later(request: Request, number: str, code: str) -> HttpResponse:
    """Take in on paper, at the window, a material that was allowed to follow."""
    case = _case(request.actor, number)
    try:
        services.bring_later(case.number, code, by=request.actor)
    except Refused as refusal:
        return show(
            request, "casework/handle.html", page_of(request, case, problem=str(refusal)), status=refusal.status
        )
    except (Case.DoesNotExist, Gap.DoesNotExist):
        raise Http404 from None
    return redirect("casework:handle", case.number)
