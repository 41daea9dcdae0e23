"""What a person says to a proposal."""

from __future__ import annotations

from django.db import transaction

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now
from linli.ground.registry import queries as registry
from linli.services.casework import permissions as may
from linli.services.casework import proposals, rules
from linli.services.casework.models import DeclinedProposal


@transaction.atomic
def decline_proposal(item_code: str, *, by: Actor) -> None:
    """Note that the resident does not want to be told of an item again; harmless when repeated.

    Raises IdentityNeeded, ChoiceNotKnown for what is not proposed to her.
    """
    person = registry.person_of(by) if by.may(may.APPLY) else None
    if person is None:
        raise rules.IdentityNeeded
    rows = registry.rows_of(person)
    if DeclinedProposal.everywhere.filter(person_id__in=rows, item_code=item_code).exists():
        return
    rules.check_choice(item_code, [one.code for one in proposals.proposals_for(person, most=1000)])
    row, made = DeclinedProposal.everywhere.get_or_create(
        county_code=person.county_code, person=person, item_code=item_code, defaults={"declined_at": now()}
    )
    if made:
        audit.record(by, "casework.proposal_declined", row, person_id=person.pk, item=item_code)
