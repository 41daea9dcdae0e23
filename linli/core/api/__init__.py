"""The interface for programs, `/api/v1`: rooms declare operations, everything that all of them share is done here.

A room's `api.py` holds a `Room`; its operations are functions under `@room.get(…)` and `@requires(…)`. They read, call
one service and answer with a schema; what goes wrong rises, and becomes problem details (RFC 9457).
"""

from linli.core.api.answers import In, Out, Page, Paging, keyset, listed, remembered
from linli.core.api.asked import ApiRequest, asked_of
from linli.core.api.rooms import Room, deprecated
from linli.core.api.words import Code, Day, Flag, Number, Words

__all__ = [
    "ApiRequest", "Code", "Day", "Flag", "In", "Number", "Out", "Page", "Paging", "Room", "Words", "asked_of",
    "deprecated", "keyset", "listed", "remembered",
]  # fmt: skip
