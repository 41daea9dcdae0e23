"""Applying, a step a page: for whom, the form, the materials, one more look. What is typed is kept at every step."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware; pages dress their rows with what a template shows.

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.core.access import Actor, requires
from linli.core.calendar import today
from linli.core.files.pages import file_response
from linli.core.forms import SchemaForm, answers_shown
from linli.core.http import Refused, Request, refusals_shown_on, show
from linli.core.messages import queries as messages
from linli.core.messages.consent_texts import CONSENT_TEXT, CONSENT_TEXTS
from linli.ground.registry import queries as registry
from linli.ground.registry.models import Person
from linli.services.casework import entitled, queries, rules, services
from linli.services.casework import permissions as may
from linli.services.casework.forms import WhoForm
from linli.services.casework.models import Case, Channel, Draft, MaterialSource
from linli.services.catalogue import conditions, words
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue.content import Item, Text


def in_language(text: Text | None) -> str:
    """Return a text of the catalogue in the reader's language."""
    if text is None:
        return ""
    return text.en if get_language() == "en" else text.zh


def shell_of(actor: Actor) -> str:
    return "design/bench.html" if actor.kind == "staff" else "design/portal.html"


BEFORE_ME = "casework_people_before_me"
"""Session key: the people whose cards this window has read; their pages open to it, nobody else's."""


def _draft(request: Request, draft_id: UUID) -> Draft:
    return get_object_or_404(queries.drafts_of(request.actor), pk=draft_id)


def _follows_the_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead to the case where a draft is gone because it was handed in: the answer may have been lost on the way."""

    @wraps(view)
    def led(request: Request, draft_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, draft_id, *args, **kwargs)
        except Http404:
            number = services.sent_as(request.actor, draft_id)
            if number is None:
                raise
            if request.actor.kind == "resident":
                return redirect(f"{reverse('casework:my_case', args=[number])}?received=1")
            mine = queries.cases_for(request.actor).filter(number=number).exists()
            return redirect("casework:handle", number) if mine else redirect("casework:slips")

    return led


def _frame(request: Request, draft: Draft, step: str, **more: Any) -> dict[str, Any]:
    item = queries.item_of(draft)
    applicant = registry.present_row(draft.applicant_id) if draft.applicant_id else None
    agent = registry.present_row(draft.agent_id) if draft.agent_id and request.actor.kind == "staff" else None
    steps: list[tuple[str, Any]] = [("form", _("填表")), ("materials", _("交材料")), ("check", _("看一遍"))]
    if not item.materials:
        steps.pop(1)
    codes = [code for code, _label in steps]
    return {
        "shell": shell_of(request.actor),
        "draft": draft,
        "item": item,
        "item_name": in_language(item.name),
        "applicant": applicant,
        "agent": agent,
        "for_other": request.actor.kind == "staff" or draft.agent_id is not None,
        "steps": [
            {"label": label, "is_done": codes.index(code) < codes.index(step), "is_current": code == step}
            for code, label in steps
        ],
        **more,
    }


@requires(may.APPLY)
def begin(request: Request, code: str) -> HttpResponse:
    """Ask for whom; then the draft begins under the version in force today."""
    version = catalogue.version_for(code)
    if version is None:
        raise Http404
    item = catalogue.item(version)
    if request.actor.person_id is None:
        return redirect(f"{reverse('registry:identify_me')}?{urlencode({'next': request.get_full_path()})}")
    earlier = queries.drafts_of(request.actor).filter(item_version__item__code=code).first()
    form = WhoForm(request.POST if request.method == "POST" else None)
    wards = _wards(request) if item.applicants.agents else {}
    if not item.applicants.agents:
        form.fields["whom"].choices = [("me", _("我自己"))]
    else:
        form.fields["whom"].choices += [
            (str(pk), _("%(name)s（长期授权）") % {"name": name}) for pk, name in wards.items()
        ]
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            applicant_id, ward = None, next((pk for pk in wards if str(pk) == form.cleaned_data["whom"]), None)
            if ward is not None:
                draft = services.start_draft(
                    request.actor, code, applicant_id=ward, channel=Channel.ONLINE, by_authority=True
                )
                return redirect("casework:draft_form", draft.pk)
            if form.cleaned_data["whom"] == "other":
                applicant_id = services.person_to_act_for(
                    request.actor, name=form.cleaned_data["name"], id_number=form.cleaned_data["id_number"]
                ).pk
            draft = services.start_draft(
                request.actor,
                code,
                applicant_id=applicant_id,
                agent_relation=form.cleaned_data["relation"],
                channel=Channel.SELF_SERVICE if getattr(request, "kiosk", None) else Channel.ONLINE,
            )
            return redirect("casework:draft_form", draft.pk)
    context = {
        "item": item,
        "item_name": in_language(item.name),
        "form": form,
        "earlier": earlier,
        "code": code,
        "may_act": item.applicants.agents,
    }
    return show(request, "casework/begin.html", context, status=422 if form.errors else 200)


def _wards(request: Request) -> dict[UUID, str]:
    """Return for whom the resident may act by a standing authority, with their names."""
    me = registry.person_of(request.actor)
    mine = set(registry.rows_of(me)) if me else set()
    found = queries.authorities_of(me) if me else []
    return {one.row.applicant_id: one.applicant for one in found if one.row.agent_id in mine}


@requires(may.APPLY, may.RECEIVE)
@require_GET
def drafts(request: Request) -> HttpResponse:
    rows = [(draft, in_language(queries.item_of(draft).name)) for draft in queries.drafts_of(request.actor)[:50]]
    return show(request, "casework/drafts.html", {"drafts": rows, "shell": shell_of(request.actor)})


def _schema_form(request: Request, draft: Draft, item: Item, data: Any) -> SchemaForm:
    facts = services.facts_for(draft, by=request.actor)
    return SchemaForm(item.form, data=data, facts=facts, initial=queries.form_data(draft), language=get_language())


@requires(may.APPLY, may.RECEIVE)
@_follows_the_draft
def form(request: Request, draft_id: UUID) -> HttpResponse:
    """The item's own form. Wrong or half-done, what was typed is kept; only what is right goes on."""
    draft = _draft(request, draft_id)
    item = queries.item_of(draft)
    if request.method == "POST":
        filled = _schema_form(request, draft, item, request.POST)
        services.save_draft(draft.pk, by=request.actor, form_data=filled.typed)
        if filled.adds_row:
            return show(request, "casework/draft_form.html", _frame(request, draft, "form", form=filled))
        if filled.is_valid():
            following = "casework:draft_materials" if item.materials else "casework:draft_check"
            return redirect(following, draft.pk)
        return show(request, "casework/draft_form.html", _frame(request, draft, "form", form=filled), status=422)
    filled = _schema_form(request, draft, item, None)
    context = _frame(request, draft, "form", form=filled)
    return show(request, "casework/draft_form.html", context | _eligible(request, context["applicant"], item))


def _eligible(request: Request, applicant: Person | None, item: Item) -> dict[str, Any]:
    """What the record says of the item's conditions, for whoever takes it in: nobody is refused by it (R31)."""
    if request.actor.kind != "staff" or applicant is None:
        return {}
    told = entitled.eligibility(request.actor, applicant, item)
    if told is None:
        return {}
    return {"eligible": told, "eligible_why": [(one.holds, conditions.say(one, item)) for one in told.reasons]}


@requires(may.APPLY, may.RECEIVE)
@require_POST
def autosave(request: Request, draft_id: UUID) -> HttpResponse:
    """Keep what has been typed so far, checked later."""
    draft = _draft(request, draft_id)
    filled = SchemaForm(queries.item_of(draft).form, data=request.POST)
    services.save_draft(draft.pk, by=request.actor, form_data=filled.typed)
    return HttpResponse(status=204)


def material_rows(item: Item, given: list[Any]) -> list[dict[str, Any]]:
    """Return each material of the item with what stands for it, in words that need no law book."""
    by_code: dict[str, list[Any]] = {}
    for row in given:
        by_code.setdefault(row.code, []).append(row)
    rows = []
    for material in item.materials:
        rows.append(
            {
                "material": material,
                "name": in_language(material.name),
                "hint": in_language(material.hint),
                "when": in_language(material.when),
                "given": by_code.get(material.code, []),
                "is_held": any(r.source in ("fact", "certificate") for r in by_code.get(material.code, [])),
                "is_missing": material.required and material.when is None and material.code not in by_code,
            }
        )
    return rows


@requires(may.APPLY, may.RECEIVE)
@require_GET
@_follows_the_draft
def materials(request: Request, draft_id: UUID) -> HttpResponse:
    draft = _draft(request, draft_id)
    rows = material_rows(queries.item_of(draft), list(draft.materials.select_related("file").order_by("added_at")))
    context = _frame(request, draft, "materials", rows=rows, missing=sum(row["is_missing"] for row in rows))
    return show(request, "casework/draft_materials.html", context)


@requires(may.APPLY, may.RECEIVE)
@require_POST
def add_material(request: Request, draft_id: UUID, code: str) -> HttpResponse:
    """Take one material in and answer at once whether it can be used."""
    draft = _draft(request, draft_id)
    item = queries.item_of(draft)
    material = next((m for m in item.materials if m.code == code), None)
    if material is None:
        raise Http404
    source = request.POST.get("source", MaterialSource.UPLOAD)
    upload = request.FILES.get("file")
    problem = ""
    if source == MaterialSource.UPLOAD and upload is None:
        problem = _("请先选一张照片或一个文件。")
    else:
        try:
            services.add_material(draft.pk, code, by=request.actor, upload=upload, source=source)
        except Refused as refusal:
            problem = str(refusal)
    if not problem and not request.htmx:
        return redirect(f"{reverse('casework:draft_materials', args=[draft.pk])}#material-{code}")
    rows = material_rows(item, list(draft.materials.select_related("file").order_by("added_at")))
    row = next(r for r in rows if r["material"].code == code)
    row["problem"] = problem
    context = _frame(request, draft, "materials", rows=rows, row=row, missing=sum(r["is_missing"] for r in rows))
    return show(
        request, "casework/draft_materials.html", context, fragment="casework/_material.html",
        status=422 if problem else 200,
    )  # fmt: skip


@requires(may.APPLY, may.RECEIVE)
@require_POST
def remove_material(request: Request, draft_id: UUID, material_id: UUID) -> HttpResponse:
    services.remove_material(_draft(request, draft_id).pk, material_id, by=request.actor)
    return redirect("casework:draft_materials", draft_id)


@requires(may.APPLY, may.RECEIVE)
@require_GET
def draft_file(request: Request, draft_id: UUID, material_id: UUID) -> HttpResponse:
    row = get_object_or_404(
        _draft(request, draft_id).materials.select_related("file"), pk=material_id, file__isnull=False
    )
    assert row.file is not None  # noqa: S101 (the query has seen to it)
    return file_response(row.file, row.file_name)


@requires(may.APPLY, may.RECEIVE)
@_follows_the_draft
def check(request: Request, draft_id: UUID) -> HttpResponse:
    """One more look, then one press. A second press, or a replayed one, finds the first result."""
    draft = get_object_or_404(queries.drafts_of(request.actor), pk=draft_id) if request.method == "GET" else (
        queries.drafts_of(request.actor).filter(pk=draft_id).first()
    )  # fmt: skip
    key = _key(request.POST.get("idempotency_key", ""))
    problem = ""
    if request.method == "POST":
        try:
            case = services.submit(
                request.actor, draft_id, key=key or str(draft_id), by_sms=request.POST.get("by_sms") == "yes"
            )
        except Draft.DoesNotExist:
            raise Http404 from None
        except Refused as refusal:
            problem = str(refusal)
        else:
            if request.actor.kind == "staff":
                return redirect(_after_window(request, case))
            return redirect(f"{reverse('casework:my_case', args=[case.number])}?received=1")
    if draft is None:
        raise Http404
    item = queries.item_of(draft)
    filled = _schema_form(request, draft, item, queries.form_data(draft))
    form_ok = filled.is_valid()
    given = list(draft.materials.select_related("file").order_by("added_at"))
    missing = rules.still_missing(item, {row.code for row in given})
    checks = []
    is_shown = not draft.agent_id or request.actor.kind == "staff"
    applicant = registry.present_row(draft.applicant_id) if draft.applicant_id and is_shown else None
    if applicant is not None:
        facts = registry.facts_of(applicant)
        checks = rules.check_conditions(item, facts, on=today(), language=get_language() or "zh")
    asked = rules.who_is_asked(request.actor, draft.applicant_id, draft.agent_id)
    context = _frame(
        request,
        draft,
        "check",
        asks_for_sms=asked is not None and not messages.has_consent(asked),
        consent_text=CONSENT_TEXTS[CONSENT_TEXT],
        by_sms=request.POST.get("by_sms") == "yes",
        form=filled,
        form_ok=form_ok,
        answers=answers_shown(item.form, filled.cleaned_data or queries.form_data(draft)),
        rows=material_rows(item, given),
        missing=[in_language(m.name) for m in missing],
        checks=checks,
        problem=problem,
        key=key or str(draft.pk),
        limit=words.limit(item.promised_limit),
        today=today(),
    )
    return show(request, "casework/draft_check.html", context, status=422 if problem else 200)


def _key(text: str) -> str:
    """Return the idempotency key of a form, if it is one that we made."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _after_window(request: Request, case: Case) -> str:
    """Return where a clerk goes on: to the person before her, with one receipt for the visit."""
    if case.agent_id and case.visit_id:
        mandate = queries.mandates_of(request.actor).filter(visit_id=case.visit_id).first()
        if mandate is not None:
            page = reverse("casework:window_mandate", args=[mandate.pk])
            return f"{page}?{urlencode({'received': case.number})}"
    if case.channel == Channel.ASSISTED and queries.cases_for(request.actor).filter(pk=case.pk).exists():
        return case.get_absolute_url()
    if case.visit_id and str(case.applicant_id) in request.session.get(BEFORE_ME, []):
        person = reverse("casework:window_person", args=[case.applicant_id])
        return f"{person}?{urlencode({'visit': case.visit_id, 'received': case.number})}"
    if queries.cases_for(request.actor).filter(pk=case.pk).exists():
        return case.get_absolute_url()
    return reverse("casework:slips")


@requires(may.APPLY, may.RECEIVE)
@require_POST
def discard(request: Request, draft_id: UUID) -> HttpResponse:
    services.discard_draft(_draft(request, draft_id).pk, by=request.actor)
    return redirect("casework:drafts")
