import pytest

from linli.ground.territory.lists import UnreadableList, read
from linli.ground.territory.services import PANZHIHUA

HEADING = "code,name,level,parent_code"
GOOD = """510000000000,四川省,province,
510400000000,攀枝花市,city,510000000000
510402000000,东区,county,510400000000
510402002000,炳草岗街道,township,510402000000
510402002001,竹湖园社区居民委员会,community,510402002000"""


def a_list(*lines: str, heading: str = HEADING) -> bytes:
    return "\n".join([heading, *(lines or GOOD.splitlines())]).encode()


def findings(data: bytes) -> list[tuple[int, str, str]]:
    return [(f.line, f.given, f.expected) for f in read(data).findings]


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("gbk", "GB18030")]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_utf8_and_gb18030_are_read_alike(encoding, name, line_end):
    data = line_end.join([HEADING, *GOOD.splitlines(), ""]).encode(encoding)

    found = read(data)

    assert found.encoding == name
    assert found.findings == []
    assert found.rows["510402002001"].name == "竹湖园社区居民委员会"
    assert len(found.rows) == 5


def test_the_whole_city_is_read_in_gb18030_too():
    found = read(PANZHIHUA.read_text(encoding="utf-8").encode("gb18030"))

    assert (found.encoding, len(found.rows), found.findings) == ("GB18030", 392, [])


def test_chinese_headings_are_understood():
    data = a_list("510000000000,四川省,省,", heading="区划代码,名称,级别,上级代码")

    assert list(read(data).rows) == ["510000000000"]
    assert findings(data) == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "这个文件是空的，里面一行也没有。"),
        (b" \r\n ", "这个文件是空的，里面一行也没有。"),
        (
            a_list().decode().encode("utf-16"),
            "这个文件是 UTF-16 编码（“Unicode 文本”），这里不收。请用表格软件另存为“CSV UTF-8”，再来载入。",
        ),
        (
            a_list().decode().encode("utf-16-be"),
            "这个文件是 UTF-16 编码（“Unicode 文本”），这里不收。请用表格软件另存为“CSV UTF-8”，再来载入。",
        ),
        (
            b"\x7fELF\x02\x01\x01\x00\x00\x00\xff\xff\x00\x00",
            "这个文件既不是 UTF-8，也不是 GB18030 编码，第 1 行起读不出来。请用表格软件另存为“CSV UTF-8”，再来载入。",
        ),
        (
            a_list()[:60] + b"\xff\xfe\xff",
            "这个文件既不是 UTF-8，也不是 GB18030 编码，第 2 行起读不出来。请用表格软件另存为“CSV UTF-8”，再来载入。",
        ),
        (
            (HEADING + "\n510400000000,攀枝花市東區炳草崗,city,510000000000").encode("big5"),
            "这个文件既不是 UTF-8，也不是 GB18030 编码，第 2 行起读不出来。请用表格软件另存为“CSV UTF-8”，再来载入。",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(UnreadableList) as refusal:
        read(data)
    assert str(refusal.value) == sentence


def test_a_missing_column_is_named():
    assert findings(b"code,name,parent\n510000000000,x,") == [
        (1, "code,name,parent", "标题行里有 code、name、level、parent_code 这几列；缺 level、parent_code")
    ]


def test_an_unknown_column_is_told_but_does_no_harm():
    found = read(a_list("510000000000,四川省,province,,川", heading=HEADING + ",别名"))

    assert found.unused == ("别名",)
    assert found.findings == []


@pytest.mark.parametrize(
    ("line", "given", "expected"),
    [
        ("51040200200,某街道,township,510402000000", "51040200200", "区划代码应为 12 位数字，这里是 11 位"),
        (
            "51040200200X,某街道,township,510402000000",
            "51040200200X",
            "区划代码应为 12 位数字，没有字母、空格和全角数字",
        ),
        (
            "510402002002,某社区居民委员会,township,510402002000",
            "township",
            "代码 510402002002 是社区（村）级，级别一列应为 community",
        ),
        (
            "510402002002,某社区居民委员会,community,510402000000",
            "510402000000",
            "代码 510402002002 的上级代码应为 510402002000",
        ),
        ("510402002002,,community,510402002000", "", "名称不能空着（代码 510402002002）"),
        ("510402002002, 　,community,510402002000", "", "名称不能空着（代码 510402002002）"),
        ("510402002002," + "长" * 81 + ",community,510402002000", "长" * 60 + "…", "名称最多 80 个字，这里有 81 个"),
        ("510402002002,竹\x00园,community,510402002000", "竹\\u0000园", "文字里没有空字符、控制字符和乱码（�）"),
        ("510402002002,竹�园,community,510402002000", "竹�园", "文字里没有空字符、控制字符和乱码（�）"),
        ("510402002002,某社区", "510402002002,某社区", "这一行有 2 格，应有 4 格"),
        (
            "510402600000,某某,township,510402000000",
            "510402600000",
            "代码 510402600000 的第 7–9 位是 600，不在国家规定的范围里。",
        ),
        (
            "510402002001,竹湖园社区居民委员会,community,510402002000",
            "510402002001",
            "每个代码只能有一行，第 6 行已经有了",
        ),
        ("510000000000,四川省,province,1", "1", "省没有上级，上级代码应空着"),
    ],
)
def test_each_fault_is_found_with_its_line_what_stood_there_and_what_is_expected(line, given, expected):
    lines = GOOD.splitlines() if "四川省" not in line else GOOD.splitlines()[1:]
    number = len(lines) + 2

    assert findings(a_list(*lines, line)) == [(number, given, expected)]


def test_line_numbers_count_lines_of_the_file_not_rows():
    data = (HEADING + '\n\n510400000000,"攀枝\n花市",city,510000000000\n5104,东区,county,510400000000').encode()

    assert [finding[0] for finding in findings(data)] == [3, 5]


def test_a_quote_that_never_ends_is_a_finding():
    assert findings(a_list('510000000000,"四川省,province,')) == [(2, "", "一行 CSV：引号成对，单元格不超过 13 万字")]


def test_a_cell_without_end_is_a_finding():
    assert [f[0] for f in findings(a_list("510000000000," + "川" * 200_000 + ",province,"))] == [2]


def test_a_list_without_rows_is_a_finding():
    assert findings(HEADING.encode()) == [(1, "", "标题行下面至少有一行区划")]
