"""For programs about themselves: who they are, what has happened, and the programs that administrators look after."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from linli.core.access import dangerous, open_to_all, requires
from linli.core.api import Code, In, Out, Page, Paging, Room, asked_of, keyset, remembered
from linli.core.api.problems import ApiProblem
from linli.core.api.words import Most, Position
from linli.ground.accounts import queries as accounts
from linli.ground.exchange import permissions as may
from linli.ground.exchange import queries, services
from linli.ground.exchange.linkage import records
from linli.ground.exchange.models import Client, ClientSecret, Delivery, FeedEntry, LinkCandidate, Webhook

room = Room("exchange", _("对外接口"))


class Place(Out):
    """Where somebody acts."""

    division_code: str
    division_name: str
    level: str
    department: str | None
    role: str


class Me(Out):
    """Who asks, as the house sees it."""

    kind: Literal["anonymous", "resident", "organisation", "staff", "client"]
    id: UUID | None
    name: str
    post: Place | None
    scopes: list[str] = Field(description="Of a program: what its token lets it do")


class EventOut(Out):
    """One piece of news: a type, ids and states, never a person's data."""

    id: UUID
    position: int = Field(description="Positions grow; none is ever added before one that was read")
    type: str
    timestamp: dt.datetime
    data: dict[str, Any]


class EventPage(Out):
    """News from a position on."""

    items: list[EventOut]
    position: int = Field(description="Hand it over as `after` to read on, also when nothing was new")


class ClientOut(Out):
    """A program that an office has registered."""

    id: UUID
    name: str
    answerable: str
    division_code: str
    department: str
    scopes: list[str]
    asked_scopes: list[str] = Field(description="What it is to hold once a second person has confirmed it")
    created_at: dt.datetime
    last_token_at: dt.datetime | None
    revoked_at: dt.datetime | None
    version: int


class ClientIn(In):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    answerable: Annotated[str, Field(min_length=1, max_length=120)] = Field(description="Whom to call")
    division_code: Annotated[str, Field(pattern=r"^[0-9]{12}$")]
    department: Annotated[str, Field(max_length=32)] = ""
    scopes: Annotated[list[Code], Field(min_length=1, max_length=100)]


class ScopesIn(In):
    scopes: Annotated[list[Code], Field(min_length=1, max_length=100)]


class NewClientOut(ClientOut):
    client_secret: str = Field(description="Shown this once")


class NewSecretOut(Out):
    client_id: UUID
    client_secret: str = Field(description="Shown this once; earlier ones count for seven more days")


class SecretOut(Out):
    """A secret of a program: when it was made, and whether it still counts."""

    id: UUID
    hint: str = Field(description="How it begins")
    created_at: dt.datetime
    ends_at: dt.datetime | None = Field(description="Until when an older one still counts")
    revoked_at: dt.datetime | None


class WebhookIn(In):
    url: Annotated[str, Field(min_length=1, max_length=300)]
    types: Annotated[list[Code], Field(max_length=50)] = Field(default_factory=list)


class WebhookOut(Out):
    """An address that is told of events as they happen (Standard Webhooks)."""

    id: UUID
    client_id: UUID
    url: str
    types: list[str]
    is_on: bool
    stopped_because: str
    created_at: dt.datetime


class NewWebhookOut(WebhookOut):
    secret: str = Field(description="What messages are signed with; shown this once")


class DeliveryOut(Out):
    """One message to one webhook, and what became of it."""

    id: UUID
    event_id: UUID
    position: int
    type: str
    state: Literal["waiting", "delivered", "given_up", "dropped"]
    tries: int
    trouble: str
    tried_at: dt.datetime | None
    next_at: dt.datetime | None


def client_out(client: Client) -> dict[str, Any]:
    names = set(ClientOut.model_fields) - {"division_code"}
    return {**{name: getattr(client, name) for name in names}, "division_code": client.division.code}


def webhook_out(webhook: Webhook) -> dict[str, Any]:
    return {name: getattr(webhook, name) for name in WebhookOut.model_fields}


def delivery_out(delivery: Delivery) -> DeliveryOut:
    names = set(DeliveryOut.model_fields) - {"event_id", "position", "type"}
    entry = delivery.entry
    return DeliveryOut(
        **{name: getattr(delivery, name) for name in names}, event_id=entry.pk, position=entry.position, type=entry.type
    )  # type: ignore[arg-type]


def event_out(entry: FeedEntry) -> EventOut:
    return EventOut(id=entry.pk, position=entry.position, type=entry.type, timestamp=entry.at, data=entry.data)


@room.get("/me", summary=_("我是谁，能做什么"), response=Me)
@open_to_all("tells whoever asks about herself, and nobody else")
def get_me(request: HttpRequest) -> Me:
    """Tell who the token or the session stands for."""
    actor = asked_of(request).actor
    post = actor.post
    place = Place(
        division_code=post.division_code, division_name=post.division_name, level=post.level,
        department=post.department, role=post.role,
    ) if post else None  # fmt: skip
    return Me(kind=actor.kind, id=actor.account_id, name=actor.name, post=place, scopes=sorted(actor.scopes))  # type: ignore[arg-type]


@room.get("/events", summary=_("按顺序读动态"), response=EventPage, refuses=(410,))
@requires(may.READ_EVENTS)
def list_events(
    request: HttpRequest,
    after: Position = 0,
    limit: Most = 100,
    type: Annotated[str, Field(max_length=60)] = "",
) -> EventPage:
    """Read the news after a position, oldest first: what lies within reach, each kind as far as one may see it.

    News is kept ninety days; a position before that is gone (410): begin anew from 0 and compare.
    """
    oldest = queries.oldest_position()
    if after and after + 1 < oldest:
        raise ApiProblem(410, "events_gone")
    rows = queries.feed(asked_of(request).actor).filter(position__gt=after)
    if type:
        rows = rows.filter(type=type)
    found = [event_out(entry) for entry in rows[:limit]]
    return EventPage(items=found, position=found[-1].position if found else after)


# -- programs, for administrators ------------------------------------------------------------------------------------


@room.get("/clients", summary=_("列出登记的程序"), response=Page[ClientOut])
@requires(may.MANAGE)
def list_clients(request: HttpRequest, paging: Paging) -> Page[ClientOut]:
    """List the programs that are registered within reach."""
    rows = queries.clients_for(asked_of(request).actor)
    return keyset(request, rows, ("-id",), paging, lambda client: ClientOut(**client_out(client)))


@room.post("/clients", summary=_("登记一个程序"), response=NewClientOut, creates=True)
@dangerous
@requires(may.MANAGE)
def register_client(request: HttpRequest, body: ClientIn) -> NewClientOut:
    """Register a program at a division. Its secret is in the first answer only; a repeated one leaves it empty."""
    actor = asked_of(request).actor
    secret = ""

    def make() -> UUID:
        nonlocal secret
        division = accounts.divisions_within(actor, may.MANAGE).get(code=body.division_code)
        new = services.register_client(
            by=actor, name=body.name, answerable=body.answerable, division_id=division.pk, department=body.department,
            scopes=body.scopes,
        )  # fmt: skip
        secret = new.secret
        return new.client.pk

    client = queries.clients_for(actor).get(pk=remembered(request, make))
    return NewClientOut(**client_out(client), client_secret=secret)


@room.get("/clients/{uuid:client_id}", summary=_("看一个程序"), response=ClientOut)
@requires(may.MANAGE)
def get_client(request: HttpRequest, client_id: UUID) -> ClientOut:
    return ClientOut(**client_out(queries.clients_for(asked_of(request).actor).get(pk=client_id)))


@room.put("/clients/{uuid:client_id}/scopes", summary=_("改程序的权限"), response=ClientOut, versioned=True)
@dangerous
@requires(may.MANAGE)
def change_client_scopes(request: HttpRequest, client_id: UUID, body: ScopesIn) -> ClientOut:
    """Say anew what a program may; tokens that are out lose at once what is taken away."""
    asked = asked_of(request)
    client = services.change_scopes(client_id, by=asked.actor, scopes=body.scopes, version=asked.version)
    return ClientOut(**client_out(client))


@room.post("/clients/{uuid:client_id}/secrets", summary=_("发一个新密钥"), response=NewSecretOut, status=201)
@dangerous
@requires(may.MANAGE)
def make_client_secret(request: HttpRequest, client_id: UUID) -> NewSecretOut:
    """Make another secret; earlier ones count for seven more days, so that the program can change over."""
    new = services.new_secret(client_id, by=asked_of(request).actor)
    return NewSecretOut(client_id=new.client.pk, client_secret=new.secret)


@room.get("/clients/{uuid:client_id}/secrets", summary=_("列出程序的密钥"), response=Page[SecretOut])
@requires(may.MANAGE)
def list_client_secrets(request: HttpRequest, client_id: UUID, paging: Paging) -> Page[SecretOut]:
    """List the secrets of a program, newest first; what they say is kept nowhere."""
    rows = queries.clients_for(asked_of(request).actor).get(pk=client_id).secrets.all()
    return keyset(request, rows, ("-created_at", "-id"), paging, _secret_out)


@room.delete("/clients/{uuid:client_id}/secrets/{uuid:secret_id}", summary=_("作废一个密钥"))
@requires(may.MANAGE)
def revoke_client_secret(request: HttpRequest, client_id: UUID, secret_id: UUID) -> None:
    """Let a secret, and every token that was given for it, count no more from this moment on."""
    services.revoke_secret(client_id, secret_id, by=asked_of(request).actor)


def _secret_out(row: ClientSecret) -> SecretOut:
    return SecretOut(**{name: getattr(row, name) for name in SecretOut.model_fields})


@room.post("/clients/{uuid:client_id}/revocation", summary=_("停用一个程序"), response=ClientOut, versioned=True)
@dangerous
@requires(may.MANAGE)
def revoke_client(request: HttpRequest, client_id: UUID) -> ClientOut:
    """Shut a program out from this moment on."""
    asked = asked_of(request)
    return ClientOut(**client_out(services.revoke_client(client_id, by=asked.actor, version=asked.version)))


@room.get("/webhooks", summary=_("列出推送地址"), response=Page[WebhookOut])
@requires(may.MANAGE)
def list_webhooks(request: HttpRequest, paging: Paging, client_id: UUID | None = None) -> Page[WebhookOut]:
    """List the addresses that are told of events."""
    rows = queries.webhooks_for(asked_of(request).actor)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    return keyset(request, rows, ("-id",), paging, lambda webhook: WebhookOut(**webhook_out(webhook)))


@room.post("/clients/{uuid:client_id}/webhooks", summary=_("加一个推送地址"), response=NewWebhookOut, status=201)
@dangerous
@requires(may.MANAGE)
def add_webhook(request: HttpRequest, client_id: UUID, body: WebhookIn) -> NewWebhookOut:
    """Add an address that is told of what the program may hear of. Its secret is shown this once."""
    new = services.add_webhook(client_id, by=asked_of(request).actor, url=body.url, types=body.types)
    assert new.webhook is not None  # noqa: S101 (add_webhook always names it)
    return NewWebhookOut(**webhook_out(new.webhook), secret=new.secret)


@room.post("/webhooks/{uuid:webhook_id}/secret", summary=_("换推送的签名密钥"), response=NewWebhookOut)
@dangerous
@requires(may.MANAGE)
def change_webhook_secret(request: HttpRequest, webhook_id: UUID) -> NewWebhookOut:
    """Change what messages are signed with; for seven days they bear both signatures."""
    new = services.new_webhook_secret(webhook_id, by=asked_of(request).actor)
    assert new.webhook is not None  # noqa: S101 (new_webhook_secret always names it)
    return NewWebhookOut(**webhook_out(new.webhook), secret=new.secret)


@room.post("/webhooks/{uuid:webhook_id}/stop", summary=_("停止推送"), response=WebhookOut)
@requires(may.MANAGE)
def stop_webhook(request: HttpRequest, webhook_id: UUID) -> WebhookOut:
    """Tell an address nothing more; what waits is dropped."""
    return WebhookOut(**webhook_out(services.stop_webhook(webhook_id, by=asked_of(request).actor)))


@room.post("/webhooks/{uuid:webhook_id}/resume", summary=_("恢复推送"), response=WebhookOut)
@requires(may.MANAGE)
def resume_webhook(request: HttpRequest, webhook_id: UUID) -> WebhookOut:
    """Tell an address again, from now on; what it has missed stands in the feed."""
    return WebhookOut(**webhook_out(services.resume_webhook(webhook_id, by=asked_of(request).actor)))


@room.get("/webhooks/{uuid:webhook_id}/deliveries", summary=_("推送了什么"), response=Page[DeliveryOut])
@requires(may.MANAGE)
def list_deliveries(
    request: HttpRequest,
    webhook_id: UUID,
    paging: Paging,
    state: Literal["waiting", "delivered", "given_up", "dropped"] | None = None,
) -> Page[DeliveryOut]:
    """List what was told to an address, newest first, and what became of it."""
    actor = asked_of(request).actor
    rows = queries.deliveries_for(actor).filter(webhook=queries.webhooks_for(actor).get(pk=webhook_id))
    if state is not None:
        rows = rows.filter(state=state)
    return keyset(request, rows, ("-id",), paging, delivery_out)


@room.post("/deliveries/{uuid:delivery_id}/replay", summary=_("重新推送"), response=DeliveryOut)
@requires(may.MANAGE)
def replay_delivery(request: HttpRequest, delivery_id: UUID) -> DeliveryOut:
    """Tell something again, under the same webhook-id, with all its tries."""
    return delivery_out(services.replay(delivery_id, by=asked_of(request).actor))


class LinkOut(Out):
    """A row of a list and a person who may be one: the weight, and what each column adds to it (log2 of the odds)."""

    id: UUID
    person_id: UUID
    source: str
    row_id: str
    state: Literal["asked", "joined", "apart"]
    weight: float
    parts: dict[str, float]
    version: int


class LinkIn(In):
    state: Literal["joined", "apart"]
    said: Annotated[str, Field(min_length=1, max_length=records.SAID_MAX)]
    version: Annotated[int, Field(ge=1)]


@room.get("/links", summary=_("看像同一个人的记录"), response=Page[LinkOut])
@requires(may.LINK)
def list_links(
    request: HttpRequest, paging: Paging, state: Literal["asked", "joined", "apart"] = "asked"
) -> Page[LinkOut]:
    """List the pairs of a list's rows and people of the registry, by default those that somebody has to look at."""
    rows = records.candidates_for(asked_of(request).actor).filter(state=state)
    return keyset(request, rows, ["id"], paging, _link_out)


@room.get("/links/{uuid:candidate_id}", summary=_("看一对记录"), response=LinkOut)
@requires(may.LINK)
def get_link(request: HttpRequest, candidate_id: UUID) -> LinkOut:
    """Tell what is held of one pair."""
    return _link_out(records.candidates_for(asked_of(request).actor).get(pk=candidate_id))


@room.post("/links/{uuid:candidate_id}/decide", summary=_("认定是不是同一个人"), response=LinkOut)
@requires(may.LINK)
def decide_link(request: HttpRequest, candidate_id: UUID, body: LinkIn) -> LinkOut:
    """Join a pair or keep it apart, and say why; neither record is changed, and no run decides it anew."""
    return _link_out(records.decide(candidate_id, by=asked_of(request).actor, **body.model_dump()))


def _link_out(row: LinkCandidate) -> LinkOut:
    return LinkOut.model_validate(row, from_attributes=True)
