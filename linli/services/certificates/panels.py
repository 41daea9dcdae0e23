"""What certificates says on the shells' own pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from linli.core.calendar import today
from linli.services.catalogue import queries as catalogue
from linli.services.certificates import permissions as may
from linli.services.certificates import queries, rules

FOUND = 5
SHORTEST = 6


def certificates_found(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Certificates within the actor's reach by their own number or their case's, from its beginning."""
    actor = request.actor  # type: ignore[attr-defined]
    number = rules.plain_number(request.GET.get("q", "").replace("\x00", ""))[:24]
    if not actor.may(may.VIEW) or len(number) < SHORTEST or not any(one.isdigit() for one in number):
        return None
    found = catalogue.with_version(queries.certificates_for(actor))
    rows = list(found.filter(Q(number__startswith=number) | Q(case_number__startswith=number))[: FOUND + 1])
    if not rows:
        return None
    day = today()
    shown = [(certificate, certificate.state_on(day)) for certificate in rows[:FOUND]]
    return "certificates/_found.html", {"rows": shown, "number": number, "more": len(rows) > FOUND}
