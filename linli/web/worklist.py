"""What the shells themselves put on the staff's one worklist: deliveries inside the house that gave up."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access import Actor
from linli.core.design import worklist
from linli.core.design.worklist import Line, counted
from linli.core.events import queries as events
from linli.web import permissions as may


def undelivered(actor: Actor, most: int) -> list[Line]:
    return [
        Line(
            title=_("一条内部消息没有送到：%(event)s") % {"event": one.event.rsplit(".", 1)[-1]},
            url=reverse("web:operations"),
            note=one.subscriber.rsplit(".", 1)[-1],
            since=one.failed_at,
        )
        for one in events.undelivered(most)
    ]


def register() -> None:
    worklist.register(
        "undelivered", gettext_lazy("运行"), "settings", "web:operations", [may.OPERATE], undelivered,
        counted(lambda actor: events.given_up()), order=60,
    )  # fmt: skip
