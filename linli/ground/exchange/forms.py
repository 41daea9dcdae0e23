"""What administrators type about programs: cleaning, no saving."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from linli.core.events import outward_types
from linli.ground.accounts import roles
from linli.ground.accounts.forms import MANY, SentencesForm
from linli.ground.exchange import queries


def grouped_scopes() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a program may be given, under the names of the rooms."""
    offered = sorted(queries.scopes_on_offer().items())
    return [
        (_room_name(room), [(code, f"{label}（{code}）") for code, label in group])
        for room, group in groupby(offered, key=lambda one: one[0].split(".")[0])
    ]


def _room_name(code: str) -> str:
    try:
        return str(apps.get_app_config(code).verbose_name)
    except LookupError:
        return code


class ScopesForm(SentencesForm):
    scopes = forms.MultipleChoiceField(
        label=_("它能做什么"),
        help_text=_("只选它用得着的。它只在登记的地方和下面的地方有这些权限。"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一项。")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = grouped_scopes()  # type: ignore[attr-defined]


class ClientForm(ScopesForm):
    """A program, where it acts and what it may. places: (code, name) of the divisions in reach."""

    name = forms.CharField(
        label=_("程序叫什么"), max_length=60, help_text=_("例如：人社局一体机。办件的进展里会写这个名字。"),
        error_messages={"required": _("请写程序的名称。")},
    )  # fmt: skip
    answerable = forms.CharField(
        label=_("谁负责"), max_length=120, help_text=_("单位、姓名和电话，出了事马上找得到人。"),
        error_messages={"required": _("请写谁负责。")},
    )  # fmt: skip
    division = forms.CharField(
        label=_("在哪里办事"), max_length=12,
        error_messages={"required": _("请选地方。"), "max_length": _("区划代码是 12 位数字。")},
    )  # fmt: skip
    department = forms.ChoiceField(
        label=_("部门"), required=False, help_text=_("只办一个部门的事，就选这个部门；不选就不分部门。")
    )
    field_order = ("name", "answerable", "division", "department", "scopes")

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["version"]
        self.fields["department"].choices = [("", _("不分部门")), *roles.departments().items()]  # type: ignore[attr-defined]
        if len(places) <= MANY:
            self.fields["division"].widget = forms.Select(choices=[("", _("请选择")), *places])
        else:
            self.fields["division"].help_text = _("填 12 位区划代码。")


class WebhookForm(SentencesForm):
    url = forms.CharField(
        label=_("推送到哪里"), max_length=300, help_text=_("https:// 开头的地址，由对方系统提供。"),
        widget=forms.URLInput(attrs={"autocomplete": "off"}), error_messages={"required": _("请填地址。")},
    )  # fmt: skip
    types = forms.MultipleChoiceField(
        label=_("推送哪些动态"), required=False, help_text=_("一个也不选，就推送它有权知道的全部。"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["types"].choices = [(one.type, f"{one.label}（{one.type}）") for one in outward_types()]  # type: ignore[attr-defined]
