"""What pages and endpoints share: refusals, stale versions, fragments, idempotency keys."""

from linli.core.http.idempotency import answered, once
from linli.core.http.pages import refusals_shown_on, show
from linli.core.http.refusals import Refused, Stale
from linli.core.http.request import Request
from linli.core.http.versions import save_version

__all__ = ["Refused", "Request", "Stale", "answered", "once", "refusals_shown_on", "save_version", "show"]
