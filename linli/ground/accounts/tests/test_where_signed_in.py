"""Where one is signed in: the list, ending it there, limits of time, and what ends it from outside (R8, R10)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core.calendar import at
from linli.ground.accounts import devices, services
from linli.ground.accounts.models import SignIn
from linli.ground.accounts.services import sign_ins
from linli.ground.accounts.tests.factories import acting, give, make_holder, make_resident, make_staff

CHINA = dt.timezone(dt.timedelta(hours=8))
NOON = dt.datetime(2026, 9, 30, 12, 0, tzinfo=CHINA)
PASSWORD = "made-up-for-tests"
PHONE_BROWSER = "Mozilla/5.0 (Linux; Android 14; V2) AppleWebKit/537.36 Chrome/130.0 Mobile MicroMessenger/8.0"
DESK_BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0"


@pytest.fixture
def clerk(city):
    account = make_holder("wenzhu", "window_clerk", city.moon, "文竹")
    account.set_password(PASSWORD)
    account.save()
    return account


def _browser(agent: str = DESK_BROWSER, address: str = "192.0.2.7") -> Client:
    return Client(headers={"user-agent": agent}, REMOTE_ADDR=address)


def _sign_in(browser: Client, username: str = "wenzhu", password: str = PASSWORD) -> Client:
    browser.post("/sign-in/", {"door": "staff", "username": username, "password": password})
    return browser


def _is_in(browser: Client) -> bool:
    return browser.get("/my-account/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE_BROWSER, "安卓手机，微信"),
        (DESK_BROWSER, "Windows 电脑，Edge"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "iPhone，Safari"),
        ("curl/8.0", "认不出的设备"),
        ("", "认不出的设备"),
    ],
)
def test_a_device_is_named_as_its_owner_knows_it(agent, words):
    assert devices.in_words(*devices.device_of(agent)) == words


def test_the_list_shows_device_address_and_which_one_is_here(clerk):
    """R8: device, address, last use, "this one"."""
    _sign_in(_browser(PHONE_BROWSER, "192.0.2.44"))
    here = _sign_in(_browser())

    page = here.get("/my-account/devices/").content.decode()

    assert page.index("就是这一台") < page.index("安卓手机，微信")
    assert "192.0.2.44" in page
    assert page.count("让那里退出") == 1
    assert "192.0.2.44" not in SignIn.objects.get(browser="wechat").address


def test_one_device_is_signed_out_and_the_others_stay(clerk, audited):
    phone, here = _sign_in(_browser(PHONE_BROWSER)), _sign_in(_browser())

    here.post(reverse("accounts:sign_out_there", args=[SignIn.objects.get(browser="wechat").pk]))

    assert (_is_in(phone), _is_in(here)) == (False, True)
    assert [action for action, _facts in audited() if "sign_in_" in action] == ["accounts.sign_in_ended"]


def test_all_others_are_signed_out_at_once(clerk):
    others = [_sign_in(_browser()) for _number in range(3)]
    here = _sign_in(_browser())

    here.post("/my-account/devices/others/end/")

    assert [_is_in(browser) for browser in (*others, here)] == [False, False, False, True]


def test_nobody_ends_somebody_elses(clerk, city):
    make_staff("other", password=PASSWORD)
    hers = _sign_in(_browser())
    his = _sign_in(_browser(), "other")

    his.post(reverse("accounts:sign_out_there", args=[SignIn.objects.get(account=clerk).pk]))

    assert _is_in(hers)


def test_a_new_password_signs_out_everywhere_else_and_stays_here(clerk):
    """R8: what a thief has open is closed by the change."""
    there, here = _sign_in(_browser()), _sign_in(_browser())

    here.post(
        "/my-account/password/",
        {"old_password": PASSWORD, "new_password": "three-other-words", "new_password_again": "three-other-words"},
    )

    assert (_is_in(there), _is_in(here)) == (False, True)
    assert SignIn.objects.filter(account=clerk, ended_at__isnull=True).count() == 1


def test_a_reset_password_and_a_closed_account_sign_out_everywhere(city, clerk):
    admin = acting(make_holder("admin", "administrator", city.east))
    first = _sign_in(_browser())
    services.reset_password(clerk.pk, by=admin)
    assert not _is_in(first)
    clerk.refresh_from_db()
    clerk.set_password(PASSWORD)
    clerk.must_change_password = False
    clerk.save()
    second = _sign_in(_browser())
    services.deactivate(clerk.pk, by=admin)

    assert not _is_in(second)
    reasons = SignIn.objects.order_by("began_at").values_list("ended_because", flat=True)
    assert list(reasons) == ["password_reset", "closed"]


def test_staff_are_signed_out_after_half_an_hour_of_nothing(clerk):
    """GB/T 22239-2019, 8.1.4.1 b: idle for thirty minutes ends it; one click in between does not."""
    browser = _browser()
    with at(NOON):
        _sign_in(browser)
    with at(NOON + dt.timedelta(minutes=29)):
        assert _is_in(browser)
    with at(NOON + dt.timedelta(minutes=58)):
        assert _is_in(browser)
    with at(NOON + dt.timedelta(minutes=89)):
        answer = browser.get("/my-account/", follow=True)
        assert "离开得久了" in answer.content.decode()
        assert SESSION_KEY not in browser.session
    assert SignIn.objects.get().ended_because == "idle"


def test_staff_are_signed_out_after_twelve_hours_whatever_they_do(clerk):
    browser = _browser()
    with at(NOON):
        _sign_in(browser)
    for quarter in range(1, 48):
        with at(NOON + dt.timedelta(minutes=15 * quarter)):
            assert _is_in(browser)
    with at(NOON + dt.timedelta(hours=12, minutes=1)):
        assert not _is_in(browser)
    assert SignIn.objects.get().ended_because == "too_long"


def test_a_resident_is_not_hurried(db):
    browser = _browser(PHONE_BROWSER)
    resident = make_resident()
    with at(NOON):
        browser.force_login(resident)
        assert _is_in(browser)
    with at(NOON + dt.timedelta(hours=3)):
        assert _is_in(browser)


def test_what_was_typed_survives_the_idle_limit(clerk):
    """R39: the form that meets the limit is carried through the door."""
    browser = _browser()
    with at(NOON):
        _sign_in(browser)
    with at(NOON + dt.timedelta(minutes=45)):
        answer = browser.post("/stand-ins/", {"deputy": "somebody"})

    assert answer.status_code == 403
    assert "您刚才填的内容没有丢" in answer.content.decode()


def test_an_ended_role_ends_the_devices_on_which_it_was_acted_in(city, clerk):
    """R10: who acts in the post that ends is out at once; who acts in another one stays."""
    street = give(clerk, "street_staff", city.orchid)
    clerk_post = clerk.roles_held.get(role="window_clerk")
    in_street, in_window, in_first = (_sign_in(_browser()) for _number in range(3))
    in_street.post("/posts/", {"post": street.pk})
    in_window.post("/posts/", {"post": clerk_post.pk})
    admin = acting(make_holder("admin", "administrator", city.east))

    services.end_role(street.pk, by=admin)

    # the first post, in which a device acts where nothing was chosen, is that at the lower code: the street's
    assert [_is_in(browser) for browser in (in_street, in_window, in_first)] == [False, True, False]
    assert set(SignIn.objects.filter(ended_at__isnull=False).values_list("ended_because", flat=True)) == {"post_ended"}


def test_a_session_from_before_the_list_is_listed_from_now_on(client, clerk):
    """Upgrading signs nobody out."""
    client.force_login(clerk)

    assert client.get("/my-account/devices/").status_code == 200
    assert SignIn.objects.filter(account=clerk).count() == 1


def test_the_night_forgets_what_ended_half_a_year_ago(clerk):
    with at(NOON):
        _sign_in(_browser())
    with at(NOON + dt.timedelta(days=1)):
        assert sign_ins.sweep(NOON + dt.timedelta(days=1 - 180)) == 0
    assert SignIn.objects.get().ended_because == "expired"
    with at(NOON + dt.timedelta(days=182)):
        assert sign_ins.sweep(NOON + dt.timedelta(days=182 - 180)) == 1


def test_a_row_is_written_once_a_minute_and_not_with_every_page(clerk):
    """R37: the limits stand in the session."""
    browser = _browser()
    with at(NOON):
        _sign_in(browser)
    with at(NOON + dt.timedelta(seconds=59)), CaptureQueriesContext(connection) as at_once:
        browser.get("/my-account/")
    with at(NOON + dt.timedelta(seconds=61)), CaptureQueriesContext(connection) as later:
        browser.get("/my-account/")

    assert [query["sql"] for query in at_once if str(query["sql"]).startswith(("UPDATE", "INSERT"))] == []
    assert sum(str(query["sql"]).startswith("UPDATE") for query in later) == 2
