"""What is proposed to whom (R38, R41a): by the item's own conditions, with the rule, few, and never in confidence."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.core.calendar import today
from linli.core.messages.models import Message
from linli.core.tasks.testing import run_all
from linli.ground.accounts.models import Account
from linli.ground.registry import services as registry_services
from linli.services.casework import proposals, rules, services
from linli.services.casework.models import Case, DeclinedProposal
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road, Town
from linli.services.casework.tests.test_effects import BORN, granted
from linli.services.catalogue import reading
from linli.services.catalogue.services import ITEMS

pytestmark = pytest.mark.django_db
WORK = ("unemployment_registration", "hard_to_employ", "unemployment_benefit", "job_help", "public_welfare_post")


@pytest.fixture
def town(town: Town) -> Town:
    factories.catalogue(*WORK, "old_age_allowance", "senior_card", "senior_meal", "fp_reward", "orphan_allowance")
    town.seals()
    return town


@pytest.fixture
def her(town):
    return factories.person(town, name="苏木", born=BORN)


def codes(found):
    return [one.code for one in found]


def signed_in(client, actor):
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


def test_registering_as_unemployed_is_followed_by_what_helps_with_the_rule_of_each(town, her, clock):
    """R41a: from the status assistance is proposed; taking part ends the proposal."""
    clock("2026-03-02 09:00")
    assert proposals.proposals_for(her) == []
    road = granted(town, her)
    run_all()

    found = proposals.proposals_for(her)

    assert codes(found) == ["hard_to_employ", "unemployment_benefit", "job_help"]
    assert found[0].because == ("您登记了失业，符合“已经失业登记”这一条。",)
    assert found[2].because == ("您登记了失业，这件事专门帮这样的人。",)
    source = f"失业登记，办件 {road.case.shown_number}，2026-03-02 起"
    told = proposals.proposals_for(her, in_public=False)
    assert told[0].because == (f"登记了失业（{source}），符合“已经失业登记”这一条。",)
    assert told[2].because == (f"登记了失业（{source}），这件事专门帮这样的人。",)
    assert (found[0].more_is_asked, found[2].more_is_asked) == (True, False)
    factories.submitted(town, her, "job_help")
    assert codes(proposals.proposals_for(her)) == ["hard_to_employ", "unemployment_benefit"]


def test_who_meets_every_condition_by_the_registry_is_told_once_until_she_holds_it(town, clock):
    """高龄津贴 at eighty, on the birthday and not a day before; a meal, which anybody of sixty may have, is not proposed."""
    clock("2026-03-01 12:00")
    old = factories.person(town, born=dt.date(1946, 3, 2))
    assert codes(proposals.proposals_for(old)) == ["senior_card"]

    clock("2026-03-02 12:00")
    found = proposals.proposals_for(old)

    assert codes(found) == ["old_age_allowance", "senior_card"]
    assert found[0].because == ("您 80 岁，按登记的资料，条件都符合：年满 80 周岁、户口在本市。",)
    granted(town, old, "old_age_allowance")
    assert codes(proposals.proposals_for(old)) == ["senior_card"]
    run_all()
    assert codes(proposals.proposals_for(old)) == ["senior_card"]


def test_a_known_fact_speaks_against_it_and_an_unknown_one_is_no_proof(town):
    elsewhere = factories.person(town, born=dt.date(1940, 1, 1), registered_community=None, registered_place="云南省")
    unknown = factories.person(town, name="陈皮", born=dt.date(1940, 1, 1), registered_community=None)

    assert codes(proposals.proposals_for(elsewhere)) == codes(proposals.proposals_for(unknown)) == ["senior_card"]


def test_what_was_refused_lately_is_not_proposed_again_at_once(town, clock):
    clock("2026-03-02 09:00")
    old = factories.person(town, born=dt.date(1940, 1, 1))
    road = Road(town, "old_age_allowance", old)
    services.not_accept(road.number, by=road.worker, said="在别的区已经领了，不能重复领。")
    assert codes(proposals.proposals_for(old)) == ["senior_card"]

    clock("2026-09-15 09:00")
    assert codes(proposals.proposals_for(old)) == ["old_age_allowance", "senior_card"]


def test_the_dead_and_the_unknown_are_told_nothing(town, clock):
    clock("2026-03-02 09:00")
    old = factories.person(town, born=dt.date(1940, 1, 1))
    registry_services.mark_dead(old, by=factories.SETUP, on=today())
    old.refresh_from_db()

    assert proposals.proposals_for(old) == []
    nobody = factories.account_services.resident_for_phone("15400000999", name="")
    from linli.ground.accounts import queries as accounts

    assert proposals.proposals_to(accounts.actor_for(nobody)) == []


def test_sensitive_items_and_discreet_groups_are_never_named_in_public(town, her):
    """A neighbour may be looking over her shoulder; the worker with whom she sits may know."""
    items = {item.code: item for _file, item in reading.read_folder(ITEMS).items}
    worker = town.staff("community_worker", town.home)
    tag = registry_services.give_tag(her, by=worker, code="orphan", source="民政局 2026-02 名单")
    help_ = items["job_help"]
    opened = help_.model_copy(
        update={"applicants": help_.applicants.model_copy(update={"proposed_to": ["orphan"]})}
    )  # fmt: skip
    from linli.ground.registry import queries as registry

    facts = registry.facts_of(her)

    assert proposals.proposed(opened, facts, [tag], on=today(), in_public=True) is None
    assert proposals.proposed(opened, facts, [tag], on=today(), in_public=False).code == "job_help"
    hidden = opened.model_copy(update={"sensitive": True})
    assert proposals.proposed(hidden, facts, [tag], on=today(), in_public=False) is None
    assert not [item for item in items.values() if item.sensitive and item.effects and item.effects.gives]


def test_declined_is_declined_for_good_and_only_by_herself(town, her, clock, refused):
    clock("2026-03-02 09:00")
    granted(town, her)
    run_all()
    me = factories.resident(her)

    services.decline_proposal("hard_to_employ", by=me)
    services.decline_proposal("hard_to_employ", by=me)
    with refused(rules.ChoiceNotKnown):
        services.decline_proposal("old_age_allowance", by=me)
    with refused(rules.IdentityNeeded):
        services.decline_proposal("job_help", by=town.staff("community_worker", town.home))

    assert codes(proposals.proposals_for(her)) == ["unemployment_benefit", "job_help"]
    assert DeclinedProposal.everywhere.count() == 1
    assert Entry.objects.get(action="casework.proposal_declined").facts == {"item": "hard_to_employ"}
    clock("2027-03-02 09:00")
    moved = registry_services.move(her, by=factories.SETUP, community=town.west_home)
    assert "hard_to_employ" not in codes(proposals.proposals_for(moved))


def test_her_home_shows_three_her_page_all_and_her_case_what_follows_from_it(town, her, client, clock):
    clock("2026-03-02 09:00")
    road = granted(town, her)
    run_all()
    signed_in(client, factories.resident(her))

    home = client.get("/").content.decode()
    assert home.count("不用了，别再提") == 3
    assert "登记了失业" in home
    case = client.get(reverse("casework:my_case", args=[road.number])).content.decode()
    assert "接下来，这些您可能可以办" in case
    answer = client.post(reverse("casework:decline_proposal", args=["hard_to_employ"]), {"back": "/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    outside = client.post(reverse("casework:decline_proposal", args=["job_help"]), {"back": "https://example.org/"})
    assert outside["Location"] == reverse("casework:my_proposals")
    assert client.post(reverse("casework:decline_proposal", args=["nothing"])).status_code == 404
    page = client.get(reverse("casework:my_proposals")).content.decode()
    assert page.count("不用了，别再提") == 1
    assert not Message.everywhere.filter(template__startswith="casework.propos").exists()


def test_the_persons_page_tells_those_who_may_know_her_groups(town, her, client, clock):
    clock("2026-03-02 09:00")
    granted(town, her)
    run_all()
    page = reverse("registry:person", args=[her.pk])

    for role, told in (("community_worker", True), ("grid_member", False)):
        text = signed_in(client, town.staff(role, town.home)).get(page).content.decode()
        assert ("可能可以办、还没有办的" in text) is told, role
        assert ("登记了失业" in text) is told, role


def test_an_agent_sees_nothing_of_what_follows_for_the_other(town, her, client, clock):
    clock("2026-03-02 09:00")
    road = granted(town, her)
    run_all()
    agent = factories.person(town, name="陈皮", born=BORN)
    Case.everywhere.filter(pk=road.case.pk).update(agent=agent, agent_relation="child")

    text = signed_in(client, factories.resident(agent)).get(reverse("casework:my_case", args=[road.number]))

    assert text.status_code == 200
    assert "接下来，这些您可能可以办" not in text.content.decode()


def test_proposing_asks_the_same_for_one_item_and_for_many(town, her, clock, django_assert_max_num_queries):
    clock("2026-03-02 09:00")
    granted(town, her)
    run_all()

    with django_assert_max_num_queries(9):
        found = proposals.proposals_for(her)
    assert len(found) == 3
