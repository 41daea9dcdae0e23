"""Write the parts of docs/ that are drawn from the code: the lifecycle's table, the permissions.

python scripts/write_docs.py           writes them anew
python scripts/write_docs.py --check   writes nothing; exit code 1 if a page is older than the code
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "docs" / "architecture.md", ROOT / "docs" / "keeping.md"]


def lifecycle() -> str:
    from linli.services.casework.lifecycle import describe

    return describe()


def permissions() -> str:
    from django.utils.translation import override

    from linli.ground.accounts import overview

    with override("zh-hans"):
        return f"```text\n{overview.as_text()}\n```\n"


def retention() -> str:
    from linli.core.keeping.retention import describe

    return describe()


PARTS: dict[str, Callable[[], str]] = {"lifecycle": lifecycle, "permissions": permissions, "retention": retention}
MARKED = re.compile(r"(<!-- begin: (\w+) -->\n).*?(<!-- end: \2 -->)", re.DOTALL)


def written(text: str) -> str:
    """Return the page with its marked parts as the code has them now."""
    return MARKED.sub(lambda part: f"{part[1]}\n{PARTS[part[2]]()}\n{part[3]}", text)


def main(arguments: list[str]) -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    import django

    django.setup()
    code = 0
    for page in PAGES:
        old = page.read_text(encoding="utf-8")
        new = written(old)
        name = page.relative_to(ROOT)
        if new == old:
            print(f"{name}: as the code has it")
        elif "--check" in arguments:
            print(f"{name}: older than the code; run python scripts/write_docs.py")
            print(*unified_diff(old.splitlines(), new.splitlines(), "page", "code", n=0, lineterm=""), sep="\n")
            code = 1
        else:
            page.write_text(new, encoding="utf-8")
            print(f"{name}: written anew")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
