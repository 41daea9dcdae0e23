"""Checking a certificate, without signing in (R44)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from linli.core.access import open_to_all
from linli.core.calendar import now
from linli.services.certificates import queries
from linli.services.certificates.forms import FileForm, NumberForm
from linli.services.certificates.limits import limited
from linli.services.certificates.models import Certificate, Paper
from linli.services.certificates.rules import State

WHY = "whoever is handed a certificate may check it (R44)"


@require_GET
@open_to_all(WHY)
def verify(request: HttpRequest) -> HttpResponse:
    """The form; with ?number= the verdict on that number."""
    if "number" in request.GET:
        return _by_number(request)
    return _page(request, "certificates/verify.html", {"form": NumberForm(), "file_form": FileForm()})


@limited("number")
def _by_number(request: HttpRequest) -> HttpResponse:
    form = NumberForm(request.GET)
    if not form.is_valid():
        return _page(request, "certificates/verify.html", {"form": form, "file_form": FileForm()}, status=422)
    number = form.cleaned_data["number"]
    if (paper := queries.paper_by_number(number)) is not None:
        return _verdict_on_paper(request, paper)
    return _verdict(request, queries.by_number(number), asked=number)


@require_GET
@open_to_all(WHY)
@limited("code")
def by_code(request: HttpRequest, token: str) -> HttpResponse:
    """What the QR code opens."""
    certificate = queries.by_token(token)
    if certificate is None and (paper := queries.paper_by_token(token)) is not None:
        return _verdict_on_paper(request, paper)
    return _verdict(request, certificate)


@require_http_methods(["POST"])
@open_to_all(WHY)
@limited("upload")
def by_file(request: HttpRequest) -> HttpResponse:
    """The verdict on a PDF that somebody brings. Nothing of it is kept."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, "certificates/verify.html", {"form": NumberForm(), "file_form": form}, status=422)
    judged = queries.verdict_on(form.cleaned_data["file"].read())
    if judged.certificate is not None:
        return _verdict(request, judged.certificate, from_file=True)
    if judged.paper is not None:
        return _verdict_on_paper(request, judged.paper, from_file=True)
    return _page(request, "certificates/verdict_on_file.html", {"verdict": judged.verdict, "use": judged.use})


@require_GET
@open_to_all("an inspector reads how to check without a network")
def offline(request: HttpRequest) -> HttpResponse:
    return _page(request, "certificates/offline.html", {})


@require_GET
@open_to_all("whoever checks our signatures needs the authority's certificate")
@limited("authority")
def authority(request: HttpRequest) -> HttpResponse:
    return _pem(queries.authority_pem(), "ca.pem")


@require_GET
@open_to_all("an inspector without a network needs the seals' certificates")
@limited("authority")
def seals(request: HttpRequest) -> HttpResponse:
    return _pem(queries.seals_pem(), "seals.pem")


def _verdict(
    request: HttpRequest, certificate: Certificate | None, *, asked: str = "", from_file: bool = False
) -> HttpResponse:
    if certificate is None:
        return _page(request, "certificates/unknown.html", {"asked": asked}, status=404)
    return _page(
        request,
        "certificates/verdict.html",
        {"shown": queries.shown(certificate), "State": State, "from_file": from_file},
    )


def _verdict_on_paper(request: HttpRequest, paper: Paper, *, from_file: bool = False) -> HttpResponse:
    context = {"shown": queries.shown_paper(paper), "from_file": from_file}
    return _page(request, "certificates/verdict_on_paper.html", context)


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, template, {**context, "checked_at": now()}, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response


def _pem(text: str, name: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type="application/x-pem-file",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex"},
    )
