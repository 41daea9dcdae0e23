"""R45: a resident reports who asked for a proof that nobody may ask for; reports are counted by asking body."""

import datetime as dt
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core import calendar
from linli.core.access import ANONYMOUS
from linli.core.audit.models import Entry
from linli.services.catalogue import rules as catalogue_rules
from linli.services.catalogue.services import load_forbidden_proofs
from linli.services.certificates import queries, rules, services
from linli.services.certificates.models import ProofDemand
from linli.services.certificates.tests import factories as make

NOON = dt.datetime(2026, 11, 16, 4, 0, 7, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(settings):
    settings.DEMO = True
    cache.clear()
    with calendar.at(NOON):
        yield


@pytest.fixture
def as_actor(client, monkeypatch):
    def become(actor):
        from linli.ground.accounts import middleware

        monkeypatch.setattr(middleware, "_actor", lambda request: actor)
        return client

    return become


def told(by=None, **changes):
    facts = {"community": make.community(), "proof_name": "亲属关系证明", "asking_body": "演示银行竹湖园支行",
             "asked_for": "取老人的存款"}  # fmt: skip
    return services.report_demand(by or make.resident(), **facts | changes)


def typed(place=None, **changes):
    code = (place or make.community()).code
    return {"proof_name": "亲属关系证明", "asking_body": "演示银行", "asked_for": "取存款", "note": "",
            "community": code, "community-county": f"{code[:6]}000000", "community-township": f"{code[:9]}000"} | changes  # fmt: skip


def text(response):
    return response.content.decode()


def test_a_name_that_people_use_finds_the_lists_entry():
    load_forbidden_proofs(catalogue_rules.national_proofs(), make.WORKER)

    row = told(proof_name="亲属 关系 的证明（社区盖章）", note="柜台说没有就不办。")

    assert row.proof is not None
    assert (row.proof_name, row.proof.name) == ("亲属关系证明", "亲属关系证明")
    assert "柜台" not in row.note
    assert row.note_shown == "柜台说没有就不办。"
    [entry] = Entry.objects.filter(action="certificates.proof_demand_reported")
    assert (entry.chain, entry.facts) == ("510402", {"on_the_list": True})


def test_what_is_on_no_list_is_kept_in_its_own_words():
    row = told(proof_name="我是我自己的声明")

    assert (row.proof, row.proof_name) == (None, "我是我自己的声明")


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"proof_name": " "}, rules.WordsNeeded, "proof_name"),
        ({"asking_body": "—"}, rules.WordsNeeded, "asking_body"),
        ({"asked_for": "\x00\x00"}, rules.WordsNeeded, "asked_for"),
        ({"asking_body": "银" * 121}, rules.WordsTooLong, "asking_body"),
        ({"note": "说" * 10_000}, rules.WordsTooLong, "note"),
    ],
)
def test_words_that_say_nothing_or_too_much_leave_nothing_behind(changes, refusal, field):
    with pytest.raises(refusal) as caught:
        told(**changes)

    assert caught.value.field == field
    assert not ProofDemand.everywhere.exists()
    assert not Entry.objects.exists()


def test_the_database_refuses_a_report_that_does_not_say_who():
    with pytest.raises(IntegrityError), transaction.atomic():
        ProofDemand.everywhere.create(
            county_code="510402", community=make.community(), proof_name="x", asking_body="", asking_key="",
            asked_for="x", reported_by=UUID(int=1), reported_at=NOON,
        )  # fmt: skip


def test_nobody_and_those_without_the_right_report_nothing():
    for by in (ANONYMOUS, make.actor("supervisor", make.county_of(make.community()))):
        with pytest.raises(PermissionDenied):
            told(by)
    assert not ProofDemand.everywhere.exists()


def test_a_community_worker_reports_for_her_own_community_only():
    home, next_door = make.community(), make.community("510402001002", "临江社区")
    worker = make.actor("community_worker", home)

    assert told(worker).community == home
    for elsewhere in (next_door, make.community("510403001001", "路南社区"), make.county_of(home)):
        with pytest.raises(rules.PlaceOutOfReach):
            told(worker, community=elsewhere)


def test_an_account_reports_twenty_times_a_day_and_again_tomorrow():
    by = make.resident()
    for _ in range(rules.DEMANDS_A_DAY):
        told(by)

    with pytest.raises(rules.TooManyDemands):
        told(by)
    told()
    with calendar.at(NOON + dt.timedelta(days=1, seconds=1)):
        told(by)

    assert ProofDemand.everywhere.count() == rules.DEMANDS_A_DAY + 2


def test_reports_are_counted_by_body_however_it_is_spelled():
    by = make.resident()
    told(by, asking_body="演示银行 竹湖园支行")
    told(by, asking_body="演示银行（竹湖园支行）")
    told(asking_body="演示银行竹湖园支行")
    told(asking_body="演示小学")

    counts = queries.demands_by_body(make.actor("district_staff", make.county_of(make.community())))

    assert [(one.reports, one.people) for one in counts] == [(3, 2), (1, 1)]
    assert counts[1].name == "演示小学"


def test_reports_stay_within_reach():
    home, next_door = make.community(), make.community("510402001002", "临江社区")
    far = make.community("510403001001", "路南社区")
    for place in (home, next_door, far):
        told(community=place)
    county = make.county_of(home)

    seen = {
        ("community_head", home.code): {home.pk},
        ("district_staff", county.code): {home.pk, next_door.pk},
        ("supervisor", county.code): {home.pk, next_door.pk},
        ("auditor", make.county_of(far).code): {far.pk},
        ("community_worker", home.code): set(),
        ("street_staff", county.code): set(),
    }
    for (role, code), places in seen.items():
        actor = make.actor(role, next(d for d in (home, county, make.county_of(far)) if d.code == code))
        assert {row.community_id for row in queries.demands_for(actor)} == places, role
    assert not queries.demands_for(make.resident()).exists()
    assert not queries.demands_for(ANONYMOUS).exists()


def test_everybody_reads_the_twenty_and_what_replaces_them(client):
    page = text(client.get(reverse("certificates:proofs")))

    assert "这 20 种证明，社区不开，谁也不能向您要" in page
    assert page.count("改用：") == 20
    assert "有人还在要这个证明" in page


@pytest.mark.parametrize(("q", "found"), [("亲属关系", ["亲属关系证明"]), ("没有这种", []), ("\x00", None)])
def test_search_finds_by_name(client, q, found):
    response = client.get(reverse("certificates:proofs"), {"q": q})

    assert response.status_code == 200
    if found is not None:
        assert [proof.name for proof in response.context["proofs"]] == found


def test_a_resident_reports_on_a_page_and_comes_back_to_the_list(as_actor):
    client = as_actor(make.resident())
    address = reverse("certificates:report_demand")
    assert 'value="亲属关系证明"' in text(client.get(address, {"proof": "亲属关系证明"}))

    response = client.post(address, typed())

    assert response["Location"] == reverse("certificates:proofs")
    assert "记下了" in text(client.get(response["Location"]))
    assert ProofDemand.everywhere.get().asking_body == "演示银行"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"asking_body": ""}, "请写下是哪个单位要的"),
        ({"proof_name": "x" * 10_000}, "120"),
        ({"community": "999999999999"}, "请接着选"),
        ({"asked_for": "。"}, "请写清楚"),
    ],
)
def test_a_broken_form_comes_back_with_everything_typed(as_actor, changes, says):
    make.community("510402001002", "临江社区")
    response = as_actor(make.resident()).post(
        reverse("certificates:report_demand"), typed(asked_for="取老人存款") | changes
    )

    assert response.status_code == 422
    assert says in text(response)
    assert changes.get("asked_for", "取老人存款") in text(response)
    assert not ProofDemand.everywhere.exists()


def test_the_district_opens_the_count_of_a_body(as_actor):
    told(asking_body="演示银行", note="说了两次")
    told(asking_body="演示小学")
    client = as_actor(make.actor("district_staff", make.county_of(make.community())))

    page = text(client.get(reverse("certificates:demands"), {"body": "演示银行"}))

    assert "演示小学" in page  # in the count
    assert "演示银行要的，为了：取老人的存款" in page
    assert "演示小学要的" not in page
    assert "说了两次" in page


@pytest.mark.parametrize("before", ["", "x", "~", "2026-11-16T00:00:00~x", "2026-11-16T04:00:00+00:00~", "\x00"])
def test_a_broken_mark_means_the_beginning(as_actor, before):
    told()
    client = as_actor(make.actor("district_staff", make.county_of(make.community())))

    response = client.get(reverse("certificates:demands"), {"before": before, "body": "\x00"})

    assert response.status_code == 200
    assert len(response.context["rows"]) == 1


def test_the_list_costs_the_same_for_one_report_and_for_many(as_actor):
    client = as_actor(make.actor("district_staff", make.county_of(make.community())))

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(reverse("certificates:demands"))
        return len(caught)

    told(note="一句话")
    cost()
    one = cost()
    for n in range(40):
        told(asking_body=f"演示单位 {n}", note="一句话")

    assert cost() == one
    first = client.get(reverse("certificates:demands"))
    assert len(first.context["rows"]) == 30
    second = client.get(reverse("certificates:demands") + first.context["older"])
    assert len(second.context["rows"]) == 11
