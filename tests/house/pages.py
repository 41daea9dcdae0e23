"""Reading our Markdown: its blocks of code, links, headings; and doing what a block says in a copy of the tree."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md"), *(ROOT / "benchmarks").glob("*.md")])
FENCE = re.compile(r"^```(?P<info>.*)\n(?P<body>(?:.*\n)*?)```$", re.MULTILINE)
HEADING = re.compile(r"^(#{1,4}) (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and the attributes behind it (`python file=…`, `console exits=1`)."""

    language: str
    body: str
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def does_something(self) -> bool:
        return self.language == "console" or bool({"file", "append"} & set(self.attributes))


def blocks(text: str) -> list[Block]:
    found = []
    for fence in FENCE.finditer(text):
        words = shlex.split(fence["info"]) or [""]
        attributes = dict(word.split("=", 1) for word in words[1:])
        found.append(Block(words[0], fence["body"], attributes))
    return found


def sections(text: str) -> dict[str, str]:
    """Return the page's second-level sections by heading; what stands in a block is no heading."""
    plain = FENCE.sub(lambda fence: re.sub(r"^#", "\0", fence[0], flags=re.MULTILINE), text)
    parts = re.split(r"^## (.+)$", plain, flags=re.MULTILINE)
    return {name: body.replace("\0", "#") for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    plain = FENCE.sub("", text)
    heads = (re.sub(r"[^\w\- ]", "", head[2].lower()).strip().replace(" ", "-") for head in HEADING.finditer(plain))
    return set(heads)


def links(text: str) -> list[str]:
    return [one or other for one, other in LINK.findall(FENCE.sub("", text))]


class Copy:
    """A copy of the tree, with an environment of its own: what the page says is done here."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "linli"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True, text=True,
        ).stdout  # fmt: skip
        for name in filter(None, listed.split("\0")):
            source = ROOT / name
            if source.is_file():
                (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, self.tree / name)
        ours = ("LINLI_", "PYTEST_", "DJANGO_")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {
            "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.tree),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_ADDOPTS": "--no-migrations -p no:cacheprovider",
            "LINLI_VAR": str(folder / "var"),
            "LINLI_NODE_MODULES": str(ROOT / "node_modules"),
            "LINLI_LOG_LEVEL": "ERROR",
        }

    def do(self, block: Block) -> None:
        """Do what the block says. Raises AssertionError with what was expected and what came."""
        if "append" in block.attributes:
            target = self.tree / block.attributes["append"]
            target.write_text(f"{target.read_text(encoding='utf-8')}\n\n{block.body}", encoding="utf-8")
        elif block.language == "diff":
            self._change(self.tree / block.attributes["file"], block.body)
        elif "file" in block.attributes:
            target = self.tree / block.attributes["file"]
            assert not target.exists(), f"{block.attributes['file']} is new on the page, but it is there already"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, encoding="utf-8")
        else:
            self._run(block)

    @staticmethod
    def _change(target: Path, body: str) -> None:
        lines = body.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        text = target.read_text(encoding="utf-8")
        times = text.count(f"\n{old}")
        assert times == 1, f"{target.name} holds {times} times what the page wants to change:\n{old}"
        target.write_text(text.replace(f"\n{old}", f"\n{new}"), encoding="utf-8")

    def _run(self, block: Block) -> None:
        wanted_code = int(block.attributes.get("exits", "0"))
        for step in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
            command, _, expected = step.partition("\n")
            done = subprocess.run(
                ["bash", "-c", command], cwd=self.tree, env=self.environment, check=False, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600,
            )  # fmt: skip
            assert done.returncode == wanted_code, f"$ {command}\nexit code {done.returncode}\n{done.stdout[-3000:]}"
            if expected.strip():
                pattern = ".*".join(map(re.escape, re.split(r"\s*…\s*", expected.strip())))
                got = re.sub(r"[ \t]+\n", "\n", done.stdout.strip())
                assert re.fullmatch(pattern, got, re.DOTALL), f"$ {command}\nsaid\n{got}\nthe page says\n{expected}"
