"""Service items for programs: what is offered is public; writing versions is for those who write them."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from linli.core.access import Permission, open_to_all, requires
from linli.core.api import Day, In, Out, Page, Paging, Room, Words, asked_of, keyset, listed, remembered
from linli.core.forms import making
from linli.ground.territory import queries as territory
from linli.services.catalogue import guide as guides
from linli.services.catalogue import permissions as may
from linli.services.catalogue import queries, services
from linli.services.catalogue.content import Audience, Channel, Field27, Item, LifeEvent, Text
from linli.services.catalogue.models import ItemVersion, Variance

room = Room("catalogue", _("服务事项"))
AreaName = Literal["all", "urban", "rural"]
PartName = Literal["offer", "days", "fee", "materials", "conditions", "content"]
WHY = "everybody may see which services there are"


class ItemRow(Out):
    """An item that is offered."""

    code: str
    number: str
    name: Text
    summary: Text
    department: str
    domain: int
    version_number: int
    valid_from: dt.date
    valid_to: dt.date | None
    can_apply: bool = Field(description="Whether it is applied for here")


class ItemOut(ItemRow):
    """An item in full, as its version in force says it."""

    content: Item


class Answer(Out):
    question: str
    answer: str


class Needed(Out):
    """A material as the applicant reads it. held: the city has it, she does not bring it."""

    name: str
    held: bool
    hint: str
    notes: list[str]


class GuideStep(Out):
    title: str
    text: str


class GuideOut(Out):
    """The guide in plain words, in the language asked for (Accept-Language)."""

    code: str
    name: str
    summary: str
    answers: list[Answer]
    who: str
    conditions: list[str]
    agents: str
    bring: list[Needed]
    held: list[Needed]
    steps: list[GuideStep]
    result: str
    delivery: str
    fee: str
    windows: str
    channels: str
    basis: list[str]
    remedy: str
    limits: list[Answer]
    decider: str
    phone: str
    supervision_phone: str
    questions: list[Answer]
    elsewhere: str


class ProofOut(Out):
    """A proof that nobody may ask for, and what is used in its place."""

    list_name: str
    number: int
    name: str
    instead: str
    valid_from: dt.date


class VersionRow(Out):
    """One version of an item, also one that is being written."""

    id: UUID
    code: str
    number: int
    status: Literal["draft", "review", "published", "retired"]
    name: str
    department: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    note: str
    version: int


class VersionOut(VersionRow):
    content: Item


class FieldProblem(Out):
    """Something that is wrong with a form. field: its name; "" for the form as a whole."""

    field: str
    sentence: str


class FormOut(Out):
    """The form of a version: JSON Schema with our hints, the number to change it with, and what is still wrong."""

    id: UUID
    code: str
    number: int
    version: int
    form: dict[str, Any]
    problems: list[FieldProblem] = Field(
        description="Sentences for whoever makes the form; [] when it can be published"
    )


class FormIn(In):
    form: dict[str, Any] = Field(description="The whole form: type, required, x-order, properties")


class FromDay(In):
    """From which day on; today where none is named."""

    from_day: Day | None = None


class RetireIn(FromDay):
    reason: Words = ""


class ReturnIn(In):
    reason: Words = ""


def _row(version: ItemVersion) -> dict[str, Any]:
    item = queries.item(version)
    return {
        "code": item.code,
        "number": item.number,
        "name": item.name,
        "summary": item.summary,
        "department": item.department,
        "domain": item.domain,
        "version_number": version.number,
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "can_apply": item.elsewhere is None,
    }


def _version(version: ItemVersion) -> dict[str, Any]:
    names = set(VersionRow.model_fields) - {"code"}
    return {**{name: getattr(version, name) for name in names}, "code": version.item.code}


@room.get("/items", summary=_("找服务事项"), response=Page[ItemRow])
@open_to_all(WHY)
def list_items(
    request: HttpRequest,
    paging: Paging,
    q: Annotated[str, Field(max_length=60)] = "",
    life_event: LifeEvent | None = None,
    audience: Audience | None = None,
    department: Annotated[str, Field(max_length=32)] = "",
    domain: Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"] | None = None,
    field: Field27 | None = None,
    channel: Channel | None = None,
    on: Day | None = None,
) -> Page[ItemRow]:
    """Find items in force by words (also people's own, pinyin, initials), by stage of life, audience, department."""
    found = queries.search(
        q, life_event=life_event or "", audience=audience or "", department=department,
        domain=int(domain) if domain else None, field=field or "", channel=channel or "", on=on,
    )  # fmt: skip
    return listed(request, found, paging, lambda version: ItemRow(**_row(version)))  # type: ignore[arg-type]


@room.get("/items/{code}", summary=_("看一个事项"), response=ItemOut)
@open_to_all(WHY)
def get_item(request: HttpRequest, code: str, on: Day | None = None) -> ItemOut:
    """Show an item as the version in force on a day (today) says it: materials, form, limits, steps."""
    version = queries.published_version(code, on)
    return ItemOut(**_row(version), content=queries.item(version))  # type: ignore[arg-type]


@room.get("/items/{code}/guide", summary=_("看办事指南"), response=GuideOut)
@open_to_all("the guide of a service is public")
def get_guide(request: HttpRequest, code: str, on: Day | None = None) -> GuideOut:
    """Show the guide of an item in plain words, in the language asked for."""
    told = asdict(guides.guide_of(queries.item(queries.published_version(code, on))))
    for name in ("answers", "limits", "questions"):
        told[name] = [Answer(question=question, answer=answer) for question, answer in told[name]]
    return GuideOut(**{name: told[name] for name in GuideOut.model_fields})


@room.get("/proofs", summary=_("不该开的证明"), response=Page[ProofOut])
@open_to_all("what nobody may ask for must be known to everybody")
def list_forbidden_proofs(request: HttpRequest, paging: Paging, on: Day | None = None) -> Page[ProofOut]:
    """List the proofs that nobody may ask for."""
    proofs = queries.forbidden_proofs(on)
    return listed(request, proofs, paging, lambda proof: ProofOut.model_validate(proof, from_attributes=True))  # type: ignore[type-var]


# -- writing ---------------------------------------------------------------------------------------------------------


@room.get("/item-versions", summary=_("列出事项的各个版本"), response=Page[VersionRow])
@requires(may.VIEW)
def list_item_versions(
    request: HttpRequest,
    paging: Paging,
    code: Annotated[str, Field(max_length=60)] = "",
    status: Literal["draft", "review", "published", "retired"] | None = None,
) -> Page[VersionRow]:
    """List versions of items, also those being written; a department's staff see their own line's."""
    rows = queries.versions_for(asked_of(request).actor).defer("content")
    rows = rows.filter(item__code=code) if code else rows
    rows = rows.filter(status=status) if status else rows
    return keyset(request, rows, ("item_number", "number", "id"), paging, lambda row: VersionRow(**_version(row)))  # type: ignore[arg-type]


@room.post("/item-versions", summary=_("起草一个新事项"), response=VersionOut, creates=True)
@requires(may.EDIT)
def create_item(request: HttpRequest, body: Item) -> VersionOut:
    """Begin an item nobody has had yet, as a draft."""
    made = remembered(request, lambda: services.create_item(body, by=asked_of(request).actor).pk)
    return _found(request, UUID(made))


@room.get("/item-versions/{uuid:version_id}", summary=_("看事项的一个版本"), response=VersionOut)
@requires(may.VIEW)
def get_item_version(request: HttpRequest, version_id: UUID) -> VersionOut:
    return _found(request, version_id)


@room.post("/items/{code}/versions", summary=_("起草下一个版本"), response=VersionOut, creates=True)
@requires(may.EDIT)
def begin_item_version(request: HttpRequest, code: str) -> VersionOut:
    """Begin an item's next version as a draft, with what the last one says."""
    made = remembered(request, lambda: services.next_version(code, by=asked_of(request).actor).pk)
    return _found(request, UUID(made))


@room.put("/item-versions/{uuid:version_id}", summary=_("改草稿"), response=VersionOut, versioned=True)
@requires(may.EDIT)
def save_item_version(request: HttpRequest, version_id: UUID, body: Item) -> VersionOut:
    """Write a draft anew, whole."""
    services.save_draft(version_id, body, by=asked_of(request).actor, version=_expected(request, version_id))
    return _found(request, version_id)


@room.get("/item-versions/{uuid:version_id}/form", summary=_("看要填的表"), response=FormOut)
@requires(may.VIEW)
def get_item_version_form(request: HttpRequest, version_id: UUID) -> FormOut:
    """Show the form of a version alone, with what is still wrong with it."""
    return _form(request, version_id)


@room.put(
    "/item-versions/{uuid:version_id}/form", summary=_("改要填的表"), response=FormOut, versioned=True
)  # fmt: skip
@requires(may.EDIT)
def save_item_version_form(request: HttpRequest, version_id: UUID, body: FormIn) -> FormOut:
    """Write the form of a draft anew; all else that the draft says stays. What is wrong is told, not refused."""
    expected = _expected(request, version_id)
    services.save_form(version_id, body.form, by=asked_of(request).actor, version=expected)
    return _form(request, version_id)


@room.post("/item-versions/{uuid:version_id}/review", summary=_("送审"), response=VersionOut, versioned=True)
@requires(may.EDIT)
def send_item_version_to_review(request: HttpRequest, version_id: UUID) -> VersionOut:
    """Hand a draft to a reviewer: somebody who has not written on it."""
    services.send_to_review(version_id, by=asked_of(request).actor, version=_expected(request, version_id))
    return _found(request, version_id)


@room.delete("/item-versions/{uuid:version_id}", summary=_("扔掉草稿"), versioned=True)
@requires(may.EDIT)
def discard_item_version(request: HttpRequest, version_id: UUID) -> None:
    """Throw a draft away; what was published or is in review stays."""
    services.discard_draft(version_id, by=asked_of(request).actor, version=_expected(request, version_id))


@room.post("/item-versions/{uuid:version_id}/return", summary=_("退回修改"), response=VersionOut, versioned=True)
@requires(may.EDIT)
def return_item_version(request: HttpRequest, version_id: UUID, body: ReturnIn) -> VersionOut:
    """Give a version back to its editors, with the reason."""
    services.return_to_draft(
        version_id, by=asked_of(request).actor, version=_expected(request, version_id), reason=body.reason
    )
    return _found(request, version_id)


@room.post(
    "/item-versions/{uuid:version_id}/publication", summary=_("发布"), response=VersionOut, versioned=True
)  # fmt: skip
@requires(may.PUBLISH)
def publish_item_version(request: HttpRequest, version_id: UUID, body: FromDay) -> VersionOut:
    """Publish a reviewed version from a day on; the one before it ends that day."""
    services.publish(
        version_id, by=asked_of(request).actor, version=_expected(request, version_id), from_day=body.from_day
    )
    return _found(request, version_id)


@room.post("/items/{code}/retirement", summary=_("停用事项"), response=VersionOut, versioned=True)
@requires(may.PUBLISH)
def retire_item(request: HttpRequest, code: str, body: RetireIn) -> VersionOut:
    """Stop offering an item from a day on; running applications go on. If-Match is that of its version in force."""
    expected = _expected(request, queries.published_version(code).pk, may.PUBLISH)
    last = services.retire(
        code, by=asked_of(request).actor, version=expected, from_day=body.from_day, reason=body.reason
    )
    return _found(request, last.pk)


@room.post("/items/{code}/looked-through", summary=_("记下梳理过了"), response=VersionOut, versioned=True)
@requires(may.EDIT)
def mark_item_reviewed(request: HttpRequest, code: str) -> VersionOut:
    """Note that the version in force was looked through today and is right."""
    expected = _expected(request, queries.published_version(code).pk, may.EDIT)
    return _found(request, services.mark_reviewed(code, by=asked_of(request).actor, version=expected).pk)


def _form(request: HttpRequest, version_id: UUID) -> FormOut:
    version = queries.versions_for(asked_of(request).actor).get(pk=version_id)
    form = queries.item(version).form
    told = [
        FieldProblem(field=name, sentence=sentence)
        for name, sentences in making.problems_of(form).items()
        for sentence in sentences
    ]
    return FormOut(
        id=version.pk, code=version.item.code, number=version.number, version=version.version, form=form, problems=told
    )


# -- where items differ (R28a) ---------------------------------------------------------------------------------------


class VarianceOut(Out):
    """Where an item differs from what it is elsewhere, to what standard, and why."""

    id: UUID
    item_code: str
    division_code: str
    division_name: str
    area: AreaName
    part: PartName
    standard: str
    standard_en: str
    reason: str
    reason_en: str
    document: str
    valid_from: dt.date
    valid_to: dt.date | None = Field(description="The first day on which it is over")
    version: int


class VarianceIn(In):
    division_code: Annotated[str, Field(pattern=r"^[0-9]{12}$")]
    area: AreaName = "all"
    part: PartName
    standard: Annotated[str, Field(max_length=200)] = Field(
        "", description="Nothing for offer: it is not offered there"
    )
    standard_en: Annotated[str, Field(max_length=300)] = ""
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    reason_en: Annotated[str, Field(max_length=500)] = ""
    document: Annotated[str, Field(min_length=1, max_length=200)]
    from_day: Day | None = None


@room.get("/variances", summary=_("各地哪里不一样"), response=Page[VarianceOut])
@open_to_all("where a service differs is shown on its public page")
def list_variances(
    request: HttpRequest, paging: Paging, item_code: Annotated[str, Field(max_length=60)] = "", on: Day | None = None
) -> Page[VarianceOut]:
    """List where items differ by area on a day (today), by item and place."""
    return listed(request, queries.variances(on, code=item_code), paging, _variance_out)


@room.post("/items/{code}/variances", summary=_("记下哪里不一样"), response=VarianceOut, creates=True)
@requires(may.EDIT)
def record_variance(request: HttpRequest, code: str, body: VarianceIn) -> VarianceOut:
    """Record that an item differs in some communities, with the reason."""
    actor = asked_of(request).actor

    def make() -> UUID:
        told = body.model_dump(exclude={"division_code"})
        return services.record_variance(code, by=actor, place=territory.by_code(body.division_code), **told).pk

    return _variance_out(queries.variances_for(actor).get(pk=remembered(request, make)))


@room.post("/variances/{uuid:variance_id}/end", summary=_("结束一处不一样"), response=VarianceOut, versioned=True)
@requires(may.EDIT)
def end_variance(request: HttpRequest, variance_id: UUID) -> VarianceOut:
    """End a difference from today on: there it is as everywhere."""
    asked = asked_of(request)
    row = queries.variances_for(asked.actor).get(pk=variance_id)
    expected = row.version if asked.version is None else asked.version
    return _variance_out(services.end_variance(variance_id, by=asked.actor, version=expected))


def _variance_out(row: Variance) -> VarianceOut:
    plain = set(VarianceOut.model_fields) - {"item_code", "division_code", "division_name"}
    return VarianceOut(
        **{name: getattr(row, name) for name in plain},  # type: ignore[arg-type]
        item_code=row.item.code,
        division_code=row.division.code,
        division_name=row.division.short_name,
    )


def _found(request: HttpRequest, version_id: UUID) -> VersionOut:
    version = queries.versions_for(asked_of(request).actor).get(pk=version_id)
    return VersionOut(**_version(version), content=queries.item(version))  # type: ignore[arg-type]


def _expected(request: HttpRequest, version_id: UUID, permission: Permission = may.EDIT) -> int:
    """Return the version that If-Match names; for any, that of the row as it stands."""
    asked = asked_of(request)
    if asked.version is not None:
        return asked.version
    return queries.versions_for(asked.actor, permission).get(pk=version_id).version
