"""How the client speaks: tokens, retries of what was lost on the way, problems as exceptions. Standard library only."""

from __future__ import annotations

import base64
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MARGIN_SECONDS = 30
"""A token is changed so long before it ends."""


class Problem(Exception):  # noqa: N818 (the word of RFC 9457)
    """Why a request was not carried out (RFC 9457). code is stable; detail is a sentence for people."""

    def __init__(self, status: int, told: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(told.get("code", ""))
        self.detail = str(told.get("detail", ""))
        self.request_id = str(told.get("request_id", ""))
        self.errors: list[dict[str, Any]] = list(told.get("errors", []))
        super().__init__(f"{status} {self.code}: {self.detail}")


@dataclass(frozen=True)
class Upload:
    """A file to send: its name as people call it, and its content."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"


@dataclass
class Answer:
    """What came back, before it is read."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def read(self) -> Any:
        return json.loads(self.body) if self.body else None


Send = Callable[[str, str, Mapping[str, str], bytes | None], Answer]
"""Method, address, headers, body: replaced in tests, and by whoever has a transport of her own."""


def send_by_urllib(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    request = urllib.request.Request(url, data=body, headers=dict(headers), method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (the caller's own server)
            return Answer(answer.status, dict(answer.headers.items()), answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, dict(error.headers.items()), error.read())


@dataclass
class Transport:
    """One server, one registered program."""

    base_url: str
    client_id: str = ""
    client_secret: str = ""
    language: str = "zh-CN"
    send: Send = send_by_urllib
    clock: Callable[[], float] = time.monotonic
    headers: dict[str, str] = field(default_factory=dict)
    _token: str = ""
    _until: float = 0.0

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, Any] | None = None,
        if_match: int | str | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Send one request; a creating one bears a key and is sent again when the answer was lost. Raises Problem."""
        headers = {"Accept": "application/json", "Accept-Language": self.language, **self.headers}
        content: bytes | None = None
        if form is not None:
            content, headers["Content-Type"] = _multipart(form)
        elif method != "GET":
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        if if_match is not None:
            headers["If-Match"] = if_match if isinstance(if_match, str) else f'"{if_match}"'
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        address = self.base_url.rstrip("/") + path + _query(query or {})
        if self.client_id:
            headers["Authorization"] = f"Bearer {self._good_token()}"
        try:
            answer = self.send(method, address, headers, content)
        except OSError:
            if method != "GET" and idempotency_key is None:
                raise
            answer = self.send(method, address, headers, content)
        if answer.status >= 400:
            raise Problem(answer.status, _told(answer))
        return answer

    def _good_token(self) -> str:
        if self._token and self.clock() < self._until:
            return self._token
        plain = f"{urllib.parse.quote_plus(self.client_id)}:{urllib.parse.quote_plus(self.client_secret)}"
        headers = {
            "Authorization": "Basic " + base64.b64encode(plain.encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        answer = self.send(
            "POST", self.base_url.rstrip("/") + "/api/oauth/token", headers, b"grant_type=client_credentials"
        )
        told = answer.read()
        if answer.status != 200:
            raise Problem(answer.status, {"code": told.get("error", ""), "detail": told.get("error_description", "")})
        self._token, self._until = told["access_token"], self.clock() + told["expires_in"] - MARGIN_SECONDS
        return self._token


def new_key() -> str:
    """Return an Idempotency-Key that nobody has used."""
    return str(uuid.uuid4())


def segment(value: object) -> str:
    """Return a value as it stands in an address."""
    return urllib.parse.quote(str(value), safe="")


def pages(fetch: Callable[[str], Any]) -> Iterator[Any]:
    """Go through every page of a list: `pages(lambda after: linli.list_cases(after=after))`."""
    after = ""
    while True:
        page = fetch(after)
        yield from page["items"]
        if not page["next"]:
            return
        after = page["next"]


def _told(answer: Answer) -> Mapping[str, Any]:
    try:
        told = answer.read()
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"code": "unreadable", "detail": answer.body[:200].decode("latin-1")}


def _query(query: Mapping[str, Any]) -> str:
    pairs = [
        (name, ",".join(value) if isinstance(value, (list, tuple)) else str(value))
        for name, value in query.items()
        if value is not None
    ]
    return "?" + urllib.parse.urlencode(pairs) if pairs else ""


def _multipart(form: Mapping[str, Any]) -> tuple[bytes, str]:
    mark = uuid.uuid4().hex
    parts: list[bytes] = []
    for name, value in form.items():
        values: Sequence[Any] = value if isinstance(value, (list, tuple)) else [value]
        for one in values:
            if one is None:
                continue
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"'
            if isinstance(one, Upload):
                file = one.name.replace('"', "%22").replace("\r", "").replace("\n", "")
                head += f'; filename="{file}"\r\nContent-Type: {one.media_type}'
                content = one.content
            else:
                content = str(one).encode()
            parts.append(head.encode() + b"\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
