import pytest
from django.test import RequestFactory

from linli.core.access import ANONYMOUS, Permission
from linli.core.design import navigation, panels
from linli.core.design.pages import CLERK


@pytest.fixture
def entries(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", [])
    return navigation.register


@pytest.fixture(scope="module")
def review():
    return Permission("design_tests.review", "审核", roles="street_staff")


@pytest.fixture(scope="module")
def audit():
    return Permission("design_tests.audit", "审计", roles="auditor")


def at(path, actor=CLERK):
    request = RequestFactory().get(path)
    request.actor = actor
    return request


def test_side_shows_only_what_the_actor_may_open(entries, review, audit):
    entries("bench", "service", "等我办的", "web:find", "list-check", review)
    entries("bench", "service", "审计", "web:robots", "eye", audit)

    shown = navigation.navigation_for("bench", at("/workbench/"))

    assert [entry.label for entry in shown.entries] == ["等我办的"]
    assert navigation.navigation_for("bench", at("/workbench/", ANONYMOUS)).entries == ()


def test_places_of_residents_are_shown_before_they_sign_in(entries, audit):
    mine = Permission("design_tests.mine", "看自己的", roles="resident")
    entries("portal", "", "我的事", "web:find", "file-text", mine)
    entries("portal", "", "审计", "web:robots", "eye", audit)

    assert [entry.label for entry in navigation.navigation_for("portal", at("/", ANONYMOUS)).entries] == ["我的事"]
    assert navigation.navigation_for("portal", at("/", CLERK)).entries == ()


def test_count_is_asked_only_for_entries_that_are_shown_and_stops_at_99(entries, review, audit):
    asked = []
    entries(
        "bench", "service", "等我办的", "web:find", "list-check", review, lambda request: asked.append("a") or 23000
    )
    entries("bench", "service", "审计", "web:robots", "eye", audit, lambda request: asked.append("b") or 1)

    shown = navigation.navigation_for("bench", at("/workbench/"))

    assert shown.entries[0].count == "99+"
    assert asked == ["a"]


def test_page_below_an_entry_marks_the_longest_one(entries):
    entries("bench", "service", "今天", "web:bench", "home-2")
    entries("bench", "service", "查找", "web:find", "search")

    here = navigation.navigation_for("bench", at("/workbench/find/more/")).entries

    assert [(entry.label, entry.is_here) for entry in here] == [("今天", False), ("查找", True)]


def test_workbench_has_two_doors_and_each_page_belongs_to_one(entries):
    """R159b."""
    entries("bench", "service", "今天", "web:bench", "home-2")
    entries("bench", "management", "登记", "web:find", "users")

    doors = navigation.navigation_for("bench", at("/workbench/find/")).doors

    assert [(str(door.label), door.is_here) for door in doors] == [("服务", False), ("管理", True)]


@pytest.mark.parametrize(("shell", "section"), [("desk", ""), ("bench", ""), ("bench", "play"), ("portal", "service")])
def test_entry_for_an_unknown_place_is_refused(entries, shell, section):
    with pytest.raises(ValueError, match=shell):
        entries(shell, section, "", "web:home", "home-2")


def test_panel_that_has_nothing_to_say_is_left_out(monkeypatch):
    monkeypatch.setattr(panels, "_panels", {"find": []})
    panels.register("find", lambda request: None)
    panels.register("find", lambda request: ("b.html", {"n": 2}), order=90)
    panels.register("find", lambda request: ("a.html", {"n": 1}), order=10)

    assert [panel.template for panel in panels.panels_for("find", at("/"))] == ["a.html", "b.html"]
    with pytest.raises(ValueError, match="cellar"):
        panels.register("cellar", lambda request: None)
