"""What is to be seen of seals and papers."""

from linli.core.watch import gauge
from linli.services.certificates import queries


@gauge("linli_papers_waiting_for_seal", "Papers that somebody has opened and that no seal was there for.")
def waiting_for_seal() -> float:
    return queries.papers_waiting_for_a_seal()
