import datetime as dt
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.core.messages import Contact
from linli.ground.accounts.models import Account
from linli.ground.accounts.tests.factories import make_holder
from linli.ground.registry import queries, sealed, services
from linli.ground.registry.models import Person
from linli.ground.registry.tests import factories as make
from linli.ground.territory.tests.factories import division

pytestmark = pytest.mark.django_db

HERE = {"community-county": "510402000000", "community-township": "510402002000", "community": "510402002001"}


def sign_in(client, role="window_clerk", place=None):
    client.force_login(make_holder(f"{role}-{uuid4().hex[:6]}", role, place or division()))
    return client


def sign_in_resident(client, person=None, phone=make.PHONE):
    client.force_login(Account.objects.get(pk=make.resident(person, phone).account_id))
    return client


@pytest.fixture
def clerk(client):
    return sign_in(client)


def url(name, *args):
    return reverse(f"registry:{name}", args=args)


def text(answer):
    return answer.content.decode()


def entries():
    """What the registry has written to the log."""
    return list(Entry.objects.filter(action__startswith="registry.").order_by("id"))


def actions():
    return [entry.action for entry in entries()]


# ---- the list


def test_the_list_shows_masked_numbers_only(clerk):
    make.person(id_number=make.NUMBER)

    page = text(clerk.get(url("people"), {"q": "柳"}))

    assert "5199**********0042" in page
    assert "154****0618" in page
    assert make.NUMBER not in page
    assert make.PHONE not in page
    assert "竹湖园路" not in page


def test_the_list_says_why_it_is_empty(clerk):
    assert "这里还没有登记的人" in text(clerk.get(url("people")))
    assert "没有找到" in text(clerk.get(url("people"), {"q": "白"}))
    assert clerk.get(url("people"), {"q": "\x00", "after": "\x00"}).status_code == 200


def test_the_list_page_costs_the_same_for_one_person_and_for_twenty(clerk, django_assert_max_num_queries):
    make.person()
    clerk.get(url("people"))  # the first page of a session notes where she signed in
    with django_assert_max_num_queries(10) as one:
        clerk.get(url("people"))
    for _ in range(19):
        make.person(registered_community=make.next_door())
    with django_assert_max_num_queries(10) as many:
        clerk.get(url("people"))
    assert len(one) == len(many)


# ---- one person


def test_a_person_is_shown_with_sources_and_opening_is_noted_once_a_day(clerk):
    person = make.person(id_number=make.NUMBER)

    page = text(clerk.get(url("person", person.pk)))
    clerk.get(url("person", person.pk))

    assert "窗口登记 · 2026-03-02" in page
    assert "1958 年 3 月 12 日" in page
    assert "68 岁" in page
    assert make.NUMBER not in page
    assert [(e.action, e.facts) for e in entries()] == [("registry.person_viewed", {"what": "page"})]
    assert queries.looked_at(person)[0].what == "资料页，号码遮住"


PAGES = ["person", "correct", "move", "died", "looks"]


@pytest.mark.parametrize("page", [*PAGES, "reveal"])
@pytest.mark.parametrize("place", [make.next_door, make.elsewhere])
def test_every_door_to_a_person_is_closed_from_elsewhere(client, page, place):
    """Architecture, decision 6: what is out of reach does not exist."""
    person = make.person()
    sign_in(client, "auditor" if page == "looks" else "window_clerk", place())
    address = url(page, person.pk, "phone") if page == "reveal" else url(page, person.pk)

    assert client.get(address).status_code == 404
    assert client.post(address, {"purpose": "contact", "version": 1, "name": "白芷"}).status_code in (404, 405)
    assert "柳桂枝" not in text(client.get(url("people"))) if page != "looks" else True
    assert Person.everywhere.get().version == 1
    assert actions() == []


@pytest.mark.parametrize("page", PAGES)
def test_somebody_who_does_not_exist_is_not_found(clerk, page):
    assert clerk.get(url(page, uuid4())).status_code in (403, 404)


@pytest.mark.parametrize("page", ["people", "find", "register", "my_facts", "identify_me"])
def test_whoever_is_not_signed_in_is_sent_to_the_door(client, page):
    assert client.get(url(page)).status_code == 302


@pytest.mark.parametrize(
    ("role", "closed"),
    [
        ("administrator", ["people", "find", "register", "my_facts"]),
        ("grid_member", ["find", "register", "my_facts"]),
        ("street_leader", ["find", "register", "identify_me"]),
    ],
)
def test_pages_ask_for_their_permission(client, role, closed):
    place = division("510402002000") if role == "street_leader" else division()
    sign_in(client, role, place)

    assert [client.get(url(page)).status_code for page in closed] == [403] * len(closed)


def test_a_resident_sees_no_page_of_the_desk(client):
    person = make.person()
    sign_in_resident(client, person)

    for page in ("people", "find", "register"):
        assert client.get(url(page)).status_code == 403
    for page in ("person", "correct", "move", "died"):
        assert client.get(url(page, person.pk)).status_code == 403


# ---- revealing


def test_revealing_asks_why_then_shows_it_once(clerk):
    person = make.person()
    address = url("reveal", person.pk, "phone")

    asked = clerk.get(address)
    unanswered = clerk.post(address, {"purpose": "other", "other": "看看"})
    shown = clerk.post(address, {"purpose": "contact"})

    assert make.PHONE not in text(asked)
    assert unanswered.status_code == 422
    assert "请说明为什么要看：选一项，或者写上四个字以上。" in text(unanswered)
    assert make.PHONE in text(shown)
    assert "no-store" in shown["Cache-Control"]
    assert [(e.purpose, e.facts["what"]) for e in entries()] == [("contact", "phone")]
    assert clerk.get(url("reveal", person.pk, "name")).status_code == 404


def test_revealing_works_as_a_fragment(clerk):
    person = make.person()

    answer = clerk.post(
        url("reveal", person.pk, "phone"), {"purpose": "other", "other": "电话回访"}, headers={"HX-Request": "true"}
    )

    assert text(answer).strip().startswith("<p><strong>15412340618</strong>")
    assert entries()[0].purpose == "电话回访"


# ---- finding by document


def test_a_window_finds_somebody_of_its_own_and_opens_her(clerk):
    person = make.person(id_number=make.NUMBER)

    answer = clerk.post(url("find"), {"id_kind": "citizen", "id_number": make.NUMBER, "purpose": "application"})

    assert answer.url == url("person", person.pk)


def test_a_window_finds_somebody_from_elsewhere_masked(clerk):
    make.person("苏木", id_number=make.NUMBER, community=make.elsewhere())

    page = text(clerk.post(url("find"), {"id_kind": "citizen", "id_number": make.NUMBER, "purpose": "application"}))

    assert "苏木" in page
    assert "5199**********0042" in page
    assert make.PHONE not in page
    assert "西区清香坪街道杨家坪社区" in page


def test_nobody_found_leads_to_registering(clerk):
    answer = clerk.post(url("find"), {"id_kind": "citizen", "id_number": make.NUMBER, "purpose": "application"})

    assert "这个号码还没有登记过。" in text(answer)
    assert url("register") in text(answer)


def test_a_wrong_number_is_said_beside_its_field(clerk):
    answer = clerk.post(url("find"), {"id_kind": "citizen", "id_number": make.NUMBER[:-1], "purpose": "application"})

    assert answer.status_code == 422
    assert "身份证号少了一位，应为 18 位。" in text(answer)
    assert actions() == []


# ---- registering and changing


def test_somebody_new_is_registered(clerk):
    typed = {"name": "白芷", "id_kind": "citizen", "id_number": make.NUMBER, "phone": make.PHONE,
             "address": "竹湖园路 9 号", "registered": "here"} | HERE  # fmt: skip

    answer = clerk.post(url("register"), typed)

    person = Person.everywhere.get()
    assert answer.url == url("person", person.pk)
    assert (person.name, person.community, person.registered_community) == ("白芷", division(), division())
    assert "登记好了：白芷，东区炳草岗街道竹湖园社区。" in text(clerk.get(answer.url))


def test_all_faults_are_said_at_once_and_what_was_typed_stays(clerk):
    division()
    typed = {"name": "白芷3", "id_kind": "citizen", "id_number": "123", "phone": "1541234", "registered": "unknown"}

    answer = clerk.post(url("register"), typed)

    page = text(answer)
    assert answer.status_code == 422
    for sentence in (
        "姓名里有数字“3”，请对照证件再看一遍。",
        "身份证号少了 15 位，应为 18 位。",
        "手机号少了 4 位，应为 11 位。",
        "请选择社区（村）。",
    ):
        assert sentence in page
    assert 'value="白芷3"' in page
    assert "有 4 处要改，改完就能继续" in page
    assert not Person.everywhere.exists()
    assert actions() == []


def test_a_duplicate_is_said_beside_the_number(clerk):
    make.person(id_number=make.NUMBER, community=make.elsewhere())

    answer = clerk.post(
        url("register"),
        {"name": "白芷", "id_kind": "citizen", "id_number": make.NUMBER, "registered": "unknown"} | HERE,
    )

    assert answer.status_code == 422
    assert "这个证件号码已经登记在西区清香坪街道杨家坪社区" in text(answer)
    assert Person.everywhere.count() == 1


def correction(person, **more):
    return {
        "version": person.version, "name": person.name, "sex": person.sex, "birth_date": "1958-03-12",
        "id_kind": "citizen", "id_number": "", "phone": "", "address": "", "registered_place": "",
        "identity_verified": "on", "source": "window",
    } | more  # fmt: skip


def test_a_correction_changes_what_was_typed_and_nothing_else(clerk):
    person = make.person(id_number=make.NUMBER)

    shown = text(clerk.get(url("correct", person.pk)))
    answer = clerk.post(url("correct", person.pk), correction(person, phone="154 9999 0618"))

    row = Person.everywhere.get()
    assert make.NUMBER not in shown
    assert "现在是 5199**********0042。不改，就空着。" in shown
    assert answer.status_code == 302
    assert sealed.opened(row, "phone") == "15499990618"
    assert sealed.opened(row, "id_number") == make.NUMBER
    assert entries()[0].facts == {"fields": ["phone"]}


def test_a_correction_on_an_old_page_is_told_and_changes_nothing(clerk):
    person = make.person()
    services.correct(person, by=make.staff(), name="柳桂芝")

    answer = clerk.post(url("correct", person.pk), correction(person, version=1, name="柳贵枝"))

    assert answer.status_code == 422
    assert "别的同事刚刚改动了这一件" in text(answer)
    assert Person.everywhere.get().name == "柳桂芝"


def test_an_unchanged_correction_is_told(clerk):
    person = make.person()

    assert "没有什么要更正的" in text(clerk.post(url("correct", person.pk), correction(person)))


def test_a_telephone_that_is_no_longer_used_is_deleted(clerk):
    person = make.person()

    clerk.post(url("correct", person.pk), correction(person, no_phone="on"))

    assert Person.everywhere.get().phone == ""


def test_moving_away_ends_on_the_list(clerk):
    make.elsewhere()
    person = make.person()

    answer = clerk.post(
        url("move", person.pk),
        {
            "version": 1,
            "community-county": "510403000000",
            "community-township": "510403001000",
            "community": "510403001001",
        },
    )

    assert answer.url == url("people")
    assert clerk.get(url("person", person.pk)).status_code == 404


def test_a_death_is_noted(clerk):
    person = make.person()

    refused = clerk.post(url("died", person.pk), {"version": 1, "on": "2026-11-25"})
    done = clerk.post(url("died", person.pk), {"version": 1, "on": "2026-11-20"})

    assert refused.status_code == 422
    assert done.status_code == 302
    assert "2026 年 11 月 20 日去世" in text(clerk.get(done.url))


# ---- at home


def test_a_resident_sees_her_facts_masked_and_who_looked(client):
    person = make.person(id_number=make.NUMBER)
    services.reveal(make.staff(), person, "phone", "contact")
    sign_in_resident(client, person)

    page = text(client.get(url("my_facts")))

    assert "5199**********0042" in page
    assert make.NUMBER not in page
    assert "竹湖园社区 窗口人员" in page
    assert "打电话联系本人" in page
    assert make.NUMBER in text(client.get(url("my_fact", "id_number")))
    assert client.get(url("my_fact", "name")).status_code == 404


def test_a_resident_who_is_not_known_yet_is_asked_who_she_is(client):
    sign_in_resident(client)

    assert client.get(url("my_facts")).url == url("identify_me")
    assert client.get(url("my_fact", "phone")).status_code == 404


def identify(client, **more):
    return client.post(url("identify_me"), {"name": "柳桂枝", "id_kind": "citizen", "id_number": make.NUMBER} | more)


def test_a_known_resident_is_confirmed_and_goes_on(client):
    person = make.person(id_number=make.NUMBER)
    sign_in_resident(client)

    answer = identify(client, next="/apply/old-age/")

    assert answer.url == "/apply/old-age/"
    assert Account.objects.get().person_id == person.pk
    assert client.get(url("identify_me")).url == url("my_facts")


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "x"])
def test_nobody_is_led_elsewhere(client, address):
    make.person(id_number=make.NUMBER)
    sign_in_resident(client)

    assert identify(client, next=address).url == url("my_facts")


def test_an_unknown_resident_is_asked_for_her_community_only_then(client):
    division()
    make.next_door()
    sign_in_resident(client)

    first = identify(client)
    second = identify(client, **HERE)

    assert "系统里还没有您的资料，再填一点就好。" in text(first)
    assert first.status_code == 422
    assert 'name="community-county"' in re.sub(r"\s+", " ", text(first))
    assert second.status_code == 302
    assert Person.everywhere.get().source == "self_declared"
    assert "您的证件还没有当面核对。" in text(client.get(url("my_facts")))


def test_a_passport_is_asked_for_what_its_number_does_not_say(client):
    division()
    sign_in_resident(client)
    typed = {"id_kind": "passport", "id_number": "E1234567"}

    for asked in ({}, {"sex": "2"}, {"sex": "2", "birth_date": "1990-05-01"}):
        assert identify(client, **typed, **asked).status_code == 422
    answer = identify(client, **typed, sex="2", birth_date="1990-05-01", **HERE)

    assert answer.status_code == 302
    assert Person.everywhere.get().birth_date == dt.date(1990, 5, 1)


def test_an_identity_that_differs_is_sent_to_the_window(client):
    make.person(id_number=make.NUMBER, phone="15499990618")
    sign_in_resident(client)

    answer = identify(client)

    assert answer.status_code == 422
    assert "请带证件到就近的社区窗口核对" in text(answer)
    assert Account.objects.get().person_id is None


# ---- where other rooms ask


def test_messages_find_the_telephone_of_a_person_and_of_an_account(db):
    person = make.person(phone="15499990618")
    known, unknown = make.resident(person), make.resident(phone="15477770618")

    assert queries.address_of(person.pk, None) == Contact("15499990618", "zh-hans", "510402")
    assert queries.address_of(None, known.account_id) == Contact("15499990618", "zh-hans", "510402")
    assert queries.address_of(None, unknown.account_id) == Contact("15477770618", "zh-hans", "")
    assert queries.address_of(uuid4(), None) is None


def test_the_one_search_answers_with_people_and_asks_why_for_a_number(clerk):
    make.person()

    by_name = text(clerk.get(reverse("web:find"), {"q": "柳桂"}))
    by_number = text(clerk.get(reverse("web:find"), {"q": make.NUMBER}))

    assert "柳桂枝" in by_name
    assert "为什么要找" in by_number
    assert "柳桂枝" not in by_number
    assert actions() == []


def test_the_front_page_asks_a_resident_who_she_is(client):
    sign_in_resident(client)

    assert url("identify_me") in text(client.get(reverse("web:home")))
