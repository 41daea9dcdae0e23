from __future__ import annotations

import datetime as dt

import pytest

from linli.core.access import ANONYMOUS
from linli.core.calendar import at
from linli.ground.accounts import permissions as may
from linli.ground.accounts import queries
from linli.ground.accounts.tests.factories import acting, give, make_holder, make_resident, make_staff

CHINA = dt.timezone(dt.timedelta(hours=8))


def _ids(*divisions):
    return frozenset(division.pk for division in divisions)


@pytest.mark.parametrize(
    ("role", "where", "counties", "communities"),
    [
        ("supervisor", "province", {"519902", "519903"}, None),
        ("supervisor", "city", {"519902", "519903"}, None),
        ("district_staff", "east", {"519902"}, None),
        ("street_staff", "orchid", {"519902"}, ("moon", "sun")),
        ("community_worker", "moon", {"519902"}, ("moon",)),
    ],
)
def test_a_post_reaches_its_division_and_all_below(city, role, where, counties, communities):
    """R8a."""
    post = acting(make_holder("wenzhu", role, getattr(city, where))).post

    assert post.counties == counties
    expected = None if communities is None else _ids(*(getattr(city, name) for name in communities))
    assert post.communities == expected


def test_a_post_tells_where_it_is_held(city):
    held = give(make_staff("susu"), "department_staff", city.east, department="civil_affairs")

    post = acting(held.account).post

    assert (post.id, post.division_code, post.division_name, post.level) == (held.pk, "519902000000", "东区", "county")
    assert (post.role, post.department, post.acting_for) == ("department_staff", "civil_affairs", "")


def test_who_holds_two_posts_acts_in_the_one_chosen(city):
    """R8b."""
    both = make_staff("wenzhu")
    give(both, "community_worker", city.moon)
    street = give(both, "street_staff", city.orchid)

    assert acting(both, street).roles == {"street_staff"}
    assert [post.role for post in acting(both).posts] == ["street_staff", "community_worker"]


def test_a_post_of_somebody_else_cannot_be_chosen(city):
    other = give(make_staff("other"), "supervisor", city.city)
    clerk = make_holder("wenzhu", "community_worker", city.moon)

    assert acting(clerk, other).roles == {"community_worker"}


@pytest.mark.parametrize(
    ("moment", "held"),
    [
        (dt.datetime(2026, 9, 30, 23, 59, tzinfo=CHINA), False),
        (dt.datetime(2026, 10, 1, 0, 0, tzinfo=CHINA), True),
        (dt.datetime(2026, 10, 7, 23, 59, tzinfo=CHINA), True),
        (dt.datetime(2026, 10, 8, 0, 0, tzinfo=CHINA), False),
    ],
)
def test_a_role_begins_and_ends_at_midnight_in_china(city, moment, held):
    clerk = make_holder(
        "wenzhu", "window_clerk", city.moon, valid_from=dt.date(2026, 10, 1), valid_to=dt.date(2026, 10, 8)
    )

    with at(moment):
        assert (acting(clerk).post is not None) is held
        assert queries.accounts_with_role("window_clerk", city.moon.pk) == ([clerk] if held else [])


def test_closed_accounts_act_as_nobody_and_new_passwords_come_first(city):
    clerk = make_holder("wenzhu", "community_worker", city.moon)

    clerk.must_change_password = True
    assert acting(clerk).posts == ()
    clerk.is_active = False
    assert acting(clerk) == ANONYMOUS


def test_a_resident_acts_for_her_own_person(db):
    person_id = make_staff("any").pk
    resident = make_resident(name="柳青禾", person_id=person_id)

    actor = acting(resident)

    assert (actor.kind, actor.name, actor.person_id, actor.post) == ("resident", "柳青禾", person_id, None)


@pytest.mark.parametrize(
    ("role", "where", "queries_run"),
    [
        ("community_worker", "moon", 1),
        ("district_staff", "east", 1),
        ("street_staff", "orchid", 2),
        ("supervisor", "city", 2),
    ],
)
def test_an_actor_costs_two_queries_at_most(city, django_assert_num_queries, role, where, queries_run):
    account = make_holder("wenzhu", role, getattr(city, where))

    with django_assert_num_queries(queries_run):
        acting(account)


def test_each_of_several_posts_has_its_own_reach(city):
    several = make_staff("wenzhu")
    for place in (city.orchid, city.bamboo, city.pine):
        give(several, "street_staff", place)

    posts = acting(several).posts

    assert [post.communities for post in posts] == [_ids(city.moon, city.sun), _ids(city.reed), _ids(city.cone)]


def test_who_holds_a_role_is_asked_at_exactly_one_division(city):
    here = make_holder("here", "community_head", city.moon, "白芷")
    make_holder("there", "community_head", city.sun)
    make_holder("other", "community_worker", city.moon)
    civil = make_staff("civil")
    give(civil, "department_staff", city.east, department="civil_affairs")
    give(make_staff("health"), "department_staff", city.east, department="health")

    assert queries.accounts_with_role("community_head", city.moon.pk) == [here]
    assert queries.accounts_with_role("department_staff", city.east.pk, "civil_affairs") == [civil]


def test_colleagues_work_here_one_level_up_or_one_level_down(city):
    me = make_holder("me", "street_staff", city.orchid, "甲")
    same = make_holder("same", "street_leader", city.orchid, "乙")
    above = make_holder("above", "district_staff", city.east, "丙")
    below = make_holder("below", "community_worker", city.sun, "丁")
    make_holder("beside", "street_staff", city.bamboo)
    make_holder("gone", "street_staff", city.orchid, valid_to=dt.date(2021, 1, 1))

    assert set(queries.colleagues(acting(me))) == {same, above, below}


@pytest.mark.parametrize(
    ("where", "seen"),
    [
        ("city", ["at_city", "at_east", "at_moon", "at_orchid", "at_pine"]),
        ("east", ["at_east", "at_moon", "at_orchid"]),
        ("orchid", ["at_moon", "at_orchid"]),
        ("moon", ["at_moon"]),
        ("bamboo", []),
    ],
)
def test_staff_are_seen_by_whom_they_work_under(city, where, seen):
    """R8a: neighbouring divisions see nothing of each other."""
    make_holder("at_city", "supervisor", city.city)
    make_holder("at_east", "district_staff", city.east)
    make_holder("at_orchid", "street_staff", city.orchid)
    make_holder("at_moon", "community_worker", city.moon)
    make_holder("at_pine", "street_staff", city.pine)
    admin = acting(make_holder("zz_admin", "administrator", getattr(city, where)))

    names = queries.staff_for(admin).exclude(username="zz_admin").order_by("username")

    assert list(names.values_list("username", flat=True)) == seen


def test_who_may_not_see_staff_sees_none(city):
    clerk = acting(make_holder("wenzhu", "window_clerk", city.moon))

    assert not queries.staff_for(clerk).exists()
    assert not queries.staff_for(ANONYMOUS).exists()
    assert not queries.roles_within(clerk).exists()
    assert not queries.divisions_within(clerk, may.GIVE_ROLE).exists()


def test_staff_are_found_by_name_user_name_and_whole_telephone(city):
    admin = acting(make_holder("admin", "administrator", city.east, "管理员"))
    found = make_holder("suye", "community_worker", city.moon, "苏叶")

    for words in ("苏叶", "SUYE", " suye "):
        assert list(queries.staff_for(admin, search=words)) == [found]
    assert not queries.staff_for(admin, search="15400000618").exists()


def test_the_staff_list_costs_the_same_for_one_and_for_thirty(city, django_assert_num_queries):
    admin = acting(make_holder("admin", "administrator", city.east))
    for number in range(31):
        make_holder(f"clerk{number:02}", "window_clerk", city.moon)

    with django_assert_num_queries(4):
        page, after = queries.staff_page(admin, size=30)

    assert [account.username for account in page][:2] == ["admin", "clerk00"]
    assert after == "clerk28"
    assert [account.username for account in queries.staff_page(admin, after=after, size=30)[0]] == [
        "clerk29",
        "clerk30",
    ]
