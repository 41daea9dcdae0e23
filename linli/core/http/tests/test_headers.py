"""The headers of every answer; the walk through all doors is tests/house/test_every_door.py (R42, R150)."""

import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.http.headers import ALWAYS
from tests.house.headers import missing_from

STRICT = """
import django; django.setup()
from django.conf import settings
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.CSRF_TRUSTED_ORIGINS)
from django.test import Client
answer = Client().get("/preferences/", headers={"host": "localhost"})
answer = Client().post("/preferences/", {"theme": "dark"}, headers={"host": "localhost"})
print(answer["Strict-Transport-Security"], "upgrade-insecure-requests" in answer["Content-Security-Policy"])
cookie = answer.cookies["__Host-linli_theme"]
print(cookie["secure"], cookie["path"], cookie["domain"] or "-", cookie["samesite"], cookie["httponly"])
"""


@pytest.mark.parametrize("address", ["/nothing-like-this/", "/api/v1/nothing", "/static/design/mark.svg", "/healthz"])
def test_what_is_no_page_bears_them_too(address: str, client: Client, db: None):
    assert missing_from(client.get(address)) == []


def test_a_request_that_is_too_large_and_one_for_another_host_bear_them(client: Client, db: None, settings):
    settings.REQUEST_MAX_BYTES = 10
    too_large = client.post("/preferences/", {"theme": "dark"})
    elsewhere = client.get("/", headers={"host": "evil.example"})

    assert (too_large.status_code, elsewhere.status_code) == (413, 400)
    assert missing_from(too_large) == missing_from(elsewhere) == []


def test_a_page_for_everybody_is_asked_for_anew_and_a_refusal_is_kept_by_nobody(client: Client, db: None):
    assert client.get(reverse("web:manifest"))["Cache-Control"] == "private, no-cache"
    assert client.get("/staff/")["Cache-Control"] == "private, no-store"


def test_sensors_are_shut_and_passkeys_are_ours():
    policy = ALWAYS["Permissions-Policy"]

    assert "camera=()" in policy
    assert "geolocation=()" in policy
    assert "publickey-credentials-get=(self)" in policy


@pytest.mark.any_database
def test_under_https_cookies_belong_to_this_host_alone(tmp_path):
    """BASE_URL alone decides: no second setting can be forgotten."""
    import os

    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    ours = {"LINLI_BASE_URL": "https://linli.example.cn", "LINLI_VAR": str(tmp_path)}
    ours |= {"LINLI_SECRET_KEY": "x" * 60, "DJANGO_SETTINGS_MODULE": "linli.config.settings"}
    said = subprocess.run(
        [sys.executable, "-c", STRICT], env=inherited | ours, capture_output=True, text=True, check=True
    )

    assert said.stdout.splitlines() == [
        "__Host-sessionid __Host-csrftoken True ['https://linli.example.cn']",
        "max-age=31536000; includeSubDomains True",
        "True / - Lax True",
    ]
