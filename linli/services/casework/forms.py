"""What people type around a case. Cleaning only; the item's own form is described by its JSON Schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from linli.services.casework import rules
from linli.services.casework.models import CONSENTS, Flaw, FollowUp, Ground, Opinion, Rating, Relation

FOR_OTHERS = ("name", "id_number", "relation")


class WhoForm(forms.Form):
    """For whom: oneself, or somebody else by identity number and name."""

    whom = forms.ChoiceField(
        label=_("给谁办？"),
        choices=[("me", _("我自己")), ("other", _("替别人办（家人、受托）"))],
        widget=forms.RadioSelect,
        initial="me",
    )
    name = forms.CharField(
        label=_("他（她）的姓名"), max_length=60, error_messages={"required": _("请填写他（她）的姓名。")}
    )
    id_number = forms.CharField(
        label=_("他（她）的身份证号"),
        max_length=30,
        error_messages={"required": _("请填写他（她）的身份证号。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "class": "input input--number"}),
    )
    relation = forms.ChoiceField(
        label=_("您是他（她）的"),
        choices=[("", _("请选择")), *[c for c in Relation.choices if c[0] != "community"]],
        error_messages={"required": _("请选您和他（她）的关系。")},
    )

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FOR_OTHERS:
            self.fields[name].required = not self.is_bound or self.data.get("whom") == "other"

    def the_others(self) -> list[forms.BoundField]:
        """Return the fields that are asked only when it is for somebody else."""
        return [self[name] for name in FOR_OTHERS]


class FindPersonForm(forms.Form):
    """The window's first field: an identity number, typed or read by a card reader that types."""

    id_number = forms.CharField(
        label=_("身份证号"),
        help_text=_("刷身份证，或者手工输入。"),
        max_length=30,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "class": "input input--number",
                "autofocus": True,
            }
        ),
    )


PICTURES = "image/jpeg,image/png,image/webp,application/pdf"


class MandateForm(forms.Form):
    """Who stands at the window for whom, and the paper that says she may."""

    relation = forms.ChoiceField(
        label=_("来的人是本人的什么人"),
        choices=[c for c in Relation.choices if c[0] != Relation.COMMUNITY],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选来的人是本人的什么人。")},
    )
    ground = forms.ChoiceField(
        label=_("凭什么代办"),
        choices=[c for c in Ground.choices if c[0] not in CONSENTS],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选凭什么代办。")},
    )
    is_paper_seen = forms.BooleanField(label=_("看过原件，已经退还"), required=False)
    file = forms.FileField(
        label=_("扫描件或照片"),
        required=False,
        help_text=_("存了扫描件，以后不用再看原件。"),
        widget=forms.ClearableFileInput(attrs={"accept": PICTURES}),
    )
    until = forms.DateField(
        label=_("长期授权：以后也凭它办，到哪天为止"),
        required=False,
        help_text=_("不填，只管这一次。两个人随时可以撤销，在“我的账户”里或者到窗口。"),
        widget=forms.DateInput(attrs={"type": "date", "class": "input", "autocomplete": "off"}),
    )

    use_required_attribute = False


class ConsentForm(forms.Form):
    """How a resident agreed that the worker applies for her."""

    ground = forms.ChoiceField(
        label=_("怎么同意的"),
        choices=[c for c in Ground.choices if c[0] in CONSENTS],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选他（她）是怎么同意的。")},
    )
    was_told = forms.BooleanField(label=_("上面的话说给本人听了，本人当面同意"), required=False)
    code = forms.CharField(
        label=_("本人念的 6 位验证码"),
        max_length=12,
        error_messages={"required": _("请填短信里的 6 位数字。")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input input--number", "data-unkept": ""}
        ),
    )
    file = forms.FileField(
        label=_("签字的纸，拍一张"),
        error_messages={"required": _("请把本人签了字的纸拍下来，再往下办。")},
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, ground in (("code", Ground.BY_CODE), ("file", Ground.SIGNED)):
            self.fields[name].required = not self.is_bound or self.data.get("ground") == ground


class SaidForm(forms.Form):
    """A word with an action; version is what was on the screen."""

    said = forms.CharField(
        label=_("意见"),
        help_text=_("申请人看得到。"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class NotAcceptForm(SaidForm):
    because = forms.ChoiceField(
        label=_("不予受理是因为"),
        choices=[
            ("not_needed", _("这件事不用申请")),
            ("not_here", _("不归这里办")),
            ("registration", _("户籍不在本地")),
            ("condition", _("不符合条件")),
        ],
    )


class SupplementForm(SaidForm):
    """All that is missing, at once: for each material what is the matter with it, in the applicant's words.

    cleaned_data["missing"]: {"code", "flaw", "more"} each, as services.request_supplement takes them.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, materials: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.materials = materials
        for code, name in materials:
            flaws = rules.FLAWS_OF_FORM if code == "form" else rules.FLAWS_OF_MATERIAL
            self.fields[f"flaw-{code}"] = forms.ChoiceField(
                label=name,
                choices=[("", _("不用补")), *[(flaw.value, flaw.label) for flaw in flaws]],
                required=False,
            )
            self.fields[f"more-{code}"] = forms.CharField(
                label=_("%(name)s：差在哪里") % {"name": name}, required=False, max_length=200
            )
        self.fields["said"].label = _("另外要说的")
        self.fields["said"].widget.attrs["rows"] = 2

    def per_material(self) -> list[tuple[forms.BoundField, forms.BoundField, str]]:
        """Return for each material its two fields, and the values with which the second is asked for."""
        return [(self[f"flaw-{code}"], self[f"more-{code}"], "\n".join(Flaw.values)) for code, _name in self.materials]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        missing = []
        for code, _name in self.materials:
            flaw, more = cleaned.get(f"flaw-{code}", ""), rules.clean_text(cleaned.get(f"more-{code}", ""), 200)
            if flaw == Flaw.OTHER and len(more) < 2:
                self.add_error(f"more-{code}", _("请写清楚差在哪里，申请人照着补。"))
            if more and not flaw and f"flaw-{code}" not in self.errors:
                self.add_error(f"flaw-{code}", _("写了差在哪里，还要选是哪一种。"))
            if flaw:
                missing.append({"code": code, "flaw": flaw, "more": more})
        if not missing and not self.errors:
            self.add_error(None, str(rules.NothingMissingNamed()))
        cleaned["missing"] = missing
        return cleaned


class AcceptForm(SaidForm):
    """Accept; with gaps where the item allows some materials to follow."""

    def __init__(
        self, *args: Any, may_follow: list[tuple[str, str]], promised: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if may_follow:
            self.fields["gaps"] = forms.MultipleChoiceField(
                label=_("容缺：这些以后补来"), choices=may_follow, widget=forms.CheckboxSelectMultiple, required=False,
                initial=list(promised), help_text=_("申请人说以后补来的，受理时都算在内。") if promised else "",
            )  # fmt: skip


class ExtensionForm(SaidForm):
    working_days = forms.IntegerField(label=_("要延长几个工作日"), min_value=1)
    because = forms.CharField(label=_("为什么要延长"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, at_most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = self.fields["working_days"]
        days.validators.append(MaxValueValidator(at_most))
        days.widget.attrs["max"] = at_most


class OpinionForm(SaidForm):
    def __init__(self, *args: Any, departments: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"] = forms.ChoiceField(label=_("问哪个部门"), choices=departments)
        self.fields["question"] = forms.CharField(
            label=_("想问什么"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
        )
        self.fields["said"].widget = forms.HiddenInput()


class GiveOpinionForm(forms.Form):
    verdict = forms.ChoiceField(label=_("我们的意见"), choices=Opinion.Verdict.choices, widget=forms.RadioSelect)
    answer = forms.CharField(label=_("说明"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class AskQuestionForm(forms.Form):
    whom = forms.ChoiceField(label=_("问谁"))
    question = forms.CharField(
        label=_("想问怎么办"),
        help_text=_("不要写当事人的姓名、号码，写“申请人”就行：答复会留给所有同事看。"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, whom: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["whom"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = whom


class AnswerQuestionForm(forms.Form):
    answer = forms.CharField(
        label=_("怎么办"),
        help_text=_("先写结论，再写依据是哪个文件哪一条。不要写当事人的姓名、号码。"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class TransferForm(SaidForm):
    def __init__(self, *args: Any, communities: list[tuple[str, list[tuple[str, str]]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community_code"] = forms.ChoiceField(label=_("转给哪个社区"), choices=communities)


class SpecialForm(SaidForm):
    def __init__(self, *args: Any, procedures: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.ChoiceField(label=_("哪一种特别程序"), choices=procedures)


class DeliverForm(SaidForm):
    how = forms.ChoiceField(
        label=_("怎么送达"),
        choices=[("collect", _("本人领取")), ("post", _("邮寄")), ("electronic", _("电子送达"))],
    )


class RatingForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("这件事办得怎么样？"), choices=Rating.Score.choices, coerce=int, widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )  # fmt: skip
    comment = forms.CharField(
        label=_("想说的话"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("可以不写。经办人在回访前看不到是谁评的。"),
    )  # fmt: skip


class FollowUpForm(forms.Form):
    outcome = forms.ChoiceField(label=_("结果"), choices=FollowUp.Outcome.choices, widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("怎么处理的，怎么答复申请人的"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ObjectionForm(forms.Form):
    text = forms.CharField(label=_("您有什么异议"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    contact = forms.CharField(
        label=_("怎么联系您"), required=False, max_length=60, help_text=_("可以不填；填了才能把答复告诉您。")
    )


class OutcomeForm(forms.Form):
    outcome = forms.CharField(label=_("怎么处理的"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
