import pytest
from click.testing import CliRunner

from linli.ground.territory.cli import territory
from linli.ground.territory.models import Division
from linli.ground.territory.services import PANZHIHUA
from linli.ground.territory.tests.factories import division

pytestmark = pytest.mark.django_db


def run(*arguments: str):
    return CliRunner().invoke(territory, ["import", *arguments])


def test_a_list_is_loaded_with_one_command():
    """R1."""
    first, second = run(str(PANZHIHUA)), run(str(PANZHIHUA))

    assert first.exit_code == second.exit_code == 0
    assert "392 行（UTF-8）：新增 392，改动 0，不变 0，停用 0。" in first.output
    assert "392 行（UTF-8）：新增 0，改动 0，不变 392，停用 0。" in second.output


def test_a_refused_list_names_its_lines_and_fails(tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes(PANZHIHUA.read_bytes().replace(b"510402002001,", b"5104020020,"))

    result = run(str(file))

    assert result.exit_code == 1
    assert "list.csv 有 1 处不对，什么也没有载入：" in result.output
    assert "第 63 行：“5104020020”。区划代码应为 12 位数字，这里是 10 位。" in result.output
    assert not Division.objects.exists()


def test_what_cannot_be_read_fails_with_a_sentence(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("code,name", encoding="utf-16")

    result = run(str(file))

    assert result.exit_code == 1
    assert "UTF-16" in result.output
    assert run(str(tmp_path / "none.csv")).exit_code == 2


def test_a_trial_says_what_is_missing_and_changes_nothing(tmp_path):
    division("510402002099", "旧社区居民委员会")

    result = run(str(PANZHIHUA), "--dry-run", "--since", "2026-01-01")

    assert result.exit_code == 0
    assert "这是试运行，没有改动。" in result.output
    assert "510402002099 旧社区居民委员会" in result.output
    assert Division.objects.count() == 5
