import re
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.template import Context, Template
from django.utils.translation import gettext_lazy

from linli.core.design import icons
from linli.core.design.clock import Clock
from linli.core.design.templatetags.design import masked


def draw(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("519900000000000042", "5199**********0042"),
        ("15400000618", "154****0618"),
        ("6200000051990208127", "6200***********8127"),
        ("柳桂枝", "柳**"),
        ("", ""),
        (None, ""),
    ],
)
def test_masked_numbers_show_their_ends_only(number, shown):
    assert masked(number) == shown


def test_icon_uses_the_sprite_and_is_silent_for_readers():
    assert draw('{% icon "check" %}') == (
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="/static/design/icons.svg#check"/></svg>'
    )


def test_icon_that_is_not_listed_is_refused():
    with pytest.raises(ValueError, match="no-such-icon"):
        draw('{% icon "no-such-icon" %}')


def test_every_icon_that_a_template_names_is_listed():
    named = {
        (name, file.name)
        for config in apps.get_app_configs()
        if config.name.startswith("linli.")
        for file in Path(config.path).glob("templates/**/*.html")
        for name in re.findall(r'{% icon "([^"]+)"', file.read_text(encoding="utf-8"))
    }

    assert {pair for pair in named if pair[0] not in icons.names()} == set()


def test_number_is_grouped_on_its_plate():
    assert "5104-2611-0372-K" in draw('{% number "510426110372K" %}')
    assert draw('{% number "510426110372K" False %}') == '<span class="plate plate--number">5104-2611-0372-K</span>'


def test_what_people_typed_is_escaped():
    assert "<script>" not in draw("{% plate name %}{% badge name %}{% number name %}", name="<script>alert(1)</script>")


def test_clock_in_a_table_hides_its_windows_from_readers():
    drawn = draw("{% clock one True %}", one=Clock.counted(used=1, left=1))

    assert 'class="due due--due"' in drawn
    assert drawn.count('class="pane') == 4
    assert 'aria-hidden="true"' in drawn


def test_second_column_is_there_only_when_something_stands_in_it():
    assert draw("{% beside %}  \n{% endbeside %}") == ""
    assert "<aside" in draw("{% beside %}<p>近</p>{% endbeside %}")


class AccountForm(forms.Form):
    account = forms.CharField(label=gettext_lazy("账号"), help_text="一共 19 位。", min_length=19)
    kind = forms.ChoiceField(choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect, label="哪种")
    remark = forms.CharField(required=False, label="备注")


def test_form_ties_hint_and_error_to_the_input():
    drawn = str(AccountForm({"account": "123", "kind": "a"}))

    described = re.search(r'<input[^>]*name="account"[^>]*>', drawn)[0]
    for name in re.search(r'aria-describedby="([^"]+)"', described)[1].split():
        assert f'id="{name}"' in drawn
    assert 'aria-invalid="true"' in described
    assert 'class="input"' in described
    assert "field--bad" in drawn


def test_form_says_what_may_be_left_out():
    drawn = str(AccountForm())

    assert drawn.count("（可不填）") == 1
    assert drawn.index("备注") < drawn.index("（可不填）")


def test_radio_buttons_are_rows_in_a_fieldset_with_its_legend():
    drawn = str(AccountForm())

    assert '<legend class="field__label">哪种' in drawn
    assert drawn.count('class="choice__one"') == 2
