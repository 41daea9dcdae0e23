from __future__ import annotations

import pytest
import yaml
from click.testing import CliRunner

from linli.services.catalogue import cli, queries
from linli.services.catalogue.tests import factories as make


def run(*arguments):
    return CliRunner().invoke(cli.catalogue, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "9901_lantern_loan.yaml").write_text(yaml.safe_dump(make.data(), allow_unicode=True), encoding="utf-8")
    return tmp_path


def test_a_sound_folder_is_said_to_be_sound(folder):
    told = run("check", folder)

    assert (told.exit_code, told.stdout) == (0, "1 items, all of them sound\n")


def test_each_fault_is_named_and_the_exit_code_says_no(folder):
    (folder / "b.yaml").write_text("code: a\n\tname: b\n", encoding="utf-8")

    told = run("check", folder)

    assert told.exit_code == 1
    assert "b.yaml  第 2 行：这一行用了 Tab 键，YAML 只认空格。请把它换成空格。" in told.stderr


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path):
    assert run("check", tmp_path / "nowhere").exit_code == 2


@pytest.mark.django_db
def test_loading_twice_publishes_once(folder):
    first, second = run("load", folder, "--from", "2026-01-01"), run("load", folder)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == "1 new, 0 with a new version, 0 unchanged\n20 forbidden proofs written\n"
    assert second.stdout == "0 new, 0 with a new version, 1 unchanged\n"
    assert queries.published_version("lantern_loan").valid_from.isoformat() == "2026-01-01"


@pytest.mark.django_db
def test_a_refused_folder_loads_nothing(folder):
    (folder / "b.yaml").write_text("code: a\n", encoding="utf-8")

    told = run("load", folder)

    assert told.exit_code == 1
    assert "nothing was loaded" in told.stderr
    assert queries.published() == []
