"""Changing what the city knows about a person: registered once, corrected with its past kept, moved, never deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.core import audit
from linli.core.access import Actor, Permission
from linli.core.calendar import now, today
from linli.core.crypto import seal
from linli.core.events import publish
from linli.core.http import Refused, save_version
from linli.core.ids import new_id, placed_id
from linli.ground.accounts.models import Account
from linli.ground.registry import accounts_door as accounts
from linli.ground.registry import permissions as may
from linli.ground.registry import queries, rules, sealed, vocabulary
from linli.ground.registry.events import PersonDied, PersonMoved, PersonRegistered
from linli.ground.registry.models import (
    Circumstance,
    CircumstanceKind,
    FormerFact,
    IdKind,
    Person,
    Purpose,
    Sex,
    Source,
    SpecialGroup,
    SpecialGroupTag,
)
from linli.ground.registry.services import spans
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division, Level

REVEALED = ("id_number", "phone", "address")
PLACE_MAX = 80
ADDRESS_MAX = 200
SOURCE_MAX = 120


class AlreadyRegistered(Refused):
    code = "registry.already_registered"
    message = _("这个证件号码已经登记在%(place)s，不用再登记。请用“按证件找人”打开。")
    field = "id_number"


class CommunityNeeded(Refused):
    code = "registry.community_needed"
    message = _("请选择住在哪个社区（村）。")
    field = "community"


class SexNeeded(Refused):
    code = "registry.sex_needed"
    message = _("这种证件号码里没有性别，请选择一项。")
    field = "sex"


class BirthDateNeeded(Refused):
    code = "registry.birth_date_needed"
    message = _("这种证件号码里没有出生日期，请填写。")
    field = "birth_date"


class TooLong(Refused):
    code = "registry.too_long"
    message = _("最多 %(max)s 个字，这里有 %(given)s 个。")


class NotPlainText(Refused):
    code = "registry.not_plain_text"
    message = _("文字里有看不见的控制字符，请删掉再填一遍。")


class NotPossibleAfterDeath(Refused):
    code = "registry.not_possible_after_death"
    message = _("这个人已经登记死亡（%(on)s），资料不再改动。登记错了，请找街道更正。")


class DeathDateNotGood(Refused):
    code = "registry.death_date_not_good"
    message = _("死亡日期应在出生（%(born)s）以后、今天（%(today)s）以前。")
    field = "on"


class CircumstanceNotGood(Refused):
    code = "registry.circumstance_not_good"
    message = _("这一项没有写对：人数和金额写整数，日子写成 2026-03-01，类别从表里选。")
    field = "value"


class AlreadyThere(Refused):
    code = "registry.already_there"
    message = _("现在登记的就是这个社区和住址，没有什么要迁的。")
    field = "community"


class NothingChanged(Refused):
    code = "registry.nothing_changed"
    message = _("和现在登记的一样，没有什么要更正的。")


class IdentityNotConfirmed(Refused):
    """The number is known, but name or telephone differ. Which of them, a stranger is not told."""

    code = "registry.identity_not_confirmed"
    message = _("您填的和系统里登记的不完全一样，在这里确认不了。请带证件到就近的社区窗口核对，当场就能办好。")


class AlreadyLinked(Refused):
    code = "registry.already_linked"
    message = _("您的身份已经确认过了。要更正，请带证件到就近的社区窗口。")


class GroupNotKnown(Refused):
    code = "registry.group_not_known"
    message = _("没有这个群体，请从列出的里面选。")
    field = "code"


class SourceNeeded(Refused):
    """A tag without a source cannot be saved: the database says so too."""

    code = "registry.source_needed"
    message = _("请写明依据：哪个证件，或者哪个部门的名单。没有依据不能登记。")
    field = "source"


class TagEndsBeforeItBegins(Refused):
    code = "registry.tag_ends_before_it_begins"
    message = _("结束的日子应在开始的日子以后。")
    field = "valid_to"


class AlreadyTagged(Refused):
    code = "registry.already_tagged"
    message = _("这段时间已经登记为“%(group)s”，不用再登记。")
    field = "code"


class TagHasEnded(Refused):
    code = "registry.tag_has_ended"
    message = _("这一条已经终止了，不用再办。")
    status = 409


class TooManyTries(Refused):
    """Who may try without end finds out which numbers are known here."""

    code = "registry.too_many_tries"
    message = _("今天试的次数太多了。请明天再试，或者带证件到就近的社区窗口，当场就能办好。")
    status = 429


@transaction.atomic
def register_person(
    *,
    by: Actor,
    name: str,
    id_number: str,
    community: Division | UUID | None,
    id_kind: str = IdKind.CITIZEN,
    phone: str = "",
    address: str = "",
    sex: str = "",
    birth_date: dt.date | None = None,
    registered_community: Division | UUID | None = None,
    registered_place: str = "",
    source: str = Source.WINDOW,
    identity_verified: bool = True,
) -> Person:
    """Register somebody who is not known yet. Sex and birth date come from the number unless given.

    A window may register anyone who stands before it, wherever she lives; others only people of their own place.
    Raises NumberNotGood, NameNotGood, PhoneNotGood, BirthDateNotGood, AlreadyRegistered and their like.
    """
    if by.kind != "system":
        _check_may_register(by, community_of(community))
    person = _new(
        name=name, id_kind=id_kind, id_number=id_number, community=community, phone=phone, address=address, sex=sex,
        birth_date=birth_date, registered_community=registered_community, registered_place=registered_place,
        source=source, identity_verified=identity_verified,
    )  # fmt: skip
    _insert(person)
    audit.record(by, "registry.person_registered", person, person_id=person.pk, source=person.source)
    publish(PersonRegistered(person.pk, person.county_code, person.community_id))
    return person


@transaction.atomic
def correct(
    person: Person, *, by: Actor, version: int | None = None, source: str = Source.WINDOW, **changes: Any
) -> Person:
    """Correct facts; what stood there is kept with its span, and the new fact has this source and today's day.

    changes: name, id_kind with id_number, sex, birth_date, phone, address, registered_community, registered_place,
    identity_verified. Where she lives changes by `move`. Raises Stale, NothingChanged, NotPossibleAfterDeath,
    Person.DoesNotExist out of reach, and the refusals of `register_person`.
    """
    person = reached(person, by, may.CORRECT)
    check_alive(person)
    told = _checked(person, changes)
    before = {field: _plain(person, field) for field in told}
    different = {field: value for field, value in told.items() if before[field] != _text(value)}
    if not different:
        raise NothingChanged
    if different.keys() & {"id_number", "id_kind"}:
        _check_not_registered(person, told)
    written = {field: value for field, value in different.items() if field not in REVEALED}
    person.id_kind = told.get("id_kind", person.id_kind)
    for field in REVEALED:
        if field in different or (field == "id_number" and "id_kind" in different):
            written |= sealed.put(person, field, told[field])
    sources = dict(person.sources)
    for field in different:
        _keep(person, field, before[field], by)
        sources[_fact_of(field)] = [source, today().isoformat()]
    with _one_row_an_identity():
        save_version(person, version, sources=sources, **written)
    if different.get("identity_verified") or "phone" in different:
        _unlink_strangers(person, by)
    audit.record(by, "registry.person_corrected", person, person_id=person.pk, fields=sorted(different))
    return person


@transaction.atomic
def move(
    person: Person, *, by: Actor, community: Division | UUID, address: str = "", version: int | None = None
) -> Person:
    """Note where she lives now. Across counties this row ends today and a new one begins there; that one is returned.

    Somebody responsible for her present place may do so, and a window of her new place. Raises Stale, AlreadyThere.
    """
    there = community_of(community)
    person = reached(person, by, may.CORRECT, or_at=there)
    check_alive(person)
    address = _check_text(address, ADDRESS_MAX, "address")
    if there.pk == person.community_id and address in ("", sealed.opened(person, "address")):
        raise AlreadyThere
    spans.leave_home(person, by=by, on=today(), source=Source.WINDOW)
    return relocate(person, there, address, by=by, version=version)


def relocate(person: Person, there: Division, address: str, *, by: Actor, version: int | None = None) -> Person:
    """Write a checked new place to a person that was reached; return the row that is in force then. Raises Stale."""
    old_community = person.community_id
    told_on = [Source.WINDOW, today().isoformat()]
    sources = person.sources | {"community": told_on, "address": told_on}
    if there.county_code == person.county_code:
        _keep(person, "community", str(old_community), by)
        _keep(person, "address", sealed.opened(person, "address"), by)
        save_version(person, version, community_id=there.pk, sources=sources, **sealed.put(person, "address", address))
        person.community = there
        after = person
    else:
        after = _continued(person, there, address, sources)
        save_version(person, version, valid_to=today())
        _insert(after)
        for account in accounts.accounts_of(person.pk):
            accounts.link(account, after.pk, name=account.name, by=by)
    audit.record(
        by, "registry.person_moved", person, person_id=person.pk, to_person=after.pk,
        from_community=old_community, to_community=there.pk,
    )  # fmt: skip
    publish(PersonMoved(person.pk, after.pk, after.county_code, after.community_id))
    return after


@transaction.atomic
def reveal(by: Actor, person: Person, field: str, purpose: str) -> str:
    """Return one number or address in clear: id_number, phone, address. The purpose is noted, and she can read it.

    Raises PurposeNeeded, and Person.DoesNotExist for somebody out of reach.
    """
    if field not in REVEALED:
        raise ValueError(f"{field} is not a sealed field of a person")
    if by.kind == "resident":
        own = queries.persons_for(by, may.VIEW_OWN).get(pk=person.pk)
        return sealed.opened(own, field)
    purpose = rules.check_purpose(purpose, frozenset(Purpose.values))
    person = queries.persons_for(by, may.REVEAL).get(pk=person.pk)
    audit.record_look(by, person.pk, what=field, purpose=purpose, county_code=person.county_code)
    return sealed.opened(person, field)


@transaction.atomic
def record_circumstance(
    person: Person, *, by: Actor, kind: str, value: str, source: str, valid_from: dt.date | None = None
) -> Circumstance:
    """Note a circumstance of a person from a day on (today), and what says so; the earlier one ends there (R13).

    value: a whole number, an ISO day or a code, by its kind. Raises CircumstanceNotGood, SourceNeeded,
    NotPossibleAfterDeath and, out of reach, Person.DoesNotExist.
    """
    person = reached(person, by, may.GIVE_TAG)
    check_alive(person)
    source = _check_text(source, SOURCE_MAX, "source")
    if len(source) < 2:
        raise SourceNeeded
    begins = valid_from or today()
    value = value.strip()
    rows = Circumstance.everywhere.filter(
        county_code=person.county_code, person=person, kind=kind, valid_to__isnull=True
    )
    earlier = rows.first()
    try:
        vocabulary.read(CircumstanceKind(kind), value)
    except ValueError:
        raise CircumstanceNotGood from None
    if earlier is not None and begins < earlier.valid_from:
        raise CircumstanceNotGood(
            _("从 %(day)s 起已经记了一条，新的要从那天以后起。"), day=earlier.valid_from.isoformat()
        )
    rows.update(valid_to=begins)
    row = Circumstance(
        id=new_id(), person=person, county_code=person.county_code, kind=kind, value=value, source=source,
        valid_from=begins, recorded_by=by.account_id, recorded_at=now(),
    )  # fmt: skip
    row.save(force_insert=True)
    audit.record(by, "registry.circumstance_recorded", row, person_id=person.pk, kind=kind)
    return row


@transaction.atomic
def give_tag(
    person: Person,
    *,
    by: Actor,
    code: str,
    source: str,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> SpecialGroupTag:
    """Note that a person belongs to a special group, from today unless said otherwise, and what says so.

    Raises GroupNotKnown, SourceNeeded, TagEndsBeforeItBegins, AlreadyTagged, NotPossibleAfterDeath and, out of reach,
    Person.DoesNotExist.
    """
    person = reached(person, by, may.GIVE_TAG)
    check_alive(person)
    if code not in SpecialGroup.values:
        raise GroupNotKnown
    source = _check_text(source, SOURCE_MAX, "source")
    if len(source) < 2:
        raise SourceNeeded
    begins = valid_from or today()
    if valid_to is not None and valid_to <= begins:
        raise TagEndsBeforeItBegins
    for other in queries.tags_of(person):
        overlaps = (other.valid_to is None or begins < other.valid_to) and (
            valid_to is None or other.valid_from < valid_to
        )
        if other.code == code and overlaps and other.valid_to != other.valid_from:
            raise AlreadyTagged(group=SpecialGroup(code).label)
    tag = SpecialGroupTag(
        id=new_id(), person=person, county_code=person.county_code, code=code, source=source, valid_from=begins,
        valid_to=valid_to, reviewed_by=by.account_id, reviewed_at=now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            tag.save(force_insert=True)
    except IntegrityError:
        raise AlreadyTagged(group=SpecialGroup(code).label) from None
    audit.record(by, "registry.tag_given", tag, person_id=person.pk)
    return tag


@transaction.atomic
def end_tag(tag_id: UUID, *, by: Actor, on: dt.date | None = None) -> SpecialGroupTag:
    """End a tag from a day on, today unless said otherwise; on its first day it never held.

    Raises SpecialGroupTag.DoesNotExist out of reach, TagEndsBeforeItBegins, TagHasEnded.
    """
    tag = queries.tags_for(by, may.GIVE_TAG).get(pk=tag_id)
    ends = on or today()
    if ends < tag.valid_from:
        raise TagEndsBeforeItBegins
    open_still = SpecialGroupTag.everywhere.filter(pk=tag.pk, county_code=tag.county_code)
    if not open_still.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=ends)).update(valid_to=ends):
        raise TagHasEnded
    tag.valid_to = ends
    audit.record(by, "registry.tag_ended", tag, person_id=tag.person_id, on=ends)
    return tag


@dataclass(frozen=True)
class Spell:
    """That a person belongs to a group from a day until the day on which it ended (None: it lasts).

    decision_id: the decision that put her there; tag_id: a tag that somebody gave by hand, without a decision.
    """

    valid_from: dt.date
    valid_to: dt.date | None = None
    decision_id: UUID | None = None
    tag_id: UUID | None = None
    source: str = ""


@transaction.atomic
def keep_spells(person: Person, code: str, spells: Sequence[Spell], *, by: Actor) -> None:
    """Write down what decisions say about a person's membership of a group; told again, it changes nothing.

    A spell is written once for a decision, and ended when its end is known; nothing is taken back, and what was ended
    earlier stays so. Only for the program: the decisions were made elsewhere, by those who may. Raises GroupNotKnown.
    """
    if by.kind != "system":
        raise PermissionDenied
    if code not in SpecialGroup.values:
        raise GroupNotKnown
    there = [tag for tag in queries.tags_of(person) if tag.code == code]
    known: dict[UUID | None, SpecialGroupTag] = {tag.decision_id or tag.pk: tag for tag in there}
    for spell in spells:
        tag = known.get(spell.decision_id or spell.tag_id)
        if tag is not None and spell.valid_to is not None:
            _end_by(tag, max(spell.valid_to, tag.valid_from), by=by)
    for spell in spells:
        if spell.decision_id is not None and spell.decision_id not in known:
            tag = SpecialGroupTag(
                id=new_id(), person=person, county_code=person.county_code, code=code,
                source=spell.source[:SOURCE_MAX], decision_id=spell.decision_id, valid_from=spell.valid_from,
                valid_to=spell.valid_to, reviewed_by=None, reviewed_at=now(),
            )  # fmt: skip
            tag.save(force_insert=True)
            audit.record(by, "registry.tag_given", tag, person_id=person.pk)


def _end_by(tag: SpecialGroupTag, on: dt.date, *, by: Actor) -> None:
    """End a tag from a day on, unless it has ended by then."""
    rows = SpecialGroupTag.everywhere.filter(pk=tag.pk, county_code=tag.county_code)
    if rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).update(valid_to=on):
        audit.record(by, "registry.tag_ended", tag, person_id=tag.person_id, on=on)


@transaction.atomic
def note_opened(by: Actor, person: Person) -> None:
    """Note that somebody opened a person's page, numbers masked: once a day for each who opens it."""
    if not queries.has_opened_today(by, person):
        audit.record_look(by, person.pk, what="page", purpose="", county_code=person.county_code)


@transaction.atomic
def mark_dead(person: Person, *, by: Actor, on: dt.date, version: int | None = None) -> Person:
    """Note the day of death. Raises DeathDateNotGood, NotPossibleAfterDeath, Stale."""
    person = reached(person, by, may.CORRECT)
    check_alive(person)
    if not person.birth_date <= on <= today():
        raise DeathDateNotGood(born=person.birth_date.isoformat(), today=today().isoformat())
    sources = person.sources | {"died_on": [Source.WINDOW, today().isoformat()]}
    save_version(person, version, died_on=on, sources=sources)
    spans.end_all(person, by=by, on=on, source=Source.WINDOW)
    audit.record(by, "registry.person_died", person, person_id=person.pk, on=on)
    publish(PersonDied(person.pk, person.county_code, on))
    return person


def link_identity(
    by: Actor,
    *,
    name: str,
    id_number: str,
    id_kind: str = IdKind.CITIZEN,
    community: Division | UUID | None = None,
    address: str = "",
    sex: str = "",
    birth_date: dt.date | None = None,
) -> Person:
    """Tie the resident's account to the person that she says she is.

    Known identity with the same name and telephone: that person. Known, but anything differs: refused with the way
    to the window, without saying what. Unknown: a new person on her own word, not verified until a window has seen
    the document; the community where she lives is then needed. Raises AlreadyLinked, IdentityNotConfirmed,
    CommunityNeeded, TooManyTries and the refusals of `register_person`.
    """
    if by.kind != "resident" or not by.may(may.VIEW_OWN):
        raise PermissionDenied
    account = accounts.account_of(by)
    if account.person_id is not None:
        raise AlreadyLinked
    name = rules.check_name(name)
    id_number = rules.check_identity_number(id_number, id_kind, on=today(), allow_demo=settings.DEMO)
    if not accounts.may_try(by):
        raise TooManyTries
    with transaction.atomic():
        return _link(
            account, by, name=name, id_number=id_number, id_kind=id_kind, community=community, address=address, sex=sex,
            birth_date=birth_date,
        )  # fmt: skip


def _link(account: Account, by: Actor, *, name: str, id_number: str, id_kind: str, **given: Any) -> Person:
    phone = accounts.phone_of(account)
    person = queries.by_identity(id_kind, id_number)
    if person is None:
        person = _new(
            name=name, id_kind=id_kind, id_number=id_number, phone=phone, source=Source.SELF_DECLARED,
            identity_verified=False, **given,
        )  # fmt: skip
        try:
            _insert(person)
        except AlreadyRegistered as error:
            raise IdentityNotConfirmed from error
        publish(PersonRegistered(person.pk, person.county_code, person.community_id))
    elif not (person.name == name and phone and sealed.opened(person, "phone") == phone and person.is_alive):
        raise IdentityNotConfirmed
    accounts.link(account, person.pk, name=name, by=by)
    audit.record(by, "registry.identity_linked", person, person_id=person.pk, verified=person.identity_verified)
    return person


def _new(
    *,
    name: str,
    id_kind: str,
    id_number: str,
    community: Division | UUID | None,
    phone: str,
    address: str,
    sex: str,
    birth_date: dt.date | None,
    source: str,
    identity_verified: bool,
    registered_community: Division | UUID | None = None,
    registered_place: str = "",
) -> Person:
    """Return a checked person, sealed and not yet saved."""
    person = Person(id_kind=IdKind(id_kind), version=1, created_at=now())
    person.name = rules.check_name(name)
    number = rules.check_identity_number(id_number, id_kind, on=today(), allow_demo=settings.DEMO)
    person.sex = _sex(sex) or rules.sex_of(number, id_kind) or _needed(SexNeeded)
    person.birth_date = rules.check_birth_date(
        birth_date or rules.birth_date_of(number, id_kind, on=today()) or _needed(BirthDateNeeded), on=today()
    )
    person.community = community_of(community)
    person.county_code = person.community.county_code
    person.id = placed_id(person.county_code)  # before anything is sealed for this row
    sealed.put(person, "id_number", number)
    sealed.put(person, "phone", rules.normalise_phone(phone, allow_demo=settings.DEMO))
    sealed.put(person, "address", _check_text(address, ADDRESS_MAX, "address"))
    person.registered_community = community_of(registered_community) if registered_community else None
    person.registered_place = _check_text(registered_place, PLACE_MAX, "registered_place")
    person.source, person.confirmed_on, person.identity_verified = source, today(), identity_verified
    _check_not_registered(person, {"id_kind": id_kind, "id_number": number})
    return person


def _insert(person: Person) -> None:
    with _one_row_an_identity():
        person.save(force_insert=True)


@contextmanager
def _one_row_an_identity() -> Iterator[None]:
    """Of two who register the same identity at the same moment, the second is told."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise AlreadyRegistered(place=_("本县（区）")) from error


def _continued(person: Person, there: Division, address: str, sources: dict[str, Any]) -> Person:
    """Return the row that continues a person in another county, sealed anew for its own place."""
    after = Person(
        id=placed_id(there.county_code), name=person.name, id_kind=person.id_kind, sex=person.sex, birth_date=person.birth_date,
        community=there, county_code=there.county_code, registered_community_id=person.registered_community_id,
        registered_place=person.registered_place, source=person.source, confirmed_on=person.confirmed_on,
        sources=sources, identity_verified=person.identity_verified, continues_id=person.pk, created_at=now(),
    )  # fmt: skip
    sealed.put(after, "id_number", sealed.opened(person, "id_number"))
    sealed.put(after, "phone", sealed.opened(person, "phone"))
    sealed.put(after, "address", address)
    return after


def reached(person: Person, by: Actor, permission: Permission, *, or_at: Division | None = None) -> Person:
    """Return the row as it stands now, locked, if the actor's right reaches it. Raises Person.DoesNotExist."""
    found = queries.persons_for(by, permission).filter(pk=person.pk, county_code=person.county_code).first()
    if (
        found is None
        and or_at is not None
        and by.may(may.IDENTIFY)
        and by.reach(may.REGISTER).covers(or_at.county_code, or_at.pk)
    ):
        found = Person.everywhere.filter(pk=person.pk, county_code=person.county_code, valid_to__isnull=True).first()
    if found is None:
        raise Person.DoesNotExist
    return found


def _check_may_register(by: Actor, community: Division) -> None:
    if not (
        by.may(may.REGISTER)
        and (by.may(may.IDENTIFY) or by.reach(may.REGISTER).covers(community.county_code, community.pk))
    ):
        raise PermissionDenied


def check_alive(person: Person) -> None:
    if person.died_on is not None:
        raise NotPossibleAfterDeath(on=person.died_on.isoformat())


def _check_not_registered(person: Person, told: dict[str, Any]) -> None:
    kind = told.get("id_kind", person.id_kind)
    number = told.get("id_number") or sealed.opened(person, "id_number")
    there = queries.by_identity(kind, number)
    if there is not None and there.pk != person.pk:
        raise AlreadyRegistered(place=territory.full_name(there.community))


def _checked(person: Person, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the changes by column, each checked. Raises TypeError for what cannot be corrected."""
    told: dict[str, Any] = {}
    for field, value in changes.items():
        if field == "name":
            told[field] = rules.check_name(value)
        elif field == "id_number":
            kind = changes.get("id_kind", person.id_kind)
            told[field] = rules.check_identity_number(value, kind, on=today(), allow_demo=settings.DEMO)
        elif field == "id_kind":
            told[field] = IdKind(value).value
            if "id_number" not in changes:
                raise TypeError("a kind of document changes together with its number")
        elif field == "sex":
            told[field] = _sex(value) or _needed(SexNeeded)
        elif field == "birth_date":
            told[field] = rules.check_birth_date(value, on=today())
        elif field == "phone":
            told[field] = rules.normalise_phone(value, allow_demo=settings.DEMO)
        elif field == "address":
            told[field] = _check_text(value, ADDRESS_MAX, field)
        elif field == "registered_community":
            told["registered_community_id"] = community_of(value).pk if value else None
        elif field == "registered_place":
            told[field] = _check_text(value, PLACE_MAX, field)
        elif field == "identity_verified":
            told[field] = bool(value)
        else:
            raise TypeError(f"{field} is not corrected but changed by its own service")
    return told


def _keep(person: Person, field: str, before: str, by: Actor) -> None:
    """Keep what a field held, sealed, with the source and the day it rested on."""
    former = FormerFact(
        id=new_id(), person_id=person.pk, county_code=person.county_code, field=field,
        replaced_at=now(), replaced_by=by.account_id,
    )  # fmt: skip
    source, on = person.sources.get(_fact_of(field), (person.source, person.confirmed_on.isoformat()))
    former.source, former.confirmed_on = source, dt.date.fromisoformat(on)
    former.value = seal(before, where=sealed.FORMER, row=former.pk)
    former.save(force_insert=True)


def _unlink_strangers(person: Person, by: Actor) -> None:
    """Take the person away from accounts that had only her word and do not have her telephone.

    Somebody may have declared an identity that is not hers; the window that sees the document has the last word.
    """
    phone = sealed.opened(person, "phone")
    for account in accounts.accounts_of(person.pk):
        if accounts.phone_of(account) != phone:
            accounts.unlink(account, by=by)


def _plain(person: Person, field: str) -> str:
    return sealed.opened(person, field) if field in REVEALED else _text(getattr(person, field))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _fact_of(column: str) -> str:
    """The fact that a column belongs to: kind and number of a document are one, so is all about registration."""
    return {
        "id_kind": "id_number", "identity_verified": "id_number", "registered_community_id": "registered_community",
        "registered_place": "registered_community",
    }.get(column, column)  # fmt: skip


def community_of(given: Division | UUID | None) -> Division:
    """Return the community in force. Raises CommunityNeeded for none, and for what is no community any more."""
    if given is None:
        raise CommunityNeeded
    try:
        division = given if isinstance(given, Division) else territory.division(given)
    except Division.DoesNotExist as error:
        raise CommunityNeeded from error
    if division.level != Level.COMMUNITY or (division.valid_to is not None and division.valid_to <= today()):
        raise CommunityNeeded
    return division


def _sex(value: str) -> str:
    return Sex(value).value if value else ""


def _check_text(text: str, longest: int, field: str) -> str:
    text = " ".join(text.split())
    if len(text) > longest:
        raise TooLong(field=field, max=longest, given=len(text))
    if not text.isprintable():
        raise NotPlainText(field=field)
    return text


def _needed(refusal: type[Refused]) -> Any:
    raise refusal
