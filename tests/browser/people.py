"""People at their screens: each with a browser window of her own, and a picture of every station."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from linli.web.demonstration.staff import PASSWORD

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1440, "height": 900}}
ROOT = Path(__file__).resolve().parents[2]


HEIGHT = "document.documentElement.scrollHeight"


class Album:
    """Screenshots in the order in which things happened (LINLI_SCREENSHOTS, or build/screenshots)."""

    def __init__(self) -> None:
        self.folder = Path(os.environ.get("LINLI_SCREENSHOTS") or ROOT / "build" / "screenshots")
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("[0-9][0-9]-*.png"):
            old.unlink()
        self.count = 0

    def take(self, page: Any, name: str) -> None:
        self.count += 1
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(150)  # a button's colour is still on its way after a press
        before = page.viewport_size
        page.set_viewport_size({**before, "height": max(before["height"], min(4000, page.evaluate(HEIGHT)))})
        page.screenshot(path=self.folder / f"{self.count:02d}-{name}.png")
        page.set_viewport_size(before)


class Person:
    """Somebody at a screen. What her browser complains about is kept in `complaints`."""

    def __init__(self, chromium: Any, server: str, album: Album, screen: dict[str, Any]) -> None:
        self.context = chromium.new_context(locale="zh-CN", base_url=server, accept_downloads=True, **screen)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type != "log" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.album = album

    def open(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"

    def press(self, name: str | re.Pattern[str], *, role: str = "button") -> None:
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state("networkidle")

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def picture(self, name: str) -> None:
        self.album.take(self.page, name)

    def sign_in_by_phone(self, phone: str) -> None:
        """Ask for a code, read it where the demonstration shows it, and type it."""
        self.open("/sign-in/?as=resident")
        self.page.get_by_label("手机号").fill(phone)
        self.press("发验证码给我")
        self.picture("sign-in-code")
        outbox = self.context.new_page()
        outbox.goto("/outbox/")
        code = re.search(r"\d{6}", outbox.locator("main section.card p").first.inner_text())
        assert code is not None
        outbox.close()
        self.page.get_by_label("短信里的 6 位数字").fill(code[0])
        self.press("登录")

    def sign_in_by_password(self, username: str) -> None:
        self.open("/sign-in/?as=staff")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.press("登录")

    def leave(self) -> None:
        self.context.close()
