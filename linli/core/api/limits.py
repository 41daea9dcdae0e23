"""How often one program, account or address may ask: counted in whole minutes, told in the RateLimit headers."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.crypto import blind
from linli.core.http.tally import count_one

WINDOW = 60


def count(request: HttpRequest, actor: Actor) -> tuple[dict[str, str], int]:
    """Count one request; return the headers that tell how it stands, and the seconds to wait (0: go ahead).

    Who is not signed in is counted by address, of which only a keyed digest is kept, for a minute.
    """
    if actor.is_signed_in:
        policy, limit, who = "signed-in", settings.API_REQUESTS_PER_MINUTE, str(actor.account_id)
    else:
        policy, limit = "anybody", settings.API_REQUESTS_PER_MINUTE_OF_ANYBODY
        who = blind(request.META.get("REMOTE_ADDR") or "-", purpose="api.limit")[-32:]
    moment = int(now().timestamp())
    window = moment // WINDOW
    asked = count_one(f"api.{policy}.{window}.{who}", seconds=WINDOW)
    left = (window + 1) * WINDOW - moment
    headers = {
        "RateLimit-Policy": f'"{policy}";q={limit};w={WINDOW}',
        "RateLimit": f'"{policy}";r={max(0, limit - asked)};t={left}',
    }
    return headers, left if asked > limit else 0
