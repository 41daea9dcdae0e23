"""What rooms let be seen of themselves: numbers that are asked of the database when somebody looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Reading = Callable[[], "float | Mapping[str, float]"]
NAME = re.compile(r"linli_[a-z_]+", re.ASCII)


@dataclass(frozen=True)
class Gauge:
    """A number with its meaning. label: by what it is split, "" for a single number."""

    name: str
    meaning: str
    read: Reading
    label: str = ""


_gauges: dict[str, Gauge] = {}


def gauge(name: str, meaning: str, *, label: str = "") -> Callable[[Reading], Reading]:
    """Let a number be seen. The function returns it, or with `label` one for each value of the label.

    meaning: one English sentence. Values of a label are words of the program, never of people, and few. Raises ValueError
    for a name that is no metric of ours or taken.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"{name}: a metric is called linli_…, in small letters")

    def decorate(read: Reading) -> Reading:
        known = _gauges.get(name)
        if known is not None and known.read.__module__ != read.__module__:
            raise ValueError(f"{name} is already read by {known.read.__module__}")
        _gauges[name] = Gauge(name, meaning, read, label)
        return read

    return decorate


def gauges() -> list[Gauge]:
    """Return all that rooms let be seen, by name."""
    return [_gauges[name] for name in sorted(_gauges)]
