"""The inbox: one's own messages, read when shown, and consent that is given and taken back."""

import datetime as dt
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from linli.core import messages
from linli.core.audit.models import Entry
from linli.core.calendar import at, now
from linli.core.messages import queries
from linli.core.messages.models import Consent, Message, State
from linli.ground.accounts.tests.factories import make_city, make_holder, make_resident

pytestmark = pytest.mark.django_db

LIU = UUID("0198c0de-0000-7000-8000-00000000000a")
NOON = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)

messages.register_template(
    "lanterns.lit", zh="灯笼亮了：%(n)s 盏。", en="Lanterns are lit: %(n)s.", title_zh="灯笼", title_en="Lanterns"
)


def tell(n=1, **whom):
    whom.setdefault("person_id", LIU)
    messages.send(template="lanterns.lit", context={"n": n}, about=("casework.case", "1"), link="/my/cases/1/", **whom)


@pytest.fixture
def liu(client):
    account = make_resident(person_id=LIU, name="柳桂枝")
    client.force_login(account)
    return client


def text(response):
    return response.content.decode()


def test_messages_are_read_once_they_have_been_shown(liu):
    tell()
    assert '<span class="count" aria-hidden="true">1</span>' in text(liu.get("/"))

    first = text(liu.get(reverse("web:my_messages")))
    again = text(liu.get(reverse("web:my_messages")))

    assert "灯笼亮了：1 盏。" in first
    assert 'href="/my/cases/1/"' in first
    assert "新</span>" in first
    assert "新</span>" not in again
    assert 'class="count"' not in text(liu.get("/"))
    assert Message.everywhere.get(channel="portal").state == State.READ


def test_looking_ahead_of_the_reader_reads_nothing(liu):
    tell()

    liu.get(reverse("web:my_messages"), headers={"sec-purpose": "prefetch"})
    liu.head(reverse("web:my_messages"))

    assert queries.unread_count(person_id=LIU) == 1


def test_only_ones_own_messages_are_shown_and_read(liu):
    tell(7, person_id=uuid4())

    page = text(liu.get(reverse("web:my_messages")))

    assert "7 盏" not in page
    assert "还没有消息" in page
    assert Message.everywhere.filter(read_at__isnull=False).count() == 0


def test_older_messages_stand_on_the_next_page(liu, django_assert_max_num_queries):
    for n in range(25):
        with at(NOON + dt.timedelta(minutes=n)):
            tell(n)

    liu.get(reverse("web:home"))  # the first page of a session notes where she signed in
    with django_assert_max_num_queries(12):
        first = liu.get(reverse("web:my_messages"))
    older = first.context["older"]
    second = liu.get(reverse("web:my_messages") + older)

    assert first.context["rows"][0][0].text == "灯笼亮了：24 盏。"
    assert len(first.context["rows"]) == 20
    assert second.context["rows"][-1][0].text == "灯笼亮了：0 盏。"
    assert len(second.context["rows"]) == 5
    assert queries.unread_count(person_id=LIU) == 0


@pytest.mark.parametrize("mark", ["nonsense", "~", "2026-13-01T00:00:00+00:00~x", "2026-11-24T04:00:00~", "\x00~\x00"])
def test_a_broken_mark_means_the_beginning(liu, mark):
    tell()

    response = liu.get(reverse("web:my_messages"), {"before": mark})

    assert response.status_code == 200
    assert len(response.context["rows"]) == 1


@pytest.mark.parametrize("link", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_a_message_leads_nowhere_but_into_the_house(liu, link):
    messages.send(template="lanterns.lit", context={"n": 1}, person_id=LIU, link=link)

    page = liu.get(reverse("web:my_messages"))

    assert page.context["rows"][0][1] == ""
    assert "elsewhere.example" not in text(page)


def test_consent_is_given_and_withdrawn_with_its_words(liu):
    """R43, R149: text messages come only with consent; both are in the audit log."""
    page = text(liu.get(reverse("web:my_messages")))
    assert "办到哪一步了，也发短信告诉我" in page
    assert "同意，也发短信" in page

    liu.post(reverse("web:consent"), {"agree": "yes"})
    [given] = Consent.objects.filter(person_id=LIU)
    assert (given.text_version, given.given_through, given.withdrawn_at) == ("2026-11", "portal", None)
    assert "不要再发短信" in text(liu.get(reverse("web:my_messages")))

    liu.post(reverse("web:consent"), {"agree": "no"})
    assert not queries.has_consent(LIU)
    told = Entry.objects.filter(person_id=LIU).order_by("seq").values_list("action", flat=True)
    assert list(told) == ["messages.consent_given", "messages.consent_withdrawn"]


@pytest.mark.parametrize("typed", ["", "maybe", "是\x00"])
def test_an_unknown_answer_changes_nothing(liu, typed):
    assert liu.post(reverse("web:consent"), {"agree": typed}).status_code == 302

    assert not Consent.objects.exists()
    assert liu.get(reverse("web:consent")).status_code == 405


def test_who_is_not_known_yet_is_asked_who_she_is(client):
    client.force_login(make_resident())

    assert "确认身份以后" in text(client.get(reverse("web:my_messages")))
    assert client.post(reverse("web:consent"), {"agree": "yes"})["Location"] == reverse("registry:identify_me")
    assert not Consent.objects.exists()


def test_staff_read_their_reminders_at_the_workbench(client):
    city = make_city()
    clerk = make_holder("sumu", "community_worker", city.moon)
    tell(3, person_id=None, account_id=clerk.pk)
    client.force_login(clerk)

    first = text(client.get(reverse("web:staff_messages")))

    assert "1 条新消息" in first
    assert "3 盏" in first
    assert queries.unread_count(account_id=clerk.pk) == 0
    assert client.get(reverse("web:my_messages")).status_code == 403


def test_residents_have_no_workbench_inbox(liu):
    assert liu.get(reverse("web:staff_messages")).status_code == 403


def test_the_moment_shown_is_that_of_the_message(liu):
    with at(NOON):
        tell()

    assert "11 月 24 日 12:00" in text(liu.get(reverse("web:my_messages")))
    assert now() != NOON
