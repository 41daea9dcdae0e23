"""The smallest valid things that a case needs: two communities, their staff, a resident, an item."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from linli.core.access import Actor, system_actor
from linli.core.calendar import at, now, today
from linli.core.ids import new_id
from linli.ground.accounts import queries as accounts
from linli.ground.accounts import services as account_services
from linli.ground.accounts.models import Account, AccountKind, RoleHeld
from linli.ground.registry import services as registry
from linli.ground.registry.models import Person
from linli.ground.territory.models import Division, DivisionCode
from linli.services.casework import services
from linli.services.casework.models import Case, Channel, MaterialSource, Status
from linli.services.catalogue.services import ITEMS, load_items
from linli.services.certificates import services as certificates
from linli.web.demonstration.answers import answers_for
from linli.web.demonstration.people import identity_number
from linli.web.demonstration.pictures import picture

SETUP = system_actor("测试准备")


def division(code: str, name: str, level: str, kind: str, parent: Division | None = None) -> Division:
    county = code[:6] if level in ("county", "township", "community") else ""
    row, made = Division.objects.get_or_create(
        code=code,
        valid_to=None,
        defaults={
            "name": name, "short_name": name, "level": level, "kind": kind, "parent": parent, "county_code": county,
            "valid_from": dt.date(2020, 1, 1),
        },
    )  # fmt: skip
    if made:
        DivisionCode.objects.create(division=row, code=code, valid_from=dt.date(2020, 1, 1))
    return row


class Town:
    """东区 with one street and two communities, 西区 with one of each; staff where they are asked for."""

    def __init__(self) -> None:
        province = division("510000000000", "四川省", "province", "province")
        self.city = division("510400000000", "攀枝花市", "city", "city", province)
        self.county = division("510402000000", "东区", "county", "county", self.city)
        self.street = division("510402002000", "炳草岗街道", "township", "street", self.county)
        self.home = division("510402002001", "竹湖园社区", "community", "residents_committee", self.street)
        self.other = division("510402002002", "西海岸社区", "community", "residents_committee", self.street)
        self.west = division("510403000000", "西区", "county", "county", self.city)
        self.west_street = division("510403001000", "清香坪街道", "township", "street", self.west)
        self.west_home = division("510403001001", "路南社区", "community", "residents_committee", self.west_street)
        self._staff: dict[tuple[str, str, str], Actor] = {}

    def staff(self, role: str, place: Division, department: str = "", name: str = "白芷") -> Actor:
        key = (role, place.code, department)
        if key not in self._staff:
            account = Account.objects.create(
                kind=AccountKind.STAFF, username=f"s{new_id().hex[:20]}", name=name, created_at=now()
            )
            RoleHeld.objects.create(
                account=account, role=role, division=place, department=department, valid_from=dt.date(2020, 1, 1)
            )
            self._staff[key] = accounts.actor_for(account)
        return self._staff[key]

    def seals(self) -> None:
        """Make the seals, early enough for a test that lives in the past."""
        with at(dt.datetime(2026, 1, 5, tzinfo=dt.UTC)):
            keeper = Account.objects.get(pk=self.staff("community_head", self.home, name="山楂").account_id)
            for place in (self.home, self.other, self.street, self.west_home):
                certificates.make_seal(place, "", place.name, keeper, SETUP)
            for county in (self.county, self.west):
                for line in ("civil_affairs", "human_resources"):
                    certificates.make_seal(county, line, f"{county.name} {line}", keeper, SETUP)


_serial = itertools.cycle(range(100, 999))


def person(town: Town, *, name: str = "柳桂枝", born: dt.date = dt.date(1945, 3, 12), **more: Any) -> Person:
    lives = more.pop("community", town.home)
    return registry.register_person(
        by=SETUP,
        name=name,
        id_number=identity_number("510402", born, next(_serial)),
        community=lives,
        phone=more.pop("phone", f"154{random.Random(new_id().int).randint(0, 99_999_999):08d}"),
        registered_community=more.pop("registered_community", lives),
        **more,
    )


def resident(who: Person) -> Actor:
    account = account_services.resident_for_phone(
        f"154{random.Random(who.pk.int).randint(0, 99_999_999):08d}", name=who.name
    )
    account_services.link_person(account, who.pk, name=who.name, by=SETUP)
    return accounts.actor_for(Account.objects.get(pk=account.pk))


def photo(kind: int = 0, name: str = "card.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(kind), content_type="image/jpeg")


@cache
def item_file(code: str) -> Path:
    return next(path for path in sorted(ITEMS.glob("*.yaml")) if path.stem.split("_", 1)[1] == code)


def catalogue(*codes: str) -> None:
    """Load items from the shipped files, with those whose certificates they take (all of them without codes)."""
    import shutil
    import tempfile

    if not codes:
        load_items(ITEMS, by=SETUP, from_day=dt.date(2025, 1, 1))
        return
    wanted, files = list(codes), {}
    while wanted:
        code = wanted.pop()
        if code not in files:
            files[code] = item_file(code)
            wanted += re.findall(r"certificate_of: (\w+)", files[code].read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for file in files.values():
            shutil.copy(file, folder)
        load_items(Path(folder), by=SETUP, from_day=dt.date(2025, 1, 1))


def drafted(by: Actor, code: str, who: Person, *, channel: str = Channel.ONLINE, seed: int = 1) -> Any:
    """A draft with everything in it, ready to be submitted."""
    from linli.ground.registry import queries as registry_queries
    from linli.services.casework import queries

    draft = services.start_draft(by, code, applicant_id=who.pk, channel=channel)
    item = queries.item_of(draft)
    facts = registry_queries.facts_of(who, in_clear=True)
    answers = answers_for(item.form, facts, random.Random(seed), today=today())
    services.save_draft(draft.pk, by=by, form_data=answers)
    for material in item.materials:
        if draft.materials.filter(code=material.code).exists():
            continue
        if by.kind == "staff":
            services.add_material(draft.pk, material.code, by=by, source=MaterialSource.PAPER)
        else:
            services.add_material(draft.pk, material.code, by=by, upload=photo())
    return draft


def submitted(town: Town, who: Person | None = None, code: str = "old_age_allowance") -> Case:
    """An application of a resident, as it reaches her community."""
    who = who or person(town)
    by = resident(who)
    draft = drafted(by, code, who)
    return services.submit(by, draft.pk, key=str(draft.pk))


class Road:
    """One case with everybody who may touch it, moved on by its services."""

    def __init__(self, town: Town, code: str = "old_age_allowance", who: Person | None = None) -> None:
        self.town = town
        self.person = who or person(town)
        self.resident = resident(self.person)
        self.case = services.submit(self.resident, drafted(self.resident, code, self.person).pk, key=str(new_id()))
        self.number = self.case.number

    def now(self) -> Case:
        self.case = Case.everywhere.select_related("item_version", "community").get(number=self.number)
        return self.case

    @property
    def worker(self) -> Actor:
        return self.town.staff("community_worker", self.now().community)

    @property
    def street(self) -> Actor:
        return self.town.staff("street_staff", self.now().community.parent)

    @property
    def line(self) -> Actor:
        case = self.now()
        return self.town.staff("department_staff", case.community.parent.parent, case.step_department)

    @property
    def handler(self) -> Actor:
        """Whose turn it is."""
        case = self.now()
        if case.status == Status.SUBMITTED or case.step_level == "community":
            return self.worker
        return self.street if case.step_level == "township" else self.line

    def accept(self, **more: Any) -> Case:
        services.accept(self.number, by=self.worker, **more)
        return self.now()

    def forward(self) -> Case:
        services.forward(self.number, by=self.handler)
        return self.now()

    def to_the_end(self) -> Case:
        """Accepted, and forwarded to whoever decides."""
        from linli.services.casework import queries

        self.accept()
        while self.case.step + 1 < len(queries.item_of(self.case).chain):
            self.forward()
        return self.case

    def decide(self, granted: bool = True, said: str = "") -> Case:
        services.decide(self.number, by=self.handler, granted=granted, said=said)
        return self.now()

    def ask(self, *codes: str) -> Case:
        from linli.services.casework import queries

        item = queries.item_of(self.now())
        missing = [
            {"code": m.code, "name": m.name.zh, "why": "看不清，请再拍一张。"}
            for m in item.materials
            if m.code in codes
        ]
        services.request_supplement(self.number, by=self.handler, missing=missing, said="看不清，请再拍一张。")
        return self.now()

    def bring(self, *codes: str) -> Case:
        services.supplement(self.number, by=self.resident, given=[(code, photo()) for code in codes])
        return self.now()
