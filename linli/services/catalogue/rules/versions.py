"""The life of a version: draft, review, published, ended. Who may publish, and from which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused


class PublishedIsFixed(Refused):
    code = "catalogue.published_is_fixed"
    message = _("已发布的版本不能改。请先做下一个版本，在那里改；现在这个版本继续用着。")
    status = 409


class NotInThatState(Refused):
    code = "catalogue.not_in_that_state"
    message = _("这个版本现在是“%(state)s”，不能这样办。请看看它的最新状态。")
    status = 409


class NoReviewer(Refused):
    code = "catalogue.reviewer_is_editor"
    message = _("这个版本您也改过，要请另一位同事审核发布。")


class StartsTooEarly(Refused):
    code = "catalogue.starts_too_early"
    message = _("启用日期不能早于 %(first)s：那之前办的事用的是原来的版本。")
    field = "from_day"


class DraftExists(Refused):
    code = "catalogue.draft_exists"
    message = _("这个事项已经有一个没发布的版本（第 %(number)s 版），请在它上面接着改。")
    status = 409


class BehindTheCurrent(Refused):
    code = "catalogue.behind_the_current"
    message = _("起草期间第 %(current)s 版已经发布了，这一版（第 %(number)s 版）是照旧的写的。请照现行版本改好再发。")
    status = 409


def check_may_publish(reviewer: UUID | None, editors: Collection[str]) -> None:
    """Refuse a reviewer who has written on the version herself: four eyes see each item before it counts."""
    if reviewer is not None and str(reviewer) in editors:
        raise NoReviewer


def check_start(from_day: dt.date, *, not_before: dt.date | None) -> None:
    """Refuse a first day before the predecessor's or before today: what was handled before keeps its version."""
    if not_before is not None and from_day < not_before:
        raise StartsTooEarly(first=not_before.isoformat())
