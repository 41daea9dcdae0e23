"""Language, size of type and colours: kept in cookies, so that they hold before anybody signs in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from linli.core.access import open_to_all
from linli.core.design.context import LANGUAGES
from linli.core.http.cookies import keep_cookie

CHOICES = {
    "language": frozenset(LANGUAGES),
    "size": frozenset({"normal", "large"}),
    "theme": frozenset({"system", "light", "dark"}),
    "letters": frozenset({"on", "off"}),
}


@open_to_all("how pages look is everybody's own choice")
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the choices; a POST keeps those it names and goes back to where one came from."""
    if request.method == "GET":
        return render(request, "web/preferences.html", {"next": _way_back(request, request.GET.get("next", ""))})
    response = HttpResponseRedirect(_way_back(request, request.POST.get("next", "")))
    for name, values in CHOICES.items():
        value = request.POST.get(name)
        if value in values:
            keep_cookie(response, f"linli_{name}", value)
    return response


def _way_back(request: HttpRequest, to: str) -> str:
    """Return the page one came from, if it is one of ours."""
    ours = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return to if to and ours else reverse("web:home")
