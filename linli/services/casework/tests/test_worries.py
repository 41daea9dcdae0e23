"""What goes wrong at one case: nobody else waits for it, and whoever can mend it is told."""

from __future__ import annotations

import logging

import pytest
from django.urls import reverse

from linli.core.ids import new_id
from linli.core.tasks.testing import run_all
from linli.services.casework import queries, services, tasks
from linli.services.casework.models import Case, Status, WorkItem
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road
from linli.services.casework.tests.test_pages import signed_in
from linli.services.catalogue.models import ItemVersion
from linli.services.certificates import documents
from linli.services.certificates import services as seals
from linli.services.certificates.models import Certificate

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]


def broken(case: Case) -> ItemVersion:
    """Give a case an item version that nobody can read: whatever looks into it fails."""
    good = case.item_version
    bad = ItemVersion.objects.get(pk=good.pk)
    bad.pk, bad.number, bad.status = new_id(), 99, "draft"
    bad.content, bad.content_hash = {"name": {"zh": "高龄津贴"}}, "0" * 64
    bad.save(force_insert=True)
    Case.everywhere.filter(pk=case.pk).update(item_version=bad)
    return good


# --- the clock's run ---


@pytest.fixture
def three(town, clock) -> list[Road]:
    """Three applications of 2 March 2026 that nobody answered in five working days; the middle one is broken."""
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    roads = [Road(town) for _n in range(3)]
    run_all()
    broken(roads[1].case)
    clock("2026-03-11 08:00")
    return roads


def test_one_broken_case_does_not_stop_the_run_for_the_others(three, caplog):
    """R36a: silence is acceptance, whatever happens at somebody else's case."""
    with caplog.at_level(logging.ERROR):
        tasks.clock.call()

    assert [road.now().status for road in three] == [Status.ACCEPTED, Status.SUBMITTED, Status.ACCEPTED]
    logged = [record for record in caplog.records if record.message == "casework.case_broken"]
    assert {record.case for record in logged} == {str(three[1].case.pk)}  # type: ignore[attr-defined]
    assert "柳桂枝" not in caplog.text


def test_a_broken_case_is_work_for_the_administrator_once_and_ends_when_it_is_mended(three, town):
    tasks.deem_accepted_what_nobody_answered()
    tasks.deem_accepted_what_nobody_answered()

    item = queries.work_items_for(town.staff("administrator", town.city)).get()
    assert (item.kind, item.case) == ("case_broken", three[1].case)
    assert three[1].case.shown_number in item.what
    assert "请管理员查日志" in item.what

    Case.everywhere.filter(pk=three[1].case.pk).update(item_version=three[0].case.item_version)
    tasks.deem_accepted_what_nobody_answered()

    assert three[1].now().status == Status.ACCEPTED
    assert WorkItem.everywhere.get().closed_at is not None


def test_reminders_and_bad_ratings_go_on_beside_a_broken_case(three, town, clock):
    for road in (three[0], three[2]):
        services.accept(road.number, by=road.worker)
    clock("2026-03-20 09:00")

    tasks.remind_and_escalate()

    assert {road.number for road in (three[0], three[2])} <= set(
        WorkItem.everywhere.filter(kind="escalation_reached_nobody").values_list("case__number", flat=True)
    )
    late = {"case_broken", "escalation_reached_nobody"}
    assert {row.kind for row in queries.work_items_for(town.staff("supervisor", town.county))} == late
    assert {row.kind for row in queries.work_items_for(town.staff("administrator", town.city))} == {"case_broken"}
    handler = town.staff("department_staff", town.county, "civil_affairs")
    assert not queries.work_items_for(handler).exclude(kind="case_broken").exists(), "nobody supervises herself (R8b)"
    assert WorkItem.everywhere.get(kind="case_broken").case == three[1].case


# --- the certificate that cannot be made ---


@pytest.fixture
def granted(town, clock) -> Road:
    """Granted on 2 March 2026 by a county's line that has no seal; its community has one."""
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    road.to_the_end()
    road.decide()
    run_all()
    return road


def test_without_a_seal_the_granted_case_is_work_for_community_and_department(granted, town):
    """R46a: nothing is sealed without a seal, and nobody has to find it at the administrator's desk."""
    assert granted.now().status == Status.GRANTED

    for role, place, department in (
        ("community_head", town.home, ""), ("department_staff", town.county, "civil_affairs"),
        ("administrator", town.city, ""),
    ):  # fmt: skip
        item = queries.work_items_for(town.staff(role, place, department)).get()
        assert (item.kind, item.case) == ("certificate_waits", granted.case)
        assert "东区民政" in item.what
        assert "请管理员先登记印章和保管人" in item.what
    assert not queries.work_items_for(town.staff("department_staff", town.county, "human_resources")).exists()
    tasks.make_what_waits()
    assert WorkItem.everywhere.count() == 1


def test_the_applicant_reads_truthfully_what_she_waits_for(granted, client):
    signed_in(client, granted.resident)

    page = client.get(reverse("casework:my_case", args=[granted.number])).content.decode()

    assert "批准了，证书还没有做成。" in page
    assert "您不用再跑" in page
    assert "一般几分钟" not in page


def test_the_seal_once_there_makes_the_certificate_and_ends_the_work(granted, town, client):
    keeper = factories.Account.objects.get(pk=town.staff("community_head", town.home).account_id)
    seals.make_seal(town.county, "civil_affairs", "东区民政局", keeper, factories.SETUP)
    run_all()

    assert granted.now().status == Status.DELIVERED
    assert Certificate.everywhere.get().number == granted.case.certificate_number
    item = WorkItem.everywhere.get()
    assert item.outcome == "证书已经签发。"
    signed_in(client, granted.resident)
    assert "还没有做成" not in client.get(reverse("casework:my_case", args=[granted.number])).content.decode()


def test_a_template_that_fails_is_work_too_and_is_tried_again_with_the_clock(town, clock, monkeypatch, caplog):
    factories.catalogue("old_age_allowance")
    town.seals()
    clock("2026-03-02 09:00")
    road = Road(town)
    road.to_the_end()
    road.decide()

    def fails(*_args: object, **_more: object) -> bytes:
        raise RuntimeError("柳桂枝 could not be typeset")

    with monkeypatch.context() as patch:
        patch.setattr(documents, "certificate_pdf", fails)
        run_all()

    assert road.now().status == Status.GRANTED
    assert "模板或者程序出错" in WorkItem.everywhere.get().what
    assert "柳桂枝" not in caplog.text
    tasks.clock.call()
    run_all()
    assert road.now().status == Status.DELIVERED
    assert WorkItem.everywhere.get().closed_at is not None


def test_a_work_item_closed_by_hand_while_the_certificate_still_lacks_is_opened_again(granted, town):
    head = town.staff("community_head", town.home)
    services.close_work_item(WorkItem.everywhere.get().pk, by=head, outcome="打电话问过了。")

    tasks.make_what_waits()

    assert WorkItem.everywhere.filter(closed_at__isnull=True).count() == 1
