"""What `linli` says when something outside of it is in the way: a sentence, and no traceback."""

from __future__ import annotations

import errno

import click
import pytest
from click.testing import CliRunner

from linli.config.cli import Linli

pytestmark = pytest.mark.any_database


def test_a_file_that_may_not_be_written_is_named_with_who_may_not():
    @click.group(cls=Linli)
    def group() -> None: ...

    @group.command()
    def write() -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "/root/backup-secret.txt")

    told = CliRunner().invoke(group, ["write"])

    assert told.exit_code == 1
    assert told.output.startswith("Error: /root/backup-secret.txt: the user ")
    assert "/var/lib/linli" in told.output
