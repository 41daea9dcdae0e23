"""Programs outside: who they are, what they may, what they are told of, and what became of the telling."""

from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from linli.core.access import Scope, ScopedManager
from linli.core.ids import new_id
from linli.core.shards.keys import InCountyKey
from linli.core.shards.rows import InCounty


class Client(models.Model):
    """A program that an office has registered. It acts at its division, and in a department's line where one is named.

    scopes: codes of the permissions that it holds. asked_scopes: what it is to hold once a second person has confirmed;
    without any scope of its own its secret opens nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("名称"), max_length=60)
    answerable = models.CharField(_("谁负责"), max_length=120)
    """Whom to call when it does something odd."""
    division = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    department = models.CharField(_("部门"), max_length=32, blank=True)
    scopes = models.JSONField(_("权限"), default=list)
    asked_scopes = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    last_token_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class ClientSecret(models.Model):
    """A secret that the client shows for a token. Only its digest is kept; hint is how it begins.

    While one is being changed, two count: ends_at says until when the older one does.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="secrets")
    digest = models.CharField(max_length=64)
    hint = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.hint


class Webhook(models.Model):
    """An address that is told of events as they happen, signed (Standard Webhooks).

    secret is sealed ("exchange.webhook.secret"), as is the one before it, with which everything is signed too until
    former_ends_at. types empty: everything that the client may hear of.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="webhooks")
    url = models.CharField(_("地址"), max_length=300)
    types = models.JSONField(default=list)
    secret = models.TextField()
    former_secret = models.TextField(blank=True)
    former_ends_at = models.DateTimeField(null=True)
    is_on = models.BooleanField(default=True)
    stopped_because = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.url


class FeedHead(models.Model):
    """How far the feed has been written: one row, locked while an entry is added, so that positions commit in order."""

    kept_central = "written by many requests, joined with no place-bound table"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.position)


class FeedEntry(models.Model):
    """One piece of news as programs read it: a type, ids and states. Whose it is, the place says; "" is everybody's."""

    copied_because = "its positions are one order over all counties"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.BigIntegerField(unique=True)
    type = models.CharField(max_length=60)
    data = models.JSONField()
    county_code = models.CharField(max_length=6, blank=True)
    community_id = models.UUIDField(null=True)
    accepted_community_id = models.UUIDField(null=True)
    department = models.CharField(max_length=32, blank=True)
    step_department = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField(db_index=True)

    scope = Scope(
        community=("community_id", "accepted_community_id"), department=("department", "step_department"),
    )  # fmt: skip
    objects = ScopedManager["FeedEntry"]()
    everywhere = models.Manager["FeedEntry"]()

    class Meta:
        indexes = [models.Index(fields=["county_code", "position"], name="exchange_feed_of_county")]

    def __str__(self) -> str:
        return f"{self.position} {self.type}"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("等待推送")
    DELIVERED = "delivered", _("已送到")
    GIVEN_UP = "given_up", _("没有送到")
    DROPPED = "dropped", _("不再推送")


class Delivery(models.Model):
    """One entry on its way to one webhook. trouble: why the last try failed, a word of rules.Trouble or the status."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries")
    entry = models.ForeignKey(FeedEntry, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=12, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=40, blank=True)
    tried_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "entry"], name="exchange_told_once")]
        indexes = [models.Index(fields=["webhook", "created_at", "id"], name="exchange_deliveries_of")]

    def __str__(self) -> str:
        return f"{self.state} {self.tries}"


class LinkRun(models.Model):
    """One linkage of a list with the registry: by which model and thresholds, and what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField(_("来源"), max_length=60)
    engine = models.CharField(max_length=12)
    model_sha256 = models.CharField(max_length=64)
    join_at = models.FloatField()
    ask_at = models.FloatField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    joined = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.source


class LinkState(models.TextChoices):
    ASKED = "asked", _("要人看")
    JOINED = "joined", _("是同一个人")
    APART = "apart", _("不是同一个人")


class LinkCandidate(InCounty):
    """A row of a list and a person of the registry who may be the same human being, and what is held of it now.

    record is the row as it came, sealed JSON ("exchange.linkcandidate.record"). parts: what each column adds to the
    weight. What was decided by a person no run decides anew; nothing of either record is ever overwritten by a join.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    person = InCountyKey("registry.Person", models.PROTECT, related_name="+")
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    source = models.CharField(_("来源"), max_length=60)
    row_id = models.CharField(max_length=80)
    record = models.TextField()
    weight = models.FloatField(_("匹配分"))
    parts = models.JSONField()
    state = models.CharField(max_length=8, choices=LinkState)
    run = models.ForeignKey(LinkRun, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    scope = Scope(community=("community_id",))
    objects = ScopedManager["LinkCandidate"]()
    everywhere = models.Manager["LinkCandidate"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county_code", "source", "row_id", "person"], name="exchange_one_candidate_a_pair"
            ),
            models.UniqueConstraint(
                fields=["county_code", "source", "row_id"],
                condition=models.Q(state="joined"),
                name="exchange_a_row_is_joined_once",
            ),
        ]
        indexes = [models.Index(fields=["community", "state", "id"], name="exchange_links_asked")]

    def __str__(self) -> str:
        return f"{self.source} {self.row_id}"


class LinkDecision(InCounty):
    """That a pair was joined, parted or undone: by a run (decided_by None) or a person, when, and why. Only ever added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    candidate = InCountyKey(LinkCandidate, models.PROTECT, related_name="decisions")
    state = models.CharField(max_length=8, choices=LinkState)
    decided_by = models.UUIDField(null=True)
    decided_name = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField()
    said = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["county_code", "candidate", "decided_at"], name="exchange_link_history")]

    def __str__(self) -> str:
        return self.state
