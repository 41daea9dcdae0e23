"""Tokens of programs: signed, short-lived, and held against the client's row with each request."""

from __future__ import annotations

from django.core import signing

from linli.core.access import Actor
from linli.core.calendar import now
from linli.ground.accounts import queries as accounts
from linli.ground.exchange import rules
from linli.ground.exchange.models import Client, ClientSecret

SALT = "linli.exchange.token"
ROLE = "client"
"""What stands in the audit log as the role in which a program acts."""


def issue(secret: ClientSecret, scopes: frozenset[str]) -> str:
    """Return a token for the client of a secret, good for rules.TOKEN_SECONDS and as long as the secret is."""
    told = {"k": str(secret.pk), "s": sorted(scopes)}
    return signing.dumps(told, salt=SALT, compress=True)


def actor_of(token: str) -> Actor | None:
    """Return the program behind a token; None for one that is not ours, is over, or whose secret or client is."""
    try:
        told = signing.loads(token, salt=SALT, max_age=rules.TOKEN_SECONDS)
    except signing.BadSignature:
        return None
    secret = ClientSecret.objects.filter(pk=told["k"]).select_related("client__division").first()
    if secret is None or not is_good(secret):
        return None
    return actor_for(secret.client, frozenset(told["s"]))


def is_good(secret: ClientSecret) -> bool:
    """Tell whether a secret counts now: that of a program to which nobody has given anything yet does not."""
    over = secret.ends_at is not None and secret.ends_at <= now()
    return secret.revoked_at is None and not over and secret.client.revoked_at is None and bool(secret.client.scopes)


def actor_for(client: Client, scopes: frozenset[str] | None = None) -> Actor:
    """Return a program as it acts: at its division, with its scopes of today, or those of them that are named."""
    held = frozenset(client.scopes)
    post = accounts.post_at(client.division, role=ROLE, post_id=client.pk, department=client.department)
    return Actor(
        kind="client",
        account_id=client.pk,
        name=client.name,
        post=post,
        posts=(post,),
        scopes=held if scopes is None else held & scopes,
    )
