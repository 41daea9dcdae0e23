"""What is to be seen of the audit log: how long it is and how far it is sealed, nothing of what it says."""

import datetime as dt

from django.utils.timezone import make_aware

from linli.core.audit import queries
from linli.core.watch import gauge


@gauge("linli_audit_entries", "Entries of the audit log, all chains together.")
def entries() -> float:
    return queries.log_state().entries


@gauge("linli_audit_chains", "Chains of the audit log: one for each county, and the house's.")
def chains() -> float:
    return queries.log_state().chains


@gauge("linli_audit_sealed_until_timestamp_seconds", "End of the last day whose seal is signed; 0: none.")
def sealed_until() -> float:
    last = queries.log_state().last_sealed
    return make_aware(dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min)).timestamp() if last else 0.0
