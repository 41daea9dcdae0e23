"""The request as our pages get it: who asks stands on it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from linli.core.access import Actor


class Request(HttpRequest):
    """A request behind our middleware. A type only: Django makes plain requests, the middleware fills these in."""

    actor: Actor
    htmx: HtmxDetails
