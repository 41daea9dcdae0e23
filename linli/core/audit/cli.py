"""`linli audit …`: is the log whole, and sign the ended days."""

# untranslated: told to operators and authors of forms

from __future__ import annotations

import sys

import click


@click.group()
def audit() -> None:
    """The audit log: verify its chains, sign its days."""


@audit.command()
@click.option("--chain", default="", help="Only this chain: a county's six digits, or 'house'.")
def verify(chain: str) -> None:
    """Walk the chains; name the first broken link of each. Exit code 1 if there is one."""
    import django

    django.setup()
    from django.db import connection

    from linli.core.audit import triggers
    from linli.core.audit import verification as check
    from linli.core.audit.models import Entry

    rows = Entry.objects.filter(chain=chain) if chain else Entry.objects.all()
    with click.progressbar(length=rows.count(), label="核对审计记录", file=sys.stderr) as bar:
        report = check.verify(chain or None, progress=bar.update)
    click.echo(f"{report.chains} 条链，{report.entries} 条记录，{report.sealed} 个签封。")
    for found in report.broken:
        click.echo(f"断在 {found}", err=True)
    for name in report.unsealed:
        click.echo(f"提醒：{name} 有过去日子的记录还没有签封，请运行 linli audit seal。", err=True)
    if gone := triggers.missing(connection):
        click.echo(f"提醒：数据库里少了防改的触发器：{'、'.join(gone)}。", err=True)
    if not report.is_whole:
        sys.exit(1)
    click.echo("都对得上。")


@audit.command()
def seal() -> None:
    """Sign every ended day that is not signed yet."""
    import django

    django.setup()
    from linli.core.audit.seals import seal_days

    click.echo(f"签封了 {seal_days()} 天。")


@audit.command("key")
@click.argument("key_id", default="")
def key(key_id: str) -> None:
    """Print the public key of the day seals (PEM), the active one unless an identifier is given."""
    import django

    django.setup()
    from linli.core.audit.seals import PURPOSE
    from linli.core.crypto import keyring, public_key

    try:
        click.echo(public_key(key_id or keyring().active.id, purpose=PURPOSE), nl=False)
    except KeyError:
        raise click.ClickException(f"没有 {key_id} 这把钥匙。") from None


COMMANDS = [audit]
