"""What a decision brings: the certificate of what was granted, and its delivery."""

from __future__ import annotations

from django.db import transaction
from django.utils.timezone import localdate

from linli.core.access import Actor
from linli.services.casework import queries
from linli.services.casework.models import Case, CaseAction, Status
from linli.services.casework.services.closing import record_certificate
from linli.services.casework.services.facts import printed_facts
from linli.services.casework.services.handle import deliver
from linli.services.certificates import services as certificates


@transaction.atomic
def make_result(case: Case, *, by: Actor) -> None:
    """Make the certificate of a granted case, and deliver what can be delivered in the portal. Harmless when repeated.

    Raises what certificates.issue raises: SealNotInForce, CharacterNotPrintable, …
    """
    item = queries.item_of(case)
    if case.status == Status.GRANTED and not case.certificate_number:
        decided = CaseAction.objects.filter(case=case, action="grant").order_by("-at").first()
        certificate = certificates.issue(
            version=case.item_version,
            holder_id=case.applicant_id,
            holder_facts={"name": case.applicant.name},
            case_number=case.number,
            community=case.community,
            department=item.chain[-1].department,
            facts=printed_facts(case, item),
            decided_on=localdate(case.decided_at),
            by=by,
            approved_by=decided.by_account if decided else None,
        )
        record_certificate(case, certificate.number, by=by)
    if case.status in (Status.GRANTED, Status.REFUSED) and "electronic" in item.result.delivery:
        deliver(case.number, by=by, how="electronic")
