"""Who reads what a sensitive case says (R41b): the applicant, and whoever handles one of its steps.

Everybody else whose reach covers the case sees that it is there, its item and its times: not what was filled in, said
or decided, and not whom it concerns.
"""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.core.access import Actor
from linli.services.casework.models import Case, CaseAction, Status
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue import rules as catalogue_rules


def reads(case: Case, actor: Actor) -> bool:
    """Tell whether the actor, who reaches the case, reads its contents.

    Until it is accepted, the community responsible does; then each desk of the chain from its own step on.
    """
    if actor.kind != "staff":
        return True
    item = catalogue.item(case.item_version)
    if not item.sensitive:
        return True
    post = actor.post
    if post is None or post.role not in catalogue_rules.HANDLING_ROLES or case.county_code not in post.counties:
        return False
    if post.communities is not None and case.community_id not in post.communities:
        return False
    if case.accepted_at is None:
        return post.level == "community"
    first = catalogue_rules.first_step_of(item, post)
    return first is not None and case.step >= first


def state_shown(case: Case, actor: Actor, words: str) -> str:
    """Return the words for a state, or only that it was decided, where they would tell the actor what was decided."""
    tells = case.status in (Status.GRANTED, Status.REFUSED)
    return str(_("已作出决定")) if tells and not reads(case, actor) else words


def hidden_from(actor: Actor) -> Q:
    """Return the condition on cases that the actor reaches and does not read: `reads` as a query."""
    nothing = Q(pk__in=[])
    if actor.kind != "staff":
        return nothing
    versions = catalogue.sensitive_versions()
    if not versions:
        return nothing
    post = actor.post
    sensitive = Q(item_version_id__in=[version.pk for version in versions])
    if post is None or post.role not in catalogue_rules.HANDLING_ROLES:
        return sensitive
    open_to_me = Q(accepted_at__isnull=True) if post.level == "community" else nothing
    from_step: dict[int, list[UUID]] = defaultdict(list)
    for version in versions:
        if (first := catalogue_rules.first_step_of(catalogue.item(version), post)) is not None:
            from_step[first].append(version.pk)
    for first, ids in from_step.items():
        open_to_me |= Q(accepted_at__isnull=False, item_version_id__in=ids, step__gte=first)
    if post.communities is not None:
        open_to_me &= Q(community_id__in=post.communities)
    return sensitive & ~(open_to_me & Q(county_code__in=post.counties))


def took_in(case: Case, actor: Actor) -> bool:
    """Tell whether the actor took the case in: she hands over its receipt, whatever it is about."""
    mine = CaseAction.objects.filter(case=case, action="submit", by_kind="staff", by_account=actor.account_id)
    return actor.account_id is not None and mine.exists()
