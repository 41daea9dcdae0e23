"""Which items look for people, and what is refused. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.core.conditions import Fact, Kind, Vocabulary
from linli.core.http import Refused
from linli.ground.registry.vocabulary import FACTS as REGISTRY
from linli.services.casework.proposals import ENTITLEMENTS
from linli.services.catalogue import conditions
from linli.services.catalogue.content import Item

FACTS = Vocabulary([*REGISTRY.values(), Fact("asked", Kind.WORDS, _("申请过的、谢绝的"))])
"""asked: items that run for her, that lately came to nothing, or of which she does not want to be told."""
WIDE = frozenset({"age", "sex", "alive", "registered_here", "lives_here"})
"""What is known of everybody: a condition that can be met by these alone picks nobody out."""
NOTE_MAX = 200


class NoAccount(Refused):
    code = "entitlement.no_account"
    message = _("本人还没有账户，准备了也看不到。请上门代办，当面问本人同不同意。")


class NotOpen(Refused):
    code = "entitlement.not_open"
    message = _("这一条已经有人处理过了，请先看新的进展。")


class NoteNeeded(Refused):
    code = "entitlement.note_needed"
    message = _("请写一句为什么不用办，最多 %(most)s 个字。")
    field = "note"


def looks_for_people(item: Item) -> bool:
    """Tell whether a batch may look for those who qualify: a benefit or a status, never a matter kept in confidence.

    What only people can tell may be left over: the list feeds visits, where it is asked. But what can be met by age and
    residence alone (特困: from sixty on, or ...) narrows nothing down where other conditions are left.
    """
    if item.sensitive or item.elsewhere is not None or item.applicants.guardian_applies:
        return False
    if item.type not in ENTITLEMENTS or not {"natural_person", "household"} & set(item.applicants.kinds):
        return False
    told = item.applicants.conditions
    if any(conditions.narrows(one, WIDE) for one in told):
        return True
    return conditions.is_whole(item) and any(map(conditions.asks_for, told))


def still_to_find(code: str, rule: dict[str, Any]) -> dict[str, Any]:
    """Return the rule for those who qualify, have it not, and have not asked for it."""
    return {"all": [rule, *({"not": {"fact": fact, "op": "has", "value": code}} for fact in ("benefits", "asked"))]}


def rules_of(items: Iterable[Item]) -> dict[str, dict[str, Any]]:
    """Return the rule of each item that looks for people, by its code."""
    found = {item.code: conditions.rule_of_item(item) for item in items if looks_for_people(item)}
    return {code: rule for code, rule in found.items() if rule is not None}
