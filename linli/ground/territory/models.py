from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.ids import new_id


class Level(models.TextChoices):
    PROVINCE = "province", _("省")
    CITY = "city", _("市")
    COUNTY = "county", _("县（区）")
    TOWNSHIP = "township", _("街道（乡镇）")
    COMMUNITY = "community", _("社区（村）")


class Kind(models.TextChoices):
    PROVINCE = "province", _("省")
    CITY = "city", _("市")
    PREFECTURE = "prefecture", _("地区（州、盟）")
    DISTRICT = "district", _("区")
    COUNTY = "county", _("县")
    COUNTY_CITY = "county_city", _("县级市")
    STREET = "street", _("街道")
    TOWN = "town", _("镇")
    RURAL_TOWNSHIP = "rural_township", _("乡")
    SIMILAR_TOWNSHIP = "similar_township", _("类似乡级单位")
    RESIDENTS_COMMITTEE = "residents_committee", _("居民委员会")
    VILLAGERS_COMMITTEE = "villagers_committee", _("村民委员会")
    SIMILAR_RESIDENTS = "similar_residents", _("类似居民委员会")
    SIMILAR_VILLAGERS = "similar_villagers", _("类似村民委员会")


class Division(models.Model):
    """A division with an id of its own; its code belongs to it for a time (domain.md §2).

    code is the one in force (or the last); all of them, with their spans, are in DivisionCode. county_code is the
    first six digits for county and below, else empty. name is the official one, short_name the one people use.
    """

    copied_because = "there are few, and every row of daily work hangs on one"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(_("区划代码"), max_length=12, db_index=True)
    name = models.CharField(_("名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=80)
    level = models.CharField(_("级别"), max_length=12, choices=Level)
    kind = models.CharField(_("类别"), max_length=24, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    county_code = models.CharField(max_length=6, blank=True, db_index=True)
    urban_rural_class = models.CharField(_("城乡分类"), max_length=3, blank=True)
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(valid_to__isnull=True), name="territory_code_in_force_once"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="territory_ends_after_it_began",
            ),
        ]
        indexes = [models.Index(fields=["level", "code"], name="territory_level_code")]

    def __str__(self) -> str:
        return self.short_name


class DivisionCode(models.Model):
    """A code that a division bore, half open: valid_from <= day < valid_to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division = models.ForeignKey(Division, models.PROTECT, related_name="codes")
    code = models.CharField(max_length=12, db_index=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(valid_to__isnull=True), name="territory_code_borne_by_one"
            )
        ]

    def __str__(self) -> str:
        return self.code


class DivisionChange(models.Model):
    """One line from a predecessor to a successor, with the act it rests on."""

    class Act(models.TextChoices):
        CREATE = "create", _("新建")
        CONVERT = "convert", _("改制")
        SPLIT = "split", _("分设")
        MERGE = "merge", _("合并")
        ADJUST = "adjust", _("调整边界")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    predecessor = models.ForeignKey(Division, models.PROTECT, null=True, related_name="changes_out")
    successor = models.ForeignKey(Division, models.PROTECT, null=True, related_name="changes_in")
    act = models.CharField(max_length=12, choices=Act)
    on = models.DateField()
    share = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    document = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.act} {self.on}"


class Mark(models.TextChoices):
    RURAL_COMMUNITY = "rural_community", _("农村社区")


class CommunityMark(models.Model):
    """Something that a community is for a time beside its kind: a village can at once be a rural community (R2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division = models.ForeignKey(Division, models.PROTECT, related_name="marks")
    mark = models.CharField(max_length=24, choices=Mark)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    document = models.CharField(max_length=200)
    """The paper it rests on."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["division", "mark"], condition=models.Q(valid_to__isnull=True), name="territory_marked_once"
            )
        ]

    def __str__(self) -> str:
        return self.mark
