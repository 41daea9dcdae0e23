"""What the doctor looks at of the audit log."""

# untranslated: told to operators

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from linli.core.audit import queries, triggers
from linli.core.audit.verification import verify
from linli.core.keeping.doctor import Finding, Gravity, check

AT_ONCE = 50_000
"""So many entries are walked within seconds; longer logs with --all."""


@check("audit.whole", "审计记录接得上，改不了")
def whole(everything: bool) -> Iterator[Finding]:
    if gone := triggers.missing(connection):
        yield Finding(
            f"数据库里少了防改的触发器：{'、'.join(gone)}", "查清是谁去掉的；linli django migrate core_audit 再做一遍。"
        )
    if queries.log_state().entries > AT_ONCE and not everything:
        yield Finding("审计记录很长，这次没有逐条核对", "运行 linli audit verify。", Gravity.NOTE)
        return
    report = verify()
    for found in report.broken:
        yield Finding(f"审计链断在 {found}", "不要再改动；和以前的备份、另存的签封比对，报告安全负责人。")
    if report.unsealed:
        yield Finding(
            f"{len(report.unsealed)} 条链有过去日子的记录没有签封",
            "后台每晚会做；也可以运行 linli audit seal。",
            Gravity.NOTE,
        )
