"""Bad input: what people write as an item, and the sentence that they read."""

from __future__ import annotations

import pytest
import yaml

from linli.services.catalogue import reading
from linli.services.catalogue.tests import factories as make

ALL = sorted(reading.ITEMS.glob("*.yaml"))


def text(**changes):
    return yaml.safe_dump(make.data(**changes), allow_unicode=True, sort_keys=False)


def told(written):
    return [str(fault) for fault in reading.read(written).faults]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("code: a\n\tname: b\n", "第 2 行：这一行用了 Tab 键，YAML 只认空格。请把它换成空格。"),
        ("code: a\n\t- b\n", "第 2 行：这一行用了 Tab 键，YAML 只认空格。请把它换成空格。"),
        ("a: &a [x]\nb: *a\n", "第 1 行：这里用了引用（& 或 *），事项里不能用。请把内容直接写出来。"),
        ("code: a\ncode: b\n", "第 2 行：“code”写了两次，只能写一次。"),
        ("code: !!python/object/apply:os.system [ls]\n", "第 1 行：这里的写法不认识，请写成普通的文字或数字。"),
        ("code: a\n---\ncode: b\n", "第 2 行：一个文件只写一个事项，这里又开始了一个（---）。"),
        ("- a\n- b\n", "第 1 行：这里应是一个事项：一行一个“名字: 内容”。"),
        ("", "第 1 行：这里应是一个事项：一行一个“名字: 内容”。"),
        ("code: a\x07b\n", "第 1 行：有一个看不见的控制字符，请删掉它。"),
        ("published_from: 2026-02-31\n", "第 1 行：“2026-02-31”读不懂，要写文字就加上引号。"),
        ("x" * 200_001, "太长了：一个事项最多 200 KB。"),
        ("a: " + "[" * 30 + "]" * 30 + "\n", "第 1 行：套得太深或者条目太多，不像一个事项。"),
    ],
)
def test_what_is_no_yaml_is_said_in_a_sentence(written, sentence):
    assert told(written) == [sentence]


def test_a_line_that_is_out_of_place_is_quoted():
    assert told('code: "a\nname: {zh: x\n') == [
        "第 3 行：这一行写法不对（YAML）：多半是冒号后面少了空格，少了一个引号，或者没有和上一行对齐。这里写的是："
    ]


def test_a_billion_laughs_are_refused_at_once():
    bomb = 'a: &a ["x","x"]\n' + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(20)
    )

    assert told(bomb) == ["第 1 行：这里用了引用（& 或 *），事项里不能用。请把内容直接写出来。"]


@pytest.mark.parametrize(
    ("changes", "path", "sentence"),
    [
        ({"sumary": "x"}, "sumary", "不认识“sumary”。是不是“summary”？"),
        ({"materials__0__colour": "x"}, "materials[0].colour", "不认识“colour”，请删掉或者改名。"),
        ({"level": "galaxy"}, "level", "写的是“galaxy”，只能是其中一个：community、township、county、city、province。"),
        ({"code": "Lantern Loan"}, "code", "写的是“Lantern Loan”，只能用小写字母、数字和下划线，以字母开头。"),
        ({"number": "12"}, "number", '写的是“12”，要是四位数字，加上引号，比如 "0101"。'),
        ({"promised_limit__days": -1}, "promised_limit.days", "写的是 -1，最少是 0。"),
        ({"promised_limit__days": 4000}, "promised_limit.days", "写的是 4000，最多是 400。"),
        ({"promised_limit__days": "soon"}, "promised_limit.days", "写的是“soon”，这里要写整数。"),
        ({"name__zh": ""}, "name.zh", "这一项还空着，请写上。"),
        ({"name": "借灯笼"}, "name", "写的是“借灯笼”，这里要分开写几项，比如 {zh: …, en: …}。"),
        ({"name__zh": "灯" * 10_000}, "name.zh", "太长了：写了 10000 个字，最多 60 个。"),
        ({"windows__zh": "灯" * 10_000}, "windows.zh", "太长了：写了 10000 个字，最多 2000 个。"),
        ({"chain": []}, "chain", "至少要写一条。"),
        ({"keywords": "灯"}, "keywords", "这里要写成一列，每条前面一个短横（- ）。"),
        ({"phone": 12345}, "phone", "写的是“12345”，这里要写文字；数字要加引号。"),
    ],
)
def test_what_is_no_item_is_said_with_its_path_and_line(changes, path, sentence):
    faults = reading.read(text(**changes)).faults

    assert [(fault.path, fault.sentence) for fault in faults] == [(path, sentence)]
    assert faults[0].line


def test_what_is_missing_is_said_at_the_line_around_it():
    written = text()
    written = written.replace("  en: Loan of a lantern\n", "")

    assert told(written) == ["第 3 行，name.en：少了“en”，请补上。"]


def test_every_fault_is_told_at_once():
    assert [fault.path for fault in reading.read(text(level="galaxy", phone=1, name__zh="")).faults] == [
        "name.zh", "level", "phone",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ALL, ids=[path.stem for path in ALL])
def test_an_item_written_out_is_read_back_the_same(path):
    item = reading.read(path.read_text(encoding="utf-8")).sound()

    assert reading.read(reading.to_yaml(item)).sound() == item


# -- folders ---------------------------------------------------------------------------------------------------------


def test_the_items_that_linli_brings_along_are_sound():
    told = reading.read_folder(reading.ITEMS)

    assert [str(fault) for fault in told.faults] == []
    assert len(told.items) == len(ALL)


def test_each_fault_of_a_folder_is_named_with_file_and_line(tmp_path):
    (tmp_path / "a.yaml").write_text(text(), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(text(), encoding="utf-8")
    (tmp_path / "c.yaml").write_text("code: a\n\tname: b\n", encoding="utf-8")
    (tmp_path / "d.yaml").write_bytes("code: 灯".encode("gb18030"))
    (tmp_path / "e.yaml").write_text(text(code="moon", number="9902", promised_limit__days=21), encoding="utf-8")

    told = reading.read_folder(tmp_path)

    assert [str(fault) for fault in told.faults] == [
        "b.yaml  第 1 行，code：“lantern_loan”在 a.yaml 里已经用了，一个只能用一次。",
        "b.yaml  第 2 行，number：“9901”在 a.yaml 里已经用了，一个只能用一次。",
        "c.yaml  第 2 行：这一行用了 Tab 键，YAML 只认空格。请把它换成空格。",
        "d.yaml  文件不是 UTF-8 编码，读不出来。请另存为 UTF-8。",
        "e.yaml  第 48 行，promised_limit：承诺 21 个工作日 比法定 20 个工作日 还长，最多和法定一样。",
    ]


def test_an_empty_folder_is_said_to_be_empty(tmp_path):
    assert [fault.fault.sentence for fault in reading.read_folder(tmp_path).faults] == [
        "这个文件夹里没有事项（.yaml 文件）。"
    ]
