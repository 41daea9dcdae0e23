"""`linli keys …`: look at the key ring, add a key, seal everything with it."""

# untranslated: told to operators and authors of forms

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group()
def keys() -> None:
    """The keys that seal personal data: list them, add one, change to it."""


@keys.command("list")
def list_keys() -> None:
    """List the keys, never their content: the active one, and how many values each still opens."""
    import django

    django.setup()
    from linli.core.crypto import keyring, rotation

    ring = keyring()
    for key in ring.keys.values():
        mark = "*" if key.id == ring.active.id else " "
        click.echo(f"{mark} {key.id}  {key.suite}  {rotation.uses_of(key.id)} 个值")
    click.echo("* 是现在加密用的；其余的只用来打开以前加密的。")


@keys.command()
@click.option("--suite", type=click.Choice(["aes-gcm", "sm4-gcm"]), help="Unless given: LINLI_CIPHER_SUITE.")
@click.option("--print", "shown", is_flag=True, help="Print the new ring instead of writing the key file.")
def new(suite: str | None, *, shown: bool) -> None:
    """Add a key and make it the active one. Existing values stay readable; `keys rotate` seals them again."""
    import django

    django.setup()
    from django.conf import settings

    from linli.core.crypto import keyring
    from linli.core.crypto.keyring import add_key, read_or_make_keyfile, write_keyfile

    path = Path(settings.KEYS_FILE)
    keyring()  # a ring that cannot be read is not added to
    text = settings.KEYS or read_or_make_keyfile(path, settings.CIPHER_SUITE)
    text, key_id = add_key(text, suite or settings.CIPHER_SUITE)
    if shown:
        click.echo(text)
        return
    if settings.KEYS:
        raise click.ClickException(
            "钥匙在环境变量 LINLI_KEYS 里，这里改不了。加 --print 看新的一串，放进 LINLI_KEYS 再重启。"
        )
    write_keyfile(path, text)
    click.echo(f"新钥匙 {key_id} 已经在用，写在 {path}。请把这个文件另存一份到安全的地方，再运行 linli keys rotate。")


@keys.command()
def rotate() -> None:
    """Seal everything again with the active key; can be stopped and started again.

    Exit code 1 if a value does not open.
    """
    import django

    django.setup()
    from linli.core.crypto import rotation

    with click.progressbar(length=rotation.to_do(), label="换钥匙", file=sys.stderr) as bar:
        done = rotation.rotate(bar.update)
    click.echo(f"重新加密了 {done.resealed} 个值。")
    for name in done.broken:
        click.echo(f"打不开，没有动：{name}", err=True)
    if done.broken:
        sys.exit(1)


COMMANDS = [keys]
