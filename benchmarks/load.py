"""Five hundred residents and fifty clerks at once, and what a server process weighs after fifty thousand requests.

    python benchmarks/load.py [--quick]    --quick: two thousand requests and one minute

On a PostgreSQL cluster of our own. First the server with a single process, which answers REQUESTS over a few connections as quickly as
it can, and is weighed (VmRSS) after a tenth and at the end. Then the server as `linli serve --workers 2` starts it: every resident opens
a page in thirty seconds, every clerk one in ten, each at her own moments, for SECONDS: p95 from the request to the last byte, and no
answer but 200. The clients share the cores.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import machine

RESIDENTS, CLERKS = 500, 50
REQUESTS, SECONDS = 50_000, 150
QUICK_REQUESTS, QUICK_SECONDS = 2_000, 60
HERS = ("/", "/services/", f"/services/{machine.ITEM}/", "/my/cases/", "/my/messages/", "/notices/", "/my/facts/")
THEIRS = ("/desk/", "/workbench/", "/desk/all/", "/workbench/find/?q=柳桂枝")


class Browser:
    """One connection that stays open, and one session."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.session = port, session
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def open(self, path: str) -> int:
        """Open a page; return its status. On a connection that has been closed meanwhile once more, as browsers do."""
        if self.reader is not None:
            try:
                return await self._ask(path)
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                self.close()
                if isinstance(error, asyncio.IncompleteReadError) and error.partial:
                    raise  # in the middle of an answer
        return await self._ask(path)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    async def _ask(self, path: str) -> int:
        from urllib.parse import quote

        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = (
            f"GET {quote(path, safe='/?=&')} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={self.session}\r\n\r\n"
        )
        self.writer.write(lines.encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        if "content-length:" in head:
            await self.reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
        elif "chunked" in head:
            while size := int((await self.reader.readline()).strip() or b"0", 16):
                await self.reader.readexactly(size + 2)
            await self.reader.readline()
        return int(head.split()[1])


async def together(
    port: int, people: list[tuple[str, tuple[str, ...], float]], seconds: float
) -> tuple[list[float], list[str]]:
    took: list[float] = []
    faults: list[str] = []
    end = time.monotonic() + seconds

    async def one(session: str, pages: tuple[str, ...], every: float) -> None:
        browser = Browser(port, session)
        await asyncio.sleep(random.uniform(0, every))
        while time.monotonic() < end:
            path = random.choice(pages)
            began = time.perf_counter()
            try:
                status = await asyncio.wait_for(browser.open(path), 30)
                if status != 200:
                    faults.append(f"{path} {status}")
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                faults.append(f"{path} {type(error).__name__}")
                browser.close()
            took.append(time.perf_counter() - began)
            await asyncio.sleep(random.uniform(0.5, 1.5) * every)

    await asyncio.gather(*(one(*person) for person in people))
    return took, faults


async def many(port: int, people: list[tuple[str, tuple[str, ...], float]], count: int) -> list[str]:
    """Open so many pages as quickly as they come, over eight connections; return what was not answered with 200."""
    turns = cycle(people)
    left = iter(range(count))
    faults: list[str] = []

    async def one() -> None:
        browser = Browser(port, "")
        for _ in left:
            browser.session, pages, _every = next(turns)
            if (status := await browser.open(path := random.choice(pages))) != 200:
                faults.append(f"{path} {status}")

    await asyncio.gather(*(one() for _ in range(8)))
    return faults


def weighed(where: machine.Place, people: list[tuple[str, tuple[str, ...], float]], count: int) -> dict[str, Any]:
    """Return what a single process weighs after so many requests, what one of them costs, and what went wrong."""
    server = machine.Server(where, hashed=True)
    try:
        server.wait()
        began, weights = time.monotonic(), []
        cpu = machine.cpu_seconds(server.pid), machine.cpu_seconds(where.postgres.pid)
        faults: list[str] = []
        for part in (count // 10, count - count // 10):
            faults += asyncio.run(many(server.port, people, part))
            weights.append(max(machine.resident_mib(pid) for pid in machine.tree(server.pid)))
        spent = machine.cpu_seconds(server.pid) - cpu[0], machine.cpu_seconds(where.postgres.pid) - cpu[1]
    finally:
        server.stop()
    each = [round(seconds / count * 1000, 1) for seconds in spent]
    print(f"{count} requests in {time.monotonic() - began:.0f} s; wrong: {sorted(set(faults))[:5]}")
    print(
        f"{weights[0]:.0f} MiB after a tenth, {weights[1]:.0f} at the end; each {each[0]} ms and {each[1]} in PostgreSQL"
    )
    return {"mib": weights[1], "cpu_ms": sum(each), "faults": len(faults)}


def measure(requests: int, seconds: float) -> dict[str, Any]:
    with machine.place() as where:
        town = machine.settle()
        from django.db import connections

        from linli.ground.accounts.models import Account
        from linli.services.casework.tests import factories

        residents = machine.people(town, RESIDENTS)
        clerks = []
        for number in range(CLERKS):
            actor = factories.Town().staff("community_worker", town.home, name=f"白芷{number}")
            clerks.append(Account.objects.get(pk=actor.account_id))
        for _ in range(30):
            factories.submitted(town)
        keys = machine.sessions(clerks)
        people = [(r.session, HERS, 30.0) for r in residents] + [(key, THEIRS, 10.0) for key in keys]
        random.shuffle(people)
        connections.close_all()
        machine.collect_static(where)
        one = weighed(where, people, requests)
        server = machine.Server(where, workers=2, hashed=True)
        try:
            server.wait()
            took, faults = asyncio.run(together(server.port, people, seconds))
        finally:
            server.stop()
    took.sort()
    print(f"{len(took)} pages of {len(people)} people in {seconds:.0f} s; wrong: {sorted(set(faults))[:5]}")
    return {
        "load.process_mib": {"value": round(one["mib"], 1), "limit": 200, "unit": "MiB"},
        "load.p95_ms": {"value": round(took[int(len(took) * 0.95) - 1] * 1000, 1), "limit": 300, "unit": "ms"},
        "load.errors": {"value": len(faults) + one["faults"], "limit": 0, "unit": ""},
        "load.page_cpu_ms": {"value": round(one["cpu_ms"], 1), "unit": "ms"},
        "load.requests": {"value": requests, "unit": ""},
    }


def main() -> int:
    from benchmarks.figures import told

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true")
    quick = options.parse_args().quick
    return told(measure(QUICK_REQUESTS, QUICK_SECONDS) if quick else measure(REQUESTS, SECONDS))


if __name__ == "__main__":
    sys.exit(main())
