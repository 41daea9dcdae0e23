"""People as clerks see them, and as each resident sees herself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import Actor, Permission, requires
from linli.core.calendar import today
from linli.core.design.panels import panels_for
from linli.core.http import Refused, refusals_shown_on, show
from linli.ground.registry import permissions as may
from linli.ground.registry import queries, relations, sealed, services
from linli.ground.registry.forms import (
    CorrectForm,
    DeathForm,
    FindForm,
    IdentityForm,
    MoveForm,
    PurposeForm,
    RegisterForm,
    TagForm,
)
from linli.ground.registry.models import IdKind, Person, Sex, SpecialGroupTag
from linli.ground.territory import queries as territory

# ---- at the desk


@requires(may.VIEW)
@never_cache
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """People of one's own place, by name."""
    name = request.GET.get("q", "").strip()[:60]
    page = queries.people(_actor(request), name=name, after=request.GET.get("after", "")[:36])
    context = {
        "rows": [(person, _row(person)) for person in page.rows],
        "name": name,
        "older": f"?{urlencode({'q': name, 'after': page.more})}" if page.more else "",
        "may": _rights(_actor(request)),
    }
    return show(request, "registry/people.html", context)


@requires(may.IDENTIFY)
@never_cache
@sensitive_post_parameters()
def find(request: HttpRequest) -> HttpResponse:
    """Somebody at the window shows her document: the exact number, wherever she lives."""
    form = FindForm(request.POST if request.method == "POST" else None, initial={"purpose": "application"})
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        with refusals_shown_on(form):
            typed = form.cleaned_data
            person = queries.find_by_identity(_actor(request), typed["id_kind"], typed["id_number"], typed["purpose"])
            if person and queries.persons_for(_actor(request)).filter(pk=person.pk).exists():
                return redirect("registry:person", person.pk)
            context |= {"sought": True, "person": person, "row": _row(person) if person else None}
    return show(request, "registry/find.html", context, status=422 if form.errors else 200)


@requires(may.REGISTER)
@never_cache
@sensitive_post_parameters()
def register(request: HttpRequest) -> HttpResponse:
    """Somebody who is not known yet."""
    actor = _actor(request)
    form = RegisterForm(
        request.POST if request.method == "POST" else None,
        initial={"community": actor.post.division_id} if actor.post else None,
    )
    if form.is_valid():
        with refusals_shown_on(form):
            person = services.register_person(by=actor, **form.facts())
            return _after(
                request, person, _("登记好了：%(name)s，%(place)s。"), name=person.name,
                place=territory.full_name(person.community),
            )  # fmt: skip
    return show(request, "registry/register.html", {"form": form}, status=422 if form.errors else 200)


@requires(may.VIEW)
@never_cache
@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """All that is known, each fact with its source; numbers masked. Opening it is noted."""
    found = _find(request, person_id)
    services.note_opened(_actor(request), found)
    context = {"person": found, "facts": _facts(found), "may": _rights(_actor(request)), **_tags(request, found)}
    context["home"] = home = queries.home_of(_actor(request), found)
    context["relation"] = relations.RELATIONS.get(home.membership.relation_to_head, "") if home.membership else ""
    context["panels"] = panels_for("bench_person", request)
    return show(request, "registry/person.html", context)


@requires(may.GIVE_TAG)
@never_cache
def give_tag(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Somebody belongs to a special group: which, and what says so."""
    found = _find(request, person_id, may.GIVE_TAG)
    form = TagForm(request.POST if request.method == "POST" else None, initial={"valid_from": today()})
    if form.is_valid():
        with refusals_shown_on(form):
            services.give_tag(found, by=_actor(request), **form.cleaned_data)
            return _after(request, found, _("记下了。"))
    return show(request, "registry/give_tag.html", {"person": found, "form": form}, status=422 if form.errors else 200)


@requires(may.GIVE_TAG)
@never_cache
@require_POST
def end_tag(request: HttpRequest, person_id: UUID, tag_id: UUID) -> HttpResponse:
    """It holds no longer, from today on; what was stays in the record."""
    found = _find(request, person_id, may.GIVE_TAG)
    tag = next((tag for tag in queries.tags_of(found) if tag.pk == tag_id), None)
    if tag is None:
        raise Http404
    try:
        services.end_tag(tag.pk, by=_actor(request))
    except SpecialGroupTag.DoesNotExist:
        raise Http404 from None
    except Refused as refusal:
        context = {"person": found, "facts": _facts(found), "may": _rights(_actor(request)), "problem": str(refusal)}
        return show(request, "registry/person.html", context | _tags(request, found), status=refusal.status)
    return _after(request, found, _("终止了，原来的也留着。"))


@requires(may.REVEAL)
@never_cache
def reveal(request: HttpRequest, person_id: UUID, field: str) -> HttpResponse:
    """Ask why, then show one number or address in full, once."""
    found = _find(request, person_id, may.REVEAL)
    if field not in services.REVEALED:
        raise Http404
    form = PurposeForm(request.POST if request.method == "POST" else None)
    context = {"person": found, "field": field, "label": queries.FACTS[field], "form": form, "value": ""}
    if form.is_valid():
        with refusals_shown_on(form):
            context["value"] = services.reveal(_actor(request), found, field, form.cleaned_data["purpose"])
    return show(
        request, "registry/reveal.html", context, fragment="registry/_reveal.html", status=422 if form.errors else 200
    )


@requires(may.CORRECT)
@never_cache
@sensitive_post_parameters()
def correct(request: HttpRequest, person_id: UUID) -> HttpResponse:
    found = _find(request, person_id, may.CORRECT)
    form = CorrectForm(
        found, lambda field: sealed.masked(found, field), request.POST if request.method == "POST" else None
    )
    if form.is_valid():
        with refusals_shown_on(form):
            typed = form.cleaned_data
            services.correct(
                found, by=_actor(request), version=typed["version"], source=typed["source"], **form.changes()
            )
            return _after(request, found, _("更正好了，原来的也留着。"))
    context = {"person": found, "form": form}
    return show(request, "registry/correct.html", context, status=422 if form.errors else 200)


@requires(may.CORRECT)
@never_cache
def move(request: HttpRequest, person_id: UUID) -> HttpResponse:
    found = _find(request, person_id, may.CORRECT)
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        initial={"version": found.version, "community": found.community},
    )
    if form.is_valid():
        with refusals_shown_on(form):
            after = services.move(found, by=_actor(request), **form.cleaned_data)
            return _after(
                request, after, _("迁好了：%(name)s 现在住在%(place)s。"), name=after.name,
                place=territory.full_name(after.community),
            )  # fmt: skip
    return show(request, "registry/move.html", {"person": found, "form": form}, status=422 if form.errors else 200)


@requires(may.CORRECT)
@never_cache
def died(request: HttpRequest, person_id: UUID) -> HttpResponse:
    found = _find(request, person_id, may.CORRECT)
    form = DeathForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    if form.is_valid():
        with refusals_shown_on(form):
            services.mark_dead(found, by=_actor(request), **form.cleaned_data)
            return _after(request, found, _("记下了。"))
    return show(request, "registry/died.html", {"person": found, "form": form}, status=422 if form.errors else 200)


@requires(may.LOOKED_AT)
@never_cache
@require_safe
def looks(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Who looked at a person's data: for the auditor, and for herself."""
    found = get_object_or_404(queries.persons_for(_actor(request), may.LOOKED_AT), pk=person_id)
    queries.check_may_read_looks(_actor(request), found)
    return show(request, "registry/looks.html", {"person": found, "looks": queries.looked_at(found)})


# ---- at home


@requires(may.VIEW_OWN)
@never_cache
@require_safe
def my_facts(request: HttpRequest) -> HttpResponse:
    """What the city knows about me, since when, from whom; and who has looked at it."""
    me = queries.person_of(_actor(request))
    if me is None:
        return redirect("registry:identify_me")
    context = {"person": me, "facts": _facts(me), "looks": queries.looked_at(me), "tags": queries.tags_in_force(me)}
    return show(request, "registry/my_facts.html", context)


@requires(may.VIEW_OWN)
@never_cache
def my_fact(request: HttpRequest, field: str) -> HttpResponse:
    """One of my own numbers in full."""
    me = queries.person_of(_actor(request))
    if me is None or field not in services.REVEALED:
        raise Http404
    context = {"label": queries.FACTS[field], "value": sealed.opened(me, field)}
    return show(request, "registry/my_fact.html", context, fragment="registry/_my_fact.html")


@requires(may.VIEW_OWN)
@never_cache
@sensitive_post_parameters()
def identify_me(request: HttpRequest) -> HttpResponse:
    """A resident says who she is, once; then she goes on to where she came from."""
    actor = _actor(request)
    onward = _onward(request)
    if actor.person_id is not None:
        return redirect(onward)
    form = IdentityForm(request.POST if request.method == "POST" else None, initial={"name": actor.name})
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            services.link_identity(actor, **form.cleaned_data)
        except Refused as refusal:
            if refusal.field in IdentityForm.EXTRA and refusal.field not in form.fields:
                form = IdentityForm(initial=form.cleaned_data, ask=frozenset({refusal.field, *form.extra}))
                context["asks_more"] = True
            else:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("您的身份记下了，可以办事了。"))
            return redirect(onward)
    context |= {"form": form, "next": request.GET.get("next") or request.POST.get("next", "")}
    return show(
        request, "registry/identify_me.html", context, status=422 if form.errors or "asks_more" in context else 200
    )


# ---- what the pages share


def _find(request: HttpRequest, person_id: UUID, permission: Permission = may.VIEW) -> Person:
    found: Person = get_object_or_404(queries.persons_for(_actor(request), permission), pk=person_id)
    return found


def _after(request: HttpRequest, person: Person, said: str, **places: str) -> HttpResponse:
    """Say what was done, and go to the person if she is still within reach, else to the list."""
    messages.success(request, said % places)
    if queries.persons_for(_actor(request)).filter(pk=person.pk).exists():
        return redirect("registry:person", person.pk)
    return redirect("registry:people")


def _rights(actor: Actor) -> dict[str, bool]:
    """What this reader may do, for the page's buttons."""
    return {
        "identify": actor.may(may.IDENTIFY),
        "register": actor.may(may.REGISTER),
        "correct": actor.may(may.CORRECT),
        "reveal": actor.may(may.REVEAL),
        "give_tag": actor.may(may.GIVE_TAG),
        "keep_homes": actor.may(may.KEEP_HOMES),
    }


def _tags(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Which special groups a person belongs to and did, for those who may see it."""
    if not _actor(request).may(may.VIEW_TAGS):
        return {"shows_tags": False}
    tags = queries.tags_of(person)
    return {"shows_tags": True, "tags": [(tag, tag.is_in_force(today())) for tag in tags]}


def _row(person: Person) -> dict[str, Any]:
    """One line of the list, numbers masked."""
    facts = queries.facts_of(person, with_groups=False)
    return {
        "sex": person.get_sex_display(),
        "age": facts["age"].value if "age" in facts else None,
        "number": facts["id_number"].value,
        "phone": facts["phone"].value if "phone" in facts else "",
        "place": territory.full_name(person.community),
        "registered": queries.registered_at(person),
    }


SHOWN = ("name", "id_kind", "id_number", "sex", "birth_date", "age", "phone", "community", "address",
         "household_registration")  # fmt: skip


def _facts(person: Person) -> list[dict[str, Any]]:
    """The facts in order, ready to be shown: label, words, source, day, and whether there is more to reveal."""
    known = queries.facts_of(person, with_groups=False)
    words: dict[str, Any] = {"id_kind": IdKind(person.id_kind).label, "sex": Sex(person.sex).label}
    if "age" in known:
        words["age"] = _("%(years)s 岁") % {"years": known["age"].value}
    return [
        {
            "name": name,
            "label": queries.FACTS[name],
            "value": words.get(name, known[name].value) if name in known else "",
            "fact": known.get(name),
            "is_sealed": name in services.REVEALED and name in known,
            "is_day": name == "birth_date",
        }
        for name in SHOWN
        if name in known or name in ("phone", "address", "household_registration")
    ]


def _onward(request: HttpRequest) -> str:
    address = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if address.startswith("/") and ours else reverse("registry:my_facts")


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
