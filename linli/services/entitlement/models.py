from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.access import Scope, ScopedManager
from linli.core.ids import new_id
from linli.core.shards.keys import InCountyKey
from linli.core.shards.rows import InCounty


class Run(models.Model):
    """One batch: on which day, over which frozen facts, by which rules, with what result. Kept for good.

    facts is the Parquet file as the rules read it, sealed; facts_sha256 is of it in clear. rules: for each item its
    version, the content's hash and the rule. counts: for each item how many qualify, are unknown, and were listed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    day = models.DateField(_("哪一天"))
    started_at = models.DateTimeField(_("开始"))
    finished_at = models.DateTimeField(_("完成"))
    engine = models.CharField(_("在哪里算的"), max_length=12)
    people = models.PositiveIntegerField(_("人数"))
    facts = models.ForeignKey("core_files.StoredFile", models.PROTECT, related_name="+")
    facts_sha256 = models.CharField(max_length=64)
    rules = models.JSONField()
    counts = models.JSONField()

    def __str__(self) -> str:
        return f"{self.day}"


class State(models.TextChoices):
    OPEN = "open", _("等着上门或者联系")
    PREPARED = "prepared", _("申请准备好了，等本人")
    SET_ASIDE = "set_aside", _("看过，不用办")
    GONE = "gone", _("不用再找了")
    """She has applied or has it, says no, or does not qualify any more: the last run did not find her."""


class Found(InCounty):
    """That a person seems to qualify for an item that she neither has nor has asked for. It decides nothing (R31)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    person = InCountyKey("registry.Person", models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=60)
    state = models.CharField(_("到哪一步"), max_length=12, choices=State, default=State.OPEN)
    first_run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    last_run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    """The latest run that found her: its facts and rules say why."""
    draft_id = models.UUIDField(null=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    acted_by = models.UUIDField(null=True)
    acted_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    scope = Scope(community=("community_id",))
    objects = ScopedManager["Found"]()
    everywhere = models.Manager["Found"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county_code", "person", "item_code"], name="entitlement_found_once_an_item"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="set_aside") | ~models.Q(note=""), name="entitlement_set_aside_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "item_code", "id"], name="entitlement_list"),
        ]

    def __str__(self) -> str:
        return self.item_code
