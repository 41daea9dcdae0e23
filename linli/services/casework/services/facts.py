"""What a certificate prints of a case: few facts, each needed by whoever reads it."""

# untranslated: labels on papers

from __future__ import annotations

from django.utils.timezone import localtime

from linli.core.forms import answers_shown
from linli.core.ids import grouped
from linli.services.casework import queries
from linli.services.casework.models import Case
from linli.services.catalogue.content import Item

NEVER_PRINTED = frozenset({"bank-account", "cn-bank-card", "cn-phone", "cn-id"})
"""Formats of form fields that no certificate shows."""


def printed_facts(case: Case, item: Item) -> list[tuple[str, str]]:
    """Return (label, value) pairs: who, what, where, when decided, and the item's own fields marked `x-printed`."""
    pairs = [
        ("姓名", case.applicant.name),
        ("事项", item.name.zh),
        ("受理编号", grouped(case.number)),
        ("受理社区", case.community.short_name),
    ]
    if case.decided_at:
        day = localtime(case.decided_at).date()
        pairs.append(("决定日期", f"{day.year} 年 {day.month} 月 {day.day} 日"))
    properties = item.form.get("properties", {})
    for answer in answers_shown(item.form, queries.form_data(case), language="zh-hans"):
        schema = properties.get(answer.name, {})
        if schema.get("x-printed") and schema.get("format") not in NEVER_PRINTED:
            pairs.append((answer.label, answer.text))
    return pairs
