from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.ids import new_id


class Origin(models.TextChoices):
    SHIPPED = "shipped", _("随程序提供")
    LOADED = "loaded", _("本地载入")


class CalendarYear(models.Model):
    """The published working days of one year: the nation's, or a division's own (ethnic autonomous areas).

    days_off and make_up_days are lists of ISO dates. division_code "" is the nation. What somebody loaded by hand is
    never overwritten by what comes with the program.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=12, blank=True)
    year = models.PositiveSmallIntegerField()
    days_off = models.JSONField()
    make_up_days = models.JSONField()
    source = models.CharField(max_length=120)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.LOADED)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division_code", "year"], name="core_calendar_one_table_a_year")]

    def __str__(self) -> str:
        return f"{self.division_code or _('全国')} {self.year}"
