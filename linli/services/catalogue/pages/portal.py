"""For everyone: find a service, read its guide, see which proofs nobody may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.access import open_to_all
from linli.core.calendar import today
from linli.core.design.panels import panels_for
from linli.core.http import show
from linli.core.ids import is_digits
from linli.services.catalogue import guide as guides
from linli.services.catalogue import permissions as may
from linli.services.catalogue import queries, rules, words
from linli.services.catalogue.models import ItemVersion
from linli.services.catalogue.pages import areas

PAGE = 20
SUGGESTED = 6
PROOF_WORDS = ("证明", "盖章")  # untranslated: what people type
FACETS = ("life_event", "audience", "department", "domain", "field", "channel")


@dataclass(frozen=True)
class Card:
    """One item in the list: what it is and the four answers."""

    code: str
    name: str
    summary: str
    answers: tuple[tuple[str, str], ...]
    url: str


def card_of(version: ItemVersion) -> Card:
    item = queries.item(version)
    return Card(
        code=item.code,
        name=words.say(item.name),
        summary=words.say(item.summary),
        answers=guides.answers(item),
        url=reverse("catalogue:guide", args=[item.code]),
    )


@open_to_all("everybody may see which services there are")
def find(request: HttpRequest) -> HttpResponse:
    """Find a service by words, stage of life, audience, department; the list says what it takes."""
    asked = _asked(request)
    found = queries.search(asked["q"], **_facets(asked))
    start = min(_number(request.GET.get("start")), max(len(found) - 1, 0))
    shown = found[start : start + PAGE]
    kept = {name: value for name, value in asked.items() if value}
    context = {
        **asked,
        "asked": kept,
        "cards": [card_of(version) for version in shown],
        "count": len(found),
        "heading": _heading(asked, len(found)),
        "shown": _("第 %(first)s 到 %(last)s 项") % {"first": start + 1, "last": start + len(shown)},
        "newer": f"?{urlencode({**kept, 'start': max(start - PAGE, 0)})}" if start else "",
        "older": f"?{urlencode({**kept, 'start': start + PAGE})}" if start + PAGE < len(found) else "",
        "proof": rules.forbidden_proof(asked["q"], queries.forbidden_proofs()) if asked["q"] else None,
        "asks_for_a_proof": any(word in asked["q"] for word in PROOF_WORDS),
        "life_events": [(code, label, words.LIFE_EVENT_ICONS[code]) for code, label in words.LIFE_EVENTS.items()],
        "audiences": words.AUDIENCES.items(),
        "domains": [(str(number), label) for number, label in words.DOMAINS.items()],
        "departments": _departments(),
    }
    return show(request, "catalogue/find.html", context, fragment="catalogue/_found.html")


@open_to_all("suggestions under a search box are the public list")
def suggestions(request: HttpRequest) -> HttpResponse:
    """A few links under a search box; without script the form itself is sent."""
    q = request.GET.get("q", "")
    found = queries.search(q)[:SUGGESTED] if q.strip() else []
    context = {"q": q.strip()[:60], "cards": [card_of(version) for version in found]}
    return show(request, "catalogue/suggestions.html", context, fragment="catalogue/_suggestions.html")


@open_to_all("the guide of a service is public")
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """One page: what to bring, where, how long, how much (R25b); ?lang=en or zh-hans for a link in a language."""
    with _in_language(request):
        version = queries.version_for(code)
        if version is None:
            return _ended(request, code)
        told = guides.guide_of(queries.item(version))
        at_window = "window" in queries.item(version).channels and told.can_apply_here
        context = {
            "guide": told,
            "version": version,
            "life_event": _first_event(version),
            "differences": areas.differences_of(code),
            "told": panels_for("guide_told", request),
            "panels": panels_for("guide", request) if at_window else [],
        }
        response = show(request, "catalogue/guide.html", context)
        response["Content-Language"] = translation.get_language() or ""
        return response


def _ended(request: HttpRequest, code: str) -> HttpResponse:
    """An item that was offered once says so; one that never was does not exist."""
    last = queries.last_in_force(code)
    if last is None:
        raise Http404
    return show(
        request, "catalogue/ended.html", {"version": last, "name": words.say(queries.item(last).name)}, status=410
    )


@open_to_all("what nobody may ask for must be known to everybody")
def proofs(request: HttpRequest) -> HttpResponse:
    """The list stands where somebody can also say who still asks for one (R45)."""
    return redirect("certificates:proofs")


# -- what they share -------------------------------------------------------------------------------------------------


def _asked(request: HttpRequest) -> dict[str, str]:
    known: dict[str, Any] = {
        "life_event": words.LIFE_EVENTS,
        "audience": words.AUDIENCES,
        "department": dict(_departments()),
        "domain": {str(number): label for number, label in words.DOMAINS.items()},
        "field": words.FIELDS,
        "channel": words.CHANNELS,
    }
    asked = {"q": request.GET.get("q", "").strip()[:60]}
    for facet, values in known.items():
        value = request.GET.get(facet, "")
        asked[facet] = value if value in values else ""
    return asked


def _facets(asked: dict[str, str]) -> dict[str, Any]:
    facets: dict[str, Any] = {name: asked[name] for name in FACETS if name != "domain"}
    return {**facets, "domain": int(asked["domain"]) if asked["domain"] else None}


def _departments() -> list[tuple[str, str]]:
    return [(code, words.department_name(code)) for code in queries.counts_by_department()]


def _heading(asked: dict[str, str], count: int) -> str:
    told = {"count": count, "q": asked["q"]}
    if asked["q"]:
        return ngettext("找“%(q)s”，有 %(count)s 件事", "找“%(q)s”，有 %(count)s 件事", count) % told
    if asked["life_event"]:
        told["event"] = words.LIFE_EVENTS[asked["life_event"]]  # type: ignore[assignment]
        return ngettext("%(event)s，能办 %(count)s 件事", "%(event)s，能办 %(count)s 件事", count) % told
    return ngettext("能办的 %(count)s 件事", "能办的 %(count)s 件事", count) % told


def _first_event(version: ItemVersion) -> tuple[str, Any]:
    event = queries.item(version).life_events[0]
    return event, words.LIFE_EVENTS[event]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0


@contextmanager
def _in_language(request: HttpRequest) -> Iterator[None]:
    """Let ?lang=en or ?lang=zh-hans decide for this page, so that a link or a QR code can carry its language."""
    asked = {"en": "en", "zh": "zh-hans", "zh-hans": "zh-hans"}.get(request.GET.get("lang", "").lower())
    with translation.override(asked or translation.get_language()):
        yield


# -- panels of the shells' home pages --------------------------------------------------------------------------------

OFTEN = ("old_age_allowance", "childcare_subsidy", "residence_permit", "subsistence", "social_card")
Panel = tuple[str, dict[str, Any]] | None


def often(request: HttpRequest) -> Panel:
    """What neighbours often look for, of what is offered today."""
    names = queries.names(OFTEN, in_force=True)
    links = [{"label": names[code], "url": reverse("catalogue:guide", args=[code])} for code in OFTEN if code in names][
        :3
    ]
    return ("design/panels/often.html", {"links": links}) if links else None


def how_to_apply(request: HttpRequest) -> Panel:
    """On a community's front page: the search, what neighbours often look for, and the ways in (R158)."""
    names = queries.names(OFTEN, in_force=True)
    links = [{"label": names[code], "url": reverse("catalogue:guide", args=[code])} for code in OFTEN if code in names]
    return "catalogue/_how_to_apply.html", {"links": links[:6]}


def stages(request: HttpRequest) -> Panel:
    """The stages of life as doors (R27a): two taps lead from a stage to an application."""
    doors = [
        {"label": label, "icon": words.LIFE_EVENT_ICONS[code], "url": f"{reverse('catalogue:items')}?life_event={code}"}
        for code, label in words.LIFE_EVENTS.items()
    ]
    return "design/panels/doors.html", {"title": _("按家里的事找"), "doors": doors}


def items_found(request: HttpRequest) -> Panel:
    """Items that the workbench's one search has found (R159b)."""
    actor = request.actor  # type: ignore[attr-defined]
    q = request.GET.get("q", "")
    if not actor.may(may.VIEW) or is_digits(q):
        return None
    cards = [card_of(version) for version in queries.search(q)[:SUGGESTED]] if q.strip() else []
    return ("catalogue/_found_items.html", {"cards": cards, "day": today()}) if cards else None
