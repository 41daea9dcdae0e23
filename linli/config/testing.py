"""Loaded by pytest before the settings are read: a fresh folder for files and keys, made-up people only.

And the ear of the whole suite: what any test logs, as an installation logs it, tells nobody's number.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

# How quick the machine is at this moment is not what a test is about.
hypothesis.settings.register_profile("linli", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("linli")

os.environ["LINLI_VAR"] = tempfile.mkdtemp(prefix="linli-test-")
os.mkdir(os.path.join(os.environ["LINLI_VAR"], "static"))  # or WhiteNoise warns in every client
os.environ["LINLI_DEMO"] = "1"
os.environ["LINLI_SECRET_KEY"] = "only-for-tests-" + "0" * 40
os.environ["LINLI_LOG_LEVEL"] = "ERROR"

SEALED_NUMBERS = (b"registry.person.id_number\0", b"registry.person.phone\0", b"registry.formerfact.value\0",
                  b"accounts.account.phone\0")  # fmt: skip
"""Columns whose values are the numbers that no log line may hold."""
NUMBER = re.compile(r"1\d{10}|\d{17}[\dXx]", re.ASCII)
RUN = re.compile(r"\d(?:[ \-]?\d){9,30}[ \-]?[\dXx]", re.ASCII)
"""What may be a number, however it is parted: an identity number has 18 signs, a telephone 11."""
PLAIN = frozenset(vars(logging.makeLogRecord({})))


class Ear(logging.Handler):
    """Hears every record and keeps no more of it than the runs of digits, each with the line that it stood in."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.numbers: set[str] = set()
        self.runs: dict[str, str] = {}
        self.records = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.records += 1
        told = {name: value for name, value in vars(record).items() if name not in PLAIN and name != "request"}
        text = f"{self.format(record)} {told or ''}"
        for run in RUN.findall(text):
            self.runs.setdefault(re.sub(r"[ \-]", "", run).upper(), f"{record.name}: {record.msg}"[:200])

    def learn(self, plain: bytes, place: bytes) -> None:
        """Remember a number that was sealed."""
        if place.startswith(SEALED_NUMBERS) and NUMBER.fullmatch(text := plain.decode(errors="replace").upper()):
            self.numbers.add(text)

    def told(self) -> list[str]:
        """Return where somebody's number was said: the line without its places, never the number."""
        return sorted(
            {line for run, line in self.runs.items() for at in range(len(run)) if self._is_somebodys(run, at)}
        )

    def _is_somebodys(self, run: str, at: int) -> bool:
        return run[at : at + 11] in self.numbers or run[at : at + 18] in self.numbers


@pytest.fixture(autouse=True, scope="session")
def no_numbers_in_the_log() -> Iterator[Ear]:
    """Fail at the end of the session, in each process of it, where a log line told a number that a test had sealed (R42).

    Linli's loggers say as much as at an installation; the terminal stays as quiet as it was.
    """
    from linli.core.crypto import fields

    ear, root = Ear(), logging.getLogger()
    encrypt = fields._encrypt

    def overheard(key: fields.Key, nonce: bytes, plain: bytes, place: bytes) -> bytes:
        ear.learn(plain, place)
        return encrypt(key, nonce, plain, place)

    fields._encrypt = overheard
    yield ear
    fields._encrypt = encrypt
    root.removeHandler(ear)
    if told := ear.told():
        pytest.fail("these log lines tell somebody's identity number or telephone:\n" + "\n".join(told))


@pytest.fixture(autouse=True)
def listening(no_numbers_in_the_log: Ear) -> None:
    """Prick up the ear anew for each test: one that sets up Django again sets up its logging too."""
    root = logging.getLogger()
    if no_numbers_in_the_log not in root.handlers:
        root.addHandler(no_numbers_in_the_log)
    for handler in root.handlers:
        if handler is not no_numbers_in_the_log:
            handler.setLevel(max(handler.level, logging.ERROR))
    logging.getLogger("linli").setLevel(logging.INFO)


TOGETHER = (
    "tests/browser/test_every_page.py", "tests/deploy/test_install.py", "tests/house/test_following.py", "tests/house/test_keeping.py",
    "tests/house/test_migrations.py", "tests/house/test_personal_data.py", "tests/house/test_scope.py",
    "tests/upgrade/test_older_backup.py",
)  # fmt: skip
"""Modules that make a world once for all of their tests: one worker runs them whole."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out tests one by one, and the modules above whole."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.partition("::")[0]
            return module if module in TOGETHER else nodeid

    return Scheduling(config, log)
