"""What is sent and answered, as typed dictionaries.

Written by scripts/write_client.py from the document of the interface: change that, not this."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class AcceptIn(TypedDict):
    said: NotRequired[str]
    gaps: NotRequired[list[str]]


class AccountOut(TypedDict):
    """An account that a resident has, with those that are joined to it."""

    id: str
    phone: str
    joins: list[JoinOut]


class AccountOutPage(TypedDict):
    items: list[AccountOut]
    next: NotRequired[str | None]


class ActualIn(TypedDict):
    day: str
    hours: NotRequired[list[OpenInput]]
    reason: str


class ActualOut(TypedDict):
    """How a point really was open on a day, where that differs from what was published."""

    id: str
    day: str
    hours: list[Open]
    reason: str
    recorded_at: str


class ActualOutPage(TypedDict):
    items: list[ActualOut]
    next: NotRequired[str | None]


class Answer(TypedDict):
    question: str
    answer: str


class AnswerIn(TypedDict):
    answer: str


class AnswerOut(TypedDict):
    name: str
    label: str
    text: str


class AnswersIn(TypedDict):
    answers: dict[str, Any]


class ApplicantIn(TypedDict):
    """Who applies: by her document as she shows it; a resident who applies for another names her too."""

    id_number: str
    id_kind: NotRequired[Literal["citizen", "hmt_residence", "foreign_residence", "passport"]]
    name: NotRequired[str]
    relation: NotRequired[Literal["child", "spouse", "parent", "guardian", "relative", "proxy"] | None]
    by_authority: NotRequired[bool]


class ApplicantOut(TypedDict):
    """The person, as a list shows her: numbers masked."""

    id: str
    name: str
    id_number: str
    phone: str


class Applicants(TypedDict):
    who: Text
    kinds: NotRequired[list[Literal["natural_person", "household", "organisation"]]]
    conditions: NotRequired[list[Condition]]
    agents: NotRequired[bool]
    guardian_applies: NotRequired[bool]
    registration_basis: NotRequired[str]
    proposed_to: NotRequired[list[str]]


class ApplicantsInput(TypedDict):
    who: TextInput
    kinds: NotRequired[list[Literal["natural_person", "household", "organisation"]]]
    conditions: NotRequired[list[ConditionInput]]
    agents: NotRequired[bool]
    guardian_applies: NotRequired[bool]
    registration_basis: NotRequired[str]
    proposed_to: NotRequired[list[str]]


class AskedOut(TypedDict):
    """What asking has led to: it is open, or waits for a second person."""

    reading: ReadingOut | None
    countersignature_id: str | None


class AskedToRate(TypedDict):
    """What a link to rate asks about: the item, and nothing of the person."""

    item_name: str
    is_over: bool
    is_rated: bool


class AuthorityOut(TypedDict):
    """That a relative or guardian may act for a resident until a day."""

    id: str
    applicant_name: str
    agent_name: str
    relation: str
    ground: str
    valid_from: str
    valid_to: str
    recorded_at: str


class AuthorityOutPage(TypedDict):
    items: list[AuthorityOut]
    next: NotRequired[str | None]


class Basis(TypedDict):
    """A legal basis: the act's full name and the article, as printed in the guide."""

    title: str
    article: NotRequired[str]
    document: NotRequired[str]
    check: NotRequired[bool]


class BasisInput(TypedDict):
    """A legal basis: the act's full name and the article, as printed in the guide."""

    title: str
    article: NotRequired[str]
    document: NotRequired[str]
    check: NotRequired[bool]


class BothCodesIn(TypedDict):
    """The codes that both telephones were sent."""

    phone: str
    other_code: str
    own_code: str


class CallIn(TypedDict):
    hard: NotRequired[bool]


class CallOut(TypedDict):
    """Somebody at a screen asks for help."""

    id: str
    kiosk_id: str
    kiosk_name: str
    called_at: str
    answered_at: str | None
    answered_name: str


class CallOutPage(TypedDict):
    items: list[CallOut]
    next: NotRequired[str | None]


class CaseOut(TypedDict):
    """A case with its history, its answers and materials, and what can be done with it now."""

    number: str
    item_code: str
    item_name: str
    status: Literal[
        "draft",
        "submitted",
        "supplement_requested",
        "accepted",
        "in_review",
        "special_procedure",
        "public_notice",
        "granted",
        "refused",
        "delivered",
        "closed",
        "not_accepted",
        "withdrawn",
        "returned",
    ]
    department: str
    community_code: str
    community_name: str
    step: int
    step_level: str
    step_department: str
    step_due_on: str | None
    due_on: str | None
    submitted_at: str
    priority: str
    version: int
    channel: Literal["online", "window", "assisted", "self_service"]
    applicant: ApplicantOut
    accepted_at: str | None
    decided_at: str | None
    delivered_at: str | None
    closed_at: str | None
    answer_by: str | None
    legal_due_on: str | None
    reason: str
    certificate_number: str
    answers: list[AnswerOut]
    materials: list[MaterialOut]
    history: list[Happened]
    choices: list[ChoiceOut]


class CaseRow(TypedDict):
    """A case in a list."""

    number: str
    item_code: str
    item_name: str
    status: Literal[
        "draft",
        "submitted",
        "supplement_requested",
        "accepted",
        "in_review",
        "special_procedure",
        "public_notice",
        "granted",
        "refused",
        "delivered",
        "closed",
        "not_accepted",
        "withdrawn",
        "returned",
    ]
    department: str
    community_code: str
    community_name: str
    step: int
    step_level: str
    step_department: str
    step_due_on: str | None
    due_on: str | None
    submitted_at: str
    priority: str
    version: int


class CaseRowPage(TypedDict):
    items: list[CaseRow]
    next: NotRequired[str | None]


class CertificateOut(TypedDict):
    """A certificate with what is printed on it."""

    number: str
    title: str
    item_code: str
    case_number: str
    issuer: str
    state: Literal["valid", "expired", "not_yet", "revoked"]
    issued_at: str
    valid_from: str
    valid_to: str | None
    version: int
    holder: str
    facts: list[PrintedFact]
    shown: list[str]
    revoked_at: str | None
    revoked_because: str


class CertificateRow(TypedDict):
    """A certificate in a list."""

    number: str
    title: str
    item_code: str
    case_number: str
    issuer: str
    state: Literal["valid", "expired", "not_yet", "revoked"]
    issued_at: str
    valid_from: str
    valid_to: str | None
    version: int


class CertificateRowPage(TypedDict):
    items: list[CertificateRow]
    next: NotRequired[str | None]


class ChainLink(TypedDict):
    """One step of the review chain, in order. days: the promised working days of this step (they add up to no more than
    the item's promise). department: who acts at county level and above; at community and township "" is the office."""

    level: Literal["community", "township", "county", "city", "province"]
    step: Literal["receive", "check", "review", "decide"]
    department: NotRequired[str]
    days: NotRequired[int]
    also: NotRequired[list[str]]


class ChainLinkInput(TypedDict):
    """One step of the review chain, in order. days: the promised working days of this step (they add up to no more than
    the item's promise). department: who acts at county level and above; at community and township "" is the office."""

    level: Literal["community", "township", "county", "city", "province"]
    step: Literal["receive", "check", "review", "decide"]
    department: NotRequired[str]
    days: NotRequired[int]
    also: NotRequired[list[str]]


class Checked(TypedDict):
    """What everybody who checks a certificate is told: never more than the holder has agreed to."""

    verdict: Literal[
        "valid", "expired", "not_yet", "revoked", "sealed_paper", "altered", "unregistered", "not_ours", "not_pdf"
    ]
    number: str
    title: str
    holder: str
    issuer: str
    valid_from: str | None
    last_day: str | None
    revoked_on: str | None
    revoked_because: str
    is_replaced: bool
    facts: list[PrintedFact]


class ChoiceOut(TypedDict):
    """What can be done with the case now, or why not."""

    action: str
    label: str
    is_open: bool
    refused: str


class CircumstanceIn(TypedDict):
    """value: a whole number (people, fen, grade 1-4), an ISO day, or a class of low income."""

    kind: Literal["lives_here_since", "household_size", "income_per_head_fen", "income_class", "disability_grade"]
    value: str
    source: str
    valid_from: NotRequired[str | None]


class CircumstanceOut(TypedDict):
    id: str
    kind: Literal["lives_here_since", "household_size", "income_per_head_fen", "income_class", "disability_grade"]
    value: str
    source: str
    valid_from: str
    valid_to: str | None


class ClientIn(TypedDict):
    name: str
    answerable: str
    division_code: str
    department: NotRequired[str]
    scopes: list[str]


class ClientOut(TypedDict):
    """A program that an office has registered."""

    id: str
    name: str
    answerable: str
    division_code: str
    department: str
    scopes: list[str]
    asked_scopes: list[str]
    created_at: str
    last_token_at: str | None
    revoked_at: str | None
    version: int


class ClientOutPage(TypedDict):
    items: list[ClientOut]
    next: NotRequired[str | None]


class ClosureIn(TypedDict):
    first_day: str
    last_day: NotRequired[str | None]
    reason: str


class ClosureOut(TypedDict):
    """Days on which a window is closed while the point is open; last_day null: until further."""

    id: str
    first_day: str
    last_day: str | None
    reason: str


class CodeIn(TypedDict):
    applicant: DocumentInput
    item_code: str


class CodeSent(TypedDict):
    """A code went to the telephone that the registry has of her."""

    expires_at: str


class Condition(TypedDict):
    """One condition: words for people, and where it can be computed, the registry fact it looks at."""

    text: Text
    fact: NotRequired[Literal["", "age", "registered_here", "lives_here", "sex", "alive", "groups"]]
    at_least: NotRequired[int | None]
    below: NotRequired[int | None]
    equals: NotRequired[str | bool | None]
    includes: NotRequired[str]
    answer: NotRequired[str]
    one_of: NotRequired[list[str]]
    rule: NotRequired[dict[str, Any] | None]
    basis: NotRequired[str]


class ConditionInput(TypedDict):
    """One condition: words for people, and where it can be computed, the registry fact it looks at."""

    text: TextInput
    fact: NotRequired[Literal["", "age", "registered_here", "lives_here", "sex", "alive", "groups"]]
    at_least: NotRequired[int | None]
    below: NotRequired[int | None]
    equals: NotRequired[str | bool | None]
    includes: NotRequired[str]
    answer: NotRequired[str]
    one_of: NotRequired[list[str]]
    rule: NotRequired[dict[str, Any] | None]
    basis: NotRequired[str]


class ConsentIn(TypedDict):
    agree: bool


class ConsentOut(TypedDict):
    """Whether text messages may be sent; the portal's own come either way."""

    agrees: bool


class CorrectIn(TypedDict):
    """What is to be otherwise; what is left out stays."""

    name: NotRequired[str | None]
    phone: NotRequired[str | None]
    address: NotRequired[str | None]
    sex: NotRequired[Literal["0", "1", "2"] | None]
    birth_date: NotRequired[str | None]
    source: NotRequired[Literal["window", "visit", "self_declared"]]


class CountersignatureOut(TypedDict):
    """An act that somebody has asked for and that another has to confirm."""

    id: str
    act: str
    label: str
    what: str
    state: Literal["waiting", "confirmed", "refused", "withdrawn"]
    asked_by_name: str
    asked_at: str
    expires_at: str
    settled_by_name: str
    settled_at: str | None
    reason: str
    is_mine: bool


class CountersignatureOutPage(TypedDict):
    items: list[CountersignatureOut]
    next: NotRequired[str | None]


class DeathIn(TypedDict):
    on: str


class DeliverIn(TypedDict):
    how: NotRequired[Literal["electronic", "collect", "post"]]


class DeliveryOut(TypedDict):
    """One message to one webhook, and what became of it."""

    id: str
    event_id: str
    position: int
    type: str
    state: Literal["waiting", "delivered", "given_up", "dropped"]
    tries: int
    trouble: str
    tried_at: str | None
    next_at: str | None


class DeliveryOutPage(TypedDict):
    items: list[DeliveryOut]
    next: NotRequired[str | None]


class DemandIn(TypedDict):
    """That a body asked for a proof that nobody may ask for."""

    community_code: str
    proof_name: str
    asking_body: str
    asked_for: str
    note: NotRequired[str]


class DemandOut(TypedDict):
    id: str
    proof_name: str
    asking_body: str
    asked_for: str
    community_name: str
    reported_at: str


class DemandOutPage(TypedDict):
    items: list[DemandOut]
    next: NotRequired[str | None]


class DivisionCounts(TypedDict):
    """What lies below."""

    counties: int
    streets: int
    townships: int
    residents_committees: int
    villagers_committees: int
    communities: int


class DivisionOut(TypedDict):
    """A division with those above it and what lies below, as of a day."""

    id: str
    code: str
    name: str
    short_name: str
    level: Literal["province", "city", "county", "township", "community"]
    kind: str
    county_code: str
    valid_from: str
    valid_to: str | None
    full_name: str
    above: list[DivisionRow]
    counts: DivisionCounts


class DivisionRow(TypedDict):
    """A division from the province to the community."""

    id: str
    code: str
    name: str
    short_name: str
    level: Literal["province", "city", "county", "township", "community"]
    kind: str
    county_code: str
    valid_from: str
    valid_to: str | None


class DivisionRowPage(TypedDict):
    items: list[DivisionRow]
    next: NotRequired[str | None]


class DocumentInput(TypedDict):
    """The document that a person shows."""

    id_number: str
    id_kind: NotRequired[Literal["citizen", "hmt_residence", "foreign_residence", "passport"]]


class DraftIn(TypedDict):
    item_code: str
    applicant: NotRequired[ApplicantIn | None]
    channel: NotRequired[Literal["window", "assisted", "self_service"]]
    mandate_id: NotRequired[str | None]


class DraftOut(TypedDict):
    """A draft with what was filled in, what the city knows already, and what is still missing."""

    id: str
    item_code: str
    item_name: str
    channel: Literal["online", "window", "assisted", "self_service"]
    updated_at: str
    version: int
    answers: dict[str, Any]
    known: dict[str, Any]
    faults: dict[str, Any]
    materials: list[MaterialOut]
    missing: list[Lacking]
    is_ready: bool


class DraftRow(TypedDict):
    """An application that is being filled in."""

    id: str
    item_code: str
    item_name: str
    channel: Literal["online", "window", "assisted", "self_service"]
    updated_at: str
    version: int


class DraftRowPage(TypedDict):
    items: list[DraftRow]
    next: NotRequired[str | None]


class Effects(TypedDict):
    """What a granted result changes in the registry (R41a): the special group that it puts the person into, from the
    day of the decision for as long as the result is valid, and the groups whose time it ends."""

    gives: NotRequired[str]
    ends: NotRequired[list[str]]


class EffectsInput(TypedDict):
    """What a granted result changes in the registry (R41a): the special group that it puts the person into, from the
    day of the decision for as long as the result is valid, and the groups whose time it ends."""

    gives: NotRequired[str]
    ends: NotRequired[list[str]]


class Elsewhere(TypedDict):
    """Why an item is known but not applied for here (R26): an exception needs a document (「原则上」)."""

    reason: Text
    document: str


class ElsewhereInput(TypedDict):
    """Why an item is known but not applied for here (R26): an exception needs a document (「原则上」)."""

    reason: TextInput
    document: str


class EndIn(TypedDict):
    on: NotRequired[str | None]


class EndPointIn(TypedDict):
    on: str


class EndedOut(TypedDict):
    ended: int


class EntryOut(TypedDict):
    """One entry of the log: ids and words of the program, nobody's data."""

    id: str
    at: str
    action: str
    label: str
    actor_kind: str
    actor_role: str
    actor_division: str
    acting_for: str
    purpose: str


class EntryOutPage(TypedDict):
    items: list[EntryOut]
    next: NotRequired[str | None]


class EventOut(TypedDict):
    """One piece of news: a type, ids and states, never a person's data."""

    id: str
    position: int
    type: str
    timestamp: str
    data: dict[str, Any]


class EventPage(TypedDict):
    """News from a position on."""

    items: list[EventOut]
    position: int


class ExceptionIn(TypedDict):
    kind: Literal["closed", "special", "short"]
    first_day: str
    last_day: str
    hours: NotRequired[list[OpenInput]]
    reason: str
    notice: NotRequired[str]
    on_duty_id: NotRequired[str | None]


class ExceptionOut(TypedDict):
    """Days with other hours than the week's."""

    id: str
    kind: Literal["closed", "special", "short"]
    first_day: str
    last_day: str
    hours: list[Open]
    reason: str
    notice: str


class ExtensionIn(TypedDict):
    working_days: int
    because: str


class FactOut(TypedDict):
    """One fact, where it comes from, and the day it was last confirmed."""

    name: str
    label: str
    value: Any
    source: str
    on: str


class FactorsOut(TypedDict):
    """What became of a request to reset second factors."""

    is_done: bool
    waits: bool


class Fault(TypedDict):
    """One thing that is wrong with what was sent, and where it stands."""

    detail: str
    pointer: NotRequired[str | None]
    parameter: NotRequired[str | None]


class Fee(TypedDict):
    fen: NotRequired[int]
    basis: NotRequired[str]


class FeeInput(TypedDict):
    fen: NotRequired[int]
    basis: NotRequired[str]


class FieldProblem(TypedDict):
    """Something that is wrong with a form. field: its name; "" for the form as a whole."""

    field: str
    sentence: str


class FiguresOut(TypedDict):
    """How the cases received since a day went, within reach."""

    since: str
    counts: dict[str, Any]
    by_item: list[ItemFigures]


class FindingOut(TypedDict):
    """A line of a list that is wrong, and how."""

    line: int
    given: str
    expected: str


class FollowUpIn(TypedDict):
    outcome: str
    answer: str


class FollowUpOut(TypedDict):
    """A bad rating that waits to be called back or answered."""

    id: str
    case_number: str
    item_code: str
    score: int
    comment: str
    call_by: str
    answer_by: str
    called_at: str | None
    outcome: str
    answer: str
    closed_at: str | None
    version: int


class FollowUpOutPage(TypedDict):
    items: list[FollowUpOut]
    next: NotRequired[str | None]


class FormIn(TypedDict):
    form: dict[str, Any]


class FormOut(TypedDict):
    """The form of a version: JSON Schema with our hints, the number to change it with, and what is still wrong."""

    id: str
    code: str
    number: int
    version: int
    form: dict[str, Any]
    problems: list[FieldProblem]


class FoundOut(TypedDict):
    id: str
    person_id: str
    name: str
    community_code: str
    item_code: str
    state: Literal["open", "prepared", "set_aside", "gone"]
    day: str
    draft_id: str | None
    note: str
    version: int
    reasons: list[ReasonOut]


class FoundRow(TypedDict):
    """A person who seems to qualify for an item that she neither has nor has asked for."""

    id: str
    person_id: str
    name: str
    community_code: str
    item_code: str
    state: Literal["open", "prepared", "set_aside", "gone"]
    day: str
    draft_id: str | None
    note: str
    version: int


class FoundRowPage(TypedDict):
    items: list[FoundRow]
    next: NotRequired[str | None]


class FromDayInput(TypedDict):
    """From which day on; today where none is named."""

    from_day: NotRequired[str | None]


class GapOut(TypedDict):
    """A day on which no window of a county opens."""

    id: str
    county_code: str
    county_name: str
    day: str
    noticed_at: str


class GapOutPage(TypedDict):
    items: list[GapOut]
    next: NotRequired[str | None]


class GuidanceIn(TypedDict):
    whom: str
    question: str


class GuidanceOut(TypedDict):
    """How an item is handled: what street or department was asked, and what it answered. Nobody's data."""

    id: str
    item_code: str
    item_name: str
    level: Literal["township", "county"]
    department: str
    place: str
    question: str
    asked_at: str
    due_on: str
    answer: str
    answered_at: str | None


class GuidanceOutPage(TypedDict):
    items: list[GuidanceOut]
    next: NotRequired[str | None]


class GuideOut(TypedDict):
    """The guide in plain words, in the language asked for (Accept-Language)."""

    code: str
    name: str
    summary: str
    answers: list[Answer]
    who: str
    conditions: list[str]
    agents: str
    bring: list[Needed]
    held: list[Needed]
    steps: list[GuideStep]
    result: str
    delivery: str
    fee: str
    windows: str
    channels: str
    basis: list[str]
    remedy: str
    limits: list[Answer]
    decider: str
    phone: str
    supervision_phone: str
    questions: list[Answer]
    elsewhere: str


class GuideStep(TypedDict):
    title: str
    text: str


class Happened(TypedDict):
    """One act in a case's history."""

    action: str
    heading: str
    who: str
    at: str
    from_status: Literal[
        "draft",
        "submitted",
        "supplement_requested",
        "accepted",
        "in_review",
        "special_procedure",
        "public_notice",
        "granted",
        "refused",
        "delivered",
        "closed",
        "not_accepted",
        "withdrawn",
        "returned",
    ]
    to_status: Literal[
        "draft",
        "submitted",
        "supplement_requested",
        "accepted",
        "in_review",
        "special_procedure",
        "public_notice",
        "granted",
        "refused",
        "delivered",
        "closed",
        "not_accepted",
        "withdrawn",
        "returned",
    ]
    said: str
    paper: str


class Held(TypedDict):
    """Where the city already holds a material: a fact of the registry, or a certificate of an item."""

    fact: NotRequired[Literal["", "identity", "household_registration"]]
    certificate_of: NotRequired[str]
    other: NotRequired[Text | None]


class HeldInput(TypedDict):
    """Where the city already holds a material: a fact of the registry, or a certificate of an item."""

    fact: NotRequired[Literal["", "identity", "household_registration"]]
    certificate_of: NotRequired[str]
    other: NotRequired[TextInput | None]


class IdentifyIn(TypedDict):
    id_number: str
    id_kind: NotRequired[Literal["citizen", "hmt_residence", "foreign_residence", "passport"]]
    purpose: Literal["application", "check_identity", "contact", "visit", "correct"]


class ImportOut(TypedDict):
    """What a list has done, or would do; with findings it was refused whole, and nothing has changed."""

    on: str
    dry_run: bool
    is_refused: bool
    rows: int
    created: int
    changed: int
    unchanged: int
    ended: int
    missing: int
    findings: list[FindingOut]


class Item(TypedDict):
    """One service item, whole."""

    code: str
    number: str
    name: Text
    summary: Text
    type: Literal[
        "permit", "benefit", "confirmation", "adjudication", "award", "other_power", "public_service", "self_government"
    ]
    domain: Literal[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    national_field: NotRequired[
        Literal[
            "", "children", "education", "work", "health", "old_age", "housing", "the_weak", "veterans", "culture_sport"
        ]
    ]
    fields: list[
        Literal[
            "employment",
            "public_order",
            "public_health",
            "family_planning",
            "social_insurance",
            "social_relief",
            "community_corrections",
            "culture_sport_education",
            "convenience",
            "self_government",
        ]
    ]
    life_events: list[
        Literal[
            "birth",
            "schooling",
            "work",
            "marriage",
            "housing",
            "illness",
            "hardship",
            "disability",
            "leaving_army",
            "old_age",
            "after_death",
            "moving",
            "founding_group",
            "daily_life",
        ]
    ]
    audiences: list[
        Literal[
            "everyone",
            "older_people",
            "children",
            "parents",
            "people_with_disability",
            "people_in_hardship",
            "job_seekers",
            "veterans",
            "migrants",
            "volunteers",
            "groups",
        ]
    ]
    keywords: NotRequired[list[str]]
    legal_basis: list[Basis]
    sources: list[str]
    department: str
    level: Literal["community", "township", "county", "city", "province"]
    applicants: Applicants
    materials: NotRequired[list[Material]]
    form: dict[str, Any]
    legal_limit: Limit
    promised_limit: Limit
    silence: NotRequired[Silence | None]
    family: NotRequired[Literal["instant", "promised", "round", "urgent"]]
    chain: list[ChainLink]
    public_notice: NotRequired[PublicNotice | None]
    special_procedures: NotRequired[list[SpecialProcedure]]
    visits: NotRequired[Literal[0, 1, 2]]
    fee: NotRequired[Fee]
    result: Result
    effects: NotRequired[Effects | None]
    accept_anywhere: NotRequired[Literal["community", "street", "county", "city", "province", "nation"]]
    channels: NotRequired[list[Literal["window", "online", "self_service", "assisted"]]]
    windows: Text
    on_behalf: NotRequired[OnBehalf | None]
    remedy: NotRequired[Literal["administrative", "self_government"]]
    phone: NotRequired[str]
    supervision_phone: NotRequired[str]
    questions: NotRequired[list[Question]]
    sensitive: NotRequired[bool]
    variance_reason: NotRequired[str]
    elsewhere: NotRequired[Elsewhere | None]
    published_from: NotRequired[str | None]


class ItemFigures(TypedDict):
    item_code: str
    received: int
    decided: int
    asked: int
    visits: float | None
    spared_each: float | None
    not_granted: int
    registration: int


class ItemInput(TypedDict):
    """One service item, whole."""

    code: str
    number: str
    name: TextInput
    summary: TextInput
    type: Literal[
        "permit", "benefit", "confirmation", "adjudication", "award", "other_power", "public_service", "self_government"
    ]
    domain: Literal[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    national_field: NotRequired[
        Literal[
            "", "children", "education", "work", "health", "old_age", "housing", "the_weak", "veterans", "culture_sport"
        ]
    ]
    fields: list[
        Literal[
            "employment",
            "public_order",
            "public_health",
            "family_planning",
            "social_insurance",
            "social_relief",
            "community_corrections",
            "culture_sport_education",
            "convenience",
            "self_government",
        ]
    ]
    life_events: list[
        Literal[
            "birth",
            "schooling",
            "work",
            "marriage",
            "housing",
            "illness",
            "hardship",
            "disability",
            "leaving_army",
            "old_age",
            "after_death",
            "moving",
            "founding_group",
            "daily_life",
        ]
    ]
    audiences: list[
        Literal[
            "everyone",
            "older_people",
            "children",
            "parents",
            "people_with_disability",
            "people_in_hardship",
            "job_seekers",
            "veterans",
            "migrants",
            "volunteers",
            "groups",
        ]
    ]
    keywords: NotRequired[list[str]]
    legal_basis: list[BasisInput]
    sources: list[str]
    department: str
    level: Literal["community", "township", "county", "city", "province"]
    applicants: ApplicantsInput
    materials: NotRequired[list[MaterialInput]]
    form: dict[str, Any]
    legal_limit: LimitInput
    promised_limit: LimitInput
    silence: NotRequired[SilenceInput | None]
    family: NotRequired[Literal["instant", "promised", "round", "urgent"]]
    chain: list[ChainLinkInput]
    public_notice: NotRequired[PublicNoticeInput | None]
    special_procedures: NotRequired[list[SpecialProcedureInput]]
    visits: NotRequired[Literal[0, 1, 2]]
    fee: NotRequired[FeeInput]
    result: ResultInput
    effects: NotRequired[EffectsInput | None]
    accept_anywhere: NotRequired[Literal["community", "street", "county", "city", "province", "nation"]]
    channels: NotRequired[list[Literal["window", "online", "self_service", "assisted"]]]
    windows: TextInput
    on_behalf: NotRequired[OnBehalfInput | None]
    remedy: NotRequired[Literal["administrative", "self_government"]]
    phone: NotRequired[str]
    supervision_phone: NotRequired[str]
    questions: NotRequired[list[QuestionInput]]
    sensitive: NotRequired[bool]
    variance_reason: NotRequired[str]
    elsewhere: NotRequired[ElsewhereInput | None]
    published_from: NotRequired[str | None]


class ItemOut(TypedDict):
    """An item in full, as its version in force says it."""

    code: str
    number: str
    name: Text
    summary: Text
    department: str
    domain: int
    version_number: int
    valid_from: str
    valid_to: str | None
    can_apply: bool
    content: Item


class ItemRow(TypedDict):
    """An item that is offered."""

    code: str
    number: str
    name: Text
    summary: Text
    department: str
    domain: int
    version_number: int
    valid_from: str
    valid_to: str | None
    can_apply: bool


class ItemRowPage(TypedDict):
    items: list[ItemRow]
    next: NotRequired[str | None]


class JoinIn(TypedDict):
    """Whose card was read, and which of her accounts is kept."""

    id_number: str
    id_kind: NotRequired[Literal["citizen", "hmt_residence", "foreign_residence", "passport"]]
    keep: str
    other: str


class JoinOut(TypedDict):
    """An account that is joined to another."""

    id: str
    phone: str


class JoinedOut(TypedDict):
    """An account that is joined to one's own."""

    id: str
    phone: str
    joined_at: str


class JoinedOutPage(TypedDict):
    items: list[JoinedOut]
    next: NotRequired[str | None]


class KioskIn(TypedDict):
    place_code: str
    name: str


class KioskOut(TypedDict):
    """A public screen in a hall."""

    id: str
    place_code: str
    place_name: str
    name: str
    registered_at: str
    paired_at: str | None
    seen_at: str | None
    revoked_at: str | None


class KioskOutPage(TypedDict):
    items: list[KioskOut]
    next: NotRequired[str | None]


class Lacking(TypedDict):
    """A material that is still to be given."""

    code: str
    name: str


class Limit(TypedDict):
    """A time limit: legal or promised. days None: the law names none. 0: on the spot."""

    days: NotRequired[int | None]
    unit: NotRequired[Literal["working_days", "calendar_days"]]
    basis: NotRequired[str]


class LimitInput(TypedDict):
    """A time limit: legal or promised. days None: the law names none. 0: on the spot."""

    days: NotRequired[int | None]
    unit: NotRequired[Literal["working_days", "calendar_days"]]
    basis: NotRequired[str]


class LinkIn(TypedDict):
    state: Literal["joined", "apart"]
    said: str
    version: int


class LinkOut(TypedDict):
    """A row of a list and a person who may be one: the weight, and what each column adds to it (log2 of the odds)."""

    id: str
    person_id: str
    source: str
    row_id: str
    state: Literal["asked", "joined", "apart"]
    weight: float
    parts: dict[str, Any]
    version: int


class LinkOutPage(TypedDict):
    items: list[LinkOut]
    next: NotRequired[str | None]


class LookOut(TypedDict):
    """One look at a person's data: when, who (office and role), what was seen, and why."""

    at: str
    who: str
    what: str
    purpose: str


class LookOutPage(TypedDict):
    items: list[LookOut]
    next: NotRequired[str | None]


class MandateOut(TypedDict):
    """By what right somebody applies for another at this visit: name it as mandate_id when a draft begins."""

    id: str
    visit_id: str
    relation: str
    ground: str
    item_code: str
    is_paper_seen: bool
    has_file: bool
    recorded_at: str


class Material(TypedDict):
    code: str
    name: Text
    form: NotRequired[Literal["original", "copy", "electronic"]]
    count: NotRequired[int]
    hint: NotRequired[Text | None]
    source: NotRequired[Literal["applicant", "held", "other_body"]]
    held: NotRequired[Held | None]
    required: NotRequired[bool]
    when: NotRequired[Text | None]
    may_follow: NotRequired[bool]
    may_follow_working_days: NotRequired[int]
    declarable: NotRequired[bool]


class MaterialInput(TypedDict):
    code: str
    name: TextInput
    form: NotRequired[Literal["original", "copy", "electronic"]]
    count: NotRequired[int]
    hint: NotRequired[TextInput | None]
    source: NotRequired[Literal["applicant", "held", "other_body"]]
    held: NotRequired[HeldInput | None]
    required: NotRequired[bool]
    when: NotRequired[TextInput | None]
    may_follow: NotRequired[bool]
    may_follow_working_days: NotRequired[int]
    declarable: NotRequired[bool]


class MaterialOut(TypedDict):
    """A material as it was given."""

    id: str
    code: str
    source: Literal["upload", "paper", "fact", "certificate", "declaration", "later"]
    file_name: str
    verdict: str
    certificate_number: str
    added_at: str
    has_file: bool


class Me(TypedDict):
    """Who asks, as the house sees it."""

    kind: Literal["anonymous", "resident", "organisation", "staff", "client"]
    id: str | None
    name: str
    post: Place | None
    scopes: list[str]


class MessageOut(TypedDict):
    """A message as its receiver reads it."""

    id: str
    title: str
    text: str
    link: str
    at: str
    is_read: bool


class MessageOutPage(TypedDict):
    items: list[MessageOut]
    next: NotRequired[str | None]


class MissingIn(TypedDict):
    code: str
    why: str


class MoveIn(TypedDict):
    community_code: str
    address: NotRequired[str]


class Needed(TypedDict):
    """A material as the applicant reads it. held: the city has it, she does not bring it."""

    name: str
    held: bool
    hint: str
    notes: list[str]


class NewClientOut(TypedDict):
    id: str
    name: str
    answerable: str
    division_code: str
    department: str
    scopes: list[str]
    asked_scopes: list[str]
    created_at: str
    last_token_at: str | None
    revoked_at: str | None
    version: int
    client_secret: str


class NewSecretOut(TypedDict):
    client_id: str
    client_secret: str


class NewStaffOut(TypedDict):
    id: str
    username: str
    name: str
    is_active: bool
    password: str


class NewWebhookOut(TypedDict):
    id: str
    client_id: str
    url: str
    types: list[str]
    is_on: bool
    stopped_because: str
    created_at: str
    secret: str


class NotAcceptIn(TypedDict):
    said: str
    because: Literal["not_needed", "not_here", "registration", "condition"]


class NoticeOut(TypedDict):
    """What is posted for everybody to object to: the least that is needed."""

    number: str
    item_name: str
    name: str
    community: str
    until: str | None


class NoticeOutPage(TypedDict):
    items: list[NoticeOut]
    next: NotRequired[str | None]


class ObjectIn(TypedDict):
    text: str
    contact: NotRequired[str]


class ObjectionAnswerIn(TypedDict):
    answer: str


class ObjectionOut(TypedDict):
    id: str
    case_number: str
    text: str
    raised_at: str
    answer: str
    answered_at: str | None


class ObjectionOutPage(TypedDict):
    items: list[ObjectionOut]
    next: NotRequired[str | None]


class OnBehalf(TypedDict):
    """On whose behalf a community works here, by the entry of the three lists (own, assisted_task)."""

    list: Literal["statutory_duty", "assisted_task"]
    entry: str
    department: NotRequired[str]


class OnBehalfInput(TypedDict):
    """On whose behalf a community works here, by the entry of the three lists (own, assisted_task)."""

    list: Literal["statutory_duty", "assisted_task"]
    entry: str
    department: NotRequired[str]


class Open(TypedDict):
    """From the minute it opens to the minute it closes."""

    opens: str
    closes: str


class OpenInput(TypedDict):
    """From the minute it opens to the minute it closes."""

    opens: str
    closes: str


class OpinionIn(TypedDict):
    verdict: Literal["agree", "disagree", "no_view"]
    answer: NotRequired[str]


class OpinionOut(TypedDict):
    """What another body asks one's department."""

    id: str
    case_number: str
    item_code: str
    item_name: str
    department: str
    is_joint: bool
    question: str
    asked_at: str
    due_on: str
    verdict: str
    answer: str
    answered_at: str | None


class OpinionOutPage(TypedDict):
    items: list[OpinionOut]
    next: NotRequired[str | None]


class OutcomeIn(TypedDict):
    outcome: str


class OwnFacts(TypedDict):
    """What the city knows about oneself, numbers masked."""

    person_id: str
    facts: list[FactOut]


class OwnIdentityIn(TypedDict):
    name: str
    id_number: str
    id_kind: NotRequired[Literal["citizen", "hmt_residence", "foreign_residence", "passport"]]
    community_code: NotRequired[str | None]
    address: NotRequired[str]


class PairingOut(TypedDict):
    id: str
    place_code: str
    place_name: str
    name: str
    registered_at: str
    paired_at: str | None
    seen_at: str | None
    revoked_at: str | None
    code: str


class PermissionOut(TypedDict):
    """One thing that may be done, and the roles that may do it."""

    code: str
    label: str
    roles: list[str]


class PermissionOutPage(TypedDict):
    items: list[PermissionOut]
    next: NotRequired[str | None]


class PersonOut(TypedDict):
    """A person with what is known of her, numbers masked. The look is noted."""

    id: str
    name: str
    sex: Literal["0", "1", "2"]
    birth_date: str
    id_kind: Literal["citizen", "hmt_residence", "foreign_residence", "passport"]
    id_number: str
    phone: str
    community_code: str
    community_name: str
    registered_at: str
    is_alive: bool
    version: int
    facts: list[FactOut]


class PersonRow(TypedDict):
    """A person in a list: numbers masked."""

    id: str
    name: str
    sex: Literal["0", "1", "2"]
    birth_date: str
    id_kind: Literal["citizen", "hmt_residence", "foreign_residence", "passport"]
    id_number: str
    phone: str
    community_code: str
    community_name: str
    registered_at: str
    is_alive: bool
    version: int


class PersonRowPage(TypedDict):
    items: list[PersonRow]
    next: NotRequired[str | None]


class PhoneIn(TypedDict):
    phone: str


class Place(TypedDict):
    """Where somebody acts."""

    division_code: str
    division_name: str
    level: str
    department: str | None
    role: str


class PointIn(TypedDict):
    kind: Literal["service_centre", "service_station"]
    name: str
    address: str
    telephone: str
    division_code: str
    week: dict[str, Any]
    windows: NotRequired[int]


class PointOut(TypedDict):
    """A service point with its week, its windows, and the days that are otherwise."""

    id: str
    division_code: str
    division_name: str
    kind: Literal["service_centre", "service_station"]
    name: str
    address: str
    telephone: str
    valid_from: str
    valid_to: str | None
    version: int
    is_open: bool
    week: dict[str, Any]
    windows: list[WindowOut]
    exceptions: list[ExceptionOut]


class PointRow(TypedDict):
    """A service point: where it is, and how it is reached."""

    id: str
    division_code: str
    division_name: str
    kind: Literal["service_centre", "service_station"]
    name: str
    address: str
    telephone: str
    valid_from: str
    valid_to: str | None
    version: int


class PointRowPage(TypedDict):
    items: list[PointRow]
    next: NotRequired[str | None]


class PointWordsInput(TypedDict):
    kind: Literal["service_centre", "service_station"]
    name: str
    address: str
    telephone: str


class PrepareIn(TypedDict):
    version: int


class PrintedFact(TypedDict):
    label: str
    value: str


class PrintedFactInput(TypedDict):
    label: str
    value: str


class Problem(TypedDict):
    """Why a request was not carried out (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: NotRequired[list[Fault]]


class ProofOut(TypedDict):
    """A proof that nobody may ask for, and what is used in its place."""

    list_name: str
    number: int
    name: str
    instead: str
    valid_from: str


class ProofOutPage(TypedDict):
    items: list[ProofOut]
    next: NotRequired[str | None]


class ProposalOut(TypedDict):
    """What a person may be entitled to and has not asked for, and the rule that proposes it."""

    code: str
    name: str
    summary: str
    because: list[str]
    more_is_asked: bool


class ProposalOutPage(TypedDict):
    items: list[ProposalOut]
    next: NotRequired[str | None]


class PublicNotice(TypedDict):
    days: int
    unit: NotRequired[Literal["working_days", "calendar_days"]]
    stops_clock: NotRequired[bool]
    basis: NotRequired[str]
    names_minors: NotRequired[bool]


class PublicNoticeInput(TypedDict):
    days: int
    unit: NotRequired[Literal["working_days", "calendar_days"]]
    stops_clock: NotRequired[bool]
    basis: NotRequired[str]
    names_minors: NotRequired[bool]


class Question(TypedDict):
    q: Text
    a: Text


class QuestionIn(TypedDict):
    department: str
    question: str


class QuestionInput(TypedDict):
    q: TextInput
    a: TextInput


class RatingIn(TypedDict):
    score: int
    comment: NotRequired[str]


class RatingLinkOut(TypedDict):
    """A page on which the resident before the window rates by herself: once, ten minutes."""

    token: str
    url: str


class RatingOut(TypedDict):
    case_number: str
    score: int
    comment: str
    rated_at: str


class ReadingIn(TypedDict):
    kind: str
    what: str
    purpose: str


class ReadingOut(TypedDict):
    """That one may read what the log says of one subject, until when."""

    id: str
    kind: str
    subject_id: str
    purpose: str
    confirmed_by_name: str
    opened_at: str
    ends_at: str


class ReadingOutPage(TypedDict):
    items: list[ReadingOut]
    next: NotRequired[str | None]


class ReasonIn(TypedDict):
    """A reason is needed: the applicant reads it."""

    said: str


class ReasonOut(TypedDict):
    """A part of the rule that decided. holds null: facts are missing."""

    label: str
    holds: bool | None
    missing: list[str]


class ReceivedObjection(TypedDict):
    """An objection that was taken down."""

    case_number: str
    raised_at: str


class RefusalIn(TypedDict):
    reason: str


class RefuseIn(TypedDict):
    said: str
    because: NotRequired[Literal["", "registration"]]


class RegisterIn(TypedDict):
    """Sex and birth date come from a citizen's number unless they are given."""

    name: str
    id_number: str
    id_kind: NotRequired[Literal["citizen", "hmt_residence", "foreign_residence", "passport"]]
    community_code: str
    phone: NotRequired[str]
    address: NotRequired[str]
    sex: NotRequired[Literal["", "0", "1", "2"]]
    birth_date: NotRequired[str | None]
    registered_community_code: NotRequired[str | None]
    registered_place: NotRequired[str]


class ReplaceIn(TypedDict):
    reason: str
    facts: list[PrintedFactInput]


class Result(TypedDict):
    """What the applicant gets. kind `certificate` is issued, signed and checkable; `registration`, `service` and
    `payment` end with a signed notice of the decision. template: see certificates/documents/."""

    kind: Literal["certificate", "registration", "service", "payment"]
    name: Text
    template: NotRequired[Literal["approval", "card", "registration", "proof"]]
    valid_months: NotRequired[int | None]
    delivery: NotRequired[list[Literal["electronic", "collect", "post"]]]


class ResultInput(TypedDict):
    """What the applicant gets. kind `certificate` is issued, signed and checkable; `registration`, `service` and
    `payment` end with a signed notice of the decision. template: see certificates/documents/."""

    kind: Literal["certificate", "registration", "service", "payment"]
    name: TextInput
    template: NotRequired[Literal["approval", "card", "registration", "proof"]]
    valid_months: NotRequired[int | None]
    delivery: NotRequired[list[Literal["electronic", "collect", "post"]]]


class RetireIn(TypedDict):
    from_day: NotRequired[str | None]
    reason: NotRequired[str]


class ReturnIn(TypedDict):
    reason: NotRequired[str]


class RevealIn(TypedDict):
    field: Literal["id_number", "phone", "address"]
    purpose: Literal["application", "check_identity", "contact", "visit", "correct"]


class Revealed(TypedDict):
    field: Literal["id_number", "phone", "address"]
    value: str


class RevokeAuthorityIn(TypedDict):
    """At a window, whose card was read: one of the two. Left out by a resident, who speaks for herself."""

    shown_by: NotRequired[DocumentInput | None]


class RevokeIn(TypedDict):
    reason: str


class RoleIn(TypedDict):
    role: str
    division_code: str
    department: NotRequired[str]
    valid_from: NotRequired[str | None]
    valid_to: NotRequired[str | None]


class RoleOut(TypedDict):
    """A role held at a division for a time, half open."""

    id: str
    account_id: str
    role: str
    division_code: str
    division_name: str
    department: str
    valid_from: str
    valid_to: str | None
    stands_in_for: str | None
    waits: bool


class RoleOutPage(TypedDict):
    items: list[RoleOut]
    next: NotRequired[str | None]


class RunOut(TypedDict):
    """A batch over everybody. counts: for each item how many qualify, are unknown, and were listed."""

    id: str
    day: str
    started_at: str
    finished_at: str
    engine: Literal["duckdb", "spark"]
    people: int
    facts_sha256: str
    counts: dict[str, Any]


class RunOutPage(TypedDict):
    items: list[RunOut]
    next: NotRequired[str | None]


class SaidIn(TypedDict):
    """A word with an action: the applicant reads it."""

    said: NotRequired[str]


class ScopesIn(TypedDict):
    scopes: list[str]


class SealIn(TypedDict):
    """A new seal of one's own division or a department of it."""

    issuer_name: str
    department: NotRequired[str]
    custodian_id: str


class SealOut(TypedDict):
    id: str
    issuer_name: str
    department: str
    division_code: str
    valid_from: str
    valid_to: str | None
    revoked_at: str | None


class SealOutPage(TypedDict):
    items: list[SealOut]
    next: NotRequired[str | None]


class SealUseOut(TypedDict):
    id: str
    issuer_name: str
    occasion: str
    document: str
    title: str
    case_number: str
    used_at: str


class SealUseOutPage(TypedDict):
    items: list[SealUseOut]
    next: NotRequired[str | None]


class SecretOut(TypedDict):
    """A secret of a program: when it was made, and whether it still counts."""

    id: str
    hint: str
    created_at: str
    ends_at: str | None
    revoked_at: str | None


class SecretOutPage(TypedDict):
    items: list[SecretOut]
    next: NotRequired[str | None]


class SetAsideIn(TypedDict):
    note: str
    version: int


class ShownIn(TypedDict):
    names: list[str]


class SignInOut(TypedDict):
    """A place where one is signed in."""

    id: str
    device: str
    address: str
    method: str
    began_at: str
    seen_at: str
    is_here: bool


class SignInOutPage(TypedDict):
    items: list[SignInOut]
    next: NotRequired[str | None]


class Silence(TypedDict):
    """What it means where the body stays silent beyond the legal limit, only where a law says so."""

    means: Literal["granted", "refused"]
    basis: str


class SilenceInput(TypedDict):
    """What it means where the body stays silent beyond the legal limit, only where a law says so."""

    means: Literal["granted", "refused"]
    basis: str


class SlipOut(TypedDict):
    """What this county's window took in for another county: no personal data."""

    number: str
    item_code: str
    item_name: str
    responsible: str
    status: Literal[
        "draft",
        "submitted",
        "supplement_requested",
        "accepted",
        "in_review",
        "special_procedure",
        "public_notice",
        "granted",
        "refused",
        "delivered",
        "closed",
        "not_accepted",
        "withdrawn",
        "returned",
    ]
    received_at: str
    answer_by: str | None


class SlipOutPage(TypedDict):
    items: list[SlipOut]
    next: NotRequired[str | None]


class SpecialIn(TypedDict):
    said: NotRequired[str]
    code: str


class SpecialProcedure(TypedDict):
    """行政许可法第四十五条: its time does not count; the applicant is told in writing how long it takes."""

    code: str
    name: Text
    days: int
    unit: NotRequired[Literal["working_days", "calendar_days"]]
    basis: NotRequired[str]


class SpecialProcedureInput(TypedDict):
    """行政许可法第四十五条: its time does not count; the applicant is told in writing how long it takes."""

    code: str
    name: TextInput
    days: int
    unit: NotRequired[Literal["working_days", "calendar_days"]]
    basis: NotRequired[str]


class StaffIn(TypedDict):
    """An account and the role that it begins with."""

    role: str
    division_code: str
    department: NotRequired[str]
    valid_from: NotRequired[str | None]
    valid_to: NotRequired[str | None]
    username: str
    name: str
    phone: NotRequired[str]


class StaffOut(TypedDict):
    """A member of staff with the roles that lie within reach."""

    id: str
    username: str
    name: str
    phone: str
    is_active: bool
    must_change_password: bool
    roles: list[RoleOut]


class StaffRow(TypedDict):
    id: str
    username: str
    name: str
    is_active: bool


class StaffRowPage(TypedDict):
    items: list[StaffRow]
    next: NotRequired[str | None]


class StandInIn(TypedDict):
    role_id: str
    deputy_id: str
    starts: str
    ends: str


class SubmitIn(TypedDict):
    by_sms: NotRequired[bool]


class SupplementRequestIn(TypedDict):
    said: NotRequired[str]
    missing: list[MissingIn]


class TagEndIn(TypedDict):
    on: NotRequired[str | None]


class TagIn(TypedDict):
    code: str
    source: str
    valid_from: NotRequired[str | None]
    valid_to: NotRequired[str | None]


class TagOut(TypedDict):
    """That a person belongs to a special group, and what says so."""

    id: str
    code: str
    source: str
    valid_from: str
    valid_to: str | None
    reviewed_at: str


class TagOutPage(TypedDict):
    items: list[TagOut]
    next: NotRequired[str | None]


class Text(TypedDict):
    """A text in the interface's languages: Chinese always, English beside it."""

    zh: str
    en: str


class TextInput(TypedDict):
    """A text in the interface's languages: Chinese always, English beside it."""

    zh: str
    en: str


class TransferIn(TypedDict):
    said: str
    community_code: str


class TwoIn(TypedDict):
    """Who comes, and for whom, each by the document that was read."""

    agent: DocumentInput
    applicant: DocumentInput


class UndeliveredOut(TypedDict):
    """A delivery inside the house that gave up, and why."""

    id: str
    event: str
    subscriber: str
    attempts: int
    failed_at: str
    reason: str


class UndeliveredOutPage(TypedDict):
    items: list[UndeliveredOut]
    next: NotRequired[str | None]


class VarianceIn(TypedDict):
    division_code: str
    area: NotRequired[Literal["all", "urban", "rural"]]
    part: Literal["offer", "days", "fee", "materials", "conditions", "content"]
    standard: NotRequired[str]
    standard_en: NotRequired[str]
    reason: str
    reason_en: NotRequired[str]
    document: str
    from_day: NotRequired[str | None]


class VarianceOut(TypedDict):
    """Where an item differs from what it is elsewhere, to what standard, and why."""

    id: str
    item_code: str
    division_code: str
    division_name: str
    area: Literal["all", "urban", "rural"]
    part: Literal["offer", "days", "fee", "materials", "conditions", "content"]
    standard: str
    standard_en: str
    reason: str
    reason_en: str
    document: str
    valid_from: str
    valid_to: str | None
    version: int


class VarianceOutPage(TypedDict):
    items: list[VarianceOut]
    next: NotRequired[str | None]


class VersionOut(TypedDict):
    id: str
    code: str
    number: int
    status: Literal["draft", "review", "published", "retired"]
    name: str
    department: str
    valid_from: str | None
    valid_to: str | None
    note: str
    version: int
    content: Item


class VersionRow(TypedDict):
    """One version of an item, also one that is being written."""

    id: str
    code: str
    number: int
    status: Literal["draft", "review", "published", "retired"]
    name: str
    department: str
    valid_from: str | None
    valid_to: str | None
    note: str
    version: int


class VersionRowPage(TypedDict):
    items: list[VersionRow]
    next: NotRequired[str | None]


class WayOut(TypedDict):
    """One line of the lifecycle: from, action, to, who may, what the clock does, what it rests on."""

    sources: list[str]
    action: str
    label: str
    target: str
    permission: str
    clock: str
    guards: list[str]
    rests_on: str


class WayOutPage(TypedDict):
    items: list[WayOut]
    next: NotRequired[str | None]


class WebhookIn(TypedDict):
    url: str
    types: NotRequired[list[str]]


class WebhookOut(TypedDict):
    """An address that is told of events as they happen (Standard Webhooks)."""

    id: str
    client_id: str
    url: str
    types: list[str]
    is_on: bool
    stopped_because: str
    created_at: str


class WebhookOutPage(TypedDict):
    items: list[WebhookOut]
    next: NotRequired[str | None]


class WeekIn(TypedDict):
    week: dict[str, Any]
    valid_from: str


class WindowIn(TypedDict):
    number: int


class WindowOut(TypedDict):
    id: str
    number: int
    closures: list[ClosureOut]


class WithdrawSealIn(TypedDict):
    reason: str


class WorkItemOut(TypedDict):
    id: str
    kind: str
    what: str
    case_number: str
    community_code: str
    opened_at: str
    outcome: str
    closed_at: str | None


class WorkItemOutPage(TypedDict):
    items: list[WorkItemOut]
    next: NotRequired[str | None]
