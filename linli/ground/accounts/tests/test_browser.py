"""Signing in as people do it: a passkey in Chromium's virtual authenticator, an app's digits, devices (R8, R37, R40)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as conf

from linli.ground.accounts.models import Passkey, SignIn
from linli.ground.accounts.tests.factories import code_of, make_city, make_holder, with_app

playwright_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "made-up-for-tests"
PHONE = {"width": 390, "height": 844}
SHOTS = os.environ.get("LINLI_SCREENSHOTS", "")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Screen:
    """A browser window with a device of its own: its passkeys stay in it."""

    def __init__(self, chromium: Any, server: str) -> None:
        self.context = chromium.new_context(viewport=PHONE, locale="zh-CN", base_url=server)
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self._complain(said.text) if said.type != "log" else None)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.cdp = self.context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable")
        self.device = self.cdp.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )["authenticatorId"]

    def _complain(self, said: str) -> None:
        if "status of 4" not in said:  # a refusal is an answer
            self.complaints.append(said)

    def finger(self, *, is_right: bool) -> None:
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.device, "isUserVerified": is_right})

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.locator("main").get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state("networkidle")

    def sign_in(self, username: str) -> None:
        self.page.goto("/sign-in/?as=staff")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码", exact=True).fill(PASSWORD)
        self.press("登录")

    def leave(self) -> None:
        self.page.context.clear_cookies()

    def is_in_order(self, name: str) -> None:
        """Axe finds nothing, nothing is wider than a small phone, in either size of type; and a picture of it."""
        page = self.page
        page.evaluate((Path(conf.NODE_MODULES) / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
        found = page.evaluate(f"axe.run(document, {{runOnly: {RULES}, resultTypes: ['violations']}})")["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found] == []
        for width in (360, 1440):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
        page.set_viewport_size(PHONE)


@pytest.fixture
def screen(chromium: Any, live_server: Any, settings: Any) -> Iterator[Screen]:
    settings.BASE_URL = live_server.url.replace("127.0.0.1", "localhost")
    shown = Screen(chromium, settings.BASE_URL)
    yield shown
    shown.context.close()
    assert shown.complaints == []


@pytest.fixture
def people(screen: Screen) -> SimpleNamespace:
    city = make_city()
    made = SimpleNamespace(
        admin=make_holder("guanli", "administrator", city.east, "管仲"),
        clerk=make_holder("wenzhu", "window_clerk", city.moon, "文竹"),
    )
    for account in (made.admin, made.clerk):
        account.set_password(PASSWORD)
        account.save()
    return made


def test_a_passkey_is_made_at_the_first_sign_in_and_opens_without_a_password(screen, people):
    """R8: who must have a second proof makes a passkey; the next time it is all that is needed."""
    screen.sign_in("guanli")
    screen.is_in_order("set-up")
    screen.press("添一把通行密钥")
    screen.is_in_order("passkey-new")
    screen.page.get_by_label("给它起个名字").fill("办公室电脑")
    screen.press("在这台设备上添一把")
    screen.page.get_by_role("heading", name="把这 10 个恢复码抄下来或打印").wait_for()
    screen.is_in_order("codes")
    screen.press("抄好了，继续")
    screen.page.wait_for_url("**/workbench/**")
    screen.leave()

    screen.page.goto("/sign-in/?as=staff&next=/my-account/second-factor/")
    screen.is_in_order("door")
    screen.press("用通行密钥")
    screen.page.get_by_role("heading", name="第二道验证", level=1).wait_for()

    screen.is_in_order("second-factor")
    assert Passkey.objects.get().name == "办公室电脑"
    assert Passkey.objects.get().sign_count > 0
    assert SignIn.objects.order_by("-began_at")[0].method == "passkey"
    screen.page.goto("/my-account/devices/")
    screen.is_in_order("devices")


def test_a_passkey_comes_second_after_a_password_and_proves_again(screen, people):
    """R8: beside an app, either will do; the wrong finger opens nothing."""
    with_app(people.clerk)
    screen.sign_in("wenzhu")
    screen.is_in_order("second-step")
    screen.page.get_by_label("应用里的 6 位数字").fill(code_of(people.clerk))
    screen.press("继续")
    screen.page.goto("/my-account/second-factor/passkeys/new/")
    screen.press("在这台设备上添一把")
    screen.page.get_by_role("heading", name="把这 10 个恢复码抄下来或打印").wait_for()
    screen.leave()

    screen.sign_in("wenzhu")
    screen.finger(is_right=False)
    screen.press("用通行密钥")
    screen.page.get_by_text("没有用上").wait_for()
    screen.is_in_order("second-step-failed")
    screen.finger(is_right=True)
    screen.press("用通行密钥")
    screen.page.wait_for_url("**/workbench/**")
    screen.page.goto("/again/?next=/my-account/devices/")
    screen.is_in_order("again")
    screen.press("用通行密钥")
    screen.page.get_by_role("heading", name="在哪里登录着", level=1).wait_for()


def test_a_passkey_that_was_removed_opens_nothing(screen, people):
    screen.sign_in("wenzhu")
    screen.page.goto("/my-account/second-factor/passkeys/new/")
    screen.press("在这台设备上添一把")
    screen.press("抄好了，继续")
    screen.page.goto("/my-account/second-factor/")
    screen.page.get_by_role("link", name=re.compile("去掉")).first.click()
    screen.is_in_order("remove-passkey")
    screen.press("去掉")
    screen.leave()

    screen.page.goto("/sign-in/?as=staff")
    screen.press("用通行密钥")
    screen.page.get_by_text("这里没有登记过这把通行密钥").wait_for()

    assert not Passkey.objects.exists()


def test_an_app_is_set_up_by_its_picture_or_its_letters(screen, people):
    screen.sign_in("wenzhu")
    screen.page.goto("/my-account/second-factor/app/")
    screen.page.get_by_text("扫不了：照着字母填").click()
    screen.is_in_order("app-new")
    letters = re.sub(r"\s", "", screen.page.locator("details code").inner_text())
    import pyotp

    screen.page.get_by_label("应用里显示的 6 位数字").fill(pyotp.TOTP(letters).now())
    screen.press("数字对了，就用它")
    screen.page.get_by_role("heading", name="把这 10 个恢复码抄下来或打印").wait_for()
