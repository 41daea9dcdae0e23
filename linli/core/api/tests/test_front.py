"""What every operation has from the front: problems, limits, versions, keys, cursors, fields (issue 4)."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace

import pytest
from django.test import Client, RequestFactory

from linli.core.access import open_to_all
from linli.core.api import Room, deprecated
from linli.core.api.house import LinliAPI
from linli.ground.accounts.models import Account
from linli.ground.exchange.models import Client as Program
from linli.ground.exchange.tests.factories import Program as Registered
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Town

PROBLEM = "application/problem+json; charset=utf-8"


@pytest.fixture
def town(db: None) -> Town:
    return Town()


def signed_in(actor, **how) -> Client:
    browser = Client(**how)
    browser.force_login(Account.objects.get(pk=actor.account_id))
    return browser


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing-here", 404, "not_found"),
        ("GET", "/api/v1/divisions/510499999999", 404, "not_found"),
        ("PATCH", "/api/v1/divisions", 405, "method_not_allowed"),
        ("GET", "/api/v1/cases", 401, "unauthorized"),
        ("GET", "/api/v1/divisions?limit=0", 422, "invalid"),
        ("GET", "/api/v1/divisions?limit=1.0", 422, "invalid"),
        ("GET", "/api/v1/divisions?on=1700000000", 422, "invalid"),
        ("GET", "/api/v1/divisions?colour=red", 422, "invalid"),
        ("GET", "/api/v1/divisions?after=forged", 422, "invalid"),
        ("GET", "/api/v1/divisions?fields=code,secret", 422, "invalid"),
        ("GET", "/api/v1/divisions/search?q=%00", 422, "invalid"),
    ],
)
def test_what_goes_wrong_is_a_problem(town, method, path, status, code):
    answer = Client().generic(method, path)

    told = answer.json()
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code)
    assert answer["Content-Type"] == PROBLEM
    assert told["type"] == f"urn:linli:problem:{code}"
    assert told["request_id"] == answer["X-Request-ID"]


def test_a_problem_speaks_the_reader_s_language_in_plain_utf_8(town):
    chinese = Client().get("/api/v1/cases", headers={"Accept-Language": "zh-CN"})
    english = Client().get("/api/v1/cases", headers={"Accept-Language": "en"})

    assert "请先出示令牌" in chinese.content.decode()
    assert english.json()["detail"].startswith("Please show a token")


def test_405_says_what_is_taken(town):
    assert Client().delete("/api/v1/divisions")["Allow"] == "GET"


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b"\xff\xfe", "application/json", 400, "malformed"),
        (b'{"on": NaN}', "application/json", 400, "malformed"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b'{"name": "x\\u0000"}', "application/json", 400, "malformed"),
        (b'{"nobody": "knows"}', "application/json", 422, "invalid"),
        (b"[]", "application/json", 422, "invalid"),
    ],
)
def test_a_body_is_read_strictly(town, body, kind, status, code):
    program = Registered(town.home)
    answer = program.browser.generic(
        "POST", "/api/v1/persons", body, content_type=kind, headers=program.headers(**{"Idempotency-Key": "one"})
    )

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_fault_in_the_body_is_pointed_at(town):
    answer = Registered(town.home).post("/persons", {"name": "柳桂枝", "community_code": "5104"})

    assert {one["pointer"] for one in answer.json()["errors"]} == {"/id_number", "/community_code"}


def test_requests_are_counted_and_the_one_too_many_is_told_when_to_come_again(town, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    program = Registered(town.home)

    answers = [program.get("/me") for _request in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"signed-in";q=2;w=60'
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=1", "r=0", "r=0"]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60


def test_a_session_changes_nothing_without_its_mark_against_forgery(town):
    browser = signed_in(town.staff("community_worker", town.home), enforce_csrf_checks=True)
    body = json.dumps({"id_number": "519902194503129171", "purpose": "application"})

    answer = browser.post("/api/v1/persons/identification", body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (403, "forged")
    assert browser.get("/api/v1/persons").status_code == 200


def test_a_token_decides_even_where_there_is_a_session(town):
    browser = signed_in(town.staff("community_worker", town.home))

    assert browser.get("/api/v1/cases", headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_a_list_is_read_page_by_page_and_each_row_once(town):
    for name in ("白术", "柳桂枝", "石斛", "文竹", "远志"):
        factories.person(town, name=name)
    program, seen, after = Registered(town.home), [], ""
    for _page in range(5):
        page = program.get("/persons", limit=2, after=after, fields="name").json()
        seen += [row["name"] for row in page["items"]]
        if (after := page["next"]) is None:
            break

    assert sorted(seen) == sorted(["白术", "柳桂枝", "石斛", "文竹", "远志"])
    assert len(seen) == 5


def test_a_cursor_counts_only_for_the_list_that_gave_it_out(town):
    program = Registered(town.home)
    for name in ("白术", "柳桂枝"):
        factories.person(town, name=name)
    after = program.get("/persons", limit=1).json()["next"]

    assert program.get("/cases", after=after).status_code == 422


def test_only_the_fields_asked_for_are_answered(town):
    answer = Client().get(f"/api/v1/divisions/{town.home.code}?fields=name,level")

    assert answer.json() == {"name": "竹湖园社区", "level": "community"}


def test_something_is_made_once_for_a_key_and_the_answer_says_so(town):
    program, body = (
        Registered(town.home),
        {"name": "柳桂枝", "id_number": "519902194503129171", "community_code": town.home.code},
    )

    first, again = (program.post("/persons", body, key="one") for _time in range(2))
    other = program.post("/persons", {**body, "name": "石斛"}, key="one")
    none = program.browser.post(
        "/api/v1/persons", json.dumps(body), content_type="application/json", headers=program.headers()
    )

    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (none.status_code, none.json()["code"]) == (400, "idempotency_key_needed")


def test_if_match_holds_a_change_against_the_version_that_was_read(town):
    admin = signed_in(town.staff("administrator", town.city))
    client = Registered(town.home, ["casework.view"]).client
    path, body = f"/api/v1/clients/{client.pk}/scopes", json.dumps({"scopes": ["registry.view"]})
    etag = admin.get(f"/api/v1/clients/{client.pk}")["ETag"]

    def put(**headers: str):
        return admin.put(path, body, content_type="application/json", headers=headers)

    assert etag == '"1"'
    assert put().status_code == 428
    assert put(**{"If-Match": '"7"'}).status_code == 412
    assert put(**{"If-Match": 'W/"1"'}).status_code == 412
    done = put(**{"If-Match": etag})
    assert (done.status_code, done["ETag"]) == (200, '"2"')
    changed = Program.objects.get(pk=client.pk)
    assert (changed.scopes, changed.asked_scopes) == ([], ["registry.view"])  # held until a second person confirms


def test_a_request_s_own_id_is_kept_where_it_is_plain(town):
    assert Client().get("/api/v1/me", headers={"X-Request-ID": "window-7.0001"})["X-Request-ID"] == "window-7.0001"
    assert "<" not in Client().get("/api/v1/me", headers={"X-Request-ID": "<script>alert"})["X-Request-ID"]


def test_an_operation_that_will_go_says_so_beforehand(db):
    """RFC 9745, RFC 8594."""
    room = Room("old", "老")

    @room.get("/old", summary="老", response=None, status=204)
    @deprecated(
        dt.datetime(2026, 3, 1, tzinfo=dt.UTC), ends=dt.datetime(2027, 3, 1, tzinfo=dt.UTC), link="https://x.cn/new"
    )
    @open_to_all("a test")
    def get_old(request):
        return None

    api = LinliAPI()
    api.take_in(room)
    (pattern,) = api.urls[0]
    request = RequestFactory().get("/old")
    request.actor = SimpleNamespace(is_signed_in=False)
    answer = pattern.callback(request)

    assert answer.status_code == 204
    assert answer["Deprecation"] == "@1772323200"
    assert answer["Sunset"] == "Mon, 01 Mar 2027 00:00:00 GMT"
    assert answer["Link"] == '<https://x.cn/new>; rel="deprecation"; type="text/html"'


def test_an_operation_that_says_not_who_may_is_not_taken_in():
    room = Room("open", "开")
    with pytest.raises(ValueError, match="says not who may"):
        room.get("/open", summary="开")(lambda request: None)


def test_what_breaks_is_noted_under_a_number_and_tells_nothing(town, monkeypatch):
    monkeypatch.setattr("linli.ground.territory.queries.search", lambda *_a, **_k: 1 / 0)
    browser = Client(raise_request_exception=False)

    answer = browser.get("/api/v1/divisions/search?q=x")

    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "division by zero" not in answer.content.decode()
