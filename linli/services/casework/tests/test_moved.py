"""Somebody moves to another county: she has a new row there, and everything of hers is still hers."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from linli.core import audit
from linli.core.access import Actor
from linli.core.messages import queries as messages
from linli.core.messages import services as message_services
from linli.core.messages.models import Consent, Message
from linli.core.tasks.testing import run_all
from linli.ground.accounts import queries as accounts
from linli.ground.accounts.models import Account
from linli.ground.registry import queries as registry
from linli.ground.registry import services as registry_services
from linli.ground.registry.models import Person
from linli.services.casework import queries, rules, services
from linli.services.casework.lifecycle import LIFECYCLE
from linli.services.casework.models import Case, Draft, Status
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road
from linli.services.casework.tests.test_pages import signed_in
from linli.services.certificates import permissions as certificates_may
from linli.services.certificates import queries as certificates
from linli.services.certificates.models import Certificate

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]


@pytest.fixture
def home(town, clock) -> factories.Town:
    factories.catalogue("old_age_allowance", "room_booking")
    town.seals()
    clock("2026-03-02 09:00")
    return town


def moves(town: factories.Town, person: Person, actor: Actor) -> tuple[Person, Actor]:
    """Move her from 东区 to 西区; return her row there, and her as she acts now."""
    row = Person.everywhere.get(pk=person.pk)
    after = registry_services.move(row, by=factories.SETUP, community=town.west_home, address="清香坪 1 号")
    return after, accounts.actor_for(Account.objects.get(pk=actor.account_id))


def test_her_inbox_holds_what_she_was_told_before_and_what_she_is_told_about_the_old_case(home, client):
    road = Road(home)
    run_all()
    after, she = moves(home, road.person, road.resident)
    road.accept()
    run_all()

    told = messages.messages_for(person_id=she.person_id, account_id=she.account_id)

    assert [message.title for message in told] == ["受理了", "收到申请"]
    assert messages.unread_count(person_id=she.person_id) == 2
    assert message_services.mark_all_read(by=she) == 2
    signed_in(client, she)
    page = client.get(reverse("web:my_messages")).content.decode()
    assert page.count(road.case.shown_number) == 2
    assert Message.everywhere.filter(person_id=after.pk).count() == 0


def test_her_consent_goes_with_her_and_is_withdrawn_for_all_rows(home):
    road = Road(home)
    message_services.give_consent(road.person.pk, by=road.resident, through="portal", text_version="1")
    run_all()
    after, she = moves(home, road.person, road.resident)
    with_consent = Message.everywhere.filter(channel="sms", template="casework.accept")

    road.accept()
    run_all()

    assert messages.has_consent(after.pk)
    assert with_consent.get().state in ("sent", "delivered")
    assert (
        message_services.give_consent(after.pk, by=she, through="portal", text_version="1").person_id == road.person.pk
    )
    assert message_services.withdraw_consent(after.pk, by=she)
    assert not messages.has_consent(road.person.pk)
    assert not Consent.objects.filter(withdrawn_at__isnull=True).exists()
    again = message_services.give_consent(road.person.pk, by=she, through="portal", text_version="1")
    assert again.person_id == after.pk
    with pytest.raises(PermissionDenied):
        message_services.withdraw_consent(after.pk, by=factories.resident(factories.person(home, name="陌生人")))


def test_her_cases_are_hers_and_she_can_do_with_them_what_she_could(home, client):
    road = Road(home)
    other = factories.resident(factories.person(home, name="陌生人"))
    _after, she = moves(home, road.person, road.resident)

    assert queries.my_cases(she).get() == road.case
    assert not queries.my_cases(other).exists()
    signed_in(client, she)
    assert road.case.shown_number in client.get(reverse("casework:my_cases")).content.decode()
    assert client.get(reverse("casework:paper", args=[road.number, "receipt"])).status_code == 200
    road.ask("account_card")
    services.supplement(road.number, by=she, given=[("account_card", factories.photo())])
    services.withdraw(road.number, by=she)
    assert road.now().status == Status.WITHDRAWN


def test_an_agent_who_moved_is_still_the_agent_and_no_applicant(home):
    """民法典第一百七十三条: the applicant takes a case over from her agent, not the agent from herself."""
    mother, daughter = factories.person(home), factories.person(home, name="柳叶")
    agent = factories.resident(daughter)
    draft = services.start_draft(agent, "old_age_allowance", applicant_id=mother.pk, agent_relation="child")
    ready = factories.drafted(factories.resident(mother), "old_age_allowance", mother)
    Draft.objects.filter(pk=ready.pk).update(owner_id=agent.account_id, agent_id=daughter.pk, agent_relation="child")
    draft.delete()
    case = services.submit(agent, ready.pk, key="1")
    _after, moved = moves(home, daughter, agent)

    case = queries.my_cases(moved).get(pk=case.pk)
    open_to = {choice.way.action for choice in LIFECYCLE.choices(queries.with_facts(case), moved) if choice.is_open}

    assert "take_over" not in open_to
    assert "withdraw" in open_to


def test_her_certificates_are_hers_and_meet_a_material_of_the_next_application(home, client):
    road = Road(home)
    road.to_the_end()
    road.decide()
    run_all()
    _after, she = moves(home, road.person, road.resident)

    held = certificates.certificates_for(she, certificates_may.OWN).get()

    assert held == Certificate.everywhere.get()
    signed_in(client, she)
    assert held.number_shown in client.get(reverse("certificates:mine")).content.decode()
    assert client.get(reverse("certificates:own_file", args=[held.number])).content.startswith(b"%PDF")
    assert "打开证书" in client.get(reverse("casework:my_case", args=[road.number])).content.decode()


def test_a_draft_begun_before_the_move_is_sent_in_where_she_lives_now(home, client):
    mother = factories.person(home, registered_community=None)
    her = factories.resident(mother)
    draft = factories.drafted(her, "room_booking", mother)
    after, she = moves(home, mother, her)

    assert queries.drafts_of(she).get() == draft
    signed_in(client, she)
    assert client.get(reverse("casework:draft_check", args=[draft.pk])).status_code == 200
    case = services.submit(she, draft.pk, key="1")

    assert (case.applicant_id, case.county_code, case.community) == (after.pk, "510403", home.west_home)


def test_of_the_same_thing_only_one_runs_although_she_moved_in_between(home, refused):
    road = Road(home)
    draft = factories.drafted(road.resident, "old_age_allowance", road.person)
    _after, she = moves(home, road.person, road.resident)

    with refused(rules.AlreadyRunning):
        services.submit(she, draft.pk, key="2")
    assert Case.everywhere.count() == 1


def test_she_sees_who_looked_at_her_before_and_after(home):
    mother = factories.person(home)
    her = factories.resident(mother)
    clerk = home.staff("community_worker", home.home)
    audit.record_look(clerk, mother.pk, what="page", purpose="visit", county_code="510402")
    after, she = moves(home, mother, her)
    audit.record_look(clerk, after.pk, what="identity", purpose="visit", county_code="510403")

    person = registry.person_of(she)

    assert person == after
    assert len(registry.looked_at(person)) == 2
