"""What the doctor looks at of the installation itself: database, disk, settings, static files, the clock, backups."""

# untranslated: told to operators

from __future__ import annotations

import datetime as dt
import ipaddress
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection

from linli.core.audit import queries as audit
from linli.core.calendar import now
from linli.core.files import queries as files
from linli.core.keeping import retention
from linli.core.keeping.doctor import Finding, Gravity, check
from linli.core.keeping.following import followed
from linli.core.keeping.manifest import applied, known_migrations
from linli.core.keeping.refusals import KeepingRefused

FREE_AT_LEAST, FREE_BETTER = 500_000_000, 5_000_000_000
OUT_OF_STEP = dt.timedelta(seconds=5)
BACKUP_EVERY = dt.timedelta(days=2)
FOLLOWED_WITHIN = dt.timedelta(minutes=15)


@check("database.reachable", "数据库连得上", needs_tables=False)
def reachable(everything: bool) -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        yield Finding(
            f"数据库连不上：{str(error).partition(chr(10))[0]}", "看数据库是不是在运行，LINLI_DATABASE_URL 对不对。"
        )


@check("database.migrations", "表是最新的")
def migrations(everything: bool) -> Iterator[Finding]:
    there = set(applied(connection))
    if pending := sorted(known_migrations() - there):
        yield Finding(
            f"有 {len(pending)} 个迁移没有做（{'.'.join(pending[0])} 等）",
            "先 linli backup，再运行 linli django migrate（linli serve 启动时也会做）。",
        )
    if unknown := sorted(there - known_migrations()):
        yield Finding(
            f"数据库比程序新：程序不认识 {'.'.join(unknown[0])} 等 {len(unknown)} 个迁移", "请升级程序。", Gravity.NOTE
        )


@check("database.durable", "办成的事断电也不丢")
def durable(everything: bool) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            if cursor.fetchone()[0] < 2:
                yield Finding("SQLite 没有用 synchronous=FULL，断电可能丢掉刚办的事", "请去掉改了这项设置的地方。")
            cursor.execute("PRAGMA quick_check(1)" if not everything else "PRAGMA integrity_check(5)")
            if (said := [row[0] for row in cursor.fetchall()]) != ["ok"]:
                yield Finding(f"SQLite 文件坏了：{said[0]}", "停下来，另存这个文件，用最近的备份 linli restore。")
            return
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone()[0] == "off":
                yield Finding(
                    f"PostgreSQL 的 {name} 是 off，断电可能丢数据", f"在 postgresql.conf 里把 {name} 设成 on。"
                )


@check("machine.disk", "磁盘有地方", needs_tables=False)
def disk(everything: bool) -> Iterator[Finding]:
    seen = set()
    for folder in (Path(settings.VAR), files.folder() or Path(settings.VAR)):
        place = next((path for path in (folder, *folder.parents) if path.exists()), Path("/"))
        if (device := place.stat().st_dev) in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(place).free
        if free < FREE_BETTER:
            yield Finding(
                f"{place} 所在的磁盘只剩 {free / 1e9:.1f} GB", "清出地方，或者把 LINLI_VAR、LINLI_FILES_DIR 放到更大的磁盘。",
                Gravity.BROKEN if free < FREE_AT_LEAST else Gravity.NOTE,
            )  # fmt: skip


@check("settings.safe", "设置没有危险", needs_tables=False)
def safe(everything: bool) -> Iterator[Finding]:
    address = urlsplit(settings.BASE_URL)
    if settings.DEBUG:
        yield Finding("LINLI_DEBUG 开着，出错的页面会露出源码和变量", "去掉 LINLI_DEBUG。")
    if settings.DEMO and _is_public(address.hostname or ""):
        yield Finding(
            "这是演示，地址却是公开的：口令和验证码都显示在页面上", "真用的话去掉 LINLI_DEMO，换一个空的数据库。"
        )
    if _is_public(address.hostname or "") and address.scheme != "https":
        yield Finding(f"LINLI_BASE_URL 是 {settings.BASE_URL}，没有 https", "在前面加上 HTTPS，把地址改成 https://…。")
    if address.scheme == "https" and not settings.SESSION_COOKIE_SECURE:
        yield Finding("用 HTTPS，LINLI_SECURE_COOKIES 却没有开", "设 LINLI_SECURE_COOKIES=true。")
    if address.hostname and not _is_allowed(address.hostname):
        yield Finding(f"LINLI_ALLOWED_HOSTS 里没有 {address.hostname}，打开就是 400", "把它加进 LINLI_ALLOWED_HOSTS。")
    if Path(settings.VAR).exists() and Path(settings.VAR).stat().st_mode & 0o007:
        yield Finding(f"{settings.VAR} 谁都能进", f"运行 chmod 700 {settings.VAR}。", Gravity.NOTE)


@check("settings.static", "网页要用的文件都在", needs_tables=False)
def static(everything: bool) -> Iterator[Finding]:
    if not Path(settings.NODE_MODULES).exists():
        yield Finding(f"{settings.NODE_MODULES} 不在，页面没有图标和脚本", "运行 make env，或者设 LINLI_NODE_MODULES。")
    if settings.WHITENOISE_USE_FINDERS:
        return
    manifest = getattr(staticfiles_storage, "hashed_files", None)
    if not manifest or not Path(settings.STATIC_ROOT).exists():
        yield Finding(
            f"{settings.STATIC_ROOT} 里没有收集好的文件", "运行 linli django collectstatic（linli serve 会自己做）。"
        )


@check("machine.clock", "钟是准的")
def clock(everything: bool) -> Iterator[Finding]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - now())
        if apart > OUT_OF_STEP:
            yield Finding(f"和数据库服务器的钟差 {apart.total_seconds():.0f} 秒", "两台机器都用 chrony 对时。")
    latest = audit.latest_at()
    if latest and latest > now() + OUT_OF_STEP:
        yield Finding(f"审计记录里有将来的时间（{latest:%Y-%m-%d %H:%M}），这台机器的钟慢了", "用 chrony 对时。")
    if tool := shutil.which("timedatectl"):
        told = subprocess.run(
            [tool, "show", "-p", "NTPSynchronized", "--value"], capture_output=True, text=True, check=False, timeout=5
        )
        if told.stdout.strip() == "no":
            yield Finding("这台机器没有对时，期限和签名的时间不可靠", "运行 timedatectl set-ntp true。", Gravity.NOTE)


@check("keeping.backup", "备份是新的")
def backup(everything: bool) -> Iterator[Finding]:
    if settings.DEMO:
        return
    if not settings.BACKUP_RECIPIENTS:
        yield Finding(
            "没有设 LINLI_BACKUP_RECIPIENTS",
            "见 docs/keeping.md：linli backup new-key，再每晚 linli backup。",
            Gravity.NOTE,
        )
    last = audit.latest_at("keeping.backed_up")
    if last is None or now() - last > BACKUP_EVERY:
        since = f"最近一次是 {last.astimezone():%Y-%m-%d %H:%M}" if last else "从来没有做过"
        yield Finding(f"备份：{since}", "运行 linli backup，并让机器每晚自己做。", Gravity.NOTE)


@check("keeping.retention", "保存期限读得懂", needs_tables=False)
def retention_terms(everything: bool) -> Iterator[Finding]:
    try:
        retention.terms()
    except KeepingRefused as refusal:
        yield Finding(
            str(refusal).removesuffix("。"), "改 LINLI_RETENTION_DAYS；linli retention 列出每一项的期限和下限。"
        )


@check("keeping.following", "数据库的日志有人跟着存")
def following(everything: bool) -> Iterator[Finding]:
    state = followed()
    if state is None:
        return
    mend = "运行 systemctl status linli-follow、journalctl -u linli-follow；不再跟着存，就删掉复制槽 linli_backup。"
    waiting = f"，服务器上已经攒了 {state.waiting_bytes / 1e6:.0f} MB"
    if not state.is_connected:
        yield Finding(f"没有人在存数据库的日志{waiting}", mend)
    elif state.at is not None and now() - state.at > FOLLOWED_WITHIN:
        yield Finding(f"数据库的日志最近一次存好是 {state.at.astimezone():%Y-%m-%d %H:%M}{waiting}", mend)


def _is_public(host: str) -> bool:
    if host in ("", "localhost", "testserver") or host.endswith((".local", ".localhost", ".test", ".internal")):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host


def _is_allowed(host: str) -> bool:
    return any(
        name == "*" or name == host or (name.startswith(".") and host.endswith(name)) for name in settings.ALLOWED_HOSTS
    )
