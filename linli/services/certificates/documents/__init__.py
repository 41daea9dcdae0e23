"""The papers of the house as PDF/A-4: certificates, and every notice of a case. Made in the worker, not in the server.

`certificate_pdf(template, data)` and `notice_pdf(kind, data, paper)` take plain data, checked against CertificateData
and the classes in NOTICES (their fields say what each paper needs). A paper is Chinese, with English beside its title
and labels: its words do not depend on who prints it.
"""

from linli.services.certificates.documents.certificates import CertificateData, Template, certificate_pdf, sentence
from linli.services.certificates.documents.notices import NOTICES, Notice, NoticeKind, Paper, notice_pdf
from linli.services.certificates.documents.typesetting import CharacterNotPrintable, day, missing_fonts, qr_svg

__all__ = [
    "NOTICES", "CertificateData", "CharacterNotPrintable", "Notice", "NoticeKind", "Paper", "Template",
    "certificate_pdf", "day", "missing_fonts", "notice_pdf", "qr_svg", "sentence",
]  # fmt: skip
