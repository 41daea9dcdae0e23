from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core import calendar
from linli.ground.accounts.tests import factories as people
from linli.services.catalogue import queries, reading, services
from linli.services.catalogue.models import ItemVersion, VersionStatus
from linli.services.catalogue.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_tuesday():
    with calendar.at(make.moment("2026-11-24 10:00")):
        yield


@pytest.fixture
def city():
    return people.make_city()


def sign_in(client, city, username="wenzhu", role="department_staff", **more):
    if role == "department_staff":
        more.setdefault("department", "civil_affairs")
    account = people.make_holder(username, role, city.east, **more)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return people.acting(account)


def text(response):
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


def count_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# -- find ------------------------------------------------------------------------------------------------------------


def test_anybody_finds_a_service_and_reads_what_it_takes(client):
    make.published()

    page = client.get(reverse("catalogue:items"), {"q": "灯笼"})

    assert "找“灯笼”，有 1 件事" in text(page)
    assert "不用跑，手机上办完" in text(page)
    assert "10 个工作日内" in text(page)
    assert "不收费" in text(page)
    assert "1 样：押金条" in text(page)
    assert reverse("catalogue:guide", args=["lantern_loan"]) in text(page)


def test_htmx_gets_the_list_alone_under_the_same_address(client):
    make.published()

    fragment = client.get(reverse("catalogue:items"), {"q": "灯笼"}, headers={"HX-Request": "true"})

    assert fragment.content.decode().strip().startswith('<section class="stack stack--wide" id="found"')
    assert "<html" not in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]


def test_suggestions_are_links_with_and_without_script(client):
    make.published()
    address = reverse("catalogue:suggestions")

    whole = client.get(address, {"q": "jdl"})
    fragment = client.get(address, {"q": "jdl"}, headers={"HX-Request": "true"})

    for answer in (whole, fragment):
        assert f'<a href="{reverse("catalogue:guide", args=["lantern_loan"])}">' in answer.content.decode()


def test_whoever_looks_for_a_forbidden_proof_reads_what_takes_its_place(client):
    """R45: the answer names the list, the number, the replacement and the office."""
    page = client.get(reverse("catalogue:items"), {"q": "健在证明"})

    assert "“健在证明”不用社区开，也没有人能向您要。" in text(page)
    assert "改用：由发放单位比对数据或上门、视频看望；本人可以书面承诺。" in text(page)
    assert "第 10 项" in text(page)


def test_all_twenty_proofs_stand_on_one_page(client):
    page = client.get(reverse("catalogue:proofs"), follow=True)

    assert "这 20 种证明，社区不开，谁也不能向您要" in text(page)
    assert text(page).count("改用：") == 20


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "灯" * 10_000},
        {"q": "<script>alert(1)</script>"},
        {"q": "\x00"},
        {"life_event": "nonsense", "domain": "x", "start": "-4"},
        {"start": "99999"},
        {"start": "９"},
        {"domain": "9" * 50},
    ],
)
def test_odd_questions_get_a_page(client, asked):
    make.published()

    page = client.get(reverse("catalogue:items"), asked)

    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_the_list_costs_the_same_for_one_item_and_for_thirty(client):
    make.published()
    one = count_of(client, reverse("catalogue:items"))
    for number in range(29):
        make.published(code=f"lantern_{number}", number=f"{8000 + number}")

    assert count_of(client, reverse("catalogue:items")) == one


# -- guide -----------------------------------------------------------------------------------------------------------


def test_a_resident_reads_in_one_page_what_to_bring_where_how_long_how_much(client):
    """R25b."""
    make.published(
        materials=[
            *make.SMALLEST["materials"],
            {
                "code": "card",
                "name": {"zh": "身份证", "en": "Identity card"},
                "source": "held",
                "held": {"fact": "identity"},
            },
        ],
        fee={"fen": 550, "basis": "灯笼收费办法"},
    )

    page = text(client.get(reverse("catalogue:guide", args=["lantern_loan"])))

    told = ["要跑几趟", "10 个工作日内", "5.50 元", "谁能办", "要准备什么", "身份证：不用交", "交上去以后", "区县民政局决定",
            "办完拿到什么", "没批怎么办", "行政复议", "《灯笼管理办法（虚构）》第一条"]  # fmt: skip
    places = [page.index(word) for word in told]
    assert places == sorted(places), "the answers come first, the law last"
    assert "全市任何一个社区" in page
    assert reverse("casework:apply", args=["lantern_loan"]) in page


def test_the_guide_speaks_english_too(client):
    make.published()

    page = client.get(reverse("catalogue:guide", args=["lantern_loan"]), {"lang": "en"})

    assert page["Content-Language"] == "en"
    assert '<html lang="en"' in page.content.decode()
    assert "Loan of a lantern" in text(page)
    assert "Deposit slip" in text(page)


def test_guides_show_no_sentence_of_the_other_language(client):
    make.published()
    page = client.get(reverse("catalogue:guide", args=["lantern_loan"]), {"lang": "en"})
    main = re.search(r"<main.*?</main>", page.content.decode(), re.DOTALL)

    assert main is not None
    left = re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]+>|灯笼管理办法（虚构）|第一条", "", main[0]))
    assert left == []


@pytest.mark.parametrize("make_it", [make.draft, make.in_review])
def test_what_is_not_published_does_not_exist_for_residents(client, make_it):
    make_it()

    assert client.get(reverse("catalogue:guide", args=["lantern_loan"])).status_code == 404
    assert "借灯笼" not in text(client.get(reverse("catalogue:items")))
    assert "借灯笼" not in text(client.get(reverse("catalogue:suggestions"), {"q": "灯笼"}))


def test_what_begins_tomorrow_does_not_exist_today(client):
    make.published(from_day=dt.date(2026, 11, 25))

    assert client.get(reverse("catalogue:guide", args=["lantern_loan"])).status_code == 404


def test_an_item_that_has_ended_says_so(client):
    version = make.published(from_day=dt.date(2026, 1, 1))
    services.retire("lantern_loan", by=make.staff(), version=version.version, reason="灯笼没有了")

    page = client.get(reverse("catalogue:guide", args=["lantern_loan"]))

    assert page.status_code == 410
    assert "借灯笼，2026 年 11 月 24 日起不再办理" in text(page)
    assert "灯笼没有了" in text(page)


def test_what_is_handled_elsewhere_says_where_and_offers_no_application(client):
    make.published(
        elsewhere={"reason": {"zh": "在医院办。", "en": "At the hospital."}, "document": "某文件"},
    )

    page = text(client.get(reverse("catalogue:guide", args=["lantern_loan"])))

    assert "在医院办。" in page
    assert reverse("casework:apply", args=["lantern_loan"]) not in page


@pytest.fixture(scope="module")
def every_item():
    return [item for _name, item in reading.read_folder(reading.ITEMS).items]


def test_the_guide_of_every_item_opens_in_both_languages(client, every_item):
    """Acceptance 5: its guide opens in both languages."""
    services.load_items(by=make.SYSTEM)

    for item in every_item:
        chinese = client.get(reverse("catalogue:guide", args=[item.code]), {"lang": "zh-hans"})
        english = client.get(reverse("catalogue:guide", args=[item.code]), {"lang": "en"})
        assert (chinese.status_code, english.status_code) == (200, 200), item.code
        assert item.name.zh in text(chinese)
        assert item.name.en in text(english)


# -- the workbench ---------------------------------------------------------------------------------------------------

CLOSED = [
    ("catalogue:manage", []),
    ("catalogue:coverage", []),
    ("catalogue:new", []),
    ("catalogue:item", ["lantern_loan"]),
    ("catalogue:version", ["lantern_loan", 1]),
    ("catalogue:preview", ["lantern_loan", 1]),
    ("catalogue:edit", ["lantern_loan", 1]),
]


@pytest.mark.parametrize(("name", "args"), CLOSED)
def test_the_workbench_is_closed_to_who_is_not_signed_in(client, name, args):
    make.draft()

    assert client.get(reverse(name, args=args)).status_code == 302


@pytest.mark.parametrize(("name", "args"), [one for one in CLOSED if one[0] != "catalogue:coverage"])
def test_another_departments_items_do_not_exist(client, city, name, args):
    make.draft()
    sign_in(client, city, department="police")

    page = client.get(reverse(name, args=args))

    assert page.status_code == (404 if args else 200)
    assert "借灯笼" not in text(page)


def test_the_list_shows_state_and_what_is_due(client, city):
    """R25a: an item not reviewed for 12 months is listed at its department."""
    make.published(from_day=dt.date(2025, 1, 1))
    make.in_review(code="lunar_loan", number="9902")
    sign_in(client, city)

    whole = text(client.get(reverse("catalogue:manage")))
    due = text(client.get(reverse("catalogue:manage"), {"state": "due"}))

    assert "2 个事项" in whole
    assert "在用 第 1 版" in whole
    assert "第 1 版，待审核" in whole
    assert "lantern_loan" in due
    assert "lunar_loan" not in due


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "\x00"},
        {"department": "\x00"},
        {"state": "<b>"},
        {"after": "9" * 10_000},
        {"q": "灯" * 10_000},
        {"q": "%"},
    ],
)
def test_odd_filters_get_a_list(client, city, asked):
    make.published()
    sign_in(client, city)

    assert client.get(reverse("catalogue:manage"), asked).status_code == 200


def test_the_workbench_list_costs_the_same_for_one_item_and_for_thirty(client, city):
    make.published()
    sign_in(client, city)
    one = count_of(client, reverse("catalogue:manage"))
    for number in range(29):
        make.published(code=f"lantern_{number}", number=f"{8000 + number}")

    assert count_of(client, reverse("catalogue:manage")) == one


def fields_of(page):
    """What a browser would send back: every field of the editor as it stands."""
    forms = page.context["forms"]
    sent = {"version": str(page.context["version_typed"])}
    for formset in forms.rows.values():
        sent |= {field.html_name: str(field.value()) for field in formset.management_form}
        sent |= {f"{formset.prefix}-TOTAL_FORMS": str(len(formset.forms))}
    every = [forms.main, *(form for formset in forms.rows.values() for form in formset.forms)]
    for form in every:
        for field in form:
            value = field.value()
            if value is True:
                sent[field.html_name] = "on"
            elif value is not None and value is not False and value != "":
                sent[field.html_name] = str(value)
    return sent


def edit_url(code="lantern_loan", number=1):
    return reverse("catalogue:edit", args=[code, number])


def test_the_form_sent_back_as_it_stands_changes_nothing(client, city, every_item):
    """For every item that Linli brings along: what the form does not show stays."""
    actor = sign_in(client, city, role="administrator")
    for item in every_item:
        draft = services.create_item(item, by=actor)
        address = edit_url(item.code)

        answer = client.post(address, fields_of(client.get(address)))

        draft.refresh_from_db()
        assert answer.status_code == 302, (item.code, answer.context["problems"], answer.context["left"])
        assert queries.item(draft) == item, item.code


def test_a_condition_said_in_other_words_keeps_its_rule(client, city, every_item):
    actor = sign_in(client, city, role="administrator")
    item = next(one for one in every_item if one.code == "elder_care_subsidy")
    draft = services.create_item(item, by=actor)
    at, rule = next((at, one.rule) for at, one in enumerate(item.applicants.conditions) if one.rule)
    sent = fields_of(client.get(edit_url(item.code))) | {f"conditions-{at}-text_zh": "是低收入家庭的老人"}

    answer = client.post(edit_url(item.code), sent)

    draft.refresh_from_db()
    changed = queries.item(draft).applicants.conditions[at]
    assert answer.status_code == 302
    assert (changed.text.zh, changed.rule) == ("是低收入家庭的老人", rule)


def test_a_draft_is_changed_in_the_form(client, city):
    actor = sign_in(client, city)
    draft = make.draft(actor)
    sent = fields_of(client.get(edit_url()))
    sent |= {"item-name_zh": "借大灯笼", "item-fee_yuan": "2.50", "item-fee_basis": "某文件", "chain-0-days": "2"}

    answer = client.post(edit_url(), sent)

    draft.refresh_from_db()
    changed = queries.item(draft)
    assert answer.status_code == 302
    assert (changed.name.zh, changed.fee.fen, changed.chain[0].days) == ("借大灯笼", 250, 2)
    assert draft.name == "借大灯笼"


def test_a_row_is_added_and_another_taken_away_without_script(client, city):
    actor = sign_in(client, city)
    draft = make.draft(actor)
    sent = fields_of(client.get(edit_url()))

    more = client.post(edit_url(), sent | {"more": "materials", "item-name_zh": "还没存的名字"})
    sent = fields_of(more) | {
        "materials-0-DELETE": "on",
        "materials-1-code": "photo",
        "materials-1-name_zh": "照片",
        "materials-1-name_en": "Photograph",
    }
    answer = client.post(edit_url(), sent)

    draft.refresh_from_db()
    assert more.status_code == 200
    assert "还没存的名字" in text(more)
    assert answer.status_code == 302
    assert [material.code for material in queries.item(draft).materials] == ["photo"]


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(client, city):
    actor = sign_in(client, city)
    draft = make.draft(actor)
    sent = fields_of(client.get(edit_url()))
    sent |= {"item-name_zh": "灯" * 10_000, "materials-0-code": "Not A Code", "item-phone": "0812-7654321"}

    answer = client.post(edit_url(), sent)

    draft.refresh_from_db()
    assert answer.status_code == 422
    assert "编码只能用小写字母、数字和下划线，以字母开头。" in text(answer)
    assert 'href="#id_item-name_zh"' in text(answer)
    assert "0812-7654321" in text(answer)
    assert queries.item(draft) == make.item()


def test_a_fault_of_the_content_is_set_beside_its_field(client, city):
    actor = sign_in(client, city)
    make.draft(actor)
    sent = fields_of(client.get(edit_url())) | {"materials-0-hint_zh": "拍清楚", "materials-0-hint_en": ""}

    answer = client.post(edit_url(), sent)

    assert answer.status_code == 422
    assert 'href="#id_materials-0-hint_en"' in text(answer)


def test_a_broken_form_is_answered_and_changes_nothing(client, city):
    actor = sign_in(client, city)
    draft = make.draft(actor)

    for sent in ({}, {"materials-TOTAL_FORMS": "x"}, {"more": "materials", "materials-TOTAL_FORMS": "9" * 40}):
        answer = client.post(edit_url(), sent | {"version": "1", "nonsense": "1"})
        assert answer.status_code in (200, 422)

    draft.refresh_from_db()
    assert draft.version == 1


def test_of_two_editors_the_second_is_told_and_keeps_what_she_wrote(client, city):
    first = sign_in(client, city)
    draft = make.draft(first)
    sent = fields_of(client.get(edit_url())) | {"item-phone": "12346"}
    services.save_draft(draft.pk, make.item(phone="12347"), by=make.staff(), version=draft.version)

    clash = client.post(edit_url(), sent)
    draft.refresh_from_db()
    phone_after_clash = queries.item(draft).phone
    decided = client.post(edit_url(), fields_of(clash))

    draft.refresh_from_db()
    assert clash.status_code == 409
    assert "别的同事刚刚存了这一版，您写的还没有存" in text(clash)
    assert "咨询电话改了。" in text(clash)
    assert 'value="12346"' in text(clash)
    assert phone_after_clash == "12347"
    assert decided.status_code == 302
    assert queries.item(draft).phone == "12346"


def test_the_whole_text_is_saved(client, city):
    actor = sign_in(client, city)
    draft = make.draft(actor)
    page = client.get(edit_url(), {"as": "text"})
    written = page.context["form"]["text"].value().replace("借灯笼, en", "借大灯笼, en")

    answer = client.post(f"{edit_url()}?as=text", {"text": written, "version": "1"})

    draft.refresh_from_db()
    assert answer.status_code == 302
    assert draft.name == "借大灯笼"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("code: a\n\tname: b\n", "第 2 行：这一行用了 Tab 键，YAML 只认空格。请把它换成空格。"),
        ("a: &a [x]\nb: *a\n", "第 1 行：这里用了引用（& 或 *），事项里不能用。请把内容直接写出来。"),
        ("code: lantern_loan\n", "第 1 行，name：少了“name”，请补上。"),
    ],
)
def test_a_broken_text_is_answered_with_line_and_sentence_and_stays(client, city, written, sentence):
    actor = sign_in(client, city)
    draft = make.draft(actor)

    answer = client.post(f"{edit_url()}?as=text", {"text": written, "version": "1"})

    draft.refresh_from_db()
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert html.escape(written.strip().split("\n")[0]) in answer.content.decode()
    assert draft.version == 1


def test_a_new_item_is_begun_from_the_example_that_the_page_shows(client, city):
    sign_in(client, city)
    example = client.get(reverse("catalogue:new")).context["form"]["text"].value()

    answer = client.post(reverse("catalogue:new"), {"text": example})

    begun = ItemVersion.objects.get()
    assert answer.status_code == 302
    assert (begun.item.code, begun.status, begun.number) == ("my_new_item", "draft", 1)


def test_a_code_that_is_taken_is_refused_with_the_text_kept(client, city):
    sign_in(client, city)
    make.published(code="my_new_item", number="9001")
    example = client.get(reverse("catalogue:new")).context["form"]["text"].value()

    answer = client.post(reverse("catalogue:new"), {"text": example})

    assert answer.status_code == 422
    assert "编码“my_new_item”已经有事项在用" in text(answer)
    assert "first_material" in text(answer)


def test_from_draft_to_the_portal_through_the_pages(client, city):
    """Draft, review, publish by a second colleague from a day on; then the resident finds it."""
    make.published(from_day=dt.date(2026, 1, 1))
    sign_in(client, city)
    client.post(reverse("catalogue:begin_next", args=["lantern_loan"]))
    sent = fields_of(client.get(edit_url(number=2))) | {"item-promised_days": "9", "chain-0-days": "2"}
    client.post(edit_url(number=2), sent)
    draft = ItemVersion.objects.get(number=2)
    at = ["lantern_loan", 2]
    client.post(reverse("catalogue:send_to_review", args=at), {"version": draft.version})
    own = client.get(reverse("catalogue:version", args=at))
    draft.refresh_from_db()

    sign_in(client, city, username="sumu")
    page = client.get(reverse("catalogue:version", args=at))
    published = client.post(
        reverse("catalogue:publish", args=at), {"version": draft.version, "from_day": "2026-11-24"}, follow=True
    )

    assert "您也改过这个版本，要请另一位同事审核发布。" in text(own)
    assert "承诺办好的时间从 10 个工作日 改成 9 个工作日。" in text(page)
    assert "第 2 版发布了，2026-11-24 起用。" in text(published)
    assert "9 个工作日内" in text(client.get(reverse("catalogue:guide", args=["lantern_loan"])))


def test_an_editor_who_publishes_her_own_is_refused_with_a_sentence(client, city):
    actor = sign_in(client, city)
    version = make.in_review(actor)

    answer = client.post(
        reverse("catalogue:publish", args=["lantern_loan", 1]),
        {"version": version.version, "from_day": "2026-11-24"},
    )

    version.refresh_from_db()
    assert answer.status_code == 422
    assert "这个版本您也改过，要请另一位同事审核发布。" in text(answer)
    assert version.status == VersionStatus.REVIEW


def test_an_incomplete_draft_names_what_is_missing_when_sent(client, city):
    actor = sign_in(client, city)
    draft = make.draft(actor, fee={"fen": 100})

    answer = client.post(
        reverse("catalogue:send_to_review", args=["lantern_loan", 1]), {"version": draft.version}
    )  # fmt: skip

    assert answer.status_code == 422
    assert "fee.basis：要收费就得有依据：写上收费文件的名字和条款，没有就不能收。" in text(answer)


def test_a_returned_version_shows_why(client, city):
    version = make.in_review()
    sign_in(client, city)

    answer = client.post(
        reverse("catalogue:return_to_draft", args=["lantern_loan", 1]),
        {"version": version.version, "reason": "押金写错了"},
        follow=True,
    )

    assert "审核的人退回了，请改好再送" in text(answer)
    assert "押金写错了" in text(answer)


def test_a_draft_is_discarded_on_its_page(client, city):
    draft = make.draft()
    sign_in(client, city)
    page = client.get(reverse("catalogue:version", args=["lantern_loan", 1]))
    assert "扔掉就找不回来了" in text(page)

    answer = client.post(
        reverse("catalogue:discard_draft", args=["lantern_loan", 1]), {"version": draft.version}, follow=True
    )

    assert answer.redirect_chain[-1][0] == reverse("catalogue:manage")
    assert "草稿扔掉了。" in text(answer)


def test_a_published_version_has_no_editor(client, city):
    make.published()
    sign_in(client, city)

    assert client.get(edit_url()).status_code == 409
    assert client.post(edit_url(), {"version": "1"}).status_code == 409


def test_an_item_is_retired_and_looked_through_on_its_page(client, city):
    version = make.published(from_day=dt.date(2025, 1, 1))
    sign_in(client, city)

    looked_through = client.post(
        reverse("catalogue:mark_reviewed", args=["lantern_loan"]), {"version": version.version}, follow=True
    )
    version.refresh_from_db()
    refused = client.post(
        reverse("catalogue:retire", args=["lantern_loan"]),
        {"version": version.version, "from_day": "2026-11-01", "reason": "没有了"},
    )
    retired = client.post(
        reverse("catalogue:retire", args=["lantern_loan"]),
        {"version": version.version, "from_day": "2026-11-30", "reason": "没有了"},
        follow=True,
    )

    assert "今天梳理过" in text(looked_through)
    assert refused.status_code == 422
    assert "启用日期不能早于 2026-11-24" in text(refused)
    assert "2026-11-30 起停用" in text(retired)


def test_a_stale_press_is_told(client, city):
    make.published()
    sign_in(client, city)

    answer = client.post(reverse("catalogue:mark_reviewed", args=["lantern_loan"]), {"version": "77"})

    assert answer.status_code == 409


def test_the_preview_is_the_guide(client, city):
    actor = sign_in(client, city)
    make.draft(actor)

    page = text(client.get(reverse("catalogue:preview", args=["lantern_loan", 1])))

    assert "这是预览" in page
    assert "要准备什么" in page


def test_coverage_adds_up_on_its_page(client, city):
    """R26, R27b."""
    services.load_items(by=make.SYSTEM)
    sign_in(client, city)

    page = client.get(reverse("catalogue:coverage"))

    told = page.context["coverage"]
    assert sum(count for _code, _label, count in page.context["fields"]) == told.total
    assert "空着的人生阶段" in text(page)


def test_window_staff_read_but_do_not_write(client, city):
    make.published()
    sign_in(client, city, role="window_clerk")

    page = client.get(reverse("catalogue:item", args=["lantern_loan"]))

    assert page.status_code == 200
    assert "做下一个版本" not in text(page)
    assert client.get(reverse("catalogue:new")).status_code == 403
    assert client.post(reverse("catalogue:begin_next", args=["lantern_loan"])).status_code == 403
    assert client.post(reverse("catalogue:retire", args=["lantern_loan"])).status_code == 403


def test_a_version_can_be_read_beside_any_earlier_one(client, city):
    """R25a."""
    make.published(from_day=dt.date(2026, 1, 1))
    make.published(from_day=dt.date(2026, 2, 1), promised_limit__days=12)
    make.published(from_day=dt.date(2026, 3, 1), promised_limit__days=11)
    sign_in(client, city)
    page = reverse("catalogue:version", args=["lantern_loan", 3])

    usual, first = text(client.get(page)), text(client.get(page + "?with=1"))

    assert "和第 2 版比" in usual
    assert "快 1 天" in usual
    assert "和第 1 版比" in first
    assert "慢 1 天" in first
    assert "和第 2 版比" in text(client.get(page + "?with=nonsense"))


def test_what_is_due_to_be_looked_through_stands_on_its_departments_bench(client, city):
    """R25a: not reviewed for twelve months; another line's is another line's."""
    make.published(from_day=dt.date(2020, 1, 1))
    make.published(code="lamp_loan", number="9902")
    make.published(code="bus_pass", number="9903", from_day=dt.date(2020, 1, 1), department="housing", level="community",
                   chain=[{"level": "community", "step": "decide", "days": 3}])  # fmt: skip
    sign_in(client, city)

    page = client.get(reverse("web:bench_management"))

    assert "该梳理了1 / 2 项" in re.sub(r"<[^>]+>", "", text(page))
    assert "lantern_loan" in text(client.get(reverse("catalogue:manage") + "?state=due"))
