"""Changing certificates and seals: one call, one transaction, one audit entry, its events."""

from linli.services.certificates.services.certificates import choose_shown, issue, replace, revoke
from linli.services.certificates.services.demands import report_demand
from linli.services.certificates.services.papers import open_paper, print_slip, seal_waiting, write_paper
from linli.services.certificates.services.seals import make_seal, revoke_seal, seal_document

__all__ = [
    "choose_shown",
    "issue",
    "make_seal",
    "open_paper",
    "print_slip",
    "replace",
    "report_demand",
    "revoke",
    "revoke_seal",
    "seal_document",
    "seal_waiting",
    "write_paper",
]
