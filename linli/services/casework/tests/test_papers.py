"""Papers of a case: written with the act, sealed once, the same for ever, checked by everybody."""

from __future__ import annotations

import hashlib
import io
import threading
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from pypdf import PdfReader

from linli.core.access import Actor
from linli.core.audit.models import Entry
from linli.core.tasks.testing import run_all
from linli.ground.registry.models import Person
from linli.services.casework import queries, services
from linli.services.casework.models import CaseAction, WorkItem
from linli.services.casework.services import papers
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road
from linli.services.casework.tests.test_pages import signed_in
from linli.services.certificates import queries as certificates
from linli.services.certificates import services as seals
from linli.services.certificates.models import Paper, Seal, SealUse
from linli.services.certificates.rules import Verdict

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace(" ", "").replace("\n", "")


@pytest.fixture
def road(town, clock) -> Road:
    """Handed in and accepted on Monday 2 March 2026, in a community that has its seal."""
    factories.catalogue("old_age_allowance")
    town.seals()
    clock("2026-03-02 09:00")
    road = Road(town)
    road.accept()
    return road


def fetched(client: Any, road: Road, kind: str, by: Actor | None = None) -> bytes:
    signed_in(client, by or road.resident)
    response = client.get(reverse("casework:paper", args=[road.number, kind]))
    assert response.status_code == 200
    return bytes(response.content)


def test_an_act_writes_its_paper_and_signs_nothing(road):
    """R36a: the submission and the acceptance cost a row each; the signature waits for the first reader."""
    written = Paper.everywhere.order_by("written_at", "id")

    assert [paper.kind for paper in written] == ["receipt", "acceptance"]
    assert [paper.is_sealed for paper in written] == [False, False]
    assert [paper.number[:18] for paper in written] == [f"{road.number}01", f"{road.number}02"]
    assert not SealUse.objects.exists()
    assert "柳桂枝" not in written[0].facts


def test_a_paper_is_sealed_once_and_stays_the_same_bytes_for_everybody(road, client, clock):
    """行政许可法第三十二条第二款: a written proof with the body's seal and the date; R46b: one use, one row."""
    first = fetched(client, road, "acceptance")
    clock("2026-03-20 15:00")
    again = fetched(client, road, "acceptance", by=road.worker)

    assert again == first
    use = SealUse.objects.get()
    paper = Paper.everywhere.get(kind="acceptance")
    assert (use.document, use.occasion, use.case_number) == (paper.number, "notice", road.number)
    assert use.approved_by == road.worker.account_id
    assert use.sha256 == paper.pdf_sha256 == hashlib.sha256(first).hexdigest()
    assert use.seal == Seal.objects.get(division=road.town.home, department="")
    assert Entry.objects.filter(action="certificates.paper_sealed").count() == 1
    assert certificates.verdict_on(first).verdict == Verdict.SEALED_PAPER


def test_a_paper_prints_what_was_true_at_the_act_and_not_today(road, client, clock):
    """A name corrected, a deadline moved, a case decided: the notice of acceptance says what it said."""
    clock("2026-03-06 10:00")
    Person.everywhere.filter(pk=road.person.pk).update(name="柳桂芝")
    services.ask_extension(road.number, by=road.worker, working_days=5, because="要上门核实。")
    services.answer_extension(road.number, by=road.town.staff("community_head", road.town.home), approved=True)

    accepted = text_of(fetched(client, road, "acceptance"))
    extended = text_of(fetched(client, road, "extension"))

    due = CaseAction.objects.get(action="accept").facts["due_on"].split("-")
    told = f"{int(due[0])}年{int(due[1])}月{int(due[2])}日"
    assert "柳桂枝" in accepted
    assert "柳桂芝" not in accepted
    assert f"最晚办好Doneby{told}" in accepted
    assert "2026年3月2日" in accepted
    assert "2026年3月6日" not in accepted
    assert "柳桂芝" in extended
    assert told in extended


def test_without_a_seal_the_paper_says_so_and_asks_for_one_until_it_is_there(town, client, clock):
    """R46a: a body without a seal seals nothing; the paper exists all the same, and somebody is asked to mend it."""
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    head = town.staff("community_head", town.home, name="山楂")

    unsealed = fetched(client, road, "receipt")
    fetched(client, road, "receipt")

    assert "还没有加盖印章" in text_of(unsealed)
    assert certificates.verdict_on(unsealed).verdict == Verdict.NOT_OURS
    item = queries.work_items_for(head).get()
    assert item.kind == "seal_missing"
    assert item.what.startswith("竹湖园社区没有可用的电子印章")
    assert not SealUse.objects.exists()

    clock("2026-03-04 09:00")
    keeper = factories.Account.objects.get(pk=head.account_id)
    seals.make_seal(town.home, "", "竹湖园社区居民委员会", keeper, factories.SETUP)
    run_all()

    assert SealUse.objects.get().document == Paper.everywhere.get().number
    assert not queries.work_items_for(head).exists()
    assert WorkItem.everywhere.get().outcome == "印章已经登记，文书补盖了章。"
    sealed = text_of(fetched(client, road, "receipt"))
    assert "还没有加盖印章" not in sealed
    assert "竹湖园社区居民委员会" in sealed
    assert "2026年3月2日" in sealed
    assert "2026年3月4日" not in sealed


def test_a_seal_that_is_withdrawn_later_asks_anew(town, client, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    keeper = factories.Account.objects.get(pk=town.staff("community_head", town.home).account_id)
    fetched(client, road, "receipt")
    seal = seals.make_seal(town.home, "", "竹湖园社区", keeper, factories.SETUP)
    run_all()
    seals.revoke_seal(seal.pk, by=factories.SETUP, reason="印章丢了，停用。")

    road.accept()
    fetched(client, road, "acceptance")

    assert WorkItem.everywhere.filter(kind="seal_missing").count() == 2
    assert WorkItem.everywhere.filter(kind="seal_missing", closed_at__isnull=True).count() == 1
    assert Paper.everywhere.get(kind="receipt").is_sealed


def test_the_paper_of_a_line_bears_the_seal_of_the_line(road, client):
    """Where a department of the county decides, its seal stands on the decision."""
    while road.case.step + 1 < len(queries.item_of(road.case).chain):
        road.forward()
    road.decide(granted=False, said="按登记还没有满 80 岁。")

    fetched(client, road, "decision_refused")

    use = SealUse.objects.get()
    assert (use.seal.department, use.seal.division, use.occasion) == ("civil_affairs", road.town.county, "decision")


def test_everybody_can_check_a_paper_by_its_code_and_by_its_number(road, client):
    """R44, for papers: name masked, no reason, no facts; before and after the seal."""
    paper = Paper.everywhere.get(kind="acceptance")
    by_code = reverse("certificates:by_code", args=[paper.token])
    client.logout()

    before = client.get(by_code).content.decode()
    fetched(client, road, "acceptance")
    client.logout()
    pages = [
        client.get(by_code).content.decode(),
        client.get(reverse("certificates:verify"), {"number": paper.number_shown.lower()}).content.decode(),
    ]

    assert "还没有盖章" in before
    for page in pages:
        assert "是真的文书" in page
        assert "受理通知书" in page
        assert "柳*枝" in page
        assert "柳桂枝" not in page
        assert paper.number_shown in page
    wrong = paper.number[:-1] + ("0" if paper.number[-1] != "0" else "1")
    assert client.get(reverse("certificates:verify"), {"number": wrong}).status_code == 422


def test_a_slip_for_the_narrow_printer_says_the_same_and_is_not_signed(road, client):
    signed_in(client, road.worker)

    slip = client.get(reverse("casework:paper", args=[road.number, "receipt"]), {"paper": "80mm"}).content

    text = text_of(slip)
    assert Paper.everywhere.get(kind="receipt").number_shown in text
    assert "盖章的收件凭证相同" in text
    assert not SealUse.objects.exists()


def test_one_receipt_of_a_visit_is_sealed_and_kept_and_a_larger_visit_has_a_new_one(town, client, clock):
    """R32a: one receipt for everything taken in at one visit."""
    factories.catalogue("old_age_allowance", "room_booking")
    town.seals()
    clock("2026-03-02 09:00")
    clerk, mother, visit = town.staff("window_clerk", town.home), factories.person(town), factories.new_id()

    def take_in(code: str) -> None:
        draft = factories.drafted(clerk, code, mother, channel="window")
        type(draft).objects.filter(pk=draft.pk).update(visit_id=visit)
        services.submit(clerk, draft.pk, key=str(draft.pk))

    signed_in(client, clerk)
    address = reverse("casework:visit_receipt", args=[visit])
    take_in("old_age_allowance")
    one, same = client.get(address).content, client.get(address).content
    take_in("room_booking")
    both = client.get(address).content

    assert one == same
    assert both != one
    assert "2件" in text_of(both)
    assert SealUse.objects.count() == 2
    for pdf in (one, both):
        assert certificates.verdict_on(pdf).verdict == Verdict.SEALED_PAPER
    client.logout()
    number = Paper.everywhere.order_by("-written_at", "-id").first().number
    assert "是真的文书" in client.get(reverse("certificates:verify"), {"number": number}).content.decode()


def test_an_act_from_before_papers_were_kept_gets_its_paper_when_it_is_opened(road, client):
    Paper.everywhere.all().delete()

    first, again = fetched(client, road, "acceptance"), fetched(client, road, "acceptance")

    assert first == again
    assert Paper.everywhere.get().division == road.town.home


def test_every_act_that_leaves_a_paper_has_written_it(town, clock):
    """What papers.PAPERS promises, the services keep: no act of it is without its row."""
    factories.catalogue("elder_care_subsidy", "old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town, "elder_care_subsidy")
    road.accept()
    services.start_special(road.number, by=road.worker, code="ability_assessment")
    services.end_special(road.number, by=road.worker)
    services.ask_extension(road.number, by=road.worker, working_days=5, because="要上门核实。")
    services.answer_extension(road.number, by=town.staff("community_head", town.home, name="山楂"), approved=True)
    while road.now().step < 2:
        road.forward()
    road.decide(granted=False, said="评定结果没有达到标准。")
    services.deliver(road.number, by=road.worker, how="post")
    asked, gone, refused = Road(town), Road(town), Road(town)
    asked.ask("account_card")
    services.withdraw(gone.number, by=gone.resident)
    services.not_accept(refused.number, by=refused.worker, said="这件事由税务局办。")

    acts = CaseAction.objects.filter(action__in=papers.PAPERS)
    written = {paper.act_id: paper.kind for paper in Paper.everywhere.all()}
    assert {act.pk: papers.PAPERS[act.action] for act in acts} == written
    assert set(written.values()) == {
        "receipt", "acceptance", "special_procedure", "extension", "decision_refused", "delivery", "supplement",
        "withdrawal", "not_accepted",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_a_paper_for_the_first_time_at_the_same_moment_all_get_the_same_file(transactional_db):
    """R46b: one paper, one line in the register, however many ask at once."""
    factories.catalogue("old_age_allowance")
    town = factories.Town()
    town.seals()
    road = Road(town)
    act = CaseAction.objects.get()
    got: list[Any] = []
    start = threading.Barrier(3)

    def open_it() -> None:
        start.wait()
        try:
            got.append(papers.open_paper(road.case, act))
        except Exception as error:
            got.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=open_it) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(got)) == 1, got
    assert got[0].startswith(b"%PDF")
    assert SealUse.objects.count() == 1
