"""Every figure beside its limit: `make bench`.

    python benchmarks/bench.py [--quick] [--only submission|million|load] [--folder FOLDER]

--folder: what `million.py --folder` has filled before, or fills now and leaves for the next time.

Each in a process of its own, one after the other; results.json keeps what was measured. Exit code 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.figures import kept, told

ONE = {
    "submission": "from benchmarks.submission import measure; f = measure(60 if quick else 300)",
    "million": "from benchmarks.million import *; f = measure(QUICK if quick else MANY, folder)",
    "load": "from benchmarks.load import *; f = measure(*((QUICK_REQUESTS, QUICK_SECONDS) if quick else (REQUESTS, SECONDS)))",
}
MARK = "FIGURES "


def measured(name: str, quick: bool, folder: Path | None) -> dict[str, dict[str, object]]:
    code = f"quick = {quick}; from pathlib import *; folder = {folder!r}; {ONE[name]}; import json; print({MARK!r} + json.dumps(f))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True, check=False
    )
    figures: dict[str, dict[str, object]] = {}
    for line in done.stdout.splitlines():
        if line.startswith(MARK):
            figures = json.loads(line.removeprefix(MARK))
        else:
            print(f"  {line}")
    if done.returncode:
        raise SystemExit(f"{name} did not come to its end")
    return figures


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer, for a first look: its figures are told, not kept")
    options.add_argument("--only", choices=list(ONE))
    options.add_argument("--folder", type=lambda path: Path(path).resolve(), help="a filled county")
    chosen = options.parse_args()
    figures: dict[str, dict[str, object]] = {}
    for name in [chosen.only] if chosen.only else ONE:
        print(name, flush=True)
        figures |= measured(name, chosen.quick, chosen.folder)
    if not chosen.quick:
        kept(figures)
    return told(figures)


if __name__ == "__main__":
    sys.exit(main())
