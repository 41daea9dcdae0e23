"""Four eyes: roles and resets that one asks for and another confirms (R8; GB/T 22239-2019, 8.1.4.2)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from linli.core import countersign
from linli.core.audit.models import Entry
from linli.core.calendar import at, now
from linli.core.countersign import rules as two
from linli.core.countersign import services as countersigning
from linli.core.countersign.models import Countersignature
from linli.ground.accounts import queries, services
from linli.ground.accounts.models import RoleHeld
from linli.ground.accounts.tests.factories import acting, give, make_holder, with_app

PASSWORD = "made-up-for-tests"


@pytest.fixture(autouse=True)
def two_people(settings, alone) -> None:
    settings.FOUR_EYES = ["accounts.give_role", "accounts.reset_factors"]


@pytest.fixture
def asker(city):
    return acting(make_holder("guanli", "administrator", city.east, "管仲"))


@pytest.fixture
def second(city):
    return acting(make_holder("anquan", "security_administrator", city.east, "安息香"))


@pytest.fixture
def clerk(city):
    return make_holder("wenzhu", "window_clerk", city.moon, "文竹")


def _ask(clerk, city, asker) -> Countersignature:
    services.give_role(clerk, role="community_worker", division_id=city.sun.pk, by=asker)
    return Countersignature.objects.get()


def _roles(account) -> set[str]:
    return {post.role for post in queries.posts_of(account)}


def test_a_role_is_not_held_before_a_second_person_has_confirmed_it(city, clerk, asker, second):
    """R8: nothing reaches further meanwhile; the record names both."""
    row = _ask(clerk, city, asker)
    assert _roles(clerk) == {"window_clerk"}

    countersigning.confirm(row.pk, by=second)

    assert _roles(clerk) == {"window_clerk", "community_worker"}
    row.refresh_from_db()
    assert (row.asked_by_name, row.settled_by_name, row.state) == ("管仲", "安息香", "confirmed")
    given = Entry.objects.get(action="accounts.role_given", actor_id=asker.account_id)
    assert given.facts["confirmed_by"] == str(second.account_id)
    confirmed = Entry.objects.get(action="countersign.confirmed")
    assert (confirmed.actor_id, confirmed.facts["asked_by"]) == (second.account_id, str(asker.account_id))


def test_nobody_confirms_her_own(city, clerk, asker):
    row = _ask(clerk, city, asker)

    with pytest.raises(two.NotTheSamePerson):
        countersigning.confirm(row.pk, by=asker)

    assert _roles(clerk) == {"window_clerk"}


def test_who_has_no_right_or_sits_elsewhere_does_not_find_it(city, clerk, asker):
    row = _ask(clerk, city, asker)
    for other in (
        make_holder("head", "community_head", city.moon),
        make_holder("west", "administrator", city.west),
        make_holder("below", "security_administrator", city.orchid),
    ):
        with pytest.raises(Countersignature.DoesNotExist):
            countersigning.confirm(row.pk, by=acting(other))


def test_a_refusal_leaves_no_role_and_says_why(city, clerk, asker, second):
    row = _ask(clerk, city, asker)
    with pytest.raises(two.ReasonNeeded):
        countersigning.refuse(row.pk, by=second, reason=" ")

    countersigning.refuse(row.pk, by=second, reason="不在编")

    held = RoleHeld.objects.get(account=clerk, role="community_worker")
    assert held.valid_to == held.valid_from
    assert _roles(clerk) == {"window_clerk"}
    with pytest.raises(two.SettledAlready):
        countersigning.confirm(row.pk, by=second)
    assert services.give_role(clerk, role="community_worker", division_id=city.sun.pk, by=asker).waits


def test_three_days_later_it_is_too_late(city, clerk, asker, second):
    row = _ask(clerk, city, asker)

    with at(now() + dt.timedelta(days=3, seconds=1)), pytest.raises(two.TooLate):
        countersigning.confirm(row.pk, by=second)
    assert _roles(clerk) == {"window_clerk"}


def test_who_has_lost_the_right_meanwhile_has_asked_for_nothing(city, clerk, asker, second):
    row = _ask(clerk, city, asker)
    RoleHeld.objects.filter(account_id=asker.account_id).update(valid_to=dt.date(2024, 1, 1))

    with pytest.raises(two.AskerMayNoMore):
        countersigning.confirm(row.pk, by=second)

    row.refresh_from_db()
    assert row.state == "waiting"
    assert _roles(clerk) == {"window_clerk"}


def test_lost_factors_are_reset_by_two(city, clerk, asker):
    """R8: the security administrator asks, an administrator confirms, and the owner starts anew."""
    with_app(clerk)
    security = acting(make_holder("anquan", "security_administrator", city.east, "安息香"))
    with pytest.raises(countersign.SecondPersonNeeded):
        services.reset_factors(clerk.pk, by=security)
    services.ask_to_reset_factors(clerk.pk, by=security)
    assert queries.factors_of(clerk)

    countersigning.confirm(Countersignature.objects.get().pk, by=asker)

    assert not queries.factors_of(clerk)
    entry = Entry.objects.get(action="accounts.factors_reset")
    assert (entry.actor_id, entry.facts["confirmed_by"]) == (security.account_id, str(asker.account_id))


def test_the_pages_ask_confirm_and_show_both_names(city, client, clerk, asker, second):
    from linli.ground.accounts.models import Account

    client.force_login(Account.objects.get(username="guanli"))
    asked = client.post(
        reverse("accounts:give_role", args=[clerk.pk]), {"role": "community_worker", "division": city.sun.code}
    )
    page = client.get(asked["Location"]).content.decode()
    row = Countersignature.objects.get()
    own = client.get(reverse("countersign:one", args=[row.pk])).content.decode()
    refused = client.post(reverse("countersign:confirm", args=[row.pk]))
    client.force_login(Account.objects.get(username="anquan"))
    listed = client.get("/second-person/").content.decode()
    done = client.post(reverse("countersign:confirm", args=[row.pk]))

    assert "等另一位管理员确认" in page
    assert "等第二人确认" in page
    assert "自己提出的事不能自己确认" in own
    assert "我看过了" not in own
    assert refused.status_code == 403
    assert "让 文竹 担任 朝阳社区 的社区工作者" in listed
    assert done.status_code == 302
    assert _roles(clerk) == {"window_clerk", "community_worker"}
    assert "文竹" not in row.payload


def test_the_system_needs_nobody_beside_it(city, clerk):
    assert not give(clerk, "community_worker", city.sun).waits


def test_whoever_has_left_every_post_is_locked_after_the_time_set(city, clerk, settings):
    """R10; GB/T 22239-2019, 8.1.4.2: accounts of who has left are shut. Who still has or gets a role stays."""
    settings.LOCK_AFTER_DAYS = 30
    with at(now() - dt.timedelta(days=200)):
        left = make_holder("left", "window_clerk", city.moon)
        stays = make_holder("stays", "window_clerk", city.sun)
    today = dt.date.today()
    RoleHeld.objects.filter(account=left).update(valid_to=today - dt.timedelta(days=29))
    assert services.lock_left_posts() == 0
    RoleHeld.objects.filter(account=left).update(valid_to=today - dt.timedelta(days=31))

    assert services.lock_left_posts() == 1

    left.refresh_from_db()
    stays.refresh_from_db()
    assert (left.is_active, stays.is_active, clerk.is_active) == (False, True, True)
    assert Entry.objects.filter(action="accounts.account_locked", subject_id=str(left.pk)).count() == 1
    admin = acting(make_holder("admin", "administrator", city.east))
    services.reopen(left.pk, by=admin)
    left.refresh_from_db()
    assert left.is_active
    assert left.must_change_password
