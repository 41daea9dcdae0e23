"""The story of a case in sentences: what happened, who, where, when; and what is still to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.services.casework import rules
from linli.services.casework.lifecycle import LIFECYCLE
from linli.services.casework.models import Case, CaseAction, Status
from linli.services.casework.services.papers import PAPERS
from linli.services.catalogue.content import Item
from linli.services.catalogue.departments import Department

HEADINGS = {
    "submit": gettext_lazy("交了申请"),
    "accept": gettext_lazy("受理，开始计时"),
    "accept_with_gaps": gettext_lazy("容缺受理，开始计时"),
    "deem_accepted": gettext_lazy("到期没有答复，视为受理"),
    "request_supplement": gettext_lazy("请您补材料，这几天不算在期限里"),
    "supplement": gettext_lazy("材料补来了"),
    "supplement_at_window": gettext_lazy("窗口收到了补来的材料"),
    "not_accept": gettext_lazy("不予受理"),
    "forward": gettext_lazy("核对同意，送下一级"),
    "send_back": gettext_lazy("退回上一级重新核对"),
    "grant": gettext_lazy("批准了"),
    "refuse": gettext_lazy("没有批准"),
    "post_notice": gettext_lazy("开始公示，这几天不算在期限里"),
    "end_notice": gettext_lazy("公示期满"),
    "start_special": gettext_lazy("进入特别程序，这几天不算在期限里"),
    "end_special": gettext_lazy("特别程序结束"),
    "ask_extension": gettext_lazy("申请延期"),
    "approve_extension": gettext_lazy("延期了"),
    "deny_extension": gettext_lazy("没有同意延期"),
    "ask_opinion": gettext_lazy("请别的部门提意见"),
    "opinion_given": gettext_lazy("部门给了意见"),
    "question_asked": gettext_lazy("问了上级怎么办"),
    "question_answered": gettext_lazy("上级答复了怎么办"),
    "transfer": gettext_lazy("转给负责的社区"),
    "deliver": gettext_lazy("送达"),
    "close": gettext_lazy("办结"),
    "withdraw": gettext_lazy("撤回了申请"),
    "take_over": gettext_lazy("本人接过来自己办"),
    "return_unanswered": gettext_lazy("到期没有补来，退回"),
    "certificate_issued": gettext_lazy("证书做好了"),
    "gap_met": gettext_lazy("容缺的材料补来了"),
    "objection_raised": gettext_lazy("公示收到异议"),
    "objection_answered": gettext_lazy("异议答复了"),
    "called_back": gettext_lazy("回访了申请人"),
    "follow_up_answered": gettext_lazy("差评处理完了"),
}
PAUSES = frozenset({"request_supplement", "post_notice", "start_special"})
NOT_FOR_APPLICANTS = frozenset(
    {"ask_extension", "deny_extension", "called_back", "follow_up_answered", "question_asked", "question_answered"}
)


@dataclass(frozen=True)
class Told:
    heading: str
    who: str
    at: dt.datetime
    said: str
    is_pause: bool
    paper: str
    action: str
    facts: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)


def in_reading_language(asked: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return what was asked for, each flaw in the reader's language; what was written freely stays as it is."""
    return [
        one | {"why": rules.flaw_in_words(one["flaw"], one.get("more", ""))} if one.get("flaw") else one
        for one in asked
    ]


def story(actions: Sequence[CaseAction], *, for_applicant: bool) -> list[Told]:
    """Return the acts as sentences, newest first; internal ones are left out for the applicant."""
    told = []
    for act in actions:
        if for_applicant and act.action in NOT_FOR_APPLICANTS:
            continue
        who = _("系统") if act.by_kind == "system" else " ".join(part for part in (act.by_place, act.by_name) if part)
        if act.acting_for:
            who = _("%(who)s（代 %(holder)s）") % {"who": who, "holder": act.acting_for}
        told.append(
            Told(
                heading=str(HEADINGS.get(act.action, act.action)),
                who=who,
                at=act.at,
                said=act.said or (_("窗口开放时间以外收的") if act.facts.get("outside_hours") else ""),
                is_pause=act.action in PAUSES,
                paper=PAPERS.get(act.action, ""),
                action=act.action,
                facts=act.facts,
                asked=in_reading_language(act.facts.get("asked", [])),
            )
        )
    return told


def place_of(level: str, department: str) -> str:
    """Return who acts at a step, in the words that people use."""
    if department:
        return str(Department(department).label)
    return {"community": _("社区"), "township": _("街道（乡镇）"), "county": _("区县"), "city": _("市")}.get(
        level, level
    )


STEP_VERBS = {
    "receive": gettext_lazy("收件"),
    "check": gettext_lazy("核对"),
    "review": gettext_lazy("审核"),
    "decide": gettext_lazy("决定"),
}


def step_label(level: str, department: str, step: str) -> str:
    return _("%(place)s%(verb)s") % {"place": place_of(level, department), "verb": STEP_VERBS.get(step, step)}


def coming(case: Case, item: Item) -> list[str]:
    """Return the steps that are still to come, the last one first."""
    if not case.is_open:
        return []
    after = case.step + 1 if case.accepted_at else 0
    return [step_label(link.level, link.department, link.step) for link in reversed(item.chain[after:])]


def state_words(case: Case, item: Item) -> str:
    """Return the state as a resident reads it: 街道在审核, not 审核中."""
    if case.status in (Status.ACCEPTED, Status.IN_REVIEW):
        link = item.chain[case.step]
        return _("%(place)s在%(verb)s") % {
            "place": place_of(link.level, link.department),
            "verb": STEP_VERBS.get(link.step, link.step),
        }
    return str(LIFECYCLE.states(case.status).label)
