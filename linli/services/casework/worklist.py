"""What casework puts on the staff's one worklist: each row leads to the place where it is done (R159)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access import Actor
from linli.core.design import worklist
from linli.core.design.worklist import Line, counted
from linli.services.casework import asking, discretion, queries
from linli.services.casework import permissions as may
from linli.services.casework.models import Case
from linli.services.casework.pages.timeline import state_words
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue import words


def _whose(case: Case, actor: Actor) -> str:
    name = case.applicant.name if discretion.reads(case, actor) else _("申请人不显示")
    return _("%(name)s，%(place)s") % {"name": name, "place": case.community.short_name}


def cases(actor: Actor, most: int) -> list[Line]:
    lines = []
    for case in queries.tasks_for(actor)[:most]:
        item = queries.item_of(case)
        lines.append(
            Line(
                title=words.say(item.name),
                url=case.get_absolute_url(),
                due=case.step_due_on,
                note=f"{_whose(case, actor)} · {state_words(case, item)}",
                first=bool(case.priority_reason),
                since=case.step_started_at,
            )
        )
    return lines


def opinions(actor: Actor, most: int) -> list[Line]:
    return [
        Line(
            title=words.say(queries.item_of(row.case).name),
            url=reverse("casework:opinion", args=[row.pk]),
            due=row.due_on,
            note=f"{row.case.community.short_name} · {row.question[:60]}".rstrip(" ·"),
            since=row.asked_at,
        )
        for row in queries.opinions_for(actor)[:most]
    ]


def questions(actor: Actor, most: int) -> list[Line]:
    return [
        Line(
            title=words.say(catalogue.item(row.item_version).name),
            url=reverse("casework:question", args=[row.pk]),
            due=row.due_on,
            note=f"{row.asked_place} · {row.question[:60]}",
            since=row.asked_at,
        )
        for row in asking.questions_for(actor)[:most]
    ]


def follow_ups(actor: Actor, most: int) -> list[Line]:
    return [
        Line(
            title=words.say(queries.item_of(row.case).name),
            url=reverse("casework:follow_up", args=[row.pk]),
            due=row.call_by if row.called_at is None else row.answer_by,
            note=_("%(place)s · 先打电话") % {"place": row.case.community.short_name}
            if row.called_at is None
            else _("%(place)s · 打过电话，等答复") % {"place": row.case.community.short_name},
            since=row.created_at,
        )
        for row in queries.follow_ups_for(actor)[:most]
    ]


def work_items(actor: Actor, most: int) -> list[Line]:
    return [
        Line(
            title=row.what,
            url=reverse("casework:close_work_item", args=[row.pk]),
            note=row.community.short_name,
            first=True,
            since=row.opened_at,
        )
        for row in queries.work_items_for(actor)[:most]
    ]


def register() -> None:
    worklist.register(
        "cases", gettext_lazy("办件"), "list-check", "casework:tasks", [may.HANDLE, may.ACCEPT], cases,
        counted(queries.tasks_for), order=0,
    )  # fmt: skip
    worklist.register(
        "opinions", gettext_lazy("征求意见"), "messages", "casework:opinions", [may.GIVE_OPINION], opinions,
        counted(queries.opinions_for), order=10,
    )  # fmt: skip
    worklist.register(
        "questions", gettext_lazy("来问怎么办"), "help-circle", "casework:questions", [may.ANSWER_QUESTION], questions,
        counted(asking.questions_for), order=15,
    )  # fmt: skip
    worklist.register(
        "follow_ups", gettext_lazy("差评回访"), "phone", "casework:follow_ups", [may.FOLLOW_UP], follow_ups,
        counted(queries.follow_ups_for), order=20,
    )  # fmt: skip
    worklist.register(
        "work_items", gettext_lazy("督办事项"), "bell", "casework:work_items", [may.SUPERVISE, may.MEND], work_items,
        counted(queries.work_items_for), order=25,
    )  # fmt: skip
