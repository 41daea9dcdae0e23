"""Foreign keys between place-bound rows. Each says to the database which county is meant, so that one machine answers.

Without it a join asks every machine for rows that can only lie on one, and Citus refuses it. In migrations they are
plain foreign keys: nothing differs in the tables.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.expressions import Col
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.db.models.fields.related_lookups import RelatedExact, RelatedIn
from django.db.models.sql.where import AND, WhereNode

from linli.core.ids import county_of

KEY = "county_code"


class _County:
    """A lookup by related rows, with their county beside their ids."""

    lhs: Any

    def __init__(self, lhs: Any, rhs: Any) -> None:
        rows = rhs if isinstance(rhs, (list, tuple, set)) else [rhs]
        counties = {getattr(row, KEY, "") or "" for row in rows if isinstance(row, models.Model)}
        is_known = bool(rows) and all(isinstance(row, models.Model) for row in rows) and "" not in counties
        self.counties: list[str] = sorted(counties) if is_known else []
        super().__init__(lhs, rhs)  # type: ignore[call-arg]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        sql, params = super().as_sql(compiler, connection)  # type: ignore[misc]
        if not self.counties or not isinstance(self.lhs, Col):
            return sql, params
        column = f"{compiler.quote_name_unless_alias(self.lhs.alias)}.{connection.ops.quote_name(KEY)}"
        here = "= %s" if len(self.counties) == 1 else f"IN ({', '.join(['%s'] * len(self.counties))})"
        return f"({column} {here} AND {sql})", (*self.counties, *params)


class ExactInCounty(_County, RelatedExact):  # type: ignore[misc]
    pass


class AnyInCounty(_County, RelatedIn):  # type: ignore[misc]
    pass


class _InCounty:
    """What keys to a row of the same county have in common."""

    plain: str
    model: Any
    remote_field: Any

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        return name, self.plain, args, kwargs

    def get_extra_restriction(self, alias: str, related_alias: str) -> WhereNode:
        """Join on the county too: alias is the side that the key points to, related_alias the side that holds it."""
        there = self.remote_field.model._meta.get_field(KEY)
        here = self.model._meta.get_field(KEY)
        same = here.get_lookup("exact")(here.get_col(related_alias), there.get_col(alias))
        return WhereNode([same], AND)

    def get_extra_descriptor_filter(self, instance: Any) -> dict[str, Any]:
        return {KEY: instance.county_code}

    def get_forward_related_filter(self, obj: Any) -> dict[str, Any]:
        return {**super().get_forward_related_filter(obj), KEY: obj.county_code}  # type: ignore[misc]


class InCountyKey(_InCounty, models.ForeignKey):  # type: ignore[misc,type-arg]
    """A foreign key to a row of the same county."""

    plain = "django.db.models.ForeignKey"


class InCountyOneToOne(_InCounty, models.OneToOneField):  # type: ignore[misc,type-arg]
    """A one-to-one key to a row of the same county."""

    plain = "django.db.models.OneToOneField"


for _key in (InCountyKey, InCountyOneToOne):
    _key.register_lookup(ExactInCounty)
    _key.register_lookup(AnyInCounty)


class _Across(ForwardManyToOneDescriptor):
    def get_prefetch_querysets(self, instances: Any, querysets: Any = None) -> Any:
        rows = querysets[0] if querysets else self.get_queryset()  # type: ignore[call-arg]
        counties = {county_of(getattr(row, self.field.attname)) for row in instances}
        if "" not in counties:
            rows = rows.filter(county_code__in=sorted(counties))
        return super().get_prefetch_querysets(instances, [rows])


class AcrossCounties(models.ForeignKey):  # type: ignore[type-arg]
    """A foreign key to a row that may lie in another county, whose id says in which (`placed_id`).

    Never joined: `prefetch_related`, not `select_related`. On a cluster no constraint holds it.
    """

    forward_related_accessor_class = _Across

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs

    def get_extra_descriptor_filter(self, instance: Any) -> dict[str, Any]:
        county = county_of(getattr(instance, self.attname))
        return {KEY: county} if county else {}
