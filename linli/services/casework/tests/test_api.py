"""One application all the way, by programs of the offices that handle it (R8)."""

from __future__ import annotations

import random
from uuid import uuid4

import pytest

from linli.core.calendar import today
from linli.core.tasks.testing import run_all
from linli.ground.exchange.tests.factories import Program
from linli.ground.registry import queries as registry
from linli.services.casework import api, queries
from linli.services.casework.lifecycle import LIFECYCLE
from linli.services.casework.models import Case
from linli.services.casework.tests import factories
from linli.services.catalogue import queries as catalogue
from linli.web.demonstration.answers import answers_for

ITEM = "old_age_allowance"


@pytest.fixture
def ready(town):
    factories.catalogue(ITEM)
    town.seals()
    return town


def submitted(program: Program, her, *, key: str = "") -> dict:
    """Take an application in by the interface alone."""
    facts = registry.facts_of(her, in_clear=True)
    draft = program.post("/drafts", {"item_code": ITEM, "applicant": {"id_number": facts["id_number"].value}}).json()
    item = catalogue.item(catalogue.published_version(ITEM))
    answers = answers_for(item.form, facts, random.Random(1), today=today())
    filled = program.put(f"/drafts/{draft['id']}/answers", {"answers": answers}, version=draft["version"])
    assert filled.json()["faults"] == {}, filled.json()
    for lacking in filled.json()["missing"]:
        got = program.upload(f"/drafts/{draft['id']}/materials", code=lacking["code"], source="paper")
        assert got.status_code == 201, got.content
    assert program.get(f"/drafts/{draft['id']}").json()["is_ready"] is True
    answer = program.post(f"/drafts/{draft['id']}/submission", {"by_sms": False}, key=key or str(uuid4()))
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_program_brings_an_application_to_its_end(ready):
    """R8, acceptance 4: register, token, draft, materials, submit, accept, forward, decide, certificate."""
    her = factories.person(ready)
    community = Program(ready.home)
    street = Program(ready.street)
    county = Program(ready.county, department="civil_affairs")

    case = submitted(community, her)
    number = case["number"]
    accepted = community.post(f"/cases/{number}/actions/accept", {"said": "材料齐。"}, version=case["version"])
    assert accepted.json()["status"] == "accepted"
    for program in (community, street):
        seen = program.get(f"/cases/{number}")
        done = program.post(f"/cases/{number}/actions/forward", {"said": "属实。"}, version=seen["ETag"])
        assert done.status_code == 200, done.content
    granted = county.post(f"/cases/{number}/actions/grant", {}, version=county.get(f"/cases/{number}")["ETag"])
    run_all()

    assert granted.json()["status"] == "granted"
    told = county.get(f"/cases/{number}").json()
    assert told["certificate_number"]
    assert [act["action"] for act in reversed(told["history"])] == [
        "submit", "accept", "forward", "forward", "grant", "certificate_issued", "deliver",
    ]  # fmt: skip
    assert told["history"][-1]["who"] == "竹湖园社区 测试程序"


def test_each_way_of_people_has_its_operation():
    """The interface grows with the table: a step that is added without an operation fails here."""
    people = {way.action for way in LIFECYCLE.ways if not way.by_system}

    assert people == set(api.ACTS) | set(api.WITHIN_ANOTHER)


def test_a_submission_that_is_sent_again_makes_no_second_case(ready):
    program, her = Program(ready.home), factories.person(ready)
    key = str(uuid4())
    first = submitted(program, her, key=key)
    draft = uuid4()

    again = program.post(f"/drafts/{draft}/submission", {"by_sms": False}, key=key)

    assert again.json()["number"] == first["number"]
    assert Case.everywhere.count() == 1


def test_who_has_read_an_older_version_is_told(ready):
    """R39: the second clerk learns that the first was quicker; nothing is overwritten."""
    program, her = Program(ready.home), factories.person(ready)
    case = submitted(program, her)
    path = f"/cases/{case['number']}/actions/accept"
    program.post(path, {}, version=case["version"])

    late = program.post(f"/cases/{case['number']}/actions/forward", {}, version=case["version"])
    unsaid = program.post(f"/cases/{case['number']}/actions/forward", {})

    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert (unsaid.status_code, unsaid.json()["code"]) == (428, "precondition_required")
    assert queries.cases_for(ready.staff("community_worker", ready.home)).get().status == "accepted"


def test_another_community_s_program_sees_nothing(ready):
    """R8: out of reach does not exist."""
    case = submitted(Program(ready.home), factories.person(ready))
    stranger = Program(ready.west_home)

    assert stranger.get(f"/cases/{case['number']}").status_code == 404
    assert stranger.get("/cases").json()["items"] == []
    refused = stranger.post(f"/cases/{case['number']}/actions/accept", {}, version="*")
    assert refused.status_code == 404
    assert refused.json()["code"] == "not_found"


def test_programs_ask_answer_and_find_again_how_an_item_is_handled(ready):
    """R39 by the interface: asked from within a case, answered by the street, found by another community."""
    community, street, other = Program(ready.home), Program(ready.street), Program(ready.other)
    case = submitted(community, factories.person(ready))
    asked = {"whom": "township", "question": "外地户口怎么核对？"}
    personal = community.post(f"/cases/{case['number']}/questions", asked | {"question": "号码 15412345678 怎么办？"})
    assert personal.status_code == 422
    question = community.post(f"/cases/{case['number']}/questions", asked)
    assert question.status_code == 201, question.content
    waiting = street.get("/questions").json()["items"]
    assert [row["question"] for row in waiting] == [asked["question"]]

    answer = street.post(f"/questions/{waiting[0]['id']}/answer", {"answer": "看居住证的签发日期。"})

    assert answer.status_code == 200, answer.content
    found = other.get("/answers?words=居住证").json()["items"]
    assert [(row["item_code"], row["answer"]) for row in found] == [(ITEM, "看居住证的签发日期。")]
    assert "case_number" not in found[0]
    assert street.get("/questions").json()["items"] == []
