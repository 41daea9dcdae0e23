"""The pages, at each role: what residents read, what the desk shows, and the list of R35."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from linli.core.calendar import calendar_for
from linli.services.casework.tests import factories as cases
from linli.services.facilities import queries, services
from linli.services.facilities.models import HoursException, ServicePoint
from linli.services.facilities.tests import factories
from linli.services.facilities.tests.factories import EIGHT, EVERY_DAY, WORKWEEK

pytestmark = pytest.mark.usefixtures("monday")

TOMORROW = dt.date(2026, 11, 24)


@pytest.fixture
def station(town) -> ServicePoint:
    return factories.point(town.home)


def plain(answer) -> str:
    """Return a page's text without the joiners that keep a span on one line."""
    return answer.content.decode().replace("\u2060", "")


# -- residents -------------------------------------------------------------------------------------------------------


def test_a_communitys_page_says_open_until_when_and_where(client, town, station):
    factories.point(town.county, name="东区政务服务中心")

    told = plain(client.get(reverse("facilities:place", args=[town.home.code])))

    for part in ("竹湖园社区便民服务站", "开着", "开到 12:00", "8:30–12:00、13:30–18:00", 'href="tel:0812-0000001"'):
        assert part in told
    assert told.index("竹湖园社区便民服务站") < told.index("东区政务服务中心")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-23 12:30", "今天 13:30 开"),
        ("2026-11-23 18:00", "明天 8:30 开"),
        ("2026-11-27 18:00", "11 月 30 日（星期一） 8:30 开"),
        ("2026-12-31 18:00", "1 月 4 日（星期一） 8:30 开"),
    ],
)
def test_a_closed_window_says_when_it_opens_next(client, town, station, clock, moment, words):
    clock(moment)

    told = plain(client.get(reverse("facilities:place", args=[town.home.code])))

    assert "关着" in told
    assert words in told


def test_an_exception_and_its_notice_are_read_before_she_leaves_home(client, town, station):
    services.add_exception(
        station.pk, kind="closed", first_day=TOMORROW, last_day=TOMORROW, reason="停电检修",
        notice="请去炳草岗街道服务中心。", by=town.staff("community_worker", town.home),
    )  # fmt: skip

    told = plain(client.get(reverse("facilities:place", args=[town.home.code])))

    assert "停电检修" in told
    assert "请去炳草岗街道服务中心。" in told


def test_who_is_on_duty_is_for_staff_only(client, town, station, signed_in):
    worker = town.staff("community_worker", town.home, name="白芷")
    services.add_exception(
        station.pk, kind="special", first_day=TOMORROW, last_day=TOMORROW, spans=EIGHT, reason="值班",
        on_duty_id=worker.account_id, by=worker,
    )  # fmt: skip

    assert "白芷" not in plain(client.get(reverse("facilities:place", args=[town.home.code])))
    assert "白芷值班" in plain(signed_in(worker).get(reverse("facilities:point", args=[station.pk])))


def test_while_her_own_is_closed_those_that_are_open_are_named(client, town, station, clock):
    """R35: on National Day she finds the window on duty."""
    factories.point(town.other, name="值班的站", week=EVERY_DAY)
    clock("2027-01-01 10:00")

    told = plain(client.get(reverse("facilities:place", args=[town.home.code])))

    assert "现在开着的窗口" in told
    assert "值班的站" in told


def test_a_resident_finds_her_own_communitys_window_first(town, station, signed_in):
    her = cases.resident(cases.person(town))

    told = plain(signed_in(her).get(reverse("facilities:find")))

    assert "竹湖园社区便民服务站" in told


def test_three_steps_lead_to_a_communitys_windows(client, town):
    answer = client.get(
        reverse("facilities:find"),
        {"community-county": town.county.code, "community-township": town.street.code, "community": town.home.code},
    )

    assert answer.status_code == 302
    assert answer["Location"] == reverse("facilities:place", args=[town.home.code])


def test_a_community_without_a_window_says_so_and_where_to_go(client, town):
    factories.point(town.street, name="炳草岗街道社区公共服务中心", kind="service_centre")

    told = plain(client.get(reverse("facilities:place", args=[town.home.code])))

    assert "还没有登记自己的窗口" in told
    assert "炳草岗街道社区公共服务中心" in told


@pytest.mark.parametrize("code", ["510402009999", "nothing", "12"])
def test_an_unknown_place_is_not_found(client, town, code):
    assert client.get(reverse("facilities:place", args=[code])).status_code == 404


def test_a_district_lists_its_windows_and_a_city_leads_to_the_choice(client, town, station):
    assert "竹湖园社区便民服务站" in plain(client.get(reverse("facilities:place", args=[town.county.code])))
    assert client.get(reverse("facilities:place", args=[town.city.code])).status_code == 302


def test_the_pages_are_there_in_english(client, town, station):
    told = plain(client.get(reverse("facilities:place", args=[town.home.code]), headers={"accept-language": "en"}))

    assert "until 12:00" in told
    assert "Monday to Friday" in told
    assert "Any window will do" in told


def test_a_guide_shows_her_own_window_first_and_then_any_of_the_city(client, town, station, signed_in):
    """The catalogue knows nothing of windows: facilities fills the place beside the guide."""
    cases.catalogue("old_age_allowance")
    her = cases.resident(cases.person(town))
    guide = reverse("catalogue:guide", args=["old_age_allowance"])

    hers, anybodys = plain(signed_in(her).get(guide)), plain(client.get(guide))

    assert "竹湖园社区便民服务站" in hers
    assert "全市任何一个窗口都行" in hers
    assert "竹湖园社区便民服务站" not in anybodys
    assert reverse("facilities:find") in anybodys


def test_the_home_page_says_whether_her_window_is_open(client, town, station, signed_in):
    her = cases.resident(cases.person(town))

    assert "开到 12:00" in plain(signed_in(her).get(reverse("web:home")))
    assert "窗口在哪里、几点开" in plain(client.get(reverse("web:home")))


# -- the desk --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "place", "seen"),
    [
        ("community_worker", "home", {"home"}),
        ("window_clerk", "other", {"other"}),
        ("street_staff", "street", {"home", "other", "street"}),
        ("district_staff", "county", {"home", "other", "street"}),
        ("supervisor", "west", {"west_home"}),
        ("auditor", "city", {"home", "other", "street", "west_home"}),
    ],
)
def test_each_sees_the_points_of_her_place_and_below(town, signed_in, role, place, seen):
    points = {name: factories.point(getattr(town, name), name=f"{name}站") for name in
              ("home", "other", "street", "west_home")}  # fmt: skip
    client = signed_in(town.staff(role, getattr(town, place)))

    told = plain(client.get(reverse("facilities:desk")))

    assert {name for name in points if f">{name}站<" in told} == seen
    for name, point in points.items():
        status = client.get(reverse("facilities:point", args=[point.pk])).status_code
        assert status == (200 if name in seen else 404), name


def test_less_than_eight_hours_is_flagged_on_the_desk(town, signed_in):
    """R56a"""
    factories.point(town.home, week=WORKWEEK | {"6": EIGHT[:1]})

    told = plain(signed_in(town.staff("street_staff", town.street)).get(reverse("facilities:desk")))

    assert "星期六不足 8 小时" in told


def test_a_worker_changes_the_hours_through_the_form(town, station, signed_in):
    client = signed_in(town.staff("community_worker", town.home))
    page = reverse("facilities:hours", args=[station.pk])
    assert 'value="8:30–12:00 13:30–18:00"' in plain(client.get(page))
    typed = {f"day_{n}": "8:00-18:00" for n in range(1, 8)} | {"valid_from": "2026-11-24", "version": "1"}

    bad = client.post(page, typed | {"day_3": "18:00-8:00"})
    done = client.post(page, typed)
    stale = client.post(page, typed | {"day_7": ""})

    assert bad.status_code == 422
    assert "关门要比开门晚" in plain(bad)
    assert 'value="18:00-8:00"' in plain(bad)
    assert done.status_code == 302
    assert "11 月 24 日（星期二）起" in plain(client.get(done["Location"]))
    assert stale.status_code == 422
    assert "别的同事刚刚改动了" in plain(stale)


def test_an_exception_is_entered_and_withdrawn(town, station, signed_in):
    client = signed_in(town.staff("community_worker", town.home))
    page = reverse("facilities:exception", args=[station.pk])
    typed = {
        "kind": "closed", "first_day": "2026-11-24", "last_day": "", "hours": "", "reason": "停电", "notice": "",
        "version": "1",
    }  # fmt: skip

    without_notice = client.post(page, typed)
    done = client.post(page, typed | {"notice": "请去街道。"})

    assert without_notice.status_code == 422
    assert "居民会看到" in plain(without_notice)
    assert done.status_code == 302
    row = HoursException.objects.get()
    client.post(reverse("facilities:withdraw", args=[station.pk, row.pk]), {"version": "2"})
    row.refresh_from_db()
    assert row.withdrawn_at is not None


def test_windows_are_closed_opened_and_added_through_the_forms(town, station, signed_in):
    client = signed_in(town.staff("window_clerk", town.home))
    window = station.windows.get(number=2)

    closed = client.post(
        reverse("facilities:close_window", args=[station.pk, window.pk]),
        {"first_day": "2026-11-23", "last_day": "", "reason": "换设备", "version": "1"},
    )
    told = plain(client.get(closed["Location"]))
    closure = window.closures.get()
    client.post(reverse("facilities:reopen", args=[station.pk, closure.pk]), {"version": "2"})
    client.post(reverse("facilities:add_window", args=[station.pk]), {"number": "7", "version": "3"})
    client.post(reverse("facilities:end_window", args=[station.pk, window.pk]), {"version": "4"})

    assert "11 月 23 日起停：换设备" in told
    assert not window.closures.exists()
    assert sorted(station.windows.filter(valid_to__isnull=True).values_list("number", flat=True)) == [1, 7]


def test_how_it_really_was_is_noted_through_the_form(town, station, signed_in):
    client = signed_in(town.staff("community_worker", town.home))

    done = client.post(
        reverse("facilities:actual", args=[station.pk]),
        {"day": "2026-11-23", "hours": "10:00-12:00", "reason": "停电", "version": "1"},
    )

    assert "10:00–12:00" in plain(client.get(done["Location"]))


@pytest.mark.parametrize(
    ("name", "status"),
    [("hours", 404), ("actual", 404), ("add_window", 404), ("exception", 404), ("point", 200)],
)
def test_the_street_reads_a_communitys_point_and_finds_no_form(town, station, signed_in, name, status):
    client = signed_in(town.staff("street_staff", town.street))

    assert client.get(reverse(f"facilities:{name}", args=[station.pk])).status_code == status


def test_a_head_registers_corrects_and_ends_a_point(town, signed_in):
    client = signed_in(town.staff("community_head", town.home))
    typed = {
        "division": town.home.code, "kind": "service_station", "name": "新站", "address": "1 号",
        "telephone": "0812-0000003", "windows": "2", "weekdays": "9:00-17:00",
    }  # fmt: skip

    made = client.post(reverse("facilities:new"), typed)
    point = ServicePoint.objects.get(name="新站")
    client.post(
        reverse("facilities:correct", args=[point.pk]),
        {"kind": "service_station", "name": "新站", "address": "2 号", "telephone": "0812-0000003", "version": "1"},
    )
    client.post(reverse("facilities:end", args=[point.pk]), {"on": "2026-11-24", "version": "2"})

    assert made["Location"] == reverse("facilities:point", args=[point.pk])
    point.refresh_from_db()
    assert (point.address, point.valid_to) == ("2 号", TOMORROW)


# -- R35 ---------------------------------------------------------------------------------------------------------------


def test_the_days_without_a_window_are_listed_with_their_nearest_fix(town, signed_in):
    """R35: the day, the district, who was on duty last, and the way to arrange it."""
    district = town.staff("district_staff", town.county, name="泽兰")
    centre = factories.point(town.county, name="东区政务服务中心", week=dict.fromkeys("1234567", EIGHT))
    factories.point(town.west_home)
    services.add_exception(
        centre.pk, kind="special", first_day=dt.date(2026, 11, 23), last_day=dt.date(2026, 11, 23), spans=EIGHT,
        reason="值班", on_duty_id=district.account_id, by=district,
    )  # fmt: skip
    client = signed_in(district)

    told = plain(client.get(reverse("facilities:days")))

    assert "有 1 天没有窗口开" in told
    assert "1 月 1 日（星期五）" in told
    assert "上次值班：11 月 23 日，泽兰" in told
    assert "西区" not in told
    form = reverse("facilities:exception", args=[centre.pk]) + "?day=2027-01-01"
    assert form in told
    assert 'value="2027-01-01"' in plain(client.get(form))

    done = client.post(
        form,
        {"kind": "special", "first_day": "2027-01-01", "last_day": "2027-01-01", "hours": "9:00-17:00",
         "reason": "元旦值班", "notice": "", "on_duty": str(district.account_id), "version": "2"},
    )  # fmt: skip

    assert done["Location"] == reverse("facilities:days")
    assert "天天有窗口开" in plain(client.get(done["Location"]))


def test_supervisors_see_the_days_and_the_telephone_but_no_button(town, signed_in):
    factories.point(town.county, name="东区政务服务中心", week=dict.fromkeys("1234567", EIGHT))

    told = plain(signed_in(town.staff("supervisor", town.county)).get(reverse("facilities:days")))

    assert "tel:0812-0000001" in told
    assert "安排这天开" not in told


@pytest.mark.parametrize("role", ["community_worker", "window_clerk"])
def test_the_list_is_not_for_a_community(town, signed_in, role):
    assert signed_in(town.staff(role, town.home)).get(reverse("facilities:days")).status_code == 403


def test_the_past_year_is_shown_page_by_page(town, signed_in):
    """366 days back and no further; a page of thirty, then earlier ones; a district at a time."""
    centre = factories.point(town.county, valid_from=dt.date(2025, 1, 1))
    services.note_days("510402", first=dt.date(2025, 11, 1))
    factories.point(town.west_home, valid_from=dt.date(2026, 11, 1))
    services.note_days("510403", first=dt.date(2026, 11, 1))
    client = signed_in(town.staff("auditor", town.city))
    assert centre

    first = plain(client.get(reverse("facilities:days")))
    east = client.get(reverse("facilities:days"), {"county": "510402"})
    pages, seen = 1, {row.day for row, _kind in east.context["past"]}
    while older := east.context["older"]:
        east = client.get(reverse("facilities:days") + older.replace("#past", ""))
        seen |= {row.day for row, _kind in east.context["past"]}
        pages += 1

    assert "西区" in first
    assert min(seen) == dt.date(2025, 11, 22)  # a Saturday, 366 days ago
    assert max(seen) == dt.date(2026, 11, 22)
    assert len(seen) > 100
    assert pages == -(-len(seen) // 30)


def test_management_shows_how_many_days_lack_a_window(town, signed_in):
    factories.point(town.county, week=dict.fromkeys("1234567", EIGHT))

    told = plain(signed_in(town.staff("district_staff", town.county)).get(reverse("web:bench_management")))

    assert "以后 60 天里没有窗口开的" in told


# -- cost --------------------------------------------------------------------------------------------------------------


def test_pages_cost_the_same_for_one_point_and_for_thirty(client, town, signed_in, django_assert_max_num_queries):
    district = signed_in(town.staff("district_staff", town.county))
    pages = [
        (client, reverse("facilities:place", args=[town.home.code]), 16),
        (client, reverse("facilities:place", args=[town.county.code]), 10),
        (district, reverse("facilities:desk"), 14),
        (district, reverse("facilities:days"), 14),
    ]
    factories.point(town.home)
    for n in range(29):
        factories.point(town.home, name=f"第 {n} 站")

    for who, page, most in pages:
        who.get(page)
        with django_assert_max_num_queries(most):
            assert who.get(page).status_code == 200


def test_a_year_of_a_whole_district_is_read_in_six_queries(town, django_assert_num_queries):
    for n in range(20):
        factories.point(town.home, name=f"第 {n} 站", valid_from=dt.date(2025, 11, 1))

    with django_assert_num_queries(6):
        gaps = queries.gaps_of("510402", dt.date(2025, 11, 23), dt.date(2026, 11, 23))

    days = [dt.date(2025, 11, 23) + dt.timedelta(days=n) for n in range(366)]
    assert gaps == [day for day in days if not calendar_for("510402000000").is_working(day)]
