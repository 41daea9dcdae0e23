"""What a person can do at the desk."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.events import permissions as may
from linli.core.events.queries import given_up
from linli.core.http import Refused
from linli.core.tasks.services import run_afresh


class NotAtTheDesk(Refused):
    code = "events.not_at_the_desk"
    message = _("这一条已经送到，或者已经有人重新投递了，不用再办。")
    status = 409


@transaction.atomic
def deliver_again(delivery_id: UUID, *, by: Actor) -> None:
    """Give a delivery that gave up all its attempts again, the first one now. Raises NotAtTheDesk, PermissionDenied."""
    if not by.may(may.DELIVER_AGAIN):
        raise PermissionDenied
    row = given_up().filter(pk=delivery_id).first()
    if row is None or not run_afresh(row.pk, now()):
        raise NotAtTheDesk
    event, _payload, subscriber = row.args_kwargs["args"]
    audit.record(by, "events.delivered_again", delivery=str(row.pk), event=event, subscriber=subscriber)
