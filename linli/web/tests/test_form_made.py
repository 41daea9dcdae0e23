"""A form of twenty fields is made in the browser, tried, published, and a resident applies with it (R152)."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.conf import settings as conf
from django.test import Client

from linli.core.calendar import today
from linli.ground.accounts.models import Account
from linli.services.casework import queries as casework
from linli.services.casework.models import Case
from linli.services.casework.tests import factories
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue import services
from linli.services.catalogue.models import ItemVersion
from linli.services.catalogue.tests import factories as items

playwright_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
PICTURES = os.environ.get("LINLI_PICTURES", "")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium"),
]

FACTS = ("name", "id_number", "birth_date", "phone", "address", "registered_place")
PLAIN = (
    ("text", "做什么工作", "Occupation"),
    ("text", "在哪个单位", "Employer"),
    ("long_text", "为什么要借", "Reason"),
    ("number", "借几个", "How many"),
    ("number", "家里几口人", "Household size"),
    ("money", "交多少押金", "Deposit"),
    ("date", "哪天要用", "Needed on"),
    ("date", "哪天归还", "Returned on"),
    ("decimal", "灯笼多大", "Size in metres"),
)


@pytest.fixture
def open_as(chromium, live_server):
    """A browser in which somebody has signed in; what it complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def sign_in(actor, *, width, height, script=True):
        client = Client()
        client.force_login(Account.objects.get(pk=actor.account_id))
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", java_script_enabled=script
        )
        contexts.append(context)
        context.add_cookies([
            {"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in client.cookies.items()
        ])  # fmt: skip
        page = context.new_page()
        expected = "the server responded with a status of 422"
        page.on("console", lambda told: None if expected in told.text else complaints.append(told.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(60_000)
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == []


def picture(page, name):
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def check_axe(page):
    axe = (Path(conf.NODE_MODULES) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(axe)
    found = page.evaluate("axe.run().then(found => found.violations.map(v => v.id + ' ' + v.nodes[0].html))")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert (found, width) == ([], 0), page.url


def press(page, name, role="button"):
    page.get_by_role(role, name=name, exact=isinstance(name, str)).first.click()
    page.wait_for_load_state("networkidle")


def begin(page, kind):
    page.get_by_label("加一项，什么样的").select_option(kind)
    press(page, "加这一项")


def ask(page, title, title_en):
    page.get_by_label("问题", exact=True).fill(title)
    page.get_by_label("问题（英文）").fill(title_en)


def save(page):
    press(page, "存这一项")
    assert page.get_by_role("heading", level=1, name=re.compile("这张表有")).is_visible(), page.inner_text("main")


@pytest.fixture
def draft():
    town = factories.Town()
    editor = town.staff("department_staff", town.county, "civil_affairs", name="文竹")
    told = items.item(
        code="lantern_for_all", materials=[], form={"type": "object", "required": [], "x-order": [], "properties": {}}
    )
    return town, editor, services.create_item(told, by=editor)


def test_a_form_of_twenty_fields_is_made_tried_published_and_applied_with(draft, open_as, live_server):
    """R152, R14: conditions and registry facts; the resident at the width of a phone."""
    town, editor, version = draft
    desk = open_as(editor, width=1280, height=900)
    desk.goto(f"{live_server.url}/desk/items/lantern_for_all/1/")
    press(desk, "改要填的表", role="link")
    picture(desk, "form-empty")
    check_axe(desk)

    for fact in FACTS:
        desk.get_by_label("或者从登记里取").select_option(fact)
        press(desk, "加登记里的")
        save(desk)
    for kind, title, title_en in PLAIN:
        begin(desk, kind)
        ask(desk, title, title_en)
        if title == "借几个":
            desk.get_by_label("最大").fill("9")
        save(desk)
    begin(desk, "yes_no")
    ask(desk, "要我们送去吗", "Delivered")
    save(desk)
    begin(desk, "choice")
    ask(desk, "送到哪里", "Delivered to")
    for place, (zh, en) in enumerate((("家里", "Home"), ("社区", "Community"), ("别处", "Elsewhere"))):
        if place == 2:
            press(desk, "再加一个答案")
        row = desk.get_by_role("group", name=f"答案 {place + 1}")
        row.get_by_label("答案", exact=True).fill(zh)
        row.get_by_label("英文", exact=True).fill(en)
    desk.locator("#id_field-when").select_option("delivered")
    desk.get_by_role("group", name="“要我们送去吗”选了哪些").get_by_label("是", exact=True).check()
    picture(desk, "field-choice")
    check_axe(desk)
    save(desk)
    begin(desk, "text")
    ask(desk, "别处是哪里", "Where else")
    desk.locator("#id_field-when").select_option("delivered_to")
    assert not desk.get_by_role("group", name="“要我们送去吗”选了哪些").is_visible()
    desk.get_by_role("group", name="“送到哪里”选了哪些").get_by_label("别处").check()
    save(desk)
    begin(desk, "choices")
    ask(desk, "还要什么", "Extras")
    for place, (zh, en) in enumerate((("灯泡", "Bulb"), ("挂绳", "Cord"))):
        row = desk.get_by_role("group", name=f"答案 {place + 1}")
        row.get_by_label("答案", exact=True).fill(zh)
        row.get_by_label("英文", exact=True).fill(en)
    desk.get_by_label("一定要填").uncheck()
    save(desk)
    begin(desk, "consent")
    ask(desk, "我会按时归还", "I shall return it in time")
    save(desk)

    assert desk.get_by_role("heading", level=1).inner_text() == "这张表有 20 项"
    row = desk.locator("#row-where_else")
    assert "“送到哪里”选了“别处”才问" in row.inner_text()
    row.get_by_role("button", name=re.compile("上移")).click()
    desk.wait_for_load_state("networkidle")
    assert "不能这样移" in desk.inner_text("main")
    check_axe(desk)
    picture(desk, "form-twenty")

    # tried, at both widths, with nothing stored
    press(desk, "看预览，试一试", role="link")
    check_axe(desk)
    picture(desk, "preview-phone")
    press(desk, "试着往下")
    assert "请填写“做什么工作”。" in desk.inner_text("main")
    picture(desk, "preview-tried")
    press(desk, "电脑上", role="link")
    assert "柳桂枝" in desk.inner_text(".sheet")
    press(desk, "整页打开", role="link")
    check_axe(desk)
    version.refresh_from_db()
    made = version.version
    assert len(catalogue.item(version).form["properties"]) == 20
    picture(desk, "preview-whole")

    # published by a colleague
    services.send_to_review(version.pk, by=editor, version=made)
    version.refresh_from_db()
    reviewer = town.staff("department_staff", town.west, "civil_affairs", name="苏木")
    services.publish(version.pk, by=reviewer, version=version.version, from_day=today())

    # a resident, on a phone
    who = factories.person(town, address="竹湖园 12 幢 3 单元 501")
    phone = open_as(factories.resident(who), width=390, height=844)
    phone.goto(f"{live_server.url}/apply/lantern_for_all/")
    press(phone, re.compile("下一步：填表"))
    picture(phone, "resident-form")
    check_axe(phone)
    assert phone.locator("[name=name]").input_value() == who.name
    assert "来自" in phone.inner_text("main")
    phone.locator("[name=where_else]").wait_for(state="hidden")
    for name, text in {
        "occupation": "教师", "employer": "竹湖园小学", "reason": "过节挂在门口。", "how_many": "12", "household_size": "4",
        "deposit": "50.5", "needed_on": "2027-02-01", "returned_on": "2027-02-20", "size_in_metres": "0.5",
    }.items():  # fmt: skip
        phone.locator(f"[name={name}]").fill(text)
    phone.get_by_label("户籍地").fill("四川省攀枝花市东区")
    delivered = phone.get_by_role("radiogroup", name="要我们送去吗")
    delivered.get_by_label("是", exact=True).check()
    phone.get_by_role("radiogroup", name="送到哪里").get_by_label("别处").check()
    phone.get_by_label("别处是哪里").fill("西海岸")
    phone.get_by_role("radiogroup", name="送到哪里").get_by_label("社区").check()
    assert phone.locator("[name=where_else]").is_hidden()
    phone.get_by_label("我会按时归还").check()
    press(phone, re.compile("下一步：看一遍"))
    assert "最大是 9，您填了 12。" in phone.inner_text("main")
    picture(phone, "resident-refused")
    check_axe(phone)
    phone.locator("[name=how_many]").fill("2")
    press(phone, re.compile("下一步：看一遍"))
    picture(phone, "resident-check")
    press(phone, re.compile("交上去"))

    case = Case.everywhere.get(item_code="lantern_for_all")
    answers = casework.form_data(case)
    assert case.item_version_id == ItemVersion.objects.get(item__code="lantern_for_all").pk
    assert (answers["how_many"], answers["deposit"], answers["delivered"], answers["delivered_to"]) == (
        2, 5050, True, "community",
    )  # fmt: skip
    assert answers["name"] == who.name
    assert "where_else" not in answers


def test_a_field_is_made_and_moved_without_script_on_a_phone(draft, open_as, live_server):
    """R152."""
    _town, editor, version = draft
    page = open_as(editor, width=390, height=844, script=False)
    page.goto(f"{live_server.url}/desk/items/lantern_for_all/1/form/")
    for title, title_en in (("甲", "First"), ("乙", "Second")):
        begin(page, "text")
        ask(page, title, title_en)
        save(page)

    page.locator("#row-second").get_by_role("button", name=re.compile("上移")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#row-second")
    picture(page, "form-phone")
    for choice in page.locator(".maker__add select").all():
        box = choice.bounding_box()
        assert box["x"] + box["width"] <= 390 - 24

    version.refresh_from_db()
    assert catalogue.item(version).form["x-order"] == ["second", "first"]
