"""Changing the catalogue: load, draft, review, publish, retire. A published version never changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from linli.core import audit, events
from linli.core.access import Actor, Permission
from linli.core.calendar import now, today
from linli.core.forms import making
from linli.core.http import Refused, save_version
from linli.ground.territory import rules as territory_rules
from linli.ground.territory.models import Division
from linli.services.catalogue import permissions as may
from linli.services.catalogue import queries, reading, rules, search
from linli.services.catalogue.content import Item
from linli.services.catalogue.events import ItemPublished, ItemRetired
from linli.services.catalogue.models import ForbiddenProof, ItemVersion, ServiceItem, Variance, VersionStatus
from linli.services.catalogue.reading import ITEMS, FileFault


class ItemsNotLoaded(Refused):
    """A folder was refused whole; `faults` names each fault with its file, path and line."""

    code = "catalogue.items_not_loaded"
    message = _("有 %(count)s 处要改，一个事项也没有装：%(first)s")

    def __init__(self, faults: Sequence[FileFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(count=len(self.faults), first=str(self.faults[0]))


class NotYourDepartment(Refused):
    code = "catalogue.not_your_department"
    message = _("您只能写本部门的事项，这里写的部门是“%(department)s”。")
    field = "department"
    status = 403


class CodeTaken(Refused):
    code = "catalogue.code_taken"
    message = _("%(what)s“%(value)s”已经有事项在用，编码和序号用过一次就不再给别的事项。")
    field = "code"


class CodeFixed(Refused):
    code = "catalogue.code_fixed"
    message = _("事项编码不能改：原来是“%(was)s”，写成了“%(now)s”。要换编码就新做一个事项。")
    field = "code"


class NothingInForce(Refused):
    code = "catalogue.nothing_in_force"
    message = _("这个事项现在没有在用的版本，没有什么可停用的。")
    status = 409


# -- loading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LoadReport:
    """What a load has done: codes of new items, of items with a new version, and how many stood already."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: int = 0


@transaction.atomic
def load_items(folder: Path = ITEMS, by: Actor | None = None, *, from_day: dt.date | None = None) -> LoadReport:
    """Publish the items of a folder, all or none; run again, only what has changed makes a next version.

    A content that an item has had before is left alone, so that versions made in the workbench stay. from_day: the
    first day of what is new (an item's published_from goes before; else today). Raises ItemsNotLoaded.
    """
    if by is None:
        raise TypeError("load_items() needs to know by whom")
    if not by.may(may.PUBLISH):
        raise ItemVersion.DoesNotExist
    told = reading.read_folder(folder, proofs=queries.forbidden_proofs())
    taken = dict(ItemVersion.objects.values_list("item_number", "item__code").distinct())
    faults = list(told.faults) + [
        FileFault(name, rules.Fault("number", str(CodeTaken(what=_("序号"), value=item.number))))
        for name, item in told.items
        if taken.get(item.number, item.code) != item.code
    ]
    if faults:
        raise ItemsNotLoaded(faults)
    known: dict[str, dict[str, ItemVersion]] = {}
    for version in ItemVersion.objects.select_related("item").defer("content").order_by("number"):
        known.setdefault(version.item.code, {})[version.content_hash] = version
    new: list[str] = []
    changed: list[str] = []
    unchanged = 0
    for _name, item in told.items:
        earlier = known.get(item.code, {})
        fixed = {hash_ for hash_, version in earlier.items() if version.is_fixed}
        if reading.hash_of(item) in fixed:
            unchanged += 1
            continue
        _publish_from_file(item, list(earlier.values()), from_day=from_day)
        (changed if earlier else new).append(item.code)
    if new or changed:
        audit.record(by, "catalogue.items_loaded", new=new, changed=changed, unchanged=unchanged)
    return LoadReport(tuple(new), tuple(changed), unchanged)


def _publish_from_file(item: Item, earlier: list[ItemVersion], *, from_day: dt.date | None) -> None:
    first_day = item.published_from or from_day or today()
    service_item, _made = ServiceItem.objects.get_or_create(code=item.code, defaults={"created_at": now()})
    last = next((version for version in earlier if version.is_fixed and version.valid_to is None), None)
    if last is not None:
        if last.valid_from is not None:
            first_day = max(first_day, last.valid_from)
        save_version(last, None, valid_to=first_day)
    version = ItemVersion.objects.create(
        item=service_item,
        number=max((one.number for one in earlier), default=0) + 1,
        status=VersionStatus.PUBLISHED,
        valid_from=first_day,
        reviewed_on=first_day,
        created_at=now(),
        **_columns(item),
    )
    events.publish(ItemPublished(item.code, version.pk, version.number, first_day))


@transaction.atomic
def load_forbidden_proofs(proofs: Sequence[rules.Proof], by: Actor) -> int:
    """Keep a list of forbidden proofs, a province's for instance; return how many entries are new or changed."""
    if not by.may(may.PUBLISH):
        raise ItemVersion.DoesNotExist
    written = 0
    kept = {(row.list_name, row.number): row for row in ForbiddenProof.objects.all()}
    for proof in proofs:
        told = {
            "name": proof.name,
            "synonyms": list(proof.synonyms),
            "instead": proof.instead,
            "valid_from": proof.valid_from,
        }
        row = kept.get((proof.list_name, proof.number))
        if row and all(getattr(row, name) == value for name, value in told.items()):
            continue
        ForbiddenProof.objects.update_or_create(list_name=proof.list_name, number=proof.number, defaults=told)
        written += 1
    if written:
        audit.record(by, "catalogue.forbidden_proofs_loaded", entries=written)
    return written


# -- writing ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_item(item: Item, *, by: Actor) -> ItemVersion:
    """Begin an item nobody has had yet, as a draft. Raises NotYourDepartment, CodeTaken."""
    _check_department(item, by)
    if ServiceItem.objects.filter(code=item.code).exists():
        raise CodeTaken(what=_("编码"), value=item.code)
    _check_number(item)
    service_item = ServiceItem.objects.create(code=item.code, created_at=now())
    return _new_draft(service_item, item, number=1, by=by)


@transaction.atomic
def next_version(code: str, *, by: Actor) -> ItemVersion:
    """Begin the next version as a draft with the content of the last; the current one goes on meanwhile.

    Raises ItemVersion.DoesNotExist, DraftExists.
    """
    versions = list(queries.versions_for(by, may.EDIT).filter(item__code=code).order_by("number"))
    if not versions:
        raise ItemVersion.DoesNotExist
    if open_one := next((one for one in versions if not one.is_fixed), None):
        raise rules.DraftExists(number=open_one.number)
    return _new_draft(versions[-1].item, queries.item(versions[-1]), number=versions[-1].number + 1, by=by)


def _new_draft(service_item: ServiceItem, item: Item, *, number: int, by: Actor) -> ItemVersion:
    try:
        with transaction.atomic():
            draft = ItemVersion.objects.create(
                item=service_item,
                number=number,
                edited_by=by.account_id,
                editors=_with_editor([], by),
                created_at=now(),
                **_columns(item),
            )
    except IntegrityError as error:  # another colleague was quicker: the database lets one in
        raise rules.DraftExists(number=number) from error
    audit.record(by, "catalogue.draft_begun", draft, code=service_item.code, number=number)
    return draft


@transaction.atomic
def save_draft(version_id: UUID, item: Item, *, by: Actor, version: int) -> ItemVersion:
    """Write a draft anew; it need not be complete, only sound.

    Raises ItemVersion.DoesNotExist, PublishedIsFixed, NotInThatState, NotYourDepartment, CodeFixed, CodeTaken, Stale.
    """
    draft = _in_state(version_id, VersionStatus.DRAFT, by, may.EDIT)
    if item.code != draft.item.code:
        raise CodeFixed(was=draft.item.code, now=item.code)
    _check_department(item, by)
    _check_number(item)
    columns = _columns(item)
    save_version(draft, version, edited_by=by.account_id, editors=_with_editor(draft.editors, by), **columns)
    audit.record(by, "catalogue.draft_saved", draft, code=draft.item.code, number=draft.number)
    return draft


@transaction.atomic
def save_form(
    version_id: UUID, form: dict[str, Any], *, by: Actor, version: int, renamed: tuple[str, str] | None = None
) -> ItemVersion:
    """Write the form of a draft anew, everything else stays (R152); written as it stands, it leaves no trace.

    renamed: a field's name before and now, which the item's conditions on its answer follow. Raises
    ItemVersion.DoesNotExist, PublishedIsFixed, NotInThatState, NotSound, Stale.
    """
    draft = _in_state(version_id, VersionStatus.DRAFT, by, may.EDIT)
    before = queries.item(draft)
    if form == before.form:
        return draft
    told = {**reading.content_of(before), "form": form}
    for condition in told["applicants"]["conditions"]:
        if renamed and condition["answer"] == renamed[0]:
            condition["answer"] = renamed[1]
    item = reading.check(told).sound()
    save_version(
        draft, version, edited_by=by.account_id, editors=_with_editor(draft.editors, by), **_columns(item)
    )  # fmt: skip
    was, now_ = making.properties_of(before.form), making.properties_of(form)
    audit.record(
        by,
        "catalogue.form_saved",
        draft,
        code=draft.item.code,
        number=draft.number,
        added=[name for name in now_ if name not in was],
        removed=[name for name in was if name not in now_],
        changed=[name for name in now_ if name in was and now_[name] != was[name]],
    )
    return draft


@transaction.atomic
def send_to_review(version_id: UUID, *, by: Actor, version: int) -> ItemVersion:
    """Hand a draft to a reviewer. Raises ItemVersion.DoesNotExist, NotInThatState, NotPublishable, Stale."""
    draft = _in_state(version_id, VersionStatus.DRAFT, by, may.EDIT)
    _check_content(draft)
    save_version(draft, version, status=VersionStatus.REVIEW, note="")
    audit.record(by, "catalogue.sent_to_review", draft, code=draft.item.code, number=draft.number)
    return draft


@transaction.atomic
def return_to_draft(version_id: UUID, *, by: Actor, version: int, reason: str = "") -> ItemVersion:
    """Give a version back to its editors, with the reason; an editor may take it back herself.

    Raises ItemVersion.DoesNotExist, NotInThatState, Stale.
    """
    draft = _in_state(version_id, VersionStatus.REVIEW, by, may.EDIT)
    save_version(draft, version, status=VersionStatus.DRAFT, note=reason.strip()[:500])
    audit.record(by, "catalogue.returned_to_draft", draft, code=draft.item.code, number=draft.number)
    return draft


@transaction.atomic
def discard_draft(version_id: UUID, *, by: Actor, version: int) -> None:
    """Throw a draft away, and with its only draft an item that was never published. The log keeps that it was there.

    Raises ItemVersion.DoesNotExist, PublishedIsFixed, NotInThatState (a version in review is taken back first), Stale.
    """
    draft = _in_state(version_id, VersionStatus.DRAFT, by, may.EDIT)
    save_version(draft, version, edited_by=by.account_id)  # a colleague who saved meanwhile keeps what she wrote
    audit.record(
        by, "catalogue.draft_discarded", draft, code=draft.item.code, number=draft.number, content=draft.content_hash
    )  # fmt: skip
    item = draft.item
    draft.delete()
    if not item.versions.exists():
        item.delete()


@transaction.atomic
def publish(version_id: UUID, *, by: Actor, version: int, from_day: dt.date | None = None) -> ItemVersion:
    """Publish a reviewed version from a day on (today); the version before it ends that day.

    Raises ItemVersion.DoesNotExist, NotInThatState, NoReviewer, StartsTooEarly, BehindTheCurrent, NotPublishable,
    Stale.
    """
    draft = _in_state(version_id, VersionStatus.REVIEW, by, may.PUBLISH)
    rules.check_may_publish(by.account_id, draft.editors)
    others = list(draft.item.versions.exclude(pk=draft.pk).defer("content").order_by("number"))
    if newer := next((one for one in others if one.number > draft.number and one.is_fixed), None):
        raise rules.BehindTheCurrent(current=newer.number, number=draft.number)
    first_day = from_day or today()
    ends = [one.valid_to or one.valid_from for one in others if one.is_fixed]
    rules.check_start(first_day, not_before=max([today(), *(day for day in ends if day)]))
    _check_content(draft)

    if predecessor := next((one for one in others if one.is_fixed and one.valid_to is None), None):
        save_version(predecessor, None, valid_to=first_day)
    save_version(
        draft,
        version,
        status=VersionStatus.PUBLISHED,
        valid_from=first_day,
        reviewed_by=by.account_id,
        reviewed_on=today(),
        note="",
    )
    audit.record(
        by, "catalogue.item_published", draft, code=draft.item.code, number=draft.number, valid_from=first_day
    )  # fmt: skip
    events.publish(ItemPublished(draft.item.code, draft.pk, draft.number, first_day))
    return draft


@transaction.atomic
def retire(code: str, *, by: Actor, version: int, from_day: dt.date | None = None, reason: str = "") -> ItemVersion:
    """Stop offering an item from a day on (today); running applications go on under their versions.

    Raises ItemVersion.DoesNotExist, NothingInForce, StartsTooEarly, Stale.
    """
    rows = queries.versions_for(by, may.PUBLISH).filter(item__code=code)
    if not rows.exists():
        raise ItemVersion.DoesNotExist
    last = rows.filter(status=VersionStatus.PUBLISHED, valid_to__isnull=True).first()
    if last is None:
        raise NothingInForce
    end = from_day or today()
    rules.check_start(end, not_before=max(today(), last.valid_from or today()))
    save_version(last, version, status=VersionStatus.RETIRED, valid_to=end, note=reason.strip()[:500])
    audit.record(by, "catalogue.item_retired", last, code=code, number=last.number, valid_to=end)
    events.publish(ItemRetired(code, last.pk, end))
    return last


@transaction.atomic
def mark_reviewed(code: str, *, by: Actor, version: int) -> ItemVersion:
    """Note that the version in force was looked through today and is right. Raises ItemVersion.DoesNotExist, Stale."""
    current = queries.versions_for(by, may.EDIT).filter(pk=queries.published_version(code).pk).get()
    save_version(current, version, reviewed_on=today())
    audit.record(by, "catalogue.item_reviewed", current, code=code, number=current.number)
    return current


# -- differences by area ---------------------------------------------------------------------------------------------


@transaction.atomic
def record_variance(
    code: str,
    *,
    by: Actor,
    place: Division,
    area: str,
    part: str,
    reason: str,
    document: str,
    standard: str = "",
    standard_en: str = "",
    reason_en: str = "",
    from_day: dt.date | None = None,
) -> Variance:
    """Record that an item differs in some communities, with the reason (R28a).

    Raises ItemVersion.DoesNotExist, NotYourPlace, StandardMissing, AlreadyNoted.
    """
    version = queries.versions_for(by, may.EDIT).filter(item__code=code).last()
    if version is None:
        raise ItemVersion.DoesNotExist
    if by.post is not None and not place.code.startswith(territory_rules.prefix_of(by.post.division_code)):
        raise rules.NotYourPlace(place=place.short_name)
    if part != rules.Part.OFFER and not standard.strip():
        raise rules.StandardMissing
    try:
        with transaction.atomic():
            variance = Variance.objects.create(
                item=version.item,
                division=place,
                area=area,
                part=part,
                standard=standard.strip() if part != rules.Part.OFFER else "",
                standard_en=standard_en.strip() if part != rules.Part.OFFER else "",
                reason=reason.strip(),
                reason_en=reason_en.strip(),
                document=document.strip(),
                valid_from=from_day or today(),
                recorded_by=by.account_id,
                created_at=now(),
            )
    except IntegrityError as error:
        raise rules.AlreadyNoted from error
    audit.record(by, "catalogue.variance_recorded", variance, code=code, place=place.code, area=area, part=part)
    return variance


@transaction.atomic
def end_variance(variance_id: UUID, *, by: Actor, version: int) -> Variance:
    """End a difference from today on: there it is as everywhere. Raises Variance.DoesNotExist, AlreadyEnded, Stale."""
    variance = queries.variances_for(by).get(pk=variance_id)
    if variance.valid_to is not None:
        raise rules.AlreadyEnded
    save_version(variance, version, valid_to=max(today(), variance.valid_from))
    audit.record(by, "catalogue.variance_ended", variance, code=variance.item.code, place=variance.division.code)
    return variance


# -- what they share -------------------------------------------------------------------------------------------------


def _columns(item: Item) -> dict[str, Any]:
    return {
        "content": reading.content_of(item),
        "content_hash": reading.hash_of(item),
        "item_number": item.number,
        "name": item.name.zh,
        "department": item.department[:32],
        "domain": item.domain,
        "search_text": search.text_of(item),
    }


def _with_editor(editors: list[str], by: Actor) -> list[str]:
    return sorted({*editors, str(by.account_id)}) if by.account_id else list(editors)


def _in_state(version_id: UUID, state: VersionStatus, by: Actor, permission: Permission) -> ItemVersion:
    row = queries.versions_for(by, permission).get(pk=version_id)
    if row.is_fixed:
        raise rules.PublishedIsFixed
    if row.status != state:
        raise rules.NotInThatState(state=VersionStatus(row.status).label)
    return row


def _check_content(draft: ItemVersion) -> None:
    codes = set(ServiceItem.objects.values_list("code", flat=True))
    rules.check_publishable(queries.item(draft), proofs=queries.forbidden_proofs(), codes=codes)


def _check_department(item: Item, by: Actor) -> None:
    reach = by.reach(may.EDIT)
    if reach.is_empty():
        raise ItemVersion.DoesNotExist
    if reach.department and item.department != reach.department:
        raise NotYourDepartment(department=item.department[:40])


def _check_number(item: Item) -> None:
    if ItemVersion.objects.filter(item_number=item.number).exclude(item__code=item.code).exists():
        raise CodeTaken(what=_("序号"), value=item.number, field="number")
