"""Rating away from the portal: a turned screen, a code on the resident's own phone, a question on the telephone (R43)."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware.

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.core.access import open_to_all, requires
from linli.core.http import Refused, Request, refusals_shown_on, show
from linli.services.casework import discretion, queries, rules, services
from linli.services.casework import permissions as may
from linli.services.casework.forms import RatingForm
from linli.services.casework.models import Case, Rating, RatingChannel
from linli.services.casework.pages.apply import in_language
from linli.services.casework.services.closing import RATEABLE
from linli.services.certificates import documents

FACES = {5: "mood-happy", 4: "mood-smile", 3: "mood-empty", 2: "mood-sad", 1: "mood-cry"}


@open_to_all("the link is signed, says which case, and works once: whoever stands at a window has no account")
@never_cache
def by_link(request: Request, token: str) -> HttpResponse:
    """Five faces: one press is the rating. The page knows nobody; it says what was applied for, and nothing more."""
    problem, status = "", 200
    asked = None
    try:
        asked = services.asked_by_link(token)
        if request.method == "POST":
            services.rate_by_link(
                token,
                score=_number(request.POST.get("score", "")),
                comment=rules.clean_text(request.POST.get("comment", ""), 500),
                address=request.META.get("REMOTE_ADDR", ""),
            )
            return redirect("casework:rate", token)
    except Refused as refusal:
        problem, status = str(refusal), refusal.status
    context: dict[str, Any] = {"problem": problem, "typed": request.POST.get("comment", "")[:500]}
    if asked is not None:
        context |= {
            "item_name": in_language(queries.item_of(asked.case).name),
            "is_rated": Rating.everywhere.filter(case=asked.case).exists(),
            "is_over": asked.case.status in RATEABLE,
            "scores": [(value, label, FACES[value]) for value, label in Rating.Score.choices],
            "keeps_going": asked.channel == RatingChannel.SCREEN and request.actor.kind == "staff",
        }
    return show(request, "casework/rate.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text in {"1", "2", "3", "4", "5"} else 0


@requires(may.ASK_RATING)
@never_cache
def ask(request: Request, number: str) -> HttpResponse:
    """Three ways to ask, so that whoever handled the case never answers for the applicant."""
    case = get_object_or_404(
        queries.cases_for(request.actor, may.ASK_RATING).select_related("rating"), number=rules.plain_number(number)
    )
    if not discretion.reads(case, request.actor):
        raise Http404
    what = request.POST.get("what", "")
    form = RatingForm(request.POST if what == "telephone" else None)
    form.fields["comment"].help_text = _("照她说的写，可以不写。")
    problem = ""
    try:
        if what == "screen":
            return redirect("casework:rate", services.turn_the_screen(case.number, by=request.actor))
        if what == "telephone" and form.is_valid():
            with refusals_shown_on(form):
                services.rate_by_telephone(case.number, by=request.actor, **form.cleaned_data)
                return redirect("casework:ask_rating", case.number)
    except Refused as refusal:
        problem = str(refusal)
    except Case.DoesNotExist:
        raise Http404 from None
    open_now = case.status in RATEABLE and not hasattr(case, "rating")
    context = {
        "case": case,
        "item_name": in_language(queries.item_of(case).name),
        "rating": getattr(case, "rating", None),
        "open_now": open_now,
        "code": _code(case, request) if open_now else "",
        "has_handled": services.has_handled(case, request.actor),
        "form": form,
        "problem": problem,
    }
    return show(request, "casework/ask_rating.html", context, status=422 if problem or form.errors else 200)


def _code(case: Case, request: Request) -> str:
    token = services.rating_token(case, RatingChannel.CODE, by=request.actor)
    address = f"{settings.BASE_URL}{reverse('casework:rate', args=[token])}"
    return mark_safe(documents.qr_svg(address, css_class="held__qr", light="#fff"))  # noqa: S308 (drawn by us)
