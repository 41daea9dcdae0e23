import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.access import Scope, ScopedManager
from linli.core.ids import new_id
from linli.core.shards.keys import InCountyKey
from linli.core.shards.rows import InCounty


class IdKind(models.TextChoices):
    CITIZEN = "citizen", _("居民身份证")
    HMT_RESIDENCE = "hmt_residence", _("港澳台居民居住证")
    FOREIGN_RESIDENCE = "foreign_residence", _("外国人永久居留身份证")
    PASSPORT = "passport", _("护照或其他证件")


class Sex(models.TextChoices):
    MALE = "1", _("男")
    FEMALE = "2", _("女")
    UNKNOWN = "0", _("未知")


class Source(models.TextChoices):
    """Where a fact comes from. Other words are allowed: an import names its system."""

    WINDOW = "window", _("窗口登记")
    VISIT = "visit", _("上门核实")
    SELF_DECLARED = "self_declared", _("本人填报")
    POLICE = "police", _("公安户籍")
    IMPORT = "import", _("历史资料")


class Purpose(models.TextChoices):
    """Why somebody looks: the list to choose from; other reasons are written out."""

    APPLICATION = "application", _("办理申请的事")
    CHECK_IDENTITY = "check_identity", _("当面核对身份")
    CONTACT = "contact", _("打电话联系本人")
    VISIT = "visit", _("上门走访")
    CORRECT = "correct", _("核对以后更正资料")


class Person(InCounty):
    """One human being as the city knows her. One row in force for each identity; moving county writes a new row.

    id_number and phone are sealed (linli.core.crypto), each with a keyed blind index. community is where she lives,
    registered_community where her household is registered if that is known here (人户分离: the two differ).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("姓名"), max_length=60)
    id_kind = models.CharField(_("证件类型"), max_length=20, choices=IdKind, default=IdKind.CITIZEN)
    id_number = models.TextField(_("证件号码"))
    id_index = models.CharField(max_length=80)
    sex = models.CharField(_("性别"), max_length=1, choices=Sex)
    birth_date = models.DateField(_("出生日期"))
    phone = models.TextField(_("电话"), blank=True)
    phone_index = models.CharField(max_length=80, blank=True)
    address = models.TextField(_("住址"), blank=True)
    """Sealed."""
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+", verbose_name=_("居住社区"))
    county_code = models.CharField(max_length=6, editable=False)
    registered_community = models.ForeignKey(
        "territory.Division", models.PROTECT, null=True, related_name="+", verbose_name=_("户籍社区")
    )
    registered_place = models.CharField(_("户籍地"), max_length=80, blank=True)
    """Where the registration lies outside this city: the division's name."""
    source = models.CharField(_("来源"), max_length=40)
    confirmed_on = models.DateField(_("核实日期"))
    sources = models.JSONField(default=dict)
    """Where one field comes from when not from the row's source: {"phone": ["visit", "2026-11-20"]}."""
    identity_verified = models.BooleanField(default=False)
    died_on = models.DateField(_("死亡日期"), null=True)
    valid_to = models.DateField(null=True)
    continues_id = models.UUIDField(null=True)
    """The row of the county where she lived before, ended on the day this one began."""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    scope = Scope(community=("community_id", "registered_community_id"), person=("id",))
    objects = ScopedManager["Person"]()
    everywhere = models.Manager["Person"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county_code", "id_kind", "id_index"],
                condition=models.Q(valid_to__isnull=True),
                name="registry_one_row_in_force_an_identity",
            ),
        ]
        indexes = [
            models.Index(fields=["id_index"], name="registry_by_identity"),
            models.Index(fields=["phone_index"], name="registry_by_phone"),
            models.Index(
                fields=["continues_id"], name="registry_continues", condition=models.Q(continues_id__isnull=False)
            ),
            models.Index(fields=["county_code", "community", "name", "id"], name="registry_by_name"),
            models.Index(
                fields=["county_code", "name"], opclasses=["", "varchar_pattern_ops"], name="registry_name_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_alive(self) -> bool:
        return self.died_on is None


class FormerFact(InCounty):
    """What a field held before a correction, and for how long it was taken as true: nothing is overwritten (R13)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField()
    county_code = models.CharField(max_length=6)
    field = models.CharField(max_length=40)
    value = models.TextField()
    """Sealed."""
    source = models.CharField(max_length=40)
    confirmed_on = models.DateField()
    replaced_at = models.DateTimeField()
    replaced_by = models.UUIDField(null=True)
    """The account that corrected it."""

    class Meta:
        indexes = [models.Index(fields=["county_code", "person_id", "replaced_at"], name="registry_former_facts")]

    def __str__(self) -> str:
        return self.field


class SpecialGroup(models.TextChoices):
    """Groups that the law serves first or in ways of their own (R40); each belongs to the law that names it."""

    PREFERENTIAL_TREATMENT = "preferential_treatment", _("优抚对象")
    MARTYR_FAMILY = "martyr_family", _("烈士遗属")
    VETERAN = "veteran", _("退役军人")
    SUBSISTENCE = "subsistence", _("最低生活保障对象")
    NEAR_SUBSISTENCE = "near_subsistence", _("低保边缘家庭成员")
    DESTITUTE = "destitute", _("特困人员")
    DISABILITY = "disability", _("持证残疾人")
    ORPHAN = "orphan", _("孤儿")
    UNATTENDED_CHILD = "unattended_child", _("事实无人抚养儿童")
    LEFT_BEHIND_CHILD = "left_behind_child", _("农村留守儿童")
    FP_SPECIAL = "fp_special", _("计划生育特殊家庭")
    REGISTERED_UNEMPLOYED = "registered_unemployed", _("登记失业人员")
    HARD_TO_EMPLOY = "hard_to_employ", _("就业困难人员")


class SpecialGroupTag(InCounty):
    """That a person belongs to a special group, from when to when, and what says so: without a source there is none.

    In force on a day: valid_from <= day < valid_to. It follows her when she moves to another county.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = InCountyKey(Person, models.PROTECT, related_name="tags")
    county_code = models.CharField(max_length=6, editable=False)
    code = models.CharField(_("群体"), max_length=32, choices=SpecialGroup)
    source = models.CharField(_("依据"), max_length=120)
    """The paper or register that says so: 《定期抚恤金领取证》, 退役军人事务局 2026-03."""
    decision_id = models.UUIDField(null=True)
    """The decision that gave it (a case), where one did: it gives a group once, however often it is told."""
    valid_from = models.DateField(_("从哪天起"))
    valid_to = models.DateField(_("到哪天前"), null=True)
    reviewed_by = models.UUIDField(null=True)
    """The account that looked at the source; none for a register that was imported."""
    reviewed_at = models.DateTimeField()

    scope = Scope(
        community=("person__community_id", "person__registered_community_id"), person=("person_id",)
    )  # fmt: skip
    objects = ScopedManager["SpecialGroupTag"]()
    everywhere = models.Manager["SpecialGroupTag"]()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(source=""), name="registry_tag_has_a_source"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="registry_tag_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["county_code", "person", "code"],
                condition=models.Q(valid_to__isnull=True),
                name="registry_one_open_tag_a_group",
            ),
            models.UniqueConstraint(
                fields=["decision_id", "code"],
                condition=models.Q(decision_id__isnull=False),
                name="registry_one_tag_a_decision",
            ),
        ]
        indexes = [models.Index(fields=["county_code", "code", "valid_to"], name="registry_tags_by_group")]

    def __str__(self) -> str:
        return self.code

    def is_in_force(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class CircumstanceKind(models.TextChoices):
    """What else may be known of a person, by which the law decides who is entitled. Values are codes, numbers or days."""

    LIVES_HERE_SINCE = "lives_here_since", _("从哪天起住在本市")
    HOUSEHOLD_SIZE = "household_size", _("一起生活的人数")
    INCOME_PER_HEAD_FEN = "income_per_head_fen", _("家庭人均月收入（分）")
    INCOME_CLASS = "income_class", _("低收入人口类别")
    DISABILITY_GRADE = "disability_grade", _("残疾等级")


class Circumstance(InCounty):
    """One circumstance of a person, where it comes from and when it was confirmed; the earlier value keeps its span (R13).

    In force on a day: valid_from <= day < valid_to. value is text: a number, an ISO day or a code.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = InCountyKey(Person, models.PROTECT, related_name="circumstances")
    county_code = models.CharField(max_length=6, editable=False)
    kind = models.CharField(_("内容"), max_length=32, choices=CircumstanceKind)
    value = models.CharField(_("是什么"), max_length=60)
    source = models.CharField(_("依据"), max_length=120)
    valid_from = models.DateField(_("从哪天起"))
    valid_to = models.DateField(_("到哪天前"), null=True)
    recorded_by = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()

    scope = Scope(
        community=("person__community_id", "person__registered_community_id"), person=("person_id",)
    )  # fmt: skip
    objects = ScopedManager["Circumstance"]()
    everywhere = models.Manager["Circumstance"]()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(source=""), name="registry_circumstance_has_a_source"),
            models.UniqueConstraint(
                fields=["county_code", "person", "kind"],
                condition=models.Q(valid_to__isnull=True),
                name="registry_one_open_circumstance_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
