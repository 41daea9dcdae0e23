"""What a person may be entitled to and has not asked for: a few items, each with the rule that proposes it (R38, R41a).

A proposal decides nothing. It rests on the item's own conditions, held against the registry as the application does,
and is made to the person herself or to whoever looks after her; never by text message, never for sensitive items.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access import Actor
from linli.core.calendar import today
from linli.ground.registry import queries as registry
from linli.ground.registry.models import Person, SpecialGroup, SpecialGroupTag
from linli.ground.registry.rules import DISCREET_GROUPS
from linli.services.casework import figures, rules
from linli.services.casework.models import OPEN, Case, DeclinedProposal, Status
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue import words
from linli.services.catalogue.content import Item
from linli.services.certificates import queries as certificates

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

AT_MOST = 3
"""More would not be read."""
ENTITLEMENTS = ("benefit", "confirmation")
"""What is proposed to whoever meets every condition. A service that anybody may use is not: she would have asked."""
NOT_AGAIN_DAYS = 180
"""After an application that came to nothing."""

MEMBERSHIP: dict[str, str | _StrPromise] = {
    SpecialGroup.REGISTERED_UNEMPLOYED: gettext_lazy("登记了失业"),
    SpecialGroup.HARD_TO_EMPLOY: gettext_lazy("认定为就业困难人员"),
    SpecialGroup.DISABILITY: gettext_lazy("有残疾人证"),
}
"""How it is said that somebody belongs to a group; of others, that she is one of them."""


@dataclass(frozen=True)
class Proposal:
    """An item, why it is proposed (sentences, each with the rule), and whether conditions are left that nobody computed."""

    code: str
    name: str
    summary: str
    because: tuple[str, ...]
    more_is_asked: bool
    by_group: bool
    rank: int = 0
    """How narrow the rule is: the oldest age first."""


def proposed(
    item: Item, facts: Mapping[str, Any], tags: Sequence[SpecialGroupTag], *, on: dt.date, in_public: bool
) -> Proposal | None:
    """Hold an item against what is known of a person: a proposal, or None. Pure.

    Proposed is what a group of hers opens (a condition on the group, or the item says so), and an entitlement all of
    whose conditions can be computed and hold. Nothing is proposed that a known fact speaks against.
    """
    if item.sensitive or item.elsewhere is not None or item.applicants.guardian_applies:
        return None
    if "natural_person" not in item.applicants.kinds or "online" not in item.channels:
        return None
    checks = rules.check_conditions(item, facts, on=on, language="zh")
    if any(check.holds is False for check in checks):
        return None
    held = {tag.code: tag for tag in tags}
    wanted = [condition.includes for condition in item.applicants.conditions if condition.includes]
    opening = [code for code in [*wanted, *item.applicants.proposed_to] if code in held]
    if any(code not in held for code in wanted):
        return None
    if in_public and DISCREET_GROUPS & set(opening):
        return None
    computed = sum(condition.is_computed for condition in item.applicants.conditions)
    whole = computed == len(item.applicants.conditions) and all(check.holds for check in checks)
    ages = [c.at_least or 0 for c in item.applicants.conditions if c.fact == "age"]
    if not opening and not (whole and ages and item.type in ENTITLEMENTS):
        return None
    because = [_by_group(item, held[code], to_her=in_public) for code in dict.fromkeys(opening)]
    if not opening:
        because = [_by_age(item, facts, to_her=in_public)]
    return Proposal(
        code=item.code, name=words.say(item.name), summary=words.say(item.summary), because=tuple(because),
        more_is_asked=computed < len(item.applicants.conditions), by_group=bool(opening), rank=max(ages, default=0),
    )  # fmt: skip


def _by_group(item: Item, tag: SpecialGroupTag, *, to_her: bool) -> str:
    """Say which group opens the item, and by which rule: to her in short, to the office with where that stands."""
    group = MEMBERSHIP.get(tag.code) or _("属于%(group)s") % {"group": tag.get_code_display()}
    told = {"group": group, "source": tag.source, "day": tag.valid_from.isoformat()}
    condition = next((c for c in item.applicants.conditions if c.includes == tag.code), None)
    if condition is None:
        return (
            _("您%(group)s，这件事专门帮这样的人。") if to_her else
            _("%(group)s（%(source)s，%(day)s 起），这件事专门帮这样的人。")
        ) % told  # fmt: skip
    told["condition"] = words.say(condition.text)
    return (
        _("您%(group)s，符合“%(condition)s”这一条。") if to_her else
        _("%(group)s（%(source)s，%(day)s 起），符合“%(condition)s”这一条。")
    ) % told  # fmt: skip


def _by_age(item: Item, facts: Mapping[str, Any], *, to_her: bool) -> str:
    rule = _("、").join(words.say(condition.text) for condition in item.applicants.conditions)
    told = {"age": facts["age"].value, "rule": rule}
    if to_her:
        return _("您 %(age)s 岁，按登记的资料，条件都符合：%(rule)s。") % told
    return _("%(age)s 岁，按登记的资料，条件都符合：%(rule)s。") % told


def proposals_for(
    person: Person, *, in_public: bool = True, opened_by: Collection[str] | None = None, most: int = AT_MOST
) -> list[Proposal]:
    """Return what is proposed to a person whom the caller has reached, what her groups open first. Five queries.

    in_public: on a screen that others may see, discreet groups are not named. opened_by: only what these groups open.
    """
    if not person.is_alive:
        return []
    tags = registry.tags_in_force(person)
    facts = registry.facts_of(person, with_groups=False)
    if tags:
        facts["groups"] = registry.Fact(tuple(tag.code for tag in tags), "", today())
    items = [catalogue.item(version) for version in catalogue.published()]
    found = [one for item in items if (one := proposed(item, facts, tags, on=today(), in_public=in_public))]
    if opened_by is not None:
        openers = {item.code: {*item.applicants.proposed_to, *(c.includes for c in item.applicants.conditions)}
                   for item in items}  # fmt: skip
        found = [one for one in found if one.by_group and openers[one.code] & set(opened_by)]
    if not found:
        return []
    known = _has_or_had(registry.rows_of(person), [one.code for one in found])
    order = {item.code: place for place, item in enumerate(items)}
    left = [one for one in found if one.code not in known]
    return sorted(left, key=lambda one: (not one.by_group, -one.rank if not one.by_group else 0, order[one.code]))[
        :most
    ]


def _has_or_had(rows: list[UUID], codes: list[str]) -> set[str]:
    """Return the items that she holds, that run for her, that lately came to nothing, or that she does not want."""
    held = {
        code
        for row in rows
        for code in certificates.held_by(row).filter(item_code__in=codes).values_list("item_code", flat=True)
    }
    lately = today() - dt.timedelta(days=NOT_AGAIN_DAYS)
    cases = Case.everywhere.filter(applicant_id__in=rows, item_code__in=codes)
    running = cases.filter(status__in=[*OPEN, Status.GRANTED])
    came_to_nothing = cases.filter(figures.ended_ungranted(), submitted_at__date__gte=lately)
    declined = DeclinedProposal.everywhere.filter(person_id__in=rows, item_code__in=codes)
    first, *others = (
        found.order_by().values_list("item_code", flat=True) for found in (running, came_to_nothing, declined)
    )
    return held.union(first.union(*others))


def proposals_to(actor: Actor, *, opened_by: Collection[str] | None = None, most: int = AT_MOST) -> list[Proposal]:
    """Return what is proposed to a resident who has signed in, none while it is not known who she is."""
    person = registry.person_of(actor)
    return proposals_for(person, opened_by=opened_by, most=most) if person is not None else []
