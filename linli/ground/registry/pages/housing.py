"""Homes, households and organisations of one's own place."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import Actor, requires
from linli.core.calendar import today
from linli.core.http import refusals_shown_on, show
from linli.core.ids import as_uuid
from linli.ground.registry import permissions as may
from linli.ground.registry import queries, relations, services
from linli.ground.registry.home_forms import (
    AddHomeForm,
    AsOfForm,
    BirthForm,
    DayForm,
    DescribeForm,
    MarriageForm,
    MembersForm,
    MergeForm,
    MoveInForm,
    OrganisationForm,
)
from linli.ground.registry.models import Household, Person, ResidenceKind
from linli.ground.registry.queries.housing import Together


@requires(may.VIEW)
@never_cache
@require_safe
def homes(request: HttpRequest) -> HttpResponse:
    """Dwellings of one's own place, by any part of the address."""
    sought = request.GET.get("q", "").strip()[:60]
    page = queries.homes(_actor(request), sought, after=request.GET.get("after", "")[:200])
    counts = queries.head_counts(page.rows)
    context = {
        "rows": [(row, counts.get(row.pk, 0)) for row in page.rows],
        "sought": sought,
        "older": f"?{urlencode({'q': sought, 'after': page.more})}" if page.more else "",
        "keeps": _actor(request).may(may.KEEP_HOMES),
    }
    return show(request, "registry/homes.html", context)


@requires(may.KEEP_HOMES)
@never_cache
def add_home(request: HttpRequest) -> HttpResponse:
    """A dwelling that is not known yet."""
    actor = _actor(request)
    form = AddHomeForm(
        request.POST if request.method == "POST" else None,
        initial={"community": actor.post.division_id} if actor.post else None,
    )
    if form.is_valid():
        with refusals_shown_on(form):
            made = services.add_dwelling(by=actor, **form.cleaned_data)
            messages.success(request, _("登记好了。"))
            return redirect("registry:home", made.pk)
    return _form_page(request, form, title=_("登记一处房屋"), button=_("登记"))


@requires(may.VIEW)
@never_cache
@require_safe
def home(request: HttpRequest, dwelling_id: UUID) -> HttpResponse:
    """A dwelling and everybody in it: today, on another day, or as it was known then."""
    actor = _actor(request)
    get_object_or_404(queries.dwellings_for(actor), pk=dwelling_id)
    when = AsOfForm(request.GET or None)
    day, known_at = _as_of(when)
    context = {
        "home": (found := queries.home(actor, dwelling_id, day=day, known_at=known_at)),
        "households": [(one, _members(one)) for one in found.households],
        "when": when,
        "is_past": day is not None or known_at is not None,
        "keeps": actor.may(may.KEEP_HOMES),
    }
    return show(request, "registry/home.html", context)


@requires(may.KEEP_HOMES)
@never_cache
def describe_home(request: HttpRequest, dwelling_id: UUID) -> HttpResponse:
    """What it is used for from a day on; what it was stays on record."""
    actor = _actor(request)
    dwelling = get_object_or_404(queries.dwellings_for(actor, may.KEEP_HOMES).select_related("address"), pk=dwelling_id)
    state = queries.state_of(dwelling)
    names = ("use", "tenure", "is_vacant", "area_m2")
    initial = {name: getattr(state, name) for name in names} if state else {}
    form = DescribeForm(request.POST if request.method == "POST" else None, initial={"on": today(), **initial})
    if form.is_valid():
        with refusals_shown_on(form):
            services.describe_dwelling(dwelling.pk, by=actor, **form.cleaned_data)
            messages.success(request, _("记下了，原来的也留着。"))
            return redirect("registry:home", dwelling.pk)
    back = ("registry:home", dwelling.pk, dwelling.address.text)
    return _form_page(request, form, title=_("这处房屋现在怎么用？"), button=_("记下"), back=back)


@requires(may.VIEW)
@never_cache
@require_safe
def household(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """Who keeps house together, since when, and what the household came from."""
    actor = _actor(request)
    get_object_or_404(queries.households_for(actor), pk=household_id)
    when = AsOfForm(request.GET or None)
    day, known_at = _as_of(when)
    found = queries.household(actor, household_id, day=day, known_at=known_at)
    context = {
        "household": found.household,
        "members": _members(found),
        "changes": queries.lineage(found.household),
        "when": when,
        "keeps": actor.may(may.KEEP_HOMES) and found.household.ended_on is None,
        "others": bool(_other_households(actor, found.household)),
    }
    return show(request, "registry/household.html", context)


@requires(may.KEEP_HOMES)
@never_cache
def split(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """Some of a household keep house on their own from a day on."""
    actor, found = _household(request, household_id)
    form = MembersForm(
        request.POST if request.method == "POST" else None, members=found.members, with_leaving=True,
        initial={"version": found.household.version, "on": today()},
    )  # fmt: skip
    if form.is_valid():
        with refusals_shown_on(form):
            told, leaving = form.relation_of(), form.leaving()
            made = services.split_household(
                household_id, {pk: told[pk] for pk in leaving}, by=actor, on=form.cleaned_data["on"],
                staying={pk: code for pk, code in told.items() if pk not in leaving}, version=form.cleaned_data["version"],
            )  # fmt: skip
            messages.success(request, _("分好了，这是分出来的一户。"))
            return redirect("registry:household", made.pk)
    said = _("勾选分出去的人，再给每个人选和自己那一户户主的关系；两户各有一位户主。")
    return _form_page(request, form, title=_("分户"), button=_("分户"), back=_back(household_id), said=said)


@requires(may.KEEP_HOMES)
@never_cache
def merge(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """A household goes into another of the same dwelling."""
    actor, found = _household(request, household_id)
    form = MergeForm(
        request.POST if request.method == "POST" else None, members=found.members,
        households=_other_households(actor, found.household), initial={"version": found.household.version, "on": today()},
    )  # fmt: skip
    if form.is_valid():
        with refusals_shown_on(form):
            typed = form.cleaned_data
            into = services.merge_households(
                household_id,
                UUID(typed["into"]),
                form.relation_of(),
                by=actor,
                on=typed["on"],
                version=typed["version"],
            )
            messages.success(request, _("并好了。"))
            return redirect("registry:household", into.pk)
    return _form_page(request, form, title=_("并户"), button=_("并户"), back=_back(household_id))


@requires(may.KEEP_HOMES)
@never_cache
def head(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """Another head; everybody's relation is to the new one."""
    actor, found = _household(request, household_id)
    form = MembersForm(
        request.POST if request.method == "POST" else None, members=found.members,
        initial={"version": found.household.version, "on": today()},
    )  # fmt: skip
    if form.is_valid():
        with refusals_shown_on(form):
            typed = form.cleaned_data
            services.change_head(household_id, form.relation_of(), by=actor, on=typed["on"], version=typed["version"])
            messages.success(request, _("改好了。"))
            return redirect("registry:household", household_id)
    return _form_page(request, form, title=_("换户主"), button=_("记下"), back=_back(household_id))


@requires(may.KEEP_HOMES)
@never_cache
@sensitive_post_parameters()
def birth(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """A child was born into the household."""
    actor, found = _household(request, household_id)
    form = BirthForm(request.POST if request.method == "POST" else None, members=found.members)
    if form.is_valid():
        with refusals_shown_on(form):
            typed = form.cleaned_data
            services.note_birth(
                household_id, by=actor, name=typed["name"], id_number=typed["id_number"], relation=typed["relation"],
                parents=tuple(UUID(one) for one in typed["parents"]),
            )  # fmt: skip
            messages.success(request, _("登记好了：%(name)s。") % {"name": typed["name"]})
            return redirect("registry:household", household_id)
    said = _("出生的日子和性别，号码里有。")
    return _form_page(request, form, title=_("新生的孩子"), button=_("登记"), back=_back(household_id), said=said)


@requires(may.KEEP_HOMES)
@never_cache
def move_in(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Where somebody lives or is registered: first which dwelling, then in which household, from when."""
    actor, person = _person(request, person_id)
    sought = request.GET.get("q", "").strip()[:60]
    context: dict[str, Any] = {"person": person, "now": queries.home_of(actor, person), "sought": sought}
    chosen = request.GET.get("home", "")
    if not chosen:
        context["rows"] = queries.homes(actor, sought, limit=10).rows if sought else []
        return show(request, "registry/choose_home.html", context)
    rows = queries.dwellings_for(actor, may.KEEP_HOMES).select_related("address")
    dwelling = get_object_or_404(rows, pk=as_uuid(chosen))
    there = [(one.household, _head_name(one)) for one in queries.home(actor, dwelling.pk).households]
    form = MoveInForm(request.POST if request.method == "POST" else None, households=there, initial={"on": today()})
    if form.is_valid():
        with refusals_shown_on(form):
            if form.cleaned_data["kind"] == ResidenceKind.REGISTERED:
                services.register_at(person, dwelling.pk, by=actor, on=form.cleaned_data["on"])
            else:
                services.move_in(person, dwelling.pk, by=actor, **form.facts())
            messages.success(
                request, _("记下了：%(name)s，%(address)s。") % {"name": person.name, "address": dwelling.address.text}
            )
            return redirect("registry:home", dwelling.pk)
    title = _("%(name)s，%(address)s") % {"name": person.name, "address": dwelling.address.text}
    back = ("registry:person", person.pk, person.name)
    return _form_page(request, form, title=title, button=_("记下"), back=back)


@requires(may.KEEP_HOMES)
@never_cache
def move_out(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """She lives here no longer, and nobody knows where."""
    actor, person = _person(request, person_id)
    form = DayForm(request.POST if request.method == "POST" else None, initial={"on": today()})
    if form.is_valid():
        with refusals_shown_on(form):
            services.move_out(person, by=actor, on=form.cleaned_data["on"])
            messages.success(request, _("记下了。"))
            return redirect("registry:person", person.pk)
    back = ("registry:person", person.pk, person.name)
    said = _("知道搬到哪里的，请用“住在哪里”，不用这一项。")
    return _form_page(
        request,
        form,
        title=_("%(name)s 不在这里住了？") % {"name": person.name},
        button=_("记下"),
        back=back,
        said=said,
    )


@requires(may.KEEP_HOMES)
@never_cache
@sensitive_post_parameters()
def marriage(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Whom somebody married, by the other's document: the look is noted."""
    actor, person = _person(request, person_id)
    form = MarriageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_shown_on(form):
            typed = form.cleaned_data
            other = queries.find_by_identity(actor, typed["id_kind"], typed["id_number"], "correct")
            if other is None or not queries.persons_for(actor, may.CORRECT).filter(pk=other.pk).exists():
                form.add_error("id_number", _("这个证件号码的人没有登记，或者不在您管的范围里。"))
            else:
                services.note_marriage(person, other, by=actor, on=typed["on"])
                messages.success(request, _("记下了。"))
                return redirect("registry:person", person.pk)
    back = ("registry:person", person.pk, person.name)
    return _form_page(
        request, form, title=_("%(name)s 和谁结婚？") % {"name": person.name}, button=_("记下"), back=back
    )


@requires(may.KEEP_HOMES)
@never_cache
def divorce(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The marriage that is on record has ended."""
    actor, person = _person(request, person_id)
    spouse = queries.home_of(actor, person).spouse
    form = DayForm(request.POST if request.method == "POST" else None, initial={"on": today()})
    if form.is_valid():
        with refusals_shown_on(form):
            if spouse is None:
                raise services.NotMarried
            services.note_divorce(person, spouse, by=actor, on=form.cleaned_data["on"])
            messages.success(request, _("记下了。"))
            return redirect("registry:person", person.pk)
    back = ("registry:person", person.pk, person.name)
    title = _("%(name)s 登记离婚") % {"name": person.name}
    return _form_page(request, form, title=title, button=_("记下"), back=back)


@requires(may.VIEW)
@never_cache
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Organisations of one's own place, by name."""
    sought = request.GET.get("q", "").strip()[:60]
    rows, more = queries.organisations(_actor(request), sought, after=request.GET.get("after", "")[:36])
    older = f"?{urlencode({'q': sought, 'after': more})}" if more else ""
    return show(request, "registry/organisations.html", {"rows": rows, "sought": sought, "older": older})


@requires(may.KEEP_HOMES)
@never_cache
def new_organisation(request: HttpRequest, dwelling_id: UUID) -> HttpResponse:
    """An organisation at this dwelling."""
    actor = _actor(request)
    rows = queries.dwellings_for(actor, may.KEEP_HOMES).select_related("address")
    dwelling = get_object_or_404(rows, pk=dwelling_id)
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_shown_on(form):
            services.register_organisation(dwelling.pk, by=actor, **form.cleaned_data)
            messages.success(request, _("登记好了。"))
            return redirect("registry:home", dwelling.pk)
    back = ("registry:home", dwelling.pk, dwelling.address.text)
    return _form_page(request, form, title=_("登记一个单位"), button=_("登记"), back=back)


@requires(may.VIEW)
@never_cache
@require_safe
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    actor = _actor(request)
    rows = queries.organisations_for(actor).select_related("dwelling__address", "community")
    row = get_object_or_404(rows, pk=organisation_id)
    keeps = actor.may(may.KEEP_HOMES) and row.closed_on is None
    return show(request, "registry/organisation.html", {"organisation": row, "keeps": keeps})


@requires(may.KEEP_HOMES)
@never_cache
@require_POST
def close_organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """It is here no longer, from today on."""
    actor = _actor(request)
    row = get_object_or_404(queries.organisations_for(actor, may.KEEP_HOMES), pk=organisation_id)
    if row.closed_on is None:
        services.close_organisation(row.pk, by=actor, on=max(today(), row.opened_on + dt.timedelta(days=1)))
        messages.success(request, _("记下了。"))
    return redirect("registry:organisation", row.pk)


# ---- what the pages share


def _form_page(
    request: HttpRequest,
    form: Any,
    *,
    title: str,
    button: str,
    back: tuple[str, UUID, str] | None = None,
    said: str = "",
) -> HttpResponse:
    context = {"form": form, "title": title, "button": button, "back": back, "said": said}
    return show(request, "registry/home_form.html", context, status=422 if form.errors else 200)


def _as_of(when: AsOfForm) -> tuple[dt.date | None, dt.datetime | None]:
    """Return the day asked for, and the end of the day as of which it was known; None for today and now."""
    if not when.is_bound or not when.is_valid():
        return None, None
    known = when.cleaned_data["known"]
    return when.cleaned_data["day"], timezone.make_aware(dt.datetime.combine(known, dt.time.max)) if known else None


def _members(one: Together) -> list[tuple[Any, str]]:
    return [(member, str(relations.RELATIONS.get(member.relation, ""))) for member in one.members]


def _household(request: HttpRequest, household_id: UUID) -> tuple[Actor, Together]:
    actor = _actor(request)
    get_object_or_404(queries.households_for(actor, may.KEEP_HOMES), pk=household_id, ended_on__isnull=True)
    return actor, queries.household(actor, household_id)


def _other_households(actor: Actor, row: Household) -> list[tuple[Household, str]]:
    there = queries.home(actor, row.dwelling_id).households
    return [(one.household, _head_name(one)) for one in there if one.household.pk != row.pk]


def _head_name(one: Together) -> str:
    known = [member.person.name for member in one.members if member.person]
    return known[0] if known else _("别处的人")


def _back(household_id: UUID) -> tuple[str, UUID, str]:
    return ("registry:household", household_id, _("这一户"))


def _person(request: HttpRequest, person_id: UUID) -> tuple[Actor, Person]:
    actor = _actor(request)
    rows = queries.persons_for(actor, may.KEEP_HOMES).filter(died_on__isnull=True)
    return actor, get_object_or_404(rows, pk=person_id)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
