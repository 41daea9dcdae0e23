"""What programs may be given, when a telling is tried again, and where one may go: no database, no network."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Iterable, Sequence
from enum import StrEnum
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from linli.core.access import ALL_ROLES, Permission
from linli.core.http import Refused

TOKEN_SECONDS = 900
SECRET_PREFIX = "linli_"  # noqa: S105 (how our secrets begin, so that scanners find one that leaked)
OVERLAP = dt.timedelta(days=7)
"""So long an old secret counts beside the new one, unless it is revoked before."""

BACK_OFF = tuple(
    dt.timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)  # fmt: skip
"""Standard Webhooks: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; then a person has to look."""

NOT_FOR_PROGRAMS = (
    "accounts.", "audit.", "events.", "exchange.confirm_scopes", "exchange.manage_clients", "certificates.manage_seals", "web.", "territory.import",
)  # fmt: skip
"""What gives power over people's accounts, seals and programs stays with people."""

HARMLESS = ("catalogue.", "facilities.", "territory.")
"""Rooms in which a program meets neither people nor cases. Whatever else it is to hold, two people say so."""

_STAFF = frozenset(ALL_ROLES) - {"resident", "organisation"}


class Trouble(StrEnum):
    """Why a telling failed, where no status says it."""

    NOT_FOUND = "not_found"
    PRIVATE = "private"
    NO_ANSWER = "no_answer"
    TLS = "tls"
    REDIRECT = "redirect"


class NameNeeded(Refused):
    code = "exchange.name_needed"
    message = _("请写明这个程序叫什么，出了事找谁。")
    field = "name"


class ScopeNotGood(Refused):
    code = "exchange.scope_not_good"
    message = _("没有“%(scope)s”这项权限，或者它不能交给程序。")
    field = "scopes"


class ScopesNeeded(Refused):
    code = "exchange.scopes_needed"
    message = _("请至少选一项权限。")
    field = "scopes"


class DepartmentNotKnown(Refused):
    code = "exchange.department_not_known"
    message = _("没有这个部门，请从列出的里面选。")
    field = "department"


class AskedAnew(Refused):
    code = "exchange.asked_anew"
    message = _("这个程序的权限后来又改过，或者程序停用了，这一次提出的不再算数。请看最新的一次。")
    status = 409


class ClientIsRevoked(Refused):
    code = "exchange.client_is_revoked"
    message = _("这个程序已经停用，不能再改。要用的话，请重新登记一个。")
    status = 409


class SecretIsOver(Refused):
    code = "exchange.secret_is_over"
    message = _("这个密钥已经作废了，不用再办。")
    status = 409


class AddressNotGood(Refused):
    code = "exchange.address_not_good"
    message = _("推送地址应以 https:// 开头，写明主机名，不带用户名和密码。")
    field = "url"


class AddressIsPrivate(Refused):
    code = "exchange.address_is_private"
    message = _("这个地址在内部网络里，不能推送。确实要推送到内部系统的，请系统管理员登记那个网段。")
    field = "url"


class TypeNotKnown(Refused):
    code = "exchange.type_not_known"
    message = _("没有“%(type)s”这种动态，请从列出的里面选。")
    field = "types"


class NothingToReplay(Refused):
    code = "exchange.nothing_to_replay"
    message = _("推送地址已经停了。请先恢复，再重新推送。")
    status = 409


def for_programs(known: Iterable[Permission]) -> list[Permission]:
    """Return the permissions that a program may be given: those that some staff hold, less what stays with people."""
    return [one for one in known if one.role_set & _STAFF and not one.code.startswith(NOT_FOR_PROGRAMS)]


def reach_people(scopes: Iterable[str]) -> list[str]:
    """Return those scopes with which a program reaches people or cases."""
    return sorted(one for one in scopes if not one.startswith(HARMLESS))


def new_secret() -> str:
    return SECRET_PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return the digest that is kept: a secret of 256 random bits needs no slow one."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_signing_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of one message (Standard Webhooks, v1: HMAC-SHA256)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(mac.digest()).decode()


def next_try(tries: int) -> dt.timedelta | None:
    """Return how long to wait after so many tries; None when it is given up."""
    return BACK_OFF[tries - 1] if tries <= len(BACK_OFF) else None


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_allowed(address: str, networks: Sequence[Network]) -> bool:
    """Tell whether a webhook may call an address: a public one, or one of the networks that the city has named.

    What is wrapped in IPv6 (mapped, 6to4, Teredo, NAT64) counts as what it wraps.
    """
    plain: Address = ipaddress.ip_address(address.partition("%")[0])
    inner: list[Address] = [plain]
    if isinstance(plain, ipaddress.IPv6Address):
        wrapped = [plain.ipv4_mapped, plain.sixtofour, *(plain.teredo or ())]
        if plain in _NAT64:
            wrapped.append(ipaddress.IPv4Address(int(plain) & 0xFFFFFFFF))
        inner += [one for one in wrapped if one is not None]
    if any(one in network for one in inner for network in networks if one.version == network.version):
        return True
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in inner)


def check_url(url: str, networks: Sequence[Network]) -> str:
    """Return an address that may be told of events. Raises AddressNotGood, AddressIsPrivate.

    Plain http only into a network that the city has named; which address a name leads to is looked at with each call.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressNotGood from None
    host = parts.hostname or ""
    good = (
        len(url) <= 300 and url.isascii() and url.isprintable() and " " not in url and "\\" not in url
        and parts.scheme in ("https", "http") and host and not parts.username and not parts.password
        and not parts.fragment and (port is None or port in (80, 443) or port >= 1024)
    )  # fmt: skip
    if not good:
        raise AddressNotGood
    if parts.scheme == "http" and not networks:
        raise AddressNotGood
    try:
        allowed = is_allowed(host, networks)
    except ValueError:  # a name
        if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
            allowed = bool(networks)
        else:
            allowed = True
    if not allowed:
        raise AddressIsPrivate
    return url
