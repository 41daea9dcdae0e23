"""Text messages are asked for once, in the last step; staff see what was told and whether it arrived."""

import pytest
from django.urls import reverse

from linli.core.calendar import now
from linli.core.messages import queries as messages
from linli.core.messages import services as messages_services
from linli.core.messages.consent_texts import CONSENT_TEXT
from linli.core.messages.models import Channel, Consent, Message, State
from linli.core.tasks.testing import run_all
from linli.ground.accounts.models import Account
from linli.services.casework import rules, services
from linli.services.casework.models import Case
from linli.services.casework.tests import factories

pytestmark = pytest.mark.django_db
ASKS = "办到哪一步了，也发短信告诉我"


@pytest.fixture
def her(town):
    factories.catalogue("old_age_allowance")
    return factories.resident(factories.person(town))


def signed_in(client, actor):
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


def draft_of(actor):
    return factories.drafted(actor, "old_age_allowance", factories.Person.everywhere.get(pk=actor.person_id))


def text(response):
    return response.content.decode()


def test_ticked_the_first_message_already_comes_by_text(client, her):
    draft = draft_of(her)
    address = reverse("casework:draft_check", args=[draft.pk])
    assert ASKS in text(signed_in(client, her).get(address))

    client.post(address, {"by_sms": "yes"})
    run_all()

    [given] = Consent.objects.all()
    assert (given.person_id, given.given_through, given.text_version) == (her.person_id, "portal", CONSENT_TEXT)
    assert Message.everywhere.get(template="casework.submit", channel=Channel.SMS).state == State.SENT


@pytest.mark.parametrize("typed", [{}, {"by_sms": "no"}, {"by_sms": "是\x00"}])
def test_unticked_the_case_is_taken_in_all_the_same(client, her, typed):
    """No service hangs on it (个人信息保护法第十六条)."""
    draft = draft_of(her)

    signed_in(client, her).post(reverse("casework:draft_check", args=[draft.pk]), typed)
    run_all()

    assert Case.everywhere.count() == 1
    assert not Consent.objects.exists()
    assert Message.everywhere.get(template="casework.submit", channel=Channel.SMS).state == State.NO_CONSENT
    assert Message.everywhere.get(template="casework.submit", channel=Channel.PORTAL).state == State.SENT


def test_who_agreed_before_is_not_asked_again(client, her):
    messages_services.give_consent(her.person_id, by=her, through="portal", text_version=CONSENT_TEXT)

    assert ASKS not in text(signed_in(client, her).get(reverse("casework:draft_check", args=[draft_of(her).pk])))


def test_a_refused_submission_keeps_the_tick_and_no_consent(client, her):
    draft = draft_of(her)
    draft.materials.all().delete()

    response = signed_in(client, her).post(reverse("casework:draft_check", args=[draft.pk]), {"by_sms": "yes"})

    assert response.status_code == 422
    assert 'name="by_sms" value="yes" checked' in text(response)
    assert not Consent.objects.exists()


def test_at_the_window_the_applicant_is_asked(town, her):
    clerk = town.staff("window_clerk", town.other)
    who = factories.Person.everywhere.get(pk=her.person_id)
    draft = factories.drafted(clerk, "old_age_allowance", who, channel="window")

    services.submit(clerk, draft.pk, key="one", by_sms=True)

    [given] = Consent.objects.all()
    assert (given.person_id, given.given_through) == (who.pk, "window")


def test_an_agent_agrees_for_herself_alone(town, her):
    mother = factories.person(town, name="柳青")

    assert rules.who_is_asked(her, mother.pk) == her.person_id


def test_staff_see_what_was_told_without_its_words(client, town, her):
    case = services.submit(her, draft_of(her).pk, key="one")
    run_all()
    Message.everywhere.filter(channel=Channel.PORTAL).update(state=State.READ, read_at=now())

    page = text(signed_in(client, town.staff("community_worker", town.home)).get(case.get_absolute_url()))

    assert "告诉过谁（2 条）" in page
    assert "申请人：收到申请，站内信" in page
    assert "已读" in page
    assert "申请人：收到申请，短信" in page
    assert "没有同意接收" in page
    assert len(messages.told_about("casework.case", str(case.pk), county_code=case.county_code)) == 2
