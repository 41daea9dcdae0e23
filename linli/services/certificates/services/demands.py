"""Reports of proofs that were asked for although nobody may (R45)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from linli.core import audit, crypto
from linli.core.access import Actor
from linli.core.calendar import now
from linli.ground.accounts import throttle
from linli.ground.territory.models import Division, Level
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue import rules as catalogue_rules
from linli.services.certificates import permissions as may
from linli.services.certificates import rules
from linli.services.certificates.models import ProofDemand


@transaction.atomic
def report_demand(
    by: Actor, *, community: Division, proof_name: str, asking_body: str, asked_for: str, note: str = ""
) -> ProofDemand:
    """Note that a body asked for a proof that nobody may ask for; a name that people use finds the list's entry.

    Staff report for their own place. Raises WordsNeeded, WordsTooLong, PlaceOutOfReach, TooManyDemands,
    PermissionDenied.
    """
    if not by.may(may.REPORT_DEMAND) or by.account_id is None:
        raise PermissionDenied
    proof_name = rules.check_words(proof_name, field="proof_name")
    asking_body = rules.check_words(asking_body, field="asking_body")
    asked_for = rules.check_words(asked_for, field="asked_for")
    if note.strip():
        note = rules.check_words(note, field="note", longest=rules.NOTE_MAX)
    if community.level != Level.COMMUNITY or (by.acts_in_office and not _is_within(by, community)):
        raise rules.PlaceOutOfReach
    if throttle.take(
        "certificates.demand", str(by.account_id), limit=rules.DEMANDS_A_DAY, pause=dt.timedelta(days=1)
    ):  # fmt: skip
        raise rules.TooManyDemands(count=rules.DEMANDS_A_DAY)
    known = catalogue_rules.forbidden_proof(proof_name, catalogue.forbidden_proofs())
    entry = catalogue.forbidden_proof_row(known) if known else None
    row = ProofDemand(
        county_code=community.county_code,
        community=community,
        proof=entry,
        proof_name=known.name if known else proof_name,
        asking_body=asking_body,
        asking_key=(catalogue_rules.same_spelling(asking_body) or asking_body)[: rules.DEMAND_WORDS_MAX],
        asked_for=asked_for,
        reported_by=by.account_id,
        reported_at=now(),
    )
    if note.strip():
        row.note = crypto.seal(note, where="certificates.proofdemand.note", row=row.pk)
    row.save(force_insert=True)
    audit.record(by, "certificates.proof_demand_reported", row, on_the_list=known is not None)
    return row


def _is_within(by: Actor, community: Division) -> bool:
    reach = by.reach(may.REPORT_DEMAND)
    return community.county_code in reach.counties and (
        reach.communities is None or community.pk in reach.communities
    )  # fmt: skip
