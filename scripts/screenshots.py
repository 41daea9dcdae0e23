"""Make the pictures of the README afresh: a small demonstration, a real browser, phone and desk.

python scripts/screenshots.py              makes everything new in a temporary folder
python scripts/screenshots.py --var DIR    uses the demonstration in DIR, and loads one where there is none

Needs Debian's Chromium. Pictures come out as palette PNGs below LARGEST bytes.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LARGEST = 150 * 1024
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}
PASSWORD = "linli-demo-2026"
MOTHER = "15400000617"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(var: Path) -> Iterator[str]:
    """Run Linli on a small demonstration; yield its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "LINLI_VAR": str(var),
        "LINLI_DEMO": "1",
        "LINLI_BASE_URL": address,
        "LINLI_DATABASE_URL": f"sqlite:///{var / 'linli.sqlite3'}",
        "LINLI_LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
    }
    linli = [sys.executable, "-m", "linli"]
    if not (var / "linli.sqlite3").exists():
        small = ["--cases", "300", "--residents", "300", "--days", "20"]
        subprocess.run([*linli, "demo", "load", *small], cwd=ROOT, env=environment, check=True)
    server = subprocess.Popen([*linli, "serve", "--port", str(port)], cwd=ROOT, env=environment)
    try:
        for _attempt in range(120):
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                    break
            except (urllib.error.URLError, ConnectionError):
                if server.poll() is not None:
                    raise SystemExit("the server did not start") from None
                time.sleep(0.5)
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def keep(page: Page, name: str) -> None:
    """Take a picture of what is on the screen, and make it small."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement.blur(); document.fonts.ready")
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    for colours in (256, 128, 64, 32):
        small = io.BytesIO()
        shot.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            small, "PNG", optimize=True
        )
        if small.tell() < LARGEST:
            break
    else:
        raise SystemExit(f"{name} is larger than {LARGEST} bytes")
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"{name}.png").write_bytes(small.getvalue())
    print(f"{name}.png  {small.tell() / 1024:.0f} KiB")


def sign_in_staff(context: BrowserContext, address: str, username: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/sign-in/?as=staff")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button").first.click()
    page.wait_for_load_state("networkidle")
    return page


def sign_in_resident(context: BrowserContext, address: str, phone: str, onward: str) -> Page:
    """Sign in by telephone; the code is read where a demonstration shows it."""
    page = context.new_page()
    page.goto(f"{address}/sign-in/?as=resident&next={onward}")
    page.locator("input[name=phone]").fill(phone)
    page.locator("form:has(input[name=phone]) button").first.click()
    page.locator("input[name=code]").wait_for()
    outbox = context.new_page()
    outbox.goto(f"{address}/outbox/")
    code = re.search(r"(?<!\d)\d{6}(?!\d)", outbox.locator("main").inner_text())
    outbox.close()
    if code is None:
        raise SystemExit("no code in the outbox")
    page.locator("input[name=code]").fill(code[0])
    page.locator("form:has(input[name=code]) button").first.click()
    page.wait_for_load_state("networkidle")
    return page


def photograph(text: str) -> bytes:
    """Return a picture that passes for a photograph: light, sharp, and plainly made up."""
    image = Image.effect_noise((1200, 800), 60).convert("RGB")
    image = Image.blend(image, Image.new("RGB", image.size, (240, 238, 230)), 0.6)
    draw = ImageDraw.Draw(image)
    for line in range(8):
        draw.text((80, 80 + 85 * line), f"{text} {line}  NOT A REAL CARD", fill=(20, 30, 60), font_size=48)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def portal(browser: Browser, address: str) -> None:
    """The resident's way on a phone, with the community's step in between."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.goto(f"{address}/")
    keep(page, "home-phone")
    page.goto(f"{address}/services/old_age_allowance/")
    keep(page, "guide-phone")
    page.close()

    page = sign_in_resident(context, address, MOTHER, "/apply/old_age_allowance/")
    if "/drafts/" not in page.url:
        page.locator("main form button.button--main").first.click()
        page.wait_for_url("**/form/")
    page.locator("[name=account_number]").fill("6217 0021 9000 1234 567")
    page.locator("[name=bank]").fill("攀枝花农商银行")
    page.evaluate("scrollTo(0, 0)")
    keep(page, "apply-phone")
    page.locator("main form button.button--main").last.click()
    page.wait_for_url("**/materials/")
    for code in ("account_card", "recent_photo"):
        chosen = page.locator(f"form[action*='/materials/{code}/'] input[type=file]").first
        chosen.set_input_files({"name": f"{code}.jpg", "mimeType": "image/jpeg", "buffer": photograph("LINLI DEMO")})
        page.wait_for_load_state("networkidle")
        hand_in = page.locator(f"form[action*='/materials/{code}/'] button:visible")
        if hand_in.count():
            hand_in.first.click()
            page.wait_for_load_state("networkidle")
    page.goto(page.url.split("?")[0].replace("/materials/", "/check/"))
    for tick in page.locator("main form input[type=checkbox][required]").all():
        tick.check()
    page.locator("main form button.button--main").last.click()
    page.wait_for_url("**/my/cases/**")
    number = page.url.split("/my/cases/")[1].split("/")[0]
    desk(browser, address, number)
    page.goto(f"{address}/my/cases/{number}/")
    keep(page, "my-case-phone")
    context.close()


def desk(browser: Browser, address: str, number: str) -> None:
    """The district's tasks; the case on the community worker's desk, which she accepts."""
    context = browser.new_context(viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = sign_in_staff(context, address, "zelan")
    page.goto(f"{address}/desk/")
    keep(page, "tasks-desk")
    context.close()
    context = browser.new_context(viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = sign_in_staff(context, address, "baizhi")
    page.goto(f"{address}/desk/cases/{number}/?do=accept")
    keep(page, "handle-desk")
    page.locator("form[action*='/do/accept/'] button.button--main").first.click()
    page.wait_for_load_state("networkidle")
    page.goto(f"{address}/who-may-do-what/")
    keep(page, "who-may-desk")
    context.close()


def verify(browser: Browser, address: str) -> None:
    """The public check of a certificate that is valid; its number is taken from the department's list."""
    context = browser.new_context(viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = sign_in_staff(context, address, "jiangli")
    page.goto(f"{address}/certificates/?status=valid")
    page.locator("main a[href*='/certificates/']").first.wait_for()
    links = page.locator("main a[href^='/certificates/']").evaluate_all(
        "found => found.map(a => a.getAttribute('href'))"
    )
    number = next(found[1] for link in links if (found := re.fullmatch(r"/certificates/([^/?]+)/", link)))
    context.close()
    context = browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.goto(f"{address}/verify/?number={number}")
    keep(page, "verify-phone")
    context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--var", type=Path, help="keep the demonstration here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linli-pictures-") as folder:
        var = (arguments.var or Path(folder) / "var").resolve()
        with running(var) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            portal(browser, address)
            verify(browser, address)
            browser.close()


if __name__ == "__main__":
    main()
