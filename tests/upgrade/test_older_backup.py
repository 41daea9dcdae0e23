"""A backup that the release before has made comes back under this one: compared as it was, then brought up to date."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation import CITY, LOOK, ROOT, Tree, back_up, machine, opened_by
from tests.upgrade.previous import previous_release

pytestmark = pytest.mark.takes_minutes


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> Tree:
    return previous_release().unpack(tmp_path_factory.mktemp("before"))


@pytest.fixture(scope="module")
def kept(before: Tree, django_db_setup: None, django_db_blocker, tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    """A folder with a backup that the release before has made, and what is in it."""
    folder = tmp_path_factory.mktemp("kept")
    with django_db_blocker.unblock(), machine(folder / "var") as there:
        told = json.loads(before.run("-c", CITY, **there).splitlines()[-1])
        back_up(before, folder, there)
    return folder, told


@pytest.fixture
def here(django_db_setup: None, django_db_blocker, tmp_path: Path) -> Iterator[dict[str, str]]:
    with django_db_blocker.unblock(), machine(tmp_path / "var") as settings:
        yield settings


@pytest.mark.parametrize("is_migrated", [False, True], ids=["into an empty database", "into one with the new tables"])
def test_a_backup_of_the_release_before_is_restored_and_brought_up_to_date(kept, here, is_migrated: bool):
    now, (folder, told) = Tree(ROOT), kept
    if is_migrated:
        now.run("-m", "linli", "django", "migrate", "-v0", **here)

    said = now.run("-m", "linli", "restore", *opened_by(folder), **here)

    assert "已经迁移到现在的版本" in said
    now.run("-m", "linli", "django", "migrate", "--check", **here)
    found = json.loads(now.run("-c", LOOK, told["token"], **here).splitlines()[-1])
    assert found == {
        "number": told["number"], "is_valid": True, "files": told["files"], "log": told["log"] + 1,
        "last": "keeping.restored", "is_whole": True,
    }  # fmt: skip
    assert told["files"] >= 2


def test_a_backup_of_the_release_before_is_proved_without_being_restored(kept, here):
    said = Tree(ROOT).run("-m", "linli", "backup", "verify", *opened_by(kept[0]), **here)

    assert "已经迁移到现在的版本" in said
    assert f"{kept[1]['log']} 条记录，都接得上" in said


def test_the_release_before_refuses_a_backup_of_this_one(before: Tree, here, tmp_path: Path, django_db_blocker):
    """Going back is the old program on the new tables, not a backup of the new one."""
    now = Tree(ROOT)
    now.run("-m", "linli", "django", "migrate", "-v0", **here)
    back_up(now, tmp_path, here)

    with machine(tmp_path / "there") as there, pytest.raises(AssertionError, match="请先升级程序"):
        before.run("-m", "linli", "restore", *opened_by(tmp_path), **there)
