"""Several at the same moment, each in a thread of its own with a connection of its own."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from linli.core.http import Stale
from linli.core.ids import grouped
from linli.core.lifecycle import NotPossibleNow
from linli.ground.registry import services as registry
from linli.ground.registry.models import Person
from linli.services.casework import rules, services
from linli.services.casework.models import OPEN, Case, CaseAction, Draft, Rating, SupplementRequest
from linli.services.casework.services import apply
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road
from linli.services.certificates.models import Paper

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment; return what each gave back or raised."""
    answers: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            answers[place] = act()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def town(transactional_db):
    factories.catalogue("old_age_allowance", "room_booking")
    return factories.Town()


def test_numbers_stay_unique_under_load_even_when_the_random_source_repeats_itself(town, monkeypatch):
    """Case numbers are unique and never reused: the database decides, a collision draws again."""
    serial = iter([f"A{n // 3:04d}" for n in range(1000)])
    lock = threading.Lock()

    def repeating(county_code: str, day: dt.date) -> str:
        with lock:
            body = f"{county_code}{day:%y%m}{next(serial)}"
        return body + factories_check(body)

    from linli.core.ids import check_character as factories_check

    monkeypatch.setattr(rules, "new_number", repeating)
    acts = []
    for n in range(8):
        who = factories.person(town)
        her = factories.resident(who)
        draft = factories.drafted(her, "room_booking", who, seed=n)
        acts.append(lambda her=her, draft=draft: services.submit(her, draft.pk, key="1").number)

    numbers = at_once(*acts)

    assert len(set(numbers)) == 8
    assert Case.everywhere.count() == 8


def test_a_submission_sent_twice_at_the_same_moment_makes_one_case(town):
    mother = factories.person(town)
    her = factories.resident(mother)
    draft = factories.drafted(her, "old_age_allowance", mother)

    answers = at_once(*[lambda: services.submit(her, draft.pk, key="same").number] * 3)

    assert len(set(answers)) == 1
    assert Case.everywhere.count() == 1
    assert CaseAction.objects.count() == 1


def test_two_drafts_for_the_same_thing_submitted_at_the_same_moment_make_one_case(town):
    mother = factories.person(town)
    her = factories.resident(mother)
    drafts = [factories.drafted(her, "old_age_allowance", mother) for _n in range(2)]

    answers = at_once(*[lambda d=d: services.submit(her, d.pk, key=str(d.pk)).number for d in drafts])

    assert sorted(type(answer) for answer in answers if isinstance(answer, Exception)) == [rules.AlreadyRunning]
    assert Case.everywhere.count() == 1
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("how", ["refused", "returned", "not_accepted", "withdrawn"])
def test_after_an_end_she_applies_anew_and_of_two_at_the_same_moment_one_gets_through(town, how):
    """What was refused or returned can be applied for again; two telephones, one case, and the loser is told which."""
    road = Road(town)
    drafts = {
        "refused": lambda: (road.to_the_end(), road.decide(granted=False, said="按登记还没有满 80 岁。")),
        "returned": lambda: services.return_unanswered(road.accept(), by=factories.SETUP, said="到期没有补来。"),
        "not_accepted": lambda: services.not_accept(road.number, by=road.worker, said="这件事由税务局办。"),
        "withdrawn": lambda: services.withdraw(road.number, by=road.resident),
    }
    drafts[how]()
    again = [factories.drafted(road.resident, "old_age_allowance", road.person) for _n in range(4)]

    answers = at_once(*[lambda d=d: services.submit(road.resident, d.pk, key=str(d.pk)).number for d in again])

    numbers = [answer for answer in answers if isinstance(answer, str)]
    told = [answer for answer in answers if not isinstance(answer, str)]
    assert len(numbers) == 1, answers
    assert [type(answer) for answer in told] == [rules.AlreadyRunning] * 3
    assert all(grouped(numbers[0]) in str(answer) for answer in told)
    assert Case.everywhere.count() == 2
    assert Draft.objects.count() == 3
    assert Paper.everywhere.filter(kind="receipt").count() == 2


def test_an_application_that_comes_while_the_old_one_is_being_refused_is_never_a_second_one(town):
    """She sends it again in the moment of the decision: told that one runs, or received after it; never two at once."""
    for _n in range(4):
        road = Road(town, who=factories.person(town))
        road.to_the_end()
        draft = factories.drafted(road.resident, "old_age_allowance", road.person)
        line = road.handler

        decided, sent = at_once(
            lambda road=road, line=line: services.decide(road.number, by=line, granted=False, said="还没有满 80 岁。"),
            lambda road=road, draft=draft: services.submit(road.resident, draft.pk, key=str(draft.pk)).number,
        )

        assert isinstance(decided, Case), decided
        assert isinstance(sent, str | rules.AlreadyRunning), sent
        running = Case.everywhere.filter(applicant=road.person, status__in=OPEN)
        assert running.count() == (1 if isinstance(sent, str) else 0)


def test_two_of_the_same_thing_around_a_move_to_another_county_are_one(town, monkeypatch):
    """The constraint holds within a county; around a move her own row is what everybody has to pass."""
    mother = factories.person(town)
    her = factories.resident(mother)
    drafts = [factories.drafted(her, "old_age_allowance", mother) for _n in range(2)]
    looked, moved, whether_one_runs = threading.Event(), threading.Event(), apply._running

    def slowly(*args: Any) -> Case | None:
        found = whether_one_runs(*args)
        if not looked.is_set():
            looked.set()
            moved.wait(1)
        return found

    def move_and_send() -> str:
        looked.wait(10)
        row = Person.everywhere.get(pk=mother.pk)
        registry.move(row, by=factories.SETUP, community=town.west_home, address="清香坪 1 号")
        try:
            return services.submit(her, drafts[1].pk, key="2").number
        finally:
            moved.set()

    monkeypatch.setattr(apply, "_running", slowly)
    first, second = at_once(lambda: services.submit(her, drafts[0].pk, key="1").number, move_and_send)

    assert isinstance(first, str), first
    assert isinstance(second, rules.AlreadyRunning), second
    assert Case.everywhere.get().county_code == "510402"


def test_of_two_clerks_who_accept_the_same_case_one_does_and_one_is_told(town):
    road = Road(town)
    worker, head = road.worker, town.staff("community_head", town.home, name="山楂")

    answers = at_once(
        lambda: services.accept(road.number, by=worker, version=1),
        lambda: services.accept(road.number, by=head, version=1),
    )

    assert sum(isinstance(answer, Stale | NotPossibleNow) for answer in answers) == 1
    assert sum(isinstance(answer, Case) for answer in answers) == 1
    assert CaseAction.objects.filter(action="accept").count() == 1


def test_of_two_who_ask_for_a_supplement_one_does(town):
    road = Road(town)
    worker, head = road.worker, town.staff("community_head", town.home, name="山楂")
    missing = [{"code": "account_card", "name": "社会保障卡（正面）", "why": "太暗。"}]

    answers = at_once(
        *[lambda by=by: services.request_supplement(road.number, by=by, missing=missing) for by in (worker, head)]
    )

    assert sum(isinstance(answer, Stale | NotPossibleNow) for answer in answers) == 1
    assert SupplementRequest.objects.count() == 1


def test_two_ratings_at_the_same_moment_are_one(town):
    road = Road(town)
    services.not_accept(road.number, by=road.worker, said="这件事由税务局办。")

    answers = at_once(*[lambda s=s: services.rate(road.number, by=road.resident, score=s) for s in (1, 5)])

    assert sum(isinstance(answer, rules.AlreadyRated) for answer in answers) == 1
    assert Rating.everywhere.count() == 1
