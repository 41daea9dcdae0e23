"""The log of others: a purpose, a second person, one subject, one day (R149a, R150)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access import Actor
from linli.core.audit import log, queries, rules, services
from linli.core.audit.models import Entry, Reading
from linli.core.calendar import at, now
from linli.core.countersign import queries as waiting
from linli.core.countersign import services as two
from linli.ground.accounts.models import Account
from linli.ground.registry import queries as registry
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def her(town: Town):
    person = factories.person(town, name="柳桂枝")
    log.record_look(
        town.staff("window_clerk", town.home),
        person.pk,
        what="identity",
        purpose="核对",
        county_code=person.county_code,
    )
    return person


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


def number_of(person) -> str:
    return str(registry.facts_of(person, in_clear=True)["id_number"].value)


def test_nobody_reads_it_alone_and_a_second_person_opens_it_for_a_day(town: Town, her):
    auditor, second = town.staff("auditor", town.county), town.staff("auditor", town.city)
    looks = reverse("registry:looks", args=[her.pk])
    assert client_of(auditor).get(looks).status_code == 403
    asked = client_of(auditor).post(
        reverse("audit:readings"), {"kind": "person", "what": number_of(her), "purpose": "投诉 12 号的核查"}
    )
    assert asked.status_code == 302
    assert not queries.readings_of(auditor).exists()
    (row,) = waiting.waiting_for(second)
    (sentence,) = waiting.sentences([row]).values()
    assert "柳桂枝" in sentence
    assert "投诉 12 号的核查" in sentence
    with pytest.raises(two.rules.NotTheSamePerson):
        two.confirm(row.pk, by=auditor)
    two.confirm(row.pk, by=second)

    reading = queries.readings_of(auditor).get()
    page = client_of(auditor).get(reverse("audit:reading", args=[reading.pk])).content.decode()
    assert "查看了个人资料" in page
    assert client_of(auditor).get(looks).status_code == 200
    assert client_of(second).get(reverse("audit:reading", args=[reading.pk])).status_code == 404
    assert Entry.objects.get(action="audit.read").purpose == "投诉 12 号的核查"
    assert [look.what for look in registry.looked_at(her)].count("审计记录") == 1
    with at(now() + rules.LASTS + dt.timedelta(seconds=1)):
        assert client_of(auditor).get(reverse("audit:reading", args=[reading.pk])).status_code == 404
        assert client_of(auditor).get(looks).status_code == 403


def test_it_is_open_for_one_subject_and_not_for_another(town: Town, her):
    auditor = town.staff("auditor", town.county)
    services.ask_to_read("person", number_of(her), purpose="年度抽查", by=auditor)
    two.confirm(waiting.waiting_for(town.staff("security_administrator", town.county))[0].pk, by=town.staff("security_administrator", town.county))  # fmt: skip
    other = factories.person(town, name="白术")

    with pytest.raises(rules.ReadingNeeded):
        services.check_may_read("person", str(other.pk), by=auditor)
    services.check_may_read("person", str(her.pk), by=auditor)


def test_who_lives_elsewhere_is_not_found_and_nothing_is_asked(town: Town, her):
    stranger = town.staff("auditor", town.west)
    with pytest.raises(rules.SubjectNotFound):
        services.ask_to_read("person", number_of(her), purpose="年度抽查", by=stranger)
    with pytest.raises(rules.PurposeNeeded):
        services.ask_to_read("person", number_of(her), purpose="看", by=town.staff("auditor", town.county))

    assert not waiting.asked_by(stranger)


def test_a_colleague_and_a_case_are_subjects_too(town: Town, settings):
    """Where one person is enough (LINLI_FOUR_EYES), it opens at once: the look is noted all the same."""
    settings.FOUR_EYES = []
    factories.catalogue("senior_card")
    case = factories.submitted(town, factories.person(town), "senior_card")
    clerk = Account.objects.get(pk=town.staff("window_clerk", town.home).account_id)
    auditor = town.staff("auditor", town.county)
    one = services.ask_to_read("case", case.shown_number, purpose="年度抽查", by=auditor)
    other = services.ask_to_read("account", clerk.username, purpose="年度抽查", by=auditor)

    assert isinstance(one, Reading)
    assert isinstance(other, Reading)
    _row, page = services.read(one.pk, by=auditor)
    assert {entry.subject_id for entry in page.entries} == {str(case.pk)}
    services.read(other.pk, by=auditor)
    assert Entry.objects.filter(action="audit.read").count() == 2
