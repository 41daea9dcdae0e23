"""The release before this one: the newest tag v* before the present commit, or the commit that PREVIOUS names."""

from __future__ import annotations

import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.installation import ROOT, Tree

PINNED = Path(__file__).with_name("PREVIOUS")


def git(*arguments: str) -> bytes:
    """Return what git says of this repository. Raises OSError where git is not there, CalledProcessError."""
    safe = ("-c", f"safe.directory={ROOT}")
    return subprocess.run(["git", *safe, *arguments], cwd=ROOT, check=True, capture_output=True).stdout


@dataclass(frozen=True)
class Release:
    """The tree of an earlier commit."""

    name: str

    def migrations(self) -> set[tuple[str, str]]:
        """Return its migrations: the folder of the room, and the name."""
        files = git("ls-tree", "-r", "--name-only", self.name, "linli").decode().splitlines()
        paths = (Path(file) for file in files)
        return {
            (str(path.parent.parent), path.stem)
            for path in paths
            if path.parent.name == "migrations" and path.suffix == ".py" and path.stem != "__init__"
        }

    def unpack(self, folder: Path) -> Tree:
        with tarfile.open(fileobj=io.BytesIO(git("archive", "--format=tar", self.name))) as tar:
            tar.extractall(folder, filter="data")
        return Tree(folder)


def previous_release() -> Release:
    """Return it; skips, and says why, where its commit is not at hand (a copy without history)."""
    try:
        tags = git("tag", "--list", "v*", "--merged", "HEAD", "--no-contains", "HEAD", "--sort=-version:refname")
        pinned = [line for line in PINNED.read_text(encoding="ascii").split("\n") if line and not line.startswith("#")]
        release = Release((tags.decode().split() or pinned)[0])
        git("cat-file", "-e", f"{release.name}^{{tree}}")
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"the release before is not in this copy's history (git fetch --unshallow --tags): {error}")
    return release
