"""A manager that answers nothing until it is told whose rows are meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q

from linli.core.access.reach import Reach

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Scope:
    """Which columns of a table say to whom a row belongs. A model states it as `scope = Scope(...)`.

    community: columns with a community's id (any of them in reach is enough); county: the six-digit code;
    department: columns with a line's code (any of them in reach is enough); person: columns with the id of a person whose own row it is.
    Paths may follow a foreign key (`case__community_id`).
    """

    community: tuple[str, ...] = ("community_id",)
    county: str = "county_code"
    department: str | tuple[str, ...] = ()
    person: tuple[str, ...] = ()


def condition(scope: Scope, reach: Reach) -> Q | None:
    """Translate a reach into a condition on the rows: None for all of them, an impossible one for none."""
    if reach.everything:
        return None
    found = Q(pk__in=[])
    if reach.counties:
        here = _one_of(scope.county, sorted(reach.counties))
        if reach.communities is not None:
            any_place = Q(pk__in=[])
            for column in scope.community:
                any_place |= Q(**{f"{column}__in": reach.communities})
            here &= any_place
        if reach.department is not None:
            lines = (scope.department,) if isinstance(scope.department, str) else scope.department
            any_line = Q() if not lines else Q(pk__in=[])
            for column in lines:
                any_line |= Q(**{column: reach.department})
            here &= any_line
        found |= here
    if reach.persons:
        for column in scope.person:
            found |= Q(**{f"{column}__in": reach.persons})
    for other in reach.also:
        more = condition(scope, other)
        if more is None:
            return None
        found |= more
    return found


def _one_of(column: str, values: list[str]) -> Q:
    """Return the condition; one value as an equation, so that an index beginning with it also gives the order."""
    return Q(**{column: values[0]}) if len(values) == 1 else Q(**{f"{column}__in": values})


class ScopedQuerySet(models.QuerySet[M]):
    """Rows that are already within somebody's reach."""


class ScopedManager(models.Manager[M]):
    """Deny by default: every way to the rows but `within` is empty, related managers included.

    The model states `scope`. Beside this manager it keeps `everywhere = models.Manager()` for migrations,
    batches and tests. Forward foreign keys are read through the base manager and still work.
    """

    def get_queryset(self) -> ScopedQuerySet[M]:
        return ScopedQuerySet[M](self.model, using=self._db).none()

    def within(self, reach: Reach) -> ScopedQuerySet[M]:
        """Return the rows that the reach covers."""
        rows = ScopedQuerySet[M](self.model, using=self._db)
        if hasattr(self, "_apply_rel_filters"):  # a related manager: only what belongs to its row
            rows = self._apply_rel_filters(rows)
        if reach.is_empty():
            return rows.none()
        where = condition(self.model.scope, reach)  # type: ignore[attr-defined]
        return rows if where is None else rows.filter(where)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("hand-written SQL knows no reach: ask within(reach), or `everywhere` and say why")

    def create(self, **kwargs: Any) -> M:
        return ScopedQuerySet[M](self.model, using=self._db).create(**kwargs)

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[M]:
        return ScopedQuerySet[M](self.model, using=self._db).bulk_create(*args, **kwargs)
