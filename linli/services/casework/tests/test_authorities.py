"""A relative or guardian acts for a resident by an authority that stands, until a day or until somebody ends it (R37)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.core.messages.models import Message
from linli.services.casework import queries, rules, services
from linli.services.casework.models import CaseMandate, Draft, Ground, Mandate, StandingAuthority
from linli.services.casework.pages.desk import BEFORE_ME
from linli.services.casework.tests import factories
from linli.services.casework.tests.test_behalf import handed_in
from linli.services.casework.tests.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]
ITEM = "old_age_allowance"
UNTIL = dt.date(2027, 3, 2)


@pytest.fixture
def town(town, clock):
    clock("2026-03-02 09:00")
    factories.catalogue(ITEM)
    return town


def record(by, agent, applicant, **more) -> StandingAuthority:
    more = {"relation": "child", "ground": Ground.WRITTEN, "valid_to": UNTIL, "is_paper_seen": True} | more
    return services.record_authority(by, agent_id=agent.pk, applicant_id=applicant.pk, **more)


def test_it_is_listed_on_both_pages_and_both_are_told(town, mother, daughter, clerk, client):
    row = record(clerk, daughter, mother)

    for person, shown in ((mother, "柳青禾"), (daughter, "柳桂枝")):
        page = signed_in(client, factories.resident(person)).get(reverse("casework:my_authorities")).content.decode()
        assert shown in page
        assert "授权委托书，看过原件" in page
    told = Message.everywhere.filter(template="casework.authority_recorded", channel="portal")
    assert set(told.values_list("person_id", flat=True)) == {mother.pk, daughter.pk}
    entry = Entry.objects.get(action="casework.authority_recorded")
    assert (entry.person_id, entry.facts["until"], entry.facts["agent"]) == (mother.pk, "2027-03-02", str(daughter.pk))
    assert str(row.pk) == entry.subject_id


def test_a_visit_rests_on_it_without_the_paper_and_the_case_says_so(town, mother, daughter, clerk):
    record(clerk, daughter, mother)
    mandate = services.mandate_by_authority(clerk, agent=daughter, applicant=mother, visit_id=uuid4())
    case = handed_in(clerk, mandate)

    held = CaseMandate.everywhere.get(case=case)
    assert (held.relation, held.ground, held.is_paper_seen) == ("child", "written", True)


def test_from_home_she_chooses_whom_she_acts_for(town, mother, daughter, clerk, client):
    record(clerk, daughter, mother)
    browser = signed_in(client, factories.resident(daughter))
    page = reverse("casework:apply", args=[ITEM])
    assert "柳桂枝（长期授权）" in browser.get(page).content.decode()
    assert browser.post(page, {"whom": str(mother.pk)}).status_code == 302

    draft = Draft.objects.get()
    assert (draft.applicant_id, draft.agent_id, draft.agent_relation) == (mother.pk, daughter.pk, "child")
    assert draft.mandate is not None
    stranger = factories.person(town, name="白术")
    assert browser.post(page, {"whom": str(stranger.pk)}).status_code == 422


@pytest.mark.parametrize("who", ["applicant", "agent", "office"])
def test_either_of_the_two_and_the_office_end_it_at_once(town, mother, daughter, clerk, client, who):
    row = record(clerk, daughter, mother)
    if who == "office":
        browser = signed_in(client, clerk)
        ends = reverse("casework:window_revoke_authority", args=[mother.pk, row.pk])
        assert browser.post(ends).status_code == 404, "no card was read"
        session = browser.session
        session[BEFORE_ME] = [str(mother.pk)]
        session.save()
    else:
        browser = signed_in(client, factories.resident(mother if who == "applicant" else daughter))
        ends = reverse("casework:revoke_authority", args=[row.pk])
    assert browser.post(ends).status_code == 302

    row.refresh_from_db()
    assert row.revoked_by == who
    assert not queries.authorities_of(mother)
    with pytest.raises(rules.MandateNotFitting):
        services.mandate_by_authority(clerk, agent=daughter, applicant=mother, visit_id=uuid4())
    with pytest.raises(rules.MandateNotFitting):
        services.start_draft(factories.resident(daughter), ITEM, applicant_id=mother.pk, by_authority=True)
    assert not Mandate.objects.exists()
    assert Entry.objects.get(action="casework.authority_revoked").facts["who"] == who


def test_a_stranger_neither_sees_nor_ends_nor_uses_it(town, mother, daughter, clerk, client):
    row = record(clerk, daughter, mother)
    stranger = factories.resident(factories.person(town, name="白术"))
    browser = signed_in(client, stranger)

    assert "柳" not in browser.get(reverse("casework:my_authorities")).content.decode().partition("<main")[2]
    assert browser.post(reverse("casework:revoke_authority", args=[row.pk])).status_code == 404
    with pytest.raises(rules.MandateNotFitting):
        services.mandate_by_authority(stranger, agent=daughter, applicant=mother, visit_id=uuid4())
    row.refresh_from_db()
    assert row.revoked_at is None


def test_it_counts_to_the_day_before_its_end_and_no_longer(town, mother, daughter, clerk, clock):
    record(clerk, daughter, mother)
    clock("2027-03-01 23:59")
    assert queries.authority_between(daughter, mother)
    clock("2027-03-02 00:01")

    assert queries.authority_between(daughter, mother) is None
    assert queries.authority_between(mother, daughter) is None


@pytest.mark.parametrize("until", [dt.date(2026, 3, 2), dt.date(2025, 1, 1), dt.date(2031, 1, 1)])
def test_it_has_an_end_and_not_a_far_one(town, mother, daughter, clerk, until):
    with pytest.raises(rules.AuthorityTooLong):
        record(clerk, daughter, mother, valid_to=until)
    with pytest.raises(rules.AuthorityMissing):
        record(clerk, daughter, mother, is_paper_seen=False)

    assert not StandingAuthority.objects.exists()


def test_a_new_one_takes_the_place_of_the_old(town, mother, daughter, clerk):
    first = record(clerk, daughter, mother)
    record(clerk, daughter, mother, valid_to=UNTIL + dt.timedelta(days=30))

    first.refresh_from_db()
    assert first.revoked_by == "office"
    assert [one.row.valid_to for one in queries.authorities_of(mother)] == [UNTIL + dt.timedelta(days=30)]
