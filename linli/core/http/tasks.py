"""How long answered requests, and how many there were, are remembered."""

# untranslated: told to operators

import datetime as dt

from linli.core.http.models import IdempotencyKey, Tally
from linli.core.keeping.retention import forgets


@forgets(
    "http.idempotency_keys", "重复提交的钥匙", days=90, as_long_as="casework.drafts",
    source="不短于草稿：草稿还在，重复提交就得到第一次的结果",
)  # fmt: skip
def forget_keys(before: dt.datetime) -> int:
    return IdempotencyKey.objects.filter(created_at__lt=before).delete()[0]


@forgets("http.tallies", "请求计数", days=1, source="只为限制每分钟的请求，过后无用")
def forget_tallies(before: dt.datetime) -> int:
    return Tally.objects.filter(ends_at__lt=before).delete()[0]
