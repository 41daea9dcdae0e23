"""What waits for a second person, on the staff's one worklist."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access import Actor
from linli.core.countersign import permissions as may
from linli.core.countersign import queries
from linli.core.design import worklist
from linli.core.design.worklist import Line


def lines(actor: Actor, most: int) -> list[Line]:
    rows = queries.waiting_for(actor)[:most]
    sentences = queries.sentences(rows)
    return [
        Line(
            title=sentences[row.pk],
            url=reverse("countersign:one", args=[row.pk]),
            due=timezone.localdate(row.expires_at),
            note=_("%(name)s 提出的") % {"name": row.asked_by_name},
            since=row.asked_at,
        )
        for row in rows
    ]


def register() -> None:
    worklist.register(
        "countersign", gettext_lazy("第二人确认"), "user-check", "countersign:waiting", [may.SEE], lines,
        lambda actor: len(queries.waiting_for(actor)), order=30,
    )  # fmt: skip
