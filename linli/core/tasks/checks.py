"""What the doctor looks at of the worker."""

# untranslated: told to operators

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from linli.core.calendar import now
from linli.core.keeping.doctor import Finding, Gravity, check
from linli.core.tasks import queries

LATE = dt.timedelta(minutes=15)


@check("tasks.worker", "后台在工作")
def worker(everything: bool) -> Iterator[Finding]:
    moment = now()
    if not any(each.is_alive for each in queries.workers(moment)):
        yield Finding("没有看到后台工作进程：期限、消息、证书都停着", "运行 linli serve，或者 linli worker。")
    waiting = queries.waiting(moment)
    if waiting.since and moment - waiting.since > LATE:
        minutes = (moment - waiting.since).total_seconds() / 60
        yield Finding(
            f"{waiting.count} 件后台任务在等，最久的等了 {minutes:.0f} 分钟",
            "再多开 linli worker，看日志里有没有错。",
            Gravity.NOTE,
        )


@check("tasks.failed", "没有做不成的后台任务")
def failed(everything: bool) -> Iterator[Finding]:
    for path, count in queries.failed_for_good(now()):
        yield Finding(
            f"{path} 有 {count} 件没有做成", "看日志；消息的用 linli events undelivered，改好后 linli events again。"
        )
