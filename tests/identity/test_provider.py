"""Signing in through the city's identity provider, against a real one: npm's oidc-provider in a process of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client

from linli.core.audit.models import Entry
from linli.ground.accounts import queries, rules, services
from linli.ground.accounts.models import Account, OutsideIdentity, RoleHeld, SignIn
from linli.ground.accounts.tests.factories import (
    SYSTEM,
    code_of,
    give,
    make_city,
    make_holder,
    make_staff,
    with_app,
)

HERE = Path(__file__).parent
BASE = "http://localhost:9"
BACK = f"{BASE}/sign-in/provider/back/"
DOOR = "/sign-in/provider/"


class Receiver:
    """Takes the notices of logout that the provider sends; the tests hand them on."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.came = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.tokens.append(parse_qs(body)["logout_token"][0])
                self.send_response(200)
                self.end_headers()
                receiver.came.set()

            def log_message(self, *_said: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.server.shutdown()


@pytest.fixture(scope="module")
def issuer(receiver: Receiver) -> Iterator[str]:
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None or not (HERE.parents[1] / "node_modules" / "oidc-provider").exists():
        pytest.skip("needs Node and npm's oidc-provider: make dev")
    running = subprocess.Popen(
        [node, str(HERE / "provider.mjs"), BACK, receiver.address],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    yield next(line.strip() for line in running.stdout if line.startswith("http"))
    running.terminate()
    running.wait(timeout=10)


@pytest.fixture
def city(db: None) -> SimpleNamespace:
    return make_city()


@pytest.fixture
def provider(issuer: str, settings, tmp_path: Path, city: SimpleNamespace) -> Iterator[Provider]:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = issuer, "linli", "only-for-tests"
    settings.BASE_URL = BASE
    groups = tmp_path / "groups.yaml"
    groups.write_text(
        f"""
- {{group: window, role: window_clerk, division: "{city.moon.code}"}}
- {{group: street, role: street_staff, division: "{city.orchid.code}"}}
- {{group: watchers, role: auditor, division: "{city.east.code}"}}
""",
        encoding="utf-8",
    )
    settings.OIDC_GROUPS_FILE = str(groups)
    return Provider(issuer)


class Provider:
    """The provider as the tests speak to it, and a browser at its door."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.browser = requests.Session()

    def person(self, sub: str, username: str, *groups: str, name: str = "白芷", amr: list[str] | None = None) -> None:
        person = {"sub": sub, "username": username, "name": name, "groups": groups, "amr": amr}
        requests.post(f"{self.issuer}/tests/people", json=person, timeout=5).raise_for_status()
        requests.post(f"{self.issuer}/tests/next", json={"sub": sub}, timeout=5).raise_for_status()

    def rotate_keys(self) -> None:
        requests.post(f"{self.issuer}/tests/rotate", timeout=5).raise_for_status()

    def leave(self) -> None:
        """Sign out at the provider, as its own page does it."""
        page = self.browser.get(f"{self.issuer}/session/end", params={"client_id": "linli"}, timeout=5)
        secret = re.findall(r'name="xsrf" value="([^"]+)"', page.text)[0]
        self.browser.post(
            f"{self.issuer}/session/end/confirm", data={"xsrf": secret, "logout": "yes"}, timeout=5
        ).raise_for_status()

    def pass_door(self, there: str) -> str:
        """Follow the provider's pages until it sends back to us; return path and query."""
        for _step in range(10):
            answer = self.browser.get(there, allow_redirects=False, timeout=5)
            there = requests.compat.urljoin(there, answer.headers["Location"])
            if there.startswith(BASE):
                return there.removeprefix(BASE)
        raise AssertionError("the provider does not let her in")

    def sign_in(self, client: Client, *, next_address: str = ""):
        there = client.get(DOOR, {"next": next_address} if next_address else {})
        return client.get(self.pass_door(there["Location"]))


def _waiting(client: Client) -> str:
    return next(key for key, _value in client.session.items() if key.startswith("_state_city_"))


def test_who_was_made_beforehand_comes_in_with_the_roles_of_her_groups(provider, client, city):
    """R8: code with PKCE, state and nonce; the account is found by its user name, the group gives the role."""
    baizhi = services.create_staff(username="baizhi", name="白芷", by=SYSTEM).account
    provider.person("s-1", "BaiZhi", "window", "nobody-knows-this-one")

    there = client.get(DOOR, {"next": "/my-account/"})["Location"]
    asked = parse_qs(urlsplit(there).query)
    answer = client.get(provider.pass_door(there))

    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert (answer.status_code, answer["Location"]) == (302, "/my-account/")
    held = RoleHeld.objects.get(account=baizhi)
    assert (held.role, held.division_id, held.from_group) == ("window_clerk", city.moon.pk, "window")
    assert OutsideIdentity.objects.get().account_id == baizhi.pk
    assert client.get("/workbench/").status_code == 200
    assert {"accounts.identity_linked", "accounts.role_given", "accounts.signed_in"} <= set(
        Entry.objects.values_list("action", flat=True)
    )


def test_the_password_drawn_for_her_no_longer_opens(provider, client):
    new = services.create_staff(username="baizhi", name="白芷", by=SYSTEM)
    provider.person("s-1", "baizhi", "window")

    provider.sign_in(client)

    with pytest.raises(rules.SignInRefused):
        services.check_password("baizhi", new.password, address="192.0.2.1")


def test_who_has_no_account_is_told_what_to_ask_for(provider, client):
    provider.person("s-2", "nobody", "window")

    answer = provider.sign_in(client)

    assert answer.status_code == 403
    assert "还没有用户名是“nobody”的账户" in answer.content.decode()
    assert not Account.objects.exists()
    assert SESSION_KEY not in client.session


def test_an_account_is_made_at_the_first_sign_in_where_the_setting_says_so(provider, client, settings):
    settings.OIDC_CREATE = True
    provider.person("s-3", "sumu", "street", name="苏木")

    assert provider.sign_in(client).status_code == 302

    sumu = Account.objects.get(username="sumu")
    assert (sumu.name, sumu.has_usable_password(), sumu.must_change_password) == ("苏木", False, False)
    assert [post.role for post in queries.posts_of(sumu)] == ["street_staff"]


def test_no_account_is_made_for_who_has_no_post_here(provider, client, settings):
    settings.OIDC_CREATE = True
    provider.person("s-4", "passer-by", "other-office")

    assert provider.sign_in(client).status_code == 403
    assert not Account.objects.exists()


def test_a_group_that_she_has_left_ends_its_role_at_the_next_sign_in(provider, client, city):
    """R8: removed group, ended role; what an administrator gave stays."""
    baizhi = make_staff("baizhi")
    given = give(baizhi, "community_worker", city.moon)
    provider.person("s-1", "baizhi", "window", "street")
    provider.sign_in(client)
    provider.person("s-1", "baizhi", "street")
    client.post("/sign-out/")
    provider.browser = requests.Session()

    provider.sign_in(client)

    assert {post.role for post in queries.posts_of(baizhi)} == {"street_staff", "community_worker"}
    given.refresh_from_db()
    assert given.valid_to is None


def test_the_subject_counts_and_not_the_name(provider, client):
    """Who takes over a user name at the provider does not take over the account here."""
    baizhi = make_staff("baizhi")
    provider.person("s-1", "baizhi", "window")
    provider.sign_in(client)
    client.post("/sign-out/")
    provider.browser = requests.Session()
    provider.person("s-9", "baizhi", "window", name="冒名")

    answer = provider.sign_in(client)

    assert answer.status_code == 403
    assert "已经和统一身份认证里的另一个人连在一起" in answer.content.decode()
    assert OutsideIdentity.objects.get().account_id == baizhi.pk


def test_a_closed_account_stays_shut(provider, client):
    make_staff("baizhi", is_active=False)
    provider.person("s-1", "baizhi", "window")

    assert provider.sign_in(client).status_code == 403
    assert SESSION_KEY not in client.session
    assert not OutsideIdentity.objects.exists()


def test_another_state_is_refused(provider, client):
    """An answer that this browser did not ask for lets nobody in."""
    make_staff("baizhi")
    provider.person("s-1", "baizhi", "window")
    back = provider.pass_door(client.get(DOOR)["Location"])

    forged = client.get(re.sub(r"state=[^&]+", "state=forged", back))
    elsewhere = Client().get(back)

    assert (forged.status_code, elsewhere.status_code) == (403, 403)
    assert SESSION_KEY not in client.session


def test_another_nonce_is_refused(provider, client):
    make_staff("baizhi")
    provider.person("s-1", "baizhi", "window")
    back = provider.pass_door(client.get(DOOR)["Location"])
    session = client.session
    session[_waiting(client)]["data"]["nonce"] = "of another sign-in"
    session.save()

    assert client.get(back).status_code == 403
    assert SESSION_KEY not in client.session


def test_another_verifier_is_refused(provider, client):
    """PKCE: a stolen code is of no use without what only this session knows."""
    make_staff("baizhi")
    provider.person("s-1", "baizhi", "window")
    back = provider.pass_door(client.get(DOOR)["Location"])
    session = client.session
    session[_waiting(client)]["data"]["code_verifier"] = "x" * 48
    session.save()

    assert client.get(back).status_code == 403


def test_an_answer_of_another_issuer_is_refused(provider, client):
    """RFC 9207: the answer names who gives it."""
    make_staff("baizhi")
    provider.person("s-1", "baizhi", "window")
    back = provider.pass_door(client.get(DOOR)["Location"])

    assert client.get(re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", back)).status_code == 403


def test_a_token_out_of_date_is_refused(provider, client):
    make_staff("baizhi")
    provider.person("s-1", "baizhi", "window")
    back = provider.pass_door(client.get(DOOR)["Location"])

    with time_machine.travel(time.time() + 13 * 60):
        answer = client.get(back)

    assert answer.status_code == 403
    assert SESSION_KEY not in client.session


def test_a_code_serves_once(provider, client):
    make_staff("baizhi")
    provider.person("s-1", "baizhi", "window")
    back = provider.pass_door(client.get(DOOR)["Location"])
    assert client.get(back).status_code == 302

    assert Client().get(back).status_code == 403


def test_the_provider_changes_its_keys_and_people_come_in_all_the_same(provider, client):
    """Key rotation: a key that is not known is asked for."""
    make_staff("baizhi")
    provider.person("s-1", "baizhi", "window")
    assert provider.sign_in(client).status_code == 302
    client.post("/sign-out/")

    provider.rotate_keys()
    provider.browser = requests.Session()

    assert provider.sign_in(client).status_code == 302
    assert SESSION_KEY in client.session


def test_a_provider_that_is_away_is_said_in_a_sentence(provider, client, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"

    answer = client.get(DOOR)

    assert answer.status_code == 503
    assert "没有回应" in answer.content.decode()


def test_our_second_proof_is_asked_for_unless_the_provider_is_believed(provider, client, city, settings):
    """R8: signed in by OpenID Connect and TOTP; with LINLI_OIDC_AMR the provider's own proof counts."""
    auditor = with_app(make_holder("shihu", "auditor", city.east))
    provider.person("s-5", "shihu", "watchers", amr=["pwd", "otp"])

    asked = provider.sign_in(client)
    assert "第二步" in asked.content.decode()
    assert SESSION_KEY not in client.session
    assert client.post("/sign-in/second-step/", {"code": code_of(auditor)}).status_code == 302
    assert client.session[SESSION_KEY] == str(auditor.pk)

    settings.OIDC_AMR = ["otp"]
    other = Client()
    provider.browser = requests.Session()
    assert provider.sign_in(other).status_code == 302
    assert other.session[SESSION_KEY] == str(auditor.pk)


def test_what_was_typed_survives_the_way_to_the_provider(provider, client, city):
    """R39: a form that met an ended session comes back after the provider's pages."""
    make_holder("shanzha", "community_head", city.moon)
    provider.person("s-6", "shanzha", "window")
    ended = client.post("/stand-ins/?as=staff", {"deputy": "somebody", "starts": "2026-10-01"})
    door = client.post(
        "/sign-in/",
        {
            "door": "staff",
            "username": "shanzha",
            "password": "wrong",
            "carried": re.findall(r'name="carried" value="([^"]*)"', ended.content.decode())[0],
        },
    )
    link = re.findall(r'href="(/sign-in/provider/[^"]*)"', door.content.decode())[0]

    answer = client.get(provider.pass_door(client.get(link)["Location"]))

    assert "您刚才填的内容还在" in answer.content.decode()
    assert "2026-10-01" in answer.content.decode()


def test_leaving_at_the_provider_signs_out_here(provider, receiver, client):
    """Back-channel logout: the provider's own notice, believed once."""
    make_staff("baizhi")
    provider.person("s-1", "baizhi", "window")
    provider.sign_in(client)
    by_password = SignIn.objects.create(
        account=Account.objects.get(), session_key="other", method="password",
        began_at=SignIn.objects.get().began_at, seen_at=SignIn.objects.get().seen_at,
    )  # fmt: skip
    receiver.came.clear()

    provider.leave()
    assert receiver.came.wait(10), "the provider sent no notice"
    token = receiver.tokens[-1]
    told = Client().post("/sign-in/provider/logout/", {"logout_token": token})
    again = Client().post("/sign-in/provider/logout/", {"logout_token": token})

    assert (told.status_code, again.status_code) == (200, 400)
    assert client.get("/my-account/").status_code == 302
    assert SignIn.objects.get(method="provider").ended_because == "provider"
    by_password.refresh_from_db()
    assert by_password.ended_at is None


@pytest.mark.parametrize("how", ["altered", "for somebody else", "too old", "nothing", "an id token"])
def test_a_notice_that_is_not_the_providers_signs_nobody_out(provider, receiver, client, settings, how):
    make_staff("baizhi")
    provider.person("s-1", "baizhi", "window")
    provider.sign_in(client)
    receiver.came.clear()
    provider.leave()
    assert receiver.came.wait(10)
    token = receiver.tokens[-1]
    later = 0
    if how == "altered":
        head, body, signature = token.split(".")
        token = f"{head}.{body}.{signature[:-4]}AAAA"
    elif how == "for somebody else":
        settings.OIDC_CLIENT_ID = "another"
    elif how == "too old":
        later = 14 * 60
    elif how == "nothing":
        token = ""
    else:
        token = token.replace(".", "..", 1)

    with time_machine.travel(time.time() + later):
        answer = Client().post("/sign-in/provider/logout/", {"logout_token": token})

    assert answer.status_code == 400
    assert SignIn.objects.get().ended_at is None


def test_who_has_only_the_provider_proves_herself_there_again(provider, client, settings, city):
    """R8: what is dangerous asks again, and the provider asks her."""
    settings.OIDC_CREATE = True
    provider.person("s-7", "sumu", "street")
    provider.sign_in(client)
    facts = client.session["accounts.sitting"]
    session = client.session
    session["accounts.sitting"] = facts | {"sure": facts["sure"] - 3600}
    session.save()
    asked = client.post("/my-account/second-factor/codes/", {})
    link = re.findall(r'href="(/sign-in/provider/[^"]*)"', asked.content.decode())[0].replace("&amp;", "&")

    there = client.get(link)["Location"]
    assert parse_qs(urlsplit(there).query)["prompt"] == ["login"]
    answer = client.get(provider.pass_door(there))

    assert asked.status_code == 403
    assert "您刚才填的内容还在" in answer.content.decode()
    assert client.post("/my-account/second-factor/codes/", {}).status_code == 200


def test_without_a_provider_there_is_no_such_door(client, db, settings):
    settings.OIDC_ISSUER = ""

    assert [client.get(DOOR).status_code, client.post("/sign-in/provider/logout/").status_code] == [404, 404]
    assert "统一身份认证" not in client.get("/sign-in/?as=staff").content.decode()
