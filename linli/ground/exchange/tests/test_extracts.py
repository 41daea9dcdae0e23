"""A department's list before it is imported (R20a): what is read, and what is wrong with it, row by row."""

import datetime as dt

import pytest

from linli.ground.exchange import extracts
from linli.ground.registry import rules

pytestmark = pytest.mark.any_database

TODAY = dt.date(2026, 11, 25)
HEADINGS = "序号,联系电话,公民身份号码,性别(必填),出生年月日,姓 名*"


def number(serial):
    body = f"51990219580312{serial:03d}"
    return body + rules.check_digit(body)


def row(serial, **changes):
    sex = "男" if serial % 2 else "女"
    cells = {"phone": f"154{serial:08d}", "id": number(serial), "sex": sex, "birth": "1958年3月12日", "name": "柳桂"}
    return ",".join([str(serial), *(cells | changes).values()])


def dry_run(tmp_path, rows, encoding="utf-8"):
    path = tmp_path / "extract.csv"
    path.write_bytes("\r\n".join([HEADINGS, *rows]).encode(encoding))
    found = extracts.encoding_of(path)
    lines = extracts.read(path, found)
    columns = extracts.suggest_columns(next(lines)[1])
    return found, extracts.check(lines, columns, on=TODAY, allow_demo=True)


@pytest.mark.parametrize(
    ("written", "found"), [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030")]
)
def test_seeded_faults_are_found_by_row_and_reason_and_no_others(tmp_path, written, found):
    """R20a: five of a hundred rows are wrong."""
    rows = [row(serial) for serial in range(100)]
    last = number(10)[-1]
    rows[10] = row(10, id=number(10)[:-1] + ("1" if last != "1" else "2"))
    rows[30] = row(30, sex="男")
    rows[50] = row(50, birth="1958-02-30")
    rows[70] = row(70, name="")
    rows[90] = row(90, id=number(20))

    encoding, findings = dry_run(tmp_path, rows, written)

    assert encoding == found
    assert findings.rows == 100
    assert [(fault.line, fault.field, fault.code) for fault in findings.faults] == [
        (12, "id_number", "registry.number_not_good"),
        (32, "sex", "exchange.sex_differs"),
        (52, "birth_date", "exchange.birth_date_differs"),
        (72, "name", "registry.name_not_good"),
        (92, "id_number", "exchange.number_twice"),
    ]


def test_a_cell_of_two_lines_does_not_shift_the_lines_after_it(tmp_path):
    _encoding, findings = dry_run(tmp_path, [row(1, name='"柳\n桂"'), row(2, phone="123"), ""])

    assert (3 + 1, "phone") in [(fault.line, fault.field) for fault in findings.faults]
    assert findings.rows == 2


def test_a_list_without_a_column_of_numbers_is_refused():
    columns = extracts.suggest_columns(["姓名", "住址"])

    assert columns == {"name": 0, "address": 1}
    with pytest.raises(extracts.ColumnMissing):
        extracts.check([], columns, on=TODAY)


@pytest.mark.parametrize("data", [b"\xff\xfe\xd3\x59", b"PK\x03\x04\0\0", b"\x80\xff\xff"])
def test_what_is_no_text_is_refused(tmp_path, data):
    path = tmp_path / "extract.csv"
    path.write_bytes(data)

    with pytest.raises(extracts.ExtractNotReadable):
        extracts.encoding_of(path)
