"""Cases for programs: from the draft to the rating. What may be done with a case is drawn from its lifecycle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import Field, ValidationError

from linli.core import audit
from linli.core.access import Actor, Permission, open_to_all, requires
from linli.core.api import (
    Code,
    Flag,
    In,
    Number,
    Out,
    Page,
    Paging,
    Room,
    Words,
    asked_of,
    keyset,
    listed,
    remembered,
)
from linli.core.calendar import today
from linli.core.files.pages import file_response
from linli.core.forms import SchemaForm
from linli.core.lifecycle import Way
from linli.ground.registry import queries as registry
from linli.services.casework import asking, behalf_api, discretion, proposals, queries, rules, services
from linli.services.casework import figures as counting
from linli.services.casework import permissions as may
from linli.services.casework.lifecycle import LIFECYCLE
from linli.services.casework.models import (
    Case,
    CaseAction,
    CaseMaterial,
    Channel,
    Draft,
    DraftMaterial,
    FollowUp,
    Objection,
    Opinion,
    Question,
    Rating,
    WorkItem,
)
from linli.services.casework.pages.handle import masked_answers, note_look
from linli.services.casework.pages.timeline import NOT_FOR_APPLICANTS, story
from linli.services.casework.services import papers
from linli.services.catalogue import queries as catalogue

room = Room("casework", _("办件"))
rooms = (room, behalf_api.room)

StatusName = Literal[
    "draft", "submitted", "supplement_requested", "accepted", "in_review", "special_procedure", "public_notice",
    "granted", "refused", "delivered", "closed", "not_accepted", "withdrawn", "returned",
]  # fmt: skip
SourceName = Literal["upload", "paper", "fact", "certificate", "declaration", "later"]
ChannelName = Literal["online", "window", "assisted", "self_service"]
RelationName = Literal["child", "spouse", "parent", "guardian", "relative", "proxy"]
IdKindName = Literal["citizen", "hmt_residence", "foreign_residence", "passport"]
DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
Reason = Annotated[str, Field(min_length=4, max_length=1000)]


# -- what is answered ------------------------------------------------------------------------------------------------


class MaterialOut(Out):
    """A material as it was given."""

    id: UUID
    code: str
    source: SourceName
    file_name: str
    verdict: str = Field(description="What the look at a picture said: clear, too_dark, …")
    certificate_number: str
    added_at: dt.datetime
    has_file: bool


class DraftRow(Out):
    """An application that is being filled in."""

    id: UUID
    item_code: str
    item_name: str
    channel: ChannelName
    updated_at: dt.datetime
    version: int


class Lacking(Out):
    """A material that is still to be given."""

    code: str
    name: str


class DraftOut(DraftRow):
    """A draft with what was filled in, what the city knows already, and what is still missing."""

    answers: dict[str, Any] = Field(description="As saved, right or wrong, by the item's form")
    known: dict[str, Any] = Field(description="Answers that the registry has; those not sent are taken from here")
    faults: dict[str, list[str]] = Field(description="What is wrong with the answers, by field")
    materials: list[MaterialOut]
    missing: list[Lacking]
    is_ready: bool = Field(description="Whether it can be submitted")


class CaseRow(Out):
    """A case in a list."""

    number: str
    item_code: str
    item_name: str
    status: StatusName
    department: str
    community_code: str
    community_name: str
    step: int
    step_level: str
    step_department: str
    step_due_on: dt.date | None
    due_on: dt.date | None
    submitted_at: dt.datetime
    priority: str = Field(description="Why the applicant is served first; empty for most")
    version: int


class Happened(Out):
    """One act in a case's history."""

    action: str
    heading: str
    who: str
    at: dt.datetime
    from_status: StatusName
    to_status: StatusName
    said: str
    paper: str = Field(description="The paper that it left behind, for /papers/{kind}; empty for none")


class AnswerOut(Out):
    name: str
    label: str
    text: str = Field(description="As people read it; numbers that the registry keeps are masked")


class ChoiceOut(Out):
    """What can be done with the case now, or why not."""

    action: str
    label: str
    is_open: bool
    refused: str = Field(description="Why it cannot be done now; empty where it can")


class ApplicantOut(Out):
    """The person, as a list shows her: numbers masked."""

    id: UUID
    name: str
    id_number: str
    phone: str


class CaseOut(CaseRow):
    """A case with its history, its answers and materials, and what can be done with it now."""

    channel: ChannelName
    applicant: ApplicantOut
    accepted_at: dt.datetime | None
    decided_at: dt.datetime | None
    delivered_at: dt.datetime | None
    closed_at: dt.datetime | None
    answer_by: dt.date | None
    legal_due_on: dt.date | None
    reason: str
    certificate_number: str
    answers: list[AnswerOut]
    materials: list[MaterialOut]
    history: list[Happened]
    choices: list[ChoiceOut]


class OpinionOut(Out):
    """What another body asks one's department."""

    id: UUID
    case_number: str
    item_code: str
    item_name: str
    department: str
    is_joint: bool
    question: str
    asked_at: dt.datetime
    due_on: dt.date
    verdict: str
    answer: str
    answered_at: dt.datetime | None


class GuidanceOut(Out):
    """How an item is handled: what street or department was asked, and what it answered. Nobody's data."""

    id: UUID
    item_code: str
    item_name: str
    level: Literal["township", "county"]
    department: str = Field(description="The line at a county; empty for a street")
    place: str
    question: str
    asked_at: dt.datetime
    due_on: dt.date
    answer: str
    answered_at: dt.datetime | None


class RatingOut(Out):
    case_number: str
    score: int
    comment: str
    rated_at: dt.datetime


class FollowUpOut(Out):
    """A bad rating that waits to be called back or answered."""

    id: UUID
    case_number: str
    item_code: str
    score: int
    comment: str
    call_by: dt.date
    answer_by: dt.date
    called_at: dt.datetime | None
    outcome: str
    answer: str
    closed_at: dt.datetime | None
    version: int


class WorkItemOut(Out):
    id: UUID
    kind: str
    what: str
    case_number: str
    community_code: str
    opened_at: dt.datetime
    outcome: str
    closed_at: dt.datetime | None


class ObjectionOut(Out):
    id: UUID
    case_number: str
    text: str
    raised_at: dt.datetime
    answer: str
    answered_at: dt.datetime | None


class ReceivedObjection(Out):
    """An objection that was taken down."""

    case_number: str
    raised_at: dt.datetime


class NoticeOut(Out):
    """What is posted for everybody to object to: the least that is needed."""

    number: str
    item_name: str
    name: str
    community: str
    until: dt.date | None


class SlipOut(Out):
    """What this county's window took in for another county: no personal data."""

    number: str
    item_code: str
    item_name: str
    responsible: str
    status: StatusName
    received_at: dt.datetime
    answer_by: dt.date | None


class WayOut(Out):
    """One line of the lifecycle: from, action, to, who may, what the clock does, what it rests on."""

    sources: list[str]
    action: str
    label: str
    target: str
    permission: str
    clock: str
    guards: list[str]
    rests_on: str


class ItemFigures(Out):
    item_code: str
    received: int
    decided: int
    asked: int
    visits: float | None
    spared_each: float | None
    not_granted: int
    registration: int


class FiguresOut(Out):
    """How the cases received since a day went, within reach."""

    since: dt.date
    counts: dict[str, int] = Field(description="Each figure of the page by its name")
    by_item: list[ItemFigures]


# -- what is sent ----------------------------------------------------------------------------------------------------


class ApplicantIn(In):
    """Who applies: by her document as she shows it; a resident who applies for another names her too."""

    id_number: Annotated[str, Field(min_length=1, max_length=40)]
    id_kind: IdKindName = "citizen"
    name: Annotated[str, Field(max_length=60)] = Field("", description="Asked of a resident who applies for another")
    relation: RelationName | None = Field(None, description="Asked of a resident who applies for another")
    by_authority: Flag = Field(False, description="A resident applies by the authority that stands between the two")


class DraftIn(In):
    item_code: Code
    applicant: ApplicantIn | None = Field(None, description="Left out by a resident who applies for herself")
    channel: Literal["window", "assisted", "self_service"] = Field("window", description="Of an office's application")
    mandate_id: UUID | None = Field(None, description="What an office has recorded about whoever comes for another")


class AnswersIn(In):
    answers: dict[str, Any] = Field(description="By the item's form (JSON Schema); what is known may be left out")


class SubmitIn(In):
    by_sms: Flag = Field(False, description="The person agrees to text messages about it")


class GivenIn(In):
    """A material of an application, and how it is given."""

    code: Code
    source: Literal["upload", "paper", "declaration", "later"] = "upload"


class ApplicationIn(DraftIn, AnswersIn, SubmitIn):
    """A whole application. Each material given by upload takes the next of the files."""

    materials: Annotated[list[GivenIn], Field(max_length=60)] = Field(default_factory=list)


class SaidIn(In):
    """A word with an action: the applicant reads it."""

    said: Words = ""


class ReasonIn(In):
    """A reason is needed: the applicant reads it."""

    said: Reason


class AcceptIn(SaidIn):
    gaps: Annotated[list[Code], Field(max_length=30)] = Field(
        default_factory=list, description="Codes of materials that may follow"
    )


class MissingIn(In):
    code: Code = Field(description="Of a material, or `form`")
    why: Annotated[str, Field(min_length=1, max_length=500)]


class SupplementRequestIn(SaidIn):
    missing: Annotated[list[MissingIn], Field(min_length=1, max_length=30)] = Field(description="All of it, at once")


class NotAcceptIn(ReasonIn):
    because: Literal["not_needed", "not_here", "registration", "condition"]


class RefuseIn(ReasonIn):
    because: Literal["", "registration"] = ""


class SpecialIn(SaidIn):
    code: Code = Field(description="Which of the item's special procedures")


class ExtensionIn(In):
    working_days: Annotated[Number, Field(ge=1, le=15)]
    because: Annotated[str, Field(min_length=4, max_length=300)]


class QuestionIn(In):
    department: Code
    question: Annotated[str, Field(min_length=4, max_length=500)]


class TransferIn(ReasonIn):
    community_code: DivisionCode


class DeliverIn(In):
    how: Literal["electronic", "collect", "post"] = "electronic"


class OpinionIn(In):
    verdict: Literal["agree", "disagree", "no_view"]
    answer: Words = ""


class GuidanceIn(In):
    whom: Code = Field(description="`township` for the street above, or a department's code for the county's")
    question: Words


class AnswerIn(In):
    answer: Words


class RatingIn(In):
    score: Annotated[Number, Field(ge=1, le=5)]
    comment: Annotated[str, Field(max_length=500)] = ""


class CallIn(In):
    hard: Flag = Field(False, description="A hard case has fifteen working days")


class FollowUpIn(In):
    outcome: Code
    answer: Annotated[str, Field(min_length=4, max_length=1000)]


class OutcomeIn(In):
    outcome: Annotated[str, Field(min_length=4, max_length=300)]


class ObjectIn(In):
    text: Annotated[str, Field(min_length=4, max_length=500)]
    contact: Annotated[str, Field(max_length=60)] = ""


class ObjectionAnswerIn(In):
    answer: Annotated[str, Field(min_length=4, max_length=500)]


# -- drafts ----------------------------------------------------------------------------------------------------------


@room.get("/drafts", summary=_("列出自己的草稿"), response=Page[DraftRow])
@requires(may.APPLY, may.RECEIVE)
def list_drafts(request: HttpRequest, paging: Paging) -> Page[DraftRow]:
    """List one's own drafts, latest first."""
    rows = queries.drafts_of(asked_of(request).actor)
    return keyset(request, rows, ("-updated_at", "-id"), paging, lambda draft: DraftRow(**_draft_row(draft)))


@room.post("/drafts", summary=_("开始一个申请"), response=DraftOut, creates=True)
@requires(may.APPLY, may.RECEIVE)
def start_draft(request: HttpRequest, body: DraftIn) -> DraftOut:
    """Begin an application under the version of the item in force today; an office names who stands before it."""
    actor = asked_of(request).actor
    made = remembered(request, lambda: services.start_draft(actor, body.item_code, **_for_whom(actor, body)).pk)
    return _draft_out(_draft(request, UUID(made)), actor)


def _for_whom(actor: Actor, body: DraftIn) -> dict[str, Any]:
    """Return for whom is applied, and how, as start_draft and apply take it."""
    if actor.kind == "resident":
        if body.applicant is None:
            return {}
        other = services.person_to_act_for(actor, name=body.applicant.name, id_number=body.applicant.id_number)
        return {
            "applicant_id": other.pk,
            "agent_relation": body.applicant.relation or "",
            "by_authority": body.applicant.by_authority,
        }
    if body.applicant is None:
        raise rules.IdentityNeeded(field="applicant")
    person = registry.find_by_identity(actor, body.applicant.id_kind, body.applicant.id_number, services.PURPOSE)
    if person is None:
        raise rules.NobodyToActFor(field="applicant")
    mandate = queries.mandates_of(actor).get(pk=body.mandate_id) if body.mandate_id else None
    return {
        "applicant_id": person.pk,
        "channel": Channel(body.channel),
        "visit_id": mandate.visit_id if mandate else None,
        "mandate_id": body.mandate_id,
    }


@room.get("/drafts/{uuid:draft_id}", summary=_("看草稿"), response=DraftOut)
@requires(may.APPLY, may.RECEIVE)
def get_draft(request: HttpRequest, draft_id: UUID) -> DraftOut:
    """Show a draft: what was filled in, what is known, what is wrong or missing."""
    return _draft_out(_draft(request, draft_id), asked_of(request).actor)


@room.put("/drafts/{uuid:draft_id}/answers", summary=_("填表"), response=DraftOut, versioned=True)
@requires(may.APPLY, may.RECEIVE)
def save_answers(request: HttpRequest, draft_id: UUID, body: AnswersIn) -> DraftOut:
    """Keep the answers, complete or not, right or wrong; the answer says what is wrong. What is known is filled in."""
    asked = asked_of(request)
    draft = _draft(request, draft_id)
    known = _known(draft, asked.actor)
    filled = SchemaForm(queries.item_of(draft).form, data={**known, **body.answers})
    saved = services.save_draft(draft.pk, by=asked.actor, version=asked.version, form_data=filled.typed)
    return _draft_out(saved, asked.actor)


@room.post("/drafts/{uuid:draft_id}/materials", summary=_("交一样材料"), response=MaterialOut, status=201, uploads=True)
@requires(may.APPLY, may.RECEIVE)
def add_draft_material(
    request: HttpRequest,
    draft_id: UUID,
    code: Annotated[str, Form(min_length=1, max_length=60)],
    source: Annotated[Literal["upload", "paper", "declaration", "later"], Form()] = "upload",
    file: Annotated[UploadedFile | None, File()] = None,
) -> MaterialOut:
    """Put a material into a draft: a picture or PDF, paper seen at the window, a declaration, or to follow later."""
    draft = _draft(request, draft_id)
    if source == "upload" and file is None:
        raise rules.MaterialMissing(names=code, field="file")
    row = services.add_material(
        draft.pk, code, by=asked_of(request).actor, upload=file if source == "upload" else None, source=source
    )
    return _material_out(row)


@room.get(
    "/drafts/{uuid:draft_id}/materials/{uuid:material_id}/file", summary=_("看草稿里的文件"),
    gives="application/octet-stream",
)  # fmt: skip
@requires(may.APPLY, may.RECEIVE)
def get_draft_file(request: HttpRequest, draft_id: UUID, material_id: UUID) -> HttpResponse:
    rows = _draft(request, draft_id).materials.select_related("file")
    return _file(rows.get(pk=material_id, file__isnull=False))


@room.delete("/drafts/{uuid:draft_id}/materials/{uuid:material_id}", summary=_("拿掉一样材料"))
@requires(may.APPLY, may.RECEIVE)
def remove_draft_material(request: HttpRequest, draft_id: UUID, material_id: UUID) -> None:
    """Take a material out of a draft."""
    draft = _draft(request, draft_id)
    services.remove_material(draft.pk, draft.materials.get(pk=material_id).pk, by=asked_of(request).actor)


@room.delete("/drafts/{uuid:draft_id}", summary=_("扔掉草稿"))
@requires(may.APPLY, may.RECEIVE)
def discard_draft(request: HttpRequest, draft_id: UUID) -> None:
    """Throw a draft away, with its materials."""
    services.discard_draft(_draft(request, draft_id).pk, by=asked_of(request).actor)


@room.post("/drafts/{uuid:draft_id}/submission", summary=_("提交申请"), response=CaseRow, creates=True)
@requires(may.APPLY, may.RECEIVE)
def submit_draft(request: HttpRequest, draft_id: UUID, body: SubmitIn) -> CaseRow:
    """Hand an application in: checked as a whole, received with a number. The draft is gone then."""
    asked = asked_of(request)
    case = services.submit(asked.actor, draft_id, key=asked.key, by_sms=body.by_sms)
    return CaseRow(**_case_row(case))


@room.post("/applications", summary=_("一次交齐整个申请"), response=CaseRow, creates=True, uploads=True)
@requires(may.APPLY, may.RECEIVE)
def apply(
    request: HttpRequest,
    application: Annotated[
        str, Form(max_length=200_000, description="The application as JSON: see the schema ApplicationIn")
    ],
    file: Annotated[
        list[UploadedFile] | None, File(max_length=60, description="The uploads, in the order of the materials")
    ] = None,
) -> CaseRow:
    """Apply in one request, without a draft: the form and all materials, received whole or not at all."""
    actor = asked_of(request).actor
    told = _application(application)
    uploads = iter(file or ())
    materials = [
        (one.code, one.source, next(uploads, None) if one.source == "upload" else None) for one in told.materials
    ]
    if absent := [code for code, source, upload in materials if source == "upload" and upload is None]:
        raise rules.MaterialMissing(names="、".join(absent), field="file")
    if next(uploads, None) is not None:
        raise rules.FilesLeftOver(field="file")
    ready: list[services.Prepared] = []
    made: list[Case] = []

    def prepare() -> None:
        ready.append(services.prepare(actor, told.item_code, materials, **_for_whom(actor, told)))

    def receive() -> str:
        made.append(services.receive(ready[0], told.answers, by=actor, by_sms=told.by_sms))
        return made[0].number

    number = remembered(request, receive, first=prepare)
    return CaseRow(**_case_row(made[0] if made else _case(actor, number)))


def _application(told: str) -> ApplicationIn:
    try:
        return ApplicationIn.model_validate_json(told)
    except ValidationError as error:
        faults: dict[str, list[str]] = {}
        for one in error.errors(include_url=False):
            faults.setdefault("/".join(str(part) for part in one["loc"]) or "application", []).append(one["msg"])
        raise rules.ApplicationUnreadable(faults) from error


def _draft(request: HttpRequest, draft_id: UUID) -> Draft:
    return queries.drafts_of(asked_of(request).actor).get(pk=draft_id)


def _draft_row(draft: Draft) -> dict[str, Any]:
    item = queries.item_of(draft)
    return {
        "id": draft.pk,
        "item_code": item.code,
        "item_name": item.name.zh,
        "channel": draft.channel,
        "updated_at": draft.updated_at,
        "version": draft.version,
    }


def _known(draft: Draft, actor: Actor) -> dict[str, Any]:
    """Return the answers that the registry has, by the names of the form."""
    form = SchemaForm(queries.item_of(draft).form, facts=services.facts_for(draft, by=actor))
    return form.typed


def _draft_out(draft: Draft, actor: Actor) -> DraftOut:
    item = queries.item_of(draft)
    answers = queries.form_data(draft)
    facts = services.facts_for(draft, by=actor)
    form = SchemaForm(item.form, data=answers, facts=facts)
    given = list(draft.materials.select_related("file").order_by("added_at", "id"))
    missing = rules.still_missing(item, {row.code for row in given})
    return DraftOut(
        **_draft_row(draft),
        answers=answers,
        known=SchemaForm(item.form, facts=facts).typed,
        faults=form.errors,
        materials=[_material_out(row) for row in given],
        missing=[Lacking(code=one.code, name=one.name.zh) for one in missing],
        is_ready=not form.errors and not missing,
    )


def _material_out(row: DraftMaterial | CaseMaterial) -> MaterialOut:
    names = set(MaterialOut.model_fields) - {"has_file"}
    return MaterialOut(**{name: getattr(row, name) for name in names}, has_file=row.file_id is not None)  # type: ignore[arg-type]


def _file(row: DraftMaterial | CaseMaterial) -> HttpResponse:
    assert row.file is not None  # noqa: S101 (the query has seen to it)
    return file_response(row.file, row.file_name)


# -- cases -----------------------------------------------------------------------------------------------------------


@room.get("/cases", summary=_("列出办件"), response=Page[CaseRow])
@requires(may.VIEW, may.VIEW_OWN)
def list_cases(
    request: HttpRequest,
    paging: Paging,
    status: StatusName | None = None,
    item_code: Annotated[str, Field(max_length=60)] = "",
    community: DivisionCode | None = None,
) -> Page[CaseRow]:
    """List the cases within reach (a resident: her own), newest first."""
    rows = _readable(queries.cases_for(*_by(asked_of(request).actor)), asked_of(request).actor)
    if status is not None:
        rows = rows.filter(status=status)
    if item_code:
        rows = rows.filter(item_code=item_code)
    if community is not None:
        rows = rows.filter(community__code=community)
    return keyset(request, rows, ("-submitted_at", "-id"), paging, lambda case: CaseRow(**_case_row(case)))


@room.get("/cases/search", summary=_("按编号、姓名或证件号找办件"), response=Page[CaseRow])
@requires(may.VIEW)
def search_cases(
    request: HttpRequest, paging: Paging, q: Annotated[str, Field(min_length=2, max_length=60)]
) -> Page[CaseRow]:
    """Find cases within reach by number, name or identity number."""
    rows = _readable(queries.search(asked_of(request).actor, q), asked_of(request).actor)
    return keyset(request, rows, ("-submitted_at", "-id"), paging, lambda case: CaseRow(**_case_row(case)))


@room.get("/tasks", summary=_("等我办的"), response=Page[CaseRow])
@requires(may.HANDLE, may.ACCEPT)
def list_tasks(request: HttpRequest, paging: Paging) -> Page[CaseRow]:
    """List the cases that wait for one's post, the most urgent first."""
    rows = _readable(queries.tasks_for(asked_of(request).actor), asked_of(request).actor)
    return keyset(request, rows, ("rank", "due", "id"), paging, lambda case: CaseRow(**_case_row(case)))


@room.get("/cases/{number}", summary=_("看一个办件"), response=CaseOut)
@requires(may.VIEW, may.VIEW_OWN)
def get_case(request: HttpRequest, number: str) -> CaseOut:
    """Show a case: where it stands, until when, what has happened, what can be done. The look is written down."""
    actor = asked_of(request).actor
    case = _case(actor, number)
    if actor.acts_in_office:
        note_look(case, actor)
    return _case_out(case, actor)


def _by(actor: Actor) -> tuple[Actor, Permission]:
    return actor, may.VIEW_OWN if actor.kind == "resident" else may.VIEW


def _readable(rows: QuerySet[Case], actor: Actor) -> QuerySet[Case]:
    """Leave out the sensitive cases that the actor does not read (R41b): for programs they do not exist."""
    return rows.exclude(discretion.hidden_from(actor))


def _case(actor: Actor, number: str) -> Case:
    return _readable(queries.cases_for(*_by(actor)), actor).get(number=rules.plain_number(number))


def _case_row(case: Case) -> dict[str, Any]:
    plain = (
        "number", "item_code", "status", "department", "step", "step_level", "step_department", "step_due_on", "due_on",
        "submitted_at", "version",
    )  # fmt: skip
    return {
        **{name: getattr(case, name) for name in plain},
        "item_name": queries.item_of(case).name.zh,
        "community_code": case.community.code,
        "community_name": case.community.short_name,
        "priority": case.priority_reason,
    }


def _case_out(case: Case, actor: Actor) -> CaseOut:
    item = queries.item_of(case)
    reads = discretion.reads(case, actor)
    facts = registry.facts_of(case.applicant, with_groups=False)
    acts = [act for act in queries.timeline(case) if actor.kind != "resident" or act.action not in NOT_FOR_APPLICANTS]
    told = story(acts, for_applicant=False)
    plain = (
        "channel", "accepted_at", "decided_at", "delivered_at", "closed_at", "answer_by", "legal_due_on", "reason",
        "certificate_number",
    )  # fmt: skip
    return CaseOut(
        **_case_row(case),
        **{name: getattr(case, name) for name in plain},
        applicant=ApplicantOut(
            id=case.applicant_id,
            name=case.applicant.name,
            id_number=facts["id_number"].value,
            phone=facts["phone"].value if "phone" in facts else "",
        ),
        answers=[
            AnswerOut(name=one.name, label=one.label, text=one.text)
            for one in (masked_answers(item, queries.form_data(case)) if reads else [])
        ],
        materials=[_material_out(row) for row in (queries.materials_of(actor, case) if reads else [])],
        history=[
            Happened(
                action=act.action, heading=one.heading, who=one.who, at=act.at, from_status=act.from_status,  # type: ignore[arg-type]
                to_status=act.to_status, said=act.said, paper=one.paper,  # type: ignore[arg-type]
            )
            for act, one in zip(acts, told, strict=True)
        ],
        choices=[
            ChoiceOut(
                action=one.way.action, label=str(one.way.label), is_open=one.is_open, refused=one.refused or ""
            )
            for one in LIFECYCLE.choices(queries.with_facts(case), actor, only=ACTIONS)
        ],
    )  # fmt: skip


@room.get(
    "/cases/{number}/materials/{uuid:material_id}/file", summary=_("看办件里的文件"), gives="application/octet-stream"
)
@requires(may.VIEW, may.VIEW_OWN)
def get_case_file(request: HttpRequest, number: str, material_id: UUID) -> HttpResponse:
    """Give an attachment to whoever may see its case; the look is written down."""
    actor = asked_of(request).actor
    case = _case(actor, number)
    if not discretion.reads(case, actor):
        raise Http404
    row = queries.materials_of(actor, case).get(pk=material_id, file__isnull=False)
    if actor.acts_in_office:
        audit.record_look(
            actor, case.applicant_id, what=f"材料 {row.code}", purpose=f"办件 {case.number}",  # untranslated: in the log
            county_code=case.county_code,
        )  # fmt: skip
    return _file(row)


@room.get("/cases/{number}/papers/{kind}", summary=_("打印办件的文书"), gives="application/pdf")
@requires(may.VIEW, may.VIEW_OWN)
def get_case_paper(request: HttpRequest, number: str, kind: str, paper: Literal["80mm"] | None = None) -> HttpResponse:
    """Give a paper of the case as PDF: one that an act of this case has left behind."""
    case = _case(asked_of(request).actor, number)
    wanted = [action for action, left in papers.PAPERS.items() if left == kind]
    act = CaseAction.objects.filter(case=case, action__in=wanted).order_by("-at", "-id").first()
    if act is None:
        raise Http404
    pdf = papers.open_paper(case, act, slip=paper == "80mm" and kind == "receipt")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{case.number}-{kind}.pdf"'
    return response


# -- what can be done with a case: one operation for each way of the lifecycle -----------------------------------------

Does = Callable[[str, Actor, int | None, Any], Any]


def _names(case_number: str, actor: Actor, body: SupplementRequestIn) -> list[dict[str, str]]:
    case = queries.cases_for(actor, may.REQUEST_SUPPLEMENT).get(number=rules.plain_number(case_number))
    names = {material.code: material.name.zh for material in queries.item_of(case).materials}
    names["form"] = "表里填的内容"  # untranslated: kept with the case
    return [{"code": one.code, "name": names.get(one.code, one.code), "why": one.why} for one in body.missing]


def _papers_asked_for(case_number: str, actor: Actor) -> list[str]:
    case = queries.cases_for(actor, may.RECEIVE).get(number=rules.plain_number(case_number))
    asked = getattr(case, "supplement", None)
    return [one["code"] for one in asked.missing] if asked else []


ACTS: dict[str, tuple[type[In], Does]] = {
    "accept": (AcceptIn, lambda n, by, v, b: services.accept(n, by=by, version=v, gaps=b.gaps, said=b.said)),
    "request_supplement": (
        SupplementRequestIn,
        lambda n, by, v, b: services.request_supplement(
            n, by=by, version=v, missing=_names(n, by, b), said=b.said or "；".join(one.why for one in b.missing)
        ),
    ),
    "supplement_at_window": (
        SaidIn,
        lambda n, by, v, b: services.supplement(n, by=by, version=v, paper=_papers_asked_for(n, by), said=b.said),
    ),
    "not_accept": (
        NotAcceptIn, lambda n, by, v, b: services.not_accept(n, by=by, version=v, said=b.said, because=b.because)
    ),
    "forward": (SaidIn, lambda n, by, v, b: services.forward(n, by=by, version=v, said=b.said)),
    "send_back": (ReasonIn, lambda n, by, v, b: services.send_back(n, by=by, version=v, said=b.said)),
    "grant": (SaidIn, lambda n, by, v, b: services.decide(n, by=by, version=v, granted=True, said=b.said)),
    "refuse": (
        RefuseIn,
        lambda n, by, v, b: services.decide(n, by=by, version=v, granted=False, said=b.said, because=b.because),
    ),
    "post_notice": (SaidIn, lambda n, by, v, b: services.post_notice(n, by=by, version=v, said=b.said)),
    "start_special": (
        SpecialIn, lambda n, by, v, b: services.start_special(n, by=by, version=v, code=b.code, said=b.said)
    ),
    "end_special": (SaidIn, lambda n, by, v, b: services.end_special(n, by=by, version=v, said=b.said)),
    "ask_extension": (
        ExtensionIn,
        lambda n, by, v, b: services.ask_extension(
            n, by=by, version=v, working_days=b.working_days, because=b.because
        ),
    ),
    "approve_extension": (
        SaidIn, lambda n, by, v, b: services.answer_extension(n, by=by, version=v, approved=True, said=b.said)
    ),
    "deny_extension": (
        SaidIn, lambda n, by, v, b: services.answer_extension(n, by=by, version=v, approved=False, said=b.said)
    ),
    "ask_opinion": (
        QuestionIn,
        lambda n, by, v, b: services.ask_opinion(n, by=by, version=v, department=b.department, question=b.question),
    ),
    "transfer": (
        TransferIn,
        lambda n, by, v, b: services.transfer(n, by=by, version=v, community_code=b.community_code, said=b.said),
    ),
    "deliver": (DeliverIn, lambda n, by, v, b: services.deliver(n, by=by, version=v, how=b.how)),
    "withdraw": (SaidIn, lambda n, by, v, b: services.withdraw(n, by=by, version=v, said=b.said)),
    "take_over": (SaidIn, lambda n, by, v, b: services.take_over(n, by=by, version=v)),
}  # fmt: skip
"""What each way of the lifecycle takes and which service it calls."""

WITHIN_ANOTHER = {
    "submit": "a draft is submitted: submit_draft",
    "accept_with_gaps": "accept, with `gaps`",
    "supplement": "has files with it: bring_supplement",
}
"""Ways that people take through another operation."""
ACTIONS = frozenset(ACTS) | {"supplement"}


def _take(way: Way) -> None:
    """Make the operation of one way: its permission, words and address are those of the table."""
    schema, does = ACTS[way.action]

    def act(request: HttpRequest, number: str, body: Any) -> CaseOut | CaseRow:
        asked = asked_of(request)
        does(number, asked.actor, asked.version, body)
        case = queries.cases_for(*_by(asked.actor)).filter(number=rules.plain_number(number)).first()
        return CaseRow(**_case_row(case or Case.everywhere.get(number=rules.plain_number(number))))

    act.__name__ = f"{way.action}_case"
    act.__doc__ = f"Take the way `{way.action}` from {', '.join(way.sources)}" + (
        f" to {way.target}." if way.target else "; the state stays."
    )
    act.__annotations__ = {"request": HttpRequest, "number": str, "body": schema, "return": CaseRow}
    assert way.who is not None  # noqa: S101 (ways of the system are left out)
    room.post(
        f"/cases/{{number}}/actions/{way.action.replace('_', '-')}", summary=way.label, response=CaseRow, versioned=True
    )(requires(way.who)(act))


for _way in LIFECYCLE.ways:
    if not _way.by_system and _way.action in ACTS:
        _take(_way)


@room.post(
    "/cases/{number}/actions/supplement", summary=_("补交材料"), response=CaseRow, versioned=True, uploads=True
)  # fmt: skip
@requires(may.APPLY)
def bring_supplement(
    request: HttpRequest,
    number: str,
    codes: Annotated[list[str], Form(max_length=30)],
    files: Annotated[list[UploadedFile], File()],
    said: Annotated[str, Form(max_length=1000)] = "",
) -> CaseRow:
    """Bring what was asked for: each file with the code of its material, in the same order, all at once."""
    asked = asked_of(request)
    if len(codes) != len(files):
        raise rules.MaterialMissing(names="、".join(codes) or "files", field="files")
    given = list(zip(codes, files, strict=True))
    case = services.supplement(number, by=asked.actor, given=given, version=asked.version, said=said)
    return CaseRow(**_case_row(case))


@room.post("/cases/{number}/gaps/{code}", summary=_("补来容缺的材料"), response=CaseRow, uploads=True)
@requires(may.APPLY, may.RECEIVE)
def bring_later(
    request: HttpRequest,
    number: str,
    code: str,
    source: Annotated[Literal["upload", "paper"], Form()] = "upload",
    file: Annotated[UploadedFile | None, File()] = None,
) -> CaseRow:
    """Bring a material that was allowed to follow: a file, or at a window on paper."""
    actor = asked_of(request).actor
    if source == "upload" and file is None:
        raise rules.MaterialMissing(names=code, field="file")
    case = services.bring_later(number, code, by=actor, upload=file if source == "upload" else None)
    return CaseRow(**_case_row(case))


@room.post("/cases/{number}/rating", summary=_("评价"), response=RatingOut, status=201)
@requires(may.RATE)
def rate_case(request: HttpRequest, number: str, body: RatingIn) -> RatingOut:
    """Say how it went, once."""
    row = services.rate(number, by=asked_of(request).actor, score=body.score, comment=body.comment)
    return _rating_out(row)


def _rating_out(row: Rating) -> RatingOut:
    return RatingOut(case_number=row.case.number, score=row.score, comment=row.comment, rated_at=row.rated_at)


# -- beside the main road --------------------------------------------------------------------------------------------


@room.get("/opinions", summary=_("等我们答复的征求意见"), response=Page[OpinionOut])
@requires(may.GIVE_OPINION)
def list_opinions(request: HttpRequest, paging: Paging) -> Page[OpinionOut]:
    """List what other bodies have asked one's department and nobody has answered yet."""
    return keyset(request, queries.opinions_for(asked_of(request).actor), ("due_on", "id"), paging, _opinion_out)


@room.post("/opinions/{uuid:opinion_id}/answer", summary=_("答复征求意见"), response=OpinionOut)
@requires(may.GIVE_OPINION)
def answer_opinion(request: HttpRequest, opinion_id: UUID, body: OpinionIn) -> OpinionOut:
    """Answer what another body asked, or give one's share of a joint step; a no says why."""
    row = services.give_opinion(opinion_id, by=asked_of(request).actor, verdict=body.verdict, answer=body.answer)
    return _opinion_out(row)


def _opinion_out(row: Opinion) -> OpinionOut:
    plain = set(OpinionOut.model_fields) - {"case_number", "item_code", "item_name"}
    return OpinionOut(
        **{name: getattr(row, name) for name in plain},
        case_number=row.case.number,
        item_code=row.case.item_code,
        item_name=queries.item_of(row.case).name.zh,
    )  # type: ignore[arg-type]


@room.post("/cases/{number}/questions", summary=_("问街道或部门怎么办"), response=GuidanceOut, status=201)
@requires(may.ASK_QUESTION)
def ask_question(request: HttpRequest, number: str, body: GuidanceIn) -> GuidanceOut:
    """Ask street or department how the case's item is handled; neither question nor answer may name anybody."""
    row = services.ask_question(number, by=asked_of(request).actor, whom=body.whom, question=body.question)
    return _guidance_out(row)


@room.get("/questions", summary=_("来问怎么办的"), response=Page[GuidanceOut])
@requires(may.ANSWER_QUESTION)
def list_questions(request: HttpRequest, paging: Paging) -> Page[GuidanceOut]:
    """List what one's street or department was asked and nobody has answered yet, the most urgent first."""
    return keyset(request, asking.questions_for(asked_of(request).actor), ("due_on", "id"), paging, _guidance_out)


@room.post("/questions/{uuid:question_id}/answer", summary=_("答复怎么办"), response=GuidanceOut)
@requires(may.ANSWER_QUESTION)
def answer_question(request: HttpRequest, question_id: UUID, body: AnswerIn) -> GuidanceOut:
    """Answer how an item is handled, once, for everybody who handles it."""
    return _guidance_out(services.answer_question(question_id, by=asked_of(request).actor, answer=body.answer))


@room.get("/answers", summary=_("怎么办的答复"), response=Page[GuidanceOut])
@requires(may.VIEW, may.ANSWER_QUESTION)
def list_answers(
    request: HttpRequest,
    paging: Paging,
    item_code: Annotated[str, Field(max_length=60)] = "",
    words: Annotated[str, Field(max_length=60)] = "",
) -> Page[GuidanceOut]:
    """List what was answered in one's counties, the newest first: of one item, or with some words in it."""
    rows = asking.answers_for(asked_of(request).actor, item_code=item_code, words=words)
    return keyset(request, rows, ("-answered_at", "-id"), paging, _guidance_out)


def _guidance_out(row: Question) -> GuidanceOut:
    plain = set(GuidanceOut.model_fields) - {"item_name", "place"}
    return GuidanceOut(
        **{name: getattr(row, name) for name in plain},
        item_name=catalogue.item(row.item_version).name.zh,
        place=row.place.short_name,
    )  # type: ignore[arg-type]


@room.get("/follow-ups", summary=_("等回访的差评"), response=Page[FollowUpOut])
@requires(may.FOLLOW_UP)
def list_follow_ups(request: HttpRequest, paging: Paging) -> Page[FollowUpOut]:
    """List the bad ratings that wait to be called back or answered, the most urgent first."""
    return keyset(request, queries.follow_ups_for(asked_of(request).actor), ("answer_by", "id"), paging, _follow_up_out)


@room.post("/follow-ups/{uuid:follow_up_id}/call", summary=_("记下回访过了"), response=FollowUpOut, versioned=True)
@requires(may.FOLLOW_UP)
def call_back(request: HttpRequest, follow_up_id: UUID, body: CallIn) -> FollowUpOut:
    """Note that the person was called; who was rated cannot do it."""
    asked = asked_of(request)
    return _follow_up_out(services.call_back(follow_up_id, by=asked.actor, hard=body.hard, version=asked.version))


@room.post("/follow-ups/{uuid:follow_up_id}/answer", summary=_("办结差评"), response=FollowUpOut, versioned=True)
@requires(may.FOLLOW_UP)
def answer_follow_up(request: HttpRequest, follow_up_id: UUID, body: FollowUpIn) -> FollowUpOut:
    """Close a bad rating with what was done about it."""
    asked = asked_of(request)
    row = services.answer_follow_up(
        follow_up_id, by=asked.actor, outcome=body.outcome, answer=body.answer, version=asked.version
    )
    return _follow_up_out(row)


def _follow_up_out(row: FollowUp) -> FollowUpOut:
    plain = set(FollowUpOut.model_fields) - {"case_number", "item_code", "score", "comment"}
    return FollowUpOut(
        **{name: getattr(row, name) for name in plain},
        case_number=row.case.number,
        item_code=row.case.item_code,
        score=row.case.rating.score,
        comment=row.case.rating.comment,
    )  # type: ignore[arg-type]


@room.get("/work-items", summary=_("督办事项"), response=Page[WorkItemOut])
@requires(may.SUPERVISE, may.MEND)
def list_work_items(request: HttpRequest, paging: Paging) -> Page[WorkItemOut]:
    """List what somebody must look at because nobody was there to be told."""
    return keyset(request, queries.work_items_for(asked_of(request).actor), ("opened_at", "id"), paging, _work_item_out)


@room.post("/work-items/{uuid:work_item_id}/outcome", summary=_("办结督办事项"), response=WorkItemOut)
@requires(may.SUPERVISE, may.MEND)
def close_work_item(request: HttpRequest, work_item_id: UUID, body: OutcomeIn) -> WorkItemOut:
    """Close a work item with what was done."""
    return _work_item_out(
        services.close_work_item(work_item_id, by=asked_of(request).actor, outcome=body.outcome)
    )  # fmt: skip


def _work_item_out(row: WorkItem) -> WorkItemOut:
    plain = set(WorkItemOut.model_fields) - {"case_number", "community_code"}
    return WorkItemOut(
        **{name: getattr(row, name) for name in plain},
        case_number=row.case.number if row.case else "",
        community_code=row.community.code,
    )  # type: ignore[arg-type]


@room.get("/notices", summary=_("公示"), response=Page[NoticeOut])
@open_to_all("results are posted for everybody to object to (公示)")  # untranslated: the word of the law
def list_notices(request: HttpRequest, paging: Paging) -> Page[NoticeOut]:
    """List what is posted today: names with one character hidden."""
    return listed(
        request, queries.posted_notices(), paging, lambda one: NoticeOut.model_validate(one, from_attributes=True)
    )  # type: ignore[type-var]


@room.post("/notices/{number}/objections", summary=_("对公示提异议"), response=ReceivedObjection, status=201)
@open_to_all("anybody may object to what is posted")
def object_to_notice(request: HttpRequest, number: str, body: ObjectIn) -> ReceivedObjection:
    """Raise an objection while a result is posted; nothing is decided before it is answered."""
    posted = {one.number for one in queries.posted_notices()}
    if rules.plain_number(number) not in posted:
        raise Http404
    row = services.object_to_notice(number, text=body.text, contact=body.contact, by=asked_of(request).actor)
    return ReceivedObjection(case_number=row.case.number, raised_at=row.raised_at)


@room.get("/cases/{number}/objections", summary=_("看办件收到的异议"), response=Page[ObjectionOut])
@requires(may.SUSPEND)
def list_objections(request: HttpRequest, number: str, paging: Paging) -> Page[ObjectionOut]:
    case = queries.cases_for(asked_of(request).actor, may.SUSPEND).get(number=rules.plain_number(number))
    rows = Objection.objects.filter(case=case).select_related("case")
    return keyset(request, rows, ("raised_at", "id"), paging, _objection_out)


@room.post(
    "/cases/{number}/objections/{uuid:objection_id}/answer", summary=_("答复异议"), response=ObjectionOut
)  # fmt: skip
@requires(may.SUSPEND)
def answer_objection(request: HttpRequest, number: str, objection_id: UUID, body: ObjectionAnswerIn) -> ObjectionOut:
    """Answer an objection: its answer is kept with the case."""
    row = services.answer_objection(number, objection_id, answer=body.answer, by=asked_of(request).actor)
    return _objection_out(row)


def _objection_out(row: Objection) -> ObjectionOut:
    plain = set(ObjectionOut.model_fields) - {"case_number"}
    return ObjectionOut(**{name: getattr(row, name) for name in plain}, case_number=row.case.number)  # type: ignore[arg-type]


# -- rating away from the portal, and proposals ----------------------------------------------------------------------


class RatingLinkOut(Out):
    """A page on which the resident before the window rates by herself: once, ten minutes."""

    token: str
    url: str


class AskedToRate(Out):
    """What a link to rate asks about: the item, and nothing of the person."""

    item_name: str
    is_over: bool = Field(description="Whether it can be rated already")
    is_rated: bool


class ProposalOut(Out):
    """What a person may be entitled to and has not asked for, and the rule that proposes it."""

    code: str
    name: str
    summary: str
    because: list[str]
    more_is_asked: bool = Field(description="Conditions are left that nobody has computed")


@room.post("/cases/{number}/rating-link", summary=_("请本人在屏幕上评价"), response=RatingLinkOut)
@requires(may.ASK_RATING)
def ask_rating(request: HttpRequest, number: str) -> RatingLinkOut:
    """Make the link of a page on which the applicant rates by herself: once, ten minutes."""
    token = services.turn_the_screen(number, by=asked_of(request).actor)
    return RatingLinkOut(token=token, url=f"{settings.BASE_URL}{reverse('casework:rate', args=[token])}")


@room.post("/cases/{number}/rating-by-telephone", summary=_("记下电话里的评价"), response=RatingOut, status=201)
@requires(may.ASK_RATING)
def rate_by_telephone(request: HttpRequest, number: str, body: RatingIn) -> RatingOut:
    """Store what the applicant answered on the telephone; who handled the case cannot ask. A case is rated once."""
    return _rating_out(services.rate_by_telephone(number, by=asked_of(request).actor, **body.model_dump()))


@room.get("/ratings/{token}", summary=_("看评价链接问的是什么"), response=AskedToRate, refuses=(410,))
@open_to_all("the link is signed, says which case, and works once: whoever stands at a window has no account")
def get_rating_link(request: HttpRequest, token: str) -> AskedToRate:
    """Say what a link to rate asks about."""
    case = services.asked_by_link(token).case
    return AskedToRate(
        item_name=queries.item_of(case).name.zh,
        is_over=case.status in services.RATEABLE,
        is_rated=Rating.everywhere.filter(case=case).exists(),
    )


@room.post("/ratings/{token}", summary=_("按链接评价"), status=204, refuses=(410,))
@open_to_all("the link is signed, says which case, and works once: whoever stands at a window has no account")
def rate_by_link(request: HttpRequest, token: str, body: RatingIn) -> None:
    """Store what was pressed on a turned screen or a resident's telephone: the link speaks for her."""
    services.rate_by_link(token, address=request.META.get("REMOTE_ADDR", ""), **body.model_dump())


@room.get("/me/proposals", summary=_("我可能还能办什么"), response=Page[ProposalOut])
@requires(may.APPLY)
def list_proposals(request: HttpRequest, paging: Paging) -> Page[ProposalOut]:
    """List what I may be entitled to and have not asked for, each with its rule. It decides nothing (R38)."""
    rows = proposals.proposals_to(asked_of(request).actor, most=100)
    return listed(request, rows, paging, _proposal_out)


@room.post("/me/proposals/{code}/decline", summary=_("不再提醒这一项"), status=204)
@requires(may.APPLY)
def decline_proposal(request: HttpRequest, code: str) -> None:
    """Do not want to be told of an item again; harmless when repeated."""
    services.decline_proposal(rules.clean_text(code, 60), by=asked_of(request).actor)


def _proposal_out(one: proposals.Proposal) -> ProposalOut:
    return ProposalOut(
        code=one.code, name=one.name, summary=one.summary, because=list(one.because), more_is_asked=one.more_is_asked
    )


@room.get("/slips", summary=_("替别的区县收的件"), response=Page[SlipOut])
@requires(may.RECEIVE)
def list_slips(request: HttpRequest, paging: Paging) -> Page[SlipOut]:
    """List what this county's windows took in for other counties, and how it stands there."""
    rows = queries.slips_for(asked_of(request).actor)
    return keyset(
        request, rows, ("-received_at", "-id"), paging, lambda row: SlipOut.model_validate(row, from_attributes=True)
    )  # type: ignore[arg-type]


@room.get("/figures", summary=_("办件统计"), response=FiguresOut)
@requires(may.FIGURES)
def get_figures(request: HttpRequest, days: Literal["30", "90", "180", "365"] = "90") -> FiguresOut:
    """Show how the cases received in the last days went, within reach."""
    since = today() - dt.timedelta(days=int(days))
    found = counting.figures(asked_of(request).actor, since=since)
    return FiguresOut(
        since=since,
        counts=found.counts,
        by_item=[ItemFigures.model_validate(row, from_attributes=True) for row in found.by_item],
    )


@room.get("/lifecycle", summary=_("办件怎么走"), response=Page[WayOut])
@open_to_all("the table of states says nothing about anybody")
def list_lifecycle(request: HttpRequest, paging: Paging) -> Page[WayOut]:
    """List the ways that a case can take: the very table that guards them."""
    return listed(request, LIFECYCLE.ways, paging, _way_out)  # type: ignore[type-var]


def _way_out(way: Way) -> WayOut:
    return WayOut(
        sources=list(way.sources),
        action=way.action,
        label=str(way.label),
        target=way.target,
        permission=way.who.code if way.who else "",
        clock=way.clock.value,
        guards=[guard.__name__ for guard in way.guards],
        rests_on=way.rests_on,
    )
