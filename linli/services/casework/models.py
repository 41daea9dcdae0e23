from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.core.access import Scope, ScopedManager
from linli.core.ids import grouped, new_id
from linli.core.shards.keys import AcrossCounties, InCountyKey, InCountyOneToOne
from linli.core.shards.rows import InCounty


class Status(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("已收件")
    SUPPLEMENT_REQUESTED = "supplement_requested", _("待补正")
    ACCEPTED = "accepted", _("已受理")
    IN_REVIEW = "in_review", _("审核中")
    SPECIAL_PROCEDURE = "special_procedure", _("特别程序中")
    PUBLIC_NOTICE = "public_notice", _("公示中")
    GRANTED = "granted", _("已批准")
    REFUSED = "refused", _("不予批准")
    DELIVERED = "delivered", _("已送达")
    CLOSED = "closed", _("已办结")
    NOT_ACCEPTED = "not_accepted", _("不予受理")
    WITHDRAWN = "withdrawn", _("已撤回")
    RETURNED = "returned", _("已退回")


OPEN = (
    Status.SUBMITTED, Status.SUPPLEMENT_REQUESTED, Status.ACCEPTED, Status.IN_REVIEW,
    Status.SPECIAL_PROCEDURE, Status.PUBLIC_NOTICE,
)  # fmt: skip
"""Somebody still has to decide."""
WITH_STAFF = (Status.SUBMITTED, Status.ACCEPTED, Status.IN_REVIEW, Status.PUBLIC_NOTICE, Status.SPECIAL_PROCEDURE)
ENDS = (Status.CLOSED, Status.NOT_ACCEPTED, Status.WITHDRAWN, Status.RETURNED)


class Channel(models.TextChoices):
    ONLINE = "online", _("手机或网上")
    WINDOW = "window", _("窗口")
    ASSISTED = "assisted", _("上门代办")
    SELF_SERVICE = "self_service", _("自助机")


class Relation(models.TextChoices):
    CHILD = "child", _("子女")
    SPOUSE = "spouse", _("配偶")
    PARENT = "parent", _("父母")
    GUARDIAN = "guardian", _("监护人")
    RELATIVE = "relative", _("其他亲属")
    PROXY = "proxy", _("受托人")
    COMMUNITY = "community", _("社区工作者代办")


class Ground(models.TextChoices):
    """On what somebody acts for another: a paper, a relation, the law itself, or a consent that was recorded."""

    WRITTEN = "written", _("授权委托书")
    RELATION = "relation", _("关系证明（户口簿、结婚证、出生证、监护证明）")
    PARENT_OF_CHILD = "parent_of_child", _("父母给未满 18 岁的子女办，户口在一处，法律不要委托书")
    SPOKEN = "spoken", _("当面说明，本人同意")
    BY_CODE = "by_code", _("打电话说明，本人报了验证码")
    SIGNED = "signed", _("本人签字的纸，拍了照")


CONSENTS = (Ground.SPOKEN, Ground.BY_CODE, Ground.SIGNED)
"""What stands for a resident's yes when a community worker applies for her."""


class MandateRow(models.Model):
    """By what right somebody acts for another, and who has looked at it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    relation = models.CharField(max_length=12, choices=Relation)
    ground = models.CharField(max_length=16, choices=Ground)
    file = models.ForeignKey("core_files.StoredFile", models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=120, blank=True)
    is_paper_seen = models.BooleanField(default=False)
    recorded_by = models.UUIDField()
    recorded_name = models.CharField(max_length=60)
    recorded_place = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.relation} {self.ground}"

    @property
    def shown(self) -> str:
        """Say what there is: the ground, and whether it was seen or kept."""
        if self.file_id:
            return str(_("%(ground)s，存了扫描件或照片")) % {"ground": self.get_ground_display()}
        if self.is_paper_seen:
            return str(_("%(ground)s，看过原件")) % {"ground": self.get_ground_display()}
        return str(self.get_ground_display())


class Mandate(MandateRow):
    """Recorded at a window or at somebody's door before the first draft; several drafts of one visit rest on one.

    agent_id: who acts, None where the worker herself does. item_code: the item that was agreed to, "" for all that is
    taken in at the visit. Copied to each case (CaseMandate); deleted ninety days later, as drafts are.
    """

    kept_central = "written by many requests, joined with no place-bound table"

    applicant_id = models.UUIDField()
    agent_id = models.UUIDField(null=True)
    visit_id = models.UUIDField()
    item_code = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["recorded_by", "recorded_at"], name="casework_mandates_of")]


class StandingAuthority(MandateRow):
    """That a relative or guardian may act for a resident until a day, for whatever may be done by an agent.

    Recorded at a window with both cards and the paper; each application made by it rests on a Mandate of its own.
    Revoked at any time by either of the two or by the office: it counts no more from that moment.
    """

    applicant_id = models.UUIDField()
    agent_id = models.UUIDField()
    valid_from = models.DateField()
    valid_to = models.DateField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by_id = models.UUIDField(null=True)
    revoked_by = models.CharField(max_length=12, blank=True)
    """Who said so: the resident herself (applicant), the agent, or the office."""

    class Meta:
        indexes = [
            models.Index(fields=["applicant_id", "valid_to"], name="casework_authorities_over"),
            models.Index(fields=["agent_id", "valid_to"], name="casework_authorities_of"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__gt=models.F("valid_from")), name="casework_authority_ends_later"
            ),
            models.CheckConstraint(
                condition=~models.Q(applicant_id=models.F("agent_id")), name="casework_authority_of_two"
            ),
            models.UniqueConstraint(
                fields=["applicant_id", "agent_id"],
                condition=models.Q(revoked_at__isnull=True),
                name="casework_one_authority_a_pair",
            ),
        ]


class ConsentCode(models.Model):
    """A code sent to a resident's telephone, which she tells the worker who may then apply for her. Only its digest."""

    kept_central = "written by many requests, joined with no place-bound table"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    applicant_id = models.UUIDField()
    item_code = models.CharField(max_length=60)
    sent_by = models.UUIDField()
    digest = models.CharField(max_length=80)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["applicant_id", "sent_by"], name="casework_consent_codes_of")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"


class Draft(models.Model):
    """What an applicant has filled in and not yet sent: hers alone, on any device, under the version it began with.

    form_data is sealed JSON. Deleted ninety days after its last change.
    """

    kept_central = "written by many requests, joined with no place-bound table"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_id = models.UUIDField()
    """The account that fills it in: a resident's, or a clerk's at the window."""
    item_version = models.ForeignKey("catalogue.ItemVersion", models.PROTECT, related_name="+")
    applicant_id = models.UUIDField(null=True)
    agent_id = models.UUIDField(null=True)
    agent_relation = models.CharField(max_length=12, choices=Relation, blank=True)
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, related_name="drafts")
    channel = models.CharField(max_length=12, choices=Channel, default=Channel.ONLINE)
    visit_id = models.UUIDField(null=True)
    form_data = models.TextField(blank=True)
    step = models.CharField(max_length=12, default="who")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["owner_id", "updated_at"], name="casework_drafts_of")]

    def __str__(self) -> str:
        return f"{self.item_version_id} {self.updated_at:%Y-%m-%d}"


class MaterialSource(models.TextChoices):
    UPLOAD = "upload", _("上传")
    PAPER = "paper", _("窗口收到纸质材料")
    FACT = "fact", _("系统已核对，不用交")
    CERTIFICATE = "certificate", _("已有证书，不用交")
    DECLARATION = "declaration", _("本人承诺")
    LATER = "later", _("容缺后补")


class MaterialRow(models.Model):
    """A material as it was given. verdict: what the look at the picture said (clear, too_dark, …)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60)
    source = models.CharField(max_length=12, choices=MaterialSource)
    file = models.ForeignKey("core_files.StoredFile", models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=120, blank=True)
    verdict = models.CharField(max_length=20, blank=True)
    certificate_number = models.CharField(max_length=24, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.source}"


class DraftMaterial(MaterialRow):
    kept_central = "written by many requests, joined with no place-bound table"

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="materials")


class Case(InCounty):
    """One application from submission to rating, under the item version it came in with.

    Three places: community is the responsible one (its county is county_code and never changes), home_community where
    the applicant lives, accepted_community whose window took it in. step counts the item's chain from 0; step_level
    and step_department say whose turn it is. form_data is sealed JSON.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("受理编号"), max_length=20)
    county_code = models.CharField(max_length=6, editable=False)
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    home_community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    accepted_community = models.ForeignKey("territory.Division", models.PROTECT, null=True, related_name="+")
    item_version = models.ForeignKey("catalogue.ItemVersion", models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=60)
    department = models.CharField(max_length=32)
    applicant = AcrossCounties("registry.Person", models.PROTECT, related_name="+")
    agent = AcrossCounties("registry.Person", models.PROTECT, null=True, related_name="+")
    agent_relation = models.CharField(max_length=12, choices=Relation, blank=True)
    agent_confirmed_at = models.DateTimeField(null=True)
    channel = models.CharField(_("渠道"), max_length=12, choices=Channel)
    visit_id = models.UUIDField(null=True)
    """Cases taken in at one visit share one receipt."""
    status = models.CharField(_("状态"), max_length=24, choices=Status, default=Status.SUBMITTED)
    resume_status = models.CharField(max_length=24, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    step_level = models.CharField(max_length=12)
    step_department = models.CharField(max_length=32, blank=True)
    step_started_at = models.DateTimeField()
    step_due_on = models.DateField(null=True)
    form_data = models.TextField()
    submitted_at = models.DateTimeField(_("收件时间"))
    accepted_at = models.DateTimeField(_("受理时间"), null=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    delivered_at = models.DateTimeField(_("送达时间"), null=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    answer_by = models.DateField(null=True)
    """Accept, not accept or ask for a supplement by this day; silence is acceptance from the day of receipt."""
    due_on = models.DateField(_("承诺期限"), null=True)
    legal_due_on = models.DateField(_("法定期限"), null=True)
    due_is_provisional = models.BooleanField(default=False)
    promise_shortened_by = models.PositiveSmallIntegerField(default=0)
    """Days by which the promise is shorter than the item's, so that a day once told holds (clock rule 7)."""
    reason = models.TextField(_("理由"), blank=True)
    certificate_number = models.CharField(max_length=24, blank=True)
    priority_reason = models.CharField(max_length=60, blank=True)
    is_repeatable = models.BooleanField(default=False)
    """Two of its kind may run at once (bookings, consultations); of all others one a person."""
    visits_made = models.PositiveSmallIntegerField(default=0)
    materials_spared = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    facts: Any
    """What the lifecycle's guards look at, once queries.with_facts has loaded it."""
    given: "list[CaseMaterial] | None" = None
    """Its materials, where the case has just been made with them."""

    scope = Scope(
        community=("community_id", "accepted_community_id"),
        department=("department", "step_department"),
        person=("applicant_id", "agent_id"),
    )
    objects = ScopedManager["Case"]()
    everywhere = models.Manager["Case"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county_code", "number"], name="casework_number_unique"),
            models.UniqueConstraint(
                fields=["county_code", "applicant", "item_code"],
                condition=Q(status__in=OPEN, is_repeatable=False),
                name="casework_one_running_a_person",
            ),
            models.CheckConstraint(
                name="casework_accepted_has_its_moment",
                condition=~Q(status__in=["accepted", "in_review"]) | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="casework_decided_has_its_moment",
                condition=~Q(status__in=["granted", "refused"]) | Q(decided_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["county_code", "step_level", "step_department", "status", "step_due_on", "id"],
                name="casework_tasks",
            ),
            models.Index(fields=["community", "status", "step_due_on", "id"], name="casework_of_community"),
            models.Index(fields=["applicant", "submitted_at"], name="casework_of_applicant"),
            models.Index(fields=["status", "step_due_on"], name="casework_clock"),
            models.Index(fields=["visit_id"], name="casework_of_visit"),
            models.Index(fields=["county_code", "submitted_at", "id"], name="casework_newest_first"),
            models.Index(fields=["county_code", "decided_at"], name="casework_decided"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def shown_number(self) -> str:
        return grouped(self.number)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def materials_given(self) -> models.QuerySet["CaseMaterial"]:
        """Return the materials of a case that the caller has already reached."""
        return CaseMaterial.everywhere.filter(case=self).order_by("added_at", "id")

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("casework:handle", args=[self.number])


class PartOfCase(InCounty):
    """A row that belongs to a case and shares its county and its scope."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = InCountyKey(Case, models.PROTECT, related_name="%(class)ss")
    county_code = models.CharField(max_length=6, editable=False)

    class Meta:
        abstract = True


class CaseMaterial(InCounty, MaterialRow):
    case = InCountyKey(Case, models.PROTECT, related_name="materials")
    county_code = models.CharField(max_length=6, editable=False)
    given_by = models.UUIDField(null=True)

    scope = Scope(
        community=("case__community_id", "case__accepted_community_id"),
        department=("case__department", "case__step_department"),
        person=("case__applicant_id", "case__agent_id"),
    )
    objects = ScopedManager["CaseMaterial"]()
    everywhere = models.Manager["CaseMaterial"]()


class CaseMandate(InCounty, MandateRow):
    """By what right a case was applied for by another; it stays when the person concerned has taken the case over."""

    case = InCountyOneToOne(Case, models.PROTECT, related_name="mandate")
    county_code = models.CharField(max_length=6, editable=False)

    scope = Scope(
        community=("case__community_id", "case__accepted_community_id"),
        department=("case__department", "case__step_department"),
        person=("case__applicant_id", "case__agent_id"),
    )
    objects = ScopedManager["CaseMandate"]()
    everywhere = models.Manager["CaseMandate"]()


class CaseAction(PartOfCase):
    """One act: who, in which role, where, when, from which state to which, and what was said."""

    action = models.CharField(max_length=40)
    from_status = models.CharField(max_length=24, choices=Status)
    to_status = models.CharField(max_length=24, choices=Status)
    step = models.PositiveSmallIntegerField()
    by_kind = models.CharField(max_length=12)
    by_account = models.UUIDField(null=True)
    by_name = models.CharField(max_length=60)
    by_role = models.CharField(max_length=32, blank=True)
    by_place = models.CharField(max_length=80, blank=True)
    acting_for = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    said = models.TextField(blank=True)
    """What the applicant reads with it."""
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="casework_actions_of")]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"


class PauseKind(models.TextChoices):
    SUPPLEMENT = "supplement", _("等申请人补正")
    SPECIAL_PROCEDURE = "special_procedure", _("特别程序")
    PUBLIC_NOTICE = "public_notice", _("公示")


class Pause(PartOfCase):
    """Days on which the clock stands still, both ends included; the day of the answer counts again."""

    kind = models.CharField(max_length=20, choices=PauseKind)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    planned_until = models.DateField(null=True)
    counts = models.BooleanField(default=False)
    """The clock runs on meanwhile: a public notice whose item says so."""
    told = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(last_day__isnull=True), name="casework_one_open_pause_a_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_day}"


class Flaw(models.TextChoices):
    """What is the matter with a material that was asked for again, in words that the applicant can act on."""

    MISSING = "missing", _("还没有交")
    UNREADABLE = "unreadable", _("看不清，请到亮处重新拍")
    EXPIRED = "expired", _("过期了，请交还有效的")
    WRONG_PERSON = "wrong_person", _("不是本人的，请交本人的")
    INCOMPLETE = "incomplete", _("没有填全")
    WRONG = "wrong", _("填得不对")
    OTHER = "other", _("其他（写在下面）")


class SupplementRequest(InCounty):
    """Everything that is missing, asked for once: the database says so (行政许可法第三十二条)."""

    case = InCountyOneToOne(Case, models.PROTECT, primary_key=True, related_name="supplement")
    county_code = models.CharField(max_length=6, editable=False)
    missing = models.JSONField(_("缺少的材料"))
    """A list of {"code", "name", "why"}; with "flaw" and "more" where the why was put together from them."""
    requested_at = models.DateTimeField()
    requested_by = models.UUIDField(null=True)
    answer_until = models.DateField()
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.case_id}"


class Gap(PartOfCase):
    """A material that may follow (容缺受理), with its date; missing then, the case is returned."""

    material_code = models.CharField(max_length=60)
    due_on = models.DateField()
    met_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "material_code"], name="casework_one_gap_a_material")]

    def __str__(self) -> str:
        return self.material_code


class Extension(PartOfCase):
    """More working days, asked for with reasons and approved by the head: once, at most ten (行政许可法第四十二条)."""

    working_days = models.PositiveSmallIntegerField()
    because = models.CharField(max_length=300)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    approved = models.BooleanField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=~Q(approved=False), name="casework_one_extension_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.working_days}"


class Opinion(PartOfCase):
    """Another department's part: an opinion asked for without handing over, or its share of a joint step (联办)."""

    class Verdict(models.TextChoices):
        AGREE = "agree", _("同意")
        DISAGREE = "disagree", _("不同意")
        NO_VIEW = "no_view", _("没有意见")

    department = models.CharField(max_length=32)
    is_joint = models.BooleanField(default=False)
    step = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=500)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.UUIDField(null=True)
    answered_name = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)

    scope = Scope(community=("case__community_id",), department="department", person=())
    objects = ScopedManager["Opinion"]()
    everywhere = models.Manager["Opinion"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "step", "department"], condition=Q(is_joint=True), name="casework_one_part_a_department"
            )
        ]
        indexes = [models.Index(fields=["county_code", "department", "answered_at"], name="casework_opinions_open")]

    def __str__(self) -> str:
        return f"{self.department}"


class Question(PartOfCase):
    """How is this handled? Asked of street or department from within a case, answered for all who handle the item (R39).

    Unlike an Opinion it asks about the item and not about the person: neither question nor answer names anybody. The
    answer is pinned to the item version and found again by colleagues. place: the division that is asked; level is its
    own; department: the line at a county, "" for a street.
    """

    item_version = models.ForeignKey("catalogue.ItemVersion", models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=60)
    place = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    level = models.CharField(max_length=12)
    department = models.CharField(max_length=32, blank=True)
    question = models.CharField(max_length=1000)
    asked_by = models.UUIDField(null=True)
    asked_name = models.CharField(max_length=60)
    asked_place = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.UUIDField(null=True)
    answered_name = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)

    scope = Scope(community=("case__community_id",), department="department")
    objects = ScopedManager["Question"]()
    everywhere = models.Manager["Question"]()

    class Meta:
        indexes = [
            models.Index(fields=["county_code", "answered_at", "due_on"], name="casework_questions_open"),
            models.Index(fields=["county_code", "item_code", "answered_at"], name="casework_answers_of_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item_code} {self.asked_at:%Y-%m-%d}"


class AcceptanceSlip(InCounty):
    """What the window's county keeps of a case that belongs to another county: no personal data."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    visit_id = models.UUIDField(null=True)
    item_code = models.CharField(max_length=60)
    item_name = models.CharField(max_length=120)
    answer_by = models.DateField(null=True)
    responsible = models.CharField(max_length=80)
    status = models.CharField(max_length=24, choices=Status)
    accepted_by = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    scope = Scope()
    objects = ScopedManager["AcceptanceSlip"]()
    everywhere = models.Manager["AcceptanceSlip"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county_code", "number"], name="casework_one_slip_a_case")]

    def __str__(self) -> str:
        return self.number


class RatingChannel(models.TextChoices):
    """Where a case was rated (国办发〔2019〕51号: at the window, online, by text or code, on the telephone)."""

    ONLINE = "online", _("网上")
    SCREEN = "screen", _("窗口屏幕")
    CODE = "code", _("扫码")
    TELEPHONE = "telephone", _("电话")


class Rating(InCounty):
    """How it went, in five levels (国办发〔2019〕51号): voluntary, once a case.

    asked_by: the account of whoever turned the screen or read the question on the telephone.
    """

    class Score(models.IntegerChoices):
        VERY_SATISFIED = 5, _("非常满意")
        SATISFIED = 4, _("满意")
        FAIR = 3, _("基本满意")
        DISSATISFIED = 2, _("不满意")
        VERY_DISSATISFIED = 1, _("非常不满意")

    case = InCountyOneToOne(Case, models.PROTECT, primary_key=True, related_name="rating")
    county_code = models.CharField(max_length=6, editable=False)
    community_id = models.UUIDField()
    score = models.PositiveSmallIntegerField(choices=Score)
    comment = models.CharField(max_length=500, blank=True)
    channel = models.CharField(max_length=12, choices=RatingChannel)
    asked_by = models.UUIDField(null=True)
    rated_at = models.DateTimeField()

    scope = Scope(person=("case__applicant_id", "case__agent_id"))
    objects = ScopedManager["Rating"]()
    everywhere = models.Manager["Rating"]()

    class Meta:
        constraints = [models.CheckConstraint(name="casework_five_levels", condition=Q(score__range=(1, 5)))]

    def __str__(self) -> str:
        return f"{self.score}"

    @property
    def is_bad(self) -> bool:
        return self.score <= 2


class FollowUp(PartOfCase):
    """A bad rating comes back as work: called back in one working day, answered in five, hard ones in fifteen.

    handled_by: the accounts that worked on the case; none of them may close it (R43).
    """

    class Outcome(models.TextChoices):
        PUT_RIGHT = "put_right", _("已改正")
        PLANNED = "planned", _("列入计划，有日期")
        EXPLAINED = "explained", _("已解释清楚")
        MISTAKEN = "mistaken", _("误评，申请人确认")

    community_id = models.UUIDField()
    handled_by = models.JSONField(default=list)
    call_by = models.DateField()
    answer_by = models.DateField()
    called_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    answer = models.TextField(blank=True)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    scope = Scope(department=("case__department", "case__step_department"))
    objects = ScopedManager["FollowUp"]()
    everywhere = models.Manager["FollowUp"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case"], name="casework_one_follow_up_a_case")]

    def __str__(self) -> str:
        return f"{self.case_id}"


class Escalation(PartOfCase):
    """A step that ran late, and who was told: reminded, then the superior; reached nobody, it becomes a WorkItem."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("提醒")
        OVERDUE = "overdue", _("超期，告知上级")
        SUPERVISION = "supervision", _("超期，转督办")

    step = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    told_role = models.CharField(max_length=32)
    told = models.PositiveSmallIntegerField()
    """How many people it reached."""
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "step", "kind"], name="casework_escalated_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind}"


class WorkItem(InCounty):
    """Something that somebody must look at because nobody was there to be told."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    case = InCountyKey(Case, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    what = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    outcome = models.CharField(max_length=300, blank=True)
    once_key = models.CharField(max_length=120, unique=True)

    scope = Scope(department=("case__department", "case__step_department"))
    objects = ScopedManager["WorkItem"]()
    everywhere = models.Manager["WorkItem"]()

    class Meta:
        indexes = [models.Index(fields=["county_code", "closed_at", "opened_at"], name="casework_work_items")]

    def __str__(self) -> str:
        return self.what


class Objection(PartOfCase):
    """An objection raised while a result was posted (公示); answered before anything is decided."""

    text = models.CharField(max_length=500)
    contact = models.TextField(blank=True)
    """Sealed."""
    raised_at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.raised_at:%Y-%m-%d}"


class DeclinedProposal(InCounty):
    """That a person does not want to be told of an item again: for good, and only about her."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    person = InCountyKey("registry.Person", models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=60)
    declined_at = models.DateTimeField()

    scope = Scope(community=("person__community_id",), person=("person_id",))
    objects = ScopedManager["DeclinedProposal"]()
    everywhere = models.Manager["DeclinedProposal"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county_code", "person", "item_code"], name="casework_declined_once_an_item"
            )
        ]

    def __str__(self) -> str:
        return self.item_code
