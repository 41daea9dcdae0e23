"""Deny by default (architecture, decision 4): every address of the house, as nobody and as everybody.

The list is the resolver's own. A page added anywhere is walked from the next run on.
"""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access import ALL_ROLES
from linli.core.calendar import today
from linli.ground.accounts import operations, roles
from linli.ground.accounts.models import Account, RoleHeld
from linli.ground.accounts.tests.factories import give, make_city, make_resident, make_staff
from tests.house.doors import Door, bare_refusals, declaration_of, doors
from tests.house.headers import keeps_to_itself, missing_from

pytestmark = pytest.mark.any_database
DOORS = doors()
SIMPLE = [door for door in DOORS if not door.takes_arguments]
GUARDED = [door for door in DOORS if door.is_guarded]
FOR_EVERYBODY = {"api:openapi", "exchange:metadata"}
"""Doors whose answers may be kept although somebody has signed in: they are the same for everybody."""


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

    assert missing_from(answer) == []
    assert keeps_to_itself(answer)
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
    assert {str(door): lack for door, answer in answers.items() if (lack := missing_from(answer))} == {}
    kept = {str(door) for door, answer in answers.items() if not keeps_to_itself(answer)}
    assert kept <= FOR_EVERYBODY, "what somebody is shown who has signed in stays in no cache"
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
            if not any(role in permission.role_set for permission in door.declared or ()):
                assert status in (403, 405), f"{role} without the right got {status} at {door}"
            allowed = (403, 404, 422) if door.is_api else (302, 403, 404, 405)
            if str(door) == "api:deliver_again":
                allowed = (*allowed, 409)  # "not at the desk": the same answer for what was there and what never was
            assert status in allowed, f"{role} got {status} at {door}"


OUT_OF_TERM = {
    "over": {"valid_to": dt.date(2021, 1, 1)},
    "over since today": {"valid_to": today()},
    "not yet begun": {"valid_from": today() + dt.timedelta(days=1)},
    "not yet confirmed": {"waits": True},
}


def _place_of(role: str, city: SimpleNamespace) -> Any:
    places = {roles.COUNTY: city.east, roles.TOWNSHIP: city.orchid, roles.COMMUNITY: city.moon}
    return next(places[level] for level in reversed(roles.ROLES[role].levels) if level in places)


def _hold(account: Account, role: str, city: SimpleNamespace, **how: Any) -> RoleHeld:
    department = next(iter(roles.departments())) if roles.ROLES[role].needs_department else ""
    return RoleHeld.objects.create(
        account=account, role=role, division=_place_of(role, city), department=department,
        **({"valid_from": dt.date(2020, 1, 1)} | how),
    )  # fmt: skip


@pytest.mark.parametrize("when", OUT_OF_TERM)
def test_a_role_out_of_its_term_opens_no_page_and_no_operation(when: str, client: Client, city: SimpleNamespace):
    """R8, R10: every role at once, before it begins, from the day on which it has ended, before a second person's word."""
    account = make_staff("gone")
    for role in roles.ROLES:
        _hold(account, role, city, **OUT_OF_TERM[when])
    client.force_login(account)

    with bare_refusals():
        entered = {
            f"{door}": status for door in GUARDED if (status := door.knock(client).status_code) not in (403, 405)
        }
    assert entered == {}


@pytest.mark.parametrize("when", ["over since today", "not yet begun"])
def test_a_stand_in_out_of_term_opens_nothing(when: str, client: Client, city: SimpleNamespace):
    """R10: on the day after the span the delegated role is gone, and before it none is there."""
    holder, deputy = make_staff("holder"), make_staff("deputy")
    for role in roles.ROLES:
        own = _hold(holder, role, city)
        how = {"valid_to": today() + dt.timedelta(days=3)} | OUT_OF_TERM[when]
        _hold(deputy, role, city, stands_in_for=holder, delegated_from=own, **how)
    client.force_login(deputy)

    with bare_refusals():
        entered = {
            f"{door}": status for door in GUARDED if (status := door.knock(client).status_code) not in (403, 405)
        }
    assert entered == {}


def test_the_printed_table_has_every_door_and_says_what_the_door_says():
    """What `linli accounts operations` and its page show is what the walk above was held against."""
    shown = {(one.address, one.method): set(one.permissions) for one in operations.operations()}
    free = {(one.address, one.method) for one in operations.open_to_everybody()}

    for door in (door for door in DOORS if not door.excused):
        address = ("/" + door.route.strip("^$"), door.method)
        assert shown.get(address) == (set(door.declared) if door.is_guarded else None), str(door)  # type: ignore[arg-type]
        assert (address in free) is not door.is_guarded, str(door)
    assert len(shown) + len(free) == len(
        {("/" + door.route.strip("^$"), door.method) for door in DOORS if not door.excused}
    )


@pytest.mark.parametrize("role", ALL_ROLES)
def test_the_printed_table_says_how_far_a_role_reaches(role: str):
    assert operations.scope_of(role)
    assert f"{role:<24}" in operations.as_text(role)
