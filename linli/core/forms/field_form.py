"""What whoever makes a form types about one field, read out of a schema and written into it (making.py has the rules)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from linli.core.forms import making
from linli.core.forms.dialect import NAME
from linli.core.forms.facts import DeclaredFact, declared_facts

NONE = "-"
"""In a list of choices: no fact, no condition, no rule of spelling, before all others. (No field can be called so.)"""
ALWAYS = FIRST = NONE
KEPT = "kept"
"""A spelling that was written by hand and that no entry of the list means."""
MOST = 1_000_000_000


class PlainForm(forms.Form):
    """A form that speaks as the rest of the house does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = gettext_lazy("这一项还空着，请写上。")


class AnswerForm(PlainForm):
    """One answer of a choice."""

    zh = forms.CharField(label=gettext_lazy("答案"), max_length=120)
    en = forms.CharField(label=gettext_lazy("英文"), max_length=240)
    value = forms.CharField(label=gettext_lazy("代号"), required=False, max_length=40)


def _whole(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, **({"min_value": 0, "max_value": MOST} | more))


class FieldForm(PlainForm):
    """One field of a form, whatever its kind.

    schema: the form (or the form of a table's row) as it is now; name: the field, "" for a new one; kind: of a new
    field, or another one for a field that is there. fact, like: what a new field begins as. is_sent: false where what
    was typed is only shown again, since another kind or one more answer was asked for: no complaints yet.
    """

    title = forms.CharField(label=gettext_lazy("问题"), max_length=120)
    title_en = forms.CharField(label=gettext_lazy("问题（英文）"), max_length=240)
    description = forms.CharField(label=gettext_lazy("提示"), required=False, max_length=300)
    description_en = forms.CharField(label=gettext_lazy("提示（英文）"), required=False, max_length=600)
    required = forms.BooleanField(label=gettext_lazy("一定要填"), required=False)
    fact = forms.ChoiceField(label=gettext_lazy("从登记里取"))
    when = forms.CharField(
        label=gettext_lazy("总是问，还是看前面怎么答"),
        widget=forms.Select,
        help_text=gettext_lazy("不问的时候，不用填，填过的也不会留下。"),
    )
    after = forms.ChoiceField(label=gettext_lazy("排在哪里"))
    key = forms.CharField(
        label=gettext_lazy("代号"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("程序用的名字：小写字母、数字和下划线。空着就按英文起一个。"),
    )

    def __init__(
        self,
        schema: Mapping[str, Any],
        name: str,
        typed: QueryDict | None = None,
        *,
        kind: str = "",
        fact: str = "",
        like: str = "",
        in_table: bool = False,
        is_sent: bool = True,
    ) -> None:
        self.schema, self.name, self.in_table = schema, name, in_table
        self.before = making.rule_at(schema, name)
        begun = self.before or _begun(schema, fact=fact, like=like)
        was = making.kind_of(begun) if begun else making.KINDS["text"]
        offered = making.IN_ROWS if in_table else tuple(making.KINDS)
        self.kind = making.KINDS[kind] if kind in offered else was
        self.written = begun if self.kind is was and begun else dict(copy.deepcopy(self.kind.base))
        self.kinds = [making.KINDS[code] for code in offered]
        initial = {
            **_initial_of({**begun, **self.written}),
            "required": self._needed(begun),
            "key": name,
            "after": self._place(),
        }
        super().__init__(typed if is_sent else None, initial=initial, prefix="field")
        gone = _("这一项已经没有了，请重新选。")
        for one in ("after", "fact"):
            self.fields[one].error_messages["invalid_choice"] = gone
        self._offer_limits()
        self._offer_facts()
        self._offer_places()
        self._offer_conditions(begun)
        if self.kind.code == "consent":
            del self.fields["required"]
        if typed is not None and not is_sent:
            for one, field in self.fields.items():
                self.initial[one] = field.widget.value_from_datadict(typed, MultiValueDict(), self.add_prefix(one))
        self.answers: BaseFormSet | None = None
        if self.kind.code in ("choice", "choices"):
            self.answers = _answer_forms(_answers_of(begun), typed, is_sent=is_sent)

    # what is shown

    @property
    def told(self) -> list[forms.BoundField]:
        """What it asks."""
        names = ("title", "title_en", "description", "description_en", "required")
        return [self[name] for name in names if name in self.fields]

    @property
    def limits(self) -> list[forms.BoundField]:
        return [self[name] for name in ("look", "least", "most", "spelling", "past") if name in self.fields]

    @property
    def place(self) -> list[forms.BoundField]:
        return [self["after"], self["key"]]

    @property
    def waits(self) -> list[tuple[str, forms.BoundField]]:
        """For each field that can be waited for, its name and its answers to choose from."""
        return [(name, self[f"is-{name}"]) for name in self.candidates]

    @property
    def has_errors(self) -> bool:
        return bool(self.errors) or (self.answers is not None and not self.answers.is_valid())

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Every error with the id of its field, for the summary above the form."""
        every: list[forms.BaseForm] = [self, *(self.answers.forms if self.answers is not None else [])]
        told = [("", str(error)) for error in self.non_field_errors()]
        for form in every:
            for name, errors in form.errors.items():
                if name == "__all__":
                    continue
                bound = form[name]
                first = isinstance(bound.field.widget, forms.CheckboxSelectMultiple)
                told += [(f"{bound.auto_id}_0" if first else bound.auto_id, f"{bound.label}：{one}") for one in errors]
        return told + [
            ("", str(error)) for error in (self.answers.non_form_errors() if self.answers is not None else [])
        ]

    # what it means

    def is_valid(self) -> bool:
        answers_are = self.answers is None or self.answers.is_valid()
        return super().is_valid() and answers_are and not self.errors

    @property
    def new_name(self) -> str:
        return str(self.cleaned_data["key"])

    def schema_with(self, schema: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the form with this field in it: the one it was read from, or a newer one."""
        into = dict(schema if schema is not None else self.schema)
        after = self.cleaned_data["after"]
        is_moved = after != self._place() or not self.before
        return making.with_field(
            into,
            self.new_name,
            self.cleaned_data["rule"],
            required=self.cleaned_data.get("required", True),
            was=self.name,
            after=("" if after == FIRST else after) if is_moved else None,
        )

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"].strip()
        others = [one for one in making.sequence_of(self.schema) if one != self.name]
        if not key:
            return self.name or making.name_for(str(self.data.get("field-title_en", "")), others)
        if not NAME.fullmatch(key):
            raise forms.ValidationError(_("代号只能用小写字母、数字和下划线，以字母开头。"))
        if key in others:
            raise forms.ValidationError(
                _("已经有一项的代号是“%(key)s”（%(title)s），请换一个。")
                % {"key": key, "title": making.title_of(self.schema, key)}
            )
        return key

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        for one, other in (("description", "description_en"), ("description_en", "description")):
            if told.get(one) and not told.get(other) and other in told:
                self.add_error(other, _("提示要两种文字都写，或者都不写。"))
        self._check_range()
        if self.errors or "key" not in told:
            return told
        if self.answers is not None and not self.answers.is_valid():
            return told
        answers = self._answers_typed()
        if self.errors:
            return told
        told["rule"] = self._rule(answers)
        if self.errors:
            return told
        changed = self.schema_with()
        if problem := making.condition_problem(changed, told["key"]):
            self.add_error("when", problem)
        told_already = {problem, *(making.inner_problems(told["rule"]))}  # a table's columns have pages of their own
        for sentence in making.problems_of(changed, table=self.in_table).get(told["key"], []):
            if sentence not in told_already:
                self.add_error(self._beside(sentence), sentence)
        for sentence in [] if problem else making.new_problems(self.schema, changed, except_for=told["key"]):
            self.add_error("after" if told["after"] != self._place() and self.before else None, sentence)
        return told

    # ---

    def _beside(self, sentence: str) -> str | None:
        declared = declared_facts().values()
        return "fact" if any(self.cleaned_data.get("title") in one.titles for one in declared) else None

    def _needed(self, begun: Mapping[str, Any]) -> bool:
        if self.name:
            return self.name in making.required_of(self.schema)
        return True

    def _place(self) -> str:
        order = making.sequence_of(self.schema)
        others = [one for one in order if one != self.name]
        if self.name not in order:
            return others[-1] if others else FIRST
        place = order.index(self.name)
        return order[place - 1] if place else FIRST

    def _offer_places(self) -> None:
        others = [one for one in making.sequence_of(self.schema) if one != self.name]
        self._choices("after").choices = [(FIRST, _("最前面"))] + [
            (one, _("“%(title)s”后面") % {"title": making.title_of(self.schema, one)}) for one in others
        ]

    def _offer_facts(self) -> None:
        self.facts = [one for one in declared_facts().values() if self.kind.code in one.kinds]
        written = str(self.written.get("x-fact") or "")
        if not self.facts and not written:
            del self.fields["fact"]
            return
        choices = [(NONE, _("不取，请本人填"))] + [(one.name, fact_words(one)) for one in self.facts]
        if written and written not in dict(choices):
            choices.append((written, written))
        self._choices("fact").choices = choices
        self.fields["fact"].help_text = _("登记里有的，先替本人填好，写明从哪里来、哪天核实的；本人可以改。")

    def _offer_conditions(self, begun: Mapping[str, Any]) -> None:
        order = making.sequence_of(self.schema)
        earlier = order[: order.index(self.name)] if self.name in order else order
        other, wanted = making.waited_for(begun)
        self.candidates = (
            [] if self.in_table else [one for one in earlier if making.options_of(making.rule_at(self.schema, one))]
        )
        if self.in_table:
            del self.fields["when"]
            return
        if not self.candidates:
            self.fields["when"].help_text = _("前面还没有选择题或者是非题，可以等着它的答案：现在只能总是问。")
        choices = [(ALWAYS, _("总是问"))] + [
            (one, _("前面“%(title)s”选了下面这些才问") % {"title": making.title_of(self.schema, one)})
            for one in self.candidates
        ]
        if other and other not in self.candidates:
            choices.append((other, _("“%(name)s”（已经没有了）") % {"name": other}))
        self.fields["when"].widget.choices = choices
        self.initial["when"] = other or ALWAYS
        for one in self.candidates:
            options = making.options_of(making.rule_at(self.schema, one))
            self.fields[f"is-{one}"] = forms.MultipleChoiceField(
                label=_("“%(title)s”选了哪些") % {"title": making.title_of(self.schema, one)},
                required=False,
                choices=[(_typed(value), label) for value, label in options],
                widget=forms.CheckboxSelectMultiple,
            )
            if one == other:
                self.initial[f"is-{one}"] = [_typed(value) for value in wanted]

    def _choices(self, name: str) -> forms.ChoiceField:
        return cast("forms.ChoiceField", self.fields[name])

    def _offer_limits(self) -> None:
        code, fields, rule = self.kind.code, self.fields, self.written
        if code in ("text", "long_text"):
            fields["least"] = _whole(_("最少几个字"), max_value=5_000)
            fields["most"] = _whole(_("最多几个字"), min_value=1, max_value=5_000, help_text=_("空着就是 500 个字。"))
        if code == "text":
            known = [(NONE, _("不限"))] + [(one, label) for one, (label, _p, _t) in making.PATTERNS.items()]
            if _spelling_of(rule) == KEPT:
                known.append((KEPT, _("照原来写的")))
            fields["spelling"] = forms.ChoiceField(label=_("怎么写才对"), choices=known)
        if code in ("number", "decimal"):
            places = 0 if code == "number" else 6
            for name, label in (("least", _("最小")), ("most", _("最大"))):
                fields[name] = forms.DecimalField(
                    label=label, required=False, min_value=-MOST, max_value=MOST, decimal_places=places
                )
        if code == "money":
            for name, label in (("least", _("最少多少元")), ("most", _("最多多少元"))):
                fields[name] = forms.DecimalField(
                    label=label, required=False, min_value=0, max_value=MOST, decimal_places=2
                )
        if code == "date":
            fields["past"] = forms.BooleanField(label=_("只能是已经过去的日子"), required=False)
        if code in ("choices", "rows"):
            most = making.CHOICES_MAX if code == "choices" else 50
            words = (_("最少选几项"), _("最多选几项")) if code == "choices" else (_("最少几行"), _("最多几行"))
            fields["least"] = _whole(words[0], max_value=most)
            fields["most"] = _whole(words[1], min_value=1, max_value=most)
        if code == "choice":
            looks = [
                (NONE, _("由系统定：六个以内列出来，多了用下拉")),
                ("radio", _("一个一个列出来")),
                ("select", _("下拉")),
            ]
            fields["look"] = forms.ChoiceField(label=_("怎么排"), choices=looks)
        if code == "yes_no":
            looks = [(NONE, _("两个圆钮：是、否")), ("checkbox", _("一个方框：勾上就是“是”"))]
            if rule.get("x-widget") == "radio":
                looks[0] = ("radio", looks[0][1])
            fields["look"] = forms.ChoiceField(label=_("怎么排"), choices=looks)
        self.initial.update(_limits_of(code, rule))

    def _check_range(self) -> None:
        least, most = self.cleaned_data.get("least"), self.cleaned_data.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", _("最多（%(most)s）比最少（%(least)s）还小。") % {"most": most, "least": least})

    def _answers_typed(self) -> list[tuple[Any, dict[str, str]]] | None:
        """Return the answers in their order, each with its value; None for a kind without."""
        if self.answers is None:
            return None
        kept = [form for form in self.answers.ordered_forms if form.cleaned_data and not form.cleaned_data["DELETE"]]
        if not kept:
            self.add_error(None, _("一个答案也没有，请至少写两个。"))
            return []
        values: list[str] = []
        answers = []
        whole = self.written.get("type") == "integer"
        fixed = [form.cleaned_data["value"].strip() for form in kept]
        for form, value in zip(kept, fixed, strict=True):
            value = value or making.name_for(form.cleaned_data["en"], [*values, *fixed])
            if value in values:
                form.add_error("value", _("前面已经有一个答案的代号是“%(value)s”。") % {"value": value})
                self.add_error(None, _("有两个答案的代号一样。"))
            if whole and not value.lstrip("-").isdecimal():
                form.add_error("value", _("这一题的代号是整数。"))
                self.add_error(None, _("这一题的代号是整数。"))
                whole = False
            values.append(value)
            answers.append(
                (int(value) if whole else value, {"zh": form.cleaned_data["zh"], "en": form.cleaned_data["en"]})
            )
        for bound in ("least", "most"):
            if (count := self.cleaned_data.get(bound)) and count > len(answers):
                self.add_error(bound, _("一共只有 %(count)s 个答案。") % {"count": len(answers)})
        return answers

    def _rule(self, answers: list[tuple[Any, dict[str, str]]] | None) -> dict[str, Any]:
        told = self.cleaned_data
        rule = copy.deepcopy(self.written)
        for word in ("title", "title_en", "description", "description_en"):
            _set(rule, word, told.get(word))
        if "fact" in self.fields:
            _set(rule, "x-fact", _chosen(told.get("fact")))
        self._set_condition(rule)
        code = self.kind.code
        least, most = told.get("least"), told.get("most")
        names = {
            "text": ("minLength", "maxLength"), "long_text": ("minLength", "maxLength"), "number": ("minimum", "maximum"),
            "decimal": ("minimum", "maximum"), "money": ("minimum", "maximum"), "choices": ("minItems", "maxItems"),
            "rows": ("minItems", "maxItems"),
        }.get(code)  # fmt: skip
        if names:
            for word, value in zip(names, (least, most), strict=True):
                _set(rule, word, _number(value * 100 if code == "money" and value is not None else value), none=None)
        if code == "date":
            _set(rule, "x-past-date", told.get("past"))
        if code == "text" and told.get("spelling") != KEPT:
            known = making.PATTERNS.get(told["spelling"])
            if told["spelling"] != _spelling_of(self.written):
                _set(rule, "pattern", known[1] if known else "")
                _set(rule, "x-pattern-text", dict(known[2]) if known else {})
        if "look" in self.fields:
            _set(rule, "x-widget", _chosen(told.get("look")))
        if answers is not None:
            _set_answers(rule, answers, several=code == "choices")
        return making.in_order(rule) if rule != self.before else self.before

    def _set_condition(self, rule: dict[str, Any]) -> None:
        if "when" not in self.fields:
            return
        other = _chosen(self.cleaned_data.get("when"))
        if not other:
            rule.pop("x-show-when", None)
            return
        chosen = self.cleaned_data.get(f"is-{other}") or []
        options = making.options_of(making.rule_at(self.schema, other))
        wanted = [value for value, _label in options if _typed(value) in chosen]
        was, before = making.waited_for(rule)
        if other in self.candidates and not wanted:
            self.add_error(f"is-{other}", _("没有选等哪个答案。"))
        elif was != other or [_typed(one) for one in before] != [_typed(one) for one in wanted]:
            same = was == other and {_typed(one) for one in before} == {_typed(one) for one in wanted}
            if not same:
                rule["x-show-when"] = {"field": other, "equals": wanted[0] if len(wanted) == 1 else wanted}


def fact_words(fact: DeclaredFact) -> str:
    """Say a fact of the registry for whoever binds a field to it, and whether it is sealed."""
    label = str(fact.label or fact.name)
    return _("%(label)s（加密保存，谁看过要留痕）") % {"label": label} if fact.is_sealed else label


def _answer_forms(listed: list[dict[str, Any]], typed: QueryDict | None, *, is_sent: bool) -> BaseFormSet:
    """The answers of a choice as forms: those that there are, those that were typed, two empty ones at first."""
    extra = 0 if typed is not None or listed else 2
    if typed is not None and not is_sent:
        count = typed.get("answers-TOTAL_FORMS", "")
        names = ("zh", "en", "value", "ORDER", "DELETE")
        rows = [
            {name: typed.get(f"answers-{place}-{name}") or None for name in names}
            for place in range(int(count) if count.isdecimal() else 0)
        ]
        listed = [row for row in rows if row["zh"] or row["en"] or row["value"]]
        extra = len(rows) - len(listed)
        typed = None
    formset = formset_factory(AnswerForm, extra=extra, can_delete=True, can_order=True, max_num=making.CHOICES_MAX)
    made: BaseFormSet = formset(typed, initial=listed, prefix="answers")
    for form in made.forms:
        form.fields["ORDER"].label = _("排第几")
        form.fields["DELETE"].label = _("去掉这个答案")
    return made


def _begun(schema: Mapping[str, Any], *, fact: str, like: str) -> dict[str, Any]:
    """What a new field begins as: bound to a fact, or like another one; {} for an empty one."""
    if like and (rule := making.rule_at(schema, like)):
        return rule
    known = declared_facts().get(fact)
    if known is None or not known.kinds:
        return {}
    titles = {}
    for word, language in (("title", "zh-hans"), ("title_en", "en")):
        with override(language):
            titles[word] = str(known.label)
    return {**copy.deepcopy(making.KINDS[known.kinds[0]].base), **titles, "x-fact": fact}


def _initial_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    told = {word: rule.get(word, "") for word in ("title", "title_en", "description", "description_en")}
    return {**told, "fact": rule.get("x-fact") or NONE}


def _limits_of(code: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    words = {
        "text": ("minLength", "maxLength"), "long_text": ("minLength", "maxLength"), "choices": ("minItems", "maxItems"),
        "rows": ("minItems", "maxItems"),
    }.get(code, ("minimum", "maximum"))  # fmt: skip
    least, most = (rule.get(word) for word in words)
    if code == "money":
        least, most = (None if one is None else Decimal(str(one)) / 100 for one in (least, most))
    return {
        "least": least, "most": most, "past": bool(rule.get("x-past-date")), "spelling": _spelling_of(rule),
        "look": rule.get("x-widget") or NONE,
    }  # fmt: skip


def _spelling_of(rule: Mapping[str, Any]) -> str:
    pattern = rule.get("pattern")
    if not pattern:
        return NONE
    return next((code for code, (_l, known, _t) in making.PATTERNS.items() if known == pattern), KEPT)


def _answers_of(rule: Mapping[str, Any]) -> list[dict[str, Any]]:
    items = making.items_of(rule)
    labels = rule.get("x-labels") or items.get("x-labels") or {}
    rows = []
    for value, _label in making.options_of(rule) if rule.get("type") != "boolean" else []:
        label = labels.get(value, labels.get(str(value))) if isinstance(labels, Mapping) else None
        label = label if isinstance(label, Mapping) else {}
        rows.append({"value": str(value), "zh": label.get("zh", ""), "en": label.get("en", "")})
    return rows


def _set_answers(rule: dict[str, Any], answers: list[tuple[Any, dict[str, str]]], *, several: bool) -> None:
    before = [(one["value"], {"zh": one["zh"], "en": one["en"]}) for one in _answers_of(rule)]
    if before == [(str(value), label) for value, label in answers]:
        return
    labels = dict(answers)
    values = [value for value, _label in answers]
    if several:
        rule["items"] = {"type": "string", **{k: v for k, v in (rule.get("items") or {}).items() if k != "x-labels"},
                         "enum": values}  # fmt: skip
    else:
        rule["enum"] = values
    rule["x-labels"] = labels


def _set(rule: dict[str, Any], word: str, value: Any, *, none: Any = False) -> None:
    """Write a word, or take it out where nothing was typed. none=None: a nought is something."""
    if (value is None) if none is None else not value:
        rule.pop(word, None)
    else:
        rule[word] = value


def _chosen(value: Any) -> str:
    return "" if value in (None, NONE) else str(value)


def _number(value: Decimal | int | None) -> int | float | None:
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
