"""`linli certificates`: what an inspector runs, with a network or without."""

# untranslated: an inspector's command, in Chinese as the papers are

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click


@click.group()
def certificates() -> None:
    """Certificates and seals."""


@certificates.command()
@click.argument("payload")
@click.option(
    "--ca",
    "authorities",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The authority's certificate, as downloaded from /verify/ca.pem.",
)
@click.option(
    "--seals",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The seals' certificates, as downloaded from /verify/seals.pem (not needed where --ca holds them too).",
)
@click.option("--name", default="", help="The name on the paper: it is compared with the one that was sealed.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day to check for; today when left out.")
def check(payload: str, authorities: Path, seals: Path | None, name: str, day: dt.datetime | None) -> None:
    """Check the PAYLOAD of a certificate's QR code (or its whole address) without a network.

    It cannot know of a revocation: check online when there is a network again.
    """
    from linli.services.certificates import offline

    try:
        found = offline.check(payload, offline.read_certificates(authorities, *([seals] if seals else [])))
    except ValueError as error:
        click.echo(f"这些文件里没有可用的证书：{error}", err=True)
        sys.exit(2)
    except offline.NotGenuine as refusal:
        click.echo(f"不是真的，或者已经损坏：{refusal}", err=True)
        sys.exit(1)
    on = day.date() if day else dt.datetime.now().astimezone().date()
    wrong = []
    if not found.is_in_time(on):
        wrong.append("不在有效期内")
    if name and offline.name_check(found.number, name) != found.name_check:
        wrong.append("纸上的姓名与签发时不一样")
    click.echo("；".join(wrong) if wrong else "签名是真的，在有效期内")
    click.echo(f"编号　{found.number}\n事项　{found.item}\n持有人　{found.holder}\n签发　{found.issuer}")
    click.echo(f"有效期　{found.valid_from:%Y-%m-%d} 至 {found.last_day or '长期'}")
    click.echo("没有网络时，看不出有没有被撤销。有网络以后，请再扫码查一次。")
    sys.exit(1 if wrong else 0)


@certificates.command("make-seal")
@click.argument("division_code")
@click.argument("issuer_name")
@click.option("--custodian", required=True, help="User name of the member of staff who keeps it.")
@click.option("--department", default="", help="Code of the department; left out, the seal is the division's own.")
def make_seal(division_code: str, issuer_name: str, custodian: str, department: str) -> None:
    """Make the electronic seal of an issuing body: DIVISION_CODE has 12 digits, ISSUER_NAME stands on the papers."""
    import django

    django.setup()
    from django.core.exceptions import ObjectDoesNotExist

    from linli.core.access import system_actor
    from linli.core.http import Refused
    from linli.ground.accounts import queries as accounts
    from linli.ground.territory import queries as territory
    from linli.services.certificates import services

    try:
        keeper = accounts.staff_named(custodian)
        division = territory.by_code(division_code)
        seal = services.make_seal(
            division, department, issuer_name, keeper, system_actor("linli certificates make-seal")
        )
    except (ObjectDoesNotExist, Refused) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{seal.issuer_name}: {seal.key_id}")


COMMANDS = [certificates]
