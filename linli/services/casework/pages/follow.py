"""What comes beside the main road: opinions, bad ratings, work items, public notices."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware; pages dress their rows with what a template shows.

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from linli.core.access import open_to_all, requires
from linli.core.http import Request, refusals_shown_on, show
from linli.services.casework import permissions as may
from linli.services.casework import queries, rules, services
from linli.services.casework.forms import FollowUpForm, GiveOpinionForm, ObjectionForm, OutcomeForm
from linli.services.casework.models import Case, Status
from linli.services.casework.pages.apply import in_language


@requires(may.GIVE_OPINION)
@require_GET
def opinions(request: Request) -> HttpResponse:
    rows = list(queries.opinions_for(request.actor)[:100])
    for row in rows:
        row.item_name = in_language(queries.item_of(row.case).name)
    return show(request, "casework/opinions.html", {"opinions": rows})


@requires(may.GIVE_OPINION)
def opinion(request: Request, opinion_id: UUID) -> HttpResponse:
    """Answer what was asked, seeing of the case only what the question needs."""
    row = get_object_or_404(queries.opinions_for(request.actor), pk=opinion_id)
    form = GiveOpinionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            services.give_opinion(row.pk, by=request.actor, **form.cleaned_data)
            return redirect("casework:opinions")
    item = queries.item_of(row.case)
    context = {"opinion": row, "form": form, "item_name": in_language(item.name), "case": row.case}
    return show(request, "casework/opinion.html", context, status=422 if form.errors else 200)


@requires(may.FOLLOW_UP)
@require_GET
def follow_ups(request: Request) -> HttpResponse:
    rows = list(queries.follow_ups_for(request.actor)[:100])
    for row in rows:
        row.item_name = in_language(queries.item_of(row.case).name)
        row.is_mine = str(request.actor.account_id) in row.handled_by
    return show(request, "casework/follow_ups.html", {"follow_ups": rows})


@requires(may.FOLLOW_UP)
def follow_up(request: Request, follow_up_id: UUID) -> HttpResponse:
    row = get_object_or_404(queries.follow_ups_for(request.actor), pk=follow_up_id)
    form = FollowUpForm(
        request.POST if request.POST.get("what") == "answer" else None, initial={"version": row.version}
    )
    if request.method == "POST":
        if request.POST.get("what") == "called":
            services.call_back(row.pk, by=request.actor, hard=bool(request.POST.get("hard")), version=row.version)
            return redirect("casework:follow_up", row.pk)
        if form.is_valid():
            with refusals_shown_on(form):
                services.answer_follow_up(row.pk, by=request.actor, **form.cleaned_data)
                return redirect("casework:follow_ups")
    context = {
        "follow_up": row,
        "case": row.case,
        "rating": row.case.rating,
        "item_name": in_language(queries.item_of(row.case).name),
        "form": form,
        "is_mine": str(request.actor.account_id) in row.handled_by,
    }
    return show(request, "casework/follow_up.html", context, status=422 if form.errors else 200)


@requires(may.SUPERVISE, may.MEND)
@require_GET
def work_items(request: Request) -> HttpResponse:
    return show(request, "casework/work_items.html", {"work_items": queries.work_items_for(request.actor)[:100]})


@requires(may.SUPERVISE, may.MEND)
def close_work_item(request: Request, work_item_id: UUID) -> HttpResponse:
    row = get_object_or_404(queries.work_items_for(request.actor), pk=work_item_id)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            services.close_work_item(row.pk, by=request.actor, **form.cleaned_data)
            return redirect("casework:work_items")
    return show(
        request, "casework/work_item.html", {"work_item": row, "form": form}, status=422 if form.errors else 200
    )


@open_to_all("results are posted for everybody to object to (公示)")  # untranslated: the word of the law
@require_GET
def notices(request: Request) -> HttpResponse:
    """The notice board: name with one character hidden, community, item, until when; nobody under eighteen by name."""
    return show(request, "casework/notices.html", {"notices": queries.posted_notices()})


@open_to_all("anybody may object to what is posted")
def object_to_notice(request: Request, number: str) -> HttpResponse:
    case = get_object_or_404(
        Case.everywhere.select_related("community", "item_version"),
        number=rules.plain_number(number),
        status=Status.PUBLIC_NOTICE,
    )
    if not queries.posted_name(case, queries.item_of(case)):
        raise Http404
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            address = request.META.get("REMOTE_ADDR", "")
            services.object_to_notice(case.number, by=request.actor, address=address, **form.cleaned_data)
            return show(request, "casework/objected.html", {"case": case})
    context = {"case": case, "form": form, "item_name": in_language(queries.item_of(case).name)}
    return show(request, "casework/object.html", context, status=422 if form.errors else 200)
