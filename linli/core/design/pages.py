"""The page of components: each of them once, in the theme, size and language of the reader. Demonstration only."""

from __future__ import annotations

import datetime as dt
import uuid

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access import Actor, Post, open_to_all
from linli.core.design.clock import Clock

# The people below are nobody.
HOLDER, CLERK_NAME, PLACE = "柳桂枝", "苏木", "炳草岗街道"  # untranslated: names
APPLICANTS = ("车前子", "半夏", "柳桂枝", "石斛")  # untranslated: names

COLOURS = [
    *("page", "surface", "sunk", "line", "edge", "ink", "ink-2", "brand", "brand-tint", "lamp", "kapok", "focus"),
    *(f"{state}{tint}" for state in ("ok", "due", "late", "note", "calm") for tint in ("", "-tint")),
]

CLERK = Actor(
    kind="staff",
    name=CLERK_NAME,
    post=Post(
        id=uuid.UUID(int=1),
        role="street_staff",
        division_id=uuid.UUID(int=2),
        division_code="510402001000",
        division_name=PLACE,
        level="township",
        counties=frozenset({"510402"}),
    ),
)
"""Nobody: she stands on the page of components, and may do nothing anywhere else."""


class SampleForm(forms.Form):
    account = forms.CharField(
        label=gettext_lazy("社保卡账号"),
        help_text=gettext_lazy("卡正面最长的那串数字，一共 19 位。"),
        min_length=19,
        error_messages={"min_length": gettext_lazy("少了 1 位：您填了 18 位，应该是 19 位。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input--number"}),
    )
    card = forms.ChoiceField(
        label=gettext_lazy("用哪种卡"),
        choices=[("social", gettext_lazy("老人的社保卡")), ("bank", gettext_lazy("老人的银行卡"))],
        widget=forms.RadioSelect,
    )
    place = forms.ChoiceField(
        label=gettext_lazy("住在哪个社区"),
        choices=[("zhuhuyuan", gettext_lazy("竹湖园")), ("minjian", gettext_lazy("民建"))],
    )
    remark = forms.CharField(label=gettext_lazy("想说的话"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label=gettext_lazy("我填的都是真的"))


@open_to_all("shows how pages look, with nobody's data; only in the demonstration")
def components(request: HttpRequest) -> HttpResponse:
    _only_in_the_demonstration()
    due = dt.date(2026, 12, 4)
    form = SampleForm({"account": "620000005199020812", "card": "social", "place": "minjian", "agreed": "on"})
    context = {
        "colours": COLOURS,
        "clocks": [
            Clock.counted(used=6, left=8, due_on=due),
            Clock(("used",) * 4 + ("held",) * 3 + ("left",) * 8, stopped=_("等您补材料，这几天不算")),
            Clock.counted(used=15, left=0, over=2, due_on=dt.date(2026, 11, 20)),
            Clock.counted(used=12, left=47, due_on=dt.date(2027, 1, 29)),
        ],
        "form": form,
        "holder": HOLDER,
        "steps": [_("谁来领"), _("住在哪"), _("领钱的卡"), _("看一遍")],
        "answers": [
            (_("要跑几趟"), _("0 趟，手机上办完")),
            (_("多久办好"), _("15 个工作日内")),
            (_("收费吗"), _("不收费")),
            (_("要交什么"), _("1 样：社保卡")),
        ],
        "materials": [
            {"name": _("老人的社保卡（拍正面）"), "hint": _("津贴打到这张卡上。"), "held": False},
            {"name": _("身份证、户口簿：不用交"), "hint": _("我们已经有了，不该再向您要。"), "held": True},
        ],
        "entries": [
            {"state": "coming", "title": _("区民政局决定"), "text": _("最晚 12 月 4 日")},
            {"state": "now", "title": _("街道审核 · 正在办"), "text": _("炳草岗街道 苏木")},
            {
                "state": "",
                "title": _("社区核对：属实"),
                "text": _("竹湖园社区 白芷上门看望"),
                "at": dt.datetime(2026, 11, 19, 7, 20, tzinfo=dt.UTC),
            },
            {"state": "pause", "title": _("补了一样材料"), "text": _("等您补的 1 天不算在期限里。")},
        ],
    }
    return render(request, "design/components.html", context)


@open_to_all("shows how the workbench looks, with nobody's data; only in the demonstration")
def workbench_components(request: HttpRequest) -> HttpResponse:
    _only_in_the_demonstration()
    request.actor = CLERK  # type: ignore[attr-defined]
    rows = [
        {"item": _("临时救助"), "number": "510426110318C", "name": APPLICANTS[0], "identity": "519900000000001123",
         "due": dt.date(2026, 11, 23), "clock": Clock.counted(used=5, left=0, over=1), "state": "late",
         "now": _("已报科长")},
        {"item": _("居住证"), "number": "510426110355A", "name": APPLICANTS[1], "identity": "519900000000002047",
         "due": dt.date(2026, 11, 24), "clock": Clock.counted(used=4, left=0), "state": "due", "now": _("等我审核")},
        {"item": _("高龄津贴"), "number": "510426110372K", "name": APPLICANTS[2], "identity": "519900000000000042",
         "due": dt.date(2026, 11, 27), "clock": Clock.counted(used=1, left=3), "state": "note", "now": _("等我审核")},
        {"item": _("公租房申请"), "number": "5104261103416", "name": APPLICANTS[3], "identity": "519900000000002270",
         "due": None, "clock": Clock(("used", "used", "held", "held", "held"), stopped=_("等本人补")), "state": "",
         "now": _("等本人补")},
    ]  # fmt: skip
    clock = Clock.counted(used=1, left=3, due_on=dt.date(2026, 11, 27))
    return render(request, "design/components_bench.html", {"rows": rows, "clock": clock, "holder": HOLDER})


def _only_in_the_demonstration() -> None:
    if not settings.DEMO:
        raise Http404
