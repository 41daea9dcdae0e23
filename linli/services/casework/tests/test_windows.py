"""What each window takes in, against all items, with the reason for what is missing (R32b); what is not offered (R28)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from linli.ground.accounts.models import Account
from linli.services.casework import rules, services
from linli.services.casework.models import Case, Draft
from linli.services.casework.tests import factories
from linli.services.catalogue import services as catalogue
from linli.services.catalogue.rules import Area, Part

pytestmark = pytest.mark.django_db


def not_offered(town, place, code: str = "old_age_allowance", *, reason: str = "窗口在装修。"):
    return catalogue.record_variance(
        code, by=town.staff("department_staff", town.county, "civil_affairs"), place=place, area=Area.ALL,
        part=Part.OFFER, reason=reason, document="东民发〔2026〕3号",
    )  # fmt: skip


def test_each_windows_share_stands_against_all_items_with_what_is_missing_and_why(town, client):
    """R32b: a community with nobody in post takes in nothing, whatever the items say."""
    factories.catalogue("old_age_allowance", "room_booking")
    town.staff("window_clerk", town.home)
    not_offered(town, town.home)
    client.force_login(Account.objects.get(pk=town.staff("district_staff", town.county).account_id))
    page = reverse("casework:windows")

    county, street = client.get(page), client.get(page + f"?at={town.street.code}")
    one, other = client.get(page + f"?at={town.home.code}"), client.get(page + f"?at={town.other.code}")

    assert [(d.code, w.share.part, w.share.whole, w.take_all, w.staffed) for d, w in street.context["rows"]] == [
        (town.home.code, 1, 2, 0, 1), (town.other.code, 0, 2, 0, 0),
    ]  # fmt: skip
    assert [(d.code, w.share.percent) for d, w in county.context["rows"]] == [(town.street.code, 25)]
    assert "能收 1 / 2 项" in one.content.decode()
    assert "窗口在装修。（东民发〔2026〕3号）" in one.content.decode()
    assert "这个窗口还没有人在岗" in other.content.decode()
    assert client.get(page + "?at=1").status_code == 404


def test_a_window_with_everything_takes_all(town, client):
    factories.catalogue("old_age_allowance", "room_booking")
    town.staff("window_clerk", town.home)
    client.force_login(Account.objects.get(pk=town.staff("window_clerk", town.home).account_id))

    told = client.get(reverse("casework:windows")).context["window"]

    assert (told.share.part, told.share.whole, told.missing) == (2, 2, ())


def test_what_is_not_offered_where_she_lives_cannot_be_begun_there_nor_handed_in(town, refused):
    """R28: with the reason that is recorded; elsewhere it goes on."""
    factories.catalogue("old_age_allowance")
    mother = factories.person(town)
    her = factories.resident(mother)
    draft = factories.drafted(her, "old_age_allowance", mother)
    not_offered(town, town.home, reason="高龄津贴在别的街道办。")

    with refused(rules.NotOffered) as caught:
        services.submit(her, draft.pk, key="1")
    assert "高龄津贴在别的街道办。" in str(caught.value)
    with refused(rules.NotOffered):
        services.start_draft(her, "old_age_allowance")
    neighbour = factories.person(town, community=town.other)
    factories.submitted(town, neighbour)

    assert Case.everywhere.get().community == town.other
    assert Draft.objects.get() == draft
