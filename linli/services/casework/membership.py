"""How many registrations put somebody into a group, ended, and stand: month by month, from the cases themselves (R41a)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import TruncMonth

from linli.core.access import Actor
from linli.core.calendar import today
from linli.ground.registry import queries as registry
from linli.services.casework import permissions as may
from linli.services.casework.models import Case, CaseAction
from linli.services.catalogue import queries as catalogue


@dataclass(frozen=True)
class Month:
    """granted: applications granted in the month. registered: who came to belong to the group by them; the rest of the
    granted belonged to it already. ended: whose time ended. standing: how many belonged to it when the month was over,
    or today.
    """

    month: dt.date
    granted: int
    registered: int
    ended: int
    standing: int

    @property
    def already(self) -> int:
        return self.granted - self.registered


def granted_cases(actor: Actor, group: str) -> QuerySet[Case]:
    """Return the cases within the actor's figures whose granting puts somebody into the group."""
    return Case.objects.within(actor.reach(may.FIGURES)).filter(
        Exists(CaseAction.objects.filter(case_id=OuterRef("pk"), county_code=OuterRef("county_code"), action="grant")),
        item_version__in=catalogue.versions_giving(group).values("pk"),
        decided_at__isnull=False,
    )


def by_month(actor: Actor, group: str, *, months: int = 12) -> list[Month]:
    """Return the last months, the newest first: numbers of cases and of memberships, nobody's name. Four queries."""
    cases = granted_cases(actor, group)
    tags = registry.groups_of_decisions(cases, group)
    day = today()
    first = _months_before(day.replace(day=1), months - 1)
    granted = _counted(cases.annotate(month=TruncMonth("decided_at")))
    registered = _counted(tags.annotate(month=TruncMonth("valid_from")))
    ended = _counted(tags.filter(valid_to__lte=day).annotate(month=TruncMonth("valid_to")))
    standing = sum(n for month, n in registered.items() if month < first)
    standing -= sum(n for month, n in ended.items() if month < first)
    rows = []
    month = first
    while month <= day:
        standing += registered.get(month, 0) - ended.get(month, 0)
        rows.append(Month(month, granted.get(month, 0), registered.get(month, 0), ended.get(month, 0), standing))
        month = _months_before(month, -1)
    return rows[::-1]


def standing(actor: Actor, group: str) -> int:
    """Count who belongs to the group today by a decision within the actor's figures: one by one, not month by month."""
    tags = registry.groups_of_decisions(granted_cases(actor, group), group)
    return tags.filter(valid_from__lte=today()).exclude(valid_to__lte=today()).count()


def _counted(rows: QuerySet[Any]) -> dict[dt.date, int]:
    found = rows.order_by().values("month").annotate(n=Count("pk"))
    return {_day(row["month"]): row["n"] for row in found}


def _day(month: dt.date) -> dt.date:
    return month.date() if isinstance(month, dt.datetime) else month


def _months_before(first: dt.date, months: int) -> dt.date:
    years, month = divmod(first.month - 1 - months, 12)
    return dt.date(first.year + years, month + 1, 1)
