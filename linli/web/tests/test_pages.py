import logging
import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path, reverse
from django.utils import translation

from linli.config.urls import urlpatterns as all_of_ours
from linli.core.access import open_to_all
from linli.core.design import navigation, panels
from linli.core.design.pages import CLERK
from linli.core.http import Refused
from linli.ground.accounts.models import Account
from linli.services.casework.tests import factories
from linli.web.pages import errors, home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demonstration(settings):
    settings.DEMO = True


@open_to_all("a test")
def break_(request):
    raise ZeroDivisionError("nobody sees this")


@open_to_all("a test")
def lose_the_database(request):
    raise OperationalError("gone")


@open_to_all("a test")
def keep_in_the_session(request):
    request.session["kept"] = True
    return HttpResponse("kept")


@open_to_all("a test")
def refuse(request):
    raise Refused("已经撤回了，不能再撤。")


urlpatterns = [
    *all_of_ours,
    path("test/break/", break_),
    path("test/lose/", lose_the_database),
    path("test/refuse/", refuse),
    path("test/keep/", keep_in_the_session),
    path("api/test/keep/", keep_in_the_session),
]
handler400 = "linli.web.pages.errors.bad_request"
handler403 = "linli.web.pages.errors.forbidden"
handler404 = "linli.web.pages.errors.not_found"
handler500 = "linli.web.pages.errors.broken"


def test_home_asks_what_one_needs(client):
    page = client.get("/").content.decode()

    assert "<title>您想办什么事？ · 邻里</title>" in page
    assert "演示环境" in page


def test_demonstration_line_is_gone_where_it_is_none(client, settings):
    settings.DEMO = False

    assert "演示环境" not in client.get("/").content.decode()
    assert client.get("/design/components/").status_code == 404


def test_no_page_carries_inline_style_or_script(client):
    for address in ("/", "/preferences/", "/design/components/", "/design/components/workbench/", "/nowhere/"):
        page = client.get(address).content.decode()

        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", page), address


def test_home_shows_what_rooms_have_to_say(client, monkeypatch):
    todo = {
        "name": "育儿补贴",
        "sentence": "照片太暗，请再拍一张。",
        "url": "/x/",
        "action": "去拍照",
        "icon": "camera",
    }
    panel = ("design/panels/todo.html", {"title": "有 1 件事等您", "todos": [todo]})
    monkeypatch.setitem(panels._panels, "portal_home", [(0, lambda request: panel)])

    page = client.get("/").content.decode()

    assert "有 1 件事等您" in page
    assert "去拍照" in page


@pytest.mark.parametrize("name", ["web:bench", "web:bench_management", "web:find"])
def test_workbench_sends_who_is_not_signed_in_to_the_door(client, name):
    response = client.get(reverse(name))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("web:sign_in"))


def as_clerk(view, address="/workbench/", **query):
    request = RequestFactory().get(address, query)
    request.actor = CLERK
    return view(request).content.decode()


def test_management_shows_the_four_heads(monkeypatch):
    """R160."""
    from linli.web.heads import Indicator

    four = [Indicator(f"指标 {n}", f"{n}%", f"{n} / 100", "/x/", "看这些") for n in range(4)]
    monkeypatch.setitem(panels._panels, "bench_heads", [(0, lambda request: ("", {"service": four}))])

    page = as_clerk(home.bench_management, "/workbench/management/")

    assert [page.index(head) for head in ("设施智能", "服务便捷", "管理精细", "环境宜居")] == sorted(
        page.index(head) for head in ("设施智能", "服务便捷", "管理精细", "环境宜居")
    )
    assert "指标 2" in page
    assert "指标 3" not in page


@pytest.mark.django_db
def test_search_that_finds_nothing_says_what_to_try(client):
    town = factories.Town()
    client.force_login(Account.objects.get(pk=town.staff("community_worker", town.home).account_id))

    assert "没有找到" in client.get("/workbench/find/", {"q": "柳桂枝"}).content.decode()
    assert "没有找到" not in client.get("/workbench/find/").content.decode()


@pytest.mark.parametrize(
    ("sent", "cookies"),
    [
        ({"size": "large"}, {"linli_size": "large"}),
        ({"theme": "dark", "language": "en"}, {"linli_theme": "dark", "linli_language": "en"}),
        ({"theme": "pink", "size": "<b>"}, {}),
    ],
)
def test_preferences_are_kept_and_lead_back(client, sent, cookies):
    response = client.post("/preferences/", {**sent, "next": "/nowhere/?q=1"})

    assert response["Location"] == "/nowhere/?q=1"
    assert {name: cookie.value for name, cookie in response.cookies.items()} == cookies


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_preferences_never_lead_elsewhere(client, elsewhere):
    assert client.post("/preferences/", {"next": elsewhere})["Location"] == "/"


def test_large_type_and_dark_are_said_on_the_page(client):
    client.cookies["linli_size"], client.cookies["linli_theme"] = "large", "dark"

    assert '<html lang="zh-Hans" data-theme="dark" data-size="large">' in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("cookie", "accepts", "tag"),
    [
        ("", "", "zh-Hans"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "vi", "zh-Hans"),
        ("zh-hans", "en", "zh-Hans"),
        ("klingon", "", "zh-Hans"),
    ],
)
def test_language_is_the_readers_choice_then_the_browsers_then_chinese(client, cookie, accepts, tag):
    if cookie:
        client.cookies["linli_language"] = cookie

    response = client.get("/", headers={"accept-language": accepts})

    assert f'<html lang="{tag}"' in response.content.decode()
    assert "Accept-Language" in response["Vary"]


def test_page_that_is_not_there_says_what_now(client):
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "现在怎么办" in response.content.decode()


@pytest.mark.urls(__name__)
def test_incident_number_on_the_page_is_the_one_in_the_log(caplog):
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR, "linli.web.errors"):
        response = client.get("/test/break/")

    page = response.content.decode()
    assert response.status_code == 500
    incident = re.search(r"plate--number\">([0-9A-Z-]{9})<", page)[1]
    (record,) = [record for record in caplog.records if record.name == "linli.web.errors"]
    assert record.incident == incident
    assert incident in record.getMessage()
    assert record.exc_info[0] is ZeroDivisionError
    assert "nobody sees this" not in page
    assert "演示环境" in page


def test_page_for_trouble_needs_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = errors.broken(RequestFactory().get("/"))

    assert response.status_code == 500


@pytest.mark.urls(__name__)
def test_lost_database_answers_busy_and_asks_nobody_for_the_session(client):
    response = client.get("/test/lose/")

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "系统正忙" in response.content.decode()


@pytest.mark.parametrize(
    ("address", "said"), [("/", "系统正忙"), ("/workbench/", "系统正忙"), ("/api/v1/drafts", "unavailable")]
)
def test_database_that_is_gone_before_any_page_is_reached_answers_busy_too(address, said, monkeypatch, caplog):
    def gone(self):
        raise OperationalError("gone")

    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "k" * 32
    monkeypatch.setattr(SessionStore, "load", gone)

    response = client.get(address)

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert said in response.content.decode()
    assert "http.unavailable" in caplog.messages
    assert not [message for message in caplog.messages if message.startswith("web.broken")]


class _Away:
    """Lets the database be gone once something is to be written to the sessions."""

    def __call__(self, execute, sql, params, many, context):
        if "django_session" in sql and not sql.startswith("SELECT"):
            raise OperationalError("gone")
        return execute(sql, params, many, context)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("has_session", [True, False])
@pytest.mark.parametrize(
    ("address", "said"), [("/test/keep/", "The system is busy"), ("/api/test/keep/", '"code":"unavailable"')]
)
def test_session_that_a_lost_database_cannot_save_answers_busy_and_not_that_the_request_is_wrong(
    address, said, has_session, caplog
):
    """The road is that of the middleware itself, behind every page."""
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    if has_session:
        client.get("/test/keep/")

    with connection.execute_wrapper(_Away()):
        response = client.get(address)

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert said in response.content.decode()
    assert "http.unavailable" in caplog.messages
    assert "sessionid" not in response.cookies


@pytest.mark.urls(__name__)
def test_session_that_was_deleted_while_the_page_was_made_is_still_no_matter_of_the_database():
    client = Client(raise_request_exception=False)
    client.get("/test/keep/")

    def delete_first(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "django_session" in sql:
            execute("DELETE FROM django_session", (), False, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(delete_first):
        response = client.get("/test/keep/")

    assert response.status_code == 400


@pytest.mark.urls(__name__)
def test_refusal_that_no_page_caught_is_said_in_its_own_words(client):
    response = client.get("/test/refuse/", headers={"referer": "https://elsewhere.example/"})

    assert response.status_code == 422
    assert "已经撤回了，不能再撤。" in response.content.decode()
    assert "elsewhere.example" not in response.content.decode()


def test_form_from_an_old_session_is_not_taken_and_says_so():
    client = Client(enforce_csrf_checks=True)

    response = client.post("/preferences/", {"size": "large"})

    page = response.content.decode()
    assert response.status_code == 403
    assert "这一页放得太久了" in page
    assert "data-keep-typed" in page
    assert "linli_size" not in response.cookies


def test_body_that_is_too_large_is_said_as_such(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    response = client.post("/preferences/", {"next": "x" * 200})

    assert response.status_code == 413
    assert "文件太大" in response.content.decode()


def test_health_says_up_and_machines_find_their_files(client):
    assert client.get("/healthz").json() == {"status": "up", "database": "up"}
    assert "Disallow: /workbench/" in client.get("/robots.txt").content.decode()
    assert client.get("/manifest.webmanifest").json()["short_name"] == "邻里"


def test_health_says_down_when_the_database_is_away(client, monkeypatch):
    from linli.web.pages import health

    class Away:
        def cursor(self):
            raise OperationalError("away")

    monkeypatch.setattr(health, "connection", Away())

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["status"] == "down"


def test_english_pages_hold_no_chinese_but_the_name_of_the_language(client, monkeypatch):
    ours = [entry for entry in navigation._entries if entry.url_name.startswith("web:")]
    monkeypatch.setattr(navigation, "_entries", ours)
    client.cookies["linli_language"] = "en"
    for address in ("/", "/preferences/", "/nowhere/"):
        with translation.override("en"):
            page = client.get(address).content.decode()

        assert re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<!--.*?-->", "", page)) in (["中文"] * 2, ["中文"] * 3), address
