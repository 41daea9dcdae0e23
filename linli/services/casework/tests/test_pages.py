"""Every page as the right role sees it, with real rows and with none; what comes back broken stays unharmed."""

from __future__ import annotations

import copy
import datetime as dt
import re
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.core.tasks.testing import run_all
from linli.ground.registry import sealed
from linli.services.casework import queries, services
from linli.services.casework.models import (
    Case,
    Draft,
    FollowUp,
    Objection,
    Opinion,
    Rating,
    Status,
    WorkItem,
)  # fmt: skip
from linli.services.casework.pages.handle import masked_answers
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road
from linli.services.certificates import queries as certificates
from tests.world import connected_to, copy_database, drop_database, fresh_name, tables

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


class Markup(HTMLParser):
    """What a page must have to be worked by keyboard and read aloud: one h1, labels, ids that exist once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.h1 = 0
        self.in_label = False
        self.ids: list[str] = []
        self.fors: set[str] = set()
        self.inputs: list[dict[str, str | None]] = []
        self.described: set[str] = set()
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.h1 += tag == "h1"
        if found.get("id"):
            self.ids.append(str(found["id"]))
        self.in_label = self.in_label or tag == "label"
        if tag == "label" and found.get("for"):
            self.fors.add(str(found["for"]))
        if tag in ("input", "select", "textarea") and found.get("type") not in ("hidden", "submit", "button"):
            self.inputs.append(found | ({"aria-label": "inside its label"} if self.in_label else {}))
        for name in ("aria-describedby", "aria-labelledby"):
            self.described |= set((found.get(name) or "").split())
        if found.get("style") or any(name.startswith("on") for name in found):
            self.inline.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.in_label = self.in_label and tag != "label"

    def faults(self) -> list[str]:
        ids = set(self.ids)
        wrong = [f"{self.h1} h1"] if self.h1 != 1 else []
        wrong += [f"id {one} twice" for one in ids if self.ids.count(one) > 1]
        wrong += [f"{one} is described by nothing" for one in self.described - ids]
        wrong += [f"inline on {tag}" for tag in self.inline]
        for field in self.inputs:
            if not (field.get("aria-label") or field.get("aria-labelledby") or field.get("id") in self.fors):
                wrong.append(f"no label for {field.get('name')}")
        return wrong


def opened(client, address: str, status: int = 200, language: str = "zh-hans"):
    client.cookies["linli_language"] = language
    page = client.get(address)
    assert page.status_code == status, f"{address}: {page.status_code}"
    if status == 200 and page["Content-Type"].startswith("text/html"):
        text = page.content.decode()
        assert Markup(text).faults() == [], address
        assert "%(" not in text, address
        if language == "en":
            main = re.search(r"<main.*?</main>", text, re.S)
            assert main, address
    return page


def signed_in(client, actor):
    client.force_login(factories.Account.objects.get(pk=actor.account_id))
    return client


def typed(by, code: str, who) -> dict[str, str]:
    """Return what somebody would type into the item's form."""
    draft = Draft.objects.get(pk=factories.drafted(by, code, who).pk)
    answers = queries.form_data(draft)
    draft.delete()
    return answers


CODES = ("old_age_allowance", "room_booking", "hard_to_employ", "elder_care_subsidy", "mental_rehabilitation")


class World:
    """A case in every state that a page shows, and everybody who looks at it."""


def _furnished(town):
    factories.catalogue(*CODES)
    town.seals()
    return town


@pytest.fixture
def town(town):
    return _furnished(town)


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The world in a database beside the tests' own, made once: its name, and what lies in it."""
    name = fresh_name()
    with django_db_blocker.unblock():
        with tables() as made:
            cache.clear()
            found = _world(_furnished(factories.Town()))
            copy_database(made, name)
        yield name, found
        drop_database(name)


@pytest.fixture
def there(built, django_db_blocker):
    with django_db_blocker.unblock(), connected_to(built[0]):
        yield


@pytest.fixture
def world(built, there, db):
    """A world of the test's own: what it changes is rolled back."""
    cache.clear()
    return copy.deepcopy(built[1])


def _world(town):
    w = World()
    w.town = town
    w.new = Road(town)
    w.asked = Road(town)
    w.asked.ask("account_card")
    w.running = Road(town)
    w.running.accept()
    w.opinion = services.ask_opinion(w.running.number, by=w.running.worker, department="health", question="健在吗？")
    w.done = Road(town)
    w.done.to_the_end()
    w.done.decide()
    run_all()
    w.rated = Road(town)
    services.not_accept(w.rated.number, by=w.rated.worker, said="这件事不归这里办。")
    services.rate(w.rated.number, by=w.rated.resident, score=1, comment="没人接电话。")
    w.follow_up = FollowUp.everywhere.get()
    w.posted = Road(town, "hard_to_employ", factories.person(town, born=dt.date(1970, 5, 6)))
    w.posted.to_the_end()
    services.post_notice(w.posted.number, by=w.posted.line)
    w.objection = services.object_to_notice(w.posted.number, text="他有工作。", contact="", by=factories.SETUP)
    w.work_item = WorkItem.everywhere.create(
        county_code="510402", community=town.home, case=w.new.case, kind="x", what="没人在岗", opened_at=factories.now(),
        once_key="x",
    )  # fmt: skip
    w.head = town.staff("community_head", town.home, name="山楂")
    w.worker = w.new.worker
    return w


STAFF_LISTS = {
    "casework:tasks": ("community_worker", "home", ""),
    "casework:all": ("community_worker", "home", ""),
    "casework:search": ("community_worker", "home", ""),
    "casework:window": ("window_clerk", "home", ""),
    "casework:slips": ("window_clerk", "home", ""),
    "casework:drafts": ("window_clerk", "home", ""),
    "casework:figures": ("district_staff", "county", ""),
    "casework:lifecycle": ("auditor", "county", ""),
    "casework:opinions": ("department_staff", "county", "health"),
    "casework:follow_ups": ("community_head", "home", ""),
    "casework:work_items": ("community_head", "home", ""),
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_list_of_the_bench_opens_empty(town, client, language):
    for name, (role, place, department) in STAFF_LISTS.items():
        signed_in(client, town.staff(role, getattr(town, place), department, name="山楂"))
        opened(client, reverse(name), language=language)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_the_bench_opens_with_rows(world, client, language):
    town = world.town
    for name, (role, place, department) in STAFF_LISTS.items():
        signed_in(client, town.staff(role, getattr(town, place), department, name="山楂"))
        opened(client, reverse(name), language=language)
    signed_in(client, world.worker)
    for road in (world.new, world.asked, world.running, world.done, world.rated, world.posted):
        opened(client, reverse("casework:handle", args=[road.number]), language=language)
    for do in ("accept", "not_accept", "request_supplement", "transfer"):
        opened(client, reverse("casework:handle", args=[world.new.number]) + f"?do={do}", language=language)
    for do in ("forward", "ask_extension", "ask_opinion"):
        opened(client, reverse("casework:handle", args=[world.running.number]) + f"?do={do}", language=language)
    for cut in ("over", "soon", "new", "nonsense"):
        opened(client, reverse("casework:tasks") + f"?cut={cut}&item=old_age_allowance", language=language)
    opened(client, reverse("casework:search") + "?q=柳桂枝", language=language)
    opened(client, reverse("casework:all") + "?status=delivered", language=language)
    signed_in(client, world.head)
    opened(client, reverse("casework:follow_up", args=[world.follow_up.pk]), language=language)
    opened(client, reverse("casework:close_work_item", args=[world.work_item.pk]), language=language)
    signed_in(client, town.staff("department_staff", town.county, "health"))
    opened(client, reverse("casework:opinion", args=[world.opinion.pk]), language=language)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_the_portal_opens_for_whom_it_concerns(world, client, language):
    stranger = factories.resident(factories.person(world.town, name="陌生人"))
    signed_in(client, stranger)
    opened(client, reverse("casework:my_cases"), language=language)
    opened(client, reverse("casework:drafts"), language=language)
    opened(client, reverse("casework:apply", args=["room_booking"]), language=language)
    for road in (world.new, world.asked, world.running, world.done, world.rated, world.posted):
        signed_in(client, road.resident)
        opened(client, reverse("casework:my_cases"), language=language)
        opened(client, reverse("casework:my_case", args=[road.number]), language=language)
        opened(client, reverse("casework:my_withdraw", args=[road.number]), language=language)
    signed_in(client, world.asked.resident)
    opened(client, reverse("casework:my_supplement", args=[world.asked.number]), language=language)
    client.logout()
    board = opened(client, reverse("casework:notices"), language=language).content.decode()
    assert "柳*枝" in board
    assert "柳桂枝" not in board
    opened(client, reverse("casework:object_to_notice", args=[world.posted.number]), language=language)


def test_the_draft_pages_open_and_keep_what_was_typed_right_or_wrong(town, client):
    mother = factories.person(town)
    her = factories.resident(mother)
    signed_in(client, her)
    answer = client.post(reverse("casework:apply", args=["old_age_allowance"]), {"whom": "me"})
    draft = Draft.objects.get()
    assert answer["Location"] == reverse("casework:draft_form", args=[draft.pk])
    opened(client, answer["Location"])

    wrong = client.post(answer["Location"], {"account_holder": "柳桂枝", "account_number": "12"})
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.content.decode()
    client.post(reverse("casework:draft_autosave", args=[draft.pk]), {"account_number": "6217", "remarks": "写到一半"})
    assert queries.form_data(Draft.objects.get()) == {"account_number": "6217", "remarks": "写到一半"}
    assert "写到一半" in opened(client, answer["Location"]).content.decode()
    for name in ("casework:draft_materials", "casework:draft_check"):
        opened(client, reverse(name, args=[draft.pk]))
    refused = client.post(reverse("casework:draft_check", args=[draft.pk]), {"idempotency_key": str(uuid4())})
    assert refused.status_code == 422
    assert not Case.everywhere.exists()


def test_a_resident_applies_page_by_page_from_her_phone(town, client):
    """R37b, R44: for whom, the form, the materials, one more look; a replay shows the first case."""
    mother = factories.person(town)
    her = factories.resident(mother)
    signed_in(client, her)
    client.post(reverse("casework:apply", args=["old_age_allowance"]), {"whom": "me"})
    draft = Draft.objects.get()
    answers = typed(her, "old_age_allowance", mother)

    step = client.post(reverse("casework:draft_form", args=[draft.pk]), answers)
    assert step["Location"] == reverse("casework:draft_materials", args=[draft.pk])
    for code in ("account_card", "recent_photo"):
        add = reverse("casework:draft_add_material", args=[draft.pk, code])
        assert client.post(add, {"file": factories.photo()}).status_code == 302
    given = draft.materials.get(code="account_card")
    assert client.get(reverse("casework:draft_file", args=[draft.pk, given.pk])).status_code == 200
    check = reverse("casework:draft_check", args=[draft.pk])
    key = re.search(r'name="idempotency_key" value="([^"]+)"', opened(client, check).content.decode())[1]
    sent = client.post(check, {"idempotency_key": key})
    again = client.post(check, {"idempotency_key": key})

    case = Case.everywhere.get()
    assert sent["Location"] == again["Location"] == reverse("casework:my_case", args=[case.number]) + "?received=1"
    assert case.shown_number in opened(client, sent["Location"]).content.decode()
    for name in ("draft_check", "draft_form", "draft_materials"):  # whoever lost the answer on the way finds the case
        assert client.get(reverse(f"casework:{name}", args=[draft.pk]))["Location"] == sent["Location"]
    signed_in(client, factories.resident(factories.person(town, name="陌生人")))
    assert client.get(check).status_code == 404


def test_a_file_is_answered_at_once_what_is_wrong_with_it(town, client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    her = factories.resident(factories.person(town))
    draft = services.start_draft(her, "old_age_allowance")
    signed_in(client, her)
    add = reverse("casework:draft_add_material", args=[draft.pk, "account_card"])

    for files in (
        {},
        {"file": SimpleUploadedFile("a.jpg", b"MZ" + b"\x00" * 99)},
        {"file": SimpleUploadedFile("a.jpg", b"")},
    ):
        assert client.post(add, files).status_code == 422
    for source in ("fact", "certificate", "\x00", "later"):
        assert client.post(add, {"source": source}).status_code == 422
    assert client.post(reverse("casework:draft_add_material", args=[draft.pk, "no_such"]), {}).status_code == 404
    assert set(draft.materials.values_list("source", flat=True)) == {"fact"}


def test_a_form_that_meets_an_ended_session_is_not_lost(town, client):
    """Bad input: what was typed travels through signing in; the draft keeps what was saved before."""
    her = factories.resident(factories.person(town))
    draft = services.start_draft(her, "old_age_allowance")
    services.save_draft(draft.pk, by=her, form_data={"bank": "城里的银行"})

    page = client.post(reverse("casework:draft_form", args=[draft.pk]), {"account_number": "621799"})

    assert page.status_code in (200, 401, 403)
    assert 'name="carried"' in page.content.decode()
    assert queries.form_data(Draft.objects.get()) == {"bank": "城里的银行"}


def test_somebody_elses_pages_do_not_exist(world, client):
    """Deny by default: 404 at each door, for a resident and for staff of another place."""
    case = world.running.now()
    material = case.materials_given().filter(file__isnull=False).first()
    draft = services.start_draft(world.new.resident, "room_booking")
    number = case.number
    doors = {
        "resident": [
            reverse("casework:my_case", args=[number]), reverse("casework:my_supplement", args=[number]),
            reverse("casework:my_withdraw", args=[number]), reverse("casework:file", args=[number, material.pk]),
            reverse("casework:paper", args=[number, "receipt"]), reverse("casework:draft_form", args=[draft.pk]),
            reverse("casework:draft_materials", args=[draft.pk]), reverse("casework:draft_check", args=[draft.pk]),
        ],
        "staff": [
            reverse("casework:handle", args=[number]), reverse("casework:file", args=[number, material.pk]),
            reverse("casework:paper", args=[number, "receipt"]), reverse("casework:visit_receipt", args=[uuid4()]),
            reverse("casework:follow_up", args=[world.follow_up.pk]),
            reverse("casework:close_work_item", args=[world.work_item.pk]),
            reverse("casework:window_person", args=[world.running.person.pk]),
            reverse("casework:draft_form", args=[draft.pk]),
        ],
    }  # fmt: skip
    signed_in(client, factories.resident(factories.person(world.town, name="陌生人")))
    for door in doors["resident"]:
        opened(client, door, 404)
    assert client.post(reverse("casework:my_take_over", args=[number])).status_code == 404
    assert client.post(reverse("casework:my_rate", args=[number]), {"score": 5}).status_code == 404
    for place in (world.town.other, world.town.west_home):
        signed_in(client, world.town.staff("community_head", place, name="外人"))
        for door in doors["staff"]:
            opened(client, door, 404)
        assert client.post(reverse("casework:act", args=[number, "forward"]), {"version": 2}).status_code == 404
        assert client.get(reverse("casework:search") + f"?q={number}").content.decode().count(case.shown_number) == 0
    signed_in(client, world.town.staff("department_staff", world.town.west, "health"))
    opened(client, reverse("casework:opinion", args=[world.opinion.pk]), 404)


def test_a_residents_role_does_not_open_the_bench_nor_a_clerks_the_portal(world, client):
    signed_in(client, world.new.resident)
    for name in STAFF_LISTS:
        if name not in ("casework:lifecycle", "casework:drafts"):
            opened(client, reverse(name), 403)
    signed_in(client, world.worker)
    opened(client, reverse("casework:my_cases"), 403)
    opened(client, reverse("casework:figures"), 403)


# --- handling ---


def test_a_clerk_works_a_case_from_the_window_to_the_next_step(town, client):
    """R32a, R33, R37: a card is read, three things are taken in on one receipt, then the case is handled."""
    mother = factories.person(town, community=town.home)
    clerk = town.staff("window_clerk", town.other)
    signed_in(client, clerk)
    number = sealed.opened(mother, "id_number")
    assert client.post(reverse("casework:window"), {"id_number": "123"}).status_code == 422
    unknown = client.post(
        reverse("casework:window"), {"id_number": factories.identity_number("510402", dt.date(1931, 2, 3), 778)}
    )
    assert "还没有登记" in unknown.content.decode()
    found = client.post(reverse("casework:window"), {"id_number": number})
    assert found["Location"] == reverse("casework:window_person", args=[mother.pk])
    page = opened(client, found["Location"]).content.decode()
    visit = re.search(r'name="visit" value="([^"]+)"', page)[1]
    assert client.post(found["Location"], {"visit": visit, "code": "no_such"}).status_code == 404
    assert client.get(found["Location"] + "?visit=nonsense").status_code == 404
    opened(client, found["Location"] + "?q=\x00没有这样的事")
    begun = client.post(found["Location"], {"visit": visit, "code": "old_age_allowance"})
    draft = Draft.objects.get()
    assert begun["Location"] == reverse("casework:draft_form", args=[draft.pk])
    opened(client, begun["Location"])
    answers = typed(clerk, "old_age_allowance", mother)
    client.post(begun["Location"], answers)
    opened(client, reverse("casework:draft_materials", args=[draft.pk]))
    for code in ("account_card", "recent_photo"):
        client.post(reverse("casework:draft_add_material", args=[draft.pk, code]), {"source": "paper"})

    sent = client.post(reverse("casework:draft_check", args=[draft.pk]), {"idempotency_key": str(uuid4())})

    case = Case.everywhere.get()
    assert (case.accepted_community, str(case.visit_id)) == (town.other, visit)
    assert sent["Location"].startswith(reverse("casework:window_person", args=[mother.pk]))
    assert case.shown_number in opened(client, sent["Location"]).content.decode()
    receipt = client.get(reverse("casework:visit_receipt", args=[visit]) + "?paper=80mm")
    assert receipt.content.startswith(b"%PDF")
    accepted = client.post(reverse("casework:act", args=[case.number, "accept"]), {"version": case.version})
    assert accepted.status_code == 302
    case.refresh_from_db()
    assert case.status == Status.ACCEPTED
    refused = client.post(reverse("casework:act", args=[case.number, "forward"]), {"version": case.version})
    assert refused.status_code == 422
    assert "这一步由申请人那边的社区办" in refused.content.decode()


def test_a_window_of_another_county_prints_the_receipt_and_is_led_to_its_slips(town, client):
    mother = factories.person(town, community=town.home)
    clerk = town.staff("window_clerk", town.west_home)
    signed_in(client, clerk)
    visit = uuid4()
    draft = factories.drafted(clerk, "old_age_allowance", mother, channel="window")
    Draft.objects.filter(pk=draft.pk).update(visit_id=visit)

    sent = client.post(reverse("casework:draft_check", args=[draft.pk]), {"idempotency_key": str(uuid4())})

    assert sent["Location"] == reverse("casework:slips")
    slips = opened(client, sent["Location"]).content.decode()
    assert Case.everywhere.get().shown_number in slips
    assert "柳桂枝" not in slips
    assert client.get(reverse("casework:visit_receipt", args=[visit])).content.startswith(b"%PDF")
    opened(client, reverse("casework:handle", args=[Case.everywhere.get().number]), 404)


def test_the_second_clerk_is_told_and_finds_what_she_typed(world, client):
    signed_in(client, world.worker)
    case = world.new.now()
    version = case.version
    services.accept(case.number, by=world.head)

    page = client.post(
        reverse("casework:act", args=[case.number, "accept"]), {"version": version, "said": "齐了，受理。"}
    )

    assert page.status_code == 422  # it is accepted already: the table says so before the version does
    late = client.post(
        reverse("casework:act", args=[case.number, "forward"]), {"version": version, "said": "我写了很久。"}
    )
    text = late.content.decode()
    assert late.status_code == 409
    assert "别的同事刚刚改动了这一件" in text
    assert "我写了很久。" in text
    assert f'name="version" value="{version + 1}"' in text
    assert world.new.now().step == 0


def test_whoever_else_has_the_case_open_is_named(world, client):
    address = reverse("casework:handle", args=[world.new.number])
    opened(signed_in(client, world.head), address)

    page = opened(signed_in(client, world.worker), address).content.decode()

    assert "山楂也开着这件" in page


def test_a_look_at_a_case_is_written_down_once_a_quarter_of_an_hour(world, client):
    looks = Entry.objects.filter(action="registry.person_viewed", person_id=world.new.person.pk, facts__what="办件")
    signed_in(client, world.worker)
    before = looks.count()

    for _n in range(3):
        client.get(reverse("casework:handle", args=[world.new.number]))

    assert looks.count() == before + 1


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("accept", {}),
        ("accept", {"version": "abc"}),
        ("not_accept", {"version": "1", "said": "", "because": "not_here"}),
        ("not_accept", {"version": "1", "said": "不归这里办的事情。", "because": "nonsense"}),
        ("not_accept", {"version": "1", "said": "字" * 10_000, "because": "not_here"}),
        ("not_accept", {"version": "1", "said": "不归\x00这里办", "because": "not_here"}),
        ("request_supplement", {"version": "1"}),
        ("request_supplement", {"version": "1", "flaw-account_card": "no_such"}),
        ("request_supplement", {"version": "1", "flaw-account_card": "incomplete"}),
        ("request_supplement", {"version": "1", "flaw-account_card": "other", "more-account_card": " "}),
        ("request_supplement", {"version": "1", "more-account_card": "太暗"}),
        ("request_supplement", {"version": "1", "flaw-account_card": "other", "more-account_card": "字" * 10_000}),
        ("transfer", {"version": "1", "community_code": "510403001001", "said": "归西区。"}),
        ("transfer", {"version": "1", "community_code": "", "said": "归西区。"}),
        ("supplement_at_window", {"version": "1"}),
        ("forward", {"version": "1"}),
        ("grant", {"version": "1"}),
        ("end_special", {"version": "1"}),
        ("deliver", {"version": "1", "how": "pigeon"}),
        ("start_special", {"version": "1", "code": "x"}),
        ("ask_extension", {"version": "1", "working_days": "99", "because": "忙"}),
        ("ask_opinion", {"version": "1", "department": "navy", "question": "在吗？"}),
    ],
)
def test_a_broken_post_comes_back_with_a_sentence_and_changes_nothing(world, client, action, fields):
    signed_in(client, world.worker)
    before = (world.new.now().version, world.new.case.status)

    page = client.post(reverse("casework:act", args=[world.new.number, action]), fields)

    assert page.status_code in (422, 409)
    assert Markup(page.content.decode()).faults() == []
    assert (world.new.now().version, world.new.case.status) == before
    for said in ("said", "more-account_card"):
        if len(fields.get(said, "")) > 1000:
            assert "字" * 500 in page.content.decode(), "what was typed stays"


def test_each_material_is_asked_for_with_its_own_reason(world, client):
    """行政许可法第三十二条（四）: everything at once; she reads it material by material, on the page and on the paper."""
    signed_in(client, world.worker)
    done = client.post(
        reverse("casework:act", args=[world.new.number, "request_supplement"]),
        {
            "version": str(world.new.now().version),
            "flaw-account_card": "unreadable", "more-account_card": "卡号后四位看不清",
            "flaw-recent_photo": "wrong_person", "flaw-form": "other", "more-form": "开户行和卡上的不一样。",
        },
    )  # fmt: skip
    assert done.status_code == 302

    case = world.new.now()
    assert [(one["code"], one["why"]) for one in case.supplement.missing] == [
        ("account_card", "看不清，请到亮处重新拍：卡号后四位看不清"),
        ("recent_photo", "不是本人的，请交本人的"),
        ("form", "开户行和卡上的不一样。"),
    ]
    act = case.caseactions.get(action="request_supplement")
    paper = certificates.paper_of_act(case.county_code, act.pk).says
    assert [one["hint"] for one in paper["missing"]] == [one["why"] for one in case.supplement.missing]
    signed_in(client, world.new.resident)
    for name in ("casework:my_supplement", "casework:my_case"):
        page = opened(client, reverse(name, args=[case.number])).content.decode()
        assert all(one["why"] in page for one in case.supplement.missing)
    page = opened(client, reverse("casework:my_supplement", args=[case.number]), language="en").content.decode()
    assert "Somebody else&#x27;s" in page
    assert "卡号后四位看不清" in page


def test_unknown_actions_and_ids_are_not_found(world, client):
    signed_in(client, world.worker)
    for action in ("fly", "submit", "deem_accepted", "close", "end_notice", "return_unanswered"):
        answer = client.post(reverse("casework:act", args=[world.new.number, action]), {"version": 1})
        assert answer.status_code == 404, action
    assert client.get("/desk/cases/%00/").status_code == 404
    assert client.get("/desk/opinions/nonsense/").status_code == 404
    assert client.get(reverse("casework:handle", args=["5104022603AAAAAA"])).status_code == 404
    answer = client.post(reverse("casework:act", args=[world.running.number, "approve_extension"]), {"version": 3})
    assert answer.status_code == 404  # a community worker approves nothing
    assert client.post(reverse("casework:batch"), {"action": "grant", "number": world.new.number}).status_code == 404


@pytest.mark.parametrize("after", ["x", "bnVsbA==", "WzEsMiwzXQ==", "W10=", "MTIz", "WyJ4IiwgInkiLCAieiJd", "%00"])
def test_a_made_up_place_in_a_list_shows_its_beginning(world, client, after):
    signed_in(client, world.worker)

    for name in ("casework:tasks", "casework:all"):
        opened(client, reverse(name) + f"?after={after}")


def test_lists_are_paged_by_keys_and_show_each_row_once(town, client):
    for _n in range(23):
        factories.submitted(town)
    signed_in(client, town.staff("community_worker", town.home))

    for name in ("casework:tasks", "casework:all"):
        first = opened(client, reverse(name)).content.decode()
        following = re.search(r'href="(\?[^"]*after=[^"]+)"', first)[1].replace("&amp;", "&")
        second = opened(client, reverse(name) + following).content.decode()
        rows = [re.findall(r'class="table__main" href="([^"]+)"', page) for page in (first, second)]
        assert (len(rows[0]), len(rows[1])) == (20, 3)
        assert len({*rows[0], *rows[1]}) == 23


def test_several_ticked_cases_are_accepted_together_and_what_did_not_go_says_why(world, client):
    other = Road(world.town)
    signed_in(client, world.worker)

    page = client.post(
        reverse("casework:batch"),
        {"action": "accept", "number": [world.new.number, other.number, world.running.number, "5104022603AAAAAA"]},
    )

    text = page.content.decode()
    assert "办好了 2 件" in text
    assert text.count("没办") == 2
    assert world.new.now().status == other.now().status == Status.ACCEPTED


def test_contents_of_a_sensitive_item_are_seen_by_the_handling_roles_only(town, client):
    """R41b: supervisors and auditors see that there is a case, not what stands in it."""
    road = Road(town, "mental_rehabilitation", factories.person(town, born=dt.date(1970, 5, 6)))
    material = road.case.materials_given().filter(file__isnull=False).first()
    address = reverse("casework:handle", args=[road.number])
    for role, place, sees in (("community_worker", town.home, True), ("auditor", town.home, False)):
        signed_in(client, town.staff(role, place))
        assert ("这类事的内容不公开" not in opened(client, address).content.decode()) == sees
        if material:
            status = client.get(reverse("casework:file", args=[road.number, material.pk])).status_code
            assert status == (200 if sees else 404)


# --- papers ---


@pytest.mark.parametrize(
    ("road", "kinds"),
    [
        ("new", ["receipt"]),
        ("asked", ["receipt", "supplement"]),
        ("running", ["acceptance"]),
        ("done", ["acceptance", "decision_granted", "delivery"]),
        ("rated", ["not_accepted"]),
        ("posted", ["public_notice"]),
    ],
)
def test_each_act_leaves_its_paper_for_the_applicant_and_for_the_desk(world, client, road, kinds):
    one = getattr(world, road)
    for actor in (one.resident, world.worker):
        signed_in(client, actor)
        for kind in kinds:
            paper = client.get(reverse("casework:paper", args=[one.number, kind]))
            assert paper.status_code == 200, kind
            assert paper.content.startswith(b"%PDF")
        assert client.get(reverse("casework:paper", args=[one.number, "withdrawal"])).status_code == 404
        assert client.get(reverse("casework:paper", args=[one.number, "nonsense"])).status_code == 404


def test_papers_of_the_rarer_acts_are_made_too(town, client, clock):
    road = Road(town, "elder_care_subsidy")
    road.accept()
    services.start_special(road.number, by=road.worker, code="ability_assessment")
    services.end_special(road.number, by=road.worker)
    services.ask_extension(road.number, by=road.worker, working_days=5, because="要上门核实。")
    services.answer_extension(road.number, by=town.staff("community_head", town.home, name="山楂"), approved=True)
    while road.now().step < 2:
        road.forward()
    road.decide(granted=False, said="评定结果没有达到标准。")
    services.deliver(road.number, by=road.worker, how="post")
    gone = Road(town)
    services.withdraw(gone.number, by=gone.resident)
    signed_in(client, road.worker)

    for number, kinds in (
        (road.number, ("special_procedure", "extension", "decision_refused", "delivery")), (gone.number, ("withdrawal",)),
    ):  # fmt: skip
        for kind in kinds:
            assert client.get(reverse("casework:paper", args=[number, kind])).content.startswith(b"%PDF"), kind


# --- the resident's own pages ---


def test_a_supplement_is_brought_on_her_page_all_at_once(world, client):
    signed_in(client, world.asked.resident)
    address = reverse("casework:my_supplement", args=[world.asked.number])

    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"file-account_card": factories.photo(), "said": "\x00补好了"}).status_code == 302

    assert world.asked.now().status == Status.SUBMITTED
    assert client.get(address).status_code == 302


def test_she_withdraws_after_one_more_question(world, client):
    signed_in(client, world.new.resident)
    address = reverse("casework:my_withdraw", args=[world.new.number])
    assert "要撤回高龄津贴吗？" in opened(client, address).content.decode()

    assert client.post(address, {"said": "字" * 10_000}).status_code == 302

    assert world.new.now().status == Status.WITHDRAWN
    assert client.post(address, {}).status_code == 422


def test_she_rates_on_her_page_once(world, client):
    signed_in(client, world.done.resident)
    address = reverse("casework:my_rate", args=[world.done.number])

    for fields in ({}, {"score": "9"}, {"score": "x"}, {"score": "5", "comment": "字" * 10_000}):
        assert client.post(address, fields).status_code == 422, fields
    assert client.post(address, {"score": "5", "comment": "快"}).status_code == 302
    assert client.post(address, {"score": "1"}).status_code == 422
    assert Rating.everywhere.get(case=world.done.case).score == 5
    page = opened(client, reverse("casework:my_case", args=[world.done.number])).content.decode()
    assert "您评了：非常满意" in page
    assert reverse("certificates:own", args=[world.done.now().certificate_number]) in page


# --- beside the road ---


def test_a_bad_rating_is_called_back_and_answered_on_its_page(world, client):
    """R43: not by whoever handled the case."""
    address = reverse("casework:follow_up", args=[world.follow_up.pk])
    signed_in(client, world.head)
    FollowUp.everywhere.update(handled_by=[str(world.head.account_id)])
    assert "要由别的同事回访" in opened(client, address).content.decode()
    assert client.post(address, {"what": "called"}).status_code == 422
    FollowUp.everywhere.update(handled_by=[])
    assert client.post(address, {"what": "called"}).status_code == 302
    opened(client, address)
    version = FollowUp.everywhere.get().version
    assert client.post(address, {"what": "answer", "version": version}).status_code == 422
    fields = {"what": "answer", "version": version, "outcome": "put_right", "answer": "改正了，已答复。"}
    assert client.post(address, fields).status_code == 302
    assert client.get(address).status_code == 404


def test_an_opinion_is_given_on_its_page(world, client):
    signed_in(client, world.town.staff("department_staff", world.town.county, "health"))
    address = reverse("casework:opinion", args=[world.opinion.pk])

    for fields in (
        {},
        {"verdict": "x"},
        {"verdict": "disagree", "answer": ""},
        {"verdict": "agree", "answer": "字" * 10_000},
    ):
        assert client.post(address, fields).status_code == 422, fields
    assert client.post(address, {"verdict": "agree", "answer": "健在。"}).status_code == 302
    assert Opinion.everywhere.get().verdict == "agree"
    page = opened(signed_in(client, world.worker), reverse("casework:handle", args=[world.running.number]))
    assert "卫生健康局" in page.content.decode()


def test_anybody_objects_to_what_is_posted_and_whoever_decides_answers(world, client):
    address = reverse("casework:object_to_notice", args=[world.posted.number])
    for fields in ({}, {"text": "不"}, {"text": "字" * 10_000}, {"text": "\x00\x00\x00\x00\x00"}):
        assert client.post(address, fields).status_code == 422, fields
    assert client.post(address, {"text": "他有工作，收入不低。", "contact": "154 0000 0000"}).status_code == 200
    assert Objection.objects.count() == 2
    assert client.get(reverse("casework:object_to_notice", args=[world.new.number])).status_code == 404
    answer = reverse("casework:answer_objection", args=[world.posted.number, world.objection.pk])
    signed_in(client, world.worker)
    assert client.post(answer, {"answer": "核实过了，没有。"}).status_code == 422
    signed_in(client, world.posted.line)
    assert client.post(answer, {"answer": ""}).status_code == 422
    assert client.post(answer, {"answer": "核实过了，没有。"}).status_code == 302
    assert client.post(answer, {"answer": "再答一次。"}).status_code == 409


def test_a_work_item_is_closed_with_what_was_done(world, client):
    signed_in(client, world.head)
    address = reverse("casework:close_work_item", args=[world.work_item.pk])

    assert client.post(address, {"outcome": ""}).status_code == 422
    assert client.post(address, {"outcome": "安排了人值班。"}).status_code == 302
    assert client.get(address).status_code == 404


# --- cost ---


def cost(client, address: str) -> int:
    client.get(address)  # warm: sessions, cached calendars and items
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


def _more_cases(town, n: int) -> None:
    for _n in range(n):
        road = Road(town)
        road.ask("account_card")
        other = Road(town)
        services.not_accept(other.number, by=other.worker, said="这件事不归这里办。")
        services.rate(other.number, by=other.resident, score=1)
        running = Road(town)
        running.accept()
        services.ask_opinion(running.number, by=running.worker, department="health", question="健在吗？")
        mother = factories.person(town, community=town.west_home)
        clerk = town.staff("window_clerk", town.home)
        services.submit(clerk, factories.drafted(clerk, "room_booking", mother, channel="window").pk, key=str(uuid4()))
        WorkItem.everywhere.create(
            county_code="510402", community=town.home, case=road.case, kind="x", what="没人在岗",
            opened_at=factories.now(), once_key=str(uuid4()),
        )  # fmt: skip
        factories.drafted(clerk, "room_booking", mother, channel="window")


LISTS_WITH_COST = {**STAFF_LISTS, "casework:search": ("community_worker", "home", "")}


def test_no_list_costs_more_for_many_rows_than_for_one(town, client):
    """No page or list runs a number of queries that grows with the rows shown."""
    _more_cases(town, 1)
    addresses = {name: reverse(name) + ("?q=柳桂枝" if name == "casework:search" else "") for name in LISTS_WITH_COST}
    costs = {}
    for name, (role, place, department) in LISTS_WITH_COST.items():
        signed_in(client, town.staff(role, getattr(town, place), department, name="山楂"))
        costs[name] = cost(client, addresses[name])

    _more_cases(town, 7)

    for name, (role, place, department) in LISTS_WITH_COST.items():
        signed_in(client, town.staff(role, getattr(town, place), department, name="山楂"))
        assert cost(client, addresses[name]) == costs[name], name


def test_a_residents_list_costs_the_same_for_one_case_and_for_thirty(town, client):
    mother = factories.person(town)
    her = factories.resident(mother)

    def more(n: int) -> None:
        for seed in range(n):
            services.submit(her, factories.drafted(her, "room_booking", mother, seed=seed).pk, key=str(uuid4()))
            factories.drafted(her, "room_booking", mother, seed=seed)

    more(1)
    signed_in(client, her)
    costs = [cost(client, reverse(name)) for name in ("casework:my_cases", "casework:drafts")]
    more(29)
    assert [cost(client, reverse(name)) for name in ("casework:my_cases", "casework:drafts")] == costs


def test_posted_notices_cost_the_same_for_one_and_for_many(town, client):
    def more(n: int) -> None:
        for _n in range(n):
            road = Road(town, "hard_to_employ", factories.person(town, born=dt.date(1970, 5, 6)))
            road.to_the_end()
            services.post_notice(road.number, by=road.line)

    more(1)
    one = cost(client, reverse("casework:notices"))
    more(5)
    assert cost(client, reverse("casework:notices")) == one


def test_the_first_question_asks_about_the_other_person_only_when_it_is_for_somebody_else(town, client):
    mother, daughter = factories.person(town), factories.person(town, name="柳叶", born=dt.date(1975, 1, 1))
    signed_in(client, factories.resident(daughter))
    address = reverse("casework:apply", args=["old_age_allowance"])
    assert "（可不填）" not in opened(client, address).content.decode()

    lacking = client.post(address, {"whom": "other", "name": "柳桂枝"})
    assert lacking.status_code == 422
    assert "请填写他（她）的身份证号。" in lacking.content.decode()
    number = sealed.opened(mother, "id_number")
    wrong = client.post(address, {"whom": "other", "name": "柳桂花", "id_number": number, "relation": "child"})
    assert wrong.status_code == 422
    assert 'value="柳桂花"' in wrong.content.decode()
    assert not Draft.objects.exists()
    right = client.post(address, {"whom": "other", "name": "柳桂枝", "id_number": number, "relation": "child"})

    draft = Draft.objects.get()
    assert right["Location"] == reverse("casework:draft_form", args=[draft.pk])
    assert (draft.applicant_id, draft.agent_id, draft.agent_relation) == (mother.pk, daughter.pk, "child")
    form = opened(client, right["Location"]).content.decode()
    assert "柳桂枝" in form
    assert sealed.opened(mother, "phone") not in form


def test_ways_that_stay_shut_at_a_step_are_not_shown(world, client):
    signed_in(client, world.worker)

    page = opened(client, reverse("casework:handle", args=[world.running.number])).content.decode()

    for words in ("开始公示", "转入特别程序", "不予批准"):
        assert words not in page
    assert "同意，送街道（乡镇）审核" in page


@pytest.mark.django_db
def test_a_telephone_that_the_registry_keeps_stands_masked_on_the_desk():
    """R149b: shown masked; the registry reveals it, for a purpose."""
    factories.catalogue("senior_card")
    item = queries.catalogue.item(queries.catalogue.published_version("senior_card"))

    shown = {answer.name: answer.text for answer in masked_answers(item, {"phone": "15400000617"})}

    assert shown == {"phone": "154****0617"}
