"""From the first word typed to the receipt: drafts, their materials, submission."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from linli.core import audit, events
from linli.core.access import Actor
from linli.core.calendar import now, today
from linli.core.crypto import seal
from linli.core.files import services as files
from linli.core.files.models import StoredFile
from linli.core.forms import SchemaForm
from linli.core.http import answered, once, save_version
from linli.core.ids import new_id
from linli.core.messages import services as messages
from linli.core.messages.consent_texts import CONSENT_TEXT
from linli.core.rows import insert, insert_if_new, one_of, prepared
from linli.ground.accounts import throttle
from linli.ground.registry import queries as registry
from linli.ground.registry import rules as registry_rules
from linli.ground.registry.models import IdKind, Person
from linli.ground.territory.models import Division
from linli.services.casework import queries, rules
from linli.services.casework.events import AgentApplied, AppliedWithHelp
from linli.services.casework.models import (
    OPEN,
    AcceptanceSlip,
    Case,
    CaseMandate,
    CaseMaterial,
    Channel,
    Draft,
    DraftMaterial,
    MaterialSource,
    Relation,
    Status,
)  # fmt: skip
from linli.services.casework.services import behalf, moving, papers
from linli.services.catalogue import figures as catalogue_figures
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue import rules as catalogue_rules
from linli.services.catalogue.content import Item, Material
from linli.services.certificates import queries as certificates
from linli.services.facilities import queries as facilities

PURPOSE = "application"
"""Of the registry's purposes: the looks at a person that an application makes."""
AGENT_RELATIONS = [relation.value for relation in Relation if relation != Relation.COMMUNITY]
WAYS_TO_GIVE = (
    MaterialSource.UPLOAD, MaterialSource.PAPER, MaterialSource.DECLARATION, MaterialSource.LATER,
)  # fmt: skip
"""What somebody can put into a draft; that the city holds a fact or certificate, the system alone says."""
REPEATABLE = ("self_government", "public_service", "other_power")
"""Types of items of which somebody may have two running at once (two bookings, two consultations)."""


def person_to_act_for(by: Actor, *, name: str, id_number: str) -> Person:
    """Return the person for whom a resident applies, known by name and identity number together.

    Whatever does not fit is answered alike, so that nobody learns from it who is registered; a day has ten tries.
    Raises NobodyToActFor, NumberNotGood, TooManyTries.
    """
    number = registry_rules.check_identity_number(id_number, IdKind.CITIZEN, on=today(), allow_demo=settings.DEMO)
    who, day = str(by.account_id), dt.timedelta(days=1)
    if throttle.take("casework.act_for", who, limit=rules.TRIES_TO_ACT_FOR, pause=day) is not None:
        raise rules.TooManyTries(tries=rules.TRIES_TO_ACT_FOR)
    person = registry.by_identity(IdKind.CITIZEN, number)
    if person is None or person.name != name.strip() or not person.is_alive:
        raise rules.NobodyToActFor
    throttle.give_back("casework.act_for", who)
    return person


@transaction.atomic
def start_draft(
    by: Actor,
    item_code: str,
    *,
    applicant_id: UUID | None = None,
    agent_relation: str = "",
    channel: str = Channel.ONLINE,
    visit_id: UUID | None = None,
    mandate_id: UUID | None = None,
    by_authority: bool = False,
) -> Draft:
    """Begin an application under the version in force today.

    A resident applies for herself, or with applicant_id and agent_relation for somebody else; staff at a window
    always name the applicant, and with mandate_id the paper or consent by which somebody else acts (behalf.py).
    by_authority: an agent applies from home by what stands between the two, instead of a relation that she names.
    Raises ItemVersion.DoesNotExist, NotOffered, AgentNotAllowed, IdentityNeeded, MandateNotFitting, ConsentNotAsked.
    """
    draft, _applicant = _begun(
        by, item_code, applicant_id=applicant_id, agent_relation=agent_relation, channel=channel, visit_id=visit_id,
        mandate_id=mandate_id, by_authority=by_authority,
    )  # fmt: skip
    draft.save(force_insert=True)
    fill_materials(draft, by=by)
    return draft


def _begun(
    by: Actor, item_code: str, *, applicant_id: UUID | None, agent_relation: str, channel: str,
    visit_id: UUID | None = None, mandate_id: UUID | None = None, by_authority: bool = False,
) -> tuple[Draft, Person | None]:  # fmt: skip
    """Return a draft that is not kept yet and its applicant, after everything that may forbid to begin."""
    if by.account_id is None:
        raise rules.IdentityNeeded
    version = catalogue.published_version(item_code)
    item = catalogue.item(version)
    if item.elsewhere is not None:
        raise rules.NotOffered(reason=item.elsewhere.reason.zh)
    agent_id, mandate, applicant = None, None, None
    if by.kind == "resident":
        me = registry.person_of(by)
        if me is None:
            raise rules.IdentityNeeded
        if applicant_id is None or applicant_id == me.pk:
            applicant_id, applicant, agent_relation = me.pk, me, ""
        else:
            agent_id = me.pk
            if by_authority:
                mandate = behalf.mandate_by_authority(
                    by, agent=me, applicant=registry.row(applicant_id), visit_id=new_id()
                )
                agent_relation = mandate.relation
            else:
                rules.check_choice(agent_relation, AGENT_RELATIONS, field="relation")
    else:
        mandate = behalf.mandate_for(
            by, mandate_id, applicant_id=applicant_id, item=item, channel=channel, visit_id=visit_id
        )
        agent_id, agent_relation = (mandate.agent_id, mandate.relation) if mandate else (None, "")
    if agent_id and not item.applicants.agents:
        raise rules.AgentNotAllowed
    if applicant_id is not None:
        applicant = applicant or registry.row(applicant_id)
        _check_offered(item, _responsible_place(item, applicant))
    draft = Draft(
        id=new_id(),
        owner_id=by.account_id,
        item_version=version,
        applicant_id=applicant_id,
        agent_id=agent_id,
        agent_relation=agent_relation,
        mandate=mandate,
        channel=channel,
        visit_id=visit_id,
        created_at=now(),
        updated_at=now(),
    )
    return draft, applicant


@transaction.atomic
def save_draft(
    draft_id: UUID, *, by: Actor, version: int | None = None, form_data: dict[str, Any] | None = None, step: str = ""
) -> Draft:
    """Keep what was typed, complete or not, correct or not. Raises Draft.DoesNotExist, Stale."""
    draft = queries.drafts_of(by).get(pk=draft_id)
    changes: dict[str, Any] = {"updated_at": now()}
    if form_data is not None:
        text = json.dumps(form_data, ensure_ascii=False)
        changes["form_data"] = seal(text, where=queries.DRAFT_FORM, row=draft.pk)
    if step:
        changes["step"] = step
    save_version(draft, version, **changes)
    return draft


@transaction.atomic
def discard_draft(draft_id: UUID, *, by: Actor) -> None:
    """Throw a draft away, with its materials."""
    queries.drafts_of(by).get(pk=draft_id).delete()


@transaction.atomic
def add_material(
    draft_id: UUID,
    code: str,
    *,
    by: Actor,
    upload: Any = None,
    source: str = MaterialSource.UPLOAD,
) -> DraftMaterial:
    """Put a material into a draft: an upload (looked at now, not days later), paper seen at the window, a declaration,
    or the promise to bring it later where the item allows. Raises files' refusals, GapNotAllowed, DoesNotExist.
    """
    draft = queries.drafts_of(by).get(pk=draft_id)
    already = draft.materials.filter(code=code)
    uploaded = already.filter(source=MaterialSource.UPLOAD).count()
    material = _check_given(draft, code, by=by, source=source, uploaded=uploaded)
    stored = files.store(upload, by=by) if source == MaterialSource.UPLOAD else None
    row = _given(draft, code, source, stored, str(getattr(upload, "name", "")))
    if source != MaterialSource.UPLOAD or material.count == 1:
        already.delete()
    else:
        already.exclude(source=MaterialSource.UPLOAD).delete()
    row.save(force_insert=True)
    Draft.objects.filter(pk=draft.pk).update(updated_at=now())
    return row


def _check_given(draft: Draft, code: str, *, by: Actor, source: str, uploaded: int) -> Material:
    """Return the material, after everything that may forbid to give it so. uploaded: how many files of it came before."""
    rules.check_choice(source, WAYS_TO_GIVE)
    item = queries.item_of(draft)
    material = next((m for m in item.materials if m.code == code), None)
    if material is None:
        raise DraftMaterial.DoesNotExist
    if source == MaterialSource.LATER:
        rules.check_gaps(item, [code])
    if source == MaterialSource.DECLARATION and not material.declarable:
        raise rules.GapNotAllowed(name=material.name.zh)
    if source == MaterialSource.PAPER and not by.acts_in_office:
        raise rules.GapNotAllowed(name=material.name.zh)
    if source == MaterialSource.UPLOAD and material.count > 1 and uploaded >= rules.FILES_AT_MOST:
        raise rules.TooManyFiles(most=rules.FILES_AT_MOST)
    return material


def _given(draft: Draft, code: str, source: str, stored: StoredFile | None, name: str) -> DraftMaterial:
    """Return a material as it was given, not kept yet."""
    return DraftMaterial(
        id=new_id(),
        draft=draft,
        code=code,
        source=source,
        file=stored,
        file_name=name[:120] if stored else "",
        verdict=stored.verdict if stored else "",
        added_at=now(),
    )


@transaction.atomic
def remove_material(draft_id: UUID, material_id: UUID, *, by: Actor) -> None:
    queries.drafts_of(by).get(pk=draft_id).materials.filter(pk=material_id).delete()


def facts_for(draft: Draft, *, by: Actor) -> dict[str, Any]:
    """Return what the registry fills into the form of a draft. An agent is given the name that she typed, no more.

    At a window it is the clerk who fills in, whoever stands before her.
    """
    applicant = registry.present_row(draft.applicant_id) if draft.applicant_id else None
    if applicant is None:
        return {}
    if draft.agent_id and by.kind == "resident":
        return _shown(registry.facts_of(applicant), draft, by)
    return dict(registry.known_facts(applicant, PURPOSE, by=by))


def _shown(facts: Mapping[str, Any], draft: Draft, by: Actor) -> dict[str, Any]:
    """Return of an applicant's facts those that whoever fills in the form is given."""
    is_agent = draft.agent_id is not None and by.kind == "resident"
    return {name: fact for name, fact in facts.items() if name == "name" or not is_agent}


def fill_materials(draft: Draft, *, by: Actor) -> None:
    """Meet materials from what the city already holds: registry facts, the applicant's valid certificates.

    A fact that the registry does not know, and a certificate that she does not hold, meet nothing.
    """
    given = set(draft.materials.values_list("code", flat=True))
    DraftMaterial.objects.bulk_create(_met(draft, given))


def _met(
    draft: Draft, given: set[str], applicant: Person | None = None, known: Mapping[str, Any] | None = None
) -> list[DraftMaterial]:
    """Return what the city already holds of the materials not given, not kept yet. known: the applicant's facts."""
    item = queries.item_of(draft)
    wanted = [material for material in item.materials if material.held is not None and material.code not in given]
    if wanted and applicant is None and draft.applicant_id:
        applicant = registry.present_row(draft.applicant_id)
    if not wanted or applicant is None:
        return []
    known = registry.facts_of(applicant) if known is None else known
    rows: Any = None
    met = []
    for material in wanted:
        assert material.held is not None  # noqa: S101 (wanted holds no other)
        number = ""
        if material.held.certificate_of:
            if rows is None:
                rows, counties = registry.rows_of(applicant), registry.counties_of(applicant)
            of_item = [
                certificates.held_by(row, material.held.certificate_of, counties=counties).first() for row in rows
            ]
            number = next((held.number for held in of_item if held), "")
        by_fact = bool(material.held.fact) and material.held.fact in known
        if not (number or by_fact or material.held.other):
            continue
        met.append(
            DraftMaterial(
                id=new_id(),
                draft=draft,
                code=material.code,
                source=MaterialSource.CERTIFICATE if number else MaterialSource.FACT,
                certificate_number=number,
                added_at=now(),
            )
        )
    return met


def sent_as(by: Actor, draft_id: UUID) -> str | None:
    """Return the number of the case that a draft has become, for whoever lost the answer on a broken connection."""
    return answered(by, "casework.submit", str(draft_id))


def submit(by: Actor, draft_id: UUID, *, key: str, version: int | None = None, by_sms: bool = False) -> Case:
    """Hand an application in: checked as a whole, received with a number, told to everybody concerned.

    key: the submission's idempotency key; repeated, it returns the first case. by_sms: whoever hands it in agrees to
    text messages about it (rules.who_is_asked); not agreeing changes nothing else. Raises Draft.DoesNotExist, Stale,
    IdentityNeeded, FormIncomplete, MaterialMissing, NotEligible, AlreadyRunning, NoPlace.
    """
    made: list[Case] = []

    def make() -> str:
        made.append(_submit(by, draft_id, version, by_sms))
        return made[-1].number

    number, is_new = once(by, "casework.submit", key, make)
    if is_new:
        return made[-1]
    return Case.everywhere.select_related("community", "item_version").get(number=number, county_code=number[:6])


@dataclass(frozen=True)
class Prepared:
    """An application in one go, before it is received: everything looked at that needs no lock, its files kept."""

    draft: Draft
    applicant: Person | None
    materials: list[DraftMaterial]


def prepare(
    by: Actor,
    item_code: str,
    materials: Sequence[tuple[str, str, Any]] = (),
    *,
    applicant_id: UUID | None = None,
    agent_relation: str = "",
    channel: str = Channel.ONLINE,
    visit_id: UUID | None = None,
    mandate_id: UUID | None = None,
    by_authority: bool = False,
) -> Prepared:
    """Begin an application without a draft, and keep its files: outside of the transaction in which it is received.

    For whom and by what right is said as in start_draft. materials: code, way of giving (WAYS_TO_GIVE) and the upload, None for the other ways. A file that is kept for an
    application that is then refused is known when it comes again. Raises what start_draft and add_material raise.
    """
    draft, applicant = _begun(
        by, item_code, applicant_id=applicant_id, agent_relation=agent_relation, channel=channel, visit_id=visit_id,
        mandate_id=mandate_id, by_authority=by_authority,
    )  # fmt: skip
    seen: Counter[str] = Counter()
    for code, source, _upload in materials:
        material = _check_given(draft, code, by=by, source=source, uploaded=seen[code])
        if seen[code] and material.count == 1:
            raise rules.GivenTwice(name=material.name.zh)
        seen[code] += 1
    uploads = [upload for _code, source, upload in materials if source == MaterialSource.UPLOAD]
    stored = iter(files.store_each(uploads, by=by))
    rows = [
        _given(
            draft, code, source, next(stored) if source == MaterialSource.UPLOAD else None, getattr(upload, "name", "")
        )
        for code, source, upload in materials
    ]
    return Prepared(draft, applicant, rows)


@transaction.atomic(savepoint=False)
def receive(prepared: Prepared, answers: dict[str, Any], *, by: Actor, by_sms: bool = False) -> Case:
    """Receive an application that was prepared, checked as a whole like a draft's: what submit does and raises.

    Answers left out are filled in from what is known of the applicant, as a draft would have shown them.
    """
    draft, applicant = prepared.draft, prepared.applicant
    if applicant is None:
        raise rules.IdentityNeeded
    held = applicant if registry.is_locked_in_force(applicant) else registry.locked_row(applicant.pk)
    return _receive(draft, draft.item_version, held, answers, prepared.materials, by=by, by_sms=by_sms, at_once=True)


def _submit(by: Actor, draft_id: UUID, version: int | None, by_sms: bool) -> Case:
    draft = queries.drafts_of(by).select_for_update(of=("self",)).get(pk=draft_id)
    if version is not None:
        save_version(draft, version, updated_at=now())
    given = list(draft.materials.all())
    version_to_use = _version_to_use(draft)
    if draft.applicant_id is None:
        raise rules.IdentityNeeded
    # She may have moved to another county since she began; the lock keeps her from two of the same thing around a move.
    applicant = registry.locked_row(draft.applicant_id)
    answers = queries.form_data(draft)
    case = _receive(draft, version_to_use, applicant, answers, given, by=by, by_sms=by_sms)
    draft.delete()
    return case


def _receive(
    draft: Draft,
    item_version: Any,
    applicant: Person | None,
    answers: dict[str, Any],
    materials: list[DraftMaterial],
    *,
    by: Actor,
    by_sms: bool,
    at_once: bool = False,
) -> Case:
    """Make a case of a draft, kept or not, with everything that belongs to it.

    applicant: her row in force, locked. materials: those that were given. at_once: there was no draft to show
    what is known, and whether the item is offered was looked at just now.
    """
    item = catalogue.item(item_version)
    if applicant is None:
        raise rules.IdentityNeeded
    if not applicant.is_alive:
        raise rules.NotAlive
    facts = registry.known_facts(applicant, PURPOSE, by=by)

    if at_once and not set(item.form.get("properties", {})) <= set(answers):
        answers = SchemaForm(item.form, facts=_shown(facts, draft, by)).typed | answers
    checks = rules.check_conditions(item, facts, on=today(), language="zh", answers=answers)
    failed = next((check for check in checks if check.refuses), None)
    if failed and by.kind == "resident":
        raise rules.NotEligible(condition=failed.text)

    form = SchemaForm(item.form, data=answers, facts=facts)
    if not form.is_valid():
        raise rules.FormIncomplete(form.errors)

    materials = materials + _met(draft, {m.code for m in materials}, applicant, facts)
    if missing := rules.still_missing(item, {m.code for m in materials}):
        raise rules.MaterialMissing(names="、".join(m.name.zh for m in missing))
    if running := _running(item, applicant):
        raise rules.AlreadyRunning(number=running.shown_number)

    if by_sms and (asked := rules.who_is_asked(by, draft.applicant_id, draft.agent_id)) is not None:
        through = "window" if by.acts_in_office else "portal"
        messages.give_consent(asked, by=by, through=through, text_version=CONSENT_TEXT)
    place = _responsible_place(item, applicant)
    if place is None:
        raise rules.NoPlace
    if not at_once:
        _check_offered(item, place)
    case = _create(draft, item_version, item, applicant, place, facts, materials, form.cleaned_data, by=by)
    act = moving.note(
        case,
        "submit",
        by=by,
        came_from=Status.DRAFT,
        facts={
            "conditions": [{"text": c.text, "holds": c.holds} for c in checks],
            "met": all(c.holds is not False for c in checks),
            **({"outside_hours": True} if _at_a_closed_window(by) else {}),
        },
    )
    papers.write(case, act, by=by)
    if case.agent_id:
        audit.record(by, "casework.agent_applied", case, person_id=case.applicant_id, relation=case.agent_relation)
        events.publish(
            AgentApplied(
                case_id=case.pk,
                county_code=case.county_code,
                applicant_id=case.applicant_id,
                agent_id=case.agent_id,
            )
        )
    elif case.channel == Channel.ASSISTED:
        events.publish(
            AppliedWithHelp(
                case_id=case.pk, county_code=case.county_code, applicant_id=case.applicant_id, worker=by.name
            )
        )
    return case


def _at_a_closed_window(by: Actor) -> bool:
    """Tell whether a window takes something in outside its published hours: it may, and it is written down as it is."""
    return by.acts_in_office and by.post is not None and facilities.is_any_open(by.post.division_id, now()) is False


def _running(item: Item, applicant: Person) -> Case | None:
    """Return the application of the same person for the same thing that still runs, where only one may."""
    if item.type in REPEATABLE:
        return None
    return next(iter(_open_cases(item.code, registry.rows_of(applicant), registry.counties_of(applicant))), None)


@prepared
def _open_cases(item_code: str, applicants: list[UUID], counties: list[str]) -> QuerySet[Case]:
    rows = Case.everywhere.filter(one_of("applicant_id", applicants), item_code=item_code, status__in=OPEN)
    if counties:
        rows = rows.filter(one_of("county_code", counties))
    return rows.only("number").order_by("id")[:1]


def _version_to_use(draft: Draft) -> Any:
    """Keep the version that the draft began with; move on only where nothing it rests on has changed."""
    old = draft.item_version
    current = catalogue.version_for(old.item.code)
    if current is None:
        raise rules.VersionMoved
    if current.pk != old.pk and catalogue_rules.may_move_to(catalogue.item(old), catalogue.item(current)):
        return current
    return old


def _check_offered(item: Item, place: Any) -> None:
    """Refuse an item that is not offered in a community, with the reason recorded for it (R28). Raises NotOffered."""
    if place is not None and (closed := catalogue.why_not_offered(item.code, place)) is not None:
        raise rules.NotOffered(reason=catalogue_figures.told_of(closed).reason)


def _responsible_place(item: Item, applicant: Person) -> Any:
    if rules.needs_registration(item) and applicant.registered_community_id:
        return applicant.registered_community
    return applicant.community


def _create(
    draft: Draft,
    item_version: Any,
    item: Item,
    applicant: Person,
    place: Division,
    facts: Any,
    materials: list[DraftMaterial],
    cleaned: dict[str, Any],
    *,
    by: Actor,
) -> Case:
    at_window = by.acts_in_office and by.post is not None
    received = now()
    answer_by = moving.answer_day(place.county_code, received, item)
    case = Case(
        county_code=place.county_code,
        community=place,
        home_community=applicant.community,
        accepted_community_id=by.post.division_id if at_window and by.post else None,
        item_version=item_version,
        item_code=item.code,
        department=item.department,
        applicant=applicant,
        agent=registry.present_row(draft.agent_id) if draft.agent_id else None,
        agent_relation=draft.agent_relation,
        channel=draft.channel,
        visit_id=draft.visit_id,
        status=Status.SUBMITTED,
        step=0,
        step_level="community",
        step_department="",
        step_started_at=received,
        step_due_on=answer_by,
        submitted_at=received,
        answer_by=answer_by,
        priority_reason=rules.priority_reason(facts),
        visits_made=1 if draft.channel in (Channel.WINDOW, Channel.SELF_SERVICE) else 0,
        materials_spared=rules.spared([m.source for m in materials]),
        is_repeatable=item.type in REPEATABLE,
        created_at=received,
    )
    case.form_data = seal(json.dumps(cleaned, ensure_ascii=False, default=str), where=queries.CASE_FORM, row=case.pk)
    _save_numbered(case, received)
    case.given = [
        CaseMaterial(
            id=new_id(),
            case=case,
            county_code=case.county_code,
            code=m.code,
            source=m.source,
            file_id=m.file_id,
            file_name=m.file_name,
            verdict=m.verdict,
            certificate_number=m.certificate_number,
            added_at=m.added_at,
            given_by=by.account_id,
        )
        for m in materials
    ]
    insert(case.given)
    _keep_mandate(case, draft)
    _keep_slip(case, item, by=by)
    return case


def _keep_mandate(case: Case, draft: Draft) -> None:
    """Copy to the case by what right it was applied for: it stays with the case, in the case's county."""
    if (row := draft.mandate) is None:
        return
    CaseMandate.objects.create(
        id=new_id(),
        case=case,
        county_code=case.county_code,
        relation=row.relation,
        ground=row.ground,
        file_id=row.file_id,
        file_name=row.file_name,
        is_paper_seen=row.is_paper_seen,
        recorded_by=row.recorded_by,
        recorded_name=row.recorded_name,
        recorded_place=row.recorded_place,
        recorded_at=row.recorded_at,
    )


def _save_numbered(case: Case, moment: dt.datetime) -> None:
    """Save under a fresh number; on the rare collision draw again. The constraint decides, not a look beforehand."""
    for _attempt in range(8):
        case.number = rules.new_number(case.county_code, today())
        if insert_if_new(case):
            return
        if not Case.everywhere.filter(county_code=case.county_code, number=case.number).exists():
            running = _running(queries.item_of(case), case.applicant)
            if running is None:
                raise RuntimeError("a case is in the way that neither bears the number nor still runs")
            raise rules.AlreadyRunning(number=running.shown_number)
    raise RuntimeError("eight case numbers in a row were taken: the random source is broken")


def _keep_slip(case: Case, item: Item, *, by: Actor) -> None:
    """A window's own county keeps a slip of what it took in for another: number, item, state, place; nobody's data."""
    place = case.accepted_community
    if place is None or place.county_code == case.county_code:
        return
    AcceptanceSlip.objects.create(
        id=new_id(),
        county_code=place.county_code,
        community=place,
        number=case.number,
        visit_id=case.visit_id,
        answer_by=case.answer_by,
        item_code=case.item_code,
        item_name=item.name.zh,
        responsible=case.community.short_name,
        status=case.status,
        accepted_by=by.account_id,
        received_at=case.submitted_at,
        changed_at=case.submitted_at,
    )


def hand_drafts_over(other: UUID, kept: UUID) -> list[UUID]:
    """Let the drafts of one account go on under another of the same resident; return their ids."""
    moved = list(Draft.objects.filter(owner_id=other).values_list("pk", flat=True))
    Draft.objects.filter(pk__in=moved).update(owner_id=kept)
    return moved


def hand_drafts_back(ids: list[UUID], kept: UUID, other: UUID) -> None:
    """Give back those of the drafts that have not been sent since."""
    Draft.objects.filter(pk__in=ids, owner_id=kept).update(owner_id=other)
