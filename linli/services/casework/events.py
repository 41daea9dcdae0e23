"""What has happened to a case. Ids and plain values; the past tense."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.core.events import Event, tell_outside
from linli.services.casework import permissions as may


@dataclass(frozen=True)
class CaseMoved(Event):
    """A case took one of the ways of its lifecycle; action names which."""

    counted_by = "action"

    case_id: UUID
    county_code: str
    number: str
    action: str
    from_status: str
    to_status: str
    action_id: UUID
    at: dt.datetime
    community_id: UUID | None = None
    accepted_community_id: UUID | None = None
    department: str = ""
    step_department: str = ""
    is_sensitive: bool = False
    """Nobody outside hears of it (R41b)."""


@dataclass(frozen=True)
class CaseFromAfarMoved(Event):
    """A case that another county's window took in has moved: that county keeps a slip of it."""

    county_code: str
    number: str
    to_status: str
    at: dt.datetime


@dataclass(frozen=True)
class QuestionAsked(Event):
    question_id: UUID
    county_code: str


@dataclass(frozen=True)
class QuestionAnswered(Event):
    """How something is handled has been answered: an answer for all who handle the item, without anybody's data."""

    question_id: UUID
    county_code: str
    item_code: str


@dataclass(frozen=True)
class CaseDecided(Event):
    case_id: UUID
    county_code: str
    number: str
    granted: bool
    decided_at: dt.datetime


@dataclass(frozen=True)
class CaseRated(Event):
    case_id: UUID
    county_code: str
    score: int
    rated_at: dt.datetime
    channel: str = "online"


@dataclass(frozen=True)
class AgentApplied(Event):
    """Somebody applied for another person, who is told and can take the case over."""

    case_id: UUID
    county_code: str
    applicant_id: UUID
    agent_id: UUID


@dataclass(frozen=True)
class AppliedWithHelp(Event):
    """A community worker applied for a resident who had agreed to it (上门代办); she is told who did."""

    case_id: UUID
    county_code: str
    applicant_id: UUID
    worker: str


tell_outside(
    CaseMoved, "case.moved", _("办件有了新的进展"), may.VIEW, "number", "action", "from_status", "to_status", "at"
)
