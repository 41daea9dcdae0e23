"""The four heads of the smart community's page, each with three indicators (R160)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from linli.core.design.panels import panels_for

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

HEADS: dict[str, _StrPromise] = {
    "facilities": _("设施智能"),
    "service": _("服务便捷"),
    "management": _("管理精细"),
    "environment": _("环境宜居"),
}
INDICATORS_A_HEAD = 3


@dataclass(frozen=True)
class Indicator:
    """A figure with its whole and its way in: 96% 142 / 148, and the link opens the six that were late."""

    name: str
    value: str
    whole: str = ""
    url: str = ""
    words: str = ""


@dataclass(frozen=True)
class Head:
    label: str | _StrPromise
    indicators: tuple[Indicator, ...]


def heads_for(request: HttpRequest) -> list[Head]:
    """Return the four heads in their order, with the indicators that rooms offer for each.

    A room registers a panel for "bench_heads" that answers ("", {head: [Indicator, …]}).
    """
    offered: dict[str, list[Indicator]] = {head: [] for head in HEADS}
    for panel in panels_for("bench_heads", request):
        for head, indicators in panel.context.items():
            offered[head].extend(indicators)
    return [Head(label, tuple(offered[head][:INDICATORS_A_HEAD])) for head, label in HEADS.items()]
