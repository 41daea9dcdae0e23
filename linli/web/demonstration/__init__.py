"""The demonstration: a made-up city on real divisions, made through the same services that people use.

It is marked on every page, and refuses a database that holds anything else. Its base (staff, seals, the family of the
README) is there at once or not at all; the other residents and ninety days of applications follow in short strides.
Stopped in between, it goes on from where it was, so a server can run beside it.
"""

# untranslated: names of made-up people; the terminal is spoken to in both languages at once

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core.access import system_actor
from linli.core.calendar import at, now
from linli.core.http import Refused

SEED = 2026
CASES = 2000
DAYS = 90
RESIDENTS = 1500
WHY = "生成演示数据"


class NotEmpty(Refused):
    code = "web.demonstration_not_empty"
    message = _("这个数据库里已经有别的数据，演示只能装进空的数据库。请换一个 LINLI_VAR 或 LINLI_DATABASE_URL。")


def is_whole() -> bool:
    """Tell whether the demonstration is there to its last case."""
    from linli.web.models import Demonstration

    return Demonstration.objects.filter(finished_at__isnull=False).exists()


def load(
    *, cases: int = CASES, residents: int = RESIDENTS, days: int = DAYS, seed: int = SEED, echo: Callable[[str], object]
) -> None:
    """Make people, staff and `cases` applications over the last `days` days. Raises NotEmpty.

    Needs the territory and the catalogue. The same seed makes the same people and stories, where nobody stopped it in
    between; numbers, keys and tokens are random as always.
    """
    begin(cases=cases, residents=residents, days=days, seed=seed, echo=echo)
    go_on(echo=echo)


def begin(
    *, cases: int = CASES, residents: int = RESIDENTS, days: int = DAYS, seed: int = SEED, echo: Callable[[str], object]
) -> None:
    """Make the base in one transaction: staff, seals, the family. From now on people can sign in. Raises NotEmpty.

    Does nothing where there is one already.
    """
    from linli.ground.accounts.models import Account
    from linli.ground.registry.models import Person
    from linli.services.casework.models import Case
    from linli.web.demonstration import progress
    from linli.web.demonstration.building import FAMILY, Building
    from linli.web.models import Demonstration

    if Demonstration.objects.exists():
        return
    if any(rows.exists() for rows in (Person.everywhere, Case.everywhere, Account.objects)):
        raise NotEmpty
    begun = now()
    start = begun - dt.timedelta(days=days + 1)
    progress.tell(0, cases)
    with transaction.atomic():
        Demonstration.objects.create(
            id=1, seed=seed, cases=cases, residents=residents, days=days, begun_at=begun, reached_at=start
        )
        building = Building(seed, system_actor(WHY), echo=echo)
        with at(start):
            building.staff()
            building.seals()
            building.people(len(FAMILY))
        building.windows()


def go_on(*, echo: Callable[[str], object], gently: bool = False) -> None:
    """Make what is still missing, from where the last run got to. gently: leave a server beside it room to write."""
    from linli.services.casework.models import Case
    from linli.web.demonstration import progress
    from linli.web.demonstration.building import SHOWN_STREET, Building
    from linli.web.demonstration.stories import City, plan_applications
    from linli.web.demonstration.strides import in_strides, without_waiting_for_the_disk
    from linli.web.models import Demonstration

    mark = Demonstration.objects.get()
    if mark.finished_at is not None:
        progress.done()
        return
    reached = mark.reached_at or mark.begun_at
    started = mark.begun_at - dt.timedelta(days=mark.days + 1)
    made = Case.everywhere.count()
    progress.tell(made, mark.cases)
    building = Building(mark.seed, system_actor(WHY), echo=echo)
    with without_waiting_for_the_disk():
        with at(started), building.progress("演示居民 / residents", mark.residents) as tick:
            in_strides(building.residents_missing(mark.residents, tick), keep=lambda: None, gently=gently)
        rng = random.Random(f"{mark.seed} {made}")  # noqa: S311 (made-up people)
        city = City(rng, building.members(), building.residents(), now(), since=reached)
        city.take_up()
        plan_applications(city, mark.cases - made, mark.days)

        def keep() -> None:
            Demonstration.objects.filter(pk=mark.pk).update(reached_at=city.reached)
            progress.tell(made + city.submitted, mark.cases)

        days_left = (city.now - reached).days + 1
        with building.progress(f"演示办件 {mark.cases} 件 / cases", days_left) as tick:
            in_strides(city.steps(tick), keep=keep, gently=gently)
    city.leave_questions(SHOWN_STREET)
    building.differences()
    building.screens()
    building.homes()
    mark.reached_at = mark.finished_at = now()
    mark.save(update_fields=["reached_at", "finished_at"])
    progress.done()


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
