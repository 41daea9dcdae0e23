"""What actors may, and what a page's door lets in."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from linli.core.access import (
    ALL_ROLES,
    ANONYMOUS,
    NOWHERE,
    Actor,
    Permission,
    Post,
    Reach,
    declared_permission,
    open_to_all,
    permissions,
    requires,
    roles_of,
    system_actor,
)

READ = Permission("access_tests.read", "看", roles="window_clerk resident")
DECIDE = Permission("access_tests.decide", "决定", roles="district_staff")
PERSON, COMMUNITY = uuid.uuid4(), uuid.uuid4()


def clerk(role="window_clerk", communities=frozenset({COMMUNITY}), department=None):
    post = Post(
        id=uuid.uuid4(),
        role=role,
        division_id=uuid.uuid4(),
        division_code="510402001003",
        division_name="竹湖园社区",
        level="community",
        counties=frozenset({"510402"}),
        communities=communities,
        department=department,
    )
    return Actor(kind="staff", account_id=uuid.uuid4(), name="白芷", post=post, posts=(post,))


@pytest.mark.parametrize(
    ("actor", "reach"),
    [
        (ANONYMOUS, NOWHERE),
        (Actor(kind="resident", account_id=uuid.uuid4(), person_id=PERSON), Reach(persons=frozenset({PERSON}))),
        (Actor(kind="resident", account_id=uuid.uuid4()), NOWHERE),
        (Actor(kind="organisation", account_id=uuid.uuid4()), NOWHERE),
        (Actor(kind="staff", account_id=uuid.uuid4()), NOWHERE),
        (clerk(), Reach(counties=frozenset({"510402"}), communities=frozenset({COMMUNITY}))),
        (clerk("auditor"), NOWHERE),
        (system_actor("nightly"), Reach(everything=True, why="nightly")),
    ],
)
def test_a_permission_reaches_as_far_as_the_actor(actor, reach):
    assert actor.reach(READ) == reach


def test_a_post_in_a_line_reaches_the_line():
    actor = clerk("district_staff", communities=None, department="civil_affairs")

    assert actor.reach(DECIDE) == Reach(counties=frozenset({"510402"}), department="civil_affairs")
    assert actor.reach(READ) == NOWHERE


@pytest.mark.parametrize("role", ALL_ROLES)
def test_only_the_roles_named_hold_a_permission(role):
    actor = Actor(kind=role) if role in ("resident", "organisation") else clerk(role)

    assert actor.may(READ) == (role in ("window_clerk", "resident"))
    assert actor.may(DECIDE) == (role == "district_staff")


def test_only_the_post_one_acts_in_counts():
    one, other = clerk("window_clerk").post, clerk("district_staff").post
    actor = Actor(kind="staff", account_id=uuid.uuid4(), post=one, posts=(one, other))

    assert actor.may(READ)
    assert not actor.may(DECIDE)


def test_the_system_acts_for_a_reason():
    with pytest.raises(ValueError, match="reason"):
        system_actor("")


def test_a_permission_is_declared_once_and_with_roles_that_exist():
    with pytest.raises(ValueError, match="twice"):
        Permission("access_tests.read", "看")
    with pytest.raises(ValueError, match="king"):
        Permission("access_tests.rule", "管", roles="king")
    assert "access_tests.rule" not in [permission.code for permission in permissions()]


def test_roles_of_several_permissions():
    assert roles_of(["access_tests.read", "access_tests.decide"]) == {"window_clerk", "resident", "district_staff"}


# the door


@requires(READ, DECIDE, sign_in="admin:login")
def guarded(request):
    return HttpResponse("in")


def call(view, actor, path="/cases/?page=2"):
    request = RequestFactory().get(path)
    request.actor = actor
    return view(request)


@pytest.mark.parametrize("role", ["window_clerk", "district_staff"])
def test_whoever_holds_one_of_the_permissions_is_let_in(role):
    assert call(guarded, clerk(role)).content == b"in"


@pytest.mark.parametrize("actor", [clerk("auditor"), Actor(kind="organisation"), Actor(kind="staff")])
def test_whoever_holds_none_is_not_let_in(actor):
    with pytest.raises(PermissionDenied):
        call(guarded, actor)


def test_whoever_is_not_signed_in_is_sent_there_and_back():
    @requires(READ, sign_in="web:home")
    def page(request):
        return HttpResponse("in")

    response = call(page, ANONYMOUS)

    assert response.status_code == 302
    assert response["Location"].endswith("?next=%2Fcases%2F%3Fpage%3D2")


def test_a_door_says_what_it_asks_for():
    @open_to_all("everyone checks certificates")
    def verify(request):
        return HttpResponse("in")

    assert declared_permission(guarded) == (READ, DECIDE)
    assert declared_permission(verify) == "everyone checks certificates"
    assert declared_permission(lambda request: None) is None
    with pytest.raises(ValueError, match="open_to_all"):
        requires()
