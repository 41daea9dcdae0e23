"""What a service item says: its whole content as typed data, checked when it is loaded, saved or published.

The YAML files in items/ and ItemVersion.content have exactly this shape (`extra` fields are refused). Elements after
GB/T 39554.2-2020 and 国发〔2022〕5号; limits are whole numbers of the unit that stands beside them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """A text in the interface's languages: Chinese always, English beside it."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Basis(Part):
    """A legal basis: the act's full name and the article, as printed in the guide."""

    title: str
    article: str = ""
    document: str = ""
    """The document's number, 国发〔2014〕8号."""
    check: bool = False
    """From second hand: a person of the city still has to confirm it."""


Level = Literal["community", "township", "county", "city", "province"]
Unit = Literal["working_days", "calendar_days"]
Step = Literal["receive", "check", "review", "decide"]
Delivery = Literal["electronic", "collect", "post"]
ApplicantKind = Literal["natural_person", "household", "organisation"]
Channel = Literal["window", "online", "self_service", "assisted"]


class Limit(Part):
    """A time limit: legal or promised. days None: the law names none. 0: on the spot."""

    days: int | None = Field(default=None, ge=0, le=400)
    unit: Unit = "working_days"
    basis: str = ""


class Silence(Part):
    """What it means where the body stays silent beyond the legal limit, only where a law says so."""

    means: Literal["granted", "refused"]
    basis: str


class Condition(Part):
    """One condition: words for people, and where it can be computed, the registry fact it looks at."""

    text: Text
    fact: Literal["", "age", "registered_here", "lives_here", "sex", "alive", "groups"] = ""
    at_least: int | None = None
    below: int | None = None
    equals: str | bool | None = None
    includes: str = ""
    """With fact `groups`: the special group that she belongs to (registered_unemployed, …)."""
    answer: str = ""
    """Instead of a fact: the field of the form that tells. What she says of herself refuses nobody; people decide."""
    one_of: list[str] = Field(default_factory=list)
    """With answer: the answers that meet the condition."""
    rule: dict[str, Any] | None = None
    """Instead of one fact: a rule over several (docs/conditions.md)."""
    basis: str = ""

    @property
    def is_computed(self) -> bool:
        return bool(self.fact) or self.rule is not None


class Held(Part):
    """Where the city already holds a material: a fact of the registry, or a certificate of an item."""

    fact: Literal["", "identity", "household_registration"] = ""
    certificate_of: str = ""
    """The code of the item whose valid certificate meets this material."""
    other: Text | None = None
    """A source outside the house (marriage register, insurance): asked by the clerk, not brought by the resident."""


class Material(Part):
    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Text
    form: Literal["original", "copy", "electronic"] = "original"
    count: int = Field(default=1, ge=1, le=20)
    hint: Text | None = None
    """How to bring or photograph it: 拍一张社保卡正面，能看清卡号就行。"""
    source: Literal["applicant", "held", "other_body"] = "applicant"
    held: Held | None = None
    required: bool = True
    when: Text | None = None
    """Needed only in this case; None: always."""
    may_follow: bool = False
    """容缺受理: acceptance is possible without it; it must follow within may_follow_working_days."""
    may_follow_working_days: int = Field(default=5, ge=1, le=60)
    declarable: bool = False
    """告知承诺: a signed declaration may stand in its place (国办发〔2020〕42号)."""


class ChainLink(Part):
    """One step of the review chain, in order. days: the promised working days of this step (they add up to no more than
    the item's promise). department: who acts at county level and above; at community and township "" is the office."""

    level: Level
    step: Step
    department: str = ""
    days: int = Field(default=0, ge=0, le=200)
    also: list[str] = Field(default_factory=list)
    """Departments that handle this step jointly (联办): it ends when all have given theirs."""


class PublicNotice(Part):
    days: int = Field(ge=1, le=60)
    unit: Unit = "working_days"
    stops_clock: bool = True
    basis: str = ""
    names_minors: bool = False
    """Whether an applicant under 18 is posted (特困: never)."""


class SpecialProcedure(Part):
    """行政许可法第四十五条: its time does not count; the applicant is told in writing how long it takes."""

    code: str
    name: Text
    days: int = Field(ge=1, le=365)
    unit: Unit = "working_days"
    basis: str = ""


class Fee(Part):
    fen: int = Field(default=0, ge=0)
    basis: str = ""


class Result(Part):
    """What the applicant gets. kind `certificate` is issued, signed and checkable; `registration`, `service` and
    `payment` end with a signed notice of the decision. template: see certificates/documents/."""

    kind: Literal["certificate", "registration", "service", "payment"]
    name: Text
    template: Literal["approval", "card", "registration", "proof"] = "approval"
    valid_months: int | None = Field(default=None, ge=1, le=1200)
    delivery: list[Delivery] = ["electronic", "collect"]


class Question(Part):
    q: Text
    a: Text


class OnBehalf(Part):
    """On whose behalf a community works here, by the entry of the three lists (own, assisted_task)."""

    list: Literal["statutory_duty", "assisted_task"]
    entry: str
    department: str = ""


class Elsewhere(Part):
    """Why an item is known but not applied for here (R26): an exception needs a document (「原则上」)."""

    reason: Text
    document: str = Field(min_length=1)


class Applicants(Part):
    who: Text
    kinds: list[ApplicantKind] = ["natural_person"]
    conditions: list[Condition] = Field(default_factory=list)
    agents: bool = True
    guardian_applies: bool = False
    registration_basis: str = ""
    """R34: a condition on local registration is allowed only with its basis cited here."""
    proposed_to: list[str] = Field(default_factory=list)
    """Special groups whose members are told of this item (R41a), beside those whom a condition names."""


class Effects(Part):
    """What a granted result changes in the registry (R41a): the special group that it puts the person into, from the
    day of the decision for as long as the result is valid, and the groups whose time it ends."""

    gives: str = ""
    ends: list[str] = Field(default_factory=list)


Domain = Literal[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
LifeEvent = Literal[
    "birth", "schooling", "work", "marriage", "housing", "illness", "hardship", "disability", "leaving_army",
    "old_age", "after_death", "moving", "founding_group", "daily_life",
]  # fmt: skip
Audience = Literal[
    "everyone", "older_people", "children", "parents", "people_with_disability", "people_in_hardship", "job_seekers",
    "veterans", "migrants", "volunteers", "groups",
]  # fmt: skip
Field27 = Literal[
    "employment", "public_order", "public_health", "family_planning", "social_insurance", "social_relief",
    "community_corrections", "culture_sport_education", "convenience", "self_government",
]  # fmt: skip
NationalField = Literal[
    "", "children", "education", "work", "health", "old_age", "housing", "the_weak", "veterans", "culture_sport"
]  # fmt: skip


class Item(Part):
    """One service item, whole."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    number: str = Field(pattern=r"^\d{4}$")
    name: Text
    summary: Text
    """One plain sentence: what it is and for whom."""
    type: Literal[
        "permit", "benefit", "confirmation", "adjudication", "award", "other_power", "public_service", "self_government"
    ]
    domain: Domain
    national_field: NationalField = ""
    fields: list[Field27] = Field(min_length=1)
    life_events: list[LifeEvent] = Field(min_length=1)
    audiences: list[Audience] = Field(min_length=1)
    keywords: list[str] = Field(default_factory=list)
    """What people call it (长寿金, 老人钱), pinyin not needed."""
    legal_basis: list[Basis] = Field(min_length=1)
    sources: list[str] = Field(min_length=1)
    department: str
    """The line responsible (civil_affairs, …)."""
    level: Level
    """Who decides."""
    applicants: Applicants
    materials: list[Material] = Field(default_factory=list)
    form: dict[str, Any]
    """JSON Schema (2020-12) of an object, with an `x-order` list and `x-` hints: see linli.core.forms."""
    legal_limit: Limit
    promised_limit: Limit
    silence: Silence | None = None
    family: Literal["instant", "promised", "round", "urgent"] = "promised"
    chain: list[ChainLink] = Field(min_length=1)
    public_notice: PublicNotice | None = None
    special_procedures: list[SpecialProcedure] = Field(default_factory=list)
    visits: Literal[0, 1, 2] = 0
    fee: Fee = Field(default_factory=Fee)
    result: Result
    effects: Effects | None = None
    accept_anywhere: Literal["community", "street", "county", "city", "province", "nation"] = "city"
    channels: list[Channel] = ["window", "online", "assisted"]
    windows: Text
    on_behalf: OnBehalf | None = None
    remedy: Literal["administrative", "self_government"] = "administrative"
    phone: str = "12345"
    supervision_phone: str = "12345"
    questions: list[Question] = Field(default_factory=list)
    sensitive: bool = False
    """Contents, materials, result and whom it concerns are seen by the applicant and by whoever handles a step of the
    case, nobody else: at no other desk, by no superior, no auditor (计划生育, 法律援助, 社区矫正; R41b)."""
    variance_reason: str = ""
    elsewhere: Elsewhere | None = None
    published_from: dt.date | None = None

    @property
    def is_instant(self) -> bool:
        return self.promised_limit.days == 0
