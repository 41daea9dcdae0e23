"""Seals, their custodians, and the register of their use (R46)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.core.access import requires
from linli.core.http import refusals_shown_on, show
from linli.ground.accounts import queries as accounts
from linli.ground.territory import queries as territory
from linli.services.catalogue.departments import Department
from linli.services.certificates import permissions as may
from linli.services.certificates import queries, services
from linli.services.certificates.forms import SealForm, WithdrawSealForm
from linli.services.certificates.rules import Occasion

PAGE = 50


@require_GET
@requires(may.SEAL_REGISTER)
def seals(request: HttpRequest) -> HttpResponse:
    """All seals within reach, and how often each occasion had one used, month by month."""
    actor = request.actor  # type: ignore[attr-defined]
    months = queries.seal_use_by_month(actor)
    return show(
        request,
        "certificates/seals.html",
        {
            "seals": list(queries.seals_for(actor)),
            "occasions": [occasion.label for occasion in Occasion],
            "months": [
                (month, [dict(month.by_occasion).get(occasion, 0) for occasion in Occasion]) for month in months
            ],
            "may_manage": actor.may(may.SEALS),
        },
    )


@require_GET
@requires(may.SEAL_REGISTER)
def uses(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """The register of one seal, newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    seal = get_object_or_404(queries.seals_for(actor), pk=seal_id)
    found = queries.seal_uses(actor, seal)
    if before := request.GET.get("before", ""):
        try:
            mark = found.get(pk=UUID(before))
        except (ValueError, found.model.DoesNotExist) as error:
            raise Http404 from error
        found = found.filter(Q(used_at__lt=mark.used_at) | Q(used_at=mark.used_at, id__lt=mark.pk))
    rows = list(found[: PAGE + 1])
    older = str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    return show(
        request,
        "certificates/seal_uses.html",
        {"seal": seal, "uses": rows[:PAGE], "older": older, "may_manage": actor.may(may.SEALS)},
    )


@requires(may.SEALS)
def new_seal(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    if actor.post is None:
        raise Http404
    division = territory.division(actor.post.division_id)
    custodians = accounts.staff_ever_at(division)
    form = SealForm(
        request.POST or None,
        departments=[(code, str(label)) for code, label in Department.choices],
        custodians=custodians,
    )
    if form.is_valid():
        with refusals_shown_on(form):
            seal = services.make_seal(
                division,
                form.cleaned_data["department"],
                form.cleaned_data["issuer_name"],
                form.cleaned_data["custodian"],
                actor,
            )
            messages.success(request, _("电子印章已经登记，从现在起可以用。"))
            return redirect("certificates:seal_uses", seal_id=seal.pk)
    return show(
        request,
        "certificates/new_seal.html",
        {"form": form, "division": division},
        status=422 if form.errors else 200,
    )


@requires(may.SEALS)
def withdraw_seal(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    seal = get_object_or_404(queries.seals_for(request.actor), pk=seal_id)  # type: ignore[attr-defined]
    form = WithdrawSealForm(request.POST or None)
    if form.is_valid():
        with refusals_shown_on(form):
            services.revoke_seal(seal_id, by=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
            messages.success(request, _("这枚印章已经停用，从现在起不能再盖任何文书。"))
            return redirect("certificates:seal_uses", seal_id=seal_id)
    return show(
        request, "certificates/withdraw_seal.html", {"seal": seal, "form": form}, status=422 if form.errors else 200
    )
