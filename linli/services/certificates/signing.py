"""Keys, X.509 certificates and PDF signatures (PAdES B-B, ECDSA P-256, SHA-256). No database, no clock, no Django."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asn1crypto import x509 as asn1_x509

AUTHORITY_YEARS = 30
SEAL_YEARS = 10
ORGANISATION = "Linli"
DEMO_ORGANISATION = "Linli demonstration, no legal force"
HALF = 32
"""Bytes of r and of s in a P-256 signature."""


@dataclass(frozen=True)
class KeyPair:
    """A private key and its certificate, both as PEM text."""

    private_pem: str
    certificate_pem: str

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.certificate_pem.encode())

    @property
    def private_key(self) -> ec.EllipticCurvePrivateKey:
        key = serialization.load_pem_private_key(self.private_pem.encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("a seal's key is an elliptic curve key")
        return key


def new_authority(name: str, *, organisation: str = ORGANISATION, moment: dt.datetime) -> KeyPair:
    """Return a new certificate authority, signed by itself, for AUTHORITY_YEARS from the day before `moment`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name, organisation)
    builder = (
        _builder(subject, subject, key.public_key(), moment, AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(certificates=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    return _pair(key, builder.sign(key, hashes.SHA256()))


def new_seal(authority: KeyPair, issuer_name: str, *, organisation: str = ORGANISATION, moment: dt.datetime) -> KeyPair:
    """Return a new key and certificate for an issuing body, for SEAL_YEARS from the day before `moment`."""
    key = ec.generate_private_key(ec.SECP256R1())
    signer = authority.certificate
    builder = (
        _builder(_name(issuer_name, organisation), signer.subject, key.public_key(), moment, SEAL_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(certificates=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.private_key.public_key()), critical=False
        )
    )
    return _pair(key, builder.sign(authority.private_key, hashes.SHA256()))


def key_id(certificate: x509.Certificate) -> str:
    """Return the short name of a certificate's key: 16 hexadecimal characters of the SHA-256 of its public key."""
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(spki).hexdigest()[:16]


def expires(certificate: x509.Certificate) -> dt.datetime:
    return certificate.not_valid_after_utc


def sign_pdf(pdf: bytes, seal: KeyPair, chain: Iterable[x509.Certificate] = ()) -> bytes:
    """Return the PDF with a certifying PAdES B-B signature: nothing may be changed or filled in afterwards."""
    # Here and not above: pyhanko is slow to import, and the server signs nothing.
    from asn1crypto import keys as asn1_keys
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    signer = signers.SimpleSigner(
        signing_cert=to_asn1(seal.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(
            seal.private_key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        ),
        cert_registry=SimpleCertificateStore.from_certs([to_asn1(certificate) for certificate in chain]),
    )
    meta = signers.PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signed: io.BytesIO = signers.sign_pdf(writer, meta, signer=signer, new_field_spec=SigFieldSpec("Seal"))
    return signed.getvalue()


def sign_text(message: bytes, seal: KeyPair) -> bytes:
    """Return the 64-byte ECDSA signature (r, then s) over SHA-256 of the message: what a QR code has room for."""
    r, s = decode_dss_signature(seal.private_key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big")


def verify_text(message: bytes, signature: bytes, certificate: x509.Certificate) -> None:
    """Check a signature of sign_text. Raises InvalidSignature, ValueError for another length or kind of key."""
    public = certificate.public_key()
    if len(signature) != 2 * HALF or not isinstance(public, ec.EllipticCurvePublicKey):
        raise ValueError("not a P-256 signature of 64 bytes")
    r, s = int.from_bytes(signature[:HALF], "big"), int.from_bytes(signature[HALF:], "big")
    public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))


def to_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    from asn1crypto import x509 as asn1_x509

    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def unpadded(raw: bytes) -> str:
    """Return URL-safe base64 without its padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _name(common_name: str, organisation: str) -> x509.Name:
    # A common name has at most 64 characters (RFC 5280, ub-common-name).
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, moment: dt.datetime, years: int
) -> x509.CertificateBuilder:
    begins = moment - dt.timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=366 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _key_usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_cert_sign=certificates,
        crl_sign=certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pair(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> KeyPair:
    return KeyPair(
        private_pem=key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        certificate_pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
    )
