"""Acting for another, for programs: authorities, consents, and the accounts that one resident has.

A window's program names people by the documents that it has read; each look is noted.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import Field

from linli.core.access import requires
from linli.core.api import Code, Day, In, Out, Page, Paging, Room, asked_of, listed, remembered
from linli.core.ids import new_id
from linli.ground.accounts import permissions as accounts_may
from linli.ground.accounts import services as accounts
from linli.ground.accounts.rules import AccountsNotJoinable
from linli.ground.registry import queries as registry
from linli.ground.registry.models import Person
from linli.services.casework import permissions as may
from linli.services.casework import queries, rules, services
from linli.services.casework.models import Mandate, StandingAuthority

room = Room("behalf", _("替别人办"))

IdKindName = Literal["citizen", "hmt_residence", "foreign_residence", "passport"]
IdNumber = Annotated[str, Field(min_length=1, max_length=40)]
RelationName = Literal["child", "spouse", "parent", "guardian", "relative", "proxy"]
GroundName = Literal["written", "relation", "parent_of_child"]
Truth = Literal["true", "false"]
"""In a form that brings a file."""


class Document(In):
    """The document that a person shows."""

    id_number: IdNumber
    id_kind: IdKindName = "citizen"


class MandateOut(Out):
    """By what right somebody applies for another at this visit: name it as mandate_id when a draft begins."""

    id: UUID
    visit_id: UUID
    relation: str
    ground: str
    item_code: str = Field(description="The item that was agreed to; empty for all of the visit")
    is_paper_seen: bool
    has_file: bool
    recorded_at: dt.datetime


class AuthorityOut(Out):
    """That a relative or guardian may act for a resident until a day."""

    id: UUID
    applicant_name: str
    agent_name: str
    relation: str
    ground: str
    valid_from: dt.date
    valid_to: dt.date = Field(description="The first day on which it is over")
    recorded_at: dt.datetime


class TwoIn(In):
    """Who comes, and for whom, each by the document that was read."""

    agent: Document
    applicant: Document


class CodeIn(In):
    applicant: Document
    item_code: Code


class CodeSent(Out):
    """A code went to the telephone that the registry has of her."""

    expires_at: dt.datetime


class RevokeAuthorityIn(In):
    """At a window, whose card was read: one of the two. Left out by a resident, who speaks for herself."""

    shown_by: Document | None = None


class JoinOut(Out):
    """An account that is joined to another."""

    id: UUID
    phone: str = Field(description="Masked")


class AccountOut(Out):
    """An account that a resident has, with those that are joined to it."""

    id: UUID
    phone: str = Field(description="Masked")
    joins: list[JoinOut]


class JoinIn(Document):
    """Whose card was read, and which of her accounts is kept."""

    keep: UUID
    other: UUID


# -- authorities -----------------------------------------------------------------------------------------------------


@room.get("/authorities", summary=_("谁可以替我办，我可以替谁办"), response=Page[AuthorityOut])
@requires(may.APPLY)
def list_authorities(request: HttpRequest, paging: Paging) -> Page[AuthorityOut]:
    """List the standing authorities that count today with oneself on either side, newest first."""
    me = registry.person_of(asked_of(request).actor)
    return listed(request, queries.authorities_of(me) if me else [], paging, _authority_out)


@room.post("/authorities", summary=_("登记长期授权"), response=AuthorityOut, creates=True, uploads=True)
@requires(may.RECEIVE)
def record_authority(
    request: HttpRequest,
    agent_id_number: Annotated[IdNumber, Form()],
    applicant_id_number: Annotated[IdNumber, Form()],
    relation: Annotated[RelationName, Form()],
    ground: Annotated[GroundName, Form()],
    until: Annotated[Day, Form(description="The first day on which it is over, within three years")],
    agent_id_kind: Annotated[IdKindName, Form()] = "citizen",
    applicant_id_kind: Annotated[IdKindName, Form()] = "citizen",
    is_paper_seen: Annotated[Truth, Form()] = "false",
    file: Annotated[UploadedFile | None, File()] = None,
) -> AuthorityOut:
    """Write down that somebody may act for another until a day: both documents read, the paper seen or scanned.

    An earlier authority between the two ends with it.
    """

    def make() -> UUID:
        agent, applicant = _both(request, agent_id_number, agent_id_kind, applicant_id_number, applicant_id_kind)
        return services.record_authority(
            asked_of(request).actor, agent_id=agent.pk, applicant_id=applicant.pk, relation=relation, ground=ground,
            valid_to=until, upload=file, is_paper_seen=is_paper_seen == "true",
        ).pk  # fmt: skip

    row = StandingAuthority.objects.get(pk=remembered(request, make))
    names = registry.people_by_id([row.applicant_id, row.agent_id])
    return _authority_out(queries.ShownAuthority(row, names[row.applicant_id].name, names[row.agent_id].name))


@room.post("/authorities/{uuid:authority_id}/revocation", summary=_("撤销长期授权"), status=204)
@requires(may.APPLY, may.RECEIVE)
def revoke_authority(request: HttpRequest, authority_id: UUID, body: RevokeAuthorityIn) -> None:
    """End a standing authority at once: by either of the two, or at a window that has read a card of theirs."""
    actor = asked_of(request).actor
    person = _shown(request, body.shown_by) if body.shown_by and actor.acts_in_office else None
    services.revoke_authority(authority_id, by=actor, at_window=person.pk if person else None)


# -- one visit -------------------------------------------------------------------------------------------------------


@room.post("/mandates", summary=_("登记代办凭据"), response=MandateOut, creates=True, uploads=True)
@requires(may.RECEIVE)
def record_mandate(
    request: HttpRequest,
    agent_id_number: Annotated[IdNumber, Form()],
    applicant_id_number: Annotated[IdNumber, Form()],
    relation: Annotated[RelationName, Form()],
    ground: Annotated[GroundName, Form()],
    agent_id_kind: Annotated[IdKindName, Form()] = "citizen",
    applicant_id_kind: Annotated[IdKindName, Form()] = "citizen",
    is_paper_seen: Annotated[Truth, Form()] = "false",
    file: Annotated[UploadedFile | None, File()] = None,
) -> MandateOut:
    """Write down by what right somebody at the window applies for another; every draft of the visit rests on it."""

    def make() -> UUID:
        agent, applicant = _both(request, agent_id_number, agent_id_kind, applicant_id_number, applicant_id_kind)
        return services.record_mandate(
            asked_of(request).actor, agent_id=agent.pk, applicant_id=applicant.pk, relation=relation, ground=ground,
            visit_id=new_id(), upload=file, is_paper_seen=is_paper_seen == "true",
        ).pk  # fmt: skip

    return _mandate_out(request, remembered(request, make))


@room.post("/mandates/by-authority", summary=_("按长期授权代办"), response=MandateOut, creates=True)
@requires(may.RECEIVE)
def use_authority(request: HttpRequest, body: TwoIn) -> MandateOut:
    """Let a visit rest on the authority that stands between the two."""

    def make() -> UUID:
        agent, applicant = _shown(request, body.agent), _shown(request, body.applicant)
        by = asked_of(request).actor
        return services.mandate_by_authority(by, agent=agent, applicant=applicant, visit_id=new_id()).pk

    return _mandate_out(request, remembered(request, make))


@room.post("/consent-codes", summary=_("给本人发同意码"), response=CodeSent)
@requires(may.RECEIVE)
def send_consent_code(request: HttpRequest, body: CodeIn) -> CodeSent:
    """Send a code to the telephone that the registry has of a resident, which she reads back to agree."""
    person = _shown(request, body.applicant)
    sent = services.send_consent_code(asked_of(request).actor, applicant_id=person.pk, item_code=body.item_code)
    return CodeSent(expires_at=sent)


@room.post("/consents", summary=_("记下本人同意"), response=MandateOut, creates=True, uploads=True)
@requires(may.RECEIVE)
def record_consent(
    request: HttpRequest,
    applicant_id_number: Annotated[IdNumber, Form()],
    item_code: Annotated[Code, Form()],
    ground: Annotated[Literal["spoken", "by_code", "signed"], Form()],
    applicant_id_kind: Annotated[IdKindName, Form()] = "citizen",
    code: Annotated[str, Form(max_length=12, description="As she read it back")] = "",
    was_told: Annotated[Truth, Form(description="She was told what for, and with which data")] = "false",
    file: Annotated[UploadedFile | None, File()] = None,
) -> MandateOut:
    """Write down how a resident agreed that a worker applies for her: for one item, on this day."""

    def make() -> UUID:
        person = _shown(request, Document(id_number=applicant_id_number, id_kind=applicant_id_kind))
        return services.record_consent(
            asked_of(request).actor, applicant_id=person.pk, item_code=item_code, ground=ground, visit_id=new_id(),
            code=code, upload=file, was_told=was_told == "true",
        ).pk  # fmt: skip

    return _mandate_out(request, remembered(request, make))


# -- accounts of one resident ----------------------------------------------------------------------------------------


@room.post("/resident-accounts/search", summary=_("查一位居民的账户"), response=Page[AccountOut])
@requires(accounts_may.JOIN)
def find_resident_accounts(request: HttpRequest, paging: Paging, body: Document) -> Page[AccountOut]:
    """List the accounts of the person whose card was read, each with those that are joined to it."""
    return listed(request, accounts.accounts_at_window(_shown(request, body).pk), paging, _account_out)


@room.post("/resident-accounts/joins", summary=_("合并一位居民的账户"), status=204)
@requires(accounts_may.JOIN)
def join_resident_accounts(request: HttpRequest, body: JoinIn) -> None:
    """Let another account of the person whose card was read go on under the one that is kept."""
    theirs = {account.pk for account, _phone, _joins in accounts.accounts_at_window(_shown(request, body).pk)}
    if not {body.keep, body.other} <= theirs:
        raise AccountsNotJoinable
    accounts.join(body.keep, body.other, by=asked_of(request).actor, proof=accounts.CARD)


@room.post("/resident-accounts/joins/{uuid:join_id}/parting", summary=_("分开一位居民的账户"), status=204)
@requires(accounts_may.JOIN)
def part_resident_accounts(request: HttpRequest, join_id: UUID, body: Document) -> None:
    """Part two accounts of the person whose card was read: each has again what was its own before."""
    rows = accounts.accounts_at_window(_shown(request, body).pk)
    if join_id not in {join.pk for _account, _phone, joins in rows for join, _other in joins}:
        raise StandingAuthority.DoesNotExist
    accounts.part(join_id, by=asked_of(request).actor)


# -- what they share -------------------------------------------------------------------------------------------------


def _shown(request: HttpRequest, document: Document) -> Person:
    """Return whom a document names; the look is noted. Raises NobodyToActFor."""
    person = registry.find_by_identity(asked_of(request).actor, document.id_kind, document.id_number, services.PURPOSE)
    if person is None:
        raise rules.NobodyToActFor
    return person


def _both(request: HttpRequest, agent: str, agent_kind: Any, applicant: str, kind: Any) -> tuple[Person, Person]:
    return (
        _shown(request, Document(id_number=agent, id_kind=agent_kind)),
        _shown(request, Document(id_number=applicant, id_kind=kind)),
    )


def _mandate_out(request: HttpRequest, made: str) -> MandateOut:
    row: Mandate = queries.mandates_of(asked_of(request).actor).get(pk=made)
    plain = set(MandateOut.model_fields) - {"has_file"}
    return MandateOut(**{name: getattr(row, name) for name in plain}, has_file=row.file_id is not None)  # type: ignore[arg-type]


def _authority_out(shown: queries.ShownAuthority) -> AuthorityOut:
    plain = set(AuthorityOut.model_fields) - {"applicant_name", "agent_name"}
    return AuthorityOut(
        **{name: getattr(shown.row, name) for name in plain},  # type: ignore[arg-type]
        applicant_name=shown.applicant,
        agent_name=shown.agent,
    )


def _account_out(found: tuple[Any, str, list[tuple[Any, str]]]) -> AccountOut:
    account, phone, joins = found
    return AccountOut(id=account.pk, phone=phone, joins=[JoinOut(id=join.pk, phone=other) for join, other in joins])
