from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.ids import new_id


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

    name, department, domain and search_text repeat parts of content for lists and search.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    status = models.CharField(_("状态"), max_length=12, choices=VersionStatus, default=VersionStatus.DRAFT)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    name = models.CharField(_("名称"), max_length=120)
    department = models.CharField(_("部门"), max_length=32)
    domain = models.PositiveSmallIntegerField(_("领域"))
    search_text = models.TextField(blank=True)
    valid_from = models.DateField(_("启用日期"), null=True)
    valid_to = models.DateField(_("停用日期"), null=True)
    reviewed_on = models.DateField(_("最近梳理日期"), null=True)
    edited_by = models.UUIDField(null=True)
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
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


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
