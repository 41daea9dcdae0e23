"""The demonstration's outbox: text messages that were never sent, one-time codes among them."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from linli.core.access import open_to_all
from linli.core.messages import queries as messages


@open_to_all("shows what a demonstration would have sent to made-up people; elsewhere there is no such page")
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    return render(request, "accounts/outbox.html", {"lines": messages.outbox(limit=30)})
