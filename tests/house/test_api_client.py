"""The typed client is written from the interface as it stands, and works."""

from __future__ import annotations

import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser

from linli.ground.exchange.tests.factories import Program
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Town
from tests.house.pages import ROOT

sys.path.insert(0, str(ROOT / "clients" / "python"))
from linli_client import Answer, Linli, Problem, Transport, Upload, pages

ITEM = "old_age_allowance"


@pytest.fixture
def town(db: None) -> Town:
    factories.catalogue(ITEM)
    return Town()


class Line:
    """The way from the client to the house, without a network; it can break."""

    def __init__(self) -> None:
        self.browser, self.breaks, self.calls = Browser(), 0, []

    def send(self, method, url, headers, body) -> Answer:
        self.calls.append((method, urlsplit(url).path))
        kind = headers.get("Content-Type", "application/json")
        rest = {name: value for name, value in headers.items() if name != "Content-Type"}
        path = urlsplit(url)._replace(scheme="", netloc="").geturl()
        got = self.browser.generic(method, path, body or b"", content_type=kind, headers=rest)
        if self.breaks and not path.startswith("/api/oauth"):
            self.breaks -= 1
            raise OSError("the line broke")
        return Answer(got.status_code, dict(got.headers), got.content)


def speaking(program: Program, line: Line) -> Linli:
    return Linli(Transport("https://linli.test", str(program.client.pk), program.new.secret, send=line.send))


def test_the_client_is_as_the_interface_is():
    check = subprocess.run(
        [sys.executable, "scripts/write_client.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert check.returncode == 0, check.stdout + check.stderr


def test_an_application_by_the_client(town):
    """A draft, a photograph, the answers, the submission; the answer is lost on the way, and there is one case."""
    her, line = factories.person(town), Line()
    linli = speaking(Program(town.home), line)
    (number,) = [
        one["value"]
        for one in [linli.reveal_fact(str(her.pk), {"field": "id_number", "purpose": "application"})]
    ]  # fmt: skip
    draft = linli.start_draft({"item_code": ITEM, "applicant": {"id_number": number}})
    photo = Upload("card.jpg", factories.photo().read(), "image/jpeg")
    given = linli.add_draft_material(draft["id"], code="account_card", file=photo)
    linli.add_draft_material(draft["id"], code="recent_photo", source="paper")
    filled = linli.save_answers(
        draft["id"], {"answers": {"account_number": "6228480402564890018"}}, if_match=draft["version"]
    )
    line.breaks = 1
    case = linli.submit_draft(draft["id"], {})

    assert (given["source"], filled["faults"]) == ("upload", {})
    assert [row["number"] for row in pages(lambda after: linli.list_cases(after=after))] == [case["number"]]
    assert [path for _method, path in line.calls].count("/api/oauth/token") == 1
    assert linli.get_case_paper(case["number"], "receipt")[:5] == b"%PDF-"


def test_a_problem_is_an_exception_with_its_code(town):
    linli = speaking(Program(town.home, ["casework.view"]), Line())

    with pytest.raises(Problem) as told:
        linli.get_case("5104022611ABCDEF")

    assert (told.value.status, told.value.code) == (404, "not_found")
