"""Putting the demonstration together: staff, seals, people, then the stories."""

# untranslated: what made-up people are called, say and hold

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from linli.core.access import Actor
from linli.core.calendar import today
from linli.ground.accounts import services as accounts
from linli.ground.accounts.models import Account, RoleHeld
from linli.ground.registry import services as registry
from linli.ground.registry.models import Person, SpecialGroup
from linli.ground.territory.models import Division
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue.departments import Department
from linli.services.catalogue.services import record_variance
from linli.services.certificates import services as certificates
from linli.web.demonstration.homes import make_homes
from linli.web.demonstration.people import MadeUp, identity_number, make_people
from linli.web.demonstration.staff import Member, make_staff
from linli.web.demonstration.windows import make_points
from linli.web.kiosk import services as kiosks
from linli.web.models import KioskDevice

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


DIFFERENCES = (
    (
        "senior_meal",
        "510422",
        "rural",
        "offer",
        "",
        "村里还没有助餐点，2027 年建好。",
        "盐边县养老服务设施规划（演示）",
    ),
    (
        "day_care_admission",
        "510421",
        "rural",
        "offer",
        "",
        "日间照料中心还没有建到村。",
        "米易县养老服务设施规划（演示）",
    ),
    ("home_care", "510422", "rural", "days", "15 个工作日", "山里的户要等巡回服务车。", "盐边县居家养老办法（演示）"),
)
"""Where the made-up city differs, and why: item, county, communities, what, to which standard, reason, document."""


class Building:
    """One demonstration in the making. Each kind of thing draws from a stream of chance of its own: so whoever goes on
    with one that was stopped meets the same people.
    """

    def __init__(self, seed: int, by: Actor, *, echo: Callable[[str], object]) -> None:
        self.seed = seed
        self.by = by
        self.echo = echo
        self.divisions = list(Division.objects.filter(valid_to__isnull=True).order_by("code"))
        self.communities = [d for d in self.divisions if d.level == "community"]
        self.departments = sorted(
            {link.department for v in catalogue.published() for link in catalogue.item(v).chain if link.department}
            | {"civil_affairs"}
        )
        street = [c for c in self.communities if c.code.startswith(SHOWN_STREET)]
        self.busy = street * 4 + self._chance("places").sample(self.communities, min(50, len(self.communities)))

    def _chance(self, what: object) -> random.Random:
        return random.Random(f"{self.seed} {what}")  # noqa: S311 (made-up people)

    @contextmanager
    def progress(self, label: str, length: int) -> Iterator[Callable[[], None]]:
        with click.progressbar(length=length, label=label, show_pos=True) as bar:
            yield lambda: bar.update(1)

    def staff(self) -> None:
        places = len(self.divisions) * 2
        with self.progress("演示人员 / staff", places) as tick:
            make_staff(
                self.by,
                self.divisions,
                {c.pk for c in self.busy},
                self.departments,
                self._chance("staff"),
                today(),
                tick,
            )

    def members(self) -> list[Member]:
        """Return the staff that was made, in the order in which it was."""
        held = RoleHeld.objects.select_related("account", "division").order_by(
            "account__created_at", "account_id", "id"
        )
        return [Member(row.account, row.role, row.division, row.department) for row in held]

    def seals(self) -> None:
        """Every community, street and department that decides has its seal."""
        wanted = [(d, "", d.name) for d in self.divisions if d.level in ("community", "township")]
        for county in (d for d in self.divisions if d.level == "county"):
            wanted += [(county, code, f"{county.name}{Department(code).label}") for code in self.departments]
            wanted.append((county, "", f"{county.name}人民政府"))
        members = self.members()
        custodians = {(m.division.pk, m.department): m.account for m in members}
        with self.progress("演示印章 / seals", len(wanted)) as tick:
            for division, department, name in wanted:
                certificates.make_seal(
                    division, department, name,
                    custodians.get((division.pk, department), members[0].account), self.by,
                )  # fmt: skip
                tick()

    def differences(self) -> None:
        """A few items differ by area, each with its reason; once, however often this is gone on with."""
        if catalogue.variances():
            return
        counties = {d.code[:6]: d for d in self.divisions if d.level == "county"}
        offered = {version.item.code for version in catalogue.published()}
        for code, county, area, part, standard, reason, document in DIFFERENCES:
            if code in offered and county in counties:
                record_variance(
                    code, by=self.by, place=counties[county], area=area, part=part, standard=standard, reason=reason,
                    document=document,
                )  # fmt: skip

    def screens(self) -> None:
        """Public screens in two halls of the shown street, at one of which somebody calls for help (R156)."""
        if KioskDevice.objects.exists():
            return
        street = next(d for d in self.divisions if d.code == f"{SHOWN_STREET}000")
        community = next(d for d in self.communities if d.code.startswith(SHOWN_STREET))
        kiosks.register_device(street.pk, name="便民服务中心门口", by=self.by)
        device, _code = kiosks.register_device(community.pk, name="一楼大厅进门左手", by=self.by)
        kiosks.call_for_help(device)

    def homes(self) -> None:
        """The family under one roof, and some of its neighbours."""
        home = next((c for c in self.communities if c.code == "510402002001"), self.communities[0])
        made = make_homes(self.by, home, tuple(one.name for one in FAMILY))
        self.echo(f"演示房屋 / homes: {made}")

    def windows(self) -> None:
        """Where the windows are and when they open: as of today, with holidays before and after."""
        holders = {
            m.division.code: m.account for m in self.members() if m.role in ("district_staff", "community_worker")
        }
        made = make_points(self.by, self.divisions, holders)
        self.echo(f"演示服务点 / service points: {made}")

    def people(self, count: int) -> None:
        """Make residents until there are `count`."""
        for step in self.residents_missing(count, lambda: None):
            step()

    def residents_missing(self, count: int, tick: Callable[[], None]) -> Iterator[Callable[[], None]]:
        """Yield a step for each resident that is not there yet, the family first. The n-th one is always the same.

        Made on the day before the replay begins: nobody is born later.
        """
        home = next((c for c in self.communities if c.code == "510402002001"), self.communities[0])
        counties = sorted({c.county_code for c in self.communities})
        others = make_people(self._chance("people"), counties, today())
        there = Person.everywhere.count()
        for number in range(count):
            made = FAMILY[number] if number < len(FAMILY) else next(others)
            if number >= there:
                yield lambda made=made, number=number: self._register(made, home, self._chance(number))  # type: ignore[misc]
            tick()

    def residents(self) -> list[tuple[Person, Account]]:
        """Return the residents with their accounts, the family left out: what happens to it is the visitor's to do."""
        accounts_of = {account.person_id: account for account in Account.objects.filter(person_id__isnull=False)}
        family = {made.name for made in FAMILY}
        rows = Person.everywhere.select_related(
            "community__parent__parent", "registered_community__parent__parent"
        ).order_by("created_at", "id")
        return [(person, accounts_of[person.pk]) for person in rows if person.name not in family]

    def _register(self, made: MadeUp, home: Division, chance: random.Random) -> None:
        lives, registered, place = home, home if made in FAMILY else None, ""
        if made not in FAMILY:
            lives = chance.choice(self.busy if chance.random() < 0.8 else self.communities)
            kind = chance.random()
            registered = lives if kind < 0.66 else chance.choice(self.communities) if kind < 0.9 else None
            place = "" if registered else chance.choice(ELSEWHERE)
        person = registry.register_person(
            by=self.by,
            name=made.name,
            id_number=made.id_number,
            community=lives,
            phone=made.phone,
            address=f"{lives.short_name} {chance.randint(1, 60)} 号 {chance.randint(1, 9)} 栋（演示）",
            registered_community=registered,
            registered_place=place,
            source="police",
        )
        self._tag(person, made, chance)
        account = accounts.resident_for_phone(made.phone, name=made.name)
        accounts.link_person(account, person.pk, name=made.name, by=self.by)

    def _tag(self, person: Person, made: MadeUp, chance: random.Random) -> None:
        """About one in forty belongs to a group that the law serves first or in ways of its own."""
        if made in FAMILY or chance.random() >= 1 / 40:
            return
        grown = made.birth_date.year <= today().year - 20
        groups = GROWN_UP_GROUPS if grown else CHILDRENS_GROUPS
        code = chance.choice(sorted(groups))
        registry.give_tag(
            person, by=self.by, code=code, source=groups[code], valid_from=today() - dt.timedelta(days=400)
        )
