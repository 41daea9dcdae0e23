"""R40: people whom the law serves first stand first, with the reason; nobody else is pushed over a limit for them."""

import datetime as dt

import pytest
from django.urls import reverse

from linli.ground.accounts.models import Account
from linli.ground.registry import services as registry
from linli.services.casework import queries
from linli.services.casework.models import Case
from linli.services.casework.tests import factories

pytestmark = pytest.mark.django_db


def tagged(town, name, code, source="定期抚恤金领取证"):
    who = factories.person(town, name=name)
    registry.give_tag(who, by=factories.SETUP, code=code, source=source)
    return who


def waits(case: Case, until: dt.date) -> Case:
    Case.everywhere.filter(pk=case.pk).update(step_due_on=until)
    return case


def test_a_preferential_person_stands_first_but_not_before_what_is_nearly_due(town, clock, client):
    factories.catalogue("old_age_allowance")
    clock("2026-03-06 09:00")  # a Friday: Monday is the next working day
    plain = waits(factories.submitted(town, factories.person(town, name="石斛")), dt.date(2026, 3, 11))
    first = waits(factories.submitted(town, tagged(town, "柳桂枝", "preferential_treatment")), dt.date(2026, 3, 13))
    nearly_due = waits(factories.submitted(town, factories.person(town, name="半夏")), dt.date(2026, 3, 9))
    worker = town.staff("community_worker", town.home)

    order = list(queries.tasks_for(worker))
    client.force_login(Account.objects.get(pk=worker.account_id))
    page = client.get(reverse("casework:tasks")).content.decode()

    assert order == [nearly_due, first, plain]
    assert [case.priority_reason for case in order] == ["", "优抚对象优先", ""]
    assert "优抚对象优先" in page
    assert page.index("半夏") < page.index("柳桂枝") < page.index("石斛")


@pytest.mark.parametrize(
    ("code", "reason"),
    [("martyr_family", "优抚对象优先"), ("veteran", ""), ("subsistence", ""), ("disability", "")],
)
def test_which_groups_are_served_first(town, code, reason):
    factories.catalogue("old_age_allowance")

    assert factories.submitted(town, tagged(town, "柳桂枝", code)).priority_reason == reason


def test_a_tag_that_has_ended_puts_nobody_first(town):
    factories.catalogue("old_age_allowance")
    who = tagged(town, "柳桂枝", "preferential_treatment")
    registry.end_tag(who.tags.model.everywhere.get(person=who).pk, by=factories.SETUP)

    assert factories.submitted(town, who).priority_reason == ""
