"""The door of the city's identity provider: there, back, and its notices that somebody has left."""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from linli.core.access import open_to_all
from linli.core.calendar import now
from linli.core.http import Refused
from linli.ground.accounts import provider, rules, sitting
from linli.ground.accounts.models import Account, OutsideIdentity
from linli.ground.accounts.onward import Onward
from linli.ground.accounts.pages.entering import KEPT, Half, arrive, enter, go_on, home_of
from linli.ground.accounts.services import provider_sign_in

ON_THE_WAY = "accounts.on_the_way"
"""The session's key for where she was going when she was sent to the provider."""
PROVED_LATELY_SECONDS = 5 * 60
STAFF = "staff"


@open_to_all("a part of the door: leads to the city's identity provider")
@never_cache
def to_provider(request: HttpRequest) -> HttpResponse:
    """Lead to the provider. `again` asks her to prove herself there once more, for what is dangerous."""
    _only_where_there_is_one()
    onward, prove_again = Onward.of(request), "again" in request.GET and request.user.is_authenticated
    if "kept" in request.GET:
        onward = Onward(**request.session.get(KEPT, {}))
    if request.user.is_authenticated and not prove_again:
        return redirect(onward.address(home_of(request.user)))
    request.session[ON_THE_WAY] = {**asdict(onward), "again": prove_again}
    try:
        return provider.send_there(request, _back_address(), prove_again=prove_again)
    except Refused as refusal:
        return _failed(request, refusal)


@open_to_all("a part of the door: the provider's answer is checked before anybody is let in")
@never_cache
def from_provider(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer."""
    _only_where_there_is_one()
    on_the_way = request.session.get(ON_THE_WAY) or {}
    prove_again = on_the_way.pop("again", False)
    onward = Onward(**on_the_way)
    try:
        said = provider.come_back(request)
        request.session.pop(ON_THE_WAY, None)
        if prove_again:
            return _proved_again(request, said, onward)
        account = provider_sign_in.account_of(said)
    except Refused as refusal:
        return _failed(request, refusal)
    half = Half(account, STAFF, "provider", provider_session=said.session)
    if said.proofs & set(settings.OIDC_AMR):
        return enter(request, half, onward, second="provider")
    return arrive(request, half, onward)


@open_to_all("a notice of the identity provider, believed only with its signature")
@csrf_exempt
@require_POST
@never_cache
def provider_logout(request: HttpRequest) -> HttpResponse:
    """Take the provider's notice that somebody has left there (back-channel logout): 200, or 400 with a reason."""
    _only_where_there_is_one()
    try:
        notice = provider.read_logout(request.POST.get("logout_token", ""))
    except rules.LogoutTokenBad:
        return JsonResponse({"error": "invalid_request"}, status=400)
    provider_sign_in.logged_out(notice)
    return HttpResponse(status=200)


def _proved_again(request: HttpRequest, said: provider.Said, onward: Onward) -> HttpResponse:
    account: Account = request.user  # type: ignore[assignment]
    same = (
        account.is_authenticated
        and OutsideIdentity.objects.filter(account_id=account.pk, issuer=said.issuer, subject=said.subject).exists()
    )
    if not same or now().timestamp() - said.proved_at > PROVED_LATELY_SECONDS:
        raise rules.ProviderRefused
    sitting.make_sure(request)
    return go_on(request, account, onward, signed_in=False)


def _failed(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return render(request, "accounts/provider_failed.html", {"sentence": str(refusal)}, status=refusal.status)


def _back_address() -> str:
    return settings.BASE_URL.rstrip("/") + reverse("accounts:from_provider")


def _only_where_there_is_one() -> None:
    if not provider.is_there():
        raise Http404
