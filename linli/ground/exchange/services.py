"""Registering programs, changing their secrets, and telling them what happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.countersign import is_wanted
from linli.core.countersign import services as countersign
from linli.core.events import Told, outward_types
from linli.core.http import save_version
from linli.core.ids import new_id
from linli.ground.accounts import queries as accounts
from linli.ground.accounts import roles
from linli.ground.exchange import permissions as may
from linli.ground.exchange import queries, rules, sealed, tokens
from linli.ground.exchange.models import (
    Client,
    ClientSecret,
    Delivery,
    DeliveryState,
    FeedEntry,
    FeedHead,
    Webhook,
)

GRANT_SCOPES = "exchange.grant_scopes"
"""The act that needs a second person where LINLI_FOUR_EYES names it: letting a program reach people or cases."""


@dataclass(frozen=True)
class NewSecret:
    """A client or a webhook with its new secret: known only here and now."""

    client: Client
    secret: str
    webhook: Webhook | None = None


@transaction.atomic
def register_client(
    *, by: Actor, name: str, answerable: str, division_id: UUID, scopes: Sequence[str], department: str = ""
) -> NewSecret:
    """Register a program at a division. Its secret is shown once, and opens nothing of people or cases before a second
    person has said so.

    Raises Division.DoesNotExist out of reach, NameNeeded, DepartmentNotKnown, ScopesNeeded, ScopeNotGood.
    """
    division = accounts.division_for(by, may.MANAGE, division_id)
    name, answerable = " ".join(name.split()), " ".join(answerable.split())
    if not name or not answerable or not (name + answerable).isprintable():
        raise rules.NameNeeded
    if department and department not in roles.departments():
        raise rules.DepartmentNotKnown
    wanted = _checked(scopes)
    asked = rules.reach_people(wanted) if is_wanted(GRANT_SCOPES, by) else []
    client = Client.objects.create(
        id=new_id(),
        name=name[:60],
        answerable=answerable[:120],
        division=division,
        department=department,
        scopes=[] if asked else wanted,
        asked_scopes=wanted if asked else [],
        created_at=now(),
        created_by=by.account_id,
    )
    audit.record(
        by, "exchange.client_registered", client, chain=division.county_code, scopes=client.scopes,
        asked=client.asked_scopes, division=division.code,
    )  # fmt: skip
    _ask(client, by)
    return NewSecret(client, _new_secret(client))


@transaction.atomic
def change_scopes(client_id: UUID, *, by: Actor, scopes: Sequence[str], version: int | None = None) -> Client:
    """Say anew what a program may; tokens that are out lose what is taken away. Raises Client.DoesNotExist, Stale.

    What would newly reach people or cases waits for a second person; it keeps what it may of the rest meanwhile.
    """
    client = _in_use(client_id, by)
    wanted = _checked(scopes)
    more = set(rules.reach_people(wanted)) - set(client.scopes) if is_wanted(GRANT_SCOPES, by) else set()
    now_held = [one for one in wanted if one not in more]
    save_version(client, version, scopes=now_held, asked_scopes=wanted if more else [])
    _record(by, "exchange.scopes_changed", client, scopes=client.scopes, asked=client.asked_scopes)
    _ask(client, by)
    return client


@transaction.atomic
def grant_scopes(client_id: UUID, *, scopes: Sequence[str], by: Actor, second: Actor | None) -> Client:
    """Give a program what was asked for it. Raises SecondPersonNeeded, NotTheSamePerson, AskedAnew, ScopeNotGood."""
    countersign.demand(GRANT_SCOPES, by=by, second=second)
    client = queries.clients_for(by).get(pk=client_id)
    if client.revoked_at is not None or not client.asked_scopes or client.asked_scopes != _checked(scopes):
        raise rules.AskedAnew
    save_version(client, None, scopes=client.asked_scopes, asked_scopes=[])
    _record(by, "exchange.scopes_granted", client, scopes=client.scopes, confirmed_by=second and second.account_id)
    return client


def let_scopes_go(client_id: UUID, *, scopes: Sequence[str], by: Actor) -> None:
    """Forget what was asked for a program: nobody confirmed it."""
    for client in Client.objects.filter(pk=client_id).select_related("division"):
        if client.asked_scopes == sorted(set(scopes)):
            save_version(client, None, asked_scopes=[])
            _record(by, "exchange.scopes_changed", client, scopes=client.scopes)


@transaction.atomic
def new_secret(client_id: UUID, *, by: Actor) -> NewSecret:
    """Make another secret; those before it count for rules.OVERLAP, so that the program can change over."""
    client = _in_use(client_id, by)
    ends = now() + rules.OVERLAP
    client.secrets.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=ends), revoked_at__isnull=True).update(ends_at=ends)
    made = _new_secret(client)
    _record(by, "exchange.secret_made", client)
    return NewSecret(client, made)


@transaction.atomic
def revoke_secret(client_id: UUID, secret_id: UUID, *, by: Actor) -> ClientSecret:
    """Let a secret, and every token that was given for it, count no more from this moment on."""
    client = _in_use(client_id, by)
    secret = client.secrets.get(pk=secret_id)
    if not ClientSecret.objects.filter(pk=secret.pk, revoked_at__isnull=True).update(revoked_at=now()):
        raise rules.SecretIsOver
    _record(by, "exchange.secret_revoked", client, secret=str(secret.pk))
    secret.refresh_from_db()
    return secret


@transaction.atomic
def revoke_client(client_id: UUID, *, by: Actor, version: int | None = None) -> Client:
    """Shut a program out from this moment on; nothing more is told to it."""
    client = _in_use(client_id, by)
    save_version(client, version, revoked_at=now())
    Webhook.objects.filter(client=client, is_on=True).update(is_on=False, stopped_because="revoked")
    _record(by, "exchange.client_revoked", client)
    return client


@transaction.atomic
def add_webhook(client_id: UUID, *, by: Actor, url: str, types: Sequence[str] = ()) -> NewSecret:
    """Add an address that is told of what the program may hear of. Its secret is shown once.

    Raises AddressNotGood, AddressIsPrivate, TypeNotKnown.
    """
    client = _in_use(client_id, by)
    known = {one.type for one in outward_types()}
    if unknown := next((one for one in types if one not in known), None):
        raise rules.TypeNotKnown(type=unknown)
    secret = rules.new_signing_secret()
    webhook = Webhook(
        id=new_id(), client=client, url=rules.check_url(url, queries.networks()), types=sorted(set(types)),
        created_at=now(),
    )  # fmt: skip
    webhook.secret = sealed.closed(webhook, secret)
    webhook.save(force_insert=True)
    _record(by, "exchange.webhook_added", client, webhook=str(webhook.pk))
    return NewSecret(client, secret, webhook)


@transaction.atomic
def new_webhook_secret(webhook_id: UUID, *, by: Actor) -> NewSecret:
    """Change what messages are signed with; for rules.OVERLAP they bear both signatures."""
    webhook = queries.webhooks_for(by).get(pk=webhook_id)
    secret = rules.new_signing_secret()
    save_version(
        webhook, None, former_secret=sealed.closed_as_former(webhook), former_ends_at=now() + rules.OVERLAP,
        secret=sealed.closed(webhook, secret),
    )  # fmt: skip
    _record(by, "exchange.webhook_secret_made", webhook.client, webhook=str(webhook.pk))
    return NewSecret(webhook.client, secret, webhook)


@transaction.atomic
def stop_webhook(webhook_id: UUID, *, by: Actor) -> Webhook:
    """Tell an address nothing more; what waits is dropped."""
    webhook = queries.webhooks_for(by).get(pk=webhook_id)
    _stop(webhook, "by_hand")
    _record(by, "exchange.webhook_stopped", webhook.client, webhook=str(webhook.pk))
    return webhook


@transaction.atomic
def resume_webhook(webhook_id: UUID, *, by: Actor) -> Webhook:
    """Tell an address again, from now on; what it has missed stands in the feed. Raises ClientIsRevoked."""
    webhook = queries.webhooks_for(by).get(pk=webhook_id)
    if webhook.client.revoked_at is not None:
        raise rules.ClientIsRevoked
    save_version(webhook, None, is_on=True, stopped_because="")
    _record(by, "exchange.webhook_resumed", webhook.client, webhook=str(webhook.pk))
    return webhook


@transaction.atomic
def replay(delivery_id: UUID, *, by: Actor) -> Delivery:
    """Tell something again, under the same webhook-id, with all its tries. Raises NothingToReplay."""
    delivery = queries.deliveries_for(by).get(pk=delivery_id)
    if not delivery.webhook.is_on:
        raise rules.NothingToReplay
    delivery.state, delivery.tries, delivery.trouble, delivery.next_at = DeliveryState.WAITING, 0, "", now()
    delivery.save(update_fields=["state", "tries", "trouble", "next_at"])
    _enqueue(delivery)
    _record(by, "exchange.delivery_replayed", delivery.webhook.client, delivery=str(delivery.pk))
    return delivery


# --- the worker's part ---


@transaction.atomic
def note(told: Told) -> FeedEntry:
    """Write news into the feed at the next position, and send it on its way to each webhook that may hear of it."""
    FeedHead.objects.get_or_create(pk=1)
    head = FeedHead.objects.select_for_update().get(pk=1)
    head.position += 1
    head.save(update_fields=["position"])
    entry = FeedEntry.everywhere.create(
        id=new_id(),
        position=head.position,
        type=told.type,
        data=told.data,
        county_code=told.county_code,
        community_id=told.community_id,
        accepted_community_id=told.accepted_community_id,
        department=told.department,
        step_department=told.step_department,
        at=now(),
    )
    for webhook in Webhook.objects.filter(is_on=True).select_related("client__division"):
        wanted = not webhook.types or told.type in webhook.types
        if wanted and queries.hears(tokens.actor_for(webhook.client), entry):
            delivery = Delivery.objects.create(
                id=new_id(), webhook=webhook, entry=entry, created_at=now(), next_at=now()
            )
            _enqueue(delivery)
    return entry


def note_try(delivery: Delivery, *, status: int | None, trouble: str) -> None:
    """Note what a webhook answered, and try again later unless it took it, is gone (410), or was tried long enough."""
    moment = now()
    delivery.tries += 1
    delivery.tried_at = moment
    delivery.next_at = None
    if status is not None and 200 <= status < 300:
        delivery.state, delivery.trouble = DeliveryState.DELIVERED, ""
    else:
        delivery.trouble = trouble or str(status)
        wait = rules.next_try(delivery.tries)
        if wait is None or status == 410:
            delivery.state = DeliveryState.GIVEN_UP
        else:
            delivery.next_at = moment + wait
    with transaction.atomic():
        delivery.save(update_fields=["tries", "tried_at", "next_at", "state", "trouble"])
        if delivery.next_at is not None:
            _enqueue(delivery)
        if status == 410:
            _stop(delivery.webhook, "gone")


def prune(before: dt.datetime) -> int:
    """Delete the news from before a moment; return how many."""
    return FeedEntry.everywhere.filter(at__lt=before).delete()[0]


def note_token(client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(last_token_at=now())


def _stop(webhook: Webhook, because: str) -> None:
    save_version(webhook, None, is_on=False, stopped_because=because)
    Delivery.objects.filter(webhook=webhook, state=DeliveryState.WAITING).update(
        state=DeliveryState.DROPPED, next_at=None
    )


def _enqueue(delivery: Delivery) -> None:
    from linli.ground.exchange.tasks import tell  # the tasks import this module

    tell.using(run_after=delivery.next_at).enqueue(str(delivery.pk), delivery.tries)


def _new_secret(client: Client) -> str:
    secret = rules.new_secret()
    ClientSecret.objects.create(
        id=new_id(), client=client, digest=rules.digest(secret), hint=secret[:12], created_at=now()
    )
    return secret


def _checked(scopes: Sequence[str]) -> list[str]:
    known = queries.scopes_on_offer()
    if not scopes:
        raise rules.ScopesNeeded
    if unknown := next((one for one in scopes if one not in known), None):
        raise rules.ScopeNotGood(scope=unknown[:60])
    return sorted(set(scopes))


def _ask(client: Client, by: Actor) -> None:
    if client.asked_scopes:
        countersign.ask(GRANT_SCOPES, {"client_id": str(client.pk), "scopes": client.asked_scopes}, by=by)


def _in_use(client_id: UUID, by: Actor) -> Client:
    client = queries.clients_for(by).get(pk=client_id)
    if client.revoked_at is not None:
        raise rules.ClientIsRevoked
    return client


def _record(by: Actor, action: str, client: Client, **facts: Any) -> None:
    audit.record(by, action, client, chain=client.division.county_code, **facts)
