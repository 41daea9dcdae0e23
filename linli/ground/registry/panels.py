"""What the registry says on the shells' own pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.ground.registry import permissions as may
from linli.ground.registry import queries
from linli.ground.registry.forms import FindForm

FOUND = 5


def who_are_you(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Ask a resident who she is, until it is known."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "resident" or actor.person_id is not None:
        return None
    todo = {
        "name": _("确认身份"),
        "sentence": _("填一次姓名和身份证号，以后办事不用再填。"),
        "before": None,
        "url": reverse("registry:identify_me"),
        "action": _("确认身份"),
        "icon": "id",
    }
    return "design/panels/todo.html", {"title": _("先做一件事"), "todos": [todo]}


def people_found(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """People of one's own place whose name begins so; for a number, the way to the search that asks why."""
    actor = request.actor  # type: ignore[attr-defined]
    sought = request.GET.get("q", "").strip()[:60]
    if any(character.isdigit() for character in sought):
        if not actor.may(may.IDENTIFY) or len(sought) < 8:
            return None
        form = FindForm(initial={"id_number": sought, "purpose": "application"})
        return "registry/_find_by_number.html", {"form": form}
    page = queries.people(actor, name=sought, limit=FOUND)
    if not page.rows:
        return None
    return "registry/_people_found.html", {"rows": page.rows, "name": sought, "more": page.more}
