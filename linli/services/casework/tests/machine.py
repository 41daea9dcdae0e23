"""A machine that does to cases whatever people and the worker can do, in any order, at any hour, and holds every outcome
against what is published (published.py): the table of the lifecycle, the matrix of roles, the items, the clock.

It acts through the real services on a real database. Each run begins at an awkward moment with the same town and is
undone afterwards. What a rule of the machine attempts is either allowed by the model, then it must happen and leave its
one history row, its audit entry and its events; or it is not, then it must be refused and nothing at all may be left.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import connection, transaction
from django.test.utils import override_settings
from django_tasks_db.models import DBTaskResult
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from linli.core.access import Actor
from linli.core.audit.models import Entry
from linli.core.audit.verification import verify
from linli.core.calendar import at
from linli.core.calendar.queries import forget_calendars
from linli.core.countersign import services as countersigning
from linli.core.countersign.models import Countersignature
from linli.core.events.bus import subscribers_of
from linli.core.http import Refused
from linli.core.ids import check_character
from linli.core.messages.models import Message
from linli.core.tasks.testing import run_all
from linli.ground.accounts.models import Throttle
from linli.ground.registry import queries as registry
from linli.ground.registry.models import Person
from linli.ground.territory.models import Division
from linli.services.casework import permissions as may
from linli.services.casework import queries, services, tasks
from linli.services.casework.events import CaseMoved
from linli.services.casework.models import Case, CaseAction, Draft, FollowUp, Opinion
from linli.services.casework.services.moving import clocks_of
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import SETUP, Town
from linli.services.casework.tests.published import (
    CHINA,
    BeyondTheCalendar,
    Counted,
    Limit,
    Pause,
    Told,
    day_zero,
    end_of,
    later,
    line,
    roles_of,
    table,
    told,
)
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue import services as catalogue_services
from linli.services.catalogue.content import Text
from linli.services.certificates import services as certificates
from linli.services.certificates.models import Certificate
from linli.web.demonstration.answers import answers_for

CODES = (
    "old_age_allowance", "elder_care_subsidy", "disability_certificate", "subsistence", "public_rental", "senior_card",
    "residence_permit", "room_booking", "senior_meal",
)  # fmt: skip
"""Three levels and one; certificates and services; notices that stop the clock and one that does not; special procedures,
joint handling, materials that may follow, calendar days, on the spot, repeatable."""
MOMENTS = (
    "2026-01-12 09:00", "2026-02-13 17:30:59", "2026-02-14 23:59:59", "2026-02-17 00:00:01", "2026-04-03 17:31",
    "2026-04-30 08:29", "2026-06-18 12:00", "2026-09-19 10:00", "2026-09-30 17:29", "2026-11-20 23:30",
)  # fmt: skip
OPEN = ("submitted", "supplement_requested", "accepted", "in_review", "special_procedure", "public_notice")
ENDS = ("closed", "not_accepted", "withdrawn", "returned")
HANDLING = ("accepted", "in_review")
REFUSALS = (Refused, ObjectDoesNotExist, PermissionDenied, PermissionError)
CLOSES_AFTER_WORKING_DAYS = 5

totals: Counter[str] = Counter()
"""What all runs of this process have done: runs, steps, changes, refusals, and each action."""


@dataclass(frozen=True)
class Somebody:
    """An actor as the model knows her: role, place and line, by which it says what she may see and do."""

    name: str
    actor: Actor
    role: str
    level: str = ""
    place: Division | None = None
    department: str = ""
    person: UUID | None = None

    def covers(self, community: Division) -> bool:
        place = self.place
        if place is None:
            return False
        digits = {"community": 12, "township": 9, "county": 6, "city": 4}[self.level]
        return community.code[:digits] == place.code[:digits]


@dataclass
class Known:
    """A case as it must be by now."""

    number: str
    item: Told
    version_pk: UUID
    applicant: UUID
    agent: UUID | None
    community: Division
    taken_in_at: Division | None
    submitted_at: dt.datetime
    status: str = "submitted"
    resume: str = ""
    step: int = 0
    level: str = "community"
    department: str = ""
    step_started: dt.datetime | None = None
    step_due: dt.date | str | None = None
    version: int = 1
    received_at: dt.datetime | None = None
    answer_by: dt.date | str | None = None
    accepted_at: dt.datetime | None = None
    due: dt.date | str | None = None
    legal: dt.date | str | None = None
    pauses: list[Pause] = field(default_factory=list)
    open_pause: Pause | None = None
    planned: dt.date | None = None
    asked: tuple[str, ...] | None = None
    answer_until: dt.date | None = None
    promised: list[str] = field(default_factory=list)
    gaps: dict[str, dt.date] = field(default_factory=dict)
    parts: dict[tuple[int, str], bool] = field(default_factory=dict)
    notice_done: bool = False
    extension: int = 0
    extended_at: dt.datetime | None = None
    waits: tuple[int, UUID | None] | None = None
    certificate: bool = False
    revoked: bool = False
    delivered_on: dt.date | None = None
    rated: bool = False
    follow_up: str = ""
    handled: set[UUID] = field(default_factory=set)
    rated_by_then: frozenset[UUID] = frozenset()
    actions: list[str] = field(default_factory=list)

    @property
    def now_at(self) -> Any:
        return self.item.chain[self.step]


UNPUBLISHED = "not published"
"""Where a date goes on into a year whose working days nobody knows yet."""


def counted(limit: Limit, accepted_at: dt.datetime, pauses: list[Pause], extension: int, today: dt.date) -> Any:
    try:
        return Counted(limit, accepted_at, pauses, extension, today).due_on()
    except BeyondTheCalendar:
        return UNPUBLISHED


def known_day(work: Callable[[], dt.date]) -> Any:
    try:
        return work()
    except BeyondTheCalendar:
        return UNPUBLISHED


class Place:
    """The town of all runs: made once, with its seals, its staff and the people who apply."""

    def __init__(self) -> None:
        with at(dt.datetime(2026, 1, 5, 1, tzinfo=dt.UTC)):
            self._build()

    def _build(self) -> None:
        town = self.town = Town()
        factories.catalogue(*CODES)
        town.seals()
        keeper = factories.Account.objects.get(pk=town.staff("community_head", town.home, name="山楂").account_id)
        for department in ("housing", "police", "disabled_federation"):
            certificates.make_seal(town.county, department, department, keeper, SETUP)
            certificates.make_seal(town.west, department, department, keeper, SETUP)
        certificates.make_seal(town.west_street, "", "清香坪街道", keeper, SETUP)
        staff = [
            ("worker", "community_worker", town.home, ""), ("head", "community_head", town.home, ""),
            ("clerk", "window_clerk", town.other, ""), ("other_head", "community_head", town.other, ""),
            ("west_worker", "community_worker", town.west_home, ""), ("west_clerk", "window_clerk", town.west_home, ""),
            ("street", "street_staff", town.street, ""), ("leader", "street_leader", town.street, ""),
            ("west_street", "street_staff", town.west_street, ""),
            ("district", "district_staff", town.county, ""), ("west_district", "district_staff", town.west, ""),
            ("supervisor", "supervisor", town.county, ""), ("auditor", "auditor", town.city, ""),
            ("administrator", "administrator", town.city, ""),
            *((line_, "department_staff", town.county, line_) for line_ in
              ("civil_affairs", "disabled_federation", "housing", "police", "human_resources")),
            ("west_civil_affairs", "department_staff", town.west, "civil_affairs"),
        ]  # fmt: skip
        self.people: dict[str, Somebody] = {
            name: Somebody(name, town.staff(role, place, line_, name=name), role, place.level, place, line_)
            for name, role, place, line_ in staff
        }
        # Two at one desk: extensions and follow-ups want a second person.
        for name, first in (("second_leader", "leader"), ("second_worker", "worker"), ("second_district", "district"),
                            ("second_administrator", "administrator"), ("second_head", "head")):  # fmt: skip
            one = self.people[first]
            town._staff.pop((one.role, one.place.code, one.department))
            actor = town.staff(one.role, one.place, one.department, name=name)
            self.people[name] = Somebody(name, actor, one.role, one.level, one.place, one.department)
        self.applicants: dict[str, Person] = {}
        for name, born, place in (
            ("mother", dt.date(1940, 3, 12), town.home), ("daughter", dt.date(1974, 8, 23), town.other),
            ("grandfather", dt.date(1944, 5, 6), town.west_home), ("neighbour", dt.date(1955, 1, 2), town.home),
        ):  # fmt: skip
            person = self.applicants[name] = factories.person(town, name=f"柳{name[0]}青", born=born, community=place)
            self.people[name] = Somebody(name, factories.resident(person), "resident", person=person.pk)


place: list[Place] = []
"""The one town, once the test has made it."""

WHO = (
    *["desk"] * 40, "worker", "second_worker", "head", "clerk", "other_head",
    "west_worker", "west_clerk", "street", "leader", "second_leader", "west_street", "district", "west_district",
    "supervisor", "auditor", "administrator", "civil_affairs", "housing", "police", "disabled_federation",
    "human_resources", "west_civil_affairs", "mother", "daughter", "grandfather", "neighbour", "applicant",
)  # fmt: skip
who = st.sampled_from(WHO)
which = st.integers(0, 3)
versions = st.sampled_from([None, None, None, None, "current", "current", "current", "current", "stale"])
SAID = ("", "太短", "情况属实，请按规定办。")
said = st.sampled_from(SAID + SAID[2:] * 8)


def enough(text: str, least: int = 4) -> bool:
    return len(text.strip()) >= least


class Cases(RuleBasedStateMachine):
    """Several people, several cases, one clock that only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.here = place[0]
        self.people = self.here.people
        self.cases: list[Known] = []
        self.drafts: list[dict[str, Any]] = []
        self.sent: list[tuple[Somebody, UUID, str, str]] = []
        self.by_version: dict[UUID, tuple[Told, int]] = {}
        self.editions: dict[str, int] = dict.fromkeys(CODES, 0)
        self.latest: dict[str, Told] = {code: told(code) for code in CODES}
        self.objections: list[tuple[Known, UUID, bool]] = []
        self.opinions: list[tuple[Known, UUID, str]] = []
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.settings = override_settings(FOUR_EYES=["certificates.revoke"])
        self.settings.enable()
        cache.clear()
        forget_calendars()
        self.moment = dt.datetime(2026, 1, 12, 9, tzinfo=CHINA)
        self.clock = at(self.moment)
        self.clock.__enter__()
        totals["runs"] += 1

    def teardown(self) -> None:
        try:
            if self.cases:
                self.everything_arrived()
        finally:
            self.clock.__exit__(None, None, None)
            self.settings.disable()
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    # --- time ---

    def _set(self, moment: dt.datetime) -> None:
        self.clock.__exit__(None, None, None)
        self.moment = moment
        self.clock = at(moment)
        self.clock.__enter__()

    @property
    def today(self) -> dt.date:
        return self.moment.date()

    @initialize(moment=st.sampled_from(MOMENTS), code=st.sampled_from(CODES), agent=st.booleans(), later_=st.booleans())
    def begin(self, moment: str, code: str, agent: bool, later_: bool) -> None:
        """Begin at an awkward moment, with one application that has just come in."""
        self._set(dt.datetime.fromisoformat(moment).replace(tzinfo=CHINA))
        for each in CODES:
            self.by_version[catalogue.published_version(each).pk] = (told(each), 0)
        self.draft(code=code, whose="mother", through="agent" if agent else "herself", later_=later_, leave_out=False)
        self.submit(index=0, other=False, stale=False)

    @precondition(lambda self: self.cases)
    @rule(index=which, times=st.integers(1, 4), granted=st.sampled_from([True, True, True, False]))
    def go_on(self, index: int, times: int, granted: bool) -> None:
        """Do what comes next in the ordinary course: or few cases would ever be decided."""
        case = self.case(index)
        for _time in range(times):
            link = case.now_at
            if case.status == "submitted":
                self.accept(index=index, name="desk", kind="current", extra="")
            elif case.status == "supplement_requested":
                self.supplement(index=index, name="applicant", kind="current", all_=True)
            elif case.status == "public_notice":
                self.wait(way="week", n=4)
                self.worker()
            elif case.status == "special_procedure":
                self._end_special(case, self.by("desk", case), None)
            elif case.status in HANDLING and link.step != "decide":
                self.forward(index=index, name="desk", kind="current")
            elif case.status in HANDLING and case.item.notice and not case.notice_done:
                self._post_notice(case, self.by("desk", case), None)
            elif case.status in HANDLING:
                self.decide(index=index, name="desk", kind="current", granted=granted, words=SAID[2])
            elif case.status in ("granted", "refused"):
                self.worker()

    @precondition(lambda self: self.cases)
    @rule(index=which)
    def go_far(self, index: int) -> None:
        self.go_on(index=index, times=3, granted=True)

    @rule(
        way=st.sampled_from(["minute", "hours", "closing", "late", "midnight", "days", "week", "month"]),
        n=st.integers(1, 4),
    )
    def wait(self, way: str, n: int) -> None:
        moment = self.moment
        if way == "minute":
            moment += dt.timedelta(seconds=61 * n)
        elif way == "hours":
            moment += dt.timedelta(hours=2 * n)
        elif way == "days":
            moment += dt.timedelta(days=n)
        elif way == "week":
            moment += dt.timedelta(days=5 + n)
        elif way == "month":
            moment += dt.timedelta(days=27 + n)
        else:
            hour = {"closing": (17, 30, 59), "late": (17, 31, 0), "midnight": (23, 59, 59)}[way]
            moment = moment.replace(hour=hour[0], minute=hour[1], second=hour[2], microsecond=0)
            if moment <= self.moment:
                moment += dt.timedelta(days=n)
        self._set(moment)

    # --- attempts ---

    def _left_behind(self) -> tuple[Any, ...]:
        """Return everything that a refusal must leave as it was: how many rows of every table, and the cases in full."""
        with connection.cursor() as cursor:
            cursor.execute(COUNT_ALL.get())
            counts = cursor.fetchone()
        cases = list(Case.everywhere.order_by("pk").values())
        return counts, cases, sorted(Certificate.everywhere.values_list("pk", "status", "version"))

    def attempt(self, what: str, allowed: bool | None, act: Callable[[], Any]) -> Any:
        """Do it; return what came back, or None where it was refused. allowed None: the model does not say."""
        totals["steps"] += 1
        totals[what] += 1
        before = self._left_behind()
        refused: BaseException | None = None
        answer = None
        try:
            answer = act()
        except REFUSALS as refusal:
            refused = refusal
        if refused is None:
            totals["changes"] += 1
            assert allowed is not False, f"{what}: done though nothing published allows it"
            return answer if answer is not None else True
        totals["refusals"] += 1
        assert self._left_behind() == before, f"{what}: refused ({refused!r}), and something is left behind"
        assert allowed is not True, f"{what}: refused though it is allowed: {refused!r} {refused}"
        return None

    def case(self, index: int) -> Known:
        return self.cases[index % len(self.cases)]

    def by(self, name: str, case: Known) -> Somebody:
        """Return who acts; "desk" is whoever has the case, "applicant" whom it concerns."""
        if name == "applicant":
            return next(one for one in self.people.values() if one.person == case.applicant)
        if name != "desk":
            return self.people[name]
        west = case.community.code.startswith("510403")
        if case.level == "community":
            return self.people[
                "west_worker" if west else "clerk" if case.community == self.here.town.other else "worker"
            ]
        if case.level == "township":
            return self.people["west_street" if west else "street"]
        if west:
            return self.people["west_civil_affairs" if case.department == "civil_affairs" else "west_district"]
        return self.people[case.department or "district"]

    def version(self, kind: str | None, case: Known) -> int | None:
        return None if kind is None else case.version if kind == "current" else case.version - 1

    # --- the model's judgement ---

    def reaches(self, somebody: Somebody, case: Known, permission: str) -> bool:
        if somebody.role not in roles_of(permission):
            return False
        if somebody.role == "resident":
            return somebody.person in (case.applicant, case.agent)
        county = somebody.level in ("county", "city")
        places = [case.community, *([case.taken_in_at] if case.taken_in_at and not county else [])]
        if case.community.code[:6] != somebody.place.code[:6] and somebody.level != "city":
            return False
        if not any(somebody.covers(one) for one in places):
            return False
        return not somebody.department or somebody.department in (case.item.department, case.department)

    def my_turn(self, case: Known, by: Somebody) -> bool:
        if by.level != case.level:
            return False
        if case.department and by.department != case.department and by.role != "district_staff":
            return False
        return by.covers(case.community)

    def _guard(self, name: str, case: Known, by: Somebody) -> bool:
        """Tell whether a guard of the published table lets somebody through: each by its name."""
        chain, step = case.item.chain, case.step
        open_part = any(not given for (at_step, _line), given in case.parts.items() if at_step == step)
        answers: dict[str, Callable[[], bool]] = {
            "my_turn": lambda: self.my_turn(case, by),
            "my_turn_or_window": lambda: (
                self.my_turn(case, by)
                or (case.status == "submitted" and by.level == "community" and case.taken_in_at == by.place)
            ),
            "not_asked_before": lambda: case.asked is None,
            "concerns_me": lambda: by.role == "resident",
            "has_next_step": lambda: step + 1 < len(chain),
            "has_previous_step": lambda: step > 0,
            "parts_are_in": lambda: not open_part,
            "decides_here": lambda: chain[step].step == "decide",
            "gaps_are_met": lambda: not case.gaps,
            "notice_was_given": lambda: not case.item.notice or case.notice_done,
            "objections_are_answered": lambda: (
                not any(one is case and not answered for one, _pk, answered in self.objections)
            ),
            "notice_is_due": lambda: bool(case.item.notice) and not case.notice_done,
            "has_special_procedure": lambda: bool(case.item.specials),
            "has_deadline": lambda: case.due is not None,
            "not_extended": lambda: not case.extension and case.waits is None,
            "extension_is_asked": lambda: case.waits is not None,
            "result_is_ready": lambda: case.status != "granted" or case.certificate,
            "is_applicant_with_agent": lambda: (
                case.agent is not None and by.role == "resident" and by.person != case.agent
            ),
        }
        return answers[name]()

    def may(self, action: str, case: Known, by: Somebody, *, reach: str = "", version: int | None = None) -> bool:
        """Tell whether the published table lets somebody take a way now. reach: by which permission she comes to the case."""
        way = line(action, case.status)
        if way is None or not way.who or by.role not in roles_of(way.who):
            return False
        if not self.reaches(by, case, reach or way.who) or (version is not None and version != case.version):
            return False
        return all(self._guard(name, case, by) for name in way.guards)

    # --- the model's memory ---

    def took(self, case: Known, action: str, by: Somebody | None = None) -> None:
        """Move the model along the published table."""
        way = line(action, case.status)
        assert way is not None, f"{action} is no way from {case.status}"
        target = way.target or case.status
        if action in ("supplement", "supplement_at_window"):
            target, case.resume = case.resume or target, ""
        case.status = target
        case.version += 1
        self.noted(case, action, by)

    def noted(self, case: Known, action: str, by: Somebody | None = None) -> None:
        case.actions.append(action)
        if by is not None and by.role != "resident":
            case.handled.add(by.actor.account_id)

    def stand(self, case: Known, step: int) -> None:
        link = case.item.chain[step]
        case.step, case.level, case.department = step, link.level, link.department
        case.step_started = self.moment
        case.step_due = self.step_due(case)

    def step_due(self, case: Known) -> Any:
        link = case.now_at
        if not link.days:
            return case.due
        extension = case.extension if case.extended_at and case.extended_at >= case.step_started else 0
        own = counted(Limit(link.days, "working_days"), case.step_started, case.pauses, extension, self.today)
        if UNPUBLISHED in (own, case.due):
            return UNPUBLISHED
        return min(own, case.due) if case.due else own

    def count(self, case: Known, *, step: bool = True) -> None:
        """Count the clock again, where the case has one."""
        if case.accepted_at is None:
            return
        case.due = counted(case.item.promised, case.accepted_at, case.pauses, case.extension, self.today)
        case.legal = counted(case.item.legal, case.accepted_at, case.pauses, case.extension, self.today)
        if step and case.status in HANDLING:
            case.step_due = self.step_due(case)

    def accepted(self, case: Known, accepted_at: dt.datetime) -> None:
        case.accepted_at, case.answer_by = accepted_at, None
        case.due = counted(case.item.promised, accepted_at, case.pauses, 0, self.today)
        case.legal = counted(case.item.legal, accepted_at, case.pauses, 0, self.today)
        self.stand(case, 0)
        for code in case.promised:
            case.gaps[code] = known_day(lambda code=code: later(self.today, case.item.may_follow[code]))
        case.promised = []
        self.parts(case)

    def parts(self, case: Known) -> None:
        for department in case.now_at.also:
            case.parts.setdefault((case.step, department), False)

    def resumed(self, case: Known) -> None:
        pause = case.open_pause
        if pause is not None:
            yesterday = self.today - dt.timedelta(days=1)
            pause.last = yesterday if pause.last is None else min(yesterday, pause.last)
            case.open_pause = None

    # --- applying ---

    @precondition(lambda self: len(self.cases) + len(self.drafts) < 5)
    @rule(code=st.sampled_from(CODES), whose=st.sampled_from(["mother", "mother", "daughter", "grandfather", "neighbour"]),
          through=st.sampled_from(["herself", "herself", "agent", "clerk", "west_clerk"]),
          later_=st.booleans(), leave_out=st.sampled_from([False, False, False, False, True]))  # fmt: skip
    def draft(self, code: str, whose: str, through: str, later_: bool, leave_out: bool) -> None:
        """Fill an application in; it is sent by another rule, under whatever holds then."""
        applicant = self.here.applicants[whose]
        by = self.people[{"herself": whose, "agent": "daughter"}.get(through, through)]
        agent = by.person if by.role == "resident" and by.person != applicant.pk else None
        channel = "online" if by.role == "resident" else "window"
        draft = self.attempt("draft", True, lambda: services.start_draft(
            by.actor, code, applicant_id=applicant.pk, agent_relation="child" if agent else "", channel=channel,
        ))  # fmt: skip
        item = queries.item_of(draft)
        answers = answers_for(
            item.form, registry.facts_of(applicant, in_clear=True), random.Random(3), today=self.today
        )
        services.save_draft(draft.pk, by=by.actor, form_data=answers)
        promised, missing = [], False
        there = set(draft.materials.values_list("code", flat=True))
        for material in item.materials:
            if material.code in there:
                continue
            if leave_out and material.required and material.when is None and not missing:
                missing = True
                continue
            if not material.required:
                continue
            if later_ and material.may_follow:
                services.add_material(draft.pk, material.code, by=by.actor, source="later")
                promised.append(material.code)
            elif by.role == "resident":
                services.add_material(draft.pk, material.code, by=by.actor, upload=factories.photo())
            else:
                services.add_material(draft.pk, material.code, by=by.actor, source="paper")
        self.drafts.append(
            {"pk": draft.pk, "by": by, "code": code, "applicant": applicant, "agent": agent, "promised": promised,
             "missing": missing, "version": draft.item_version_id}
        )  # fmt: skip

    @precondition(lambda self: self.drafts)
    @rule(
        index=which,
        other=st.sampled_from([False, False, False, False, True]),
        stale=st.sampled_from([False, False, False, True]),
    )
    def submit(self, index: int, other: bool, stale: bool) -> None:
        made = self.drafts[index % len(self.drafts)]
        by: Somebody = self.people["street"] if other else made["by"]
        row = Draft.objects.get(pk=made["pk"])
        old, edition = self.by_version[made["version"]]
        current = catalogue.published_version(made["code"]).pk
        used = current if self.by_version[current][1] == edition else made["version"]
        applicant: Person = made["applicant"]
        age = self.today.year - applicant.birth_date.year - (
            (self.today.month, self.today.day) < (applicant.birth_date.month, applicant.birth_date.day)
        )  # fmt: skip
        running = any(
            one.item.code == made["code"] and one.applicant == applicant.pk and one.status in OPEN for one in self.cases
        )
        allowed = (
            not other and not stale and not made["missing"]
            and (by.role != "resident" or age >= old.at_least)
            and (old.repeatable or not running)
        )  # fmt: skip
        version = row.version - 1 if stale else None
        key = str(made["pk"])
        case = self.attempt("submit", allowed, lambda: services.submit(by.actor, made["pk"], key=key, version=version))
        if case is None:
            return
        self.drafts.remove(made)
        assert case.item_version_id == used, "submitted under another version than the one the draft may use"
        window = by.place if by.role != "resident" else None
        expected = applicant.community
        assert case.community_id == expected.pk
        known = Known(
            number=case.number, item=self.by_version[used][0], version_pk=used, applicant=applicant.pk,
            agent=made["agent"], community=expected, taken_in_at=window, submitted_at=self.moment,
            received_at=self.moment, step_started=self.moment, promised=list(made["promised"]),
        )  # fmt: skip
        known.answer_by = known.step_due = self.answer_day(known)
        self.noted(known, "submit", by)
        self.cases.append(known)
        self.sent.append((by, made["pk"], key, case.number))

    def answer_day(self, case: Known) -> Any:
        days = 0 if case.item.promised.days == 0 else 5
        return known_day(lambda: later(day_zero(self.moment), days))

    @precondition(lambda self: self.sent)
    @rule(index=which)
    def submit_again(self, index: int) -> None:
        """A telephone that lost the answer asks again: the same case, and nothing new."""
        by, draft, key, number = self.sent[index % len(self.sent)]
        before = self._left_behind()
        totals["steps"] += 1
        case = services.submit(by.actor, draft, key=key)
        assert case.number == number
        assert self._left_behind() == before, "a repeated submission left something behind"

    @rule(code=st.sampled_from(CODES), what=st.sampled_from(["words", "limit", "form"]))
    def publish(self, code: str, what: str) -> None:
        """The item changes while drafts and cases run: some changes touch what they rest on, words do not."""
        editor, reviewer = self.people["administrator"].actor, self.people["second_administrator"].actor
        totals["steps"] += 1
        draft = catalogue_services.next_version(code, by=editor)
        item = catalogue.item(draft)
        if what == "limit" and item.promised_limit.days and item.legal_limit.days is None:
            longer = item.promised_limit.model_copy(update={"days": item.promised_limit.days + 1})
            changed = item.model_copy(update={"promised_limit": longer})
        elif what == "form":
            properties = {
                **item.form["properties"],
                f"more_{draft.number}": {"type": "string", "title": "补充说明", "title_en": "More", "maxLength": 60},
            }
            order = [*item.form["x-order"], f"more_{draft.number}"] if "x-order" in item.form else None
            form = {**item.form, "properties": properties, **({"x-order": order} if order else {})}
            changed = item.model_copy(update={"form": form})
        else:
            what = "words"
            changed = item.model_copy(update={"summary": Text(zh=item.summary.zh + "。", en=item.summary.en + ".")})
        catalogue_services.save_draft(draft.pk, changed, by=editor, version=draft.version)
        draft.refresh_from_db()
        catalogue_services.send_to_review(draft.pk, by=editor, version=draft.version)
        draft.refresh_from_db()
        catalogue_services.publish(draft.pk, by=reviewer, version=draft.version)
        if what != "words":
            self.editions[code] += 1
        if what == "limit":
            said = self.latest[code]
            self.latest[code] = replace(said, promised=Limit(said.promised.days + 1, said.promised.unit))
        self.by_version[draft.pk] = (self.latest[code], self.editions[code])

    # --- at the window and at the desks ---

    @precondition(lambda self: self.cases)
    @rule(index=which, name=who, kind=versions, extra=st.sampled_from(["", "", "", "may", "may_not"]))
    def accept(self, index: int, name: str, kind: str | None, extra: str) -> None:
        case = self.case(index)
        by = self.by(name, case)
        first = [*case.item.materials, "nothing_of_the_kind"][0]
        gaps = list(case.item.may_follow)[:1] if extra == "may" else [first] if extra == "may_not" else []
        good = all(code in case.item.may_follow for code in gaps)
        gaps_all = list(dict.fromkeys([*gaps, *case.promised]))
        action = "accept_with_gaps" if gaps_all else "accept"
        version = self.version(kind, case)
        allowed = good and self.may(action, case, by, version=version)
        if self.attempt(
            "accept", allowed, lambda: services.accept(case.number, by=by.actor, gaps=gaps, version=version)
        ):
            case.promised = gaps_all
            self.took(case, action, by)
            self.accepted(case, self.moment)

    @precondition(lambda self: self.cases)
    @rule(index=which, name=who, kind=versions, words=said)
    def not_accept(self, index: int, name: str, kind: str | None, words: str) -> None:
        case = self.case(index)
        by, version = self.by(name, case), self.version(kind, case)
        allowed = enough(words) and self.may("not_accept", case, by, version=version)
        if self.attempt("not_accept", allowed, lambda: services.not_accept(
            case.number, by=by.actor, said=words, version=version
        )):  # fmt: skip
            self.took(case, "not_accept", by)
            case.answer_by = case.step_due = None

    @precondition(lambda self: self.cases)
    @rule(index=which, name=who, kind=versions, what=st.sampled_from(["one", "form", "two", "none", "strange"]))
    def request_supplement(self, index: int, name: str, kind: str | None, what: str) -> None:
        case = self.case(index)
        by, version = self.by(name, case), self.version(kind, case)
        codes = {
            "one": case.item.materials[:1], "form": ("form",), "two": case.item.materials[:2], "none": (),
            "strange": ("nothing_of_the_kind",),
        }[what]  # fmt: skip
        missing = [{"code": code, "name": code, "why": "看不清，请再拍。"} for code in codes]
        good = bool(codes) and what != "strange"
        allowed = good and self.may("request_supplement", case, by, version=version)
        before = case.status
        if self.attempt("request_supplement", allowed, lambda: services.request_supplement(
            case.number, by=by.actor, missing=missing, version=version
        )):  # fmt: skip
            self.took(case, "request_supplement", by)
            case.asked, case.resume, case.answer_by = tuple(codes), before, None
            case.answer_until = case.step_due = self.today + dt.timedelta(days=30)
            if before != "submitted":
                case.open_pause = Pause(self.today, None)
                case.pauses.append(case.open_pause)

    @precondition(lambda self: self.cases)
    @rule(index=which, name=st.sampled_from([*WHO, "applicant", "applicant", "applicant", "daughter"]), kind=versions,
          all_=st.sampled_from([True, True, True, False]))  # fmt: skip
    def supplement(self, index: int, name: str, kind: str | None, all_: bool) -> None:
        case = self.case(index)
        by, version = self.by(name, case), self.version(kind, case)
        resident = by.role == "resident"
        codes = (case.asked or ("form",))[: None if all_ else -1]
        action, reach = (
            ("supplement", "casework.view_own") if resident else ("supplement_at_window", "casework.receive")
        )
        allowed = all_ and self.may(action, case, by, reach=reach, version=version)
        given = [(code, factories.photo()) for code in codes] if resident else []
        paper = [] if resident else list(codes)
        if self.attempt(action, allowed, lambda: services.supplement(
            case.number, by=by.actor, given=given, paper=paper, version=version
        )):  # fmt: skip
            before = case.resume
            self.took(case, action, by)
            if before == "submitted":
                case.received_at = self.moment
                case.answer_by = case.step_due = self.answer_day(case)
            for code in codes:
                if code in case.promised:
                    case.promised.remove(code)
            self.resumed(case)
            self.count(case)

    @precondition(lambda self: any(case.gaps for case in self.cases))
    @rule(index=which, name=st.sampled_from([*WHO, "applicant", "applicant", "applicant", "clerk"]))
    def bring_later(self, index: int, name: str) -> None:
        with_gaps = [case for case in self.cases if case.gaps]
        case = with_gaps[index % len(with_gaps)]
        by = self.by(name, case)
        code = next(iter(case.gaps))
        resident = by.role == "resident"
        allowed = (
            self.reaches(by, case, "casework.view_own" if resident else "casework.receive") and case.status in OPEN
        )
        upload = factories.photo() if resident else None
        if self.attempt("bring_later", allowed, lambda: services.bring_later(
            case.number, code, by=by.actor, upload=upload
        )):  # fmt: skip
            del case.gaps[code]
            case.version += not resident
            self.noted(case, "gap_met", by)

    @precondition(lambda self: self.cases)
    @rule(index=which, name=who, kind=versions)
    def forward(self, index: int, name: str, kind: str | None) -> None:
        case = self.case(index)
        by, version = self.by(name, case), self.version(kind, case)
        allowed = self.may("forward", case, by, version=version)
        if self.attempt("forward", allowed, lambda: services.forward(case.number, by=by.actor, version=version)):
            self.took(case, "forward", by)
            self.stand(case, case.step + 1)
            self.parts(case)

    @precondition(lambda self: self.cases)
    @rule(index=which, name=who, kind=versions, words=said)
    def send_back(self, index: int, name: str, kind: str | None, words: str) -> None:
        case = self.case(index)
        by, version = self.by(name, case), self.version(kind, case)
        allowed = enough(words) and self.may("send_back", case, by, version=version)
        if self.attempt("send_back", allowed, lambda: services.send_back(
            case.number, by=by.actor, said=words, version=version
        )):  # fmt: skip
            self.took(case, "send_back", by)
            self.stand(case, case.step - 1)

    @precondition(lambda self: self.cases)
    @rule(index=which, name=who, kind=versions, granted=st.sampled_from([True, True, False]), words=said)
    def decide(self, index: int, name: str, kind: str | None, granted: bool, words: str) -> None:
        case = self.case(index)
        by, version = self.by(name, case), self.version(kind, case)
        action = "grant" if granted else "refuse"
        allowed = (granted or enough(words)) and self.may(action, case, by, version=version)
        if self.attempt(action, allowed, lambda: services.decide(
            case.number, by=by.actor, granted=granted, said=words, version=version
        )):  # fmt: skip
            self.took(case, action, by)
            case.step_due = None

    @precondition(lambda self: any(case.item.notice for case in self.cases))
    @rule(index=which, name=who, kind=versions)
    def post_notice(self, index: int, name: str, kind: str | None) -> None:
        posting = [case for case in self.cases if case.item.notice]
        case = posting[index % len(posting)]
        self._post_notice(case, self.by(name, case), self.version(kind, case))

    def _post_notice(self, case: Known, by: Somebody, version: int | None) -> None:
        allowed = self.may("post_notice", case, by, version=version)
        if self.attempt(
            "post_notice", allowed, lambda: services.post_notice(case.number, by=by.actor, version=version)
        ):
            self.took(case, "post_notice", by)
            notice = case.item.notice or {}
            until = known_day(lambda: end_of(self.today, notice["days"], notice.get("unit", "working_days")))
            self._paused(case, until, stops=notice.get("stops_clock", False))

    def _paused(self, case: Known, until: Any, *, stops: bool) -> None:
        case.planned = case.step_due = until
        case.resume = "in_review"
        if stops:
            case.open_pause = Pause(self.today, self._ends(until))
            case.pauses.append(case.open_pause)
        self.count(case, step=False)

    def _ends(self, until: Any) -> dt.date:
        return dt.date(2027, 12, 31) if until == UNPUBLISHED else until

    @precondition(lambda self: self.cases)
    @rule(index=which, name=who, kind=versions, strange=st.sampled_from([False, False, True]))
    def start_special(self, index: int, name: str, kind: str | None, strange: bool) -> None:
        able = [case for case in self.cases if case.item.specials] or self.cases
        case = able[index % len(able)]
        by, version = self.by(name, case), self.version(kind, case)
        code = "auction" if strange or not case.item.specials else next(iter(case.item.specials))
        allowed = code in case.item.specials and self.may("start_special", case, by, version=version)
        if self.attempt("start_special", allowed, lambda: services.start_special(
            case.number, by=by.actor, code=code, version=version
        )):  # fmt: skip
            self.took(case, "start_special", by)
            days, unit = case.item.specials[code]
            self._paused(case, known_day(lambda: end_of(self.today, days, unit)), stops=True)

    @precondition(lambda self: self.cases)
    @rule(index=which, name=who, kind=versions)
    def end_special(self, index: int, name: str, kind: str | None) -> None:
        standing = [case for case in self.cases if case.status == "special_procedure"] or self.cases
        case = standing[index % len(standing)]
        self._end_special(case, self.by(name, case), self.version(kind, case))

    def _end_special(self, case: Known, by: Somebody, version: int | None) -> None:
        allowed = self.may("end_special", case, by, version=version)
        if self.attempt(
            "end_special", allowed, lambda: services.end_special(case.number, by=by.actor, version=version)
        ):
            self.took(case, "end_special", by)
            self.resumed(case)
            self.count(case)

    @precondition(lambda self: any(case.status == "public_notice" for case in self.cases))
    @rule(index=which, words=said, name=st.sampled_from(["neighbour", "daughter", "worker"]))
    def object(self, index: int, words: str, name: str) -> None:
        posted = [case for case in self.cases if case.status == "public_notice"]
        case = posted[index % len(posted)]
        by = self.people[name]
        allowed = None if enough(words) else False  # so many a day from one person: the counters are tested elsewhere
        row = self.attempt("object", allowed, lambda: services.object_to_notice(
            case.number, text=words, contact="", by=by.actor
        ))  # fmt: skip
        if row is not None:
            self.objections.append((case, row.pk, False))
            self.noted(case, "objection_raised", by)

    @precondition(lambda self: self.objections)
    @rule(index=which, name=who, words=said)
    def answer_objection(self, index: int, name: str, words: str) -> None:
        place_ = index % len(self.objections)
        case, pk, answered = self.objections[place_]
        by = self.by(name, case)
        allowed = (
            enough(words) and not answered and self.reaches(by, case, "casework.suspend") and self.my_turn(case, by)
        )
        if self.attempt("answer_objection", allowed, lambda: services.answer_objection(
            case.number, pk, answer=words, by=by.actor
        )):  # fmt: skip
            self.objections[place_] = (case, pk, True)
            self.noted(case, "objection_answered", by)

    @precondition(lambda self: self.cases)
    @rule(index=which, name=who, kind=versions, days=st.sampled_from([0, 1, 5, 10, 11, 15, 16]), words=said)
    def ask_extension(self, index: int, name: str, kind: str | None, days: int, words: str) -> None:
        case = self.case(index)
        by, version = self.by(name, case), self.version(kind, case)
        good = 1 <= days <= case.item.extension_at_most and enough(words)
        allowed = good and self.may("ask_extension", case, by, version=version)
        if self.attempt("ask_extension", allowed, lambda: services.ask_extension(
            case.number, by=by.actor, working_days=days, because=words, version=version
        )):  # fmt: skip
            self.took(case, "ask_extension", by)
            case.waits = (days, by.actor.account_id)

    @precondition(lambda self: any(case.waits for case in self.cases))
    @rule(index=which, kind=versions, approved=st.sampled_from([True, True, False]),
          name=st.sampled_from([*WHO, "head", "second_head", "leader", "second_leader", "district", "second_district"]))  # fmt: skip
    def answer_extension(self, index: int, name: str, kind: str | None, approved: bool) -> None:
        waiting = [case for case in self.cases if case.waits]
        case = waiting[index % len(waiting)]
        by, version = self.by(name, case), self.version(kind, case)
        action = "approve_extension" if approved else "deny_extension"
        assert case.waits is not None
        days, asked_by = case.waits
        allowed = asked_by != by.actor.account_id and self.may(action, case, by, version=version)
        if self.attempt(action, allowed, lambda: services.answer_extension(
            case.number, by=by.actor, approved=approved, version=version
        )):  # fmt: skip
            self.took(case, action, by)
            case.waits = None
            if approved:
                case.extension, case.extended_at = days, self.moment
            self.count(case)

    @precondition(lambda self: self.cases)
    @rule(index=which, name=who, kind=versions, words=said,
          department=st.sampled_from(["civil_affairs", "human_resources", "police", "magic"]))  # fmt: skip
    def ask_opinion(self, index: int, name: str, kind: str | None, words: str, department: str) -> None:
        case = self.case(index)
        by, version = self.by(name, case), self.version(kind, case)
        allowed = enough(words) and department != "magic" and self.may("ask_opinion", case, by, version=version)
        row = self.attempt("ask_opinion", allowed, lambda: services.ask_opinion(
            case.number, by=by.actor, department=department, question=words, version=version
        ))  # fmt: skip
        if row is not None:
            self.took(case, "ask_opinion", by)

    @precondition(lambda self: any("ask_opinion" in case.actions or case.parts for case in self.cases))
    @rule(index=which, words=said, verdict=st.sampled_from(["agree", "agree", "disagree", "no_view", "perhaps"]),
          name=st.sampled_from(["line", "line", "line", "line", *WHO]))  # fmt: skip
    def give_opinion(self, index: int, name: str, words: str, verdict: str) -> None:
        rows = list(Opinion.everywhere.order_by("asked_at", "id"))
        if not rows:
            return
        row = rows[index % len(rows)]
        case = next(one for one in self.cases if one.number == Case.everywhere.get(pk=row.case_id).number)
        west = case.community.code.startswith("510403")
        line_ = "west_district" if west else row.department
        by = self.people[line_] if name == "line" else self.by(name, case)
        reach = (
            by.role in roles_of("casework.give_opinion") and by.place.code[:6] == case.community.code[:6]
            and (not by.department or by.department == row.department)
        )  # fmt: skip
        good = verdict in ("agree", "no_view") or (verdict == "disagree" and enough(words))
        allowed = reach and good and row.answered_at is None and case.status in OPEN
        if self.attempt("give_opinion", allowed, lambda: services.give_opinion(
            row.pk, by=by.actor, verdict=verdict, answer=words
        )):  # fmt: skip
            if row.is_joint:
                case.parts[(row.step, row.department)] = True
            self.noted(case, "opinion_given", by)

    @precondition(lambda self: self.cases)
    @rule(
        index=which,
        name=who,
        kind=versions,
        words=said,
        to=st.sampled_from(["home", "other", "west_home", "street", "nowhere"]),
    )
    def transfer(self, index: int, name: str, kind: str | None, words: str, to: str) -> None:
        case = self.case(index)
        by, version = self.by(name, case), self.version(kind, case)
        target = None if to == "nowhere" else getattr(self.here.town, to)
        good = (
            target is not None and target.level == "community" and target.code[:6] == case.community.code[:6]
            and target != case.community and enough(words)
        )  # fmt: skip
        allowed = good and self.may("transfer", case, by, version=version)
        code = target.code if target else "999999999999"
        if self.attempt("transfer", allowed, lambda: services.transfer(
            case.number, by=by.actor, community_code=code, said=words, version=version
        )):  # fmt: skip
            self.took(case, "transfer", by)
            case.community = target

    # --- whom it concerns ---

    @precondition(lambda self: self.cases)
    @rule(index=which, name=st.sampled_from(["applicant", "applicant", "daughter", "neighbour", "worker", "street"]), kind=versions,
          really=st.sampled_from([False, False, False, True]))  # fmt: skip
    def withdraw(self, index: int, name: str, kind: str | None, really: bool) -> None:
        case = self.case(index)
        by, version = self.by(name, case), self.version(kind, case)
        allowed = self.may("withdraw", case, by, reach="casework.view_own", version=version)
        if allowed and not really:
            return  # or few cases would live long
        if self.attempt("withdraw", allowed, lambda: services.withdraw(case.number, by=by.actor, version=version)):
            self.took(case, "withdraw", by)
            case.answer_by = case.step_due = None
            self.resumed(case)

    @precondition(lambda self: any(case.agent for case in self.cases))
    @rule(
        index=which, name=st.sampled_from(["applicant", "applicant", "daughter", "worker", "neighbour"]), kind=versions
    )
    def take_over(self, index: int, name: str, kind: str | None) -> None:
        by_agents = [case for case in self.cases if case.agent]
        case = by_agents[index % len(by_agents)]
        by, version = self.by(name, case), self.version(kind, case)
        allowed = self.may("take_over", case, by, reach="casework.view_own", version=version)
        if self.attempt("take_over", allowed, lambda: services.take_over(case.number, by=by.actor, version=version)):
            self.took(case, "take_over", by)
            case.agent = None

    # --- after the decision ---

    @precondition(lambda self: self.cases)
    @rule(index=which, name=who, kind=versions, how=st.sampled_from(["collect", "post", "electronic", "pigeon"]))
    def deliver(self, index: int, name: str, kind: str | None, how: str) -> None:
        case = self.case(index)
        by, version = self.by(name, case), self.version(kind, case)
        allowed = how != "pigeon" and self.may("deliver", case, by, version=version)
        if self.attempt(
            "deliver", allowed, lambda: services.deliver(case.number, by=by.actor, how=how, version=version)
        ):
            self.took(case, "deliver", by)
            case.delivered_on = self.today

    @precondition(lambda self: any(case.status in ("delivered", "closed", "not_accepted") for case in self.cases))
    @rule(index=which, score=st.sampled_from([0, 1, 1, 2, 4, 5, 6]),
          name=st.sampled_from(["applicant", "applicant", "applicant", "daughter", "neighbour", "worker"]))  # fmt: skip
    def rate(self, index: int, score: int, name: str) -> None:
        over = [case for case in self.cases if case.status in ("delivered", "closed", "not_accepted")]
        case = over[index % len(over)]
        by = self.by(name, case)
        allowed = 1 <= score <= 5 and not case.rated and self.reaches(by, case, "casework.rate")
        if self.attempt("rate", allowed, lambda: services.rate(case.number, by=by.actor, score=score)):
            case.rated = True
            if score <= 2:
                case.follow_up = "open"
                case.rated_by_then = frozenset(case.handled)
            if case.status == "delivered":
                self.took(case, "close")

    @precondition(lambda self: any(case.follow_up for case in self.cases))
    @rule(index=which, name=st.sampled_from(["head", "other_head", "second_head", "leader", "district", "second_district", "supervisor", *WHO]),
          answer=st.booleans(), words=said, outcome=st.sampled_from(["put_right", "explained", "forgotten"]),
          stale=st.sampled_from([False, False, True]))  # fmt: skip
    def follow_up(self, index: int, name: str, answer: bool, words: str, outcome: str, stale: bool) -> None:
        bad = [case for case in self.cases if case.follow_up]
        case = bad[index % len(bad)]
        by = self.by(name, case)
        row = FollowUp.everywhere.get(case__number=case.number)
        version = row.version - 1 if stale else row.version
        reach = (
            by.role in roles_of("casework.follow_up") and by.covers(case.community)
            and (not by.department or by.department in (case.item.department, case.department))
        )  # fmt: skip
        free = reach and case.follow_up != "closed" and by.actor.account_id not in case.rated_by_then
        if answer:
            allowed = free and not stale and case.follow_up == "called" and enough(words) and outcome != "forgotten"
            if self.attempt("answer_follow_up", allowed, lambda: services.answer_follow_up(
                row.pk, by=by.actor, outcome=outcome, answer=words, version=version
            )):  # fmt: skip
                case.follow_up = "closed"
                self.noted(case, "follow_up_answered", by)
        elif self.attempt("call_back", free and not stale, lambda: services.call_back(
            row.pk, by=by.actor, version=version
        )):  # fmt: skip
            case.follow_up = "called"
            self.noted(case, "called_back", by)

    @precondition(lambda self: any(case.certificate for case in self.cases))
    @rule(index=which, alone=st.booleans(), first=st.sampled_from(["line", "line", "district", "worker", "mother", "west_district"]),
          second=st.sampled_from(["same", "district", "second_district", "district", "worker", "west_district"]))  # fmt: skip
    def revoke(self, index: int, alone: bool, first: str, second: str) -> None:
        """Revoke a certificate: one alone cannot, two of the office can, whoever has no right to it never."""
        holders = [case for case in self.cases if case.certificate]
        case = holders[index % len(holders)]
        row = Certificate.everywhere.get(case_number=case.number)
        west = case.community.code.startswith("510403")
        line_ = "west_district" if west else row.department or "district"
        by = self.people[line_ if first == "line" else first]
        because = "金额写错，已经改正"
        if alone:
            self.attempt("revoke_alone", False, lambda: certificates.revoke(
                row.number, by=by.actor, reason=because, version=row.version
            ))  # fmt: skip
            return
        reach = by.role in roles_of("certificates.revoke") and by.place.code[:6] == case.community.code[:6] and (
            not by.department or by.department == row.department
        )  # fmt: skip
        asked = self.attempt("ask_to_revoke", reach and not case.revoked, lambda: certificates.ask_to_revoke(
            row.number, by=by.actor, reason=because, version=row.version
        ))  # fmt: skip
        if asked is None:
            return
        waiting = Countersignature.objects.order_by("-asked_at", "-id").first()
        other = by if second == "same" else self.people[second]
        good = other.actor.account_id != by.actor.account_id and other.role == "district_staff" and (
            other.place.code[:6] == case.community.code[:6]
        )  # fmt: skip
        if self.attempt("confirm_revocation", good, lambda: countersigning.confirm(waiting.pk, by=other.actor)):
            case.revoked = True

    # --- the worker ---

    @rule()
    def worker(self) -> None:
        """The clock's own steps, and everything that waits to be told."""
        totals["steps"] += 1
        day = self.today
        for case in self.cases:
            if case.status == "submitted" and self._is_over(case.answer_by):
                received = case.received_at
                self.took(case, "deem_accepted")
                self.accepted(case, received)
        for case in self.cases:
            late = case.status == "supplement_requested" and case.answer_until < day
            gaps = case.status in HANDLING and any(self._is_over(due) for due in case.gaps.values())
            if late or gaps:
                self.took(case, "return_unanswered")
                case.step_due = None
                self.resumed(case)
        for case in self.cases:
            if case.status == "public_notice" and self._is_over(case.planned):
                self.took(case, "end_notice")
                case.notice_done = True
                self.resumed(case)
                self.count(case)
        closing, left = day, CLOSES_AFTER_WORKING_DAYS
        try:
            while left:
                closing -= dt.timedelta(days=1)
                left -= later(closing - dt.timedelta(days=1), 1) == closing
        except BeyondTheCalendar:
            closing = dt.date.min
        for case in self.cases:
            if case.status == "delivered" and case.delivered_on < closing:
                self.took(case, "close")

        tasks.clock.func()
        self.everything_arrived()

    def _is_over(self, due: Any) -> bool:
        """Tell whether a day is past. A day that nobody could count lies in the year after: never past in a run."""
        return due is not None and due != UNPUBLISHED and due < self.today

    def everything_arrived(self) -> None:
        """Let the worker deliver, then look: each event once to each who listens, each result made, the chains whole."""
        run_all()
        for case in self.cases:
            if case.status == "granted" and not case.certificate:
                case.certificate = True
                case.version += 1
                self.noted(case, "certificate_issued")
            if case.status in ("granted", "refused") and "electronic" in case.item.delivery:
                self.took(case, "deliver")
                case.delivered_on = self.today
        for case in self.cases:
            granted = "grant" in case.actions
            rows = list(Certificate.everywhere.filter(case_number=case.number).values_list("status", flat=True))
            assert rows == ([("revoked" if case.revoked else "valid")] if granted else []), f"certificates: {rows}"
        waiting = DBTaskResult.objects.exclude(status="SUCCESSFUL").values_list("task_path", "status")
        assert not list(waiting), f"not delivered: {list(waiting)}"
        told_to = set(subscribers_of(CaseMoved))
        heard: Counter[tuple[str, str]] = Counter()
        for arguments in DBTaskResult.objects.filter(task_path="linli.core.events.tasks.deliver").values_list(
            "args_kwargs", flat=True
        ):
            name, payload, subscriber = arguments["args"]
            if name == "casework.CaseMoved":
                heard[(payload["action_id"], subscriber)] += 1
        for pk in CaseAction.objects.values_list("pk", flat=True):
            for subscriber in told_to:
                assert heard.pop((str(pk), subscriber), 0) == 1, "an event did not go exactly once to each who listens"
        assert not heard, "events of something that did not happen"
        keys = list(Message.objects.values_list("once_key", flat=True))
        assert len(keys) == len(set(keys)), "a message went out twice"
        report = verify()
        assert report.is_whole, f"the audit chain is broken: {report.broken}"
        self.as_published()

    # --- what always holds ---

    @precondition(lambda self: self.cases)
    @rule(index=which, name=st.sampled_from(sorted(set(WHO) - {"desk", "applicant"})))
    def look(self, index: int, name: str) -> None:
        """Whoever is out of reach finds nothing; whoever is within finds it."""
        case, by = self.case(index), self.people[name]
        totals["steps"] += 1
        permission = "casework.view_own" if by.role == "resident" else "casework.view"
        rows = queries.cases_for(by.actor, may.VIEW_OWN if by.role == "resident" else may.VIEW)
        seen = rows.filter(number=case.number).exists()
        assert seen == self.reaches(by, case, permission), f"{name} {'sees' if seen else 'does not see'} {case.number}"

    @invariant()
    def as_published(self) -> None:
        """Every case stands where the model says, by ways of the table, with the days that the rules give."""
        if not self.cases:
            return
        rows = {row.number: row for row in Case.everywhere.all()}
        assert len(rows) == Case.everywhere.count() == len(self.cases), (
            "a case number was given twice, or a case is too many"
        )
        history: dict[UUID, list[CaseAction]] = {}
        for act in CaseAction.objects.order_by("at", "id"):
            history.setdefault(act.case_id, []).append(act)
        for case in self.cases:
            row = rows[case.number]
            assert row.number[:6] == row.county_code == case.community.code[:6]
            assert row.number[-1] == check_character(row.number[:-1])
            stands = (row.status, row.step, row.step_level, row.step_department, row.version, row.community_id)
            assert stands == (
                case.status, case.step, case.level, case.department, case.version, case.community.pk,
            ), f"{case.actions}"  # fmt: skip
            assert bool(row.certificate_number) == case.certificate
            assert row.item_version_id == case.version_pk
            self._history(case, history[row.pk])
            self._days(case, row)

    def _history(self, case: Known, acts: list[CaseAction]) -> None:
        assert [act.action for act in acts] == case.actions, "the history tells something else, or in another order"
        before = "draft"
        for act in acts:
            assert act.from_status == before, (
                f"{act.action} begins at {act.from_status}, the act before ended at {before}"
            )
            before = act.to_status
            way = line(act.action, act.from_status)
            if way is None:
                assert act.from_status == act.to_status, (
                    f"{act.action} moves from {act.from_status} by no published way"
                )
            elif act.action not in ("supplement", "supplement_at_window"):
                assert act.to_status == (way.target or act.from_status)
        assert before == case.status
        entries = Entry.objects.filter(subject_type="casework.case", subject_id=str(acts[0].case_id), action__in=[f"casework.{act.action}" for act in acts]) if acts else []  # fmt: skip
        assert len(entries) == len(acts), "an act without its one audit entry"

    def _days(self, case: Known, row: Case) -> None:
        for what, found, expected in (
            ("due_on", row.due_on, case.due), ("legal_due_on", row.legal_due_on, case.legal),
            ("step_due_on", row.step_due_on, case.step_due), ("answer_by", row.answer_by, case.answer_by),
        ):  # fmt: skip
            if expected == UNPUBLISHED:
                assert found is not None
            else:
                assert found == expected, f"{what} is {found}, counted {expected}: {case}"
        if UNPUBLISHED in (case.due, case.legal):
            assert row.due_is_provisional
        elif case.accepted_at is not None:
            assert not row.due_is_provisional
        if case.accepted_at is None or case.status not in OPEN:
            return
        for shown, limit in zip(clocks_of(row), (case.item.promised, case.item.legal), strict=True):
            mine = Counted(limit, case.accepted_at, case.pauses, case.extension, self.today)
            try:
                due = mine.due_on()
                if due is None:
                    assert shown.due_on is None
                    continue
                still = self.today <= due and mine.stands_still(self.today)
                expected = (due, mine.left() if self.today <= due else 0, mine.over(), still)
            except BeyondTheCalendar:
                continue
            assert (shown.due_on, shown.left, shown.over, shown.stopped) == expected, f"{case}"


class _CountAll:
    """One statement that counts the rows of every table of the house, the counters of tries left out."""

    _sql = ""

    def get(self) -> str:
        if not self._sql:
            models = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and m is not Throttle]
            quoted = [connection.ops.quote_name(model._meta.db_table) for model in models if not model._meta.proxy]
            self._sql = "SELECT " + ", ".join(f"(SELECT COUNT(*) FROM {name})" for name in quoted)
        return self._sql


COUNT_ALL = _CountAll()
assert table(), "the published table of the lifecycle was not found"
