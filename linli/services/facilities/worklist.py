"""Days without a window, on the one worklist of those who can arrange duty for them (R35)."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access import Actor
from linli.core.design import worklist
from linli.core.design.dates import said
from linli.core.design.worklist import Line, counted
from linli.services.facilities import permissions as may
from linli.services.facilities import queries
from linli.services.facilities.models import WindowlessDay


def gaps(actor: Actor) -> QuerySet[WindowlessDay]:
    """Return the coming days without a window that the actor both sees and can mend."""
    return queries.coming_gaps(actor) if actor.may(may.ARRANGE) else WindowlessDay.objects.none()


def lines(actor: Actor, most: int) -> list[Line]:
    return [
        Line(
            title=_("%(day)s没有窗口开") % {"day": said(row.day)},
            url=reverse("facilities:days"),
            due=row.day,
            note=_("%(place)s · 安排值班") % {"place": row.county.short_name},
            since=row.noticed_at,
        )
        for row in gaps(actor)[:most]
    ]


def register() -> None:
    worklist.register(
        "windowless_days", gettext_lazy("没有窗口的日子"), "door-enter", "facilities:days", [may.WATCH], lines,
        counted(gaps), order=40,
    )  # fmt: skip
