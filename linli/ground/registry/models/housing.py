"""One standard, three real (一标三实): standard addresses; actual population, dwellings and organisations (R11, R12)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.access import Scope, ScopedManager
from linli.core.ids import new_id
from linli.core.shards.keys import InCountyKey, InCountyOneToOne
from linli.core.shards.rows import InCounty
from linli.ground.registry.models.known import Known, ends_after_it_began, open_once
from linli.ground.registry.models.persons import Person


class AddressLevel(models.TextChoices):
    """How far down an address reaches: each but the first hangs on one above it."""

    SITE = "site", _("门牌（路名和号、院落、村组）")
    BUILDING = "building", _("楼栋")
    UNIT = "unit", _("单元")
    ROOM = "room", _("房间")


class Address(InCounty):
    """A standard address: a doorplate, and below it building, unit and room. Nothing is stored against other words (R12).

    text is the whole of it, in the order in which it is written; key is text without what people write differently
    (`addresses.key_of`), unique in its community. Degrees are CGCS2000 (the same as WGS-84 within a metre), of the doorplate or the building.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+", verbose_name=_("社区"))
    parent = InCountyKey("self", models.PROTECT, null=True, related_name="below")
    level = models.CharField(max_length=10, choices=AddressLevel)
    name = models.CharField(max_length=60)
    text = models.CharField(_("地址"), max_length=200)
    key = models.CharField(max_length=200, editable=False)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    created_at = models.DateTimeField()

    scope = Scope()
    objects = ScopedManager["Address"]()
    everywhere = models.Manager["Address"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county_code", "community", "key"],
                condition=models.Q(valid_to__isnull=True),
                name="registry_one_address_a_key",
            ),
            models.CheckConstraint(
                condition=models.Q(level="site", parent__isnull=True)
                | (~models.Q(level="site") & models.Q(parent__isnull=False)),
                name="registry_address_hangs_on_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county_code", "key"], opclasses=["", "varchar_pattern_ops"], name="registry_addresses"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Use(models.TextChoices):
    LIVING = "living", _("居住")
    BUSINESS = "business", _("经营")
    OFFICE = "office", _("办公")
    MIXED = "mixed", _("商住两用")
    PUBLIC = "public", _("公共服务")
    OTHER = "other", _("其他")


class Tenure(models.TextChoices):
    OWNED = "owned", _("自有")
    RENTED = "rented", _("租赁")
    PUBLIC_RENTAL = "public_rental", _("公租房")
    EMPLOYER = "employer", _("单位宿舍")
    BORROWED = "borrowed", _("借住")
    UNKNOWN = "unknown", _("不清楚")


class Dwelling(InCounty):
    """An actual dwelling (实有房屋) at a standard address. What it is used for is in DwellingState."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+", verbose_name=_("社区"))
    address = InCountyOneToOne(Address, models.PROTECT, related_name="dwelling")
    created_at = models.DateTimeField()

    scope = Scope()
    objects = ScopedManager["Dwelling"]()
    everywhere = models.Manager["Dwelling"]()

    class Meta:
        indexes = [models.Index(fields=["county_code", "community", "id"], name="registry_dwellings")]

    def __str__(self) -> str:
        return str(self.pk)


class DwellingState(Known):
    """What a dwelling is used for, by what right, and how large it is."""

    dwelling = InCountyKey(Dwelling, models.PROTECT, related_name="states")
    use = models.CharField(_("用途"), max_length=12, choices=Use)
    tenure = models.CharField(_("权属"), max_length=16, choices=Tenure)
    is_vacant = models.BooleanField(_("空置"))
    area_m2 = models.DecimalField(_("建筑面积（平方米）"), max_digits=8, decimal_places=2, null=True)

    class Meta:
        constraints = [
            ends_after_it_began("registry_dwelling_state_ends"),
            open_once("registry_one_state_a_dwelling", "dwelling"),
        ]

    def __str__(self) -> str:
        return self.use


class HouseholdKind(models.TextChoices):
    FAMILY = "family", _("家庭户")
    COLLECTIVE = "collective", _("集体户")


class Household(InCounty):
    """People who live and keep house together (GB/T 2261 distinguishes family and collective households).

    Its members, and who is its head, are memberships with two times. ended_on: split up, merged, or nobody left.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+", verbose_name=_("社区"))
    dwelling = InCountyKey(Dwelling, models.PROTECT, related_name="households")
    kind = models.CharField(_("户类型"), max_length=12, choices=HouseholdKind)
    formed_on = models.DateField()
    ended_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    scope = Scope()
    objects = ScopedManager["Household"]()
    everywhere = models.Manager["Household"]()

    class Meta:
        indexes = [
            models.Index(fields=["county_code", "community", "id"], name="registry_households"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class HouseholdChange(InCounty):
    """What became of households: a line from one that was to one that is, by which act, on which day."""

    class Act(models.TextChoices):
        SPLIT = "split", _("分户")
        MERGE = "merge", _("并户")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    predecessor = InCountyKey(Household, models.PROTECT, related_name="changes_out")
    successor = InCountyKey(Household, models.PROTECT, related_name="changes_in")
    act = models.CharField(max_length=8, choices=Act)
    on = models.DateField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.act


class Membership(Known):
    """That a person belongs to a household, and how she is related to its head (GB/T 4761-2008)."""

    household = InCountyKey(Household, models.PROTECT, related_name="memberships")
    person = InCountyKey(Person, models.PROTECT, related_name="memberships")
    relation_to_head = models.CharField(_("与户主关系"), max_length=2)

    class Meta:
        constraints = [
            ends_after_it_began("registry_membership_ends"),
            open_once("registry_one_household_a_person", "person"),
            open_once("registry_one_head_a_household", "household", relation_to_head="02"),
        ]

    def __str__(self) -> str:
        return self.relation_to_head


class ResidenceKind(models.TextChoices):
    LIVING = "living", _("实际居住")
    REGISTERED = "registered", _("户籍登记")


class Residence(Known):
    """That a person lives, or is registered, at a dwelling: two facts, which may name two places (人户分离, R17)."""

    person = InCountyKey(Person, models.PROTECT, related_name="residences")
    dwelling = InCountyKey(Dwelling, models.PROTECT, related_name="residences")
    kind = models.CharField(max_length=12, choices=ResidenceKind)

    class Meta:
        constraints = [
            ends_after_it_began("registry_residence_ends"),
            open_once("registry_one_residence_a_kind", "person", "kind"),
        ]
        indexes = [
            models.Index(fields=["county_code", "dwelling", "valid_from"], name="registry_who_lived_here"),
            models.Index(fields=["county_code", "person", "recorded_at"], name="registry_where_she_lived"),
        ]

    def __str__(self) -> str:
        return self.kind


class KinshipKind(models.TextChoices):
    SPOUSE = "spouse", _("配偶")
    PARENT = "parent", _("父母")
    GUARDIAN = "guardian", _("监护人")


class Kinship(Known):
    """That a person is spouse, parent or guardian of another; of spouses the one with the smaller id stands first."""

    person = InCountyKey(Person, models.PROTECT, related_name="kin")
    of = InCountyKey(Person, models.PROTECT, related_name="kin_of")
    kind = models.CharField(max_length=10, choices=KinshipKind)

    class Meta:
        constraints = [
            ends_after_it_began("registry_kinship_ends"),
            open_once("registry_one_kinship", "person", "of", "kind"),
        ]

    def __str__(self) -> str:
        return self.kind


class OrganisationKind(models.TextChoices):
    ENTERPRISE = "enterprise", _("企业")
    SELF_EMPLOYED = "self_employed", _("个体工商户")
    INSTITUTION = "institution", _("机关、事业单位")
    SOCIAL = "social", _("社会组织")
    OTHER = "other", _("其他")


class Organisation(InCounty):
    """An actual organisation (实有单位), by its unified social credit code (GB 32100-2015) where it has one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+", verbose_name=_("社区"))
    dwelling = InCountyKey(Dwelling, models.PROTECT, related_name="organisations")
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    name = models.CharField(_("名称"), max_length=100)
    kind = models.CharField(_("类别"), max_length=16, choices=OrganisationKind)
    in_charge = InCountyKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("负责人"))
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    source = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    scope = Scope()
    objects = ScopedManager["Organisation"]()
    everywhere = models.Manager["Organisation"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county_code", "credit_code"],
                condition=models.Q(closed_on__isnull=True) & ~models.Q(credit_code=""),
                name="registry_one_organisation_a_code",
            )
        ]
        indexes = [models.Index(fields=["county_code", "community", "name"], name="registry_organisations")]

    def __str__(self) -> str:
        return self.name
