import datetime as dt
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.core.exceptions import PermissionDenied
from django.utils import translation

from linli.config.cli import main
from linli.core.access import ANONYMOUS, Actor, Reach
from linli.core.audit.models import Entry
from linli.core.calendar import at, now
from linli.core.messages import queries, send, send_code, services
from linli.core.messages.models import Consent, Message, State
from linli.core.messages.tests.conftest import DU, LIU, LIUS_ACCOUNT

pytestmark = pytest.mark.django_db


def tell(person_id=LIU, **more):
    send(template="kites.flown", person_id=person_id, context={"day": dt.date(2026, 11, 24), "height": 30}, **more)


def test_reading_is_noted_once(liu):
    tell()
    [message] = queries.messages_for(person_id=LIU)
    assert queries.unread_count(person_id=LIU) == 1

    services.mark_read(message.id, by=liu)
    row = Message.everywhere.get(pk=message.id)
    with at(now() + dt.timedelta(hours=1)):
        services.mark_read(message.id, by=liu)

    assert queries.unread_count(person_id=LIU) == 0
    assert queries.messages_for(person_id=LIU)[0].is_read
    assert (row.state, Message.everywhere.get(pk=message.id).read_at) == (State.READ, row.read_at)


def test_nobody_reads_somebody_elses_messages(liu):
    tell(DU)
    [message] = queries.messages_for(person_id=DU)

    for reader in (liu, ANONYMOUS):
        with pytest.raises(Message.DoesNotExist):
            services.mark_read(message.id, by=reader)
    assert services.mark_all_read(by=liu) == 0
    assert queries.unread_count(person_id=DU) == 1


def test_whoever_has_linked_account_and_person_sees_both(liu):
    tell()
    send(template="kites.flown", account_id=LIUS_ACCOUNT, context={"day": dt.date(2026, 11, 25), "height": 3})

    assert len(queries.messages_for(person_id=LIU, account_id=LIUS_ACCOUNT)) == 2
    assert services.mark_all_read(by=liu) == 2


def test_messages_come_newest_first_and_page_by_page():
    """Also where a demonstration has written the past after the present."""
    for days in (1, 3, 2):
        with at(dt.datetime(2026, 11, days, tzinfo=dt.UTC)):
            tell()

    first, second = queries.messages_for(person_id=LIU, limit=2)
    [third] = queries.messages_for(person_id=LIU, limit=2, before=(second.at, second.id))

    assert [message.at.day for message in (first, second, third)] == [3, 2, 1]


def test_title_is_in_the_language_of_the_page():
    tell()

    with translation.override("en"):
        assert queries.messages_for(person_id=LIU)[0].title == "Your kite flew"


def test_unread_stops_counting_at_a_hundred(monkeypatch):
    monkeypatch.setattr(queries, "MANY", 3)
    for _ in range(5):
        tell()

    assert queries.unread_count(person_id=LIU) == 3


def test_rows_are_reached_by_nobody_without_saying_whose():
    tell()

    assert Message.objects.count() == 0
    assert Message.objects.within(Reach(persons=frozenset({LIU}))).count() == 2
    assert Message.objects.within(Reach(persons=frozenset({DU}))).count() == 0
    community = Reach(counties=frozenset({"510402"}), communities=frozenset({uuid4()}))
    assert Message.objects.within(community).count() == 0


def test_consent_is_given_once_withdrawn_and_given_again(liu):
    first = services.give_consent(LIU, by=liu, through="portal", text_version="2026-11")
    assert services.give_consent(LIU, by=liu, through="window", text_version="2026-12").pk == first.pk

    assert services.withdraw_consent(LIU, by=liu)
    assert not services.withdraw_consent(LIU, by=liu)
    assert not queries.has_consent(LIU)
    again = services.give_consent(LIU, by=liu, through="window", text_version="2026-12")

    assert queries.has_consent(LIU)
    assert not queries.has_consent(LIU, purpose="newsletter")
    assert not queries.has_consent(DU)
    assert {consent.pk for consent in queries.consents_of(LIU)} == {first.pk, again.pk}
    assert list(Entry.objects.filter(person_id=LIU).order_by("seq").values_list("action", flat=True)) == [
        "messages.consent_given",
        "messages.consent_withdrawn",
        "messages.consent_given",
    ]


@pytest.mark.parametrize("by", [ANONYMOUS, Actor(kind="organisation"), Actor(kind="resident", person_id=DU)])
def test_nobody_agrees_for_somebody_else(by):
    with pytest.raises(PermissionDenied):
        services.give_consent(LIU, by=by, through="portal", text_version="2026-11")
    with pytest.raises(PermissionDenied):
        services.withdraw_consent(LIU, by=by)

    assert not Consent.objects.exists()
    assert not Entry.objects.exists()


def test_clerk_notes_the_consent_of_whoever_stands_before_her():
    clerk = Actor(kind="staff", account_id=uuid4())

    services.give_consent(LIU, by=clerk, through="window", text_version="2026-11")

    assert queries.consents_of(LIU)[0].given_through == "window"


def test_command_shows_the_outbox_and_leaves_an_entry():
    assert CliRunner().invoke(main, ["messages", "outbox"]).output == "the outbox is empty\n"
    send_code("15400000618", "登录验证码 482913")

    shown = CliRunner().invoke(main, ["messages", "outbox"]).output

    assert "154****0618  登录验证码 482913" in shown
    assert Entry.objects.filter(action="messages.outbox_read").count() == 2
