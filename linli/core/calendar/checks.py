"""What the doctor looks at of the calendar."""

# untranslated: told to operators

from __future__ import annotations

from collections.abc import Iterator

from linli.core.calendar import queries, today
from linli.core.keeping.doctor import Finding, Gravity, check


@check("calendar.years", "放假安排够用")
def years(everything: bool) -> Iterator[Finding]:
    for missing in queries.missing_years(today()):
        yield Finding(
            f"{missing.year} 年的放假安排还没有载入，{missing.first_day:%m-%d} 以后的期限都是暂定的",
            "国务院办公厅发布后写成文件，运行 linli calendar load 文件名。", Gravity.NOTE,
        )  # fmt: skip
