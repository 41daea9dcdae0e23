"""Reading a list of divisions: bytes in, rows and findings out. No database.

Columns: code and name; level and parent_code are compared with what the code says; urban_rural_class is optional.
Chinese headings are understood too. UTF-8 (with or without mark) or GB18030.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

import charset_normalizer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.http import Refused
from linli.ground.territory import rules
from linli.ground.territory.data_words import HEADINGS, LEVEL_WORDS
from linli.ground.territory.models import Kind, Level

NEEDED = ("code", "name", "level", "parent_code")
NAME_MAX = 80
URBAN_RURAL_CLASSES = ("", "111", "112", "121", "122", "123", "210", "220")


class UnreadableList(Refused):
    code = "territory.unreadable_list"
    message = gettext_lazy("这个文件读不出来。请用表格软件另存为“CSV UTF-8”，再来载入。")


@dataclass(frozen=True)
class Finding:
    """One thing wrong: the line of the file (the heading is line 1), what stood there, what is expected."""

    line: int
    given: str
    expected: str


@dataclass(frozen=True)
class Row:
    """One line of the list, checked by itself."""

    line: int
    code: str
    name: str
    level: Level
    kind: Kind
    parent_code: str
    urban_rural_class: str = ""


@dataclass
class DivisionList:
    """What a file says: the rows that are right by themselves, and everything that is not."""

    rows: dict[str, Row] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    encoding: str = ""
    unused: tuple[str, ...] = ()
    """Headings that nobody reads."""

    def find(self, line: int, given: str, expected: str) -> None:
        self.findings.append(Finding(line, _shown(given), expected))


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding. Raises UnreadableList with a sentence."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_like_utf_16(data):
        raise UnreadableList(
            _("这个文件是 UTF-16 编码（“Unicode 文本”），这里不收。请用表格软件另存为“CSV UTF-8”，再来载入。")
        )
    if not data.strip():
        raise UnreadableList(_("这个文件是空的，里面一行也没有。"))
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        broken_line = data.count(b"\n", 0, error.start) + 1
    guess = charset_normalizer.from_bytes(data, cp_isolation=["gb18030", "big5", "shift_jis"]).best()
    if guess is not None and guess.encoding == "gb18030":
        try:
            return data.decode("gb18030"), "GB18030"
        except UnicodeDecodeError as error:
            broken_line = data.count(b"\n", 0, error.start) + 1
    raise UnreadableList(
        _(
            "这个文件既不是 UTF-8，也不是 GB18030 编码，第 %(line)s 行起读不出来。"
            "请用表格软件另存为“CSV UTF-8”，再来载入。"
        ),
        line=broken_line,
    )


def read(data: bytes) -> DivisionList:
    """Read a list and check every line by itself and against the others. Raises UnreadableList."""
    text, encoding = decode(data)
    found = DivisionList(encoding=encoding)
    lines = _lines(text, found)
    heading = next(lines, None)
    columns = _columns(heading[1], found) if heading else {}
    if not columns:
        return found
    for line, cells in lines:
        row = _row(line, cells, columns, found)
        if row is None:
            continue
        if (earlier := found.rows.get(row.code)) is not None:
            found.find(line, row.code, _("每个代码只能有一行，第 %(line)s 行已经有了") % {"line": earlier.line})
        else:
            found.rows[row.code] = row
    if not found.rows and not found.findings:
        found.find(1, "", _("标题行下面至少有一行区划"))
    return found


def _lines(text: str, found: DivisionList) -> Iterator[tuple[int, list[str]]]:
    """Give each line that is not empty with its number; what cannot be parsed is a finding, and the end."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            found.find(start, "", _("一行 CSV：引号成对，单元格不超过 13 万字"))
            return
        if any(cell.strip() for cell in cells):
            yield start, cells


def _columns(heading: list[str], found: DivisionList) -> dict[str, int]:
    named = [HEADINGS.get(title.strip().lower(), "") for title in heading]
    found.unused = tuple(_shown(t.strip()) for t, name in zip(heading, named, strict=True) if not name and t.strip())
    for column in dict.fromkeys(named):
        if column and named.count(column) > 1:
            found.find(1, column, _("每个列名只出现一次"))
    if missing := [column for column in NEEDED if column not in named]:
        found.find(
            1,
            ",".join(heading),
            _("标题行里有 %(needed)s 这几列；缺 %(missing)s")
            % {"needed": "、".join(NEEDED), "missing": "、".join(missing)},
        )
    return {} if found.findings else {name: place for place, name in enumerate(named) if name}


def _row(line: int, cells: list[str], columns: dict[str, int], found: DivisionList) -> Row | None:
    """Return the line as a row, or None after writing down everything that is wrong with it."""
    if len(cells) <= max(columns.values()):
        found.find(
            line,
            ",".join(cells),
            _("这一行有 %(given)s 格，应有 %(needed)s 格") % {"given": len(cells), "needed": max(columns.values()) + 1},
        )
        return None
    value = {name: cells[place].strip() for name, place in columns.items()}
    before = len(found.findings)
    code, name = value["code"], value["name"]
    if bad := next((v for v in value.values() if _has_control(v)), None):
        found.find(line, bad, _("文字里没有空字符、控制字符和乱码（�）"))
        return None
    if not name:
        found.find(line, "", _("名称不能空着（代码 %(code)s）") % {"code": _shown(code)})
    elif len(name) > NAME_MAX:
        found.find(line, name, _("名称最多 %(max)s 个字，这里有 %(given)s 个") % {"max": NAME_MAX, "given": len(name)})
    try:
        rules.check_code(code)
        kind = rules.kind_of(code, name)
    except rules.UnknownKind as refusal:
        found.find(line, code, str(refusal))
        return None
    except rules.NotACode:
        found.find(line, code, _code_expected(code))
        return None
    level, parent = rules.level_of(code), rules.parent_code(code)
    if LEVEL_WORDS.get(value["level"]) != level:
        found.find(
            line,
            value["level"],
            _("代码 %(code)s 是%(level)s级，级别一列应为 %(word)s")
            % {"code": code, "level": level.label, "word": level.value},
        )
    if value["parent_code"] != parent:
        found.find(
            line,
            value["parent_code"],
            _("代码 %(code)s 的上级代码应为 %(parent)s") % {"code": code, "parent": parent}
            if parent
            else _("省没有上级，上级代码应空着"),
        )
    if (urban_rural := value.get("urban_rural_class", "")) not in URBAN_RURAL_CLASSES:
        found.find(line, urban_rural, _("城乡分类代码应为 111、112、121、122、123、210、220 之一"))
    if len(found.findings) > before:
        return None
    return Row(line, code, name, level, kind, parent, urban_rural)


def _code_expected(code: str) -> str:
    if code.isdecimal() and code.isascii():
        return _("区划代码应为 12 位数字，这里是 %(given)s 位") % {"given": len(code)}
    return _("区划代码应为 12 位数字，没有字母、空格和全角数字")


def _has_control(text: str) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Cs") or character == "\ufffd" for character in text)


def _looks_like_utf_16(data: bytes) -> bool:
    """Tell UTF-16 without a mark: the first character has a zero byte at its side, and so have many others."""
    return data[:2].count(0) == 1 and data.count(0) * 8 > len(data)


def _shown(text: str) -> str:
    """Return what stood there, short enough for a report, control characters made visible."""
    visible = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return visible if len(visible) <= 60 else f"{visible[:60]}…"
