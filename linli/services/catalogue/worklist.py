"""What the catalogue puts on the staff's one worklist: versions to review, and items that nobody has looked through."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.core.access import Actor
from linli.core.design import worklist
from linli.core.design.worklist import Line
from linli.services.catalogue import permissions as may
from linli.services.catalogue import queries, words


def to_review(actor: Actor, most: int) -> list[Line]:
    return [
        Line(
            title=version.name,
            url=reverse("catalogue:version", args=[version.item.code, version.number]),
            note=_("%(department)s · 第 %(n)s 版等审核发布")
            % {"department": words.department_name(version.department), "n": version.number},
        )
        for version in queries.versions_to_review(actor)[:most]
    ]


def to_look_through(actor: Actor, most: int) -> list[Line]:
    """One line for all of them: twenty items to look through must not hide one case that is due."""
    late, whole = queries.review_counts(actor)
    if not late:
        return []
    title = ngettext("%(n)s 项服务一年没有梳理了", "%(n)s 项服务一年没有梳理了", late) % {"n": late}
    return [Line(title=title, url=f"{reverse('catalogue:manage')}?state=due", note=_("共 %(n)s 项在办") % {"n": whole})]


def register() -> None:
    worklist.register(
        "item_reviews", gettext_lazy("事项审核"), "clipboard-check", "catalogue:manage", [may.PUBLISH], to_review,
        queries.waiting_for_review, order=50,
    )  # fmt: skip
    worklist.register(
        "items_due", gettext_lazy("事项梳理"), "list-details", "catalogue:manage", [may.EDIT], to_look_through,
        lambda actor: int(queries.review_counts(actor)[0] > 0), order=55,
    )  # fmt: skip
