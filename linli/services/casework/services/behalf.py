"""Acting for another: the authority that a window looks at, the consent that a worker is given at somebody's door."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from django.utils.timezone import localdate
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from linli.core import audit, messages
from linli.core.access import Actor
from linli.core.calendar import now, today
from linli.core.crypto import blind
from linli.core.files import services as files
from linli.core.ids import new_id
from linli.ground.accounts import throttle
from linli.ground.registry import queries as registry
from linli.ground.registry import rules as registry_rules
from linli.ground.registry.models import Person
from linli.services.casework import permissions as may
from linli.services.casework import queries, rules
from linli.services.casework.models import (
    CONSENTS,
    Channel,
    ConsentCode,
    Draft,
    Ground,
    Mandate,
    Relation,
    StandingAuthority,
)
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue.content import Item

CODE_LASTS = dt.timedelta(minutes=30)
"""Longer than a code for signing in: she is called first, and what is applied for is read to her."""
RESEND_AFTER = dt.timedelta(seconds=60)
CODE_TRIES = 3
CODES_A_PERSON = 5
CODE_PAUSE = dt.timedelta(hours=1)


@transaction.atomic
def record_mandate(
    by: Actor,
    *,
    agent_id: UUID,
    applicant_id: UUID,
    relation: str,
    ground: str,
    visit_id: UUID,
    upload: Any = None,
    is_paper_seen: bool = False,
) -> Mandate:
    """Write down by what right somebody at the window applies for another; every item of the visit rests on it.

    Raises ActsForHerself, AgentTooYoung, AgentNotAlive, NotAlive, RelationNotPossible, GroundNotEnough,
    HouseholdsDiffer, AuthorityMissing, files' refusals, PermissionDenied.
    """
    _check_receives(by)
    is_shown = upload is not None or is_paper_seen
    applicant = _may_act(agent_id, applicant_id, relation=relation, ground=ground, is_shown=is_shown)
    return _keep(
        by,
        applicant,
        agent_id=agent_id,
        relation=relation,
        ground=ground,
        visit_id=visit_id,
        upload=None if ground == Ground.PARENT_OF_CHILD else upload,
        is_paper_seen=is_paper_seen and ground != Ground.PARENT_OF_CHILD,
    )


def _may_act(agent_id: UUID, applicant_id: UUID, *, relation: str, ground: str, is_shown: bool) -> Person:
    """Return the applicant for whom the agent may act by this ground. Raises as record_mandate says."""
    people = registry.people_by_id([agent_id, applicant_id])
    agent, applicant = people[agent_id], people[applicant_id]
    if agent_id == applicant_id or set(registry.rows_of(agent)) & set(registry.rows_of(applicant)):
        raise rules.ActsForHerself
    if not applicant.is_alive:
        raise rules.NotAlive
    if not agent.is_alive:
        raise rules.AgentNotAlive
    age = registry_rules.age_on(applicant.birth_date, today())
    rules.check_relation(
        relation,
        agent_born=agent.birth_date,
        applicant_born=applicant.birth_date,
        agent_age=registry_rules.age_on(agent.birth_date, today()),
        age=age,
    )
    rules.check_ground(
        relation,
        ground,
        age=age,
        in_one_household=_are_registered_together(agent, applicant),
        is_shown=is_shown,
    )
    return applicant


@transaction.atomic
def record_authority(
    by: Actor,
    *,
    agent_id: UUID,
    applicant_id: UUID,
    relation: str,
    ground: str,
    valid_to: dt.date,
    upload: Any = None,
    is_paper_seen: bool = False,
) -> StandingAuthority:
    """Write down that somebody may act for another from today until valid_to (that day no more), at a window, both cards
    read. An earlier one between the two ends with it. Raises as record_mandate, and AuthorityTooLong.
    """
    account_id = _check_receives(by)
    is_shown = upload is not None or is_paper_seen
    applicant = _may_act(agent_id, applicant_id, relation=relation, ground=ground, is_shown=is_shown)
    rules.check_authority_span(today(), valid_to)
    open_ones = StandingAuthority.objects.filter(
        applicant_id__in=registry.rows_of(applicant), agent_id=agent_id, revoked_at__isnull=True
    )
    open_ones.update(revoked_at=now(), revoked_by_id=account_id, revoked_by="office")
    stored = files.store(upload, by=by) if upload is not None else None
    row = StandingAuthority.objects.create(
        id=new_id(),
        applicant_id=applicant.pk,
        agent_id=agent_id,
        relation=relation,
        ground=ground,
        file=stored,
        file_name=str(getattr(upload, "name", ""))[:120] if stored else "",
        is_paper_seen=is_paper_seen,
        valid_from=today(),
        valid_to=valid_to,
        recorded_by=account_id,
        recorded_name=by.name,
        recorded_place=by.post.division_name if by.post else "",
        recorded_at=now(),
    )
    audit.record(
        by, "casework.authority_recorded", row, person_id=applicant.pk, chain=applicant.county_code, relation=relation,
        ground=ground, agent=agent_id, until=valid_to,
    )  # fmt: skip
    _tell(row, applicant, "casework.authority_recorded")
    return row


@transaction.atomic
def revoke_authority(authority_id: UUID, *, by: Actor, at_window: UUID | None = None) -> StandingAuthority:
    """End a standing authority at once: by either of the two, or by an office whose window has read a card of theirs.

    at_window: the person whose card was read. Raises StandingAuthority.DoesNotExist for anybody else, and when it is over.
    """
    row = queries.authorities_in_force().get(pk=authority_id)
    asks = at_window if by.acts_in_office and by.may(may.RECEIVE) else by.person_id if by.kind == "resident" else None
    known = registry.row(asks) if asks else None
    mine = set(registry.rows_of(known)) if known else set()
    if row.applicant_id not in mine and row.agent_id not in mine:
        raise StandingAuthority.DoesNotExist
    who = "office" if by.acts_in_office else "applicant" if row.applicant_id in mine else "agent"
    still = StandingAuthority.objects.filter(pk=row.pk, revoked_at__isnull=True)
    if not still.update(revoked_at=now(), revoked_by_id=by.account_id, revoked_by=who):
        raise StandingAuthority.DoesNotExist
    applicant = registry.row(row.applicant_id)
    audit.record(
        by, "casework.authority_revoked", row, person_id=row.applicant_id, chain=applicant.county_code, who=who,
        agent=row.agent_id,
    )  # fmt: skip
    _tell(row, applicant, "casework.authority_revoked")
    return row


@transaction.atomic
def mandate_by_authority(by: Actor, *, agent: Person, applicant: Person, visit_id: UUID) -> Mandate:
    """Let one visit, or one application from home, rest on what stands between the two. Raises MandateNotFitting.

    By staff at the window, or by the agent herself. Both have to be alive still, and the paper that was seen is named.
    """
    row = queries.authority_between(agent, applicant)
    if row is None or not (by.may(may.RECEIVE) or by.person_id in registry.rows_of(agent)):
        raise rules.MandateNotFitting
    if not applicant.is_alive:
        raise rules.NotAlive
    if not agent.is_alive:
        raise rules.AgentNotAlive
    made = Mandate.objects.create(
        id=new_id(),
        applicant_id=applicant.pk,
        agent_id=agent.pk,
        visit_id=visit_id,
        relation=row.relation,
        ground=row.ground,
        file=row.file,
        file_name=row.file_name,
        is_paper_seen=row.is_paper_seen,
        recorded_by=_check_receives(by) if by.acts_in_office else row.recorded_by,
        recorded_name=by.name if by.acts_in_office else row.recorded_name,
        recorded_place=by.post.division_name if by.post else row.recorded_place,
        recorded_at=now(),
    )
    audit.record(
        by, "casework.mandate_recorded", made, person_id=applicant.pk, relation=row.relation, ground=row.ground,
        agent=agent.pk, authority=row.pk,
    )  # fmt: skip
    return made


def _tell(row: StandingAuthority, applicant: Person, template: str) -> None:
    people = registry.people_by_id([row.applicant_id, row.agent_id])
    for person_id in (row.applicant_id, row.agent_id):
        messages.send(
            person_id=person_id,
            template=template,
            context={
                "agent": people[row.agent_id].name,
                "name": people[row.applicant_id].name,
                "until": row.valid_to.isoformat(),
            },
            about=("casework.standingauthority", str(row.pk)),
            link="/my/authorities/",
            once_key=f"{template}.{row.pk}.{person_id}",
            county_code=applicant.county_code,
        )


def _are_registered_together(one: Person, other: Person) -> bool:
    """Tell whether two people's households are registered at one place, as far as the registry knows."""
    if one.registered_community_id or other.registered_community_id:
        return one.registered_community_id == other.registered_community_id
    return bool(one.registered_place) and one.registered_place == other.registered_place


@transaction.atomic
def send_consent_code(by: Actor, *, applicant_id: UUID, item_code: str) -> dt.datetime:
    """Send a code to the telephone that the registry has of her, never to one that the worker types.

    Returns when the next can be asked for. Raises NotAlive, NoTelephone, CodeJustSent, TooManyCodes, CodeNotSent.
    """
    account_id = _check_receives(by)
    applicant = _living(applicant_id)
    item = _helpable(item_code)
    phone = registry.facts_of(applicant, in_clear=True).get("phone")
    if phone is None or not phone.value:
        raise rules.NoTelephone
    if (until := throttle.take("consent_resend", str(applicant_id), limit=1, pause=RESEND_AFTER)) is not None:
        raise rules.CodeJustSent(seconds=max(1, round((until - now()).total_seconds())))
    for purpose, who in (("consent_codes", str(applicant_id)), ("consent_codes_by", str(account_id))):
        limit = CODES_A_PERSON if purpose == "consent_codes" else 6 * CODES_A_PERSON
        if throttle.take(purpose, who, limit=limit, pause=CODE_PAUSE) is not None:
            raise rules.TooManyCodes
    code = f"{secrets.randbelow(10**6):06d}"
    row = ConsentCode(id=new_id(), applicant_id=applicant_id, item_code=item_code, sent_by=account_id)
    row.digest, row.created_at, row.expires_at = _digest(row, code), now(), now() + CODE_LASTS
    ConsentCode.objects.filter(applicant_id=applicant_id, sent_by=account_id).delete()
    row.save(force_insert=True)
    audit.record(by, "casework.consent_code_sent", row, person_id=applicant_id, item=item_code)
    place = by.post.division_name if by.post else ""
    contact = registry.address_of(applicant_id, None)
    with override(contact.language if contact else "zh-hans"):  # hers, not the worker's
        text = _(
            "%(place)s的%(worker)s要替您申请%(item)s。同意，就把 %(code)s 告诉他（她），30 分钟内有效；不同意，谁问都不要说。"
        ) % {"place": place, "worker": by.name, "item": _in_language(item), "code": code}
    messages.send_code(str(phone.value), text)
    return now() + RESEND_AFTER


def record_consent(
    by: Actor,
    *,
    applicant_id: UUID,
    item_code: str,
    ground: str,
    visit_id: UUID,
    code: str = "",
    upload: Any = None,
    was_told: bool = False,
) -> Mandate:
    """Write down how a resident agreed that a worker applies for her: for one item, on this day.

    ground: SPOKEN at her door, BY_CODE read back on the telephone, SIGNED on a paper that is photographed. Raises
    ChoiceNotKnown, NotAlive, AgentNotAllowed, ConsentNotAsked, CodeWrong, CodeUsedUp, AuthorityMissing.
    """
    account_id = _check_receives(by)
    rules.check_choice(ground, CONSENTS, field="ground")
    applicant = _living(applicant_id)
    _helpable(item_code)
    if ground == Ground.SPOKEN and not was_told:
        raise rules.ConsentNotAsked
    if ground == Ground.SIGNED and upload is None:
        raise rules.SignatureMissing
    used = _take_code(account_id, applicant_id, item_code, code) if ground == Ground.BY_CODE else None
    with transaction.atomic():
        if used is not None and not ConsentCode.objects.filter(pk=used.pk, used_at__isnull=True).update(used_at=now()):
            raise rules.ConsentCodeUsedUp
        return _keep(
            by,
            applicant,
            relation=Relation.COMMUNITY,
            ground=ground,
            visit_id=visit_id,
            item_code=item_code,
            upload=upload if ground == Ground.SIGNED else None,
        )


def _take_code(sent_by: UUID, applicant_id: UUID, item_code: str, code: str) -> ConsentCode:
    """Return the code that was sent, if it is this one. The try is counted first, in a transaction of its own."""
    rows = ConsentCode.objects.filter(
        applicant_id=applicant_id, item_code=item_code, sent_by=sent_by, used_at__isnull=True,
        expires_at__gt=now(), wrong_tries__lt=CODE_TRIES,
    )  # fmt: skip
    row = rows.order_by("-created_at").first()
    if row is None or not rows.filter(pk=row.pk).update(wrong_tries=F("wrong_tries") + 1):
        raise rules.ConsentCodeUsedUp
    if not constant_time_compare(row.digest, _digest(row, "".join(code.split()))):
        if row.wrong_tries + 1 >= CODE_TRIES:
            raise rules.ConsentCodeUsedUp
        raise rules.ConsentCodeWrong(left=CODE_TRIES - row.wrong_tries - 1)
    return row


def _digest(row: ConsentCode, code: str) -> str:
    return blind(f"{row.pk}:{code}", purpose="consent_code")


def mandate_for(
    by: Actor, mandate_id: UUID | None, *, applicant_id: UUID | None, item: Item, channel: str, visit_id: UUID | None
) -> Mandate | None:
    """Return the mandate on which a draft of staff rests. Raises MandateNotFitting, AgentNotAllowed."""
    if mandate_id is None:
        if channel == Channel.ASSISTED:
            raise rules.ConsentNotAsked
        return None
    row = queries.mandates_of(by).filter(pk=mandate_id).first()
    fits = row is not None and (
        row.applicant_id == applicant_id
        and row.visit_id == visit_id
        and row.item_code in ("", item.code)
        and localdate(row.recorded_at) == today()
        and (row.agent_id is None) == (channel == Channel.ASSISTED)
    )
    if not fits:
        raise rules.MandateNotFitting
    if not item.applicants.agents:
        raise rules.AgentNotAllowed
    return row


def sweep_mandates(before: dt.datetime) -> int:
    """Delete what was recorded before a moment and led to nothing, and old codes. For the worker's night."""
    ConsentCode.objects.filter(expires_at__lt=now() - dt.timedelta(days=1)).delete()
    old = Mandate.objects.filter(recorded_at__lt=before)
    return old.exclude(pk__in=Draft.objects.filter(mandate__isnull=False).values("mandate")).delete()[0]


def _check_receives(by: Actor) -> UUID:
    """Return the clerk's account. Raises PermissionDenied for anybody who does not take in."""
    if not by.acts_in_office or by.account_id is None or not by.may(may.RECEIVE):
        raise PermissionDenied
    return by.account_id


def _living(person_id: UUID) -> Person:
    person = registry.row(person_id)
    if not person.is_alive:
        raise rules.NotAlive
    return person


def _helpable(item_code: str) -> Item:
    """Return the item with which a worker may help at the door. Raises ItemVersion.DoesNotExist, AgentNotAllowed."""
    item = catalogue.item(catalogue.published_version(item_code))
    if not item.applicants.agents or "assisted" not in item.channels:
        raise rules.AgentNotAllowed
    return item


def _in_language(item: Item) -> str:
    return item.name.en if get_language() == "en" else item.name.zh


def _keep(
    by: Actor,
    applicant: Person,
    *,
    relation: str,
    ground: str,
    visit_id: UUID,
    agent_id: UUID | None = None,
    item_code: str = "",
    upload: Any = None,
    is_paper_seen: bool = False,
) -> Mandate:
    stored = files.store(upload, by=by) if upload is not None else None
    row = Mandate.objects.create(
        id=new_id(),
        applicant_id=applicant.pk,
        agent_id=agent_id,
        visit_id=visit_id,
        item_code=item_code,
        relation=relation,
        ground=ground,
        file=stored,
        file_name=str(getattr(upload, "name", ""))[:120] if stored else "",
        is_paper_seen=is_paper_seen,
        recorded_by=_check_receives(by),
        recorded_name=by.name,
        recorded_place=by.post.division_name if by.post else "",
        recorded_at=now(),
    )
    audit.record(
        by, "casework.mandate_recorded", row, person_id=applicant.pk, relation=relation, ground=ground, agent=agent_id
    )
    return row
