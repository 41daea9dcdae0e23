"""What went wrong, as problem details (RFC 9457): a stable code for programs, a sentence for people."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from linli.core.http import Refused

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:linli:problem:"


class Fault(BaseModel):
    """One thing that is wrong with what was sent, and where it stands."""

    detail: str
    pointer: str | None = Field(None, description="JSON Pointer (RFC 6901) into the body")
    parameter: str | None = Field(None, description="Name of the parameter, header or form field")


class Problem(BaseModel):
    """Why a request was not carried out (RFC 9457)."""

    type: str = Field(description="A URN that ends in the code")
    title: str
    status: int
    detail: str = Field(description="A sentence for people, in the language asked for")
    code: str = Field(description="Stable, for programs")
    request_id: str = Field(description="Name it when you ask for help")
    errors: list[Fault] = Field(default_factory=list)


class ApiProblem(Exception):  # noqa: N818 (a refusal is no error of ours)
    """What the front itself refuses."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        errors: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
        **places: Any,
    ) -> None:
        self.status, self.code, self.errors, self.headers, self.places = status, code, errors, headers or {}, places
        super().__init__(code)


SENTENCES = {
    "malformed": _("请求的内容读不懂：应该是 UTF-8 编码的 JSON。"),
    "bad_request": _("请求读不懂，请检查地址、方法和内容。"),
    "unauthorized": _("请先出示令牌（Authorization: Bearer …），或者登录以后再来。"),
    "invalid_token": _("令牌不对，或者已经过期、作废。请重新领取。"),
    "forbidden": _("您没有做这件事的权限。"),
    "insufficient_scope": _("这个程序没有登记这项权限：%(scope)s。"),
    "forged": _("网页里的请求要带上防伪标记（X-CSRFToken）。请刷新页面再试。"),
    "confirm_again": _("这件事要紧，请先在网页上再确认一次是您本人，再来。"),
    "not_found": _("没有找到。可能编号写错了，也可能不在您的范围里。"),
    "method_not_allowed": _("这个地址不接受 %(method)s，只接受 %(allowed)s。"),
    "precondition_failed": _("您手里的不是最新的版本：别人刚刚改过。请先读新的，再决定怎么办。"),
    "precondition_required": _("请用 If-Match 写明您要改的是哪一版（读的时候 ETag 里有）。"),
    "too_large": _("请求太大了，没有读。"),
    "unsupported_media_type": _("请求的内容要写明类型，而且是 %(wanted)s。"),
    "invalid": _("请求里有的地方不对，错在哪里请看 errors。"),
    "too_many_requests": _("请求太多了，请过 %(seconds)s 秒再来。"),
    "idempotency_key_needed": _("新建东西要带 Idempotency-Key：重发时用同一个，就只建一次。"),
    "idempotency_key_reused": _("这个 Idempotency-Key 已经用在另一个内容不同的请求上，请换一个。"),
    "events_gone": _("这么早的动态已经不保留了。请从头读起，再和您手里的核对。"),
    "unavailable": _("数据库暂时连不上，请稍后再试。"),
    "broken": _("系统出错了，已经记下。请把编号 %(incident)s 告诉管理员。"),
}
"""What the interface itself says; what a rule refuses says its own sentence."""


def problem(
    request: HttpRequest,
    status: int,
    code: str,
    *,
    detail: str | Promise = "",
    errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
    **places: Any,
) -> HttpResponse:
    """Answer with problem details. places fill the %(named)s of the code's sentence."""
    sentence = detail or (SENTENCES[code] if not places else str(SENTENCES[code]) % places)
    told: dict[str, Any] = {
        "type": f"{TYPES}{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(sentence),
        "code": code,
        "request_id": request_id_of(request),
        "errors": errors or [],
    }
    content = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(content, status=status, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def refused(request: HttpRequest, refusal: Refused, *, status: int | None = None) -> HttpResponse:
    """Answer with what a rule says, and the field it speaks of."""
    said = {refusal.field: [str(refusal)]} if refusal.field else refusal.by_field
    errors = [
        {"detail": text, "pointer": f"/{name}", "parameter": None} for name, texts in said.items() for text in texts
    ]
    return problem(request, status or refusal.status, refusal.code, detail=str(refusal), errors=errors)


def request_id_of(request: HttpRequest) -> str:
    return getattr(request, "request_id", "")
