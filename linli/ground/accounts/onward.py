"""Where somebody goes on after signing in, and what she had typed when her session ended.

A form that arrives after the session has ended is not lost: its fields travel through the sign-in page, signed, and
are offered for sending once more. Nothing is kept on the server, and nobody else can make up such a parcel.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

CARRIED_AT_MOST = 64 * 1024
"""Bytes of typed fields that are carried along; a longer form is not."""

_SALT = "linli.accounts.carried"
_LASTS_SECONDS = 60 * 60
_NEVER_CARRIED = (
    "csrfmiddlewaretoken", "password", "old_password", "new_password", "new_password_again", "secret",
)  # fmt: skip


@dataclass(frozen=True)
class Carried:
    """The fields of a form that met an ended session, and where it was going."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def typed(self) -> int:
        """How many fields hold something."""
        return sum(1 for _name, value in self.fields if value.strip())


@dataclass(frozen=True)
class Onward:
    """Carried through every form of the sign-in pages as hidden fields: next (a local address) and carried (signed)."""

    next: str = ""
    carried: str = ""
    too_long: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> Onward:
        """Read it from the request; an address that leads elsewhere and a parcel that is not ours are dropped."""
        given = request.POST if request.method == "POST" else request.GET
        carried = given.get("carried", "")
        return cls(next=_safe(request, given.get("next", "")), carried=carried if unpack(carried) else "")

    @classmethod
    def from_ended_session(cls, request: HttpRequest) -> Onward:
        """Pack the fields of a form that nobody is signed in for any more."""
        path = request.get_full_path()
        fields = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in _NEVER_CARRIED
            for value in values
            if isinstance(value, str)
        ]
        size = sum(len(name.encode()) + len(value.encode()) for name, value in fields)
        if size > CARRIED_AT_MOST:
            return cls(next=path, too_long=True)
        return cls(next=path, carried=signing.dumps([path, fields], salt=_SALT, compress=True))

    def parcel(self) -> Carried | None:
        return unpack(self.carried)

    def address(self, otherwise: str = settings.LOGIN_REDIRECT_URL) -> str:
        return self.next or resolve_url(otherwise)

    def query(self) -> str:
        """Return "?next=…" for a link that keeps the way, or nothing."""
        return f"?{urlencode({'next': self.next})}" if self.next else ""


def unpack(parcel: str) -> Carried | None:
    """Open a parcel; None when it is not ours, altered, or older than an hour."""
    if not parcel:
        return None
    try:
        path, fields = signing.loads(parcel, salt=_SALT, max_age=_LASTS_SECONDS)
    except signing.BadSignature:
        return None
    return Carried(path=path, fields=[(name, value) for name, value in fields])


def _safe(request: HttpRequest, address: str) -> str:
    # Backslashes and control characters are refused by Django's check; a bare word would be relative to /sign-in/.
    local = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if local else ""
