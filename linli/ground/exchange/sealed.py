"""The sealed columns of a webhook: the secrets with which its messages are signed."""

from __future__ import annotations

from linli.core.crypto import register_sealed, seal, unseal
from linli.ground.exchange.models import Webhook

SECRET = "exchange.webhook.secret"  # noqa: S105 (where it is sealed)
FORMER = "exchange.webhook.former_secret"


def closed(webhook: Webhook, secret: str) -> str:
    return seal(secret, where=SECRET, row=webhook.pk)


def closed_as_former(webhook: Webhook) -> str:
    return seal(opened(webhook), where=FORMER, row=webhook.pk)


def opened(webhook: Webhook) -> str:
    return unseal(webhook.secret, where=SECRET, row=webhook.pk)


def former(webhook: Webhook) -> str:
    return unseal(webhook.former_secret, where=FORMER, row=webhook.pk)


def register() -> None:
    """Tell the rotation of keys what is sealed here."""
    register_sealed("exchange.Webhook", "secret", SECRET)
    register_sealed("exchange.Webhook", "former_secret", FORMER)
