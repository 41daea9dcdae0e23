"""The form of a draft, read and written by a program (R152)."""

import pytest

from linli.core.audit.models import Entry
from linli.ground.accounts.tests import factories as people
from linli.ground.exchange.tests.factories import Program
from linli.services.catalogue import queries
from linli.services.catalogue.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return Program(people.make_city().east, department="civil_affairs")


@pytest.fixture
def draft():
    return make.draft(make.staff())


def test_a_program_reads_the_form_changes_it_and_is_told_what_is_wrong(program, draft):
    address = f"/item-versions/{draft.pk}/form"
    read = program.get(address).json()
    form = read["form"]
    form["properties"]["size"] = {"type": "string", "title": "多大", "title_en": "Size", "enum": []}
    form["x-order"] = ["colour", "size"]

    written = program.put(address, {"form": form}, version=read["version"])

    draft.refresh_from_db()
    assert written.status_code == 200, written.content
    assert written.json()["version"] == draft.version == read["version"] + 1
    assert written.json()["problems"] == [{"field": "size", "sentence": "一个答案也没有，请至少写两个。"}]
    assert read["problems"] == []
    assert queries.item(draft).form == form
    assert Entry.objects.get(action="catalogue.form_saved").facts["added"] == ["size"]


def test_of_two_programs_the_second_is_told_and_writes_nothing(program, draft):
    address = f"/item-versions/{draft.pk}/form"
    form = program.get(address).json()["form"]
    program.put(address, {"form": {**form, "required": []}}, version=1)

    late = program.put(address, {"form": {**form, "x-order": []}}, version=1)

    draft.refresh_from_db()
    assert late.status_code == 412
    assert queries.item(draft).form == {**form, "required": []}


def test_a_published_form_is_not_written(program):
    version = make.published()

    answer = program.put(f"/item-versions/{version.pk}/form", {"form": {"type": "object"}}, version=1)

    assert answer.status_code == 409
    assert queries.item(version).form == make.item().form


@pytest.mark.parametrize(
    "body", [{}, {"form": []}, {"form": "x"}, {"form": {"title": "题" * 9_000}}, {"form": {}, "more": 1}]
)
def test_what_is_no_form_is_refused_and_changes_nothing(program, draft, body):
    answer = program.put(f"/item-versions/{draft.pk}/form", body, version=1)

    draft.refresh_from_db()
    assert answer.status_code in (400, 422), answer.content
    assert draft.version == 1


def test_another_department_sees_no_form(draft):
    other = Program(people.make_city().east, department="housing")

    assert other.get(f"/item-versions/{draft.pk}/form").status_code == 404
