"""The HTML of a form: labels, hints, errors, descriptions, what was typed."""

import datetime as dt
import re
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from linli.core.forms import SchemaForm


@dataclass(frozen=True)
class Fact:
    value: object
    source: str = "公安人口库"
    on: dt.date | None = dt.date(2026, 3, 2)


LABELS = {"a": {"zh": "大病", "en": "Illness"}, "b": {"zh": "失业", "en": "No work"}}
SCHEMA = {
    "type": "object",
    "required": ["name", "account", "kind", "true"],
    "x-order": ["name", "account", "born", "kind", "town", "kinds", "alone", "why", "true", "members"],
    "properties": {
        "name": {"type": "string", "title": "姓名", "title_en": "Name", "x-fact": "name", "x-autocomplete": "name"},
        "account": {
            "type": "string",
            "title": "账号",
            "title_en": "Account",
            "description": "卡正面最长的那串数字",
            "description_en": "The longest number on the card",
            "format": "bank-account",
        },
        "born": {"type": "string", "format": "date", "title": "生日", "title_en": "Birthday"},
        "kind": {"type": "string", "enum": ["a", "b"], "x-labels": LABELS, "title": "类型", "title_en": "Kind"},
        "town": {"type": "string", "enum": list("abcdefgh"), "title": "街道", "title_en": "Street"},
        "kinds": {
            "type": "array",
            "items": {"type": "string", "enum": ["a", "b"]},
            "x-labels": LABELS,
            "title": "困难",
            "title_en": "Hardship",
        },
        "alone": {"type": "boolean", "title": "独居", "title_en": "Lives alone"},
        "why": {
            "type": "string",
            "x-widget": "textarea",
            "title": "为什么",
            "title_en": "Why",
            "x-show-when": {"field": "alone", "equals": True},
        },
        "true": {"type": "boolean", "const": True, "title": "都是真的", "title_en": "All is true"},
        "members": {
            "type": "array",
            "title": "家人",
            "title_en": "Family",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string", "title": "姓名", "title_en": "Name"}},
            },
        },
    },
}


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.tags if t == tag and all(a.get(k) == v for k, v in wanted.items())]


def html_of(form: SchemaForm) -> str:
    return Template("{% load schema_forms %}{% schema_form form %}").render(Context({"form": form}))


@pytest.fixture
def refused() -> str:
    data = QueryDict("account=12345&born=%E5%85%AD%E6%9C%88&town=zz&why=%3Cb%3E%22x&members-0-name=" + "x" * 501)
    return html_of(SchemaForm(SCHEMA, data))


def test_every_id_stands_once_and_every_reference_leads_somewhere(refused):
    for html in (refused, html_of(SchemaForm(SCHEMA, facts={"name": Fact("柳桂枝")}))):
        tags = Tags(html).tags
        ids = [a["id"] for _, a in tags if a.get("id")]
        assert sorted(ids) == sorted(set(ids))
        for _, attributes in tags:
            for word in f"{attributes.get('aria-describedby') or ''} {attributes.get('aria-labelledby') or ''}".split():
                assert word in ids
            if attributes.get("for"):
                assert attributes["for"] in ids
            if (attributes.get("href") or "").startswith("#"):
                assert attributes["href"][1:] in ids


def test_every_input_has_a_label(refused):
    labels = {a["for"] for _, a in Tags(refused).tags if a.get("for")}
    for tag, attributes in Tags(refused).tags:
        if tag in ("input", "select", "textarea") and attributes.get("type") not in ("radio", "checkbox"):
            assert attributes["id"] in labels


def test_label_hint_error_input_stand_in_this_order(refused):
    places = [
        refused.index(f'{what}"')
        for what in ('for="field-account', "field-account-hint", "field-account-error", 'name="account')
    ]

    assert places == sorted(places)
    assert Tags(refused).all("input", name="account") == [
        {
            "class": "input input--number",
            "id": "field-account",
            "name": "account",
            "type": "text",
            "inputmode": "numeric",
            "autocomplete": "off",
            "value": "12345",
            "aria-describedby": "field-account-hint field-account-error",
            "aria-invalid": "true",
            "aria-required": "true",
        }
    ]


def test_what_was_typed_stays_and_is_escaped(refused):
    assert "&lt;b&gt;&quot;x</textarea>" in refused
    assert Tags(refused).all("input", name="born")[0]["value"] == "六月"
    assert Tags(refused).all("input", name="born")[0]["type"] == "text"
    assert Tags(refused).all("input", name="members-0-name")[0]["value"] == "x" * 501


def test_the_summary_counts_and_links(refused):
    assert "有 7 处要改，改完就能继续" in refused
    assert [a["href"] for a in Tags(refused).all("a")] == [
        "#field-name", "#field-account", "#field-born", "#field-kind", "#field-town", "#field-true",
        "#field-members-0-name",
    ]  # fmt: skip


def test_a_fresh_form_complains_of_nothing():
    html = html_of(SchemaForm(SCHEMA))

    assert "aria-invalid" not in html
    assert "error-summary" not in html


def test_a_known_fact_is_shown_with_its_source_and_can_be_changed():
    """R14."""
    html = re.sub(r"\s+", " ", html_of(SchemaForm(SCHEMA, facts={"name": Fact("柳桂枝")})))

    assert "来自公安人口库，2026-03-02 核实" in html
    assert "“姓名”不对，我要改" in html
    assert Tags(html).all("input", name="name")[0]["value"] == "柳桂枝"
    assert Tags(html).all("input", name="name")[0]["autocomplete"] == "name"


def test_few_choices_are_radio_buttons_and_many_a_select():
    tags = Tags(html_of(SchemaForm(SCHEMA, initial={"kind": "b", "town": "c", "kinds": ["a"], "alone": False})))

    assert [(a["value"], "checked" in a) for a in tags.all("input", name="kind")] == [("a", False), ("b", True)]
    assert [a["value"] for a in tags.all("option") if "selected" in a] == ["c"]
    assert [(a["type"], "checked" in a) for a in tags.all("input", name="kinds")] == [
        ("checkbox", True),
        ("checkbox", False),
    ]
    assert [(a["value"], "checked" in a) for a in tags.all("input", name="alone")] == [("true", False), ("false", True)]


def test_a_conditional_field_tells_script_and_people_when_it_is_asked():
    html = html_of(SchemaForm(SCHEMA))

    assert {"data-watch": "alone", "data-equals": "true"}.items() <= Tags(html).all(
        "div", **{"data-module": "/static/forms/show-when.js"}
    )[0].items()
    assert "前面“独居”选了“是”才填。" in html


def test_the_form_speaks_the_language_asked_for():
    data = QueryDict("account=12345")
    with translation.override("zh-hans"):
        html = html_of(SchemaForm(SCHEMA, data, language="en"))

    assert "The longest number on the card" in html
    assert "账号" not in html


def test_no_script_and_no_style_stand_in_the_html(refused):
    assert not re.search(r"<script|style=|onclick", refused)
