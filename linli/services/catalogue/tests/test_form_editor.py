"""The form of a draft is made and changed in the browser (R152)."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
import yaml
from django.urls import reverse

from linli.core import calendar
from linli.core.audit.models import Entry
from linli.core.forms import making
from linli.core.forms.field_form import FieldForm
from linli.core.forms.tests.test_making import sent_back
from linli.ground.accounts.tests import factories as people
from linli.services.catalogue import queries, reading, services
from linli.services.catalogue.models import ItemVersion
from linli.services.catalogue.tests import factories as make

pytestmark = pytest.mark.django_db

ITEMS = [reading.read(file.read_text(encoding="utf-8")).sound() for file in sorted(reading.ITEMS.glob("*.yaml"))]


@pytest.fixture(autouse=True)
def a_tuesday():
    with calendar.at(make.moment("2026-11-24 10:00")):
        yield


@pytest.fixture
def city():
    return people.make_city()


@pytest.fixture
def actor(client, city):
    account = people.make_holder("wenzhu", "department_staff", city.east, department="civil_affairs")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return people.acting(account)


def text(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())))


def url(name="form", number=1, code="lantern_loan"):
    return reverse(f"catalogue:{name}", args=[code, number])


class Inputs(HTMLParser):
    """What a browser would send of the one form of a page that has an input of this name."""

    def __init__(self, page, *, with_name):
        super().__init__()
        self.forms, self.select = [], None
        self.feed(page.content.decode())
        self.sent = next(form for form in self.forms if with_name in form)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        name, value = told.get("name"), told.get("value") or ""
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self.select = name
            self.area = None
        elif tag == "option" and self.select and ("selected" in told or self.select not in self.forms[-1]):
            self.forms[-1][self.select] = [value]
        elif tag == "input" and name and self.forms:
            is_box = told.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in told:
                self.forms[-1].setdefault(name, []).append(told.get("value", "on" if is_box else ""))

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None


def typed(page, **changes):
    """The field's form of a page as it stands, with what somebody types into it; buttons are pressed by name."""
    sent = Inputs(page, with_name="field-title").sent
    sent = {name: values for name, values in sent.items() if name != "csrfmiddlewaretoken"}
    for name, value in changes.items():
        name = (
            name if name in ("kind", "more", "then", "version") else re.sub("^field-is_", "field-is-", f"field-{name}")
        )
        sent[name] = value if isinstance(value, list) else [value]
    return sent


def form_of(draft):
    draft.refresh_from_db()
    return queries.item(draft).form


# -- the thin road ---------------------------------------------------------------------------------------------------


def test_a_field_is_added_on_the_page_and_stands_in_the_list(client, actor):
    """R152."""
    draft = make.draft(actor)
    empty = client.get(url("form_field"), {"kind": "number"})

    answer = client.post(
        url("form_field"), typed(empty, title="借几个", title_en="How many", least="1", most="9"), follow=True
    )

    form = form_of(draft)
    assert form["x-order"] == ["colour", "how_many"]
    assert form["required"] == ["colour", "how_many"]
    assert form["properties"]["how_many"] == {
        "type": "integer", "title": "借几个", "title_en": "How many", "minimum": 1, "maximum": 9,
    }  # fmt: skip
    assert answer.redirect_chain == [(f"{url()}#row-how_many", 302)]
    assert "这张表有 2 项" in text(answer)
    assert "存好了：借几个" in text(answer)
    entry = Entry.objects.get(action="catalogue.form_saved")
    assert (entry.facts["added"], entry.facts["removed"], entry.facts["changed"]) == (["how_many"], [], [])


@pytest.mark.parametrize("item", ITEMS, ids=[item.code for item in ITEMS])
def test_every_field_opened_and_saved_unchanged_stays_the_same(item):
    """R152: over all items that Linli brings along, and over the columns of their tables."""
    for table in ("", *(name for name, rule in item.form["properties"].items() if making.kind_of(rule).code == "rows")):
        schema = making.table_of(item.form, table)
        for name in schema["x-order"]:
            as_it_stands = sent_back(FieldForm(schema, name, in_table=bool(table)))
            form = FieldForm(schema, name, as_it_stands, in_table=bool(table))

            assert form.is_valid(), (name, form.problems)
            assert form.schema_with() == schema, name


@pytest.mark.parametrize("item", ITEMS, ids=[item.code for item in ITEMS])
def test_a_form_written_out_and_read_back_is_the_one_of_the_file(item):
    """R152: what is taken out of the editor may be put into the file, and the file's into the editor."""
    turned_round = {key: item.form[key] for key in sorted(item.form)}  # as jsonb gives it back
    turned_round["properties"] = {key: item.form["properties"][key] for key in sorted(item.form["properties"])}

    written = reading.form_to_yaml(turned_round)
    told, faults = reading.read_form(written)

    assert (told, faults) == (item.form, ())
    assert list(yaml.safe_load(written)["properties"]) == item.form["x-order"]
    assert reading.read_form(reading.to_yaml(item))[0] == item.form


def test_the_page_sent_back_unchanged_writes_nothing(client, actor):
    draft = make.draft(actor)
    page = client.get(url("form_field"), {"name": "colour"})

    answer = client.post(url("form_field"), typed(page))

    draft.refresh_from_db()
    assert answer.status_code == 302
    assert draft.version == 1
    assert not Entry.objects.filter(action="catalogue.form_saved").exists()


# -- one field -------------------------------------------------------------------------------------------------------


def test_a_choice_gets_its_answers_without_script(client, actor):
    draft = make.draft(actor)
    first = client.get(url("form_field"), {"kind": "choice"})

    more = client.post(url("form_field"), typed(first, title="多大的", title_en="Which size", more="answers"))
    sent = typed(more)
    for place, (zh, en) in enumerate([("大的", "Large"), ("小的", "Small"), ("都行", "Either")]):
        sent |= {f"answers-{place}-zh": [zh], f"answers-{place}-en": [en]}
    answer = client.post(url("form_field"), sent)

    assert more.status_code == 200
    assert more.context["problems"] == []
    assert answer.status_code == 302, answer.context["problems"]
    assert form_of(draft)["properties"]["which_size"]["enum"] == ["large", "small", "either"]


def test_another_kind_is_chosen_and_what_was_typed_stays(client, actor):
    make.draft(actor)
    page = client.get(url("form_field"), {"name": "colour"})

    other = client.post(url("form_field"), typed(page, title="要哪一种", kind="choice", more="kind"))

    assert other.status_code == 200
    assert other.context["form"].kind.code == "choice"
    assert other.context["form"]["title"].value() == "要哪一种"
    assert len(other.context["form"].answers.forms) == 2
    assert "还空着" not in text(other)


def test_a_field_is_bound_to_the_registry_and_says_so(client, actor):
    """R14, R152."""
    draft = make.draft(actor)
    page = client.get(url("form_field"), {"fact": "phone"})

    answer = client.post(url("form_field"), typed(page), follow=True)

    assert form_of(draft)["properties"]["telephone"] == {
        "type": "string", "title": "电话", "title_en": "Telephone", "x-fact": "phone", "format": "cn-phone",
        "x-inputmode": "tel",
    }  # fmt: skip
    assert "从登记里取：电话" in text(answer)
    assert "电话（加密保存，谁看过要留痕）" in text(page)


def test_a_field_is_asked_only_when_another_is_answered_so(client, actor):
    draft = make.draft(actor, form__properties__borrows_before={
        "type": "boolean", "title": "以前借过吗", "title_en": "Borrowed before", "x-widget": "radio",
    }, form__required=["borrows_before"])  # fmt: skip
    schema = {**form_of(draft), "x-order": ["borrows_before", "colour"]}
    services.save_form(draft.pk, schema, by=actor, version=draft.version)
    page = client.get(url("form_field"), {"name": "colour"})

    sent = typed(page, when="borrows_before", is_borrows_before=["true"])
    answer = client.post(url("form_field"), sent, follow=True)

    assert form_of(draft)["properties"]["colour"]["x-show-when"] == {"field": "borrows_before", "equals": True}
    assert "“以前借过吗”选了“是”才问" in text(answer)


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(client, actor):
    draft = make.draft(actor)
    page = client.get(url("form_field"), {"kind": "choice"})

    answer = client.post(url("form_field"), typed(page, title="多大的", title_en="Size", key="colour"))

    draft.refresh_from_db()
    assert answer.status_code == 422
    assert "已经有一项的代号是“colour”（要什么颜色），请换一个。" in text(answer)
    assert 'href="#id_field-key"' in answer.content.decode()
    assert 'value="多大的"' in answer.content.decode()
    assert draft.version == 1


def test_of_two_editors_the_second_is_told_and_keeps_what_she_wrote(client, actor):
    draft = make.draft(actor)
    sent = typed(client.get(url("form_field"), {"name": "colour"}), title="要哪种颜色")
    other = {"type": "string", "title": "送到哪里", "title_en": "Where to"}
    newer = making.with_field(form_of(draft), "where", other, required=True)
    services.save_form(draft.pk, newer, by=make.staff(), version=draft.version)

    clash = client.post(url("form_field"), sent)
    after_clash = form_of(draft)
    decided = client.post(url("form_field"), typed(clash))

    assert clash.status_code == 409
    assert "别的同事刚刚存了这一版，您写的还没有存" in text(clash)
    assert "填的改了：要哪种颜色。" in text(clash)
    assert 'value="要哪种颜色"' in clash.content.decode()
    assert after_clash == newer
    assert decided.status_code == 302
    assert form_of(draft)["properties"] == {**newer["properties"], "colour": {
        **newer["properties"]["colour"], "title": "要哪种颜色",
    }}  # fmt: skip


def test_a_new_name_is_followed_by_the_items_condition_on_its_answer(client, actor):
    draft = make.draft(actor, applicants__conditions=[
        {"text": {"zh": "要红的", "en": "Red ones"}, "answer": "colour", "one_of": ["red"]}
    ])  # fmt: skip

    client.post(url("form_field"), typed(client.get(url("form_field"), {"name": "colour"}), key="shade"))

    draft.refresh_from_db()
    assert queries.item(draft).applicants.conditions[0].answer == "shade"
    assert form_of(draft)["required"] == ["shade"]


def test_the_columns_of_a_table_are_made_in_the_same_way(client, actor):
    draft = make.draft(actor)
    page = client.get(url("form_field"), {"kind": "rows"})
    begun = client.post(url("form_field"), typed(page, title="谁一起来", title_en="Who comes along"), follow=True)

    column = client.get(url("form_field"), {"in": "who_comes_along", "kind": "text"})
    client.post(url("form_field"), typed(column, title="称呼", title_en="Called"))

    table = form_of(draft)["properties"]["who_comes_along"]
    assert "这张表里还没有要填的。" in text(begun)
    assert table["items"]["properties"] == {"called": {"type": "string", "title": "称呼", "title_en": "Called"}}
    assert making.problems_of(form_of(draft)) == {}


# -- moving and removing ---------------------------------------------------------------------------------------------


def three(actor):
    """A draft with three fields, of which the last waits for the one before."""
    rules = {
        "colour": {"type": "string", "title": "要什么颜色", "title_en": "Which colour", "maxLength": 20},
        "fetched": {"type": "boolean", "title": "自己来拿吗", "title_en": "Fetched", "x-widget": "radio"},
        "fetched_on": {"type": "string", "title": "哪天来拿", "title_en": "Fetched on", "format": "date",
                       "x-widget": "date", "x-show-when": {"field": "fetched", "equals": True}},
    }  # fmt: skip
    return make.draft(actor, form={
        "type": "object", "required": ["colour", "fetched"], "x-order": list(rules), "properties": rules,
    })  # fmt: skip


def test_a_field_is_moved_by_a_button(client, actor):
    draft = three(actor)

    answer = client.post(url("form_move"), {"name": "colour", "direction": "down", "version": "1"})

    assert answer.url == f"{url()}#row-colour"
    assert form_of(draft)["x-order"] == ["fetched", "colour", "fetched_on"]


def test_a_field_is_not_moved_before_what_it_waits_for(client, actor):
    draft = three(actor)

    answer = client.post(url("form_move"), {"name": "fetched_on", "direction": "up", "version": "1"})

    assert answer.status_code == 422
    assert "不能这样移。“哪天来拿”：它要看“自己来拿吗”怎么答，要排在那一项后面。" in text(answer)
    assert form_of(draft)["x-order"] == ["colour", "fetched", "fetched_on"]


@pytest.mark.parametrize(("name", "sent"), [("form_move", {"direction": "up"}), ("form_remove", {})])
def test_whoever_saw_an_older_list_is_told_and_nothing_is_done(client, actor, name, sent):
    draft = three(actor)
    newer = making.without_field(form_of(draft), "colour")
    services.save_form(draft.pk, newer, by=make.staff(), version=1)

    answer = client.post(url(name), {"name": "fetched", "version": "1", **({"direction": "down"} if sent else {})})
    gone = client.post(url(name), {"name": "colour", "version": "1", **sent})

    assert (answer.status_code, gone.status_code) == (422 if sent else 409, 409)
    assert "这一项已经没有了" in text(gone)
    assert form_of(draft) == newer


def test_what_depends_on_a_field_is_said_before_it_is_taken_out(client, actor):
    draft = three(actor)

    asked = client.get(url("form_remove"), {"name": "fetched"})
    unchanged = form_of(draft)["x-order"]
    client.post(url("form_remove"), {"name": "fetched", "version": "1"})

    assert "这几项要看它怎么答才问；去掉以后，它们总是问： 哪天来拿" in text(asked)
    assert unchanged == ["colour", "fetched", "fetched_on"]
    assert form_of(draft)["x-order"] == ["colour", "fetched_on"]
    assert "x-show-when" not in form_of(draft)["properties"]["fetched_on"]


# -- as a text -------------------------------------------------------------------------------------------------------


def test_the_form_is_taken_out_as_a_file_and_brought_in_elsewhere(client, actor):
    draft = three(actor)
    file = client.get(url("form_download"))
    other = make.draft(actor, code="drum_loan", number="9902")

    answer = client.post(
        url("form_text", code="drum_loan"), {"text": file.content.decode(), "version": str(other.version)}
    )

    assert file["Content-Disposition"] == 'attachment; filename="lantern_loan-1-form.yaml"'
    assert answer.status_code == 302
    assert form_of(other) == form_of(draft)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("properties: &a {}\n", "这里用了引用（& 或 *），事项里不能用。"),
        ("- a\n- b\n", "这里应是一张表：type、required、x-order 和 properties。"),
        ("a: 1\n", "这里应是一张表：type、required、x-order 和 properties。"),
        ("", "这一项还空着，请写上。"),
    ],
)
def test_a_text_that_is_no_form_is_answered_and_stays(client, actor, written, sentence):
    draft = make.draft(actor)

    answer = client.post(url("form_text"), {"text": written, "version": "1"})

    draft.refresh_from_db()
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert draft.version == 1


def test_what_a_brought_in_form_has_wrong_stands_beside_the_field(client, actor):
    """Duplicate questions of the registry, a choice without answers, conditions on later or missing fields, a circle."""
    make.draft(actor)
    written = """
type: object
x-order: [a, b, c, d, e]
properties:
  a: {type: string, title: 甲, title_en: A, x-show-when: {field: b, equals: x}}
  b: {type: string, title: 乙, title_en: B, enum: [x], x-labels: {x: {zh: 某, en: X}}, x-show-when: {field: c, equals: y}}
  c: {type: string, title: 丙, title_en: C, enum: [y], x-labels: {y: {zh: 某, en: Y}}, x-show-when: {field: b, equals: x}}
  d: {type: string, title: 丁, title_en: D, enum: []}
  e: {type: string, title: 戊, title_en: E, x-show-when: {field: z, equals: 1}}
"""
    page = client.post(url("form_text"), {"text": written, "version": "1"}, follow=True)

    told = page.context["problems"]
    assert told["a"] == ["它要看“乙”怎么答，要排在那一项后面。"]
    assert told["b"] == ["“乙”、“丙” 互相等着，谁也问不到。请去掉其中一个条件。"]
    assert told["d"] == ["一个答案也没有，请至少写两个。"]
    assert told["e"] == ["它要看的那一项“z”已经没有了。请重新选看哪一项，或者改成总是问。"]
    for sentences in told.values():
        assert sentences[0] in text(page)


# -- preview ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["phone", "desk", "whole"])
def test_the_preview_is_filled_with_a_made_up_person_and_can_be_tried(client, actor, size):
    draft = three(actor)
    phone = {"type": "string", "title": "电话", "title_en": "Telephone", "format": "cn-phone", "x-fact": "phone"}
    services.save_form(draft.pk, making.with_field(form_of(draft), "phone", phone, required=True), by=actor, version=1)
    address = f"{url('form_preview')}?as={size}&who=0"

    shown = client.get(address)
    wrong = client.post(address, {"colour": "", "fetched": "true", "phone": "154"})
    right = client.post(
        address, {"colour": "红", "fetched": "false", "fetched_on": "2026-12-01", "phone": "15400000618"}
    )
    nobody = client.get(f"{url('form_preview')}?as={size}&who=nobody")

    assert "15400000618 来自登记（编出来的人），2026-11-24 核实" in text(shown)
    assert "15400000618" not in text(nobody)
    assert wrong.status_code == 422
    assert "请填写“要什么颜色”。" in text(wrong)
    assert right.status_code == 200
    assert [answer.name for answer in right.context["kept"]] == ["colour", "fetched", "phone"]
    draft.refresh_from_db()
    assert draft.version == 2


@pytest.mark.parametrize("asked", [{"as": "nonsense", "who": "99"}, {"who": "-1"}, {"who": "９"}, {"as": "\x00"}])
def test_odd_questions_get_a_preview(client, actor, asked):
    make.draft(actor)

    assert client.get(url("form_preview"), asked).status_code == 200


# -- who may, and when -----------------------------------------------------------------------------------------------

CHANGING = ("form_field", "form_remove", "form_text")


def test_a_published_form_is_shown_and_never_changed(client, actor):
    version = make.published()

    page = client.get(url())
    answers = [client.get(url(name), {"name": "colour"}) for name in CHANGING]
    answers += [client.post(url(name), {"name": "colour", "version": "1", "text": "type: object\nproperties: {}\n"})
                for name in (*CHANGING, "form_move")]  # fmt: skip

    assert "这一版发布了，表不能再改" in text(page)
    assert "改这一项" not in text(page)
    assert {answer.status_code for answer in answers} == {409}
    version.refresh_from_db()
    assert version.version == 1


def test_a_form_in_review_waits_until_it_is_returned(client, actor):
    make.in_review(make.staff())

    assert "这一版现在不能改" in text(client.get(url()))
    assert client.get(url("form_field")).status_code in (409, 422)


def test_whoever_may_not_edit_the_item_changes_no_form(client, city, actor):
    draft = make.draft(actor)
    others = people.make_holder("sumu", "department_staff", city.east, department="housing")
    client.force_login(others, backend="django.contrib.auth.backends.ModelBackend")
    for name in ("form", "form_preview", "form_download", *CHANGING):
        assert client.get(url(name)).status_code in (403, 404), name
    clerk = people.make_holder("baizhi", "window_clerk", city.east)
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    for name in CHANGING:
        assert client.post(url(name), {"name": "colour", "version": "1"}).status_code in (403, 404), name
    draft.refresh_from_db()
    assert draft.version == 1


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"name": "x" * 5_000}, {"in": "nowhere"}, {"name": "colour", "version": "九"},
        {"kind": "nonsense", "field-title": "\x00"}, {"answers-TOTAL_FORMS": "99999", "kind": "choice", "more": "answers"},
        {"field-title": "题" * 10_000, "field-title_en": "q" * 10_000}, {"kind": "choice", "answers-TOTAL_FORMS": "-3"},
        {"field-when": "<script>", "field-title": "题", "field-title_en": "Q", "field-after": "nowhere"},
    ],
)  # fmt: skip
def test_odd_posts_are_answered_and_change_nothing(client, actor, sent):
    draft = make.draft(actor)

    for name in ("form_field", "form_remove", "form_move", "form_text"):
        assert client.post(url(name), sent).status_code in (200, 302, 404, 409, 422), name

    draft.refresh_from_db()
    assert draft.version == 1
    assert ItemVersion.objects.count() == 1
