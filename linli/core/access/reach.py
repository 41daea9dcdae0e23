"""How far a right reaches: counties, communities, a department's line, or one person's own rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Reach:
    """The rows on which somebody holds a permission. An empty reach reaches nothing.

    counties: six-digit county codes. communities: ids within those counties, None for all of them.
    department: only rows of this department's line, None for all lines.
    persons: rows that belong to one of these persons, wherever they live.
    everything: batches and audits only; `why` then says what for, and is written to the audit log.
    """

    counties: frozenset[str] = frozenset()
    communities: frozenset[UUID] | None = None
    department: str | None = None
    persons: frozenset[UUID] = frozenset()
    everything: bool = False
    why: str = ""
    also: tuple[Reach, ...] = field(default=())

    def is_empty(self) -> bool:
        return not (self.everything or self.counties or self.persons or any(not r.is_empty() for r in self.also))

    def covers(self, county_code: str, community_id: UUID) -> bool:
        """Tell whether a community lies within, whatever the line and whoever the person."""
        if self.everything or any(other.covers(county_code, community_id) for other in self.also):
            return True
        return county_code in self.counties and (self.communities is None or community_id in self.communities)


NOWHERE = Reach()
