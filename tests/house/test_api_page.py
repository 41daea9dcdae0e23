"""docs/api.md, done as it stands there: curl against a server, from registering a program to a finished case."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from pathlib import Path

from tests.browser.conftest import server  # noqa: F401 (a fixture)
from tests.browser.test_road import beside, worker
from tests.house.pages import ROOT, blocks

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
MARK = "<<<<linli>>>>"
SERVER = "http://127.0.0.1:8000"


def test_a_newcomer_gets_from_nothing_to_a_finished_case(server: str, tmp_path: Path):  # noqa: F811
    """Issue 4, acceptance 4: each command of the page, one after the other in one shell, says what the page says."""
    steps: list[tuple[str, str]] = []
    for block in blocks(PAGE):
        if block.language == "sh":
            steps.append((block.body.replace(SERVER, server), ""))
        elif block.language == "console":
            for step in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
                steps.append(_split(step))
    assert len(steps) > 40
    script = "set -u\n" + "".join(f"{command}\necho; echo '{MARK}'\n" for command, _expected in steps)
    environment = beside(server) | {
        "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}", "LINLI_LOG_LEVEL": "ERROR",
        "no_proxy": "*", "PYTHONPATH": str(ROOT),
    }  # fmt: skip

    with worker(server):
        done = subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, env=environment, check=False, text=True, timeout=300,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    said = done.stdout.split(MARK)
    assert len(said) == len(steps) + 1, done.stdout[-3000:]
    for (command, expected), got in zip(steps, said, strict=False):
        pattern = ".*".join(map(re.escape, re.split(r"\s*…\s*", expected.strip())))
        assert re.fullmatch(pattern, got.strip(), re.DOTALL), f"$ {command}\nsaid\n{got}\nthe page says\n{expected}"


def _split(step: str) -> tuple[str, str]:
    """Return the command, a document that it is handed included, and what the page says that it answers."""
    command, _, expected = step.partition("\n")
    if here := re.search(r"<<'(\w+)'$", command):
        document, _, expected = expected.partition(f"\n{here[1]}\n")
        command += f"\n{document}\n{here[1]}"
    return command, expected
