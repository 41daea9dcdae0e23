import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.ids import new_id
from linli.services.catalogue.rules.areas import Area, Part


class VersionStatus(models.TextChoices):
    DRAFT = "draft", _("草稿")
    REVIEW = "review", _("待审核")
    PUBLISHED = "published", _("已发布")
    RETIRED = "retired", _("已停用")


class ServiceItem(models.Model):
    """A thing that can be applied for, over all its versions. code never changes and is never reused."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(_("事项编码"), max_length=60, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class ItemVersion(models.Model):
    """One version of an item. content is the whole item as data (see content.py); published, it never changes.

    item_number, name, department, domain and search_text repeat parts of content for lists and search. In force on a
    day: published or retired, valid_from <= day < valid_to. protection.py holds it against every hand.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    status = models.CharField(_("状态"), max_length=12, choices=VersionStatus, default=VersionStatus.DRAFT)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    item_number = models.CharField(_("事项序号"), max_length=4, db_index=True)
    name = models.CharField(_("名称"), max_length=120)
    department = models.CharField(_("部门"), max_length=32)
    domain = models.PositiveSmallIntegerField(_("领域"))
    search_text = models.TextField(blank=True)
    valid_from = models.DateField(_("启用日期"), null=True)
    valid_to = models.DateField(_("停用日期"), null=True)
    reviewed_on = models.DateField(_("最近梳理日期"), null=True)
    edited_by = models.UUIDField(null=True)
    editors = models.JSONField(default=list)
    """Accounts (ids as strings) that have written on it: none of them may publish it."""
    note = models.TextField(_("说明"), blank=True)
    """Why it was returned or retired."""
    reviewed_by = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="catalogue_one_version_a_number"),
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(status="published", valid_to__isnull=True),
                name="catalogue_one_open_published_version",
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(status__in=["draft", "review"]),
                name="catalogue_one_version_in_preparation",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "review"]) | models.Q(valid_from__isnull=False),
                name="catalogue_published_has_a_first_day",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="catalogue_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    @property
    def is_fixed(self) -> bool:
        return self.status in (VersionStatus.PUBLISHED, VersionStatus.RETIRED)

    def is_in_force(self, day: dt.date) -> bool:
        return (
            self.is_fixed
            and self.valid_from is not None
            and self.valid_from <= day
            and (self.valid_to is None or day < self.valid_to)
        )


class Variance(models.Model):
    """Where an item differs by area from what it is elsewhere, and why (R28a): not offered, or to another standard.

    It covers the communities of a division, all of them or those of the city or the countryside. In force on a day:
    valid_from <= day < valid_to. Recorded, never rewritten: it ends, and another begins.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="variances")
    division = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    area = models.CharField(_("哪些社区"), max_length=8, choices=Area, default=Area.ALL)
    part = models.CharField(_("哪里不一样"), max_length=12, choices=Part)
    standard = models.CharField(_("那里的标准"), max_length=200, blank=True)
    standard_en = models.CharField(max_length=300, blank=True)
    reason = models.CharField(_("原因"), max_length=300)
    reason_en = models.CharField(max_length=500, blank=True)
    document = models.CharField(_("依据"), max_length=200)
    valid_from = models.DateField(_("从哪天起"))
    valid_to = models.DateField(_("到哪天前"), null=True)
    recorded_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "division", "area", "part"],
                condition=models.Q(valid_to__isnull=True),
                name="catalogue_one_open_variance",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="catalogue_variance_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="catalogue_variance_has_its_reason"),
            models.CheckConstraint(
                condition=models.Q(part=Part.OFFER) | ~models.Q(standard=""),
                name="catalogue_variance_says_the_standard",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.part} {self.division_id}"


class ForbiddenProof(models.Model):
    """A proof that a community must not issue and nobody may ask for (民发〔2020〕20号; provincial additions)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    list_name = models.CharField(_("清单"), max_length=120)
    number = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("证明"), max_length=120)
    synonyms = models.JSONField(default=list)
    instead = models.TextField(_("改用"))
    valid_from = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list_name", "number"], name="catalogue_proof_once_a_list")]

    def __str__(self) -> str:
        return self.name
