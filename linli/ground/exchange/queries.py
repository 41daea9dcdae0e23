"""Reading programs, their webhooks and the feed: always from somebody's reach."""

from __future__ import annotations

import ipaddress
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min, QuerySet

from linli.core.access import Actor, permissions
from linli.core.events import outward_types
from linli.core.events.outward import Outward
from linli.ground.accounts import queries as accounts
from linli.ground.exchange import permissions as may
from linli.ground.exchange import rules
from linli.ground.exchange.models import Client, Delivery, DeliveryState, FeedEntry, Webhook


def clients_for(actor: Actor) -> QuerySet[Client]:
    """Return the programs registered where the actor manages them: those in use first, by name."""
    places = accounts.divisions_within(actor, may.MANAGE).order_by()
    rows = Client.objects.select_related("division")
    return rows if actor.kind == "system" else rows.filter(division__in=places)


def webhooks_for(actor: Actor) -> QuerySet[Webhook]:
    return Webhook.objects.filter(client__in=clients_for(actor).values("pk")).select_related("client__division")


def deliveries_for(actor: Actor) -> QuerySet[Delivery]:
    """Return what was told or is to be, newest first."""
    return (
        Delivery.objects.filter(webhook__in=webhooks_for(actor).order_by().values("pk"))
        .select_related("webhook__client__division", "entry")
        .order_by("-created_at", "-id")
    )


def undelivered_of(webhook_ids: list[UUID]) -> dict[UUID, int]:
    """Count what was given up, by webhook."""
    rows = Delivery.objects.filter(webhook__in=webhook_ids, state=DeliveryState.GIVEN_UP)
    return dict(rows.order_by().values_list("webhook").annotate(Count("pk")))


def deliveries_by_state() -> dict[str, int]:
    """Count what is kept of all deliveries, by state: numbers only, for whoever looks after the machine."""
    found = dict(Delivery.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: found.get(state, 0) for state in DeliveryState.values}


def scopes_on_offer() -> dict[str, str]:
    """Return what a program may be given, code to label."""
    return {one.code: str(one.label) for one in rules.for_programs(permissions())}


def types_for(actor: Actor) -> list[Outward]:
    """Return the kinds of news that an actor may hear of."""
    return [one for one in outward_types() if one.permission is None or actor.may(one.permission)]


def feed(actor: Actor) -> QuerySet[FeedEntry]:
    """Return the news within an actor's reach, oldest first: each kind as far as she may see what it tells of."""
    found = FeedEntry.everywhere.none()
    everybodys: list[str] = []
    for one in types_for(actor):
        if one.permission is None:
            everybodys.append(one.type)
        else:
            found |= FeedEntry.objects.within(actor.reach(one.permission)).filter(type=one.type)
    found |= FeedEntry.everywhere.filter(type__in=everybodys)
    return found.order_by("position")


def hears(client_actor: Actor, entry: FeedEntry) -> bool:
    """Tell whether a program may hear of an entry."""
    return feed(client_actor).filter(pk=entry.pk).exists()


def oldest_position() -> int:
    """Return the position of the oldest entry that is kept; 0 for an empty feed."""
    return FeedEntry.everywhere.aggregate(first=Min("position"))["first"] or 0


def networks() -> list[rules.Network]:
    """Return the private networks that the city lets webhooks call."""
    return [ipaddress.ip_network(one.strip(), strict=False) for one in settings.WEBHOOK_NETWORKS if one.strip()]
