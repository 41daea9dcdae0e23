"""Old backups go by days, weeks and months, and never what one that stays still needs (acceptance 14)."""

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.core.keeping import cli
from linli.core.keeping.pruning import Rule

pytestmark = pytest.mark.any_database
DAYS = [dt.datetime(2026, 11, 25, 2, 30) - dt.timedelta(days=days) for days in range(400)]


def test_a_year_of_nights_leaves_a_week_of_days_five_weeks_and_twelve_months():
    kept = Rule(daily=7, weekly=5, monthly=12).kept(DAYS)

    assert [f"{day:%m-%d}" for day in sorted(kept, reverse=True)] == [
        "11-25", "11-24", "11-23", "11-22", "11-21", "11-20", "11-19",  # days; 11-22 is the Sunday of its week
        "11-15", "11-08", "11-01",  # weeks
        "10-31", "09-30", "08-31", "07-31", "06-30", "05-31", "04-30", "03-31", "02-28", "01-31", "12-31",
    ]  # fmt: skip


@settings(max_examples=50)
@given(
    made=st.sets(st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1)), min_size=1, max_size=40),
    rule=st.builds(Rule, *[st.integers(0, 5)] * 4),
)
def test_the_latest_always_stays_and_pruning_again_changes_nothing(made, rule):
    kept = rule.kept(made)

    assert max(made) in kept
    assert rule.kept(kept) == kept


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two nights' files, three bases with their log over two timelines, and what is none of ours."""
    (tmp_path / "wal").mkdir()
    begins = {
        "base-20261108T031500Z.age": "000000010000000000000004",
        "base-20261115T031500Z.age": "0000000100000001000000FE",
        "base-20261122T031500Z.age": "000000020000000200000001",
    }
    (tmp_path / "bases.jsonl").write_text(
        "".join(json.dumps({"name": name, "begins": piece}) + "\n" for name, piece in begins.items())
    )
    for name in (
        *begins, "linli-20261124-023000.age", "linli-20261125-023000.age", "linli-before-the-move.age", "keys.age",
        "files-20261108T031542000000Z.age", "index.jsonl", "wal/000000010000000000000004.age",
        "wal/0000000100000001000000FD.age", "wal/0000000100000001000000FE.age", "wal/00000002.history.age",
        "wal/000000020000000200000000.age", "wal/000000020000000200000001.age",
        "wal/000000020000000200000002.partial.age",
    ):  # fmt: skip
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_base_that_stays_keeps_its_log_from_its_beginning_and_all_stored_files(folder: Path):
    before = files(folder)

    answer = CliRunner().invoke(cli.backup, ["prune", str(folder), "--keep-weekly", "2"])

    assert answer.exit_code == 0, answer.output
    assert before - files(folder) == {
        "linli-20261124-023000.age", "base-20261108T031500Z.age", "wal/000000010000000000000004.age",
        "wal/0000000100000001000000FD.age",
    }  # fmt: skip
    assert "4 个文件删了，留下 3 份备份" in answer.output


def test_a_dry_run_names_the_same_and_deletes_nothing(folder: Path):
    before = files(folder)

    answer = CliRunner().invoke(cli.backup, ["prune", str(folder), "--keep-last", "1", "--dry-run"])

    named = {line.removeprefix("会删 ") for line in answer.output.splitlines() if line.startswith("会删")}
    assert files(folder) == before
    CliRunner().invoke(cli.backup, ["prune", str(folder), "--keep-last", "1"])
    assert before - files(folder) == named
    assert "wal/000000020000000200000000.age" in named


def test_a_base_whose_beginning_is_not_known_keeps_the_whole_log(folder: Path):
    (folder / "bases.jsonl").unlink()

    answer = CliRunner().invoke(cli.backup, ["prune", str(folder), "--keep-last", "1"])

    assert len(list((folder / "wal").iterdir())) == 7
    assert "base-20261122T031500Z.age 是旧版本做的" in answer.output


@pytest.mark.parametrize("asked", [[], ["--keep-daily", "-1", "--keep-last", "1"]])
def test_nothing_goes_where_nobody_has_said_how_many_are_to_stay(folder: Path, asked: list[str]):
    before = files(folder)

    answer = CliRunner().invoke(cli.backup, ["prune", str(folder), *asked])

    assert answer.exit_code == 2
    assert files(folder) == before
