"""Acting for another at the window, and a worker who applies at somebody's door with her consent."""

from __future__ import annotations

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.core.crypto import unseal
from linli.core.keeping import retention
from linli.core.lifecycle import NotPossibleNow
from linli.core.messages.models import Message, OutboxEntry
from linli.core.tasks.testing import run_all
from linli.ground.registry import queries as registry
from linli.ground.registry import services as registry_services
from linli.services.casework import queries, rules, services
from linli.services.casework.models import (
    AcceptanceSlip,
    Case,
    CaseMandate,
    Channel,
    ConsentCode,
    Draft,
    Ground,
    Mandate,
    MaterialSource,
    Relation,
)  # fmt: skip
from linli.services.casework.tests import factories
from linli.services.casework.tests.test_pages import Markup, signed_in
from linli.services.certificates import queries as certificates
from linli.services.certificates.models import Paper

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]
ITEM = "old_age_allowance"
HERSELF = "marriage_appointment"
"""An item that nobody does for another."""


@pytest.fixture
def town(town, clock):
    clock("2026-03-02 09:00")
    factories.catalogue(ITEM, HERSELF, "orphan_allowance")
    return town


def mandate(by, agent, applicant, relation="child", ground=Ground.WRITTEN, **more):
    more = {"is_paper_seen": True, "visit_id": uuid4()} | more
    return services.record_mandate(
        by, agent_id=agent.pk, applicant_id=applicant.pk, relation=relation, ground=ground, **more
    )


def receipt_of(case):
    act = case.caseactions.get(action="submit")
    return certificates.paper_of_act(case.county_code, act.pk).says


def handed_in(by, row, code=ITEM):
    draft = services.start_draft(
        by, code, applicant_id=row.applicant_id, visit_id=row.visit_id, mandate_id=row.pk,
        channel=Channel.WINDOW if row.agent_id else Channel.ASSISTED,
    )  # fmt: skip
    full = Draft.objects.get(pk=factories.drafted(by, code, factories.Person.everywhere.get(pk=row.applicant_id)).pk)
    services.save_draft(draft.pk, by=by, form_data=queries.form_data(full))
    for material in full.materials.filter(source=MaterialSource.PAPER):
        services.add_material(draft.pk, material.code, by=by, source=MaterialSource.PAPER)
    full.delete()
    return services.submit(by, draft.pk, key=str(draft.pk))


# --- somebody at the window for somebody else ---


def test_a_daughter_hands_in_for_her_mother_at_any_window(town, mother, daughter, clerk):
    """R33, R37: taken in at one community for a resident of another; both are named, by right of a paper seen."""
    case = handed_in(clerk, mandate(clerk, daughter, mother))

    case = Case.everywhere.get(pk=case.pk)
    assert (case.applicant_id, case.agent_id, case.agent_relation) == (mother.pk, daughter.pk, "child")
    assert (case.channel, case.community_id, case.accepted_community_id) == ("window", town.home.pk, town.other.pk)
    assert case.visits_made == 1
    held = CaseMandate.everywhere.get(case=case)
    assert (held.ground, held.is_paper_seen, held.recorded_name, held.county_code) == (
        "written", True, "文竹", case.county_code,
    )  # fmt: skip
    assert Entry.objects.filter(action="casework.mandate_recorded").count() == 1
    assert Entry.objects.filter(action="casework.agent_applied").count() == 1
    receipt = receipt_of(case)
    assert (receipt["applicant"], receipt["agent"]) == ("柳桂枝", "柳青禾（子女）")


def test_the_person_concerned_is_told_sees_it_and_takes_the_case_over(town, mother, daughter, clerk):
    """R36, R37: what was done in her name she hears of at once, and may go on by herself."""
    case = handed_in(clerk, mandate(clerk, daughter, mother))
    run_all()

    told = Message.everywhere.get(template="casework.agent_applied", channel="portal")
    assert told.person_id == mother.pk
    assert "柳青禾在替您办高龄津贴" in unseal(told.text, where="core_messages.message.text", row=told.pk)
    her = factories.resident(mother)
    assert queries.my_cases(her).get().pk == case.pk
    assert queries.my_cases(factories.resident(daughter)).get().pk == case.pk
    services.take_over(case.number, by=her)
    assert Case.everywhere.get().agent_id is None
    assert CaseMandate.everywhere.get().relation == "child"
    assert not queries.my_cases(factories.resident(daughter)).exists()


def test_the_steps_run_as_for_any_case_of_the_responsible_community(town, mother, daughter, clerk):
    """R33, R36: the window that took it in may accept; the next step is the home community's."""
    case = handed_in(clerk, mandate(clerk, daughter, mother))

    services.accept(case.number, by=clerk)

    with pytest.raises(NotPossibleNow, match="只收件"):
        services.forward(case.number, by=clerk)
    services.forward(case.number, by=town.staff("community_worker", town.home))


def test_for_another_county_neither_slip_nor_receipt_of_the_window_names_anybody(town, client, mother, daughter):
    """R33: the window's county keeps no names; the receipt of the responsible county, in her portal, names both."""
    clerk = town.staff("window_clerk", town.west_home, name="文竹")
    row = mandate(clerk, daughter, mother)
    case = handed_in(clerk, row)

    assert AcceptanceSlip.everywhere.get().visit_id == row.visit_id
    answer = signed_in(client, clerk).get(reverse("casework:visit_receipt", args=[row.visit_id]))
    assert answer["Content-Type"] == "application/pdf"
    here = Paper.everywhere.get(county_code=town.west.county_code).says
    assert (here["applicant"], here["agent"]) == ("委托人本人", "来窗口办事的代办人（子女）")
    assert (receipt_of(case)["applicant"], receipt_of(case)["agent"]) == ("柳桂枝", "柳青禾（子女）")


def test_one_authority_carries_every_item_of_the_visit_and_none_of_another(town, mother, daughter, clerk, refused):
    row = mandate(clerk, daughter, mother)
    handed_in(clerk, row)
    somebody = factories.person(town, name="陌生人")
    colleague = town.staff("window_clerk", town.home, name="白芷")
    for by, whom, visit in (
        (clerk, somebody.pk, row.visit_id), (clerk, mother.pk, uuid4()), (colleague, mother.pk, row.visit_id),
    ):  # fmt: skip
        with refused(rules.MandateNotFitting):
            services.start_draft(by, ITEM, applicant_id=whom, visit_id=visit, mandate_id=row.pk, channel=Channel.WINDOW)


def test_an_authority_of_yesterday_is_asked_for_again(town, mother, daughter, clerk, clock, refused):
    row = mandate(clerk, daughter, mother)
    clock("2026-03-03 00:10")

    with refused(rules.MandateNotFitting):
        services.start_draft(
            clerk, ITEM, applicant_id=mother.pk, visit_id=row.visit_id, mandate_id=row.pk, channel=Channel.WINDOW
        )


def test_nobody_acts_for_herself(mother, clerk, refused):
    with refused(rules.ActsForHerself):
        mandate(clerk, mother, mother)


def test_relations_that_the_birth_dates_rule_out_are_refused(town, mother, daughter, clerk, refused):
    for agent, applicant, relation in ((mother, daughter, "child"), (daughter, mother, "parent")):
        with refused(rules.RelationNotPossible):
            mandate(clerk, agent, applicant, relation)
    for relation in ("community", "", "\x00"):
        with refused(rules.ChoiceNotKnown):
            mandate(clerk, daughter, mother, relation)
    girl = factories.person(town, name="柳石榴", born=dt.date(2010, 3, 3))
    with refused(rules.AgentTooYoung):
        mandate(clerk, girl, mother, "relative")
    with refused(rules.RelationNotPossible):
        mandate(clerk, daughter, girl, "spouse")


@pytest.mark.parametrize(
    ("relation", "ground"),
    [("proxy", "relation"), ("guardian", "written"), ("child", "parent_of_child"), ("child", "spoken"), ("child", "")],
)
def test_a_ground_that_does_not_carry_the_relation_is_refused_with_what_would(
    mother, daughter, clerk, refused, relation, ground
):
    """民法典第一百六十五条, 第三十四条: a proxy has a paper, a guardian is proved to be one."""
    with refused(rules.GroundNotEnough) as caught:
        mandate(clerk, daughter, mother, relation, ground)
    assert str(Relation(relation).label) in str(caught.value)


def test_a_paper_that_nobody_has_seen_or_kept_is_no_authority(mother, daughter, clerk, refused):
    with refused(rules.AuthorityMissing):
        mandate(clerk, daughter, mother, is_paper_seen=False)

    row = mandate(clerk, daughter, mother, is_paper_seen=False, upload=factories.photo())

    assert (row.file_name, row.shown) == ("card.jpg", "授权委托书，存了扫描件或照片")


def test_parents_of_a_child_under_eighteen_in_one_household_need_no_paper(town, daughter, clerk, refused, clock):
    """民法典第二十七条: the parents are the guardians; on her eighteenth birthday the daughter speaks for herself."""
    home = {"registered_community": town.home}
    parent = factories.person(town, name="柳青禾", born=dt.date(1980, 1, 1), **home)
    child = factories.person(town, name="柳石榴", born=dt.date(2008, 3, 3), **home)

    row = mandate(clerk, parent, child, "parent", Ground.PARENT_OF_CHILD, is_paper_seen=False)

    assert "法律不要委托书" in row.shown
    assert not row.is_paper_seen
    elsewhere = factories.person(town, name="柳叶", born=dt.date(1980, 1, 1), registered_community=town.other)
    with refused(rules.HouseholdsDiffer):
        mandate(clerk, elsewhere, child, "parent", Ground.PARENT_OF_CHILD)
    clock("2026-03-03 00:01")
    with refused(rules.HouseholdsDiffer):
        mandate(clerk, parent, child, "parent", Ground.PARENT_OF_CHILD)


def test_nobody_acts_for_the_dead_nor_do_they_act(town, mother, daughter, clerk, refused):
    registry_services.mark_dead(mother, by=town.staff("community_worker", town.home), on=dt.date(2026, 3, 1))

    for agent, applicant, refusal in ((daughter, mother, rules.NotAlive), (mother, daughter, rules.AgentNotAlive)):
        with refused(refusal):
            mandate(clerk, agent, applicant, "relative")


def test_an_item_that_must_be_done_in_person_stays_shut_for_agents(mother, daughter, clerk, refused):
    row = mandate(clerk, daughter, mother)

    with refused(rules.AgentNotAllowed):
        services.start_draft(
            clerk, HERSELF, applicant_id=mother.pk, visit_id=row.visit_id, mandate_id=row.pk, channel=Channel.WINDOW
        )


def test_only_who_takes_in_writes_an_authority_down(town, mother, daughter, refused):
    from django.core.exceptions import PermissionDenied

    for by in (factories.resident(daughter), town.staff("street_staff", town.street)):
        with refused(PermissionDenied):
            mandate(by, daughter, mother)


def test_the_agent_at_the_window_agrees_to_text_messages_for_herself(mother, daughter, clerk):
    assert rules.who_is_asked(clerk, mother.pk, daughter.pk) == daughter.pk
    assert rules.who_is_asked(clerk, mother.pk) == mother.pk


def number_of(person):
    return str(registry.facts_of(person, in_clear=True)["id_number"].value)


def test_the_window_is_walked_with_two_cards_and_enter(client, mother, daughter, clerk):
    """R32, R37: a card reader types a number and presses Enter; nothing else than forms, one question each."""
    signed_in(client, clerk)
    first = client.post(reverse("casework:window"), {"id_number": number_of(daughter)})
    page = client.get(first["Location"]).content.decode()
    on = reverse("casework:window_on_behalf", args=[daughter.pk])
    assert on in page
    assert Markup(client.get(on).content.decode()).faults() == []
    same = client.post(on, {"id_number": number_of(daughter)})
    assert same.status_code == 422
    assert "同一个人" in same.content.decode()

    second = client.post(on, {"id_number": number_of(mother)})["Location"]
    assert Markup(client.get(second).content.decode()).faults() == []
    nothing = client.post(second, {})
    assert nothing.status_code == 422
    assert "请选来的人是本人的什么人。" in nothing.content.decode()
    typed = {"relation": "child", "ground": "written"}
    assert "没有凭据不能代办" in client.post(second, typed).content.decode()
    third = client.post(second, typed | {"is_paper_seen": "on"})["Location"]

    page = client.get(third).content.decode()
    assert Markup(page).faults() == []
    assert "柳青禾替柳桂枝来办什么？" in page
    assert "要本人来办，不能代办" in page
    assert client.post(third, {"code": HERSELF}).status_code == 422
    assert not Draft.objects.exists()
    begun = client.post(third, {"code": ITEM, "visit": str(Mandate.objects.get().visit_id)})["Location"]
    draft = Draft.objects.get()
    assert begun == reverse("casework:draft_form", args=[draft.pk])
    assert (draft.agent_id, draft.channel) == (daughter.pk, "window")
    assert "柳青禾，子女" in client.get(reverse("casework:draft_check", args=[draft.pk])).content.decode()


def test_cards_that_this_window_has_not_read_open_nothing(client, town, mother, daughter, clerk):
    row = mandate(clerk, daughter, mother)
    signed_in(client, town.staff("window_clerk", town.home, name="白芷"))

    for address in (
        reverse("casework:window_on_behalf", args=[daughter.pk]),
        reverse("casework:window_on_behalf", args=[daughter.pk]) + f"?whom={mother.pk}",
        reverse("casework:window_mandate", args=[row.pk]),
        reverse("casework:assist_person", args=[mother.pk]),
        reverse("casework:assist_consent", args=[mother.pk, ITEM]),
    ):
        assert client.get(address).status_code == 404, address


def test_the_case_shows_by_what_right_and_the_scan_to_those_it_concerns(client, town, mother, daughter, clerk):
    case = handed_in(clerk, mandate(clerk, daughter, mother, upload=factories.photo()))
    scan = reverse("casework:mandate_file", args=[case.number])

    signed_in(client, town.staff("community_worker", town.home))
    desk = client.get(reverse("casework:handle", args=[case.number])).content.decode()
    assert "授权委托书，存了扫描件或照片" in desk
    assert Markup(desk).faults() == []
    looks = Entry.objects.count()
    assert client.get(scan).status_code == 200
    assert Entry.objects.count() == looks + 1
    signed_in(client, factories.resident(mother))
    hers = client.get(reverse("casework:my_case", args=[case.number])).content.decode()
    assert "柳青禾（子女）在替您办这件事。" in hers
    assert client.get(scan).status_code == 200
    signed_in(client, factories.resident(factories.person(town, name="陌生人")))
    assert client.get(scan).status_code == 404


def test_what_led_to_nothing_is_forgotten_after_ninety_days(mother, daughter, clerk, clock):
    kept = mandate(clerk, daughter, mother)
    handed_in(clerk, mandate(clerk, daughter, mother))
    clock("2026-06-02 03:00")
    mandate(clerk, daughter, mother)
    draft = services.start_draft(
        clerk, ITEM, applicant_id=mother.pk, visit_id=(new := Mandate.objects.latest("recorded_at")).visit_id,
        mandate_id=new.pk, channel=Channel.WINDOW,
    )  # fmt: skip

    retention.tidy()

    assert Mandate.objects.get() == new != kept
    assert Draft.objects.get() == draft
    assert CaseMandate.everywhere.count() == 1


# --- a worker at somebody's door (R37b) ---


@pytest.fixture
def worker(town):
    return town.staff("community_worker", town.home)


def agreed(by, who, ground=Ground.SPOKEN, **more):
    return services.record_consent(
        by, applicant_id=who.pk, item_code=ITEM, ground=ground, visit_id=uuid4(), **({"was_told": True} | more)
    )


def code_sent() -> str:
    row = OutboxEntry.objects.latest("created_at")
    text = unseal(row.text, where="core_messages.outboxentry.text", row=row.pk)
    assert "白芷要替您申请高龄津贴" in text
    found = re.search(r"\d{6}", text)
    assert found
    return found[0]


@pytest.mark.parametrize("ground", [Ground.SPOKEN, Ground.BY_CODE, Ground.SIGNED])
def test_a_worker_applies_for_a_resident_who_agreed(town, mother, worker, ground):
    """R37b: at her door, on the telephone, on paper; who wrote it down stays with the case, and she is told."""
    more = {}
    if ground == Ground.BY_CODE:
        services.send_consent_code(worker, applicant_id=mother.pk, item_code=ITEM)
        more = {"code": code_sent()}
    elif ground == Ground.SIGNED:
        more = {"upload": factories.photo()}

    case = handed_in(worker, agreed(worker, mother, ground, **more))
    run_all()

    held = CaseMandate.everywhere.get(case=case)
    assert (held.relation, held.ground, held.recorded_name, bool(held.file)) == (
        "community", ground, "白芷", ground == Ground.SIGNED,
    )  # fmt: skip
    case = Case.everywhere.get(pk=case.pk)
    assert (case.channel, case.agent_id, case.visits_made) == ("assisted", None, 0)
    told = Message.everywhere.get(template="casework.applied_with_help", channel="portal")
    assert told.person_id == mother.pk
    receipt = receipt_of(case)
    assert receipt["agent"] == "白芷（社区工作者代办）"


def test_without_her_consent_nothing_begins(mother, worker, refused):
    """个人信息保护法第十四条: a consent is given, never assumed."""
    with refused(rules.ConsentNotAsked):
        services.start_draft(worker, ITEM, applicant_id=mother.pk, channel=Channel.ASSISTED)
    with refused(rules.ConsentNotAsked):
        agreed(worker, mother, was_told=False)
    with refused(rules.SignatureMissing):
        agreed(worker, mother, Ground.SIGNED)
    with refused(rules.ConsentCodeUsedUp):
        agreed(worker, mother, Ground.BY_CODE, code="123456")
    with refused(rules.ChoiceNotKnown):
        agreed(worker, mother, Ground.WRITTEN)


def test_a_consent_is_for_one_item_and_this_visit(mother, worker, refused):
    row = agreed(worker, mother)

    with refused(rules.MandateNotFitting):
        services.start_draft(
            worker, "orphan_allowance", applicant_id=mother.pk, visit_id=row.visit_id, mandate_id=row.pk,
            channel=Channel.ASSISTED,
        )  # fmt: skip
    with refused(rules.MandateNotFitting):
        services.start_draft(
            worker, ITEM, applicant_id=mother.pk, visit_id=row.visit_id, mandate_id=row.pk, channel=Channel.WINDOW
        )
    with refused(rules.AgentNotAllowed):
        services.record_consent(
            worker, applicant_id=mother.pk, item_code=HERSELF, ground=Ground.SPOKEN, visit_id=uuid4(), was_told=True
        )


def test_a_code_serves_once_bears_three_wrong_tries_and_half_an_hour(town, mother, worker, clock, refused):
    services.send_consent_code(worker, applicant_id=mother.pk, item_code=ITEM)
    code = code_sent()
    assert code not in ConsentCode.objects.get().digest
    with refused(rules.ConsentCodeUsedUp):  # sent to another worker's hands
        agreed(town.staff("window_clerk", town.home, name="文竹"), mother, Ground.BY_CODE, code=code)
    with refused(rules.ConsentCodeWrong):
        agreed(worker, mother, Ground.BY_CODE, code="x")
    agreed(worker, mother, Ground.BY_CODE, code=f" {code[:3]} {code[3:]}")
    with refused(rules.ConsentCodeUsedUp):
        agreed(worker, mother, Ground.BY_CODE, code=code)

    clock("2026-03-02 09:02")
    services.send_consent_code(worker, applicant_id=mother.pk, item_code=ITEM)
    code = code_sent()
    for refusal in (rules.ConsentCodeWrong, rules.ConsentCodeWrong, rules.ConsentCodeUsedUp, rules.ConsentCodeUsedUp):
        with refused(refusal):
            agreed(worker, mother, Ground.BY_CODE, code="000000" if code != "000000" else "111111")
    with refused(rules.ConsentCodeUsedUp):
        agreed(worker, mother, Ground.BY_CODE, code=code)

    clock("2026-03-02 09:04")
    services.send_consent_code(worker, applicant_id=mother.pk, item_code=ITEM)
    clock("2026-03-02 09:35")
    with refused(rules.ConsentCodeUsedUp):
        agreed(worker, mother, Ground.BY_CODE, code=code_sent())


def test_codes_are_not_sent_by_the_dozen_nor_to_a_telephone_that_nobody_has(town, mother, worker, clock, refused):
    services.send_consent_code(worker, applicant_id=mother.pk, item_code=ITEM)
    with refused(rules.CodeJustSent):
        services.send_consent_code(worker, applicant_id=mother.pk, item_code=ITEM)
    for minute in range(2, 6):
        clock(f"2026-03-02 09:{minute * 2:02d}")
        services.send_consent_code(worker, applicant_id=mother.pk, item_code=ITEM)
    clock("2026-03-02 09:20")
    with refused(rules.TooManyCodes):
        services.send_consent_code(worker, applicant_id=mother.pk, item_code=ITEM)
    nobody = factories.person(town, phone="")
    with refused(rules.NoTelephone):
        services.send_consent_code(worker, applicant_id=nobody.pk, item_code=ITEM)


def test_the_door_is_walked_on_a_phone(client, mother, worker):
    """R37b: whom, what, the consent, the form; each a page that works without script."""
    signed_in(client, worker)
    first = client.post(reverse("casework:assist"), {"id_number": number_of(mother)})["Location"]
    page = client.get(first).content.decode()
    assert Markup(page).faults() == []
    consent = reverse("casework:assist_consent", args=[mother.pk, ITEM])
    assert consent in page
    assert reverse("casework:assist_consent", args=[mother.pk, HERSELF]) not in page
    asked = client.get(consent).content.decode()
    assert Markup(asked).faults() == []
    assert "我是白芷，想替您申请高龄津贴。" in asked
    refusal = client.post(consent, {"ground": "spoken"})
    assert refusal.status_code == 422
    assert "还没有记下本人的同意" in refusal.content.decode()
    sent = client.post(consent, {"what": "code"})
    assert "验证码发到了 154****" in sent.content.decode()

    begun = client.post(consent, {"ground": "by_code", "code": code_sent()})["Location"]

    draft = Draft.objects.get()
    assert begun == reverse("casework:draft_form", args=[draft.pk])
    assert (draft.channel, draft.mandate.ground, draft.agent_relation) == ("assisted", "by_code", "community")
    assert begun in client.get(first).content.decode()


def test_the_case_says_how_she_agreed_to_her_and_to_whoever_handles_it(client, town, mother, worker):
    case = handed_in(worker, agreed(worker, mother))

    desk = signed_in(client, worker).get(reverse("casework:handle", args=[case.number])).content.decode()
    hers = signed_in(client, factories.resident(mother)).get(reverse("casework:my_case", args=[case.number]))

    assert "当面说明，本人同意" in desk
    assert "竹湖园社区的白芷按您的同意，帮您申请的。" in hers.content.decode()
    assert Markup(desk).faults() == Markup(hers.content.decode()).faults() == []
