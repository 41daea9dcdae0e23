"""How long a reading is open, and why one is refused."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from linli.core.http.refusals import Refused

LASTS = dt.timedelta(hours=24)
PURPOSE_LEAST, PURPOSE_MOST = 4, 200


class ReadingNeeded(Refused):
    code = "audit.reading_needed"
    message = _("查阅别人的审计记录，要先写明目的，由另一位有权的同事确认。请到“查审计记录”提出。")
    status = 403


class SubjectNotFound(Refused):
    code = "audit.subject_not_found"
    message = _("管辖范围里没有找到，请核对号码或者用户名。")
    field = "what"


class PurposeNeeded(Refused):
    code = "audit.purpose_needed"
    message = _("请写明为什么要查，至少 4 个字；确认的人和当事人都看得到。")
    field = "purpose"
