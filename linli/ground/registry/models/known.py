"""Two times for one fact: when it held in the world, and from when until when we believed it.

A row is never rewritten. Whoever learns better supersedes it and writes what she knows now, so that both questions have
an answer: who lived here on a day (`holding(day)`), and what we knew of that at a moment (`holding(day, known_at)`).
Terms: valid time and transaction time (ISO/IEC 9075-2:2011, application-time and system-versioned periods).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q

from linli.core.ids import new_id
from linli.core.shards.rows import InCounty


class Known(InCounty):
    """Base of facts with two times. Valid half open: valid_from <= day < valid_to; so is recorded_at … superseded_at."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    """When we knew better; null for what is believed now."""
    recorded_by = models.UUIDField(null=True)
    """The account that told us; null for the program."""
    source = models.CharField(max_length=40)

    class Meta:
        abstract = True

    def holds_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def holding(day: dt.date, known_at: dt.datetime | None = None) -> Q:
    """Return the condition for facts that hold on a day, as believed at a moment; None: as believed now."""
    holds = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    return holds & believed(known_at)


def believed(known_at: dt.datetime | None = None) -> Q:
    """Return the condition for facts that were believed at a moment, whenever they held; None: now."""
    if known_at is None:
        return Q(superseded_at__isnull=True)
    return Q(recorded_at__lte=known_at) & (Q(superseded_at__isnull=True) | Q(superseded_at__gt=known_at))


def ends_after_it_began(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")), name=name
    )  # fmt: skip


def open_once(name: str, *fields: str, **more: Any) -> models.UniqueConstraint:
    """Return the constraint that of what is believed now, one row at most is open for these fields."""
    now_open = Q(superseded_at__isnull=True, valid_to__isnull=True, **more)
    return models.UniqueConstraint(fields=["county_code", *fields], condition=now_open, name=name)
