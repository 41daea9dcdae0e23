"""Looking into a PDF that somebody brings: is the seal ours, and is every byte as it was when it was sealed?

Only the file is looked at here; what our register knows about it, queries.verdict_on adds, and imports this when a
file is brought: pyhanko costs a process a third of a second and 40 MiB.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from linli.services.certificates import signing
from linli.services.certificates.rules import Finding

if TYPE_CHECKING:
    from pyhanko.sign.validation import EmbeddedPdfSignature

# What a file made to confuse a parser can raise; the file, not we, is wrong then.
HOSTILE = (
    PdfError, SignatureValidationError, SuspiciousModification, ValueError, LookupError, TypeError, AttributeError,
    NotImplementedError, RecursionError, OverflowError, AssertionError, EOFError,
)  # fmt: skip


@dataclass(frozen=True)
class Looked:
    """What a file shows. key_id: the sealing key's short name, where the seal is ours."""

    finding: Finding
    key_id: str = ""


def look_at(content: bytes, *, authorities: list[x509.Certificate], moment: dt.datetime) -> Looked:
    """Tell what a file is: no PDF, sealed by nobody of ours, altered since it was sealed, or intact.

    Bytes appended after sealing leave the signature itself intact: only a signature over the entire file counts.
    """
    if b"%PDF-" not in content[:1024]:
        return Looked(Finding.NOT_PDF)
    try:
        signatures = PdfFileReader(io.BytesIO(content), strict=False).embedded_regular_signatures
    except HOSTILE:
        return Looked(Finding.NOT_OURS)
    if not signatures:
        return Looked(Finding.NOT_OURS)
    # The first signature is the seal; a later one by somebody else is an addition, and so an alteration.
    return _judge(signatures[0], authorities, moment)


def _judge(signature: EmbeddedPdfSignature, authorities: list[x509.Certificate], moment: dt.datetime) -> Looked:
    ours = [signing.to_asn1(authority) for authority in authorities]
    context = ValidationContext(trust_roots=ours, allow_fetching=False, moment=moment)
    try:
        signer = signature.signer_cert
    except HOSTILE:
        return Looked(Finding.NOT_OURS)
    if signer is None or not any(signer.issuer == authority.subject for authority in ours):
        return Looked(Finding.NOT_OURS)
    try:
        status = validate_pdf_signature(signature, context)
    except HOSTILE:
        return Looked(Finding.ALTERED)
    if not status.trusted:
        return Looked(Finding.NOT_OURS if status.intact and status.valid else Finding.ALTERED)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    key = signing.key_id(x509.load_der_x509_certificate(signer.dump()))
    return Looked(Finding.INTACT if status.intact and status.valid and whole else Finding.ALTERED, key)
