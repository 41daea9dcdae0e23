"""What a granted result changes (R41a): registering as unemployed begins a status, taking up a post ends it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.core.events.testing import run_all_with_interruptions
from linli.core.tasks.testing import run_all
from linli.ground.accounts.models import Account
from linli.ground.registry import queries as registry
from linli.ground.registry import services as registry_services
from linli.ground.registry.models import SpecialGroupTag
from linli.services.casework import membership, services, subscribers
from linli.services.casework.events import CaseDecided
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road, Town
from linli.services.certificates import services as certificates
from linli.services.certificates.models import Certificate

pytestmark = pytest.mark.django_db
BORN = dt.date(1985, 6, 1)


@pytest.fixture
def town(town: Town) -> Town:
    factories.catalogue("unemployment_registration", "employment_registration", "hard_to_employ", "job_help")
    town.seals()
    return town


@pytest.fixture
def her(town):
    return factories.person(town, name="苏木", born=BORN)


def granted(town, who, code="unemployment_registration"):
    """Applied for and granted; the events still wait."""
    road = Road(town, code, who)
    road.to_the_end()
    road.decide()
    return road


def tags(who, code="registered_unemployed"):
    rows = sorted((tag for tag in registry.tags_of(registry.last_row(who.pk)) if tag.code == code),
                  key=lambda tag: (tag.valid_from, tag.pk))  # fmt: skip
    return [(tag.valid_from, tag.valid_to) for tag in rows]


def revoke(number):
    certificate = Certificate.everywhere.get(case_number=number)
    certificates.revoke(
        certificate.number, by=factories.SETUP, reason="登记的情况与事实不符。", version=certificate.version
    )


def test_a_granted_registration_gives_the_group_with_the_case_as_its_source(town, her, clock):
    clock("2026-03-02 09:00")
    road = granted(town, her)
    assert tags(her) == []

    run_all()

    tag = SpecialGroupTag.everywhere.get()
    assert (tag.code, tag.decision_id) == ("registered_unemployed", road.case.pk)
    assert tag.source == f"失业登记，办件 {road.case.shown_number}"
    assert (tag.valid_from, tag.valid_to, tag.reviewed_by) == (dt.date(2026, 3, 2), None, None)
    assert Entry.objects.filter(action="registry.tag_given", person_id=her.pk).count() == 1
    assert registry.facts_of(her)["groups"].value == ("registered_unemployed",)


def test_a_refused_registration_gives_nothing(town, her):
    road = Road(town, "unemployment_registration", her)
    road.to_the_end()
    road.decide(granted=False, said="现在还在单位上班，没有失业。")
    run_all()

    assert not SpecialGroupTag.everywhere.exists()


def test_taking_up_a_post_ends_it_and_losing_it_begins_it_anew(town, her, clock):
    clock("2026-03-02 09:00")
    granted(town, her)
    run_all()
    clock("2026-05-06 10:00")
    granted(town, her, "employment_registration")
    run_all()

    assert tags(her) == [(dt.date(2026, 3, 2), dt.date(2026, 5, 6))]
    clock("2026-07-01 10:00")
    granted(town, her)
    run_all()
    assert tags(her) == [(dt.date(2026, 3, 2), dt.date(2026, 5, 6)), (dt.date(2026, 7, 1), None)]


def test_a_post_ends_what_the_office_had_noted_by_hand_too(town, her, clock):
    clock("2026-03-02 09:00")
    worker = town.staff("community_worker", town.home)
    registry_services.give_tag(her, by=worker, code="registered_unemployed", source="人社局 2026-02 名单")
    clock("2026-05-06 10:00")
    granted(town, her, "employment_registration")
    run_all()

    assert tags(her) == [(dt.date(2026, 3, 2), dt.date(2026, 5, 6))]


def test_a_revoked_result_ends_what_it_gave_and_a_replaced_one_goes_on(town, her, clock):
    clock("2026-03-02 09:00")
    first = granted(town, her)
    run_all()
    clock("2026-04-01 09:00")
    certificate = Certificate.everywhere.get()
    certificates.replace(
        certificate.number, by=factories.SETUP, reason="姓名印错了一个字。", version=certificate.version, facts=[]
    )
    run_all()
    assert tags(her) == [(dt.date(2026, 3, 2), None)]

    clock("2026-04-20 09:00")
    again = Certificate.everywhere.get(case_number=first.number, status="valid")
    certificates.revoke(again.number, by=factories.SETUP, reason="登记的情况与事实不符。", version=again.version)
    run_all()

    assert tags(her) == [(dt.date(2026, 3, 2), dt.date(2026, 4, 20))]


def test_what_a_worker_ended_by_hand_stays_ended(town, her, clock):
    clock("2026-03-02 09:00")
    road = granted(town, her)
    run_all()
    clock("2026-03-10 09:00")
    worker = town.staff("community_worker", town.home)
    registry_services.end_tag(SpecialGroupTag.everywhere.get().pk, by=worker)

    services.settle_groups(road.now(), by=factories.SETUP)

    assert tags(her) == [(dt.date(2026, 3, 2), dt.date(2026, 3, 10))]


def test_death_ends_it_on_its_day(town, her, clock):
    clock("2026-03-02 09:00")
    granted(town, her)
    run_all()
    clock("2026-04-02 09:00")
    registry_services.mark_dead(her, by=town.staff("community_worker", town.home), on=dt.date(2026, 3, 30))
    run_all()

    assert tags(her) == [(dt.date(2026, 3, 2), dt.date(2026, 3, 30))]


def test_it_follows_her_to_another_county_and_ends_there(town, her, clock):
    clock("2026-03-02 09:00")
    granted(town, her)
    run_all()
    clock("2026-04-02 09:00")
    moved = registry_services.move(her, by=town.staff("community_worker", town.home), community=town.west_home)
    assert [tag.code for tag in registry.tags_in_force(moved)] == ["registered_unemployed"]

    clock("2026-05-06 10:00")
    case = granted(town, moved, "employment_registration").now()
    assert case.county_code == "510403"
    subscribers.change_groups(CaseDecided(case.pk, case.county_code, case.number, True, case.decided_at))

    assert tags(her) == [(dt.date(2026, 3, 2), dt.date(2026, 5, 6))]


def test_a_recognition_lasts_as_long_as_its_result(town, her, clock):
    clock("2026-03-02 09:00")
    road = Road(town, "hard_to_employ", her)
    road.to_the_end()
    services.post_notice(road.number, by=road.handler)
    clock("2026-03-20 09:00")
    from linli.services.casework import tasks

    assert tasks.end_notices() == 1
    road.decide()
    run_all()

    assert tags(her, "hard_to_employ") == [(dt.date(2026, 3, 20), dt.date(2027, 3, 20))]


def test_the_order_in_which_news_arrive_changes_nothing(town, her, clock):
    """R151: the post's news come before the registration's, each twice."""
    told = []
    for moment, code in (("2026-03-02 09:00", "unemployment_registration"), ("2026-03-02 15:00", "employment_registration"),
                         ("2026-03-09 09:00", "unemployment_registration")):  # fmt: skip
        clock(moment)
        case = granted(town, her, code).now()
        told.append(CaseDecided(case.pk, case.county_code, case.number, True, case.decided_at))

    for event in [*reversed(told), *told]:
        subscribers.change_groups(event)

    assert tags(her) == [(dt.date(2026, 3, 2), dt.date(2026, 3, 2)), (dt.date(2026, 3, 9), None)]


@pytest.mark.parametrize("how", [run_all, run_all_with_interruptions])
def test_stopped_at_every_query_and_repeated_it_leaves_the_same_state(town, her, clock, how):
    """R151, for each of the three subscribers: granted, ended by a post, revoked, and a death."""
    other = factories.person(town, name="陈皮", born=BORN)
    third = factories.person(town, name="当归", born=BORN)
    clock("2026-03-02 09:00")
    for who in (her, other, third):
        granted(town, who)
    how()
    clock("2026-03-09 09:00")
    granted(town, her, "employment_registration")
    revoke(Certificate.everywhere.get(holder_id=other.pk).case_number)
    registry_services.mark_dead(third, by=town.staff("community_worker", town.home), on=dt.date(2026, 3, 8))
    how()

    began = dt.date(2026, 3, 2)
    assert tags(her) == [(began, dt.date(2026, 3, 9))]
    assert tags(other) == [(began, dt.date(2026, 3, 9))]
    assert tags(third) == [(began, dt.date(2026, 3, 8))]
    assert Entry.objects.filter(action__in=["registry.tag_given", "registry.tag_ended"]).count() == 6


# --- counts ---


def line(town):
    return town.staff("department_staff", town.county, "human_resources")


def counted(actor):
    rows = membership.by_month(actor, "registered_unemployed", months=6)
    return {f"{row.month:%Y-%m}": (row.granted, row.registered, row.already, row.ended, row.standing) for row in rows}


def test_counts_per_month_agree_with_the_registrations(town, clock):
    """R41a: registered, already there, ended by a post, revoked the same day, by death, and gone to another county."""
    people = [factories.person(town, name=name, born=BORN) for name in ("苏木", "陈皮", "当归", "黄芪", "白及")]
    clock("2026-03-31 23:30")  # still March in China
    granted(town, people[0])
    run_all()
    clock("2026-04-01 00:30")
    for who in people[1:4]:
        granted(town, who)
    again = granted(town, people[0])  # already there
    revoked = granted(town, people[4])
    run_all()
    revoke(revoked.number)
    run_all()
    clock("2026-05-06 10:00")
    granted(town, people[1], "employment_registration")
    registry_services.mark_dead(people[2], by=town.staff("community_worker", town.home), on=dt.date(2026, 5, 5))
    registry_services.move(people[3], by=town.staff("community_worker", town.home), community=town.west_home)
    run_all()
    clock("2026-06-15 10:00")
    granted(town, people[1])
    run_all()

    assert again.now().decided_at is not None
    assert counted(line(town)) == {
        "2026-06": (1, 1, 0, 0, 3), "2026-05": (0, 0, 0, 2, 2), "2026-04": (5, 4, 1, 1, 4), "2026-03": (1, 1, 0, 0, 1),
        "2026-02": (0, 0, 0, 0, 0), "2026-01": (0, 0, 0, 0, 0),
    }  # fmt: skip
    assert membership.standing(line(town), "registered_unemployed") == 3


def test_the_figures_page_counts_within_reach_and_costs_the_same_for_many(
    town, client, clock, django_assert_num_queries
):
    clock("2026-03-02 09:00")
    for name in ("苏木", "陈皮"):
        granted(town, factories.person(town, name=name, born=BORN))
    run_all()
    elsewhere = town.staff("department_staff", town.west, "human_resources")
    another_line = town.staff("department_staff", town.county, "housing")

    assert counted(line(town))["2026-03"] == (2, 2, 0, 0, 2)
    assert counted(elsewhere)["2026-03"] == counted(another_line)["2026-03"] == (0, 0, 0, 0, 0)
    with django_assert_num_queries(3):
        counted(line(town))
    client.force_login(Account.objects.get(pk=line(town).account_id))
    page = client.get(reverse("casework:unemployed")).content.decode()
    assert "登记失业人员：现在 2 人" in page
    assert "苏木" not in page
