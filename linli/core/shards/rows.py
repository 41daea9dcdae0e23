"""Rows that lie in one county for good."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models

from linli.core.ids import county_of
from linli.core.shards.keys import KEY


def whereabouts(row_id: UUID) -> dict[str, Any]:
    """Return the condition for the row with an id: with its county where the id names one (`placed_id`)."""
    county = county_of(row_id)
    return {"pk": row_id, "county_code": county} if county else {"pk": row_id}


class InCounty(models.Model):
    """Base of place-bound tables: saved and read again under county and id, so that one machine is asked."""

    county_code: Any
    shard_key = KEY

    class Meta:
        abstract = True

    def _do_update(self, base_qs: Any, *rest: Any) -> Any:
        return super()._do_update(base_qs.filter(county_code=self.county_code), *rest)  # type: ignore[misc]

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        rows = type(self)._base_manager.all() if from_queryset is None else from_queryset
        if KEY in self.__dict__:  # else it is the county itself that is being loaded
            rows = rows.filter(**{KEY: self.county_code})
        super().refresh_from_db(using, fields, rows)
