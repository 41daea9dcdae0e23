"""`linli worker`: the background worker."""

from __future__ import annotations

import logging
import signal
import sys
from types import FrameType

import click


@click.command()
@click.option("--interval", default=1.0, show_default=True, help="Seconds between two looks for work.")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def worker(interval: float, once: bool) -> None:
    """Run background tasks: events, messages, deadlines, documents. Start as many as the machine has cores.

    Ends in good order on SIGTERM or Ctrl+C, after the task under way; at once on the second.
    """
    import django

    django.setup()
    from linli.core.tasks.worker import Worker, run_due

    logging.getLogger("django_tasks").setLevel(logging.WARNING)
    if once:
        run_due()
        return
    running = Worker(interval=interval)

    def leave(signum: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        running.stop()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    click.echo("worker: ready", err=True)
    running.run()
    click.echo("worker: gone in good order", err=True)
    sys.exit(0)


COMMANDS = [worker]
