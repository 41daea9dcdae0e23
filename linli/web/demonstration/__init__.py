"""The demonstration: a made-up city on real divisions, made through the same services that people use.

It is marked on every page, and refuses a database that holds anything else.
"""

# untranslated: names of made-up people; the terminal is spoken to in both languages at once

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from linli.core.access import system_actor
from linli.core.calendar import at, now
from linli.core.http import Refused

SEED = 2026
CASES = 2000
DAYS = 90
RESIDENTS = 1500


class NotEmpty(Refused):
    code = "web.demonstration_not_empty"
    message = _(
        "这个数据库里已经有别的数据，演示只能装进空的数据库（上次没装完的也算）。请换一个 LINLI_VAR 或 LINLI_DATABASE_URL。"
    )


def ensure(*, echo: Callable[[str], object]) -> None:
    """Load the demonstration unless it is there already. Raises NotEmpty."""
    from linli.web.models import Demonstration

    mark = Demonstration.objects.first()
    if mark is not None and mark.finished_at is not None:
        return
    load(echo=echo)


def load(
    *, cases: int = CASES, residents: int = RESIDENTS, days: int = DAYS, seed: int = SEED, echo: Callable[[str], object]
) -> None:
    """Make people, staff and `cases` applications over the last `days` days. Raises NotEmpty.

    Needs the territory and the catalogue. The same seed makes the same people and stories; numbers, keys and tokens
    are random as always.
    """
    from linli.ground.accounts.models import Account
    from linli.ground.registry.models import Person
    from linli.services.casework.models import Case
    from linli.web.demonstration.building import Building
    from linli.web.models import Demonstration

    held = (Person.everywhere, Case.everywhere, Account.objects, Demonstration.objects)
    if any(rows.exists() for rows in held):
        raise NotEmpty
    mark = Demonstration.objects.create(id=1, seed=seed, cases=cases, begun_at=now())
    building = Building(random.Random(seed), system_actor("生成演示数据"), echo=echo)  # noqa: S311 (made-up people)
    start = now() - dt.timedelta(days=days + 1)
    with at(start):
        building.staff()
        building.seals()
        building.people(residents)
    building.windows()
    building.applications(cases, days)
    mark.finished_at = now()
    mark.save(update_fields=["finished_at"])


def sign_ins() -> str:
    """Return the sign-ins of the demonstration as a text for the terminal."""
    from linli.web.demonstration.building import FAMILY
    from linli.web.demonstration.staff import KNOWN, PASSWORD

    lines = ["演示账号 / Demonstration sign-ins:", f"  工作人员密码 / staff password: {PASSWORD}"]
    for username, (name, role, _code, _department) in KNOWN.items():
        lines.append(f"  {username:<9} {name}  {role}")
    lines.append("  居民用手机号登录，验证码在 /outbox/ / residents sign in by telephone; codes are shown at /outbox/")
    for person in FAMILY:
        lines.append(f"  {person.phone}  {person.name}")
    return "\n".join(lines)
