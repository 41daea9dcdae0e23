"""The shells in a real browser: what scripts add, what axe finds, nothing wider than a small phone."""

from pathlib import Path

import pytest
from django.conf import settings as conf

from linli.services.casework.tests import factories as casework
from linli.web.kiosk import services as kiosk

playwright_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
PAGES = ("/", "/design/components/", "/design/components/workbench/", "/preferences/", "/nowhere/")
SIZES = {"phone": (360, 740), "desk": (1440, 900)}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium"),
]


@pytest.fixture
def visit(chromium, live_server, settings):
    """Open a page of the live server; what the browser complains about fails the test."""
    settings.DEMO = True
    complaints: list[str] = []
    contexts = []

    def open_(path, *, width=390, height=844, **options):
        cookies, expects = options.pop("cookies", {}), ("404", *options.pop("expects", ()))
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **options)
        contexts.append(context)
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        expects += ("Cleared data types",)
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text) if not any(one in message.text for one in expects) else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize(
    ("size", "cookies"),
    [("phone", {}), ("phone", {"linli_size": "large"}), ("desk", {"linli_theme": "dark"})],
    ids=["phone", "phone in large type", "desk in the dark"],
)
def test_pages_pass_axe_and_are_never_wider_than_the_screen(visit, size, cookies):
    axe = (Path(conf.NODE_MODULES) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    width, height = SIZES[size]
    for path in PAGES:
        page = visit(path, width=width, height=height, cookies=cookies)
        page.evaluate(axe)
        violations = page.evaluate("axe.run().then(found => found.violations.map(v => v.id + ' ' + v.nodes[0].html))")

        assert violations == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_large_type_and_dark_change_the_page_at_once_and_stay(visit):
    page = visit("/design/components/workbench/", width=1440, height=900)

    with page.expect_response("**/preferences/"):
        page.get_by_role("button", name="大字").click()
    assert page.evaluate("document.documentElement.dataset.size") == "large"
    assert page.get_by_role("button", name="大字").get_attribute("aria-pressed") == "true"
    with page.expect_response("**/preferences/"):
        page.get_by_role("button", name="深色").click()

    page.reload()
    assert page.evaluate("({...document.documentElement.dataset})") == {"size": "large", "theme": "dark"}


def test_list_is_worked_by_keyboard_alone(visit):
    page = visit("/design/components/workbench/", width=1440, height=900)
    bar = page.get_by_role("region", name="批量")
    assert bar.is_hidden()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")

    assert page.evaluate("document.activeElement.textContent") == "居住证"
    assert page.locator("tr.is-here[aria-selected=true]").count() == 1
    assert "选了 1 件" in bar.inner_text()
    page.keyboard.press("2")
    assert page.locator("input[value=return]").is_checked()
    page.keyboard.press("/")
    page.keyboard.type("x2")
    assert page.locator("#find").input_value() == "x2"
    assert "选了 1 件" in bar.inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="工作台的按键").is_visible()


def test_single_letters_can_be_switched_off(visit):
    page = visit("/design/components/workbench/", width=1440, height=900, cookies={"linli_letters": "off"})

    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")

    assert page.locator("tr[aria-selected=true]").count() == 0


def test_what_was_typed_is_back_after_the_page_was_lost(visit):
    page = visit("/design/components/workbench/", width=1440, height=900)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#opinion").fill("户籍、年龄与社区核对一致。")

    page.reload()
    page.wait_for_load_state("networkidle")

    assert page.locator("#opinion").input_value() == "户籍、年龄与社区核对一致。"
    assert "您上次填的已经找回来了" in page.locator("#said").inner_text()


def test_icons_come_from_the_sprite_under_the_content_security_policy(visit):
    page = visit("/")

    drawn = page.evaluate("document.querySelector('.tabbar .icon use').getBoundingClientRect().width")
    assert drawn > 10


def test_text_becomes_html_by_htmx_alone_and_script_by_nothing(visit):
    """Trusted Types: htmx swaps what our own origin answers; whatever else writes HTML is refused by the browser."""
    page = visit("/who-may-do-what/", expects=("Trusted", "TrustedHTML", "policy"))
    page.evaluate("document.getElementById('main').replaceChildren()")
    page.evaluate(
        "htmx.ajax('GET', '/who-may-do-what/?role=resident', {target: '#main', select: '#main', swap: 'outerHTML'})"
    )
    page.wait_for_selector("#main h1")
    refused = page.evaluate(
        """() => ["innerHTML", "outerHTML"].map((way) => {
            try { document.getElementById("main")[way] = "<b>x</b>"; return "written" } catch (error) { return error.name }
        })"""
    )
    assert refused == ["TypeError", "TypeError"]
    assert page.evaluate(
        "() => { try { trustedTypes.createPolicy('other', {}); return 'made' } catch (e) { return e.name } }"
    ) == ("TypeError")


def test_everything_is_there_without_script(visit):
    page = visit("/design/components/workbench/", width=1440, height=900, java_script_enabled=False)

    assert page.get_by_role("region", name="批量").is_visible()
    page.get_by_role("button", name="大字").click()
    assert page.locator("html[data-size=large]").count() == 1


def test_a_public_screen_is_worked_by_touch_counts_down_and_forgets(visit, settings):
    """R156b: large keys, nothing wider than the screen, axe finds nothing, gone after a rest."""
    town = casework.Town()
    _device, code = kiosk.register_device(town.home.pk, name="一楼大厅", by=town.staff("community_head", town.home))
    settings.KIOSK_REST_SECONDS = 10
    axe = (Path(conf.NODE_MODULES) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    page = visit("/kiosk/pair/", width=1366, height=768, has_touch=True)
    for digit in code:
        page.locator(f".keypad button[value='{digit}']").tap()
    page.locator("main .button--main").tap()
    page.wait_for_url("**/kiosk/")
    page.locator("a[href='/kiosk/case/']").tap()
    page.wait_for_url("**/kiosk/case/")
    page.evaluate(axe)

    found = page.evaluate("axe.run().then(found => found.violations.map(v => v.id + ' ' + v.nodes[0].html))")

    assert found == []
    for width, height in ((1366, 768), (1080, 1920)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.documentElement.scrollHeight") <= height, "the keys fit the screen"
        sizes = "[...document.querySelectorAll('.keypad button')].map(k => k.getBoundingClientRect().height)"
        assert min(page.evaluate(sizes)) >= 64
    page.locator(".keypad button[value='5']").tap()
    assert page.locator("#typed").input_value() == "5"
    page.wait_for_selector(".kiosk-bar__over:not([hidden])")
    page.wait_for_url("**/kiosk/?over=1")
    assert page.evaluate("sessionStorage.length") == 0
