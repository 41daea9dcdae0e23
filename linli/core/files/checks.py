"""What the doctor looks at of the stored files."""

# untranslated: told to operators

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from linli.core.crypto import BrokenSeal, has_ring
from linli.core.files import queries, services
from linli.core.files.models import StoredFile
from linli.core.keeping.doctor import Finding, Gravity, check

SAMPLE = 50


@check("files.whole", "登记的文件都在，没有改动")
def whole(everything: bool) -> Iterator[Finding]:
    """Without --all: whether each is there, and whether the newest fifty are as they were."""
    missing = [name for _file_id, name in queries.names() if not queries.is_there(name)]
    if missing:
        yield Finding(
            f"少了 {len(missing)} 个文件（例如 {missing[0]}）",
            "从备份里取：age -d -i 私钥 备份 | tar x，放回 LINLI_FILES_DIR。",
        )
    if not has_ring():
        return
    rows = StoredFile.objects.order_by("-pk")
    altered = []
    for stored in rows.iterator(chunk_size=500) if everything else rows[:SAMPLE]:
        try:
            if hashlib.sha256(services.open_file(stored)).hexdigest() != stored.sha256:
                altered.append(stored.storage_key)
        except BrokenSeal:
            altered.append(stored.storage_key)
        except FileNotFoundError:
            continue
    if altered:
        yield Finding(f"{len(altered)} 个文件被改动过，或者打不开（例如 {altered[0]}）", "从备份里取回这些文件。")


@check("files.orphans", "没有多出来的文件")
def orphans(everything: bool) -> Iterator[Finding]:
    if extra := queries.without_row():
        yield Finding(
            f"{len(extra)} 个文件数据库里没有登记（例如 {extra[0]}）",
            "多半是没有办成的上传；确认备份是好的以后可以删掉。", Gravity.NOTE,
        )  # fmt: skip
