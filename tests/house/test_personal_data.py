"""A stolen copy of the database tells nobody's identity number and nobody's telephone (acceptance 4, R42)."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from linli.ground.registry import queries as registry
from linli.ground.registry.models import Person
from linli.web import demonstration
from tests.world import connected_to, copy_database, drop_database, fresh_name

pytestmark = pytest.mark.takes_minutes


@dataclass
class Told:
    """The demonstration as it lies on the disk, and what was said while it was made."""

    people: list[tuple[str, str]]
    dump: str
    log: str


@pytest.fixture(scope="module")
def told(settled: str, django_db_blocker) -> Told:
    """A demonstration of its own: 25 cases, 60 residents; every log line is heard."""
    heard = _Listener()
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in ("", "linli")}
    root.addHandler(heard)
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    name = fresh_name()
    said: list[str] = []
    with django_db_blocker.unblock():
        copy_database(settled, name)
        with connected_to(name):
            demonstration.load(cases=25, residents=60, days=15, echo=lambda line: said.append(str(line)))
            people = [
                (str(facts["id_number"].value), str(facts["phone"].value))
                for person in Person.everywhere.all()
                if (facts := registry.facts_of(person, in_clear=True))
            ]
            connection.close()
            dump = "\n".join(_everything(name))
        drop_database(name)
    root.removeHandler(heard)
    for logger, level in levels.items():
        logging.getLogger(logger).setLevel(level)
    return Told(people, dump, "\n".join([*heard.lines, *said]))


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith("django.db.backends"):  # statements with their values, never on by default
            self.lines.append(f"{record.getMessage()} {record.__dict__}")


def _everything(name: str) -> Iterator[str]:
    """Yield every row of every table as text, bytes in hexadecimal and as they are."""
    if connection.vendor == "sqlite":
        with sqlite3.connect(name) as database:
            yield from database.iterdump()
        yield Path(name).read_bytes().decode("latin-1")
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            yield from (row[0] for row in cursor.fetchall())


def shapes(number: str) -> set[str]:
    """Return every way in which a number is likely to be written down."""
    grouped = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    by_eye = (
        f"{number[:6]} {number[6:14]} {number[14:]}"
        if len(number) == 18
        else f"{number[:3]} {number[3:7]} {number[7:]}"
    )
    plain = {number, number.lower(), number[::-1], grouped, by_eye, grouped.replace(" ", "-"), by_eye.replace(" ", "-")}
    if len(number) == 18:
        plain.add(number[:17])  # without the check letter
    else:
        plain |= {f"+86{number}", f"86{number}"}
    return plain | {text.encode().hex() for text in (number, number.lower())}


CANDIDATE = re.compile(r"[0-9a-fxA-FX+ -]{11,}")
"""Every shape consists of these characters and is at least so long: a thousand numbers are sought in such runs alone."""


def found_in(text: str, people: list[tuple[str, str]]) -> list[str]:
    wanted = {shape for person in people for number in person if number for shape in shapes(number)}
    assert all(CANDIDATE.fullmatch(shape) for shape in wanted)
    some = re.compile("|".join(sorted(map(re.escape, wanted))), re.IGNORECASE)
    runs = "\n".join(run for run in CANDIDATE.findall(text))
    return sorted({hit.group()[:6] + "…" for hit in some.finditer(runs)})


def test_the_search_finds_what_is_there(told: Told):
    """The net is whole: it holds every person's two numbers and catches one that stands in the open."""
    assert len(told.people) == 60
    assert all(
        re.fullmatch(r"\d{17}[\dX]", number) and re.fullmatch(r"154\d{8}", phone) for number, phone in told.people
    )
    number, phone = told.people[0]
    assert found_in(f"x{number.lower()}x", told.people)
    assert found_in(f"'{phone[:3]} {phone[3:7]} {phone[7:]}'", told.people)
    assert found_in(f"X'{number.encode().hex()}'", told.people)
    assert found_in("nothing here", told.people) == []


def test_no_number_lies_open_in_the_database(told: Told):
    assert len(told.dump) > 1_000_000
    assert "casework_case" in told.dump or connection.vendor != "sqlite"
    assert found_in(told.dump, told.people) == []


def test_no_number_lies_open_in_the_files(told: Told):
    files = [file for file in Path(settings.FILES_DIR).rglob("*") if file.is_file()]

    assert files
    for file in files:
        assert found_in(file.read_bytes().decode("latin-1"), told.people) == [], file


def test_no_number_is_said_in_the_log(told: Told):
    assert told.log
    assert found_in(told.log, told.people) == []
