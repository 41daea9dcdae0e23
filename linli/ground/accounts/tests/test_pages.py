from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.core.calendar import today
from linli.core.messages.gateways import GatewayFailed
from linli.ground.accounts import demonstration, onward, services
from linli.ground.accounts.demonstration import DemonstrationAccount
from linli.ground.accounts.models import Account, RoleHeld
from linli.ground.accounts.tests.factories import (
    acting,
    code_of,
    give,
    make_holder,
    make_resident,
    make_staff,
    with_app,
)

PASSWORD = "made-up-for-tests"
NEW = "四个不相干的词连起来"
PHONE = "15400000618"
DOOR = "/sign-in/"


@pytest.fixture
def clerk(city):
    account = make_holder("wenzhu", "window_clerk", city.moon, "文竹")
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def admin(city, client):
    account = make_holder("admin", "administrator", city.east, "管理员")
    client.force_login(account)
    return account


def _hidden(response, name: str) -> str:
    inside = response.content.decode().partition("gate__form")[2]  # the header has forms of its own
    found = re.search(rf'name="{name}" value="([^"]*)"', inside)
    return found[1] if found else ""


def _staff_in(client: Client, **more: str):
    return client.post(DOOR, {"door": "staff", "username": "wenzhu", "password": PASSWORD, **more})


def test_staff_sign_in_and_the_session_is_a_new_one(client, clerk, audited):
    client.get(DOOR)
    session = client.session
    session["before"] = "kept"
    session.save()
    old_key = session.session_key

    answer = _staff_in(client, next="/staff/?q=1")

    assert (answer.status_code, answer["Location"]) == (302, "/staff/?q=1")
    assert client.session.session_key != old_key
    assert ("accounts.signed_in", {"method": "password"}) in audited()
    assert client.cookies["linli_door"].value == "staff"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///x", "staff/"],
)
def test_next_never_leads_out_of_the_house(client, clerk, elsewhere):
    answer = _staff_in(client, next=elsewhere)

    assert answer["Location"] == reverse("web:bench")


def test_a_wrong_password_says_so_beside_the_form_and_keeps_the_name(client, clerk):
    answer = client.post(DOOR, {"door": "staff", "username": "wenzhu", "password": "typed-wrongly", "next": "/staff/"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "用户名或密码不对" in page
    assert 'value="wenzhu"' in page
    assert "typed-wrongly" not in page
    assert _hidden(answer, "next") == "/staff/"


def test_a_resident_comes_in_with_telephone_and_code(client, sent, db):
    asked = client.post(DOOR, {"door": "resident", "phone": "154 0000 0618", "next": "/my-account/"})
    entered = client.post(
        DOOR,
        {"door": "resident", "phone": _hidden(asked, "phone"), "code": sent[-1][1], "next": _hidden(asked, "next")},
    )

    assert (asked.status_code, entered.status_code, entered["Location"]) == (200, 302, "/my-account/")
    assert Account.objects.get().kind == "resident"
    assert "154****0618" in client.get("/my-account/").content.decode()


def test_asking_again_at_once_keeps_the_field_for_the_code(client, sent, db):
    for _try in range(2):
        answer = client.post(DOOR, {"door": "resident", "phone": PHONE})

    page = answer.content.decode()
    assert len(sent) == 1
    assert "刚刚发过一次，请等 60 秒再要" in page
    assert 'autocomplete="one-time-code"' in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"phone": "1540000"}, "手机号应该是 11 位数字，以 1 开头；您填了 7 位。"),
        ({"phone": ""}, "请填手机号。"),
        ({"phone": PHONE, "code": ""}, "请填短信里的 6 位数字。"),
        ({"phone": PHONE, "code": "000000"}, "这个验证码不能再用了"),
        ({"phone": "1", "code": "000000"}, "手机号应该是 11 位数字，以 1 开头；您填了 1 位。"),
    ],
)
def test_what_is_wrong_at_the_residents_door_is_said_in_a_sentence(client, sent, db, typed, sentence):
    answer = client.post(DOOR, {"door": "resident", **typed})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert len(sent) == 0


def test_the_door_remembers_who_came_through_it(client, clerk):
    _staff_in(client)
    client.post("/sign-out/")

    assert 'name="username"' in client.get(DOOR).content.decode()


def test_signing_out_is_a_form_and_ends_the_session(client, clerk):
    _staff_in(client)
    assert client.get("/sign-out/").status_code == 405

    client.post("/sign-out/")

    assert client.get("/my-account/").status_code == 302


def test_a_form_that_met_an_ended_session_is_offered_again_after_signing_in(city, client, clerk):
    """Nothing typed is lost: through the door, with every field and its line breaks, without JavaScript."""
    admin = with_app(make_holder("admin", "administrator", city.east))
    admin.set_password(PASSWORD)
    admin.save()
    typed = {
        "role": "window_clerk",
        "division": "519902001001",
        "note": "<b>第一行</b>\n\n第三行",
        "password": "secret",
    }
    there = reverse("accounts:give_role", args=[clerk.pk])

    ended = client.post(there, typed)
    again = client.post(
        DOOR,
        {
            "door": "staff",
            "username": "admin",
            "password": PASSWORD,
            "carried": _hidden(ended, "carried"),
            "next": there,
        },
    )
    asked = again.content.decode()
    again = client.post(
        reverse("accounts:second_step"),
        {"code": code_of(admin), "carried": re.findall(r'name="carried" value="([^"]*)"', asked)[0], "next": there},
    )

    page = again.content.decode()
    assert ended.status_code == 403
    assert "您刚才填的内容没有丢" in ended.content.decode()
    assert again.status_code == 200
    assert "您刚才填的内容还在" in page
    assert f'action="{there}"' in page
    assert '<textarea name="note" hidden>\n&lt;b&gt;第一行&lt;/b&gt;\n\n第三行</textarea>' in page
    assert "secret" not in page
    assert RoleHeld.objects.filter(account=clerk).count() == 1


def test_a_wrong_password_on_the_way_back_loses_nothing(client, clerk):
    ended = client.post("/staff/new/", {"name": "苏叶"})
    wrong = client.post(
        DOOR, {"door": "staff", "username": "wenzhu", "password": "x", "carried": _hidden(ended, "carried")}
    )

    assert onward.unpack(_hidden(wrong, "carried")).fields == [("name", "苏叶")]


def test_files_are_said_to_be_chosen_again(client, db):
    ended = client.post("/staff/new/", {"name": "苏叶", "scan": SimpleUploadedFile("a.png", b"x")})

    assert "选好的文件要重新选一次" in ended.content.decode()


@pytest.mark.parametrize("parcel", ["x", "WyIvIl0:1:2", "." * 5000])
def test_a_parcel_that_is_not_ours_is_dropped(client, clerk, parcel):
    assert _staff_in(client, carried=parcel).status_code == 302


def test_too_long_a_form_is_not_carried_and_she_is_told(client, db):
    ended = client.post("/staff/new/", {"name": "字" * 30_000})

    assert "您填的内容太长" in ended.content.decode()
    assert _hidden(ended, "carried") == ""


def test_a_fragment_that_met_an_ended_session_leads_the_whole_page_to_the_door(client, db):
    answer = client.get(
        "/staff/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/staff/?q=%E6%96%87"}
    )

    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fstaff%2F%3Fq%3D%25E6%2596%2587"


def test_a_given_password_must_be_changed_before_anything_else(city, client):
    admin = acting(make_holder("admin", "administrator", city.east))
    clerk = make_holder("wenzhu", "administrator", city.moon)
    give(clerk, "community_head", city.moon)
    services.end_role(
        clerk.roles_held.get(role="administrator").pk,
        by=acting(make_holder("guard", "security_administrator", city.east)),
    )
    password = services.reset_password(clerk.pk, by=admin).password

    shown = client.post(DOOR, {"door": "staff", "username": "wenzhu", "password": password, "next": "/staff/"})
    elsewhere = client.get("/staff/")
    changed = client.post(
        "/my-account/password/",
        {"old_password": password, "new_password": NEW, "new_password_again": NEW, "next": "/staff/"},
    )

    assert "先换一个自己的密码" in shown.content.decode()
    assert (elsewhere.status_code, elsewhere["Location"]) == (302, "/my-account/password/?next=%2Fstaff%2F")
    assert (changed.status_code, changed["Location"]) == (302, "/staff/")
    assert client.get("/staff/").status_code == 200


def test_two_different_new_passwords_are_refused(client, clerk):
    _staff_in(client)
    answer = client.post(
        "/my-account/password/",
        {"old_password": PASSWORD, "new_password": NEW, "new_password_again": "别的"},
    )

    assert answer.status_code == 422
    assert "两遍填得不一样" in answer.content.decode()


def test_who_holds_two_posts_is_asked_which_one(city, client, clerk):
    """R8b."""
    street = give(clerk, "street_leader", city.orchid)

    assert _staff_in(client)["Location"] == reverse("accounts:choose_post")
    client.post("/posts/", {"post": street.pk})
    assert client.get("/staff/").status_code == 200
    client.post("/posts/", {"post": clerk.roles_held.get(role="window_clerk").pk})
    assert client.get("/staff/").status_code == 403


def test_a_post_of_somebody_else_cannot_be_taken(city, client, clerk):
    other = make_holder("other", "administrator", city.east).roles_held.get()
    _staff_in(client)

    answer = client.post("/posts/", {"post": other.pk})

    assert answer["Location"] == reverse("accounts:choose_post")
    assert client.get("/staff/").status_code == 403


def test_an_administrator_makes_an_account_and_sees_its_password_once(city, client, admin):
    typed = {"username": "suye", "name": "苏叶", "role": "window_clerk", "division": city.moon.code}

    answer = client.post("/staff/new/", typed)

    account = Account.objects.get(username="suye")
    shown = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", answer.content.decode())
    assert account.check_password(shown[0])
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"username": "admin"}, "用户名“admin”已经有人用了"),
        ({"name": "文" * 10_000}, "姓名最多 60 个字。"),
        ({"division": "519903001001"}, "管辖范围里没有代码是 519903001001 的地方。"),
        ({"role": "street_staff"}, "“街道经办”不在社区（村）这一级任职"),
        ({"valid_from": "昨天"}, "请填日期，例如 2026-10-01。"),
        ({"valid_to": "2020-01-01"}, "结束日期要在开始日期之后"),
    ],
)
def test_a_refused_account_says_why_and_keeps_what_was_typed(city, client, admin, change, sentence):
    typed = {"username": "suye", "name": "苏叶", "role": "window_clerk", "division": city.moon.code}

    answer = client.post("/staff/new/", typed | change)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Account.objects.count() == 1


def test_a_role_is_given_and_ended_on_the_pages(city, client, admin):
    clerk = make_holder("wenzhu", "window_clerk", city.moon)
    there = reverse("accounts:member", args=[clerk.pk])

    given = client.post(f"{there}roles/", {"role": "community_worker", "division": city.sun.code})
    held = clerk.roles_held.get(role="community_worker")
    asked = client.get(reverse("accounts:end_role", args=[held.pk]))
    client.post(reverse("accounts:end_role", args=[held.pk]))

    held.refresh_from_db()
    assert given["Location"] == there
    assert "朝阳社区 · 社区工作者" in asked.content.decode()
    assert held.valid_to == today()


def test_people_of_elsewhere_do_not_exist(city, client, admin):
    """R8a: not found at every address, whatever is asked."""
    other = make_holder("other", "window_clerk", city.cone, "别人")
    held = other.roles_held.get()
    addresses = [reverse(f"accounts:{name}", args=[other.pk]) for name in ("member", "close_account", "reset_password")]
    addresses += [reverse("accounts:give_role", args=[other.pk]), reverse("accounts:end_role", args=[held.pk])]

    for address in addresses:
        assert client.post(address, {}).status_code in (404, 405)
    assert client.get(addresses[0]).status_code == 404
    assert "别人" not in client.get("/staff/").content.decode()
    assert "没有找到" in client.get("/staff/?q=别人").content.decode()


def test_a_deputy_is_asked_on_the_page(city, client):
    """R10."""
    head = make_holder("head", "community_head", city.moon, "白芷")
    deputy = make_holder("deputy", "community_worker", city.moon, "苏木")
    client.force_login(head)
    typed = {"post": head.roles_held.get().pk, "deputy": deputy.pk, "starts": today(), "last_day": today()}

    answer = client.post("/stand-ins/", typed)

    delegated = RoleHeld.objects.get(stands_in_for=head)
    assert answer.status_code == 302
    assert delegated.valid_to == today() + dt.timedelta(days=1)
    assert "苏木" in client.get("/stand-ins/").content.decode()
    client.post(reverse("accounts:take_back", args=[delegated.pk]))
    delegated.refresh_from_db()
    assert delegated.valid_to == today()


def test_the_page_who_may_do_what_shows_the_code_as_it_is(client, db):
    page = client.get("/who-may-do-what/").content.decode()
    auditor = client.get("/who-may-do-what/?role=auditor").content.decode()

    assert "accounts.<wbr>give_<wbr>role" in page
    assert "系统管理员、安全管理员" in page
    assert "accounts.<wbr>view_<wbr>staff" in auditor
    assert "give_<wbr>role" not in auditor


def test_the_language_chosen_is_kept(client, db):
    resident = make_resident()
    client.force_login(resident)

    client.post("/my-account/language/", {"language": "en"})
    client.post("/my-account/language/", {"language": "xx"})

    resident.refresh_from_db()
    assert resident.language == "en"
    assert client.cookies["linli_language"].value == "en"


def test_staff_without_a_post_may_nothing_and_are_told_why(city, client):
    make_staff("wenzhu", password=PASSWORD)

    entered = _staff_in(client)

    assert "今天没有岗位" in client.get(entered["Location"]).content.decode()
    assert client.get("/staff/").status_code == 403


def test_the_outbox_shows_codes_in_a_demonstration_and_is_nowhere_else(client, sent, db, settings):
    client.post(DOOR, {"door": "resident", "phone": PHONE})

    page = client.get("/outbox/").content.decode()
    assert sent[-1][1] in page
    assert PHONE not in page
    settings.DEMO = False
    assert client.get("/outbox/").status_code == 404


def test_the_door_lists_who_can_be_tried_in_a_demonstration_only(client, db, settings, monkeypatch):
    monkeypatch.setattr(
        demonstration,
        "_providers",
        [lambda: [DemonstrationAccount("staff", "苏木", "街道经办", "sumu", "made-up-for-tests")]],
    )

    assert "街道经办 苏木：用户名 sumu，密码 made-up-for-tests" in client.get("/sign-in/?as=staff").content.decode()
    assert "苏木" not in client.get("/sign-in/?as=resident").content.decode()
    settings.DEMO = False
    assert "苏木" not in client.get("/sign-in/?as=staff").content.decode()


@pytest.mark.usefixtures("db")
def test_a_gateway_that_does_not_answer_is_said_in_a_sentence(client, settings):
    """The number is not to blame, and she is told so."""
    settings.DEMO, settings.SMS_GATEWAY = False, f"{__name__}.DeadGateway"

    answer = client.post(DOOR, {"door": "resident", "phone": PHONE})

    assert answer.status_code == 422
    assert "是短信平台不通，不是您的号码有错" in answer.content.decode()


class DeadGateway:
    def send(self, phone: str, text: str, *, reference: str = "") -> str:
        raise GatewayFailed
