"""Every item of the catalogue goes all the way: applied for, accepted, handled, decided, delivered (acceptance 5)."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.html import escape

from linli.core.access import system_actor
from linli.core.calendar import at, today
from linli.core.tasks.testing import run_all
from linli.services.casework import queries, services, tasks
from linli.services.casework.models import Case, Opinion, Status
from linli.services.casework.tests import factories
from linli.services.catalogue.content import Item
from linli.services.catalogue.services import ITEMS
from linli.services.certificates import services as certificates
from linli.services.certificates.models import Certificate

CODES = sorted(path.stem.split("_", 1)[1] for path in ITEMS.glob("*.yaml"))
MONDAY = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)  # 10:00 in China


def applicant(town: factories.Town, item: Item):
    """Somebody who meets what can be computed of the item's conditions."""
    ages = [c for c in item.applicants.conditions if c.fact == "age"]
    low = max([c.at_least for c in ages if c.at_least is not None], default=0 if ages else 30)
    high = min([c.below for c in ages if c.below is not None], default=130)
    age = min(low + 2, high - 1)
    born = today() - dt.timedelta(days=int(age * 365.25) + 40)
    return factories.person(town, born=born)


def handler(town: factories.Town, case: Case):
    if case.step_level == "community":
        return town.staff("community_worker", town.home)
    if case.step_level == "township":
        return town.staff("street_staff", town.street)
    place = town.county if case.step_level == "county" else town.city
    if case.step_department:
        return town.staff("department_staff", place, case.step_department)
    return town.staff("district_staff", place)


def test_there_are_at_least_forty_items():
    assert len(CODES) >= 40


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_an_item_can_be_applied_for_decided_and_delivered(code):
    """R25, R32b, R36, R44: any item by the same road, whatever its chain, notice, procedures and departments."""
    with at(MONDAY):
        town = factories.Town()
        factories.catalogue(code)
        item = queries.catalogue.item(queries.catalogue.published_version(code))
        keeper = factories.Account.objects.get(pk=town.staff("community_head", town.home).account_id)
        last = item.chain[-1]
        issuers = {"community": town.home, "township": town.street, "county": town.county, "city": town.city}
        certificates.make_seal(issuers[last.level], last.department, "测试机关", keeper, factories.SETUP)
        who = applicant(town, item)
        online = "online" in item.channels
        by = factories.resident(who) if online else town.staff("window_clerk", town.other)

        draft = factories.drafted(by, code, who, channel="online" if online else "window")
        case = services.submit(by, draft.pk, key=code)
        services.accept(case.number, by=town.staff("community_worker", town.home))

    moment = MONDAY
    for _act in range(12):
        moment += dt.timedelta(hours=1)
        with at(moment):
            case = queries.with_facts(Case.everywhere.get(pk=case.pk))
            if case.status == Status.PUBLIC_NOTICE:
                moment += dt.timedelta(days=40)
                with at(moment):
                    assert tasks.end_notices() == 1
                continue
            if case.status not in (Status.ACCEPTED, Status.IN_REVIEW):
                break
            for opinion in Opinion.everywhere.filter(case=case, answered_at__isnull=True):
                theirs = town.staff("department_staff", town.county, opinion.department)
                services.give_opinion(opinion.pk, by=theirs, verdict="agree", answer="")
            act_by = handler(town, case)
            if item.chain[case.step].step != "decide":
                services.forward(case.number, by=act_by)
            elif case.facts.needs_notice and not case.facts.notice_done:
                services.post_notice(case.number, by=act_by)
            else:
                services.decide(case.number, by=act_by, granted=True)
    with at(moment):
        run_all()
        case.refresh_from_db()
        if case.status == Status.GRANTED:
            services.deliver(case.number, by=system_actor("测试送达"), how="collect")
            case.refresh_from_db()

    assert case.status == Status.DELIVERED
    certificate = Certificate.everywhere.get(number=case.certificate_number)
    assert certificate.holder_id == who.pk
    assert certificate.item_code == code


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("code", CODES)
def test_the_guide_of_an_item_opens_in_both_languages(client, code, language):
    """R25b: what to bring, where, how long, how much, on one page a resident can read."""
    factories.catalogue(code)
    client.cookies["linli_language"] = language

    page = client.get(reverse("catalogue:guide", args=[code]))

    assert page.status_code == 200
    item = queries.catalogue.item(queries.catalogue.published_version(code))
    assert escape(item.name.en if language == "en" else item.name.zh) in page.content.decode()
