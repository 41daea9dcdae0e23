"""The life of a case, one table: from, action, to, who may, what the clock does, guards, and the rule it rests on.

People read it (docs and the page 办件怎么走), buttons come from it, tests walk it, services are guarded by it.
"""

# untranslated: the laws bear their Chinese names

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from linli.core.access import Actor
from linli.core.lifecycle import Clock, Lifecycle, Way
from linli.services.casework import permissions as may
from linli.services.casework.models import ENDS, Case, Status
from linli.services.catalogue.content import ChainLink

S = Status
HANDLING = (S.ACCEPTED, S.IN_REVIEW)
UNDECIDED = (S.SUBMITTED, S.SUPPLEMENT_REQUESTED, S.ACCEPTED, S.IN_REVIEW, S.SPECIAL_PROCEDURE, S.PUBLIC_NOTICE)


def first_step(chain: Sequence[ChainLink]) -> int:
    """Return the step that begins with acceptance: a step that only receives is over by then."""
    return 1 if chain[0].step == "receive" and len(chain) > 1 else 0


# --- guards: each looks at facts that the query has loaded on the case (see queries.with_facts) ---


def my_turn(case: Case, by: Actor) -> str | None:
    """The step belongs to a level and, at county and above, to a line."""
    if by.kind == "system" or by.post is None:
        return None
    if by.post.level != case.step_level:
        return str(_("这一步由别的层级办，现在不在您这里。"))
    if case.step_department and by.post.department != case.step_department and by.post.role != "district_staff":
        return str(_("这一步由别的部门办，现在不在您这里。"))
    if by.post.communities is not None and case.community_id not in by.post.communities:
        return str(_("这一步由申请人那边的社区办，您这里只收件。"))
    return None


def my_turn_or_window(case: Case, by: Actor) -> str | None:
    """Taking in is for the community responsible, and for the window that received it, wherever that is."""
    if by.kind == "system" or by.post is None:
        return None
    here = by.post.communities or frozenset()
    if case.status == S.SUBMITTED and by.post.level == "community" and case.accepted_community_id in here:
        return None
    return my_turn(case, by)


def not_asked_before(case: Case, by: Actor) -> str | None:
    return str(_("已经要求补正过一次，不能再次要求。")) if case.facts.asked_before else None


def has_next_step(case: Case, by: Actor) -> str | None:
    return None if case.step + 1 < len(case.facts.chain) else str(_("这是最后一步，请作出决定。"))


def has_previous_step(case: Case, by: Actor) -> str | None:
    return None if case.step > first_step(case.facts.chain) else str(_("这是第一步，前面没有可以退回的。"))


def decides_here(case: Case, by: Actor) -> str | None:
    return None if case.facts.chain[case.step].step == "decide" else str(_("决定由后面的层级作出。"))


def parts_are_in(case: Case, by: Actor) -> str | None:
    waiting = case.facts.open_joint
    return str(_("还有 %(n)s 个部门没有给出联办意见。") % {"n": waiting}) if waiting else None


def gaps_are_met(case: Case, by: Actor) -> str | None:
    return str(_("容缺的材料还没有补来。")) if case.facts.open_gaps else None


def notice_was_given(case: Case, by: Actor) -> str | None:
    if case.facts.needs_notice and not case.facts.notice_done:
        return str(_("这件事要先公示，公示期满才能批准。"))
    return None


def notice_is_due(case: Case, by: Actor) -> str | None:
    if not case.facts.needs_notice:
        return str(_("这件事不需要公示。"))
    return str(_("已经公示过了。")) if case.facts.notice_done else None


def objections_are_answered(case: Case, by: Actor) -> str | None:
    return str(_("有异议还没有答复。")) if case.facts.open_objections else None


def has_special_procedure(case: Case, by: Actor) -> str | None:
    return None if case.facts.special_procedures else str(_("这件事没有特别程序。"))


def not_extended(case: Case, by: Actor) -> str | None:
    return str(_("已经申请过延期，一件事只能延期一次。")) if case.facts.extended else None


def has_deadline(case: Case, by: Actor) -> str | None:
    return None if case.due_on else str(_("这件事没有期限可延。"))


def extension_is_asked(case: Case, by: Actor) -> str | None:
    return None if case.facts.extension_waits else str(_("没有等批准的延期申请。"))


def result_is_ready(case: Case, by: Actor) -> str | None:
    if case.status == S.GRANTED and not case.certificate_number:
        return str(_("证书还在制作，做好后才能送达。"))
    return None


def concerns_me(case: Case, by: Actor) -> str | None:
    """Only the person herself, or the agent until she takes over: whoever is a resident and reaches the case."""
    if by.kind in ("system", "resident"):
        return None
    return str(_("只有申请人本人或她的代办人能这样做。"))


def is_applicant_with_agent(case: Case, by: Actor) -> str | None:
    if case.agent_id and by.kind == "resident" and by.person_id not in case.facts.agent_rows:
        return None
    return str(_("只有申请人本人能从代办人手里接过来。"))


LIFECYCLE = Lifecycle(
    name="办件",
    states=Status,
    ends=frozenset(ENDS),
    ways=(
        Way((S.DRAFT,), "submit", S.SUBMITTED, _("提交"), may.APPLY, rests_on="行政许可法第二十九条"),
        Way(
            (S.SUBMITTED,), "accept", S.ACCEPTED, _("受理"), may.ACCEPT, Clock.STARTS, (my_turn_or_window,),
            rests_on="行政许可法第三十二条（五）",
        ),
        Way(
            (S.SUBMITTED,), "accept_with_gaps", S.ACCEPTED, _("容缺受理"), may.ACCEPT, Clock.STARTS, (my_turn_or_window,),
            rests_on="国发〔2022〕5号",
        ),
        Way(
            (S.SUBMITTED,), "deem_accepted", S.ACCEPTED, _("逾期未告知，视为受理"), None,
            Clock.STARTS, by_system=True, rests_on="行政许可法第三十二条（四）",
        ),
        Way(
            (S.SUBMITTED, S.ACCEPTED, S.IN_REVIEW), "request_supplement", S.SUPPLEMENT_REQUESTED, _("要求补正"),
            may.REQUEST_SUPPLEMENT, Clock.STOPS, (my_turn_or_window, not_asked_before), rests_on="行政许可法第三十二条（四）",
        ),
        Way(
            (S.SUPPLEMENT_REQUESTED,), "supplement", S.SUBMITTED, _("补交材料"), may.APPLY, Clock.RESUMES,
            (concerns_me,), rests_on="行政许可法第三十二条（五）", back=True,
        ),
        Way(
            (S.SUPPLEMENT_REQUESTED,), "supplement_at_window", S.SUBMITTED, _("窗口代收补正材料"), may.RECEIVE,
            Clock.RESUMES, rests_on="行政许可法第三十二条（五）", back=True,
        ),
        Way(
            (S.SUBMITTED,), "not_accept", S.NOT_ACCEPTED, _("不予受理"), may.ACCEPT, Clock.ENDS, (my_turn_or_window,),
            rests_on="行政许可法第三十二条（一）（二）", decisive=True,
        ),
        Way(
            HANDLING, "forward", S.IN_REVIEW, _("同意，送下一级"), may.HANDLE, Clock.KEEPS,
            (my_turn, has_next_step, parts_are_in), rests_on="行政许可法第三十四条",
        ),
        Way(
            (S.IN_REVIEW,), "send_back", S.IN_REVIEW, _("退回上一级重新核对"), may.HANDLE, Clock.KEEPS,
            (my_turn, has_previous_step), rests_on="行政许可法第三十四条",
        ),
        Way(
            HANDLING, "grant", S.GRANTED, _("批准"), may.DECIDE, Clock.ENDS,
            (my_turn, decides_here, parts_are_in, gaps_are_met, notice_was_given, objections_are_answered),
            rests_on="行政许可法第三十八条", decisive=True,
        ),
        Way(
            HANDLING, "refuse", S.REFUSED, _("不予批准"), may.DECIDE, Clock.ENDS, (my_turn, decides_here, parts_are_in),
            rests_on="行政许可法第三十八条第二款", decisive=True,
        ),
        Way(
            HANDLING, "post_notice", S.PUBLIC_NOTICE, _("开始公示"), may.SUSPEND, Clock.STOPS, (my_turn, notice_is_due),
            rests_on="事项规定的公示",
        ),
        Way(
            (S.PUBLIC_NOTICE,), "end_notice", S.IN_REVIEW, _("公示期满"), None, Clock.RESUMES, by_system=True,
            rests_on="事项规定的公示",
        ),
        Way(
            HANDLING, "start_special", S.SPECIAL_PROCEDURE, _("转入特别程序"), may.SUSPEND, Clock.STOPS,
            (my_turn, has_special_procedure), rests_on="行政许可法第四十五条",
        ),
        Way(
            (S.SPECIAL_PROCEDURE,), "end_special", S.IN_REVIEW, _("特别程序结束"), may.SUSPEND, Clock.RESUMES, (my_turn,),
            rests_on="行政许可法第四十五条",
        ),
        Way(
            HANDLING, "ask_extension", "", _("申请延期"), may.EXTEND, Clock.KEEPS, (my_turn, has_deadline, not_extended),
            rests_on="行政许可法第四十二条",
        ),
        Way(
            HANDLING, "approve_extension", "", _("批准延期"), may.APPROVE_EXTENSION, Clock.KEEPS,
            (my_turn, extension_is_asked),
            rests_on="行政许可法第四十二条",
        ),
        Way(
            HANDLING, "deny_extension", "", _("不批准延期"), may.APPROVE_EXTENSION, Clock.KEEPS,
            (my_turn, extension_is_asked),
            rests_on="行政许可法第四十二条",
        ),
        Way(
            HANDLING, "ask_opinion", "", _("征求其他部门意见"), may.ASK_OPINION, Clock.KEEPS, (my_turn,),
            rests_on="国发〔2022〕5号",
        ),
        Way(
            (S.SUBMITTED, S.ACCEPTED), "transfer", "", _("转给负责的社区"), may.TRANSFER, Clock.KEEPS, (my_turn,),
            rests_on="首问负责",
        ),
        Way((S.GRANTED, S.REFUSED), "deliver", S.DELIVERED, _("送达"), may.DELIVER, Clock.KEEPS, (result_is_ready,),
            rests_on="行政许可法第四十四条"),
        Way((S.DELIVERED,), "close", S.CLOSED, _("办结"), None, by_system=True, rests_on="国务院令第716号"),
        Way(
            UNDECIDED, "withdraw", S.WITHDRAWN, _("撤回申请"), may.APPLY, Clock.ENDS, (concerns_me,),
            rests_on="申请人的权利", decisive=True,
        ),
        Way(
            UNDECIDED, "take_over", "", _("我自己来办"), may.APPLY, Clock.KEEPS, (is_applicant_with_agent,),
            rests_on="民法典第一百七十三条",
        ),
        Way(
            (S.SUPPLEMENT_REQUESTED, S.ACCEPTED, S.IN_REVIEW), "return_unanswered", S.RETURNED,
            _("到期没有补来，退回"), None, Clock.ENDS, by_system=True, rests_on="容缺受理、补正的期限",
        ),
    ),
)  # fmt: skip


def describe() -> str:
    """Return the table in Markdown, as docs/architecture.md prints it (a test compares the two)."""
    lines = [
        "| from | action | to | who may | clock | unless | rests on |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    with override("zh-hans"):
        for way in LIFECYCLE.ways:
            cells = (
                " ".join(f"`{source}`" for source in way.sources),
                f"`{way.action}` {way.label}",
                f"`{way.target}`" if way.target else "stays",
                f"`{way.who}`" if way.who else "the worker",
                way.clock.label,
                " ".join(f"`{guard.__name__}`" for guard in way.guards) or "—",
                way.rests_on,
            )
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
