"""Where an item differs by area: which communities a variance covers, and what the city and the countryside get (R28)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused


class Area(models.TextChoices):
    """Which communities of a place."""

    ALL = "all", _("所有社区")
    URBAN = "urban", _("城市社区")
    RURAL = "rural", _("农村社区")


class Part(models.TextChoices):
    """What of an item differs there."""

    OFFER = "offer", _("还没有开办")
    DAYS = "days", _("办理时间")
    FEE = "fee", _("收费")
    MATERIALS = "materials", _("材料")
    CONDITIONS = "conditions", _("条件")
    CONTENT = "content", _("服务内容或标准")


class NotYourPlace(Refused):
    code = "catalogue.not_your_place"
    message = _("您只能记本地的差异，“%(place)s”不归您这里管。")
    field = "place"
    status = 403


class StandardMissing(Refused):
    code = "catalogue.standard_missing"
    message = _("请写清楚那里是什么标准，比如“8 个工作日”。")
    field = "standard"


class AlreadyNoted(Refused):
    code = "catalogue.already_noted"
    message = _("这个事项在这个地方的这一处差异已经记过了。要改，先结束原来的一条。")
    status = 409


class AlreadyEnded(Refused):
    code = "catalogue.variance_ended"
    message = _("这一条已经结束了。")
    status = 409


@dataclass(frozen=True)
class Place:
    """A community as the rules see it."""

    code: str
    name: str
    is_urban: bool


@dataclass(frozen=True)
class Span:
    """The communities that a variance covers: those of a division, by its code's prefix, all or of one area."""

    prefix: str
    area: str = Area.ALL

    def covers(self, place: Place) -> bool:
        wanted = {Area.URBAN: place.is_urban, Area.RURAL: not place.is_urban}.get(Area(self.area), True)
        return wanted and place.code.startswith(self.prefix)


@dataclass(frozen=True)
class Share:
    """So many communities of so many."""

    part: int
    whole: int

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)

    @property
    def is_whole(self) -> bool:
        return self.part == self.whole

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down: 335 of 336 is not yet everybody. None where there is no whole."""
        return 100 * self.part // self.whole if self.whole else None


def share_open(places: Sequence[Place], closed: Iterable[Span]) -> Share:
    """Return in how many of the places an item is offered, closed where one of the spans covers the place."""
    spans = tuple(closed)
    return Share(sum(not any(span.covers(place) for span in spans) for place in places), len(places))
