"""What the house's news become: entries of the feed, and messages to webhooks. And the act that two people do."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from linli.core import countersign
from linli.core.access import Actor
from linli.core.countersign.acts import Payload
from linli.core.events import Told, hear_outward
from linli.ground.exchange import permissions as may
from linli.ground.exchange import queries, services
from linli.ground.exchange.models import Client


def note(told: Told) -> None:
    services.note(told)


hear_outward(note)


def _carry_out(payload: Payload, by: Actor, second: Actor) -> None:
    services.grant_scopes(UUID(payload["client_id"]), scopes=payload["scopes"], by=by, second=second)


def _in_words(payloads: Sequence[Payload]) -> list[str]:
    clients = Client.objects.select_related("division").in_bulk([UUID(one["client_id"]) for one in payloads])
    labels = queries.scopes_on_offer()
    return [_asked(clients.get(UUID(one["client_id"])), one["scopes"], labels) for one in payloads]


def _asked(client: Client | None, scopes: Sequence[str], labels: dict[str, str]) -> str:
    if client is None:
        return ""
    named = pgettext("between the parts of a list", "、").join(labels.get(one, one) for one in scopes)
    places = {"name": client.name, "who": client.answerable, "place": client.division.short_name, "scopes": named}
    return _("让程序“%(name)s”（%(who)s负责）在%(place)s能做：%(scopes)s") % places


countersign.register(
    countersign.Act(
        services.GRANT_SCOPES,
        gettext_lazy("让程序接触人和办件"),
        needs=may.MANAGE,
        confirms=may.CONFIRM,
        carry_out=_carry_out,
        describe=_in_words,
        let_go=lambda payload, by: services.let_scopes_go(UUID(payload["client_id"]), scopes=payload["scopes"], by=by),
    )
)
