"""One application all the way, by programs of the offices that handle it (R8)."""

from __future__ import annotations

import json
import random
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.core.calendar import today
from linli.core.files.models import StoredFile
from linli.core.tasks.testing import run_all
from linli.ground.exchange.tests.factories import Program
from linli.ground.registry import queries as registry
from linli.services.casework import api, queries
from linli.services.casework.lifecycle import LIFECYCLE
from linli.services.casework.models import Case, Draft, DraftMaterial
from linli.services.casework.tests import factories
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue.models import ItemVersion
from linli.services.certificates import queries as certificates
from linli.services.certificates import rules as certificate_rules
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


def whole(her, **more) -> str:
    """An application in one request, as JSON: both materials by upload unless said otherwise."""
    facts = registry.facts_of(her, in_clear=True)
    item = catalogue.item(catalogue.published_version(ITEM))
    told = {
        "item_code": ITEM, "applicant": {"id_number": facts["id_number"].value},
        "answers": answers_for(item.form, facts, random.Random(1), today=today()),
        "materials": [{"code": "account_card"}, {"code": "recent_photo"}],
    }  # fmt: skip
    return json.dumps({**told, **more})


def hand_in(program: Program, application: str, *files, key: str = ""):
    return program.upload("/applications", key=key or str(uuid4()), application=application, file=list(files))


def nothing_left() -> bool:
    return not (Case.everywhere.exists() or Draft.objects.exists() or DraftMaterial.objects.exists())


def test_an_application_comes_whole_in_one_request(ready):
    """R8: form and files at once; the case is what the draft's road makes of the same."""
    program, her = Program(ready.home), factories.person(ready)

    answer = hand_in(program, whole(her), factories.photo(), factories.photo(1))

    assert answer.status_code == 201, answer.content
    case = Case.everywhere.get()
    assert answer.json()["number"] == case.number
    assert answer.json()["status"] == "submitted"
    given = {row.code: row.source for row in case.materials_given()}
    assert (given["account_card"], given["recent_photo"]) == ("upload", "upload")
    assert [act.action for act in queries.timeline(case)] == ["submit"]
    paper = certificates.paper_of_act(case.county_code, queries.timeline(case)[0].pk)
    assert paper.number == certificate_rules.paper_number(case.number, 1)
    assert not Draft.objects.exists()


def test_what_the_registry_knows_need_not_be_sent(ready):
    program, her = Program(ready.home), factories.person(ready)
    told = json.loads(whole(her))["answers"]
    known = told.pop("account_holder")

    answer = hand_in(program, whole(her, answers=told), factories.photo(), factories.photo(1))

    assert answer.status_code == 201, answer.content
    assert queries.form_data(Case.everywhere.get())["account_holder"] == known == her.name


def test_the_same_application_again_is_the_same_case(ready):
    """A lost answer: sent again under its key it gives the first number, also once the item has ended."""
    program, her, key = Program(ready.home), factories.person(ready), str(uuid4())
    told, another = whole(her), whole(her, by_sms=True)
    first = hand_in(program, told, factories.photo(), factories.photo(1), key=key)
    ItemVersion.objects.update(valid_to=today())

    again = hand_in(program, told, factories.photo(), factories.photo(1), key=key)
    other = hand_in(program, another, factories.photo(), factories.photo(1), key=key)

    assert again.json()["number"] == first.json()["number"]
    assert again["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Case.everywhere.count() == 1


@pytest.mark.parametrize(
    ("more", "files", "code", "pointers"),
    [
        ({"answers": {}}, 2, "casework.form_incomplete", True),
        ({"materials": [{"code": "account_card"}]}, 1, "casework.material_missing", False),
        ({"materials": [{"code": "account_card"}]}, 2, "casework.files_left_over", True),
        ({}, 1, "casework.material_missing", True),
        ({"materials": [{"code": "account_card"}, {"code": "account_card"}]}, 2, "casework.given_twice", False),
        ({"materials": [{"code": "moon"}]}, 1, "not_found", False),
        ({"item_code": "moon"}, 2, "not_found", False),
        ({"applicant": None}, 2, "casework.identity_needed", True),
        ({"item_code": 7}, 2, "casework.application_unreadable", True),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_whole_application_is_said_and_nothing_is_kept(ready, more, files, code, pointers):
    program, her = Program(ready.home), factories.person(ready)

    answer = hand_in(program, whole(her, **more), *[factories.photo(n) for n in range(files)])

    assert answer.status_code in (404, 422), answer.content
    assert answer.json()["code"] == code
    assert bool(answer.json()["errors"]) == pointers
    assert nothing_left()


def test_each_fault_of_the_form_has_its_place(ready):
    program, her = Program(ready.home), factories.person(ready)

    answer = hand_in(program, whole(her, answers={}), factories.photo(), factories.photo(1))

    assert {fault["pointer"].split("/")[1] for fault in answer.json()["errors"]} == {"answers"}


def test_a_file_that_lies_about_its_kind_stops_the_whole_application(ready):
    program, her = Program(ready.home), factories.person(ready)
    liar = SimpleUploadedFile("card.jpg", b"%PDF-1.7 not a picture", "image/jpeg")

    answer = hand_in(program, whole(her), factories.photo(), liar)

    assert answer.status_code == 422
    assert nothing_left()
    assert not StoredFile.objects.exists()


def test_what_is_no_json_is_said(ready):
    answer = hand_in(Program(ready.home), "{", factories.photo())

    assert (answer.status_code, answer.json()["code"]) == (422, "casework.application_unreadable")
    assert answer.json()["errors"][0]["pointer"] == "/application"
