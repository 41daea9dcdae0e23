"""The papers of a case: written with the act, made and sealed when somebody first opens them, the same ever after."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction

from linli.core import audit, crypto, files
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.ids import grouped, new_id
from linli.core.rows import insert
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division
from linli.services.certificates import documents, queries, rules
from linli.services.certificates.models import Paper, Seal
from linli.services.certificates.rules import Occasion
from linli.services.certificates.services.seals import seal_in_force, use_seal

logger = logging.getLogger(__name__)

OCCASIONS = {
    "not_accepted": Occasion.DECISION,
    "decision_granted": Occasion.DECISION,
    "decision_refused": Occasion.DECISION,
    "public_notice": Occasion.PUBLIC_NOTICE,
}
"""The occasion under which a kind stands in the register; the others are notices."""


@dataclass(frozen=True)
class Opened:
    """A paper as it is handed out. sealed: the file that is kept; else it says itself that it is not sealed yet."""

    content: bytes
    is_sealed: bool


def write_paper(
    kind: documents.NoticeKind,
    says: Mapping[str, Any],
    *,
    act_id: UUID,
    case_number: str,
    holder_id: UUID | None,
    community: Division,
    division: Division,
    department: str = "",
    approved_by: UUID | None = None,
    number: str = "",
) -> Paper:
    """Write down what a paper says, in the transaction of the act that it rests on; nothing is typeset or signed yet.

    says: the fields of documents.NOTICES[kind] but number, case_number and url, which the paper has of its own; with
    case_shown where several cases share it. division and department: the body that acted, whose seal it will bear.
    """
    if not documents.NOTICES[kind].sealed:
        raise ValueError(f"{kind} is the applicant's own paper: nobody seals it")
    pk = new_id()
    if not number:
        earlier = Paper.everywhere.filter(county_code=community.county_code, case_number=case_number)
        number = rules.paper_number(case_number, earlier.count() + 1)
    row = Paper(
        id=pk,
        act_id=act_id,
        kind=kind,
        number=number,
        token=secrets.token_urlsafe(32),
        case_number=case_number,
        holder_id=holder_id,
        community=community,
        county_code=community.county_code,
        division=division,
        department=department,
        approved_by=approved_by,
        dated=says["on"],
        facts=crypto.seal(
            json.dumps(says, ensure_ascii=False, default=_plain), where="certificates.paper.facts", row=pk
        ),
        written_at=now(),
    )
    insert([row])
    return row


def open_paper(paper: Paper, *, by: Actor) -> Opened:
    """Return the sealed file of a paper, made now where nobody has opened it before; unsealed while there is no seal.

    Safe to run twice and at once: one paper has one file and one line in the register. Raises PermissionDenied,
    CharacterNotPrintable.
    """
    if not paper.is_sealed:
        paper = _sealed(paper, by=by)
    if paper.pdf is not None:
        return Opened(files.open_file(paper.pdf), is_sealed=True)
    return Opened(documents.notice_pdf(_kind(paper), _notice(paper), _layout(paper), unsealed=True), is_sealed=False)


def print_slip(paper: Paper) -> bytes:
    """Return the receipt for the narrow printer at a window: a print of what the sealed paper says, with its number."""
    return documents.notice_pdf(_kind(paper), _notice(paper), "80mm")


def seal_waiting(seal: Seal, *, by: Actor, most: int) -> int:
    """Seal papers that were opened while their body had no seal, the longest waiting first; return how many."""
    places = territory.below(seal.division) if seal.department else [seal.division]
    waiting = (
        Paper.everywhere.filter(
            waits_since__isnull=False, sealed_at__isnull=True, department=seal.department, division__in=places
        )
        .select_related("division", "community")
        .order_by("waits_since", "id")[:most]
    )
    done = 0
    for paper in waiting:
        try:
            done += _sealed(paper, by=by).is_sealed
        except documents.CharacterNotPrintable:  # whoever opens it is told
            logger.warning("certificates.paper_not_printable", extra={"paper": str(paper.pk)})
    return done


def _sealed(paper: Paper, *, by: Actor) -> Paper:
    """Make the file, sign and register it, once; without a usable seal note that the paper waits for one."""
    found = queries.seal_for(paper.division, paper.department)
    if found is None:
        return _waits(paper)
    # Drawn before the transaction: on SQLite nobody else can write while one is open.
    unsigned, drawn_for = _drawn(paper, found.issuer_name), found.issuer_name
    try:
        with transaction.atomic():
            row = Paper.everywhere.select_for_update().get(pk=paper.pk, county_code=paper.county_code)
            if row.is_sealed:
                return row
            seal = seal_in_force(paper.division, paper.department)
            if seal.issuer_name != drawn_for:
                unsigned = _drawn(paper, seal.issuer_name)
            signed, use = use_seal(
                seal, unsigned, occasion=OCCASIONS.get(paper.kind, Occasion.NOTICE), document=paper.number,
                title=documents.NOTICES[paper.kind].title, case_number=paper.case_number, by=by,
                approved_by=paper.approved_by,
            )  # fmt: skip
            row.seal, row.sealed_at, row.pdf_sha256 = seal, now(), hashlib.sha256(signed).hexdigest()
            row.pdf = files.keep(signed, "application/pdf", by=by)
            row.save(update_fields=["seal", "sealed_at", "pdf", "pdf_sha256"])
            audit.record(
                by, "certificates.paper_sealed", row, person_id=row.holder_id, kind=row.kind, document=row.number,
                case=row.case_number, seal=seal.pk, seal_use=use.pk,
            )  # fmt: skip
    except rules.SealNotInForce:  # withdrawn at this very moment
        return _waits(paper)
    return row


def _waits(paper: Paper) -> Paper:
    if paper.waits_since is None:
        paper.waits_since = now()
        Paper.everywhere.filter(pk=paper.pk, county_code=paper.county_code, waits_since__isnull=True).update(
            waits_since=paper.waits_since
        )
    return paper


def _drawn(paper: Paper, issuer: str) -> bytes:
    """Draw the paper under the name that its seal bears."""
    return documents.notice_pdf(
        _kind(paper), _notice(paper).model_copy(update={"issuer": issuer}), _layout(paper), with_seal=True
    )


def _notice(paper: Paper) -> documents.Notice:
    says = paper.says
    case_number = says.pop("case_shown", "") or grouped(paper.case_number)
    url = f"{settings.BASE_URL.rstrip('/')}/verify/{paper.token}/"
    return documents.NOTICES[paper.kind].model_validate(
        says | {"number": paper.number_shown, "case_number": case_number, "url": url}
    )


def _kind(paper: Paper) -> documents.NoticeKind:
    return cast("documents.NoticeKind", paper.kind)


def _layout(paper: Paper) -> documents.Paper:
    return "a5" if paper.kind == "receipt" else "a4"


def _plain(value: Any) -> str:
    if isinstance(value, dt.date):  # moments too
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} is printed on no paper")
