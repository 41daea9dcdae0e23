"""The law and the arithmetic of the catalogue: pure, without a database and without a clock."""

from linli.services.catalogue.rules.changes import (
    Change,
    Difference,
    difference,
    may_move_to,
    parts_changed,
    step_name,
    what_it_rests_on,
)
from linli.services.catalogue.rules.discretion import HANDLING_ROLES, first_step_of
from linli.services.catalogue.rules.faults import Fault, NotPublishable, NotSound
from linli.services.catalogue.rules.limits import fits_in, is_longer
from linli.services.catalogue.rules.proofs import (
    ForbiddenProofNamed,
    Proof,
    forbidden_proof,
    national_proofs,
    refuse_forbidden,
    same_spelling,
)
from linli.services.catalogue.rules.publishing import check_publishable, publishing_faults
from linli.services.catalogue.rules.reviews import REVIEW_MONTHS, is_due_for_review, review_due_on
from linli.services.catalogue.rules.versions import (
    BehindTheCurrent,
    DraftExists,
    NoReviewer,
    NotInThatState,
    PublishedIsFixed,
    StartsTooEarly,
    check_may_publish,
    check_start,
)

__all__ = [
    "HANDLING_ROLES", "REVIEW_MONTHS", "BehindTheCurrent", "Change", "Difference", "DraftExists", "Fault", "ForbiddenProofNamed",
    "NoReviewer", "NotInThatState", "NotPublishable", "NotSound", "Proof", "PublishedIsFixed", "StartsTooEarly",
    "check_may_publish", "check_publishable", "check_start", "difference", "first_step_of", "fits_in", "forbidden_proof",
    "is_due_for_review", "is_longer", "may_move_to", "national_proofs", "parts_changed", "publishing_faults",
    "refuse_forbidden", "review_due_on", "same_spelling", "step_name", "what_it_rests_on",
]  # fmt: skip
