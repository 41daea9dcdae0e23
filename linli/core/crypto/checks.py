"""What the doctor looks at of the key ring."""

# untranslated: told to operators

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from linli.core.crypto import rotation
from linli.core.crypto.fields import BrokenSeal, unseal
from linli.core.crypto.keyring import has_ring, keyring
from linli.core.keeping.doctor import Finding, Gravity, check

SAMPLE = 20


@check("crypto.keys", "钥匙串在，只有自己能读", needs_tables=False)
def keys(everything: bool) -> Iterator[Finding]:
    if not has_ring():
        yield Finding(
            f"没有钥匙串：{settings.KEYS_FILE} 不在", "把另存的 keys.json 放回去；全新的安装第一次启动时会自己做。"
        )
        return
    if not settings.KEYS and (mode := Path(settings.KEYS_FILE).stat().st_mode & 0o077):
        yield Finding(f"{settings.KEYS_FILE} 别人也能读（{mode:03o}）", f"运行 chmod 600 {settings.KEYS_FILE}。")
    else:
        try:
            keyring()
        except ImproperlyConfigured as error:
            yield Finding(f"钥匙串读不懂：{error}", "换成另存的那一份。")
    secret = Path(settings.SECRET_KEY_FILE)
    if secret.exists() and secret.stat().st_mode & 0o077:
        yield Finding(f"{secret} 别人也能读", f"运行 chmod 600 {secret}。")


@check("crypto.sealed", "加密的内容打得开")
def sealed(everything: bool) -> Iterator[Finding]:
    if not has_ring():
        return
    for column in rotation.sealed_columns():
        rows = column.model._base_manager.exclude(**{column.column: ""}).order_by("-pk")
        shut = 0
        for row in rows.iterator(chunk_size=500) if everything else rows[:SAMPLE]:
            try:
                unseal(getattr(row, column.column), where=column.where, row=row.pk)
            except BrokenSeal:
                shut += 1
        if shut:
            yield Finding(
                f"{column.model_label}.{column.column} 有 {shut} 个值打不开",
                "看钥匙串是不是当时那一串；或者从备份恢复。",
            )
    if waiting := rotation.to_do():
        yield Finding(f"还有 {waiting} 个值用旧钥匙加密", "运行 linli keys rotate。", Gravity.NOTE)
