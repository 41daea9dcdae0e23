"""Putting the demonstration together: staff, seals, people, then the stories."""

# untranslated: what made-up people are called, say and hold

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from django.db import transaction

from linli.core.access import Actor
from linli.core.calendar import now, today
from linli.ground.accounts import services as accounts
from linli.ground.accounts.models import Account
from linli.ground.registry import services as registry
from linli.ground.registry.models import Person, SpecialGroup
from linli.ground.territory.models import Division
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue.departments import Department
from linli.services.certificates import services as certificates
from linli.web.demonstration.people import MadeUp, identity_number, make_people
from linli.web.demonstration.staff import Member, make_staff
from linli.web.demonstration.stories import City, plan_applications
from linli.web.demonstration.windows import make_points

FAMILY = (
    MadeUp("柳桂枝", identity_number("510402", dt.date(1945, 3, 12), 4), dt.date(1945, 3, 12), "15400000617", True),
    MadeUp("柳青禾", identity_number("510402", dt.date(1974, 8, 23), 6), dt.date(1974, 8, 23), "15400000618", True),
    MadeUp("柳石榴", identity_number("510402", dt.date(2025, 5, 30), 2), dt.date(2025, 5, 30), "15400000619", True),
)
"""The family of the README: the mother of eighty-one, her daughter, the grandchild."""

SHOWN_STREET = "510402002"
"""炳草岗街道: most of the demonstration's named staff work here, so that much happens here."""

ELSEWHERE = ("云南省丽江市", "四川省凉山彝族自治州", "重庆市", "贵州省毕节市", "四川省成都市")


GROWN_UP_GROUPS = {
    SpecialGroup.PREFERENTIAL_TREATMENT: "定期抚恤金领取证（演示）",
    SpecialGroup.MARTYR_FAMILY: "烈士证明书（演示）",
    SpecialGroup.VETERAN: "退役军人优待证（演示）",
    SpecialGroup.SUBSISTENCE: "民政局低保名单（演示）",
    SpecialGroup.DESTITUTE: "民政局特困名单（演示）",
    SpecialGroup.DISABILITY: "残疾人证（演示）",
}
CHILDRENS_GROUPS = {
    SpecialGroup.ORPHAN: "民政局孤儿名单（演示）",
    SpecialGroup.DISABILITY: "残疾人证（演示）",
    SpecialGroup.MARTYR_FAMILY: "烈士证明书（演示）",
}
"""Which groups the demonstration's people belong to, and what says so."""


class Building:
    """One demonstration in the making."""

    def __init__(self, rng: random.Random, by: Actor, *, echo: Callable[[str], object]) -> None:
        self.rng = rng
        self.chance_of_tags = random.Random(f"tags {rng.getstate()[1][0]}")  # noqa: S311 (a stream of its own)
        self.by = by
        self.echo = echo
        self.divisions = list(Division.objects.filter(valid_to__isnull=True).order_by("code"))
        self.communities = [d for d in self.divisions if d.level == "community"]
        self.departments = sorted(
            {link.department for v in catalogue.published() for link in catalogue.item(v).chain if link.department}
            | {"civil_affairs"}
        )
        street = [c for c in self.communities if c.code.startswith(SHOWN_STREET)]
        self.busy = street * 4 + self.rng.sample(self.communities, min(50, len(self.communities)))
        self.members: list[Member] = []
        self.residents: list[tuple[Person, Account]] = []

    @contextmanager
    def _progress(self, label: str, length: int) -> Iterator[Callable[[], None]]:
        with click.progressbar(length=length, label=label, show_pos=True) as bar:
            yield lambda: bar.update(1)

    def staff(self) -> None:
        places = len(self.divisions) * 2
        with self._progress("演示人员 / staff", places) as tick, transaction.atomic():
            self.members = make_staff(
                self.by, self.divisions, {c.pk for c in self.busy}, self.departments, self.rng, today(), tick
            )

    def seals(self) -> None:
        """Every community, street and department that decides has its seal."""
        wanted = [(d, "", d.name) for d in self.divisions if d.level in ("community", "township")]
        for county in (d for d in self.divisions if d.level == "county"):
            wanted += [(county, code, f"{county.name}{Department(code).label}") for code in self.departments]
            wanted.append((county, "", f"{county.name}人民政府"))
        custodians = {(m.division.pk, m.department): m.account for m in self.members}
        anybody = self.members[0].account
        with self._progress("演示印章 / seals", len(wanted)) as tick, transaction.atomic():
            for division, department, name in wanted:
                certificates.make_seal(
                    division, department, name, custodians.get((division.pk, department), anybody), self.by
                )
                tick()

    def windows(self) -> None:
        """Where the windows are and when they open: as of today, with holidays before and after."""
        holders = {m.division.code: m.account for m in self.members if m.role in ("district_staff", "community_worker")}
        made = make_points(self.by, self.divisions, holders)
        self.echo(f"演示服务点 / service points: {made}")

    def people(self, count: int) -> None:
        counties = sorted({c.county_code for c in self.communities})
        home = next((c for c in self.communities if c.code == "510402002001"), self.communities[0])
        makers = make_people(self.rng, counties, now().date())
        with self._progress("演示居民 / residents", count) as tick, transaction.atomic():
            for made in FAMILY:
                self._register(made, home, home, "")
                tick()
            for _number in range(count - len(FAMILY)):
                made = next(makers)
                lives = self.rng.choice(self.busy if self.rng.random() < 0.8 else self.communities)
                chance = self.rng.random()
                registered = lives if chance < 0.66 else self.rng.choice(self.communities) if chance < 0.9 else None
                place = "" if registered else self.rng.choice(ELSEWHERE)
                self._register(made, lives, registered, place)
                tick()

    def _register(self, made: MadeUp, lives: Division, registered: Division | None, place: str) -> None:
        person = registry.register_person(
            by=self.by,
            name=made.name,
            id_number=made.id_number,
            community=lives,
            phone=made.phone,
            address=f"{lives.short_name} {self.rng.randint(1, 60)} 号 {self.rng.randint(1, 9)} 栋（演示）",
            registered_community=registered,
            registered_place=place,
            source="police",
        )
        self._tag(person, made)
        account = accounts.resident_for_phone(made.phone, name=made.name)
        accounts.link_person(account, person.pk, name=made.name, by=self.by)
        self.residents.append((person, account))

    def _tag(self, person: Person, made: MadeUp) -> None:
        """About one in forty belongs to a group that the law serves first or in ways of its own."""
        if made in FAMILY or self.chance_of_tags.random() >= 1 / 40:
            return
        grown = made.birth_date.year <= today().year - 20
        groups = GROWN_UP_GROUPS if grown else CHILDRENS_GROUPS
        code = self.chance_of_tags.choice(sorted(groups))
        registry.give_tag(
            person, by=self.by, code=code, source=groups[code], valid_from=today() - dt.timedelta(days=400)
        )

    def applications(self, count: int, days: int) -> None:
        city = City(self.rng, self.members, self.residents[len(FAMILY) :], now())
        city.residents = self.residents[len(FAMILY) :]
        plan_applications(city, count, days)
        with self._progress(f"演示办件 {count} 件 / cases", days) as tick:
            city.run(tick)
