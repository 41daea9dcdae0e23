"""Service points for programs: what everybody reads, and what those who keep them change (R35, R56a)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from linli.core.audit.models import Entry
from linli.ground.exchange.tests.factories import Program
from linli.services.facilities.models import HoursException, HoursPlan, ServicePoint, Window

MORNING = [{"opens": "08:30", "closes": "12:00"}, {"opens": "13:30", "closes": "18:00"}]


@pytest.fixture
def program(town, monday) -> Program:
    return Program(town.home)


def made(program: Program, *, key: str = "one", name: str = "竹湖园便民服务站") -> dict:
    told = {
        "division_code": "510402002001", "kind": "service_station", "name": name, "address": "竹湖园 1 号",
        "telephone": "0812-3334444", "windows": 2, "week": {str(day): MORNING for day in range(1, 6)},
    }  # fmt: skip
    answer = program.post("/service-points", told, key=key)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_point_is_registered_once_and_everybody_finds_it(program, client):
    point = made(program)
    again = made(program)

    assert point["id"] == again["id"]
    assert ServicePoint.objects.count() == 1
    assert (point["is_open"], point["week"]["1"], [one["number"] for one in point["windows"]]) == (
        True,
        MORNING,
        [1, 2],
    )
    found = client.get("/api/v1/service-points", {"division": "510402002000", "fields": "name,version"}).json()
    assert found["items"] == [{"name": "竹湖园便民服务站", "version": 1}]
    assert client.get(f"/api/v1/service-points/{point['id']}").json() == point


def test_pages_of_points_follow_each_other_by_cursor(program, client):
    for name in ("甲站", "乙站", "丙站"):
        made(program, key=name, name=name)

    first = client.get("/api/v1/service-points", {"limit": 2}).json()
    second = client.get("/api/v1/service-points", {"limit": 2, "after": first["next"]}).json()

    assert [len(first["items"]), len(second["items"]), second["next"]] == [2, 1, None]
    assert len({one["id"] for one in first["items"] + second["items"]}) == 3
    assert client.get("/api/v1/service-points", {"after": "made-up"}).status_code == 422


def test_hours_are_changed_by_whoever_has_read_the_last_version_and_by_nobody_else(program):
    point = made(program)
    week = {"week": {"1": MORNING}, "valid_from": "2026-12-01"}
    path = f"/service-points/{point['id']}/hours"

    done = program.send("PUT", path, week, version=point["version"])

    assert done.status_code == 200, done.content
    assert done["ETag"] == '"2"'
    assert HoursPlan.objects.count() == 2
    assert program.send("PUT", path, {**week, "week": {"2": MORNING}}, version=1).status_code == 412
    assert program.send("PUT", path, week).status_code == 428
    assert HoursPlan.objects.count() == 2


def test_hours_that_close_before_they_open_are_refused_with_a_sentence_and_leave_nothing(program):
    point = made(program)
    entries = Entry.objects.count()
    wrong = {"week": {"1": [{"opens": "12:00", "closes": "08:00"}]}, "valid_from": "2026-12-01"}

    answer = program.send("PUT", f"/service-points/{point['id']}/hours", wrong, version=1)

    assert (answer.status_code, answer.json()["code"]) == (422, "facilities.closes_before_opens")
    assert "关门要比开门晚" in answer.json()["detail"]
    assert (HoursPlan.objects.count(), Entry.objects.count()) == (1, entries)


def test_an_exception_is_announced_and_taken_back(program):
    point = made(program)
    told = {
        "kind": "closed", "first_day": "2026-11-25", "last_day": "2026-11-25", "reason": "停电检修",
        "notice": "请到街道便民服务中心。",
    }  # fmt: skip

    shown = program.post(f"/service-points/{point['id']}/exceptions", told, version=1).json()
    [one] = shown["exceptions"]
    gone = program.send("DELETE", f"/service-points/{point['id']}/exceptions/{one['id']}", version=shown["version"])

    assert (one["kind"], one["hours"], one["reason"]) == ("closed", [], "停电检修")
    assert gone.status_code == 204
    assert HoursException.objects.get().withdrawn_at is not None


def test_windows_are_added_closed_reopened_and_ended(program):
    point = made(program)
    path = f"/service-points/{point['id']}"

    third = program.post(f"{path}/windows", {"number": 3}, version="*").json()["windows"][2]
    closed = program.post(
        f"{path}/windows/{third['id']}/closures", {"first_day": "2026-11-24", "reason": "休假"}, version="*"
    ).json()
    [closure] = closed["windows"][2]["closures"]
    assert (closure["first_day"], closure["last_day"]) == ("2026-11-24", None)
    assert program.send("DELETE", f"{path}/closures/{closure['id']}", version="*").status_code == 204
    assert program.send("DELETE", f"{path}/windows/{third['id']}", version="*").status_code == 204
    assert Window.objects.get(pk=third["id"]).valid_to == dt.date(2026, 11, 23)


def test_how_it_really_was_is_noted_and_read(program):
    point = made(program)

    noted = program.post(
        f"/service-points/{point['id']}/openings", {"day": "2026-11-23", "reason": "停电"}, version="*"
    )

    assert noted.status_code == 200, noted.content
    [row] = program.get(f"/service-points/{point['id']}/openings").json()["items"]
    assert (row["day"], row["hours"], row["reason"]) == ("2026-11-23", [], "停电")


def test_what_belongs_to_another_place_cannot_be_changed(program, town):
    point = made(program)
    other = Program(town.west_home)

    answer = other.send(
        "PUT", f"/service-points/{point['id']}/hours", {"week": {"1": MORNING}, "valid_from": "2026-12-01"}, version="*"
    )

    assert answer.status_code == 404
    reader = Program(town.home, ["facilities.view"])
    assert reader.post(f"/service-points/{point['id']}/windows", {"number": 9}, version="*").status_code == 403
    assert program.post(f"/service-points/{uuid4()}/windows", {"number": 9}, version="*").status_code == 404
