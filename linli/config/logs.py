"""How a line of the log reads: when, how grave, who says it, what has happened, and the facts beside it."""

from __future__ import annotations

import logging
import re
from uuid import UUID

USUAL = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message", "asctime", "taskName"}


class WithFacts(logging.Formatter):
    """Our own records say what has happened by a stable name; its ids and counts stand in `extra` and follow as name=value.

    Of other libraries' records nothing more is shown: a request may lie there, with whatever somebody typed.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        line = super().formatMessage(record)
        if record.name.partition(".")[0] != "linli":
            return line
        facts = {name: value for name, value in vars(record).items() if name not in USUAL}
        return " ".join([line, *(f"{name}={_on_one_line(value)}" for name, value in facts.items() if _is_plain(value))])


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | UUID | None)


def _on_one_line(value: object) -> str:
    """An address that somebody asked for may hold a line's end: nobody writes lines of her own into the log."""
    return str(value) if re.fullmatch(r"[\w.:/+-]+", str(value)) else repr(value)
