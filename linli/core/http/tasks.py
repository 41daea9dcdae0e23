"""How long answered requests are remembered."""

# untranslated: told to operators

import datetime as dt

from linli.core.calendar import now
from linli.core.http.models import IdempotencyKey
from linli.core.keeping.retention import forgets

KEPT_DAYS = 90


@forgets(
    "http.idempotency_keys", "重复提交的钥匙", days=KEPT_DAYS, source="不短于草稿：草稿还在，重复提交就得到第一次的结果"
)
def forget_keys() -> int:
    return IdempotencyKey.objects.filter(created_at__lt=now() - dt.timedelta(days=KEPT_DAYS)).delete()[0]
