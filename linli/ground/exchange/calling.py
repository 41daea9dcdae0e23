"""Calling a webhook: signed, to the very address that was looked at, never on to another one."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from linli.core.calendar import now
from linli.ground.exchange import queries, rules, sealed
from linli.ground.exchange.models import Delivery, FeedEntry, Webhook
from linli.ground.exchange.rules import Trouble

SECONDS = 10
SECONDS_IN_ALL = 20
"""However slowly it answers: a worker waits no longer for one address."""
READ_AT_MOST = 16 * 1024


class NotAllowed(Exception):  # noqa: N818 (a decision)
    """The name leads into a private network."""


def body_of(entry: FeedEntry) -> dict[str, Any]:
    """Return an entry as the feed and the webhooks show it."""
    return {
        "id": str(entry.pk),
        "position": entry.position,
        "type": entry.type,
        "timestamp": entry.at.isoformat(),
        "data": entry.data,
    }


def signed_headers(webhook: Webhook, entry: FeedEntry, body: bytes) -> dict[str, str]:
    """Return the headers of Standard Webhooks; while a secret changes, both signatures."""
    moment = now()
    secrets = [sealed.opened(webhook)]
    if webhook.former_secret and webhook.former_ends_at and webhook.former_ends_at > moment:
        secrets.append(sealed.former(webhook))
    message_id, timestamp = str(entry.pk), int(moment.timestamp())
    signatures = [rules.signature(one, message_id=message_id, timestamp=timestamp, body=body) for one in secrets]
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Linli-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def call(delivery: Delivery) -> tuple[int | None, str]:
    """Post one message; return the status, or None with what went wrong. Answers are not read on, nor followed."""
    body = json.dumps(body_of(delivery.entry), ensure_ascii=False, separators=(",", ":")).encode()
    try:
        status = _post(delivery.webhook.url, body, signed_headers(delivery.webhook, delivery.entry, body))
    except NotAllowed:
        return None, Trouble.PRIVATE
    except socket.gaierror:
        return None, Trouble.NOT_FOUND
    except ssl.SSLError:
        return None, Trouble.TLS
    except (OSError, http.client.HTTPException, ValueError):
        return None, Trouble.NO_ANSWER
    if 300 <= status < 400:
        return status, Trouble.REDIRECT
    return status, ""


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _looked_up(str(parts.hostname), port)
    connection = _Connection(str(parts.hostname), port, address, secure=parts.scheme == "https")
    watch = threading.Timer(SECONDS_IN_ALL, connection.cut)
    watch.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=body, headers=headers)
        response = connection.getresponse()
        response.read(READ_AT_MOST)
        return response.status
    finally:
        watch.cancel()
        connection.close()


def _looked_up(host: str, port: int) -> tuple[Any, ...]:
    """Return the address that the name leads to now; every one that it leads to must be allowed.

    The connection goes to this address and asks no name server again: a name that changes in between gains nothing.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    networks = queries.networks()
    if not all(rules.is_allowed(str(one[4][0]), networks) for one in found):
        raise NotAllowed
    return found[0]


class _Connection(http.client.HTTPConnection):
    """A connection to an address already looked up; its certificate is that of the name."""

    def __init__(self, host: str, port: int, address: tuple[Any, ...], *, secure: bool) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._address, self._secure = address, secure
        if secure:
            self.default_port = 443

    def cut(self) -> None:
        """End it from another thread: whatever waits for an answer goes on with an error."""
        if (made := self.sock) is not None:
            with suppress(OSError):
                made.shutdown(socket.SHUT_RDWR)

    def connect(self) -> None:
        family, kind, protocol, _name, place = self._address
        made = socket.socket(family, kind, protocol)
        made.settimeout(SECONDS)
        try:
            made.connect(place)
            if self._secure:
                made = ssl.create_default_context().wrap_socket(made, server_hostname=self.host)
        except BaseException:
            made.close()
            raise
        self.sock = made
