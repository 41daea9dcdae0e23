"""How long a telephone on a slow network waits for the first view of the portal (R155), and what its pages weigh.

    python benchmarks/slow_network.py --address http://127.0.0.1:8000    a running demonstration
    python benchmarks/slow_network.py                                     starts one of its own (twenty seconds and more)

Chromium throttles itself as its "Slow 3G" does: 400 ms until an answer begins, 1.6 Mbit/s down, 750 kbit/s up, each page
with an empty cache. Counts the first contentful paint and the bytes as they were transferred. Fails (exit code 1) when a
page is seen later than SECONDS, or carries more than KIB of CSS and JavaScript.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGES = ("/", "/services/", "/services/old_age_allowance/", "/sign-in/", "/notices/", "/verify/", "/preferences/")
LATENCY_MS, DOWN, UP = 400, 1_600_000 / 8, 750_000 / 8
SECONDS, KIB = 3.0, 200
PAINT = """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null"""


@contextmanager
def running(address: str | None) -> Iterator[str]:
    if address:
        yield address.rstrip("/")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as var:
        environment = os.environ | {"LINLI_VAR": var, "LINLI_DEMO": "1", "LINLI_LOG_LEVEL": "ERROR"}
        server = subprocess.Popen(
            [sys.executable, "-m", "linli", "serve", "--port", str(port)], cwd=ROOT, env=environment,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield _answers(f"http://127.0.0.1:{port}", server)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _answers(address: str, server: subprocess.Popen[bytes]) -> str:
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return address
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    raise SystemExit("the server did not start")


def seen(browser: Any, url: str) -> tuple[float, dict[str, int]]:
    """Open one page with an empty cache; return its first contentful paint in ms and the bytes by kind."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=3, is_mobile=True)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY_MS, "downloadThroughput": DOWN, "uploadThroughput": UP},
    )
    kinds: dict[str, str] = {}
    weights = {"Document": 0, "Stylesheet": 0, "Script": 0, "other": 0}
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))

    def finished(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "other")
        weights[kind if kind in weights else "other"] += int(event["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    page.goto(url, wait_until="networkidle", timeout=60_000)
    paint = page.evaluate(PAINT)
    context.close()
    return float(paint if paint is not None else "inf"), weights


def main() -> int:
    from playwright.sync_api import sync_playwright

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--address")
    fine = True
    with running(options.parse_args().address) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        print(f"{'':<34}{'first view':>11}{'HTML':>9}{'CSS + JS':>10}{'other':>9}  (KiB transferred)")
        for path in PAGES:
            paint, weights = min((seen(browser, address + path) for _attempt in range(3)), key=lambda one: one[0])
            code = weights["Stylesheet"] + weights["Script"]
            good = paint <= SECONDS * 1000 and code <= KIB * 1024
            fine = fine and good
            print(
                f"{path:<34}{paint / 1000:>9.2f} s{weights['Document'] / 1024:>9.1f}{code / 1024:>10.1f}"
                f"{weights['other'] / 1024:>9.1f}{'' if good else '   TOO MUCH'}"
            )
        browser.close()
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
