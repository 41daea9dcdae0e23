"""Certificates: what is issued, signed and shown around. Four templates, one set of facts."""

# untranslated: papers are Chinese, whoever prints them

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from linli.services.certificates.documents.typesetting import day, qr_svg, typeset

Template = Literal["approval", "card", "registration", "proof"]
TEMPLATES: tuple[str, ...] = get_args(Template)


class CertificateData(BaseModel):
    """What stands on a certificate. last_day: the last day on which it is valid, None without end.

    code: what the QR code carries (address and offline payload). holder_id: the identity number as it is printed,
    masked. facts: label and value, in the order in which they are printed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1)
    title_en: str = ""
    number: str = Field(min_length=1)
    issuer: str = Field(min_length=1)
    issued_on: dt.date
    valid_from: dt.date
    last_day: dt.date | None = None
    holder: str = Field(min_length=1)
    holder_id: str = ""
    item: str = Field(min_length=1)
    case_number: str = Field(min_length=1)
    facts: list[tuple[str, str]] = Field(default_factory=list)
    code: str = Field(min_length=1)


def certificate_pdf(template: Template, data: CertificateData | Mapping[str, Any]) -> bytes:
    """Return the unsigned PDF of a certificate. Raises CharacterNotPrintable, pydantic's ValidationError."""
    if template not in TEMPLATES:
        raise ValueError(f"unknown template {template!r}: one of {', '.join(TEMPLATES)}")
    facts = data if isinstance(data, CertificateData) else CertificateData.model_validate(dict(data))
    return typeset(
        "certificate",
        {
            "template": template,
            "title": facts.title,
            "title_en": facts.title_en,
            "number": facts.number,
            "issuer": facts.issuer,
            "issued_on": day(facts.issued_on),
            "validity": _validity(facts),
            "holder": facts.holder,
            "holder_id": facts.holder_id,
            "item": facts.item,
            "sentence": sentence(template, item=facts.item, holder=facts.holder),
            "case_number": facts.case_number,
            "facts": [list(fact) for fact in facts.facts],
            "qr": qr_svg(facts.code),
        },
    )


def sentence(template: str, *, item: str, holder: str) -> str:
    """Return the sentence that the certificate consists of; the public page shows the same one for comparison."""
    match template:
        case "registration":
            return f"经审查，{holder}申请的{item}符合规定，准予登记。"
        case "proof":
            return f"兹证明{holder}的以下情况属实。"
        case _:
            return f"您申请的{item}符合规定，予以批准。"


def _validity(facts: CertificateData) -> str:
    if facts.last_day is None:
        return f"自{day(facts.valid_from)}起长期有效"
    return f"{day(facts.valid_from)}至{day(facts.last_day)}"
