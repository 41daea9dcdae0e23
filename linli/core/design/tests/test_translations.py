from pathlib import Path

import pytest

from linli.core.design import translations as words

PAGE = """{% extends "a.html" %}
{% block main %}
  <h1>{% translate "领钱的卡" %}</h1>
  <p>{% blocktranslate with name=who %}为{{ name }}办{% endblocktranslate %}</p>
  <p>{% blocktranslate count n=total %}有 {{ n }} 件{% plural %}有 {{ n }} 件{% endblocktranslate %}</p>
    {% badge _("批了") "ok" %}{% if a == 'b' %}"{% endif %}
{% endblock %}
"""
CODE = '''"""说明。"""
from django.utils.translation import gettext as _, pgettext
a = _("少了 %(n)s 位")
b = pgettext("date", "月")
'''


@pytest.fixture
def app(tmp_path):
    app = tmp_path / "linli" / "web"
    (app / "templates" / "web").mkdir(parents=True)
    (app / "templates" / "web" / "page.html").write_text(PAGE, encoding="utf-8")
    (app / "pages.py").write_text(CODE, encoding="utf-8")
    return app


def collected(app: Path) -> dict:
    root = app.parent.parent
    return words.sentences(words.homes(root, [app])[app], root)


def test_sentences_of_code_and_templates_are_collected(app):
    found = {sentence.words for sentence in collected(app).values()}

    assert found == {
        "少了 %(n)s 位", "月", "领钱的卡", "为%(name)s办", ("有 %(n)s 件", "有 %(n)s 件"), "批了",
    }  # fmt: skip
    assert ("date", "月") in collected(app)


def test_update_adds_what_is_missing_keeps_what_is_there_and_drops_what_is_dead(app):
    file = words.po_file(app)
    file.parent.mkdir(parents=True)
    file.write_text('msgid "领钱的卡"\nmsgstr "The card"\n\nmsgid "没有了"\nmsgstr "Gone"\n', encoding="utf-8")

    assert words.update(app, collected(app)) == (5, 1)

    text = file.read_text(encoding="utf-8")
    assert 'msgid "领钱的卡"\nmsgstr "The card"' in text
    assert "没有了" not in text
    assert 'msgctxt "date"\nmsgid "月"\nmsgstr ""' in text
    assert words.update(app, collected(app)) == (0, 0)
    assert file.read_text(encoding="utf-8") == text


def said(app: Path, english: str) -> list[str]:
    file = words.po_file(app)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(english, encoding="utf-8")
    return [str(fault) for fault in words.faults_of(app, collected(app))]


def test_check_names_what_is_missing_empty_fuzzy_and_out_of_place(app):
    faults = said(
        app,
        'msgid "领钱的卡"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "批了"\nmsgstr "Granted"\n\n'
        'msgid "少了 %(n)s 位"\nmsgstr "%(m)s missing"\n\n'
        'msgid "有 %(n)s 件"\nmsgid_plural "有 %(n)s 件"\nmsgstr[0] "one"\nmsgstr[1] "%(n)s cases"\n\n'
        'msgctxt "date"\nmsgid "月"\nmsgstr "month"\n',
    )

    assert faults == [
        "linli/web/pages.py: the English of '少了 %(n)s 位' differs in its places: m, n",
        "linli/web/templates/web/page.html: has no English: '领钱的卡'",
        "linli/web/templates/web/page.html: not in django.po of its app: '为%(name)s办'",
        "linli/web/templates/web/page.html: is marked fuzzy, read it again: '批了'",
    ]


@pytest.mark.parametrize(
    ("name", "source", "line"),
    [
        ("a.html", "<p>\n您好</p>", 2),
        ("a.html", '{% badge "批了" %}', 1),
        ("a.html", "{{ name|default:'没有' }}", 1),
        ("a.py", 'x = "批了"', 1),
        ("a.py", 'raise Refused(f"少了 {n} 位")', 1),
        ("a.js", "// 注释\nsay('好')", 2),
    ],
)
def test_chinese_outside_gettext_is_named_with_its_line(tmp_path, name, source, line):
    file = tmp_path / name
    file.write_text(source, encoding="utf-8")

    assert [fault.where for fault in words.unwrapped(file, tmp_path)] == [f"{name}:{line}"]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.html", '{# 注释 #}{% comment %}注释{% endcomment %}<!-- 注释 -->{% translate "好" %}'),
        ("a.html", '{% include "x.html" with words=_("好") %}{{ a|default:_("无") }}'),
        ("a.html", "<p>中文</p>{# untranslated #}"),
        ("a.py", '"""说明。"""\nx = _("好")  # 注释\ny = re.compile("省|市")\nz = "甲"  # untranslated: a name\n'),
        ("a.py", '"""说明。"""\n# untranslated: surnames\nSURNAMES = ["欧阳"]\n'),
        ("a.js", "/* 注释\n注释 */ // 注释"),
    ],
)
def test_what_need_not_be_translated_is_left_alone(tmp_path, name, source):
    file = tmp_path / name
    file.write_text(source, encoding="utf-8")

    assert list(words.unwrapped(file, tmp_path)) == []


def test_compile_writes_only_what_is_older_than_its_source(app):
    said(app, 'msgid "领钱的卡"\nmsgstr "The card"\n')
    root = app.parent.parent

    assert words.compile_all(root) == 1
    assert words.po_file(app).with_suffix(".mo").read_bytes().startswith(b"\xde\x12\x04\x95")
    assert words.compile_all(root) == 0
