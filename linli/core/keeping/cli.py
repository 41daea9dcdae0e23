"""`linli backup`, `linli restore`: a community's data in one encrypted file, and back."""

# untranslated: told to operators and authors of forms

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

FILE = click.Path(path_type=Path)
EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)


class Backup(click.Group):
    """`linli backup TARGET` makes one; a first word that is a command of the group is that command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Backup)
def backup() -> None:
    """Back up database and files into one encrypted file: linli backup TARGET. The key ring goes apart."""


@backup.command("make")
@click.argument("target", type=FILE)
@click.option(
    "--recipient", "recipients", multiple=True, help="Public key (age1…); without one, LINLI_BACKUP_RECIPIENTS."
)
@click.option("--incomplete", is_flag=True, help="Go on although stored files are missing; the manifest names them.")
def make(target: Path, recipients: tuple[str, ...], *, incomplete: bool) -> None:
    """Back up to TARGET, a new file or a folder, while people work. `make` can be left out: linli backup TARGET."""
    with _told():
        from linli.core.access import system_actor
        from linli.core.keeping.backup import back_up

        made = back_up(
            target, by=system_actor("备份"), recipients=recipients, incomplete=incomplete, progress=_step
        )  # fmt: skip
    click.echo(f"备份好了：{made.path}（{made.bytes / 1e6:.1f} MB，{made.rows} 行，{made.files} 个文件）。")
    if made.missing:
        click.echo(f"少了 {len(made.missing)} 个文件，清单里有名字。", err=True)
    click.echo("钥匙串不在里面，请用 linli backup keys 另存一份，放在别处。用 linli backup verify 可以试恢复一次。")


@backup.command("keys")
@click.argument("target", type=FILE)
@click.option(
    "--recipient", "recipients", multiple=True, help="Public key (age1…); without one, LINLI_BACKUP_RECIPIENTS."
)
def keys(target: Path, recipients: tuple[str, ...]) -> None:
    """Write the key ring and the secret key, encrypted, to TARGET: keep it apart from the backups."""
    with _told():
        from linli.core.access import system_actor
        from linli.core.keeping.backup import keys_to

        keys_to(target, by=system_actor("备份钥匙串"), recipients=recipients)
    click.echo(f"钥匙串存好了：{target}。请和备份分开放。换过钥匙（linli keys new）要再存一次。")


@backup.command("new-key")
@click.argument("target", type=FILE)
@click.option(
    "--passphrase", "wanted", is_flag=True, help="Seal it with a passphrase: LINLI_BACKUP_PASSPHRASE, or asked for."
)
def new_key(target: Path, *, wanted: bool) -> None:
    """Make a key pair for backups: the secret key goes to TARGET (keep it elsewhere), the public key is printed."""
    from linli.core.keeping.envelope import new_identity, write_identity

    secret, public = new_identity()
    try:
        write_identity(target, secret, public, _passphrase(confirm=True)() if wanted else "")
    except FileExistsError:
        raise click.ClickException(f"{target} 已经存在，不会覆盖。") from None
    click.echo(public)
    click.echo(f"私钥在 {target}，请移到这台机器以外的地方；没有它，谁也打不开备份。", err=True)


@backup.command("base")
@click.argument("folder", type=FILE)
@click.option(
    "--recipient", "recipients", multiple=True, help="Public key (age1…); without one, LINLI_BACKUP_RECIPIENTS."
)
def base(folder: Path, recipients: tuple[str, ...]) -> None:
    """PostgreSQL: put a base backup of the whole cluster into FOLDER, to which `linli backup follow` adds its log."""
    with _told():
        from linli.core.access import system_actor
        from linli.core.keeping.following import take_base

        made = take_base(folder, by=system_actor("备份"), recipients=recipients, progress=_step)
    click.echo(f"基础备份好了：{made.path}（{made.bytes / 1e6:.1f} MB，{made.rows} 行，{made.files} 个文件是新的）。")
    if not made.is_exact:
        click.echo("一直有人在写，没有一刻是静的：恢复时只核对审计链和校验和，不核对行数。", err=True)


@backup.command("follow")
@click.argument("folder", type=FILE)
@click.option(
    "--recipient", "recipients", multiple=True, help="Public key (age1…); without one, LINLI_BACKUP_RECIPIENTS."
)
@click.option("--every", default=30.0, show_default=True, help="Seconds after which what is new is put away.")
@click.option("--rounds", default=0, help="End by itself after so many times (0: run until it is stopped).")
def follow(folder: Path, recipients: tuple[str, ...], every: float, rounds: int) -> None:
    """PostgreSQL: take over the write-ahead log as it is written, and new files, sealed into FOLDER; runs until stopped."""
    with _told():
        from linli.core.keeping import following

        following.follow(
            folder, recipients=recipients, every=every, rounds=rounds, told=lambda line: click.echo(line, err=True)
        )


@backup.command("prune")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--keep-last", default=0, help="The latest N.")
@click.option("--keep-daily", default=0, help="The latest of each of N days that have one.")
@click.option("--keep-weekly", default=0, help="The latest of each of N weeks that have one.")
@click.option("--keep-monthly", default=0, help="The latest of each of N months that have one.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and delete nothing.")
def prune(folder: Path, keep_last: int, keep_daily: int, keep_weekly: int, keep_monthly: int, *, dry_run: bool) -> None:
    """Delete old backups from FOLDER, and the log that no base there needs any more. What one rule keeps, stays."""
    counts = (keep_last, keep_daily, keep_weekly, keep_monthly)
    if min(counts) < 0 or not any(counts):
        raise click.UsageError("say how many are to stay: --keep-last, --keep-daily, --keep-weekly, --keep-monthly")
    done = "会删" if dry_run else "删了"
    with _told():
        from linli.core.keeping.pruning import Rule, delete, old

        going = old(folder, Rule(*counts))
        for path in going.files:
            click.echo(f"{done} {path.relative_to(folder)}")
        if not dry_run:
            delete(going)
    if going.log_kept:
        click.echo(f"{going.log_kept}。", err=True)
    click.echo(f"{len(going.files)} 个文件{done}，留下 {going.staying} 份备份。")


@backup.command("verify")
@click.argument("file", type=EXISTING)
@click.option("--identity", required=True, type=EXISTING, help="The secret key's file.")
@click.option("--keys", "keys_file", type=EXISTING, help="What `linli backup keys` wrote, unless the key ring is here.")
@click.option(
    "--scratch", default="", help="URL of an empty PostgreSQL database to try it in; made and dropped if left out."
)
def verify(file: Path, identity: Path, keys_file: Path | None, scratch: str) -> None:
    """Restore FILE into an empty scratch database; compare counts, checksums, files and the audit log."""
    with _told():
        import dj_database_url

        from linli.core.keeping.restore import verify_backup

        found = verify_backup(
            file, identity=identity, keys=keys_file, passphrase=_passphrase(), progress=_step,
            scratch=dict(dj_database_url.parse(scratch)) if scratch else None,
        )  # fmt: skip
    click.echo(f"{found.manifest.made_at.astimezone():%Y-%m-%d %H:%M} 的备份（Linli {found.manifest.version}）：")
    click.echo(f"{len(found.manifest.tables)} 张表 {found.rows} 行，{found.files} 个文件，都对得上。")
    _tell_of_version(found.migrated, found.manifest.version)
    click.echo(f"{len(found.manifest.chains)} 条审计链 {found.entries} 条记录，都接得上。")
    for name in found.manifest.missing_files[:20]:
        click.echo(f"做备份时就少了文件 {name}。", err=True)


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--identity", required=True, type=EXISTING, help="The secret key's file.")
@click.option("--keys", "keys_file", type=EXISTING, help="What `linli backup keys` wrote, unless the key ring is here.")
@click.option("--data", type=FILE, help="With a folder of `linli backup base`: the new data folder of PostgreSQL.")
@click.option("--until", type=click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]),
              help="With such a folder: the moment to go back to, in local time; without it, to the end.")  # fmt: skip
def restore(source: Path, identity: Path, keys_file: Path | None, data: Path | None, until: dt.datetime | None) -> None:
    """Restore SOURCE: all of it, or nothing.

    A file of `linli backup` goes into this installation, whose database has to be empty. A folder of `linli backup base`
    and `follow` becomes a cluster of PostgreSQL in a new folder (--data), as it was at a moment (--until).
    """
    if source.is_dir():
        if data is None:
            raise click.UsageError("a folder is restored into a new data folder of PostgreSQL: --data")
        _recover(source, data, identity, keys_file, until)
        return
    if data or until:
        raise click.UsageError("--data and --until go with a folder of `linli backup base`")
    with _told():
        from linli.core.access import system_actor
        from linli.core.keeping.restore import restore as bring_back

        back = bring_back(
            source, identity=identity, keys=keys_file, by=system_actor("从备份恢复"), passphrase=_passphrase(), progress=_step
        )  # fmt: skip
    click.echo(f"{back.rows} 行、{back.files} 个文件都回来了，和清单一致。")
    _tell_of_version(back.migrated, back.manifest.version)
    click.echo(f"{len(back.manifest.chains)} 条审计链 {back.entries} 条记录，都接得上。现在可以 linli serve。")


def _recover(folder: Path, data: Path, identity: Path, keys_file: Path | None, until: dt.datetime | None) -> None:
    with _told():
        from linli.core.access import system_actor
        from linli.core.keeping.recovery import recover

        back = recover(
            folder, data, identity=identity, keys=keys_file, until=until.astimezone() if until else None,
            by=system_actor("从备份恢复"), passphrase=_passphrase(), progress=_step,
        )  # fmt: skip
    if back.compared:
        click.echo(f"{back.base} 那一刻的 {back.rows} 行，逐表一致；再往后重放了日志。")
    if back.until:
        click.echo(f"最后一笔是 {back.until.astimezone():%Y-%m-%d %H:%M:%S} 的。")
    if back.entries:
        click.echo(f"审计链 {back.entries} 条记录都接得上，{back.files} 个文件都在。")
    else:
        click.echo("备份是旧版本做的：启动之后请运行 linli django migrate，再运行 linli audit verify。")
    for name in back.missing[:20]:
        click.echo(f"找不到文件 {name}。", err=True)
    click.echo(
        f"数据在 {back.data}，现在可以用 PostgreSQL 启动它；启动之后请运行 linli doctor --all，再做一次基础备份。"
    )


@click.command()
@click.argument("target", metavar="URL")
def move(target: str) -> None:
    """Move this SQLite installation to an empty PostgreSQL database (postgres://…; `-` asks for it, unseen).

    Stop server and worker first. Nothing is taken away here; files and keys stay where they are.
    """
    if target == "-":
        target = click.prompt("postgres://…", hide_input=True, err=True)
    with _told():
        from linli.core.access import system_actor
        from linli.core.keeping.move import move as move_there

        moved = move_there(target, by=system_actor("搬到 PostgreSQL"), progress=_step)
    click.echo(f"{moved.tables} 张表 {moved.rows} 行搬过去了，逐行一致；审计链 {moved.entries} 条记录都接得上。")
    click.echo("现在把 LINLI_DATABASE_URL 设成新的数据库再启动；旧的 SQLite 文件请移走另存，不要再用它办事。")


@click.command()
@click.option("--all", "everything", is_flag=True, help="Look at every file and sealed value, not at a sample.")
@click.option("--quiet", is_flag=True, help="Say only what is wrong.")
def doctor(*, everything: bool, quiet: bool) -> None:
    """Say what is wrong with this installation and how to mend it. Exit code 1 if something is broken."""
    with _told():
        from linli.core.keeping.doctor import Gravity, examine

        broken = notes = 0
        for looked in examine(everything=everything):
            if not looked.findings and not quiet:
                click.echo(f"✓ {looked.title}")
            for found in looked.findings:
                is_broken = found.gravity == Gravity.BROKEN
                broken, notes = broken + is_broken, notes + (not is_broken)
                click.echo(f"{'✗' if is_broken else '！'} {looked.name}：{found.what}。→ {found.mend}")
    if broken or notes or not quiet:
        click.echo(f"{broken} 处坏了，{notes} 处要留意。" if broken or notes else "都好。")
    if broken:
        raise SystemExit(1)


@click.command()
@click.option("--now", "at_once", is_flag=True, help="Delete what is due at once, as the worker does each night.")
def retention(*, at_once: bool) -> None:
    """Say how long what is kept, and why; what the law wants kept is in no such list."""
    with _told():
        from linli.core.keeping import retention as kept

        for term in kept.terms():
            click.echo(f"{term.name}  {term.what}：{term.days} 天。{term.source}。")
        if at_once:
            gone = kept.tidy()
            click.echo("、".join(f"{name} 删了 {count} 条" for name, count in gone.items()) or "没有到期的。")


def _passphrase(*, confirm: bool = False) -> Callable[[], str]:
    def ask() -> str:
        from django.conf import settings

        return settings.BACKUP_PASSPHRASE or str(
            click.prompt("口令", hide_input=True, err=True, confirmation_prompt=confirm)
        )

    return ask


def _tell_of_version(migrated: bool, version: str) -> None:
    if migrated:
        click.echo(f"备份是旧版本（Linli {version}）做的，已经迁移到现在的版本。")


def _step(text: str) -> None:
    click.echo(f"{text} …", err=True)


@contextmanager
def _told() -> Iterator[None]:
    """Set up, and tell a refusal as a sentence with exit code 1."""
    import django

    django.setup()
    from linli.core.http import Refused

    try:
        yield
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal


COMMANDS = [backup, restore, move, doctor, retention]
