"""Reading the catalogue. A first version, so that casework can stand on it; the catalogue's own replaces it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.core.calendar import today
from linli.services.catalogue.content import Item
from linli.services.catalogue.models import ItemVersion

_parsed: dict[tuple[UUID, str], Item] = {}


def item(version: ItemVersion) -> Item:
    """Return the content of a version, parsed once a process."""
    key = (version.pk, version.content_hash)
    if key not in _parsed:
        _parsed[key] = Item.model_validate(version.content)
    return _parsed[key]


def published(on: dt.date | None = None) -> QuerySet[ItemVersion]:
    day = on or today()
    rows = ItemVersion.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), status="published")
    return rows.select_related("item").order_by("content__number", "id")


def version_for(code: str, on: dt.date | None = None) -> ItemVersion | None:
    return published(on).filter(item__code=code).first()


def published_version(code: str, on: dt.date | None = None) -> ItemVersion:
    return published(on).get(item__code=code)


def search(q: str) -> list[ItemVersion]:
    return [version for version in published() if q in version.name or q in version.search_text]
