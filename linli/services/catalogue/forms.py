"""What people type about an item: the main fields as forms, put into the content's shape and read out of it."""

from __future__ import annotations

import copy
import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseForm, BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from linli.services.catalogue import words
from linli.services.catalogue.departments import Department
from linli.services.catalogue.rules import Area, Fault, Part


def _text(label: Any, *, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=2_000, **more)


def _choice(label: Any, choices: Any, *, required: bool = True, empty: Any = None) -> forms.ChoiceField:
    """A choice whose first one is the usual one, so that an untouched new row counts for nothing."""
    listed = list(choices.items()) if isinstance(choices, dict) else list(choices)
    listed = [("", empty), *listed] if empty else listed
    return forms.ChoiceField(label=label, required=required, choices=listed, initial=listed[0][0])


def _days(label: Any, *, required: bool = True, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=required, help_text=help_text, min_value=0, max_value=400)


class PlainForm(forms.Form):
    """A form that speaks as the rest of the house does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("这一项还空着，请写上。")


class MainForm(PlainForm):
    """The fields of an item that change most. Everything else stays as the text says."""

    name_zh = forms.CharField(label=_("名称"), max_length=60)
    name_en = forms.CharField(label=_("英文名称"), max_length=120)
    summary_zh = _text(_("一句话说明：是什么、给谁"))
    summary_en = _text(_("一句话说明（英文）"))
    keywords = _text(_("平常叫法"), required=False, help_text=_("居民会怎么找，用顿号隔开：长寿金、老人钱。"))
    department = _choice(_("部门"), Department.choices)
    level = _choice(_("由哪一级决定"), words.LEVELS)
    who_zh = _text(_("谁能申请"))
    who_en = _text(_("谁能申请（英文）"))
    registration_basis = _text(
        _("限制户口的依据"), required=False, help_text=_("只有文件规定了，才能要求户口在本地：写上文件和条款。")
    )
    promised_days = _days(_("承诺几天办好"), help_text=_("当场办写 0。"))
    promised_unit = _choice(_("承诺的单位"), words.UNITS)
    legal_days = _days(_("法定几天"), required=False, help_text=_("法律没有规定就空着。"))
    legal_unit = _choice(_("法定的单位"), words.UNITS)
    legal_basis = _text(_("法定时限的依据"), required=False)
    visits = _choice(_("要跑几趟"), {"0": _("0 趟"), "1": _("1 趟"), "2": _("2 趟")})
    fee_yuan = forms.DecimalField(
        label=_("收费（元）"), min_value=0, max_value=100_000, decimal_places=2, initial=0, help_text=_("不收费写 0。")
    )
    fee_basis = _text(_("收费的依据"), required=False)
    notice_days = forms.IntegerField(
        label=_("公示几天"), required=False, min_value=1, max_value=60, help_text=_("不公示就空着。")
    )
    notice_unit = _choice(_("公示的单位"), words.UNITS)
    notice_basis = _text(_("公示的依据"), required=False)
    notice_stops_clock = forms.BooleanField(label=_("公示期间停表"), required=False)
    result_kind = _choice(_("办完给什么"), words.RESULT_KINDS)
    result_name_zh = forms.CharField(label=_("结果的名称"), max_length=120)
    result_name_en = forms.CharField(label=_("结果的名称（英文）"), max_length=120)
    result_template = _choice(_("结果的样式"), words.RESULT_TEMPLATES)
    windows_zh = _text(_("在哪里办"))
    windows_en = _text(_("在哪里办（英文）"))
    phone = forms.CharField(label=_("咨询电话"), max_length=40)

    groups = (
        (_("叫什么、给谁"), ("name_zh", "name_en", "summary_zh", "summary_en", "keywords", "who_zh", "who_en")),
        (_("谁负责"), ("department", "level", "registration_basis")),
        (_("多久"), ("promised_days", "promised_unit", "legal_days", "legal_unit", "legal_basis", "visits")),
        (_("收费"), ("fee_yuan", "fee_basis")),
        (_("公示"), ("notice_days", "notice_unit", "notice_basis", "notice_stops_clock")),
        (_("结果"), ("result_kind", "result_name_zh", "result_name_en", "result_template")),
        (_("在哪里办"), ("windows_zh", "windows_en", "phone")),
    )

    def grouped(self) -> list[tuple[Any, list[Any]]]:
        return [(title, [self[name] for name in names]) for title, names in self.groups]


class RowForm(PlainForm):
    """One row of a list. It stands closed under its name until it is opened, is new, or has an error."""

    named_by = ""

    @property
    def said(self) -> str:
        return str(self[self.named_by].value() or "")[:60]

    @property
    def is_open(self) -> bool:
        return not self.said or (self.is_bound and bool(self.errors))


class ConditionForm(RowForm):
    named_by = "text_zh"

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    """The words as they stood: by them the row keeps its rule, which the form does not show, when they are changed."""
    text_zh = _text(_("条件"))
    text_en = _text(_("英文"))
    fact = _choice(
        _("用登记的哪一项来比"),
        {
            "age": _("年龄"),
            "registered_here": _("户口在本地"),
            "lives_here": _("住在本地"),
            "sex": _("性别"),
            "alive": _("健在"),
            "groups": _("属于哪个群体"),
        },
        required=False,
        empty=_("不比，由人判断"),
    )
    at_least = forms.IntegerField(label=_("满几岁"), required=False, min_value=0, max_value=150)
    below = forms.IntegerField(label=_("不满几岁"), required=False, min_value=0, max_value=150)
    basis = _text(_("依据"), required=False)


class MaterialForm(RowForm):
    named_by = "name_zh"

    code = forms.RegexField(
        r"^[a-z][a-z0-9_]*$",
        label=_("编码"),
        max_length=60,
        help_text=_("小写字母、数字和下划线。"),
        error_messages={"invalid": _("编码只能用小写字母、数字和下划线，以字母开头。")},
    )
    name_zh = forms.CharField(label=_("材料"), max_length=60)
    name_en = forms.CharField(label=_("英文"), max_length=120)
    form = _choice(_("形式"), words.FORMS)
    count = forms.IntegerField(label=_("几份"), min_value=1, max_value=20, initial=1)
    source = _choice(
        _("谁拿来"), {"applicant": _("本人交"), "held": _("市里已经有，不用交"), "other_body": _("别的单位给")}
    )
    held_fact = _choice(
        _("市里在哪里有"),
        {"identity": _("身份登记"), "household_registration": _("户口登记")},
        required=False,
        empty=_("不在登记里"),
    )
    held_certificate = forms.CharField(
        label=_("或者用哪个事项的证件"), required=False, max_length=60, help_text=_("写事项编码。")
    )
    hint_zh = _text(_("怎么准备"), required=False)
    hint_en = _text(_("怎么准备（英文）"), required=False)
    required = forms.BooleanField(label=_("都要"), required=False, initial=True)
    may_follow = forms.BooleanField(label=_("可以后补"), required=False)


class ChainForm(RowForm):
    """Short enough to stand open."""

    level = _choice(_("哪一级"), words.LEVELS)
    step = _choice(_("做什么"), words.STEPS)
    department = _choice(_("哪个部门"), Department.choices, required=False, empty=_("就是社区或街道"))
    days = forms.IntegerField(label=_("几个工作日"), min_value=0, max_value=200, initial=0)

    @property
    def said(self) -> str:
        return ""


ROWS: dict[str, Any] = {
    "conditions": formset_factory(ConditionForm, extra=0, can_delete=True, can_order=True, max_num=30),
    "materials": formset_factory(MaterialForm, extra=0, can_delete=True, can_order=True, max_num=40),
    "chain": formset_factory(ChainForm, extra=0, can_delete=True, can_order=True, max_num=20),
}
ROW_TITLES = {"conditions": _("条件"), "materials": _("材料"), "chain": _("步骤")}


class EditForms:
    """The main form and its rows as one: built from a content, or from what was typed."""

    def __init__(self, data: dict[str, Any], typed: QueryDict | None = None, *, more: str = "") -> None:
        self.data = data
        if typed is not None and more in ROWS:
            typed = _with_a_row(typed, more)
        self.main = MainForm(typed, initial=_main_of(data), prefix="item")
        self.rows: dict[str, BaseFormSet] = {
            name: formset(typed, initial=_ROWS_OF[name](data), prefix=name) for name, formset in ROWS.items()
        }

    @property
    def titled_rows(self) -> list[tuple[str, Any, BaseFormSet]]:
        return [(name, ROW_TITLES[name], formset) for name, formset in self.rows.items()]

    def is_valid(self) -> bool:
        return all([self.main.is_valid(), *(formset.is_valid() for formset in self.rows.values())])

    def content(self) -> dict[str, Any]:
        """Return the content with what was typed put into it; what the forms do not show stays."""
        told = _with_main(copy.deepcopy(self.data), self.main.cleaned_data)
        for name, formset in self.rows.items():
            told = _WITH_ROWS[name](told, _kept_rows(formset))
        return told

    def show(self, faults: tuple[Fault, ...]) -> list[Fault]:
        """Set each fault beside the field that it is about; return those that no field shows."""
        left = []
        kept = {name: list(formset.ordered_forms) for name, formset in self.rows.items()}
        for fault in faults:
            form, name = self._field_of(fault.path, kept)
            if form is None:
                left.append(fault)
            else:
                form.add_error(name, fault.sentence)
        return left

    def problems(self) -> list[tuple[str, str]]:
        """Every error with the id of its field, for the summary above the form."""
        every: list[BaseForm] = [self.main, *(form for formset in self.rows.values() for form in formset.forms)]
        told = [
            (form[name].auto_id if name in form.fields else "", f"{form[name].label}：{error}")
            for form in every
            for name, errors in form.errors.items()
            if name != "__all__"
            for error in errors
        ]
        told += [("", str(error)) for form in every for error in form.non_field_errors()]
        return told + [("", str(error)) for formset in self.rows.values() for error in formset.non_form_errors()]

    def _field_of(self, path: str, rows: dict[str, list[BaseForm]]) -> tuple[BaseForm | None, str]:
        if match := re.match(r"(applicants\.conditions|materials|chain)\[(\d+)\](?:\.(.+))?$", path):
            kept = rows[match[1].split(".")[-1]]
            name = (match[3] or "").replace(".", "_").replace("held_certificate_of", "held_certificate")
            place = int(match[2])
            if place < len(kept):
                form = kept[place]
                return form, name if name in form.fields else next(iter(form.fields))
        name = _MAIN_FIELDS.get(path, path.replace(".", "_"))
        return (self.main, name) if name in self.main.fields else (None, "")


def _with_a_row(typed: QueryDict, rows: str) -> QueryDict:
    """Return what was typed with one empty row more, filled with what is usual; left as it is, it counts for nothing."""
    told = typed.copy()
    place = _count(told.get(f"{rows}-TOTAL_FORMS"))
    told[f"{rows}-TOTAL_FORMS"] = str(min(place + 1, 40))
    for name, field in ROWS[rows].form.base_fields.items():
        if field.initial is not None:
            told[f"{rows}-{place}-{name}"] = "on" if field.initial is True else str(field.initial)
    return told


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else 0


_MAIN_FIELDS = {
    "promised_limit": "promised_days", "promised_limit.days": "promised_days", "legal_limit": "legal_days",
    "legal_limit.days": "legal_days", "legal_limit.basis": "legal_basis", "fee.fen": "fee_yuan", "fee.basis": "fee_basis",
    "public_notice.days": "notice_days", "public_notice.basis": "notice_basis", "result.kind": "result_kind",
    "result.name": "result_name_zh", "applicants.who.zh": "who_zh", "applicants.who.en": "who_en",
    "applicants.registration_basis": "registration_basis", "summary": "summary_zh", "name": "name_zh",
}  # fmt: skip


def _main_of(data: dict[str, Any]) -> dict[str, Any]:
    notice = data.get("public_notice") or {}
    return {
        "name_zh": data["name"]["zh"], "name_en": data["name"]["en"],
        "summary_zh": data["summary"]["zh"], "summary_en": data["summary"]["en"],
        "keywords": "、".join(data["keywords"]),
        "department": data["department"], "level": data["level"],
        "who_zh": data["applicants"]["who"]["zh"], "who_en": data["applicants"]["who"]["en"],
        "registration_basis": data["applicants"]["registration_basis"],
        "promised_days": data["promised_limit"]["days"], "promised_unit": data["promised_limit"]["unit"],
        "legal_days": data["legal_limit"]["days"], "legal_unit": data["legal_limit"]["unit"],
        "legal_basis": data["legal_limit"]["basis"],
        "visits": str(data["visits"]),
        "fee_yuan": Decimal(data["fee"]["fen"]) / 100, "fee_basis": data["fee"]["basis"],
        "notice_days": notice.get("days"), "notice_unit": notice.get("unit", "working_days"),
        "notice_basis": notice.get("basis", ""), "notice_stops_clock": notice.get("stops_clock", True),
        "result_kind": data["result"]["kind"], "result_template": data["result"]["template"],
        "result_name_zh": data["result"]["name"]["zh"], "result_name_en": data["result"]["name"]["en"],
        "windows_zh": data["windows"]["zh"], "windows_en": data["windows"]["en"],
        "phone": data["phone"],
    }  # fmt: skip


def _with_main(told: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    told["name"] = {"zh": typed["name_zh"], "en": typed["name_en"]}
    told["summary"] = {"zh": typed["summary_zh"], "en": typed["summary_en"]}
    told["keywords"] = [word for word in re.split(r"[、，,;；\s]+", typed["keywords"]) if word]
    told["department"], told["level"] = typed["department"], typed["level"]
    told["applicants"]["who"] = {"zh": typed["who_zh"], "en": typed["who_en"]}
    told["applicants"]["registration_basis"] = typed["registration_basis"]
    told["promised_limit"].update(days=typed["promised_days"], unit=typed["promised_unit"])
    told["legal_limit"].update(days=typed["legal_days"], unit=typed["legal_unit"], basis=typed["legal_basis"])
    told["visits"] = int(typed["visits"])
    told["fee"] = {"fen": int(typed["fee_yuan"] * 100), "basis": typed["fee_basis"]}
    if typed["notice_days"]:
        told["public_notice"] = {
            **(told.get("public_notice") or {}),
            "days": typed["notice_days"],
            "unit": typed["notice_unit"],
            "basis": typed["notice_basis"],
            "stops_clock": typed["notice_stops_clock"],
        }
    else:
        told["public_notice"] = None
    told["result"].update(
        kind=typed["result_kind"],
        template=typed["result_template"],
        name={"zh": typed["result_name_zh"], "en": typed["result_name_en"]},
    )
    told["windows"] = {"zh": typed["windows_zh"], "en": typed["windows_en"]}
    told["phone"] = typed["phone"]
    return told


def _kept_rows(formset: BaseFormSet) -> list[dict[str, Any]]:
    return [
        form.cleaned_data for form in formset.ordered_forms if form.cleaned_data and not form.cleaned_data["DELETE"]
    ]


def _conditions_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"was": one["text"]["zh"], "text_zh": one["text"]["zh"], "text_en": one["text"]["en"], **{
            name: one[name] for name in ("fact", "at_least", "below", "basis")
        }}
        for one in data["applicants"]["conditions"]
    ]  # fmt: skip


def _with_conditions(told: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    before = {(one["fact"], one["text"]["zh"]): one for one in told["applicants"]["conditions"]}
    before |= {(one["fact"], ""): one for one in told["applicants"]["conditions"]}
    conditions = []
    for row in rows:
        same = before.get((row["fact"], row["was"] or row["text_zh"])) or {}
        kept = same or before.get((row["fact"], "")) or {}
        equals = kept.get("equals") if row["fact"] not in ("", "age", "groups") else None
        if equals is None and row["fact"] in ("registered_here", "lives_here", "alive"):
            equals = True
        conditions.append({
            "text": {"zh": row["text_zh"], "en": row["text_en"]}, "fact": row["fact"], "at_least": row["at_least"],
            "below": row["below"], "equals": equals, "basis": row["basis"],
            "includes": kept.get("includes", "") if row["fact"] == "groups" else "",
            "answer": "" if row["fact"] else same.get("answer", ""),
            "one_of": [] if row["fact"] else same.get("one_of", []),
            "rule": None if row["fact"] else same.get("rule"),
        })  # fmt: skip
    told["applicants"]["conditions"] = conditions
    return told


def _materials_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "code": one["code"], "name_zh": one["name"]["zh"], "name_en": one["name"]["en"], "form": one["form"],
            "count": one["count"], "source": one["source"], "held_fact": (one["held"] or {}).get("fact", ""),
            "held_certificate": (one["held"] or {}).get("certificate_of", ""),
            "hint_zh": (one["hint"] or {}).get("zh", ""), "hint_en": (one["hint"] or {}).get("en", ""),
            "required": one["required"], "may_follow": one["may_follow"],
        }
        for one in data["materials"]
    ]  # fmt: skip


def _with_materials(told: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    before = {one["code"]: one for one in told["materials"]}
    materials = []
    for row in rows:
        kept = before.get(row["code"], {})
        held = None
        if row["source"] == "held":
            held = {
                **(kept.get("held") or {}),
                "fact": row["held_fact"],
                "certificate_of": row["held_certificate"],
            }
        hint = {"zh": row["hint_zh"], "en": row["hint_en"]} if row["hint_zh"] or row["hint_en"] else None
        materials.append({
            **kept, "code": row["code"], "name": {"zh": row["name_zh"], "en": row["name_en"]}, "form": row["form"],
            "count": row["count"], "source": row["source"], "held": held, "hint": hint, "required": row["required"],
            "may_follow": row["may_follow"],
        })  # fmt: skip
    told["materials"] = materials
    return told


def _chain_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [{name: one[name] for name in ("level", "step", "department", "days")} for one in data["chain"]]


def _with_chain(told: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    before = {(one["level"], one["step"], one["department"]): one for one in told["chain"]}
    told["chain"] = [
        {
            **before.get((row["level"], row["step"], row["department"]), {}),
            **{name: row[name] for name in ("level", "step", "department", "days")},
        }
        for row in rows
    ]
    return told


_ROWS_OF = {"conditions": _conditions_of, "materials": _materials_of, "chain": _chain_of}
_WITH_ROWS = {"conditions": _with_conditions, "materials": _with_materials, "chain": _with_chain}


class TextForm(PlainForm):
    """The whole content as YAML."""

    text = forms.CharField(
        label=_("整个事项"),
        strip=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 40, "spellcheck": "false", "class": "input--code"}),
        help_text=_("YAML：冒号后面空一格，用空格对齐，不用 Tab。"),
    )


class FormTextForm(PlainForm):
    """A form as YAML."""

    text = forms.CharField(
        label=_("整张表"),
        strip=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 40, "spellcheck": "false", "class": "input--code"}),
        help_text=_("和事项文件里 form: 下面的一样。也可以贴整个事项，只取里面的表。"),
    )


class DayForm(PlainForm):
    """From which day."""

    from_day = forms.DateField(label=_("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}))


class ReturnForm(PlainForm):
    reason = forms.CharField(
        label=_("为什么退回"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip


class RetireForm(DayForm):
    reason = forms.CharField(label=_("为什么停用"), max_length=500)


class VarianceForm(DayForm):
    """Where an item differs, to what, and why (R28a)."""

    area = forms.ChoiceField(label=_("哪些社区"), choices=Area.choices)
    part = forms.ChoiceField(label=_("哪里不一样"), choices=Part.choices)
    standard = forms.CharField(
        label=_("那里的标准"),
        max_length=200,
        required=False,
        help_text=_("还没有开办的不用写。别的写清楚，比如“8 个工作日”。"),
    )
    standard_en = forms.CharField(label=_("那里的标准，英文"), max_length=300, required=False)
    reason = forms.CharField(label=_("为什么不一样"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    reason_en = forms.CharField(label=_("为什么，英文"), max_length=500, required=False)
    document = forms.CharField(label=_("依据的文件"), max_length=200)

    field_order = ("area", "part", "standard", "standard_en", "reason", "reason_en", "document", "from_day")


def day_initial(day: dt.date) -> dict[str, Any]:
    return {"from_day": day.isoformat()}
