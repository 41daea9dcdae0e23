"""What linkage compares: a list's rows as they came, prepared so that engines need only equality and edit distance. Pure.

Empty, 无, 不详 and the like are NULL: what is not known speaks neither for nor against.
"""

# untranslated: names of people and places as they are written

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("source", "row_id", "name", "sex", "birth", "id_number", "phone", "address")
"""A list's row, all text: source and row_id name it for good; birth YYYY-MM-DD, sex 1 or 2."""
PREPARED = (
    "source_dataset", "unique_id", "name", "name_py", "surname", "sex", "birth", "id17", "phone", "addr", "bld", "road",
)  # fmt: skip
_NOTHING = frozenset({"", "无", "不详", "未知", "-", "0", "null", "none", "/"})
_COMPOUND = frozenset({"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒"})
_BUILDING = re.compile(r"(栋|幢|号楼|座)")
_ROOM = re.compile(r"(单元|号|室|楼|层)")


def prepare(row: Mapping[str, Any]) -> dict[str, str | None]:
    """Return a row with the columns of PREPARED."""
    name, address = re.sub(r"[\s·•.]", "", _plain(row.get("name"))), _plain(row.get("address"))
    addr, bld, road = _address(address)
    return {
        "source_dataset": str(row["source"]),
        "unique_id": str(row["row_id"]),
        "name": name or None,
        "name_py": _sound(name) if name else None,
        "surname": (name[:2] if name[:2] in _COMPOUND else name[:1]) if name else None,
        "sex": sex if (sex := _plain(row.get("sex"))) in ("1", "2") else None,
        "birth": _birth(_plain(row.get("birth"))),
        "id17": _id17(_plain(row.get("id_number"))),
        "phone": _phone(_plain(row.get("phone"))),
        "addr": addr,
        "bld": bld,
        "road": road,
    }


def table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return prepared rows as an Arrow table, all columns text."""
    import pyarrow as pa

    return pa.Table.from_pylist([prepare(row) for row in rows], schema=pa.schema([(n, pa.string()) for n in PREPARED]))


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a list kept as Parquet with the columns of COLUMNS. Raises KeyError for one that is missing."""
    import pyarrow.parquet as pq

    found = pq.read_table(path)
    missing = [name for name in COLUMNS if name not in found.column_names]
    if missing:
        raise KeyError(", ".join(missing))
    return found.select(list(COLUMNS)).to_pylist()  # type: ignore[no-any-return]


def _sound(name: str) -> str:
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(name))


def _plain(value: Any) -> str:
    text = unicodedata.normalize("NFKC", str(value if value is not None else "")).strip()
    return "" if text.lower() in _NOTHING else text


def _birth(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 else None


def _id17(text: str) -> str | None:
    """The number without its check character; one of 15 digits with the century put in (GB 11643-1989)."""
    number = re.sub(r"\s", "", text).upper()
    if len(number) == 15 and number.isdecimal():
        return f"{number[:6]}19{number[6:]}"
    return number[:17] if len(number) in (17, 18) else None


def _phone(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    digits = digits.removeprefix("86") if len(digits) == 13 else digits
    return digits if len(digits) >= 7 else None


def _address(text: str) -> tuple[str | None, str | None, str | None]:
    """Return the whole address, the building and the road, with one sign for what people write in several ways."""
    text = re.sub(r"[\s,，。.]", "", text)
    if not text:
        return None, None, None
    near = re.sub(r"^.*?(?:街道|社区)", "", text) or text
    road = re.match(r".*?(?:路|街|巷|大道)", near) or re.match(r".*?(?:小区|苑|园|村)", near)
    whole = re.sub(r"-+", "-", _ROOM.sub("-", _BUILDING.sub("#", text))).strip("-")
    building = whole.split("#", 1)[0] if "#" in whole else None
    return whole, building, road.group(0) if road else None
