"""The demonstration's staff: somebody at every level, made through the accounts room's own services."""

# untranslated: what made-up people are called, say and hold

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.hashers import make_password

from linli.core.access import Actor
from linli.ground.accounts import services as accounts
from linli.ground.accounts.models import Account
from linli.ground.territory.models import Division
from linli.web.demonstration.people import GIVEN, SURNAMES

PASSWORD = "linli-demo-2026"  # noqa: S105 (printed at every start of a demonstration)
SINCE = dt.timedelta(days=400)

KNOWN = {
    # username: (name, role, division code, department)
    "wenzhu": ("文竹", "window_clerk", "510402002002", ""),
    "baizhi": ("白芷", "community_worker", "510402002001", ""),
    "shanzha": ("山楂", "community_head", "510402002001", ""),
    "sumu": ("苏木", "street_staff", "510402002000", ""),
    "duzhong": ("杜仲", "street_leader", "510402002000", ""),
    "jiangli": ("江离", "department_staff", "510402000000", "civil_affairs"),
    "zelan": ("泽兰", "district_staff", "510402000000", ""),
    "yuanzhi": ("远志", "supervisor", "510402000000", ""),
    "shihu": ("石斛", "auditor", "510400000000", ""),
    "guanli": ("管仲", "administrator", "510400000000", ""),
    "anquan": ("安息香", "security_administrator", "510400000000", ""),
}
"""The accounts that the sign-in page and the README name. Codes are looked up; see `places`."""


@dataclass(frozen=True)
class Member:
    account: Account
    role: str
    division: Division
    department: str


def make_staff(
    by: Actor,
    divisions: list[Division],
    busy: set[UUID],
    departments: list[str],
    rng: random.Random,
    today: dt.date,
    tick: Callable[[], None],
) -> None:
    """Give every community a worker, the busy ones a head, every street two, every county its departments."""
    heads: set[UUID] = set()
    by_code = {division.code: division for division in divisions}
    since = today - SINCE
    taken = set(KNOWN)
    password_hash = make_password(PASSWORD)

    def make(username: str, name: str, roles: list[tuple[str, Division, str]]) -> None:
        new = accounts.create_staff(username=username, name=name, password_hash=password_hash, by=by)
        for role, division, department in roles:
            accounts.give_role(
                new.account, role=role, division_id=division.pk, department=department, valid_from=since, by=by
            )
            if role == "community_head":
                heads.add(division.pk)
        tick()

    def fresh() -> tuple[str, str]:
        number = len(taken) + 1
        taken.add(f"staff{number:04d}")
        return f"staff{number:04d}", rng.choice(SURNAMES) + rng.choice(GIVEN)

    for username, (name, role, code, department) in KNOWN.items():
        roles = [(role, by_code[code], department)]
        if role == "community_worker":
            roles.append(("window_clerk", by_code[code], ""))
        make(username, name, roles)
    for division in divisions:
        if division.level == "community":
            make(*fresh(), [("community_worker", division, "")])
            if division.pk in busy and division.pk not in heads:
                make(*fresh(), [("community_head", division, "")])
        elif division.level == "township":
            make(*fresh(), [("street_staff", division, "")])
            make(*fresh(), [("street_leader", division, "")])
        elif division.level == "county":
            make(*fresh(), [("district_staff", division, "")])
            for department in departments:
                make(*fresh(), [("department_staff", division, department)])
