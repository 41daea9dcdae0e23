"""The holder's own certificates: look, download, show the code, decide what others see."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.core import calendar, files
from linli.core.access import requires
from linli.core.http import refusals_shown_on, show
from linli.services.certificates import documents, queries, rules, services
from linli.services.certificates import permissions as may
from linli.services.certificates.forms import ShownForm
from linli.services.certificates.models import Certificate
from linli.services.certificates.rules import State


@require_GET
@requires(may.OWN)
def mine(request: HttpRequest) -> HttpResponse:
    held = queries.certificates_for(request.actor, may.OWN).select_related("item_version")  # type: ignore[attr-defined]
    today = calendar.today()
    rows = [(certificate, certificate.state_on(today)) for certificate in held]
    return show(
        request,
        "certificates/mine.html",
        {
            "valid": [row for row in rows if row[1] == State.VALID],
            "others": [row for row in rows if row[1] != State.VALID],
            "State": State,
        },
    )


@requires(may.OWN)
def one(request: HttpRequest, number: str) -> HttpResponse:
    certificate = _own(request, number)
    choices = []
    for name, label, value in queries.what_may_be_shown(certificate):
        ((said, _value),) = certificate.labelled([(label, value)])
        whole = _("全名：%(name)s") % {"name": value}
        choices.append((name, whole if name == queries.FULL_NAME else f"{said}：{value}"))
    form = ShownForm(
        request.POST or None,
        choices=choices,
        initial={"names": certificate.shown, "version": certificate.version},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            services.choose_shown(number, by=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
            messages.success(request, _("记下了。现在查验的人看到的就是您选的这些。"))
            return redirect("certificates:own", number=number)
    return show(
        request,
        "certificates/own.html",
        {
            "certificate": certificate,
            "printed": (printed := certificate.printed),
            "facts": certificate.labelled(printed.facts),
            "state": certificate.state_on(calendar.today()),
            "State": State,
            "replacement": queries.replacement_of(certificate) if certificate.is_revoked else None,
            "form": form,
            "choices": choices,
            "qr": _code(certificate),
        },
        status=422 if form.errors else 200,
    )


@require_GET
@requires(may.OWN)
def own_file(request: HttpRequest, number: str) -> HttpResponse:
    return pdf_response(_own(request, number))


def pdf_response(certificate: Certificate) -> HttpResponse:
    """Return the signed PDF, byte for byte: it is the original."""
    return HttpResponse(
        files.open_file(certificate.pdf),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{certificate.number}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )


def _own(request: HttpRequest, number: str) -> Certificate:
    own = queries.certificates_for(request.actor, may.OWN).select_related("item_version")  # type: ignore[attr-defined]
    return get_object_or_404(own, number=rules.plain_number(number))


def _code(certificate: Certificate) -> SafeString:
    address = settings.BASE_URL.rstrip("/") + reverse("certificates:by_code", args=[certificate.token])
    return mark_safe(documents.qr_svg(address, css_class="held__qr", light="#fff"))  # noqa: S308 (drawn by us)
