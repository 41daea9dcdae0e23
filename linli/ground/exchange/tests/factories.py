"""A program at a place, and how it speaks to the interface."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.test import Client as Browser
from django.utils.http import urlencode

from linli.core.access import system_actor
from linli.ground.exchange import queries, services
from linli.ground.territory.models import Division

SETUP = system_actor("测试准备")


class Program:
    """A registered program with a token: what it sends and gets is JSON."""

    def __init__(
        self, place: Division, scopes: list[str] | None = None, *, department: str = "", name: str = "测试程序"
    ) -> None:
        self.new = services.register_client(
            by=SETUP, name=name, answerable="测试", division_id=place.pk, department=department,
            scopes=scopes if scopes is not None else sorted(queries.scopes_on_offer()),
        )  # fmt: skip
        self.client = self.new.client
        self.browser = Browser(raise_request_exception=True)
        self.token = self.get_token()["access_token"]

    def get_token(self, **more: str) -> dict[str, Any]:
        told = {
            "grant_type": "client_credentials", "client_id": str(self.client.pk), "client_secret": self.new.secret, **more
        }  # fmt: skip
        answer = self.browser.post(
            "/api/oauth/token", urlencode(told), content_type="application/x-www-form-urlencoded"
        )
        return answer.json()

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **more}

    def get(self, path: str, **query: Any) -> Any:
        return self.browser.get(f"/api/v1{path}", query, headers=self.headers())

    def send(
        self, method: str, path: str, body: Any = None, *, version: int | str | None = None, key: str | None = None
    ) -> Any:
        headers = self.headers(**{"Idempotency-Key": key or str(uuid4())})
        if version is not None:
            headers["If-Match"] = version if isinstance(version, str) else f'"{version}"'
        return self.browser.generic(
            method, f"/api/v1{path}", json.dumps(body) if body is not None else "", content_type="application/json",
            headers=headers,
        )  # fmt: skip

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.send("POST", path, body, **more)

    def put(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.send("PUT", path, body, **more)

    def upload(self, path: str, *, key: str = "", **fields: Any) -> Any:
        more = {"Idempotency-Key": key} if key else {}
        return self.browser.post(f"/api/v1{path}", fields, headers=self.headers(**more))
