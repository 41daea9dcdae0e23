"""When a second person is needed, who can be one, and the refusals."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.http.refusals import Refused

LASTS = dt.timedelta(days=3)


class State(models.TextChoices):
    WAITING = "waiting", _("等第二人确认")
    CONFIRMED = "confirmed", _("已确认")
    REFUSED = "refused", _("没有同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class SecondPersonNeeded(Refused):
    code = "countersign.second_person_needed"
    message = _("这件事要两个人才能办：请先提出，再由另一位有权的同事确认。")
    status = 403


class NotTheSamePerson(Refused):
    code = "countersign.not_the_same_person"
    message = _("自己提出的事不能自己确认，请另一位有权的同事来看。")
    status = 403


class SettledAlready(Refused):
    code = "countersign.settled_already"
    message = _("这件事已经有结果了，不用再确认。")
    status = 409


class TooLate(Refused):
    code = "countersign.too_late"
    message = _("提出以后过了 3 天没有确认，已经作废。还要办，请重新提出。")
    status = 409


class AskerMayNoMore(Refused):
    code = "countersign.asker_may_no_more"
    message = _("提出的人现在没有这个权限了，不能再照办。请由有权的人重新提出。")
    status = 409


class ReasonNeeded(Refused):
    code = "countersign.reason_needed"
    message = _("不同意要写一句原因，提出的人看得到。")
    field = "reason"
