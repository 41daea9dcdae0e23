"""Acting for another: somebody at the window for somebody else, a worker at a resident's door."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware.

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.core.access import requires
from linli.core.calendar import today
from linli.core.http import Request, refusals_shown_on, show
from linli.core.ids import new_id
from linli.ground.registry import queries as registry
from linli.ground.registry.models import Person
from linli.services.casework import permissions as may
from linli.services.casework import queries, rules, services
from linli.services.casework.forms import ConsentForm, FindPersonForm, MandateForm
from linli.services.casework.models import Channel, Ground, StandingAuthority
from linli.services.casework.pages.apply import in_language
from linli.services.casework.pages.desk import begin, person_before_me, person_found, taking_in
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue.content import Item


@requires(may.RECEIVE)
def on_behalf(request: Request, person_id: UUID) -> HttpResponse:
    """Who stands here comes for somebody else: read that card too, then say by what right (R33, R37)."""
    agent = person_before_me(request, person_id)
    if "whom" in request.GET:
        return _mandate(request, agent, person_before_me(request, request.GET["whom"]))
    form = FindPersonForm(request.POST if request.method == "POST" else None)
    person, unknown = person_found(request, form)
    if person is not None:
        if person.pk != agent.pk:
            return redirect(f"{reverse('casework:window_on_behalf', args=[agent.pk])}?whom={person.pk}")
        form.add_error("id_number", str(rules.ActsForHerself()))
    context = {"form": form, "unknown": unknown, "agent": agent}
    return show(request, "casework/window_on_behalf.html", context, status=422 if form.errors else 200)


def _mandate(request: Request, agent: Person, person: Person) -> HttpResponse:
    standing = queries.authority_between(agent, person)
    if request.method == "POST" and "by_authority" in request.POST:
        mandate = services.mandate_by_authority(request.actor, agent=agent, applicant=person, visit_id=new_id())
        return redirect("casework:window_mandate", mandate.pk)
    form = MandateForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            given = form.cleaned_data
            if given["until"]:
                services.record_authority(
                    request.actor,
                    agent_id=agent.pk,
                    applicant_id=person.pk,
                    relation=given["relation"],
                    ground=given["ground"],
                    valid_to=given["until"],
                    upload=given["file"],
                    is_paper_seen=given["is_paper_seen"],
                )
                made = services.mandate_by_authority(request.actor, agent=agent, applicant=person, visit_id=new_id())
                return redirect("casework:window_mandate", made.pk)
            mandate = services.record_mandate(
                request.actor,
                agent_id=agent.pk,
                applicant_id=person.pk,
                relation=given["relation"],
                ground=given["ground"],
                visit_id=new_id(),
                upload=given["file"],
                is_paper_seen=given["is_paper_seen"],
            )
            return redirect("casework:window_mandate", mandate.pk)
    context = {"form": form, "agent": agent, "person": person, "standing": standing}
    return show(request, "casework/window_authority.html", context, status=422 if form.errors else 200)


@requires(may.RECEIVE)
@require_POST
def window_revoke_authority(request: Request, person_id: UUID, authority_id: UUID) -> HttpResponse:
    """One of the two stands here and wants it to end."""
    person = person_before_me(request, person_id)
    _revoked(request, authority_id, at_window=person.pk)
    return redirect("casework:window_person", person.pk)


@requires(may.APPLY)
@require_GET
def my_authorities(request: Request) -> HttpResponse:
    """Who may act for me, and for whom I may act: until when, by what paper; either of the two can end it."""
    me = registry.person_of(request.actor)
    rows = queries.authorities_of(me) if me else []
    mine = set(registry.rows_of(me)) if me else set()
    context = {
        "over_me": [r for r in rows if r.row.applicant_id in mine],
        "of_me": [r for r in rows if r.row.agent_id in mine],
    }
    return show(request, "casework/my_authorities.html", context)


@requires(may.APPLY)
@require_POST
def revoke_authority(request: Request, authority_id: UUID) -> HttpResponse:
    _revoked(request, authority_id)
    return redirect("casework:my_authorities")


def _revoked(request: Request, authority_id: UUID, *, at_window: UUID | None = None) -> None:
    try:
        services.revoke_authority(authority_id, by=request.actor, at_window=at_window)
    except StandingAuthority.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("撤销了，现在起就不算数。已经交上去的办件照常办。"))


@requires(may.RECEIVE)
def window_mandate(request: Request, mandate_id: UUID) -> HttpResponse:
    """What the agent comes for: each item of the visit rests on the one authority, and goes on one receipt."""
    mandate = get_object_or_404(queries.mandates_of(request.actor), pk=mandate_id, agent_id__isnull=False)
    if localdate(mandate.recorded_at) != today():
        raise Http404
    problem = ""
    if request.method == "POST":
        draft, problem = begin(
            request, applicant_id=mandate.applicant_id, visit_id=mandate.visit_id, mandate_id=mandate.pk
        )
        if draft is not None:
            return redirect("casework:draft_form", draft.pk)
    context = taking_in(request, mandate.visit_id) | {
        "person": registry.person(mandate.applicant_id),
        "agent": mandate.agent_id and registry.person(mandate.agent_id),
        "mandate": mandate,
        "problem": problem,
    }
    return show(request, "casework/window_person.html", context, status=422 if problem else 200)


@requires(may.RECEIVE)
def assist(request: Request) -> HttpResponse:
    """At somebody's door: whom does the worker help? (R37b)"""
    form = FindPersonForm(request.POST if request.method == "POST" else None)
    person, unknown = person_found(request, form)
    if person is not None:
        return redirect("casework:assist_person", person.pk)
    context = {"form": form, "unknown": unknown}
    return show(request, "casework/assist.html", context, status=422 if form.errors else 200)


@requires(may.RECEIVE)
def assist_person(request: Request, person_id: UUID) -> HttpResponse:
    """With what? Only items that may be handed in by a worker at the door."""
    person = person_before_me(request, person_id)
    words = rules.clean_text(request.GET.get("q", ""), 60)
    found = map(catalogue.item, catalogue.search(words, channel="assisted"))
    items = [(i.code, in_language(i.name), in_language(i.summary)) for i in found if _may_be_helped_with(i)]
    drafts = queries.drafts_of(request.actor).filter(applicant_id=person.pk, channel=Channel.ASSISTED)
    context = {
        "person": person,
        "words": words,
        "items": items,
        "drafts": [(draft, in_language(queries.item_of(draft).name)) for draft in drafts[:10]],
    }
    return show(request, "casework/assist_person.html", context)


def _may_be_helped_with(item: Item) -> bool:
    return item.elsewhere is None and item.applicants.agents and "assisted" in item.channels


@requires(may.RECEIVE)
def assist_consent(request: Request, person_id: UUID, code: str) -> HttpResponse:
    """Ask the resident, and write down how she agreed; then the form (个人信息保护法第十四条)."""
    person = person_before_me(request, person_id)
    version = catalogue.version_for(code)
    if version is None or not _may_be_helped_with(item := catalogue.item(version)):
        raise Http404
    phone = registry.facts_of(person).get("phone")
    form = ConsentForm(initial={"ground": Ground.SPOKEN})
    sent = False
    if request.method == "POST" and request.POST.get("what") == "code":
        form = ConsentForm({"ground": Ground.BY_CODE})
        form.errors.clear()  # nothing is checked yet but whether a code can be sent
        with refusals_shown_on(form):
            services.send_consent_code(request.actor, applicant_id=person.pk, item_code=code)
            form, sent = ConsentForm(initial={"ground": Ground.BY_CODE}), True
    elif request.method == "POST":
        form = ConsentForm(request.POST, request.FILES)
        if form.is_valid():
            with refusals_shown_on(form):
                return redirect("casework:draft_form", _agreed(request, person, code, form.cleaned_data).pk)
    context = {
        "person": person,
        "item": item,
        "item_name": in_language(item.name),
        "form": form,
        "phone": phone.value if phone else "",
        "sent": sent,
        "materials": [in_language(m.name) for m in item.materials if m.required and m.when is None],
    }
    return show(request, "casework/assist_consent.html", context, status=422 if form.errors else 200)


def _agreed(request: Request, person: Person, code: str, given: dict[str, Any]) -> Any:
    visit_id = new_id()
    mandate = services.record_consent(
        request.actor,
        applicant_id=person.pk,
        item_code=code,
        ground=given["ground"],
        visit_id=visit_id,
        code=given["code"],
        upload=given["file"],
        was_told=given["was_told"],
    )
    return services.start_draft(
        request.actor, code, applicant_id=person.pk, channel=Channel.ASSISTED, visit_id=visit_id, mandate_id=mandate.pk
    )
