"""`linli metrics`: the address for whoever watches."""

# untranslated: spoken to machines and to whoever runs them

from __future__ import annotations

import signal
import sys
from types import FrameType

import click


@click.command()
def metrics() -> None:
    """Serve metrics and readiness on LINLI_METRICS_BIND, for Prometheus: added up over all processes."""
    import django

    django.setup()
    from django.conf import settings

    from linli.core.watch import exposition, serving

    if not settings.METRICS_BIND:
        raise click.ClickException("set LINLI_METRICS_BIND, for instance to 127.0.0.1:9464, for all processes of Linli")
    try:
        server = serving.make(settings.METRICS_BIND)
    except (serving.NotToBeServed, OSError) as error:
        raise click.ClickException(str(error)) from error
    exposition.tidy(settings.METRICS_DIR)

    def leave(_signum: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    click.echo(f"metrics: http://{settings.METRICS_BIND}/metrics", err=True)
    server.serve_forever()


COMMANDS = [metrics]
