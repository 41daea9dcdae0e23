"""What the shells themselves put on the staff's one worklist: calls from public screens, deliveries that gave up."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access import Actor
from linli.core.design import worklist
from linli.core.design.dates import said
from linli.core.design.worklist import Line, counted
from linli.core.events import queries as events
from linli.web import permissions as may
from linli.web.kiosk import queries as kiosk


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


def kiosk_calls(actor: Actor, most: int) -> list[Line]:
    return [
        Line(
            title=_("%(name)s有人叫您帮忙") % {"name": call.device.name},
            url=reverse("web:kiosk_calls"),
            due=timezone.localdate(call.called_at),
            note=said(call.called_at, "time"),
            first=True,
            since=call.called_at,
        )
        for call in kiosk.calls_for(actor)[:most]
    ]


def register() -> None:
    worklist.register(
        "kiosk_calls", gettext_lazy("自助机叫人"), "device-mobile", "web:kiosk_calls", [may.ANSWER_CALLS], kiosk_calls,
        counted(kiosk.calls_for), order=5,
    )  # fmt: skip
    worklist.register(
        "undelivered", gettext_lazy("运行"), "settings", "web:operations", [may.OPERATE], undelivered,
        counted(lambda actor: events.given_up()), order=60,
    )  # fmt: skip
