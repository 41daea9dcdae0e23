"""Deny by default (architecture, decision 4): every address of the house, as nobody and as everybody.

The list is the resolver's own. A page added anywhere is walked from the next run on.
"""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access import ALL_ROLES
from linli.ground.accounts import roles
from linli.ground.accounts.models import Account
from linli.ground.accounts.tests.factories import give, make_city, make_resident, make_staff
from tests.house.doors import Door, declaration_of, doors

DOORS = doors()
SIMPLE = [door for door in DOORS if not door.takes_arguments]
GUARDED = [door for door in DOORS if door.is_guarded]


@pytest.fixture
def city(db: None) -> SimpleNamespace:
    return make_city()


def _somebody(role: str, city: SimpleNamespace) -> Account:
    if role in ("resident", "organisation"):
        account = make_resident()
        account.kind = role
        account.save(update_fields=["kind"])
        return account
    account = make_staff(role, roles.name_of(role))
    places = {roles.COUNTY: city.east, roles.TOWNSHIP: city.orchid, roles.COMMUNITY: city.moon}
    place = next(places[level] for level in reversed(roles.ROLES[role].levels) if level in places)
    department = next(iter(roles.departments())) if roles.ROLES[role].needs_department else ""
    give(account, role, place, department=department)
    return account


def test_the_walk_finds_the_house():
    assert {"web:home", "web:sign_in", "accounts:staff", "accounts:member"} <= {door.name for door in DOORS}


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_every_door_says_who_may_enter(door: Door):
    assert door.declared or door.excused, (
        f"/{door.route} declares no permission: put @requires(…) on the view, or @open_to_all(“why”)"
    )


def test_a_door_that_says_nothing_is_found():
    """The walk itself: a view without a declaration does not pass, one hidden under decorators does."""
    from django.views.decorators.cache import never_cache

    from linli.core.access import open_to_all

    assert declaration_of(lambda request: None) is None
    assert declaration_of(never_cache(open_to_all("tests")(lambda request: None))) == "tests"


@pytest.mark.parametrize("door", GUARDED, ids=str)
def test_nobody_is_sent_to_the_sign_in_page(door: Door, client: Client, db: None):
    answer = door.knock(client)

    if door.is_api:
        assert answer.status_code == 401
    elif answer.status_code == 302:
        assert answer["Location"].startswith(reverse("web:sign_in"))
    else:
        assert answer.status_code in (404, 405)


@pytest.mark.parametrize("door", GUARDED, ids=str)
def test_nobody_changes_anything(door: Door, client: Client, db: None):
    """A form from nobody is answered by the sign-in page, or refused; never carried out."""
    answer = client.post(door.address, {"typed": "文字"})

    if door.is_api:
        assert answer.status_code in (401, 405)
    elif answer.status_code == 302:
        assert answer["Location"].startswith(reverse("web:sign_in"))
    else:
        assert answer.status_code in (403, 404, 405)


@pytest.mark.parametrize("role", ALL_ROLES)
def test_every_role_finds_every_plain_page_in_order(role: str, client: Client, city: SimpleNamespace):
    """R8: what one may see opens, what one may not is refused; nothing breaks."""
    client.force_login(_somebody(role, city))
    client.raise_request_exception = False

    # Where no worker runs, as here, /readyz says 503, and means it.
    answers = {door: door.knock(client) for door in SIMPLE if str(door) != "watch:readyz"}

    broken = {str(door): repr(answer.exc_info[1]) for door, answer in answers.items() if answer.status_code >= 500}
    assert broken == {}
    for door, answer in answers.items():
        if door.is_guarded and not any(role in permission.role_set for permission in door.declared or ()):
            assert answer.status_code in (403, 404, 405), f"{role} entered {door}"


@pytest.mark.parametrize("role", ALL_ROLES)
def test_an_unknown_record_is_not_found_by_any_role(role: str, client: Client, city: SimpleNamespace):
    client.force_login(_somebody(role, city))
    client.raise_request_exception = False

    for door in GUARDED:
        if door.takes_arguments:
            status = door.knock(client).status_code
            allowed = (403, 404, 422) if door.is_api else (302, 403, 404, 405)
            if str(door) == "api:deliver_again":
                allowed = (*allowed, 409)  # "not at the desk": the same answer for what was there and what never was
            assert status in allowed, f"{role} got {status} at {door}"


def test_a_role_that_is_over_opens_nothing(client: Client, city: SimpleNamespace):
    account = make_staff("gone")
    give(account, "administrator", city.east, valid_to=dt.date(2021, 1, 1))
    client.force_login(account)

    for door in GUARDED:
        if not door.takes_arguments:
            assert door.knock(client).status_code in (403, 405), str(door)
