"""Reading a department's list of persons: lines in, rows and faults out. No database.

CSV in UTF-8 (with or without mark) or GB18030, columns in any order under the headings of data_headings. A file is read
line by line and may be of any length; only the numbers already seen are held, to find one that comes twice.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.http import Refused
from linli.ground.exchange.data_headings import HEADINGS, SEXES
from linli.ground.registry import rules as registry

NEEDED = ("name", "id_number")
BLOCK_BYTES = 1 << 20


class ExtractNotReadable(Refused):
    code = "exchange.extract_not_readable"
    message = gettext_lazy("这个文件既不是 UTF-8，也不是 GB18030 编码。请用表格软件另存为“CSV UTF-8”，再来导入。")


class ColumnMissing(Refused):
    code = "exchange.column_missing"
    message = gettext_lazy("找不到姓名或证件号码这一列。请写明哪一列是姓名，哪一列是证件号码。")


@dataclass(frozen=True)
class Fault:
    """One thing wrong: the line on which the row begins (the heading is line 1), the field, a stable code, a sentence."""

    line: int
    field: str
    code: str
    sentence: str


@dataclass
class Findings:
    """What a dry run found: rows read, and every fault in the order of the file."""

    rows: int = 0
    faults: list[Fault] = field(default_factory=list)


def encoding_of(path: Path) -> str:
    """Return "utf-8-sig" or "gb18030", whichever reads the whole file. Raises ExtractNotReadable."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while block := file.read(BLOCK_BYTES):
                    if b"\0" in block:
                        raise ExtractNotReadable
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise ExtractNotReadable


def normalise_heading(text: str) -> str:
    """Return a heading in half-width capitals, without spaces, stars and what stands in brackets."""
    return re.sub(r"\(.*?\)|[\s*]", "", unicodedata.normalize("NFKC", text)).upper()


def suggest_columns(headings: Iterable[str]) -> dict[str, int]:
    """Return the column (from 0) of each field that a heading names; the first heading counts."""
    fields = {heading: field for field, known in HEADINGS.items() for heading in known}
    columns: dict[str, int] = {}
    for column, heading in enumerate(headings):
        if found := fields.get(normalise_heading(heading)):
            columns.setdefault(found, column)
    return columns


def read(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty, with the line on which it begins; the headings first."""
    with path.open(encoding=encoding, newline="") as file:
        rows = csv.reader(file)
        begins = 1
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = rows.line_num + 1


def check(
    rows: Iterable[tuple[int, list[str]]], columns: Mapping[str, int], *, on: dt.date, allow_demo: bool = False
) -> Findings:
    """Try every row, the headings left out, as the registry would take it; nothing is changed. Raises ColumnMissing.

    allow_demo: made-up numbers (`xx99…`) pass, for a demonstration only.
    """
    if any(name not in columns for name in NEEDED):
        raise ColumnMissing
    findings = Findings()
    seen: dict[str, int] = {}
    for line, cells in rows:
        findings.rows += 1
        given = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
        findings.faults += _faults(line, given, seen, on, allow_demo)
    return findings


def _faults(line: int, given: dict[str, str], seen: dict[str, int], on: dt.date, allow_demo: bool) -> Iterator[Fault]:
    try:
        registry.check_name(given["name"])
    except Refused as refusal:
        yield Fault(line, "name", refusal.code, str(refusal))
    if phone := given.get("phone"):
        try:
            registry.normalise_phone(phone, allow_demo=allow_demo)
        except Refused as refusal:
            yield Fault(line, "phone", refusal.code, str(refusal))
    try:
        number = registry.check_identity_number(given["id_number"], on=on, allow_demo=allow_demo)
    except Refused as refusal:
        yield Fault(line, "id_number", refusal.code, str(refusal))
        return
    first = seen.setdefault(number, line)
    if first != line:
        sentence = _("这个证件号码在第 %(line)s 行已经有了，请核对这两行是不是同一个人。") % {"line": first}
        yield Fault(line, "id_number", "exchange.number_twice", sentence)
    sex = given.get("sex")
    if sex and SEXES.get(sex.upper()) != registry.sex_of(number):
        sentence = _("性别和证件号码里的不一致，请对照证件再看一遍。")
        yield Fault(line, "sex", "exchange.sex_differs", sentence)
    birth = given.get("birth_date")
    if birth and _day(birth) != registry.birth_date_of(number, on=on):
        sentence = _("出生日期和证件号码里的不一致，请对照证件再看一遍。")
        yield Fault(line, "birth_date", "exchange.birth_date_differs", sentence)


def _day(text: str) -> dt.date | None:
    """Read 1958-03-12, 1958/3/12, 1958.3.12, 1958年3月12日 and 19580312; None for anything else."""
    parts = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", unicodedata.normalize("NFKC", text), re.ASCII)
    try:
        return dt.date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None
