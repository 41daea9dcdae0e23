"""Check that a tag, the version in pyproject.toml and the changelog agree, and print the changelog's section.

    python scripts/release.py v1.2.3 > notes.md

Exit code 1 and a sentence where they do not agree. Knows no particular forge: hand the section to whichever publishes.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?P<rest>.*)$", re.MULTILINE)
DATED = re.compile(r" - \d{4}-\d{2}-\d{2}")


class NotARelease(Exception):  # noqa: N818 (says what does not agree)
    """The message says what does not agree, and what would."""


def notes(tag: str, version: str, changelog: str) -> str:
    """Return the section of a release. Raises NotARelease."""
    if not re.fullmatch(r"v\d+\.\d+\.\d+((a|b|rc)\d+)?", tag):
        raise NotARelease(f"{tag} is no tag of a release: it is called v1.2.3")
    if tag != f"v{version}":
        raise NotARelease(f"the tag is {tag}, and pyproject.toml says {version}")
    heads = list(HEADING.finditer(changelog))
    for number, head in enumerate(heads):
        if head["name"] == version:
            if not DATED.fullmatch(head["rest"]):
                raise NotARelease(f"the changelog's heading of {version} has no day: ## [{version}] - 2027-01-31")
            end = heads[number + 1].start() if number + 1 < len(heads) else len(changelog)
            if section := changelog[head.end() : end].strip():
                return section + "\n"
            raise NotARelease(f"the changelog's section of {version} is empty")
    raise NotARelease(f"the changelog has no section [{version}]; rename [Unreleased], with its day")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    try:
        sys.stdout.write(notes(arguments[0], version, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    except NotARelease as wrong:
        print(f"not a release: {wrong}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
