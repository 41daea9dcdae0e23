"""Service points and when they are open. These rows are public; whoever changes them is checked by the services."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.core.ids import new_id
from linli.core.shards.keys import InCountyKey
from linli.core.shards.rows import InCounty
from linli.services.facilities.rules import ExceptionKind


def _ends_after_it_began(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name=name)


def _last_is_not_before_first(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")), name=name)


class PointKind(models.TextChoices):
    CENTRE = "service_centre", _("公共服务中心")
    STATION = "service_station", _("便民服务站")


class ServicePoint(InCounty):
    """A place where windows are. It belongs to the community, township or county whose staff keep it.

    version counts every change of the point, its windows and hours: two clerks at once are told apart by it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    county_code = models.CharField(max_length=6, editable=False)
    kind = models.CharField(_("类别"), max_length=16, choices=PointKind)
    name = models.CharField(_("名称"), max_length=60)
    address = models.CharField(_("地址"), max_length=120)
    telephone = models.CharField(_("电话"), max_length=20)
    latitude = models.DecimalField(_("纬度"), max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True)
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county_code", "division", "name"],
                condition=Q(valid_to__isnull=True),
                name="facilities_name_once_at_a_place",
            ),
            _ends_after_it_began("facilities_point_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="facilities_position_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["county_code", "valid_from"], name="facilities_points_of_county")]

    def __str__(self) -> str:
        return self.name


class Window(InCounty):
    """A numbered window of a point (综合窗口)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    point = InCountyKey(ServicePoint, models.PROTECT, related_name="windows")
    county_code = models.CharField(max_length=6, editable=False)
    number = models.PositiveSmallIntegerField(_("窗口号"))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county_code", "point", "number"],
                condition=Q(valid_to__isnull=True),
                name="facilities_window_number_once",
            ),
            _ends_after_it_began("facilities_window_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class WindowClosure(InCounty):
    """Days on which a window is closed while the point is open, both included; last_day None: until further."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    window = InCountyKey(Window, models.PROTECT, related_name="closures")
    county_code = models.CharField(max_length=6, editable=False)
    first_day = models.DateField(_("从哪天起"))
    last_day = models.DateField(_("到哪天止"), null=True)
    reason = models.CharField(_("为什么"), max_length=60)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [_last_is_not_before_first("facilities_closure_ends_after_it_began")]

    def __str__(self) -> str:
        return self.reason


class HoursPlan(InCounty):
    """A point's weekly hours, half open. week: {"1": [["08:30", "12:00"]], …, "holiday": […]}; a day left out is closed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    point = InCountyKey(ServicePoint, models.PROTECT, related_name="plans")
    county_code = models.CharField(max_length=6, editable=False)
    week = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county_code", "point", "valid_from"], name="facilities_plan_begins_once"),
            models.UniqueConstraint(
                fields=["county_code", "point"], condition=Q(valid_to__isnull=True), name="facilities_one_open_plan"
            ),
            _ends_after_it_began("facilities_plan_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}"


class HoursException(InCounty):
    """Days with other hours than the week's: closed, opened specially (duty), or different ones. Never deleted.

    on_duty: the account of who is on duty, shown to staff only. notice: what residents read.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    point = InCountyKey(ServicePoint, models.PROTECT, related_name="exceptions")
    county_code = models.CharField(max_length=6, editable=False)
    kind = models.CharField(_("怎样"), max_length=8, choices=ExceptionKind)
    first_day = models.DateField(_("第一天"))
    last_day = models.DateField(_("最后一天"))
    spans = models.JSONField(default=list)
    reason = models.CharField(_("为什么"), max_length=60)
    notice = models.CharField(_("告诉居民"), max_length=200, blank=True)
    on_duty = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _last_is_not_before_first("facilities_exception_ends_after_it_began"),
        ]
        indexes = [
            models.Index(fields=["point", "last_day"], name="facilities_exceptions_of_point"),
            models.Index(fields=["county_code", "kind", "first_day"], name="facilities_duty_of_county"),
        ]

    def __str__(self) -> str:
        return self.reason


class ActualOpening(InCounty):
    """How a point really was open on a day, where that differs from what was published. Empty spans: it stayed closed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    point = InCountyKey(ServicePoint, models.PROTECT, related_name="actual_openings")
    county_code = models.CharField(max_length=6, editable=False)
    day = models.DateField(_("哪一天"))
    spans = models.JSONField(default=list)
    reason = models.CharField(_("为什么"), max_length=200)
    recorded_by = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county_code", "point", "day"], name="facilities_one_actual_day")
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class WindowlessDay(InCounty):
    """A day on which no window of a county opens (R35), kept by every change of hours and by the worker.

    covered_at: since when it is no longer so. reminded_at and urged_at: when people were told.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    county_code = models.CharField(max_length=6, editable=False)
    day = models.DateField()
    noticed_at = models.DateTimeField()
    covered_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    urged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county_code", "day"], name="facilities_day_listed_once")]

    def __str__(self) -> str:
        return f"{self.county_code} {self.day}"
