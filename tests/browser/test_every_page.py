"""Every page of the house in a real browser: for everybody, on a small phone and a desk, light, dark and large."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.house.doors import doors
from tests.house.openings import Opening, Walk, walk

pytestmark = [pytest.mark.browser, pytest.mark.takes_minutes]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}
HEIGHT = "document.documentElement.scrollHeight"
"""The whole page is laid open for axe: what the tab bar covers at one moment is not in its way."""
MOST_BYTES = 200 * 1024
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
AXE = f"""axe.run(document, {{runOnly: {json.dumps(RULES)}, resultTypes: ['violations'], iframes: false}}).then(found =>
  found.violations.map(v => v.id + ': ' + v.nodes.slice(0, 2).map(n => n.html.slice(0, 160)).join(' | ')))"""
WIDER = """(() => { const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const out = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > wide + 0.1 &&
    e.tagName !== 'use' && !e.closest('.table-wrap, [data-scrolls]'));
  return ['wider than the screen: ' + out.slice(-2).map(e => e.outerHTML.slice(0, 160)).join(' | ')]; })()"""

NO_PAGE = {
    "catalogue:proofs": "has moved to certificates:proofs and leads there",
    "accounts:second_step": "opens only between the password and the code: accounts/tests/test_browser.py looks at it",
    "accounts:remove_passkey": "is pressed, not opened, and nobody in the demonstration has a passkey",
    "casework:draft_file": "hands out a file, which the tests of casework open",
    "casework:mandate_file": "hands out a file, which the tests of casework open",
    **dict.fromkeys(
        (
            "web:kiosk",
            "web:kiosk_start",
            "web:kiosk_still",
            "web:kiosk_sign_in",
            "web:kiosk_case",
            "web:kiosk_receipt",
            "web:kiosk_help",
        ),
        "is there at a paired screen alone: web/tests/test_browser.py stands before one",
    ),
    "accounts:to_provider": "leads away, to the city's identity provider, and is not there without one",
    "accounts:from_provider": "takes the provider's answer, and is not there without one",
    "watch:readyz": "answers machines, and 503 where no worker runs: linli/core/watch asks it",
    "accounts:provider_logout": "takes the provider's notice, and is not there without one",
}
"""Doors that never open as a page by a plain GET, each with the reason (those that answer 405 or a file need none)."""


@pytest.fixture(scope="module")
def walked(world: str) -> Walk:
    return walk()


@pytest.fixture(scope="module")
def look(walked: Walk, chromium: Any, server: str, axe: str):
    """Open a page and return what is wrong with it."""
    windows: dict[str, Any] = {}

    def window(opening: Opening) -> Any:
        who = str(opening.visitor)
        if who not in windows:
            context = chromium.new_context(locale="zh-CN", viewport=PHONE, reduced_motion="reduce")
            if opening.visitor.session:
                context.add_cookies([{"name": "sessionid", "value": opening.visitor.session, "url": server}])
            windows[who] = context.new_page()
            windows[who].set_default_timeout(20_000)
        return windows[who]

    def open_and_look(opening: Opening) -> list[str]:
        page, wrong = window(opening), []
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme="light")
        sizes: dict[str, int] = {}

        def count(answer: Any) -> None:
            if answer.url.split("?")[0].endswith((".css", ".js")):
                sizes[answer.url] = int(answer.headers.get("content-length") or len(answer.body()))

        def said(message: Any) -> None:
            if message.type in ("error", "warning"):
                wrong.append(f"console: {message.text[:200]}")

        def failed(error: Any) -> None:
            wrong.append(f"script: {str(error)[:200]}")

        page.on("response", count)
        page.on("console", said)
        page.on("pageerror", failed)
        try:
            answer = page.goto(server + opening.address, wait_until="load")
            if answer.status != 200:
                return [f"answered {answer.status}"]
            page.evaluate(axe)
            page.set_viewport_size({**PHONE, "height": max(PHONE["height"], page.evaluate(HEIGHT))})
            wrong += [f"phone, light: {one}" for one in page.evaluate(AXE)]
            wrong += [f"phone: {one}" for one in page.evaluate(WIDER)]
            page.evaluate("document.documentElement.dataset.size = 'large'")
            wrong += [f"phone, large type: {one}" for one in page.evaluate(WIDER)]
            page.evaluate("delete document.documentElement.dataset.size")
            page.set_viewport_size(DESK)
            page.emulate_media(color_scheme="dark")
            wrong += [f"desk, dark: {one}" for one in page.evaluate(AXE)]
            wrong += [f"desk: {one}" for one in page.evaluate(WIDER)]
            if sum(sizes.values()) > MOST_BYTES:
                wrong.append(f"{sum(sizes.values()) // 1024} KiB of CSS and JS")
        finally:
            page.remove_listener("response", count)
            page.remove_listener("console", said)
            page.remove_listener("pageerror", failed)
        return wrong

    yield open_and_look
    for page in windows.values():
        page.context.close()


def test_every_door_opens_for_somebody(walked: Walk):
    """R8, R37: no page is left out because nothing leads to it."""
    shut = {
        door: answers
        for door, answers in walked.others.items()
        if door not in NO_PAGE and not any(one.startswith(("405", "200 ")) for one in answers)
    }
    assert shut == {}, "\n" + "\n".join(f"{door}: {sorted(answers)}" for door, answers in sorted(shut.items()))


def test_every_page_is_in_order(walked: Walk, look):
    """R37, R37b, R40: axe finds nothing, nothing scrolls sideways, the browser complains of nothing, nothing is heavy."""
    wrong = {str(opening): found for opening in walked.openings if (found := look(opening))}

    assert {opening.door.name for opening in walked.openings} | set(walked.others) >= {
        d.name for d in doors() if d.name and not d.is_api
    }
    assert wrong == {}, "\n" + "\n".join(f"{page}\n    " + "\n    ".join(found) for page, found in wrong.items())
