"""The compact signed payload in a certificate's QR code, for an inspector without a network (docs/verify-offline.md).

`L1.<base64url of JSON>.<base64url of signature>`. It shows that an issuer sealed these facts, and until when they hold;
it cannot know whether the certificate has been revoked since. No database, no Django: it runs on an inspector's laptop.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from linli.services.certificates import signing

VERSION = "L1"
CONTEXT = b"linli-offline-1\x00"
"""Signed in front of the payload, so that no other signature of the same key can be passed off as one."""


class NotGenuine(Exception):  # noqa: N818
    """A payload proves nothing; the text says why."""


@dataclass(frozen=True)
class Payload:
    """What the payload states. last_day None: without end. name_check: see name_check()."""

    number: str
    item: str
    holder: str
    name_check: str
    valid_from: dt.date
    last_day: dt.date | None
    issuer: str
    key_id: str

    def is_in_time(self, on: dt.date) -> bool:
        return self.valid_from <= on and (self.last_day is None or on <= self.last_day)


def name_check(number: str, name: str) -> str:
    """Return eight characters that tie the full name to the number: the name on the paper must give the same ones."""
    return signing.unpadded(hashlib.sha256(f"{number}\x00{name}".encode()).digest())[:8]


def seal(payload: Payload, key: signing.KeyPair) -> str:
    """Return the text for the QR code, signed with the seal's key."""
    body = json.dumps(
        [
            payload.number, payload.item, payload.holder, payload.name_check, f"{payload.valid_from:%Y%m%d}",
            f"{payload.last_day:%Y%m%d}" if payload.last_day else "", payload.issuer, payload.key_id,
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()  # fmt: skip
    return ".".join([VERSION, signing.unpadded(body), signing.unpadded(signing.sign_text(CONTEXT + body, key))])


def check(text: str, certificates: list[x509.Certificate]) -> Payload:
    """Return what a payload (or the whole address with it) states, once its signature is proved. Raises NotGenuine.

    certificates: the authority's (signed by itself) and the seals', as read from ca.pem and seals.pem.
    """
    version, _, rest = text.strip().rpartition("#")[2].partition(".")
    body_text, _, signature_text = rest.partition(".")
    if version != VERSION:
        raise NotGenuine(f"not a payload of Linli: it begins with {version[:12]!r}, expected {VERSION!r}")
    try:
        body, signature = _decoded(body_text), _decoded(signature_text)
        number, item, holder, check_characters, begins, ends, issuer, key = json.loads(body)
        payload = Payload(
            number, item, holder, check_characters, _day(begins), _day(ends) if ends else None, issuer, key
        )
    except (ValueError, TypeError) as error:
        raise NotGenuine("the payload is damaged: scan the code again") from error
    certificate = next((c for c in certificates if signing.key_id(c) == payload.key_id), None)
    if certificate is None:
        raise NotGenuine(f"no seal with the key {payload.key_id} in the files given: fetch seals.pem anew")
    _check_issued_by_an_authority(certificate, certificates)
    try:
        signing.verify_text(CONTEXT + body, signature, certificate)
    except (InvalidSignature, ValueError) as error:
        raise NotGenuine("the signature does not match: the code has been altered or forged") from error
    return payload


def read_certificates(*paths: Path) -> list[x509.Certificate]:
    """Return the certificates in PEM files. Raises ValueError, OSError."""
    return [certificate for path in paths for certificate in x509.load_pem_x509_certificates(path.read_bytes())]


def _check_issued_by_an_authority(certificate: x509.Certificate, certificates: list[x509.Certificate]) -> None:
    for authority in certificates:
        if authority.subject == authority.issuer and authority.subject == certificate.issuer:
            try:
                certificate.verify_directly_issued_by(authority)
                authority.verify_directly_issued_by(authority)
            except (InvalidSignature, ValueError, TypeError):
                continue
            if authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
                return
    raise NotGenuine("the seal's certificate is not from the authority given")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _day(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%Y%m%d").date()
