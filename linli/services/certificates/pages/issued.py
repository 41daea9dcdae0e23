"""What the department has issued: list, one certificate, its file, revoking, replacing."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.core import audit, calendar
from linli.core.access import Permission, requires
from linli.core.http import refusals_shown_on, show
from linli.services.certificates import permissions as may
from linli.services.certificates import queries, rules, services
from linli.services.certificates.forms import ReplaceForm, RevokeForm
from linli.services.certificates.models import Certificate, CertificateStatus
from linli.services.certificates.pages.mine import pdf_response
from linli.services.certificates.rules import State

PAGE = 30


@require_GET
@requires(may.VIEW)
def issued(request: HttpRequest) -> HttpResponse:
    """Certificates within reach, newest first; q finds a certificate's or a case's number, whole or its beginning."""
    found = queries.certificates_for(request.actor).select_related("item_version")  # type: ignore[attr-defined]
    q = rules.plain_number(request.GET.get("q", ""))[:24]
    if q:
        found = found.filter(Q(number__startswith=q) | Q(case_number__startswith=q))
    if (status := request.GET.get("status", "")) in CertificateStatus.values:
        found = found.filter(status=status)
    rows, older = _page(found, request.GET.get("before", ""))
    today = calendar.today()
    return show(
        request,
        "certificates/issued.html",
        {
            "rows": [(certificate, certificate.state_on(today)) for certificate in rows],
            "older": older,
            "q": request.GET.get("q", ""),
            "status": status,
            "State": State,
        },
    )


@require_GET
@requires(may.VIEW)
def one(request: HttpRequest, number: str) -> HttpResponse:
    certificate = _within_reach(request, number)
    _look(request, certificate)
    actor = request.actor  # type: ignore[attr-defined]
    return show(
        request,
        "certificates/one.html",
        {
            "certificate": certificate,
            "printed": (printed := certificate.printed),
            "facts": certificate.labelled(printed.facts),
            "state": certificate.state_on(calendar.today()),
            "State": State,
            "replacement": queries.replacement_of(certificate) if certificate.is_revoked else None,
            "may_revoke": actor.may(may.REVOKE) and not certificate.is_revoked,
        },
    )


@require_GET
@requires(may.VIEW)
def file(request: HttpRequest, number: str) -> HttpResponse:
    certificate = _within_reach(request, number)
    _look(request, certificate)
    return pdf_response(certificate)


@requires(may.REVOKE)
def revoke(request: HttpRequest, number: str) -> HttpResponse:
    certificate = _within_reach(request, number, may.REVOKE)
    form = RevokeForm(request.POST or None, initial={"version": certificate.version})
    if form.is_valid():
        with refusals_shown_on(form):
            services.revoke(number, by=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
            messages.success(request, _("已经撤销。现在查验的人看到“已撤销”和您写的原因。"))
            return redirect("certificates:one", number=number)
    return show(
        request,
        "certificates/revoke.html",
        {"certificate": certificate, "form": form},
        status=422 if form.errors else 200,
    )


@requires(may.REVOKE)
def replace(request: HttpRequest, number: str) -> HttpResponse:
    certificate = _within_reach(request, number, may.REVOKE)
    form = ReplaceForm(request.POST or None, facts=certificate.printed.facts, initial={"version": certificate.version})
    if form.is_valid():
        with refusals_shown_on(form):
            new = services.replace(
                number,
                by=request.actor,  # type: ignore[attr-defined]
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
                facts=form.facts(),
            )
            messages.success(request, _("旧的一张已经撤销，新的一张已经签发。"))
            return redirect("certificates:one", number=new.number)
    return show(
        request,
        "certificates/replace.html",
        {"certificate": certificate, "form": form},
        status=422 if form.errors else 200,
    )


def _within_reach(request: HttpRequest, number: str, permission: Permission = may.VIEW) -> Certificate:
    within = queries.certificates_for(request.actor, permission).select_related("item_version")  # type: ignore[attr-defined]
    return get_object_or_404(within, number=rules.plain_number(number))


def _look(request: HttpRequest, certificate: Certificate) -> None:
    audit.record_look(
        request.actor,  # type: ignore[attr-defined]
        certificate.holder_id,
        what="certificate",
        purpose="certificates.view",
        county_code=certificate.county_code,
    )


def _page(found: QuerySet[Certificate], before: str) -> tuple[list[Certificate], str]:
    """Return a page of the list and the mark where the next one begins ("" at the end)."""
    if before:
        try:
            moment, pk = before.split("_")
            at, last = dt.datetime.fromisoformat(moment), UUID(pk)
        except ValueError:
            return [], ""
        found = found.filter(Q(issued_at__lt=at) | Q(issued_at=at, id__lt=last))
    rows = list(found[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return rows, f"{rows[-1].issued_at.isoformat()}_{rows[-1].pk}" if more else ""
