"""The address for whoever watches: metrics and readiness in full, apart from the address for people."""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.db import connections
from prometheus_client import CONTENT_TYPE_LATEST

from linli.core.watch import exposition, readiness

Start = Callable[[str, list[tuple[str, str]]], Any]


class NotToBeServed(ValueError):  # noqa: N818 (says what to do)
    """The address that is set cannot be served so; the message says what to set."""


def address_of(bind: str) -> tuple[str, int]:
    """Return host and port of "127.0.0.1:9464". Raises NotToBeServed, also for an open address without a token."""
    host, _colon, port = bind.rpartition(":")
    host = host.strip("[]")
    if not (host and port.isdigit() and 0 < int(port) < 65536):
        raise NotToBeServed(f"LINLI_METRICS_BIND is {bind!r}; it is an address and a port, such as 127.0.0.1:9464")
    try:
        near = ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = host == "localhost"
    if not near and not settings.METRICS_TOKEN:
        raise NotToBeServed(f"{bind} can be reached from other machines: set LINLI_METRICS_TOKEN_FILE, or 127.0.0.1")
    return host, int(port)


class Watched:
    """The WSGI application: /metrics, /readyz, /livez."""

    def __init__(self) -> None:
        self.registry = exposition.all_metrics()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        try:
            status, kind, body = self.answer(environ)
        finally:
            connections.close_all()  # each request has a thread of its own
        start(status, [("Content-Type", kind), ("Cache-Control", "no-store"), ("Content-Length", str(len(body)))])
        return [body]

    def answer(self, environ: dict[str, Any]) -> tuple[str, str, bytes]:
        """Return status, media type and body."""
        path = environ.get("PATH_INFO", "")
        if path == "/livez":
            return "200 OK", "application/json", _json({"status": "alive"})
        if not _is_allowed(environ.get("HTTP_AUTHORIZATION", "")):
            return "401 Unauthorized", "application/json", _json({"status": "token needed"})
        if path == "/metrics":
            return "200 OK", CONTENT_TYPE_LATEST, exposition.text(self.registry)
        if path == "/readyz":
            found = readiness.kept_findings()
            ready = readiness.is_ready(found)
            told = _json({"status": "ready" if ready else "not ready", "checks": found})
            return "200 OK" if ready else "503 Service Unavailable", "application/json", told
        return "404 Not Found", "application/json", _json({"status": "there are /metrics, /readyz and /livez"})


def _is_allowed(authorization: str) -> bool:
    if not settings.METRICS_TOKEN:
        return True
    expected = f"Bearer {settings.METRICS_TOKEN}"
    return hmac.compare_digest(authorization.encode("utf-8", "replace"), expected.encode())


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told).encode()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: Prometheus asks every few seconds."""

    def address_string(self) -> str:
        return str(self.client_address[0])


def make(bind: str) -> WSGIServer:
    """Return the server, listening. Raises NotToBeServed and OSError."""
    host, port = address_of(bind)
    if ":" in host:
        import socket

        _Server.address_family = socket.AF_INET6
    return make_server(host, port, Watched(), server_class=_Server, handler_class=_Quiet)  # type: ignore[arg-type]
