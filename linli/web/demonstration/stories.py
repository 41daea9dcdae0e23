"""Ninety days of a city, replayed: every act is made at its own moment, through the services that people use."""

# untranslated: what made-up people are called, say and hold

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from linli.core.access import Actor
from linli.core.calendar import at, today
from linli.core.calendar.queries import calendar_for
from linli.core.http import Refused
from linli.core.tasks.testing import run_one, waiting_tasks
from linli.ground.accounts import queries as accounts
from linli.ground.accounts.models import Account
from linli.ground.registry import queries as registry
from linli.ground.registry.models import Person
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division
from linli.services.casework import asking, queries, rules, services, tasks
from linli.services.casework.models import (
    OPEN,
    Case,
    Channel,
    FollowUp,
    Ground,
    Mandate,
    MaterialSource,
    Opinion,
    Question,
    Relation,
    Status,
    SupplementRequest,
)  # fmt: skip
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue.content import Item
from linli.web.demonstration.answers import answers_for
from linli.web.demonstration.pictures import picture
from linli.web.demonstration.staff import Member

CHINA = dt.timezone(dt.timedelta(hours=8))
NAMESPACE = UUID("5d0c0f6e-6c1f-4b7e-9f43-3f0a2f1d7a10")
FAVOURITES = {
    "old_age_allowance": 14, "senior_card": 6, "residence_registration": 8, "childcare_subsidy": 7, "subsistence": 5,
    "resident_medical_join": 8, "unemployment_registration": 5, "temporary_relief": 4, "residence_permit": 4,
    "disability_living": 3, "public_rental": 3, "room_booking": 5, "family_doctor": 4, "volunteer_registration": 4,
}  # fmt: skip
HOURS = (8, 9, 9, 9, 10, 10, 10, 11, 14, 14, 15, 15, 16, 16, 17, 19, 20, 21)
OPINIONS = ("属实，同意。", "已上门核对，情况属实。", "材料齐全，符合条件，同意。", "与登记信息一致，同意。", "")
REASONS = (
    "家庭人均收入高于本地标准，暂不符合条件。",
    "申请人户口不在本市，请到户籍所在地申请。",
    "已经领取同类补贴，不能重复享受。",
)
CALENDAR_STEPS = (
    tasks.deem_accepted_what_nobody_answered, tasks.return_what_did_not_come, tasks.end_notices, tasks.close_delivered,
    tasks.remind_and_escalate,
)  # fmt: skip
"""What the worker does by itself each morning."""
COMMENTS = {
    5: ("很快，没跑腿。", "社区的人上门帮我办的，谢谢。", ""),
    4: ("挺好的。", ""),
    3: ("还行，就是等得久了点。", ""),
    2: ("打了两次电话都没人接。", "说好的日子没办好。"),
    1: ("让我跑了三趟，说法还不一样。",),
}


QUESTIONS = (
    ("户口簿首页丢了，能不能用户籍证明代替？", "能。系统里查得到户籍信息的，不用再交户口簿。"),
    ("申请人在外地住院，签字怎么办？", "可以由近亲属代办，凭医院的住院证明；也可以视频核实后补签。"),
    ("收入按哪几个月算？", "按申请前十二个月的平均数算，季节性收入一次性计入。"),
    ("租房的没有产权证，住址怎么核对？", "看租赁合同或者房东的说明，社区上门核实一次就够。"),
    ("已经领了同类补贴，还能不能再申请？", "同一事由不能重复领，可以选高的一项；先停一项再办另一项。"),
)
"""What communities ask the street or the department, and what they are told (R39)."""


@dataclass(order=True)
class Act:
    moment: dt.datetime
    place: int
    do: Callable[[], None] = field(compare=False)


class City:
    """The replay: a queue of acts in the order of their moments, from `since` to `now`."""

    def __init__(
        self, rng: random.Random, members: list[Member], residents: list[tuple[Person, Account]], now: dt.datetime,
        *, since: dt.datetime,
    ) -> None:  # fmt: skip
        self.rng = rng
        self.now = now
        self.chance_of_help = random.Random("help")  # noqa: S311 (a stream of its own)
        self.chance_of_question = random.Random("questions")  # noqa: S311 (a stream of its own)
        self.reached = since
        self.residents = residents
        self.people = {person.pk: (person, account) for person, account in residents}
        self.queue: list[Act] = []
        self.order = itertools.count()
        self.actors: dict[UUID, Actor] = {}
        self.at_place: dict[tuple[str, UUID, str], list[Account]] = {}
        for member in members:
            self.at_place.setdefault((member.role, member.division.pk, member.department), []).append(member.account)
        self.windows = [m for m in members if m.role in ("window_clerk", "community_worker")]
        self.places: dict[UUID, list[Division]] = {}
        self.refused = 0
        self.submitted = 0
        self.calendar = calendar_for()

    # --- time ---

    def plan(self, moment: dt.datetime, do: Callable[[], None]) -> None:
        """Let something happen at a moment; what would lie in the future does not happen."""
        if moment < self.now:
            heapq.heappush(self.queue, Act(moment, next(self.order), do))

    def working_moment(self, after: dt.datetime, working_days: float) -> dt.datetime:
        """Return a moment in office hours, some working days after another."""
        day = after.astimezone(CHINA).date()
        whole = int(working_days)
        if whole:
            day = self.calendar.add_working_days(day, whole)
        elif not self.calendar.is_working(day):
            day = self.calendar.add_working_days(day, 1)
        moment = dt.datetime.combine(
            day, dt.time(self.rng.choice((9, 10, 11, 14, 15, 16)), self.rng.randint(0, 59)), CHINA
        )
        if moment <= after:
            moment = after + dt.timedelta(minutes=self.rng.randint(5, 50))
        return moment

    def steps(self, tick: Callable[[], None]) -> Iterator[Callable[[], None]]:
        """Yield everything that happens, to be done one after the other; reached says up to when it is done.

        Each morning the worker takes the calendar's own steps, each night it does what the day has left it.
        """
        day, last = (moment.astimezone(CHINA).date() for moment in (self.reached, self.now))
        while day <= last:
            morning = dt.datetime.combine(day, dt.time(7, 30), CHINA)
            night = dt.datetime.combine(day, dt.time(23, 55), CHINA)
            for calendar_step in CALENDAR_STEPS:
                yield self._at(morning, calendar_step)
            while self.queue and self.queue[0].moment <= night:
                act = heapq.heappop(self.queue)
                yield self._at(act.moment, lambda act=act: self._unless_refused(act))  # type: ignore[misc]
            while rows := waiting_tasks():
                for row in rows:
                    yield self._at(night, lambda row=row: run_one(row))  # type: ignore[misc]
            yield self._at(night, lambda: None)
            day += dt.timedelta(days=1)
            tick()

    def _at(self, moment: dt.datetime, do: Callable[[], object]) -> Callable[[], None]:
        moment = min(max(moment, self.reached), self.now)

        def step() -> None:
            with at(moment):
                do()
            self.reached = moment

        return step

    def _unless_refused(self, act: Act) -> None:
        try:
            with transaction.atomic():
                act.do()
        except Refused:
            self.refused += 1

    def take_up(self) -> None:
        """Plan what comes next for every case of a replay that was stopped."""
        with at(self.reached):
            for case in Case.everywhere.filter(status__in=OPEN, applicant_id__in=self.people).order_by("number"):
                self._take_up(case)

    def _take_up(self, case: Case) -> None:
        soon = self.working_moment(self.reached, self.rng.choice((0, 1, 1, 2)))
        if case.status == Status.SUBMITTED:
            self._answer(case, self.reached)
        elif case.status in (Status.ACCEPTED, Status.IN_REVIEW):
            self._go_on(case)
        elif case.status == Status.SUPPLEMENT_REQUESTED:
            code = SupplementRequest.objects.get(case=case).missing[0]["code"]
            self.plan(soon, lambda: self._bring(case.pk, code))
        elif case.status == Status.SPECIAL_PROCEDURE:
            self.plan(soon, lambda: self._end_special(case.pk))
        elif case.step_due_on is not None:
            over = dt.datetime.combine(case.step_due_on + dt.timedelta(days=1), dt.time(9, 30), CHINA)
            self.plan(self.working_moment(max(over, self.reached), 0), lambda: self._step(case.pk))

    # --- people ---

    def actor(self, account: Account, role: str = "") -> Actor:
        key = uuid5(account.pk, role)
        if key not in self.actors:
            actor = accounts.actor_for(account)
            if role and actor.post and actor.post.role != role:
                post = next((p for p in actor.posts if p.role == role), None)
                actor = accounts.actor_for(account, post.id) if post else actor
            self.actors[key] = actor
        return self.actors[key]

    def handler(self, case: Case) -> Actor:
        """Return whoever handles the case's present step."""
        place = next(p for p in self._places(case) if p.level == case.step_level)
        role = {"community": "community_worker", "township": "street_staff"}.get(case.step_level, "department_staff")
        department = case.step_department if role == "department_staff" else ""
        found = self.at_place.get((role, place.pk, department))
        if not found:
            role, found = "district_staff", self.at_place[("district_staff", place.pk, "")]
        return self.actor(self.rng.choice(found), role)

    def _places(self, case: Case) -> list[Division]:
        """Return the community and the divisions above it; asked for once a community."""
        if case.community_id not in self.places:
            self.places[case.community_id] = [case.community, *territory.ancestors(case.community)]
        return self.places[case.community_id]

    # --- one application ---

    def _helped(self, item: Item, person: Person, by: Actor, visit: UUID) -> Mandate | None:
        """Now and then a worker goes to somebody's door, or a neighbour comes to the window with a paper."""
        chance = self.chance_of_help.random()
        if not item.applicants.agents or chance >= 0.25:
            return None
        if chance < 0.12 and "assisted" in item.channels:
            return services.record_consent(
                by, applicant_id=person.pk, item_code=item.code, ground=Ground.SPOKEN, visit_id=visit, was_told=True
            )
        agent, _account = self.chance_of_help.choice(self.residents)
        if agent.pk == person.pk or agent.birth_date.year > self.now.year - 20:
            return None
        return services.record_mandate(
            by, agent_id=agent.pk, applicant_id=person.pk, relation=Relation.PROXY, ground=Ground.WRITTEN,
            visit_id=visit, is_paper_seen=True,
        )  # fmt: skip

    def apply(self, item: Item, person: Person, account: Account, moment: dt.datetime) -> None:
        """Plan one application from its first word on."""
        self.plan(moment, lambda: self._submit(item, person, account, moment))

    def _submit(self, item: Item, person: Person, account: Account, moment: dt.datetime) -> None:
        rng = self.rng
        online = rng.random() < 0.58 and "online" in item.channels
        if online:
            by, channel, visit = self.actor(account), Channel.ONLINE, None
        else:
            near = [m for m in self.windows if m.division.pk == person.community_id] or self.windows
            window = rng.choice(near if rng.random() < 0.7 else self.windows)
            by = self.actor(window.account, window.role)
            channel = Channel.WINDOW
            visit = uuid5(NAMESPACE, f"{person.pk}{moment.date()}")
        mandate = self._helped(item, person, by, visit) if visit is not None else None
        if mandate is not None and mandate.agent_id is None:
            channel = Channel.ASSISTED
        draft = services.start_draft(
            by, item.code, applicant_id=person.pk, channel=channel, visit_id=visit,
            mandate_id=mandate.pk if mandate else None,
        )  # fmt: skip
        facts = registry.known_facts(person, "application", by=by)
        answers = answers_for(item.form, facts, rng, today=moment.date())
        services.save_draft(draft.pk, by=by, form_data=answers)
        for material in item.materials:
            if draft.materials.filter(code=material.code).exists() or (not material.required and rng.random() < 0.5):
                continue
            if not online:
                services.add_material(draft.pk, material.code, by=by, source=MaterialSource.PAPER)
            else:
                services.add_material(draft.pk, material.code, by=by, upload=self._photo(material.code))
        case = services.submit(by, draft.pk, key=str(draft.pk))
        self.submitted += 1
        home_county = not online and by.post is not None and case.county_code in by.post.counties
        if home_county and rng.random() < 0.8:
            self._go_on(services.accept(case.number, by=by))
        else:
            self._answer(case, case.submitted_at)

    def _photo(self, code: str) -> SimpleUploadedFile:
        return SimpleUploadedFile(f"{code}.jpg", picture(self.rng.randrange(5)), content_type="image/jpeg")

    def _answer(self, case: Case, since: dt.datetime) -> None:
        """Plan what the community answers: accept, ask for a supplement, not accept, or nothing at all."""
        rng = self.rng
        chance = rng.random()
        if chance < 0.03:
            return
        when = self.working_moment(since, rng.choice((0, 1, 1, 1, 2, 3)))
        if chance < 0.13 and queries.item_of(case).materials:
            self.plan(when, lambda: self._ask(case.pk, when))
        elif chance < 0.16:
            self.plan(when, lambda: self._not_accept(case.pk))
        elif chance < 0.185:
            self.plan(when, lambda: self._withdraw(case.pk))
        else:
            self.plan(when, lambda: self._accept(case.pk))

    def _fresh(self, pk: UUID) -> Case:
        rows = catalogue.with_version(Case.everywhere.select_related("community"))
        return rows.get(pk=pk)

    def _accept(self, pk: UUID) -> None:
        case = self._fresh(pk)
        if case.status == Status.SUBMITTED:
            case = services.accept(case.number, by=self.handler(case))
        self._go_on(case)  # also where the law accepted it before the community did

    def _not_accept(self, pk: UUID) -> None:
        case = self._fresh(pk)
        if case.status != Status.SUBMITTED:
            self._go_on(case)
            return
        services.not_accept(case.number, by=self.handler(case), said=self.rng.choice(REASONS))

    def _ask(self, pk: UUID, when: dt.datetime) -> None:
        case = self._fresh(pk)
        if case.status != Status.SUBMITTED:
            self._go_on(case)
            return
        item = queries.item_of(case)
        material = self.rng.choice(item.materials)
        services.request_supplement(
            case.number, by=self.handler(case),
            missing=[{"code": material.code, "name": material.name.zh, "why": "照片太暗，字看不清，请到亮处再拍一张。"}],
            said="照片太暗，字看不清，请到亮处再拍一张。",
        )  # fmt: skip
        if self.rng.random() < 0.85:
            answer = when + dt.timedelta(days=self.rng.randint(0, 6), hours=self.rng.randint(1, 5))
            self.plan(answer, lambda: self._bring(pk, material.code))

    def _bring(self, pk: UUID, code: str) -> None:
        case = self._fresh(pk)
        _person, account = self.people[case.applicant_id]
        case = services.supplement(case.number, by=self.actor(account), given=[(code, self._photo(code))])
        if case.status == Status.SUBMITTED:
            when = self.working_moment(self._now(case), self.rng.choice((0, 1, 2)))
            self.plan(when, lambda: self._accept(pk))
        else:
            self._go_on(case)

    def _now(self, case: Case) -> dt.datetime:
        from linli.core.calendar import now

        return now()

    def _withdraw(self, pk: UUID) -> None:
        case = self._fresh(pk)
        _person, account = self.people[case.applicant_id]
        services.withdraw(case.number, by=self.actor(account), said="想好了再办。")

    def _go_on(self, case: Case) -> None:
        """Plan the next step of an accepted case."""
        item = queries.item_of(case)
        link = item.chain[case.step]
        moment = self._now(case)
        if item.is_instant:
            when = moment + dt.timedelta(minutes=self.rng.randint(2, 9))
        else:
            usual = max(1, link.days or 1)
            late = self.rng.random() < 0.06
            when = self.working_moment(
                moment, usual + self.rng.randint(1, 4) if late else self.rng.uniform(0, usual * 0.9)
            )
        self.plan(when, lambda: self._step(case.pk))

    def _step(self, pk: UUID) -> None:
        rng = self.rng
        case = self._fresh(pk)
        if case.status not in (Status.ACCEPTED, Status.IN_REVIEW):
            return
        item = queries.item_of(case)
        by = self.handler(case)
        for opinion in Opinion.everywhere.filter(case=case, answered_at__isnull=True, is_joint=True):
            self._give(opinion, case)
        facts = queries.with_facts(case).facts
        self._perhaps_ask(case, by)
        if item.chain[case.step].step != "decide":
            if case.step > 0 and rng.random() < 0.02:
                case = services.send_back(case.number, by=by, said="住址与登记不一致，请社区再核对一次。")
            elif rng.random() < 0.02 and not facts.extended and case.due_on:
                services.ask_extension(
                    case.number, by=by, working_days=rng.randint(2, 8), because="需要向外地核实情况。"
                )
                return
            else:
                case = services.forward(case.number, by=by, said=rng.choice(OPINIONS))
            self._go_on(case)
            return
        if facts.needs_notice and not facts.notice_done:
            until = services.post_notice(case.number, by=by).step_due_on or self.now.date()
            when = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(9, rng.randint(0, 59)), CHINA)
            self.plan(self.working_moment(when, 0), lambda: self._step(pk))
            return
        if facts.special_procedures and rng.random() < 0.5 and not case.pauses.exists():
            services.start_special(case.number, by=by, code=item.special_procedures[0].code)
            when = self.working_moment(self._now(case), rng.randint(2, max(3, item.special_procedures[0].days // 2)))
            self.plan(when, lambda: self._end_special(pk))
            return
        granted = rng.random() < 0.92
        services.decide(case.number, by=by, granted=granted, said="" if granted else rng.choice(REASONS))
        if rng.random() < 0.45:
            when = self._now(case) + dt.timedelta(hours=rng.randint(6, 70))
            self.plan(when, lambda: self._rate(pk))

    def _perhaps_ask(self, case: Case, by: Actor) -> None:
        """Now and then whoever handles a case asks the street or the department how it is done."""
        chance = self.chance_of_question
        if chance.random() >= 0.08:
            return
        question, answer = chance.choice(QUESTIONS)
        whom = asking.STREET if case.step_level == "community" and chance.random() < 0.5 else case.department
        if whom not in dict(asking.who_may_be_asked(case, by)):
            return
        row = services.ask_question(case.number, by=by, whom=whom, question=question)
        if chance.random() < 0.8:
            soon = self._now(case) + dt.timedelta(minutes=chance.randint(20, 600))
            self.plan(soon, lambda: self._answer_question(row.pk, answer))

    def leave_questions(self, street_code: str) -> None:
        """Leave a question of the shown street's communities to its street, and one to the county's civil affairs."""
        waiting = Case.everywhere.filter(
            community__code__startswith=street_code, status=Status.ACCEPTED, step_level="community"
        ).order_by("submitted_at", "id")
        for case, whom, asked in zip(waiting[:2], (asking.STREET, "civil_affairs"), QUESTIONS[2:4], strict=False):
            by = self.handler(case)
            if not case.questions.exists() and whom in dict(asking.who_may_be_asked(case, by)):
                services.ask_question(case.number, by=by, whom=whom, question=asked[0])

    def _answer_question(self, question_id: UUID, answer: str) -> None:
        row = Question.everywhere.get(pk=question_id)
        role = "street_staff" if row.level == asking.STREET else "department_staff"
        found = self.at_place.get((role, row.place_id, row.department))
        if found:
            services.answer_question(row.pk, by=self.actor(found[0], role), answer=answer)

    def _give(self, opinion: Opinion, case: Case) -> None:
        county = next(p for p in self._places(case) if p.level == "county")
        found = self.at_place.get(("department_staff", county.pk, opinion.department))
        if found:
            by = self.actor(found[0], "department_staff")
            services.give_opinion(opinion.pk, by=by, verdict="agree", answer="同意。")

    def _end_special(self, pk: UUID) -> None:
        case = self._fresh(pk)
        services.end_special(case.number, by=self.handler(case), said="评定已完成。")
        self.plan(self.working_moment(self._now(case), 1), lambda: self._step(pk))

    def _rate(self, pk: UUID) -> None:
        case = self._fresh(pk)
        if case.status not in (Status.DELIVERED, Status.CLOSED):
            return
        _person, account = self.people[case.applicant_id]
        score = self.rng.choices((5, 4, 3, 2, 1), (60, 25, 9, 4, 2))[0]
        rating = services.rate(
            case.number, by=self.actor(account), score=score, comment=self.rng.choice(COMMENTS[score])
        )
        if rating.is_bad and self.rng.random() < 0.7:
            when = self.working_moment(self._now(case), self.rng.choice((0, 1, 1)))
            self.plan(when, lambda: self._call_back(pk, when))

    def _call_back(self, pk: UUID, when: dt.datetime) -> None:
        case = self._fresh(pk)
        row = FollowUp.everywhere.get(case=case)
        places = self._places(case)
        head = next((self.at_place[k] for p in places if (k := ("street_leader", p.pk, "")) in self.at_place), None)
        if not head:
            return
        by = self.actor(head[0], "street_leader")
        services.call_back(row.pk, by=by)
        if self.rng.random() < 0.8:
            self.plan(
                self.working_moment(when, self.rng.randint(1, 4)),
                lambda: self._close_follow_up(row.pk, by),
            )

    def _close_follow_up(self, pk: UUID, by: Actor) -> None:
        services.answer_follow_up(
            pk, by=by, outcome=FollowUp.Outcome.PUT_RIGHT, answer="已向申请人道歉并补办，窗口改为专人接听。"
        )


def eligible(item: Item, person: Person, facts: dict[str, Any]) -> bool:
    """Tell whether what is known of a person meets what can be computed of an item's conditions."""
    checks = rules.check_conditions(item, facts, on=today(), language="zh")
    return all(check.holds is not False for check in checks)


def plan_applications(city: City, count: int, days: int) -> None:
    """Spread applications over the last days: busy Mondays, quiet weekends, never two of one item running for one."""
    rng = city.rng
    versions = [catalogue.item(v) for v in catalogue.published(city.now.astimezone(CHINA).date())]
    weights = [FAVOURITES.get(item.code, 2) for item in versions]
    facts = {person.pk: registry.facts_of(person, in_clear=True) for person, _account in city.residents}
    fitting = {
        item.code: [pair for pair in city.residents if eligible(item, pair[0], facts[pair[0].pk])] for item in versions
    }
    used: set[tuple[UUID, str]] = set(Case.everywhere.values_list("applicant_id", "item_code"))
    made = 0
    for _attempt in range(count * 40):
        if made == count:
            break
        item = rng.choices(versions, weights)[0]
        if not fitting[item.code]:
            continue
        person, account = rng.choice(fitting[item.code])
        if (person.pk, item.code) in used:
            continue
        day = (city.now - dt.timedelta(days=int(days * rng.random() ** 1.5))).astimezone(CHINA).date()
        if not city.calendar.is_working(day) and rng.random() < 0.7:
            continue
        moment = dt.datetime.combine(day, dt.time(rng.choice(HOURS), rng.randint(0, 59), rng.randint(0, 59)), CHINA)
        if not city.reached <= moment < city.now:
            continue
        used.add((person.pk, item.code))
        city.apply(item, person, account, moment)
        made += 1
