"""For those who keep the catalogue: the list, one item with its versions, the editor, publishing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from linli.core.access import Actor, requires
from linli.core.calendar import today
from linli.core.http import Refused, Stale, refusals_shown_on, show
from linli.services.catalogue import guide as guides
from linli.services.catalogue import permissions as may
from linli.services.catalogue import queries, reading, rules, services, words
from linli.services.catalogue.content import Item
from linli.services.catalogue.departments import Department
from linli.services.catalogue.forms import DayForm, EditForms, RetireForm, ReturnForm, TextForm, day_initial
from linli.services.catalogue.models import ItemVersion, VersionStatus
from linli.services.catalogue.pages import areas

PAGE = 30
NEW_ITEM = Path(__file__).parents[1] / "data" / "new_item.yaml"
TABS = (
    ("", gettext_lazy("全部")),
    ("current", gettext_lazy("在用")),
    ("draft", gettext_lazy("草稿")),
    ("review", gettext_lazy("等审核")),
    ("due", gettext_lazy("该梳理了")),
    ("ended", gettext_lazy("已停用")),
)
STATE_BADGES = {"draft": "", "review": "note", "published": "ok", "retired": ""}


@requires(may.VIEW)
def manage(request: HttpRequest) -> HttpResponse:
    """The items of one's department: what is in force, what is being prepared, what is due to be looked through."""
    state = request.GET.get("state", "")
    department = _department_asked(request)
    sought = request.GET.get("q", "").strip()[:60]
    rows = queries.item_rows(_actor(request), department=department, sought=sought)
    picked = queries.in_state(rows, state)
    after = request.GET.get("after", "")[:4]
    left = [row for row in picked if row.number > after]
    shown = left[:PAGE]
    kept = "&".join(f"{name}={value}" for name, value in (("state", state), ("department", department)) if value)
    context = {
        "rows": shown,
        "total": len(rows),
        "heading": ngettext("%(count)s 个事项", "%(count)s 个事项", len(rows)) % {"count": len(rows)},
        "tabs": [(code, str(label), len(queries.in_state(rows, code)), code == state) for code, label in TABS],
        "state": state,
        "department": department,
        "q": sought,
        "departments": _departments_of(request, rows),
        "older": f"?{kept}&q={sought}&after={shown[-1].number}" if len(left) > PAGE else "",
        "shown": ngettext("这里是 %(count)s 个", "这里是 %(count)s 个", len(shown)) % {"count": len(shown)},
        "may_edit": _actor(request).may(may.EDIT),
    }
    return show(request, "catalogue/manage.html", context)


@requires(may.VIEW)
def coverage(request: HttpRequest) -> HttpResponse:
    """How far the catalogue covers people's lives (R26, R27)."""
    told = queries.coverage()
    context = {
        "tabs": areas.tabs("catalogue:coverage"),
        "coverage": told,
        "departments": [(row, words.department_name(row.department)) for row in told.departments],
        "stages": [(code, words.LIFE_EVENTS[code], count) for code, count in told.by_life_event.items()],
        "fields": [(code, words.FIELDS[code], count) for code, count in told.by_field.items()],
        "domains": [(number, words.DOMAINS[number], count) for number, count in told.by_domain.items()],
        "share": round(100 * told.here / told.known) if told.known else 0,
        "items_url": reverse("catalogue:items"),
        "manage_url": reverse("catalogue:manage"),
    }
    return show(request, "catalogue/coverage.html", context)


@requires(may.VIEW)
def item(request: HttpRequest, code: str) -> HttpResponse:
    """One item with all its versions, and what can be done with it now."""
    versions = _versions(request, code)
    row = queries.row_of(versions)
    context = {
        "code": code,
        "row": row,
        "versions": [_told(version) for version in reversed(versions)],
        "department": words.department_name(row.department),
        "domain": words.DOMAINS[row.domain],
        "retire_form": RetireForm(initial=day_initial(today())),
        **_rights(request),
    }
    return show(request, "catalogue/item.html", context)


@requires(may.VIEW)
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version: what it says, what it changes, and its next step."""
    return _version_page(request, code, number)


def _version_page(
    request: HttpRequest,
    code: str,
    number: int,
    *,
    publish_form: DayForm | None = None,
    return_form: ReturnForm | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    versions = _versions(request, code)
    row = _one(versions, number)
    content = queries.item(row)
    earlier = [one for one in reversed(versions) if one.number < number and one.is_fixed]
    asked = request.GET.get("with", "")
    before = next((one for one in earlier if str(one.number) == asked), earlier[0] if earlier else None)
    context = {
        "code": code,
        "version": row,
        "told": _told(row),
        "name": words.say(content.name),
        "text": reading.to_yaml(content),
        "before": before,
        "others": [one for one in earlier if one != before],
        "difference": rules.difference(queries.item(before), content) if before else None,
        "faults": () if row.is_fixed else _publishing_faults(content),
        "to_confirm": guides.guide_of(content).to_confirm,
        "publish_form": publish_form or DayForm(initial=day_initial(today())),
        "return_form": return_form or ReturnForm(),
        "wrote_it": str(_actor(request).account_id) in row.editors,
        "refusal": refusal,
        **_rights(request),
    }
    return show(request, "catalogue/version.html", context, status=_status(refusal, publish_form, return_form))


def _status(refusal: Refused | None, *forms: Any) -> int:
    if refusal is not None:
        return refusal.status
    return 422 if any(form is not None and form.errors for form in forms) else 200


@requires(may.VIEW)
def preview(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The guide as residents would read it."""
    row = _one(_versions(request, code), number)
    return show(
        request, "catalogue/preview.html", {"guide": guides.guide_of(queries.item(row)), "version": row, "code": code}
    )


# -- writing ---------------------------------------------------------------------------------------------------------


@requires(may.EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Begin an item nobody has had yet, as a text with everything in its place."""
    form = TextForm(request.POST or None, initial={"text": NEW_ITEM.read_text(encoding="utf-8")})
    faults: tuple[rules.Fault, ...] = ()
    if form.is_valid():
        told = reading.read(form.cleaned_data["text"])
        faults = told.faults
        if told.item is not None:
            with refusals_shown_on(form):
                draft = services.create_item(told.item, by=_actor(request))
                messages.success(request, _("草稿存好了。看看预览，改好了送审核。"))
                return redirect("catalogue:version", draft.item.code, draft.number)
    status = 422 if faults or form.errors else 200
    return show(request, "catalogue/new.html", {"form": form, "faults": faults}, status=status)


@requires(may.EDIT)
def edit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Write on a draft: the main fields as a form, or the whole as a text (?as=text). Nothing typed is lost."""
    row = _one(_versions(request, code, may.EDIT), number)
    if row.is_fixed:
        raise rules.PublishedIsFixed
    if row.status != VersionStatus.DRAFT:
        raise rules.NotInThatState(state=VersionStatus(row.status).label)
    as_text = request.GET.get("as") == "text"
    return _edit_text(request, row) if as_text else _edit_form(request, row)


def _edit_text(request: HttpRequest, row: ItemVersion) -> HttpResponse:
    form = TextForm(request.POST or None, initial={"text": reading.to_yaml(queries.item(row))})
    told = reading.read(form.cleaned_data["text"]) if form.is_valid() else reading.Reading()
    stale = False
    if told.item is not None:
        with refusals_shown_on(form):
            done = _saved(request, row, told.item)
            if done is not None:
                return done
            stale = True
    context = _edit_context(request, row, told.item, stale=stale)
    status = 409 if stale else 422 if told.faults or form.errors else 200
    return show(request, "catalogue/edit_text.html", {**context, "form": form, "faults": told.faults}, status=status)


def _edit_form(request: HttpRequest, row: ItemVersion) -> HttpResponse:
    more = request.POST.get("more", "")
    forms = EditForms(reading.content_of(queries.item(row)), request.POST or None, more=more)
    is_sent = request.method == "POST" and not more
    left: list[rules.Fault] = []
    told = reading.Reading()
    stale = False
    if is_sent and forms.is_valid():
        told = reading.check(forms.content())
        left = forms.show(told.faults)
        if told.item is not None:
            with refusals_shown_on(forms.main):
                done = _saved(request, row, told.item)
                if done is not None:
                    return done
                stale = True
    context = _edit_context(request, row, told.item, stale=stale)
    context |= {"forms": forms, "left": left, "problems": forms.problems() if is_sent else []}
    return show(request, "catalogue/edit.html", context, status=409 if stale else 422 if is_sent else 200)


def _saved(request: HttpRequest, row: ItemVersion, content: Item) -> HttpResponse | None:
    """Save and go on to the version's page or its preview; None where a colleague has saved in between."""
    try:
        services.save_draft(row.pk, content, by=_actor(request), version=_version_typed(request))
    except Stale:
        return None
    messages.success(request, _("存好了。"))
    page = "catalogue:preview" if request.POST.get("then") == "preview" else "catalogue:version"
    return redirect(page, row.item.code, row.number)


def _edit_context(request: HttpRequest, row: ItemVersion, typed: Item | None, *, stale: bool) -> dict[str, Any]:
    """What both editors show. After a clash the page carries the newest version, so that saving again is a decision."""
    saved = queries.item(row)
    return {
        "code": row.item.code,
        "version": row,
        "name": words.say(saved.name),
        "stale": stale,
        "clash": rules.difference(saved, typed) if stale and typed else None,
        "version_typed": row.version if stale or request.method == "GET" else _version_typed(request),
    }


@require_POST
@requires(may.EDIT)
def begin_next(request: HttpRequest, code: str) -> HttpResponse:
    """Begin the next version; the current one goes on meanwhile."""
    _versions(request, code, may.EDIT)
    draft = services.next_version(code, by=_actor(request))
    return redirect("catalogue:edit", code, draft.number)


@require_POST
@requires(may.EDIT)
def send_to_review(request: HttpRequest, code: str, number: int) -> HttpResponse:
    row = _one(_versions(request, code, may.EDIT), number)
    try:
        services.send_to_review(row.pk, by=_actor(request), version=_version_typed(request))
    except Refused as refusal:
        return _version_page(request, code, number, refusal=refusal)
    messages.success(request, _("送审核了。请没有改过它的同事来发布。"))
    return redirect("catalogue:version", code, number)


@require_POST
@requires(may.EDIT)
def return_to_draft(request: HttpRequest, code: str, number: int) -> HttpResponse:
    row = _one(_versions(request, code, may.EDIT), number)
    form = ReturnForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            services.return_to_draft(
                row.pk, by=_actor(request), version=_version_typed(request), reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("退回了，写着为什么。"))
            return redirect("catalogue:version", code, number)
    return _version_page(request, code, number, return_form=form)


@require_POST
@requires(may.EDIT)
def discard_draft(request: HttpRequest, code: str, number: int) -> HttpResponse:
    versions = _versions(request, code, may.EDIT)
    row = _one(versions, number)
    try:
        services.discard_draft(row.pk, by=_actor(request), version=_version_typed(request))
    except Refused as refusal:
        return _version_page(request, code, number, refusal=refusal)
    messages.success(request, _("草稿扔掉了。"))
    return redirect("catalogue:item", code) if len(versions) > 1 else redirect("catalogue:manage")


@require_POST
@requires(may.PUBLISH)
def publish(request: HttpRequest, code: str, number: int) -> HttpResponse:
    row = _one(_versions(request, code, may.PUBLISH), number)
    form = DayForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            published = services.publish(
                row.pk, by=_actor(request), version=_version_typed(request), from_day=form.cleaned_data["from_day"]
            )
            messages.success(request, _("第 %(number)s 版发布了，%(day)s 起用。") % {
                "number": published.number, "day": published.valid_from,
            })  # fmt: skip
            return redirect("catalogue:item", code)
    return _version_page(request, code, number, publish_form=form)


@require_POST
@requires(may.PUBLISH)
def retire(request: HttpRequest, code: str) -> HttpResponse:
    versions = _versions(request, code, may.PUBLISH)
    form = RetireForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            retired = services.retire(code, by=_actor(request), version=_version_typed(request), **form.cleaned_data)
            messages.success(request, _("%(day)s 起停用。正在办的照原来的版本办完。") % {"day": retired.valid_to})
            return redirect("catalogue:item", code)
    row = queries.row_of(versions)
    context = {
        "code": code,
        "row": row,
        "versions": [_told(one) for one in reversed(versions)],
        "department": words.department_name(row.department),
        "domain": words.DOMAINS[row.domain],
        "retire_form": form,
        **_rights(request),
    }
    return show(request, "catalogue/item.html", context, status=422)


@require_POST
@requires(may.EDIT)
def mark_reviewed(request: HttpRequest, code: str) -> HttpResponse:
    _versions(request, code, may.EDIT)
    services.mark_reviewed(code, by=_actor(request), version=_version_typed(request))
    messages.success(request, _("记下了：今天梳理过，一年后再提醒。"))
    return redirect("catalogue:item", code)


# -- what they share -------------------------------------------------------------------------------------------------


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _versions(request: HttpRequest, code: str, permission: Any = may.VIEW) -> list[ItemVersion]:
    versions = list(queries.versions_for(_actor(request), permission).filter(item__code=code).order_by("number"))
    if not versions:
        raise Http404
    return versions


def _one(versions: list[ItemVersion], number: int) -> ItemVersion:
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise Http404
    return found


def _told(row: ItemVersion) -> dict[str, Any]:
    """A version's state in words, as it is today."""
    day = today()
    if row.is_in_force(day):
        state, badge = _("在用"), "ok"
    elif row.is_fixed and row.valid_from and row.valid_from > day:
        state, badge = _("等生效"), "note"
    elif row.is_fixed:
        state, badge = _("已停用"), ""
    else:
        state, badge = str(VersionStatus(row.status).label), STATE_BADGES[row.status]
    return {"version": row, "state": state, "badge": badge}


def _publishing_faults(content: Item) -> list[rules.Fault]:
    return rules.publishing_faults(content, proofs=queries.forbidden_proofs())


def _rights(request: HttpRequest) -> dict[str, bool]:
    actor = _actor(request)
    return {"may_edit": actor.may(may.EDIT), "may_publish": actor.may(may.PUBLISH)}


def _department_asked(request: HttpRequest) -> str:
    asked = request.GET.get("department", "")
    return asked if asked in Department.values else ""


def _departments_of(request: HttpRequest, rows: list[queries.ItemRow]) -> list[tuple[str, str]]:
    codes = dict.fromkeys(row.department for row in rows)
    if asked := _department_asked(request):
        codes.setdefault(asked)
        codes |= dict.fromkeys(queries.counts_by_department())
    return sorted((code, words.department_name(code)) for code in codes if code)


def _version_typed(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def due(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """The items of one's line that nobody has looked through for twelve months (R25a): a number on the bench."""
    actor = _actor(request)
    if not actor.may(may.EDIT):
        return None
    late, whole = queries.review_counts(actor)
    figure = {
        "name": _("该梳理了"),
        "value": late,
        "whole": _("/ %(n)s 项") % {"n": whole},
        "url": f"{reverse('catalogue:manage')}?state=due",
        "words": _("看这些事项"),
    }
    return "design/panels/figures.html", {"id": "items-due", "title": _("服务事项"), "figures": [figure]}


def waiting(request: HttpRequest) -> int | None:
    """How many versions wait for this reviewer: the number in the side navigation, where there is one."""
    return queries.waiting_for_review(_actor(request)) or None
