"""Every answer below /api/ is one that programs read, also where no operation was reached."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from linli.core.api.problems import problem
from linli.core.ids import new_id

_GOOD = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
CODES = {403: "forbidden", 404: "not_found", 413: "too_large", 503: "unavailable"}


class ApiMiddleware:
    """Give each request to the interface an id, and turn pages that say what went wrong into problem details."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        told = request.headers.get("X-Request-ID", "")
        request.request_id = told if _GOOD.fullmatch(told) else str(new_id())  # type: ignore[attr-defined]
        response = self.get_response(request)
        kind = response.get("Content-Type", "")
        if response.status_code >= 400 and "json" not in kind:
            headers = {name: response[name] for name in ("Retry-After", "Allow") if name in response}
            code = CODES.get(response.status_code, "bad_request")
            response = problem(request, response.status_code, code, headers=headers)
            response["Cache-Control"] = "private, no-store"
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response
