"""One search for cases: what is asked of the database follows what was typed."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.ground.registry import services as registry
from linli.ground.registry.models import IdKind
from linli.services.casework import queries
from linli.services.casework.models import Case
from linli.services.casework.tests import factories
from linli.services.catalogue.models import ItemVersion

pytestmark = pytest.mark.django_db


def test_a_number_of_any_document_finds_the_cases_of_its_bearer(town):
    factories.catalogue("old_age_allowance")
    case = factories.submitted(town)
    passport = registry.register_person(
        by=factories.SETUP, name="LEA BRUNN", id_number="X1234567", id_kind=IdKind.PASSPORT, community=town.home,
        birth_date=dt.date(1950, 1, 2), sex="2",
    )  # fmt: skip
    Case.everywhere.filter(pk=case.pk).update(applicant=passport)
    worker = town.staff("community_worker", town.home)

    assert list(queries.search(worker, "x1234567")) == [case]
    assert list(queries.search(worker, "X1234568")) == []


@pytest.mark.parametrize(("words", "asks_for_names"), [("柳桂枝", True), ("LEA", True), ("5104022611ABCDEFK", False)])
def test_names_are_looked_for_where_a_name_was_typed(town, words, asks_for_names):
    factories.catalogue("old_age_allowance")
    factories.submitted(town)
    worker = town.staff("community_worker", town.home)

    with CaptureQueriesContext(connection) as asked:
        list(queries.search(worker, words))

    assert any('"registry_person"."name"' in one["sql"].partition("WHERE")[2] for one in asked) == asks_for_names


def test_whom_a_sensitive_case_concerns_is_not_found_by_name_from_the_day_the_item_is_sensitive(town):
    """R41b: also where the search has looked at the items before."""
    factories.catalogue("old_age_allowance")
    case = factories.submitted(town)
    auditor = town.staff("auditor", town.home)
    assert list(queries.search(auditor, case.applicant.name)) == [case]

    was = ItemVersion.objects.get(pk=case.item_version_id)
    later = ItemVersion.objects.create(
        item=was.item, number=was.number + 1, content={**was.content, "sensitive": True}, content_hash="5" * 64,
        item_number=was.item_number, name=was.name, department=was.department, domain=was.domain, created_at=was.created_at,
    )  # fmt: skip
    Case.everywhere.filter(pk=case.pk).update(item_version=later)

    assert list(queries.search(auditor, case.applicant.name)) == []
    assert list(queries.search(auditor, case.number)) == [case]
