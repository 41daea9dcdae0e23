"""Beside the form of an item in the catalogue's workbench: what a change of it means for those who are filling it in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from linli.services.casework import queries


def drafts_of_item(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """How many drafts stay with the form they were begun with (R152); None while there is none."""
    match = request.resolver_match
    under_way = queries.drafts_under_way(match.kwargs["code"]) if match and "code" in match.kwargs else 0
    return ("casework/_item_form.html", {"drafts": under_way}) if under_way else None
