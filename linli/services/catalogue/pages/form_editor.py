"""The form of a draft, made and changed in the browser (R152): its fields, one field, as a text, and a preview to try."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.core.access import Actor, requires
from linli.core.design.panels import panels_for
from linli.core.forms import SchemaForm, answers_shown, declared_facts, making
from linli.core.forms.field_form import FieldForm, fact_words
from linli.core.forms.formats import yuan
from linli.core.http import Refused, Stale, show
from linli.services.catalogue import permissions as may
from linli.services.catalogue import queries, reading, rules, services, words
from linli.services.catalogue.forms import FormTextForm
from linli.services.catalogue.models import ItemVersion, VersionStatus

NOBODY = "nobody"
SIZES = ("phone", "desk", "whole")
ANSWERS_SHOWN = 4


# -- the fields ------------------------------------------------------------------------------------------------------


@requires(may.VIEW)
@require_GET
def fields(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The fields of a form in the order of asking, with what is wrong beside each, and the form itself beside them."""
    return _fields_page(request, _version(request, code, number))


def _fields_page(
    request: HttpRequest, row: ItemVersion, *, refusal: str = "", at: str = "", status: int = 200
) -> HttpResponse:
    schema = queries.item(row).form
    problems = making.problems_of(schema)
    shown, left = making.drawable(schema)
    rows = _rows(schema, problems)
    context = {
        **_frame(row),
        "rows": rows,
        "heading": _("这张表还是空的")
        if not rows
        else ngettext("这张表有 %(count)s 项", "这张表有 %(count)s 项", len(rows)) % {"count": len(rows)},
        "problems": problems,
        "whole": problems.get("", []) if rows else [],
        "may_change": row.status == VersionStatus.DRAFT and _actor(request).may(may.EDIT),
        "is_full": len(rows) >= making.FIELDS_MAX,
        "kinds": making.KINDS.values(),
        "columns": [making.KINDS[kind] for kind in making.IN_ROWS],
        "facts": [(one.name, fact_words(one)) for one in declared_facts().values() if one.kinds],
        "drawn": SchemaForm(shown, facts=making.made_up_facts(0), language=get_language())
        if shown["x-order"]
        else None,
        "left": left,
        "refusal": refusal,
        "at": at,
        "panels": panels_for("item_form", request),
    }
    return show(request, "catalogue/form.html", context, status=status)


def _rows(schema: Any, problems: dict[str, list[str]], *, table: str = "") -> list[dict[str, Any]]:
    """Each field as a line of the list: what it asks, of what kind, from where, when, and what is wrong."""
    order = making.sequence_of(schema)
    required = making.required_of(schema)
    rows = []
    for place, name in enumerate(order):
        rule = making.rule_at(schema, name)
        kind = making.kind_of(rule)
        inner = rule["items"] if kind.code == "rows" else None
        rows.append(
            {
                "name": name,
                "table": table,
                "place": place + 1,
                "is_first": place == 0,
                "is_last": place == len(order) - 1,
                "title": making.title_of(schema, name),
                "kind": kind,
                "is_required": name in required,
                "limits": _limits(rule),
                "fact": _fact_name(rule),
                "when": _when(schema, rule),
                "problems": problems.get(name, []),
                "columns": _rows(inner, {}, table=name) if inner is not None else [],
                "is_table": inner is not None,
            }
        )
    return rows


def _fact_name(rule: dict[str, Any]) -> str:
    fact = str(rule.get("x-fact") or "")
    known = declared_facts().get(fact)
    return str(known.label or fact) if known else fact


def _when(schema: Any, rule: dict[str, Any]) -> str:
    other, answers = making.waited_for(rule)
    if not other:
        return ""
    labels = [label for value, label in making.options_of(making.rule_at(schema, other)) if value in answers]
    return _("“%(question)s”选了“%(answers)s”才问") % {
        "question": making.title_of(schema, other), "answers": _("、").join(labels) or _("（没有这个答案）"),
    }  # fmt: skip


def _limits(rule: dict[str, Any]) -> str:
    kind = making.kind_of(rule).code
    if kind in ("choice", "choices"):
        labels = [label for _value, label in making.options_of(rule)]
        told = _("、").join(labels[:ANSWERS_SHOWN])
        if len(labels) > ANSWERS_SHOWN:
            told = _("%(some)s等 %(count)s 个") % {"some": told, "count": len(labels)}
        return told
    least, most = (rule.get(low, rule.get(high)) for low, high in (("minLength", "minimum"), ("maxLength", "maximum")))
    if kind == "money":
        least, most = (yuan(one) if isinstance(one, int) else one for one in (least, most))
    unit = {"text": _("字"), "long_text": _("字"), "money": _("元")}.get(kind, "")
    said = []
    if least is not None:
        said.append(_("最少 %(least)s %(unit)s") % {"least": least, "unit": unit})
    if most is not None:
        said.append(_("最多 %(most)s %(unit)s") % {"most": most, "unit": unit})
    if rule.get("x-past-date"):
        said.append(_("已经过去的日子"))
    return _("，").join(one.strip() for one in said)


# -- one field -------------------------------------------------------------------------------------------------------


@requires(may.EDIT)
def field(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One field: what it asks, of what kind, from where it is filled in, when it is asked. Nothing typed is lost."""
    row = _draft(request, code, number)
    asked = request.POST if request.method == "POST" else request.GET
    table, name = asked.get("in", "")[:60], asked.get("name", "")[:60]
    schema = queries.item(row).form
    inner = _table(schema, table)
    is_new = not name or (request.method == "POST" and name not in making.properties_of(inner))
    if name and is_new and request.method != "POST":
        raise Http404
    more = request.POST.get("more", "")
    kind = asked.get("kind", "")[:20]
    typed = _with_answers(request.POST, more) if request.method == "POST" else None
    form = FieldForm(
        inner, "" if is_new else name, typed, kind=kind, fact=asked.get("fact", "")[:40], like=asked.get("like", "")[:60],
        in_table=bool(table), is_sent=not more,
    )  # fmt: skip
    status = 200
    clash: rules.Difference | None = None
    if request.method == "POST" and not more:
        status = 422
        if form.is_valid():
            changed = making.with_table(schema, table, form.schema_with())
            try:
                services.save_form(
                    row.pk, changed, by=_actor(request), version=_version_typed(request),
                    renamed=(name, form.new_name) if not is_new and not table and name != form.new_name else None,
                )  # fmt: skip
            except Stale:
                status = 409
                clash = rules.difference(queries.item(row), queries.item(row).model_copy(update={"form": changed}))
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("存好了：%(title)s") % {"title": form.cleaned_data["title"]})
                if request.POST.get("then") == "another":
                    return redirect(_field_url(code, number, kind=form.kind.code, table=table))
                return redirect(f"{reverse('catalogue:form', args=[code, number])}#row-{table or form.new_name}")
    context = {
        **_frame(row),
        "form": form,
        "table": table,
        "table_title": making.title_of(schema, table) if table else "",
        "field_name": "" if is_new else name,
        "is_new": is_new,
        "title": making.title_of(inner, name) if not is_new else "",
        "problems": form.problems if status == 422 else [],
        "clash": clash,
        "stale": status == 409,
        "version_typed": row.version if status == 409 or request.method != "POST" else _version_typed(request),
        "guard": f"{table}-{name or form.kind.code}",
    }
    return show(request, "catalogue/form_field.html", context, status=status)


def _with_answers(typed: Any, more: str) -> Any:
    """What was typed, with rows for answers: one more where it was asked for, two where the kind has just been chosen."""
    told = typed.copy()
    count = told.get("answers-TOTAL_FORMS", "")
    have = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    wanted = have + 1 if more == "answers" else max(have, 2) if more == "kind" else have
    told["answers-TOTAL_FORMS"] = str(min(wanted, making.CHOICES_MAX))
    told.setdefault("answers-INITIAL_FORMS", "0")
    return told


# -- moving and removing ---------------------------------------------------------------------------------------------


@require_POST
@requires(may.EDIT)
def move(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A field one place up or down. What would then be asked before its condition can be known is refused."""
    row = _draft(request, code, number)
    table, name = request.POST.get("in", "")[:60], request.POST.get("name", "")[:60]
    schema = queries.item(row).form
    inner = _table(schema, table)
    if name not in making.properties_of(inner):
        return _fields_page(request, row, refusal=_("这一项已经没有了，没有什么可移的。"), status=409)
    moved = making.with_field_moved(inner, name, -1 if request.POST.get("direction") == "up" else 1)
    if not table and (broken := making.new_problems(inner, moved)):
        refusal = _("不能这样移。%(why)s") % {"why": "".join(broken)}
        return _fields_page(request, row, refusal=refusal, at=name, status=422)
    return _saved(request, row, making.with_table(schema, table, moved), at=table or name)


@requires(may.EDIT)
def remove(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take a field out, once it is said what depends on it."""
    row = _draft(request, code, number)
    asked = request.POST if request.method == "POST" else request.GET
    table, name = asked.get("in", "")[:60], asked.get("name", "")[:60]
    item = queries.item(row)
    inner = _table(item.form, table)
    if name not in making.properties_of(inner):
        if request.method == "POST":
            return _fields_page(request, row, refusal=_("这一项已经没有了，不用再去掉。"), status=409)
        return _fields_page(request, row, refusal=_("没有这一项。请在下面选要去掉哪一项。") if name else "")
    if request.method == "POST":
        changed = making.with_table(item.form, table, making.without_field(inner, name))
        return _saved(request, row, changed, said=_("去掉了：%(title)s") % {"title": making.title_of(inner, name)})
    judged = [] if table else [one for one in item.applicants.conditions if one.answer == name]
    context = {
        **_frame(row),
        "table": table,
        "field_name": name,
        "title": making.title_of(inner, name),
        "watchers": [making.title_of(inner, one) for one in making.watchers_of(inner, name)],
        "conditions": [words.say(one.text) for one in judged],
    }
    return show(request, "catalogue/form_remove.html", context)


def _saved(request: HttpRequest, row: ItemVersion, changed: Any, *, at: str = "", said: str = "") -> HttpResponse:
    """Save and go back to the list; where a colleague has saved in between, say so and do nothing."""
    try:
        services.save_form(row.pk, changed, by=_actor(request), version=_version_typed(request))
    except Stale:
        refusal = _("别的同事刚刚改了这张表，您要做的还没有做。下面是最新的，看过再做。")
        return _fields_page(request, row, refusal=refusal, at=at, status=409)
    if said:
        messages.success(request, said)
    return redirect(reverse("catalogue:form", args=[row.item.code, row.number]) + (f"#row-{at}" if at else ""))


# -- as a text -------------------------------------------------------------------------------------------------------


@requires(may.EDIT)
def text(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The form as YAML, as it stands in an item's file: to copy, to change, to bring another one in."""
    row = _draft(request, code, number)
    item = queries.item(row)
    form = FormTextForm(request.POST or None, initial={"text": reading.form_to_yaml(item.form)})
    faults: tuple[rules.Fault, ...] = ()
    clash = None
    if form.is_valid():
        told, faults = reading.read_form(form.cleaned_data["text"])
        if told is not None:
            try:
                services.save_form(row.pk, told, by=_actor(request), version=_version_typed(request))
            except Stale:
                clash = rules.difference(item, item.model_copy(update={"form": told}))
            except rules.NotSound as refusal:
                faults = refusal.faults
            else:
                messages.success(request, _("存好了。"))
                return redirect("catalogue:form", code, number)
    context = {
        **_frame(row),
        "form": form,
        "faults": faults,
        "clash": clash,
        "stale": clash is not None,
        "version_typed": row.version if clash or request.method != "POST" else _version_typed(request),
    }
    status = 409 if clash else 422 if faults or form.errors else 200
    return show(request, "catalogue/form_text.html", context, status=status)


@requires(may.VIEW)
@require_GET
def download(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The form as a file, as it stands under `form:` of an item."""
    row = _version(request, code, number)
    name = f"{row.item.code}-{row.number}-form.yaml"
    return HttpResponse(
        reading.form_to_yaml(queries.item(row).form),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# -- preview ---------------------------------------------------------------------------------------------------------


@requires(may.VIEW)
def preview(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The form as residents see it, filled with a made-up person; it can be tried, and nothing of that is kept."""
    row = _version(request, code, number)
    item = queries.item(row)
    size = request.GET.get("as", "")
    size = size if size in SIZES else "phone"
    people = making.made_up_people()
    who = request.GET.get("who", "0")
    place = int(who) if who.isascii() and who.isdigit() and len(who) < 3 and int(who) < len(people) else -1
    schema, left = making.drawable(item.form)
    sent = request.POST if request.method == "POST" else None
    form = SchemaForm(schema, data=sent, facts=making.made_up_facts(place), language=get_language())
    is_tried = sent is not None and not form.adds_row
    is_right = is_tried and form.is_valid()
    who = str(place) if place >= 0 else NOBODY
    context = {
        **_frame(row),
        "form": form,
        "left": left,
        "size": size,
        "who": who,
        "sizes": [
            (label, f"?{urlencode({'as': one, 'who': who})}", one == size)
            for one, label in (("phone", _("手机上")), ("desk", _("电脑上")))
        ],
        "people": [
            (label, f"?{urlencode({'as': size, 'who': one})}", one == who)
            for one, label in [*((str(at), name) for at, name in enumerate(people)), (NOBODY, _("什么都还没登记的人"))]
        ],
        "whole_url": f"?{urlencode({'as': 'whole', 'who': who})}",
        "back_url": f"?{urlencode({'as': 'phone', 'who': who})}",
        "is_right": is_right,
        "kept": answers_shown(schema, form.cleaned_data, language=get_language()) if is_right else [],
        "item_phone": item.phone,
    }
    template = "catalogue/form_preview_whole.html" if size == "whole" else "catalogue/form_preview.html"
    return show(request, template, context, status=422 if is_tried and not is_right else 200)


# -- what they share -------------------------------------------------------------------------------------------------


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _version(request: HttpRequest, code: str, number: int, permission: Any = may.VIEW) -> ItemVersion:
    row = queries.versions_for(_actor(request), permission).filter(item__code=code, number=number).first()
    if row is None:
        raise Http404
    return row


def _draft(request: HttpRequest, code: str, number: int) -> ItemVersion:
    row = _version(request, code, number, may.EDIT)
    if row.is_fixed:
        raise rules.PublishedIsFixed
    if row.status != VersionStatus.DRAFT:
        raise rules.NotInThatState(state=VersionStatus(row.status).label)
    return row


def _table(schema: Any, table: str) -> Any:
    try:
        return making.table_of(schema, table)
    except KeyError:
        raise Http404 from None


def _frame(row: ItemVersion) -> dict[str, Any]:
    return {"code": row.item.code, "version": row, "name": words.say(queries.item(row).name)}


def _field_url(code: str, number: int, *, kind: str, table: str) -> str:
    asked = {"kind": kind, **({"in": table} if table else {})}
    return f"{reverse('catalogue:form_field', args=[code, number])}?{urlencode(asked)}"


def _version_typed(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
