"""What the doctor looks at of seals and of what papers are printed with."""

# untranslated: told to operators

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from linli.core.calendar import now
from linli.core.keeping.doctor import Finding, Gravity, check
from linli.services.certificates import documents, queries

SOON = dt.timedelta(days=60)


@check("certificates.seals", "印章都在有效期里")
def seals(everything: bool) -> Iterator[Finding]:
    moment = now()
    for name, ends in queries.ends_of_seals():
        if ends <= moment:
            yield Finding(
                f"{name}的证书 {ends:%Y-%m-%d} 到期了，盖不了章", "运行 linli certificates make-seal 换一枚。"
            )
        elif ends - moment < SOON:
            yield Finding(
                f"{name}的证书 {ends:%Y-%m-%d} 到期", "到期前运行 linli certificates make-seal 换一枚。", Gravity.NOTE
            )


@check("certificates.fonts", "证书用的字体都在", needs_tables=False)
def fonts(everything: bool) -> Iterator[Finding]:
    for folder in documents.missing_fonts():
        yield Finding(f"少了字体 {folder}，证书印不出来", "运行 make env，或者看 LINLI_NODE_MODULES 指的地方。")
