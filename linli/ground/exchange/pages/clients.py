"""Programs for those who look after them: what each may, its secrets, its webhooks and what became of each message."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import Actor, dangerous, requires
from linli.core.calendar import now
from linli.core.events import outward_types
from linli.core.http import Refused, refusals_shown_on, show
from linli.core.ids import as_uuid
from linli.ground.accounts import queries as accounts
from linli.ground.accounts import roles
from linli.ground.accounts.forms import MANY
from linli.ground.exchange import permissions as may
from linli.ground.exchange import queries, rules, services
from linli.ground.exchange.forms import ClientForm, ScopesForm, WebhookForm
from linli.ground.exchange.models import Client, Delivery, DeliveryState, Webhook
from linli.ground.territory.models import Division

PAGE = 30
TROUBLES = {
    rules.Trouble.NOT_FOUND: gettext_lazy("找不到这个主机名"),
    rules.Trouble.PRIVATE: gettext_lazy("地址在内部网络里，没有推送"),
    rules.Trouble.NO_ANSWER: gettext_lazy("没有应答，或者太慢"),
    rules.Trouble.TLS: gettext_lazy("证书不对"),
    rules.Trouble.REDIRECT: gettext_lazy("对方要转到别的地址，没有跟过去"),
}
STOPPED = {
    "by_hand": gettext_lazy("人工停的"),
    "gone": gettext_lazy("对方说这个地址不要了（410）"),
    "revoked": gettext_lazy("程序停用了"),
}


@requires(may.MANAGE)
@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    """Every program within reach; one field finds by name."""
    q = request.GET.get("q", "").strip()[:60]
    rows = queries.clients_for(_actor(request))
    if q:
        rows = rows.filter(name__icontains=q.replace("\x00", ""))
    if after := as_uuid(request.GET.get("after", "")):
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    older = f"?{urlencode({'q': q, 'after': str(found[PAGE - 1].pk)})}" if len(found) > PAGE else ""
    return show(request, "exchange/clients.html", {"clients": found[:PAGE], "q": q, "older": older})


@dangerous
@requires(may.MANAGE)
@never_cache
def new_client(request: HttpRequest) -> HttpResponse:
    """Register a program; its secret is shown once, on the answer to this form."""
    actor = _actor(request)
    places = accounts.place_choices(actor, may.MANAGE, at_most=MANY + 1)
    form = ClientForm(request.POST if request.method == "POST" else None, places=places)
    if form.is_valid():
        typed = form.cleaned_data
        with refusals_shown_on(form):
            division = _division(typed.pop("division"), actor)
            if division is None:
                form.add_error("division", _("管辖范围里没有这个地方。"))
            else:
                new = services.register_client(by=actor, division_id=division.pk, **typed)
                return show(request, "exchange/secret_once.html", {"new": new, "created": True})
    return show(request, "exchange/new_client.html", {"form": form}, status=422 if form.errors else 200)


@requires(may.MANAGE)
@require_safe
def client(request: HttpRequest, client_id: UUID) -> HttpResponse:
    return _show(request, _client(request, client_id))


@dangerous
@requires(may.MANAGE)
def scopes(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Say anew what a program may."""
    found = _client(request, client_id)
    form = ScopesForm(
        request.POST if request.method == "POST" else None,
        initial={"scopes": found.asked_scopes or found.scopes, "version": found.version},
    )
    if form.is_valid():
        with refusals_shown_on(form):
            changed = services.change_scopes(found.pk, by=_actor(request), **form.cleaned_data)
            if changed.asked_scopes:
                messages.info(request, _("接触人和办件的权限，等另一位有权的同事确认后才算数；其余现在就算数。"))
            else:
                messages.success(request, _("改好了，现在就算数。"))
            return redirect("exchange:client", found.pk)
    return show(request, "exchange/scopes.html", {"client": found, "form": form}, status=422 if form.errors else 200)


@dangerous
@requires(may.MANAGE)
@never_cache
@require_POST
def new_secret(request: HttpRequest, client_id: UUID) -> HttpResponse:
    found = _client(request, client_id)
    try:
        new = services.new_secret(found.pk, by=_actor(request))
    except Refused as refusal:
        return _show(request, found, problem=refusal)
    return show(request, "exchange/secret_once.html", {"new": new, "overlap": rules.OVERLAP.days})


@requires(may.MANAGE)
@require_POST
def revoke_secret(request: HttpRequest, client_id: UUID, secret_id: UUID) -> HttpResponse:
    found = _client(request, client_id)
    secret = get_object_or_404(found.secrets, pk=secret_id)
    try:
        services.revoke_secret(found.pk, secret.pk, by=_actor(request))
    except Refused as refusal:
        return _show(request, found, problem=refusal)
    messages.success(request, _("这个密钥作废了，用它领的令牌也作废了。"))
    return redirect("exchange:client", found.pk)


@dangerous
@requires(may.MANAGE)
def revoke_client(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Ask once more, then shut a program out."""
    found = _client(request, client_id)
    if request.method != "POST":
        return show(request, "exchange/revoke_client.html", {"client": found})
    try:
        services.revoke_client(found.pk, by=_actor(request))
    except Refused as refusal:
        return _show(request, found, problem=refusal)
    messages.success(request, _("停用了。它的令牌和推送，现在起都不算数。"))
    return redirect("exchange:client", found.pk)


@dangerous
@requires(may.MANAGE)
@never_cache
def new_webhook(request: HttpRequest, client_id: UUID) -> HttpResponse:
    found = _client(request, client_id)
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_shown_on(form):
            new = services.add_webhook(found.pk, by=_actor(request), **form.cleaned_data)
            return show(request, "exchange/webhook_secret_once.html", {"new": new, "created": True})
    return show(
        request, "exchange/new_webhook.html", {"client": found, "form": form}, status=422 if form.errors else 200
    )


@requires(may.MANAGE)
@require_safe
def webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    return _show_webhook(request, _webhook(request, webhook_id))


@dangerous
@requires(may.MANAGE)
@never_cache
@require_POST
def new_webhook_secret(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    new = services.new_webhook_secret(_webhook(request, webhook_id).pk, by=_actor(request))
    context = {"new": new, "overlap": rules.OVERLAP.days}
    return show(request, "exchange/webhook_secret_once.html", context)


@requires(may.MANAGE)
@require_POST
def stop_webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    services.stop_webhook(_webhook(request, webhook_id).pk, by=_actor(request))
    messages.success(request, _("停了。错过的动态，对方可以从动态里补读。"))
    return redirect("exchange:webhook", webhook_id)


@requires(may.MANAGE)
@require_POST
def resume_webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    found = _webhook(request, webhook_id)
    try:
        services.resume_webhook(found.pk, by=_actor(request))
    except Refused as refusal:
        return _show_webhook(request, found, problem=refusal)
    messages.success(request, _("恢复了，从现在起接着推送。"))
    return redirect("exchange:webhook", webhook_id)


@requires(may.MANAGE)
@require_POST
def replay(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Tell something again that was told or given up."""
    delivery = get_object_or_404(queries.deliveries_for(_actor(request)), pk=delivery_id)
    try:
        services.replay(delivery.pk, by=_actor(request))
    except Refused as refusal:
        return _show_webhook(request, delivery.webhook, problem=refusal)
    messages.success(request, _("重新推送了，马上再试。"))
    return redirect("exchange:webhook", delivery.webhook_id)


def _show(request: HttpRequest, found: Client, *, problem: Refused | None = None) -> HttpResponse:
    labels = queries.scopes_on_offer()
    hooks = list(found.webhooks.order_by("created_at", "id"))
    given_up = queries.undelivered_of([hook.pk for hook in hooks])
    context = {
        "client": found,
        "department": roles.department_name(found.department) if found.department else "",
        "scopes": [(code, labels.get(code, code)) for code in found.scopes],
        "asked": [(code, labels.get(code, code)) for code in found.asked_scopes if code not in found.scopes],
        "secrets": [(secret, _state_of(secret)) for secret in found.secrets.order_by("-created_at", "-id")],
        "webhooks": [(hook, given_up.get(hook.pk, 0)) for hook in hooks],
        "problem": str(problem) if problem else "",
    }
    return show(request, "exchange/client.html", context, status=problem.status if problem else 200)


def _state_of(secret: Any) -> str:
    if secret.revoked_at is not None:
        return "revoked"
    if secret.ends_at is not None:
        return "over" if secret.ends_at <= now() else "ending"
    return "good"


def _show_webhook(request: HttpRequest, found: Webhook, *, problem: Refused | None = None) -> HttpResponse:
    rows = queries.deliveries_for(_actor(request)).filter(webhook=found)
    if request.GET.get("state") in DeliveryState.values:
        rows = rows.filter(state=request.GET["state"])
    if after := as_uuid(request.GET.get("after", "")):
        rows = rows.filter(pk__lt=after)
    deliveries = list(rows.order_by("-pk")[: PAGE + 1])
    labels = {one.type: one.label for one in outward_types()}
    last = str(deliveries[PAGE - 1].pk) if len(deliveries) > PAGE else ""
    older = {"state": request.GET.get("state", ""), "after": last} if last else {}
    context = {
        "webhook": found,
        "client": found.client,
        "types": [labels.get(one, one) for one in found.types],
        "stopped": STOPPED.get(found.stopped_because, ""),
        "is_changing": bool(found.former_ends_at and found.former_ends_at > now()),
        "deliveries": [(one, labels.get(one.entry.type, one.entry.type), _trouble(one)) for one in deliveries[:PAGE]],
        "states": DeliveryState.choices,
        "state": request.GET.get("state", ""),
        "older": f"?{urlencode(older)}" if older else "",
        "problem": str(problem) if problem else "",
    }
    return show(request, "exchange/webhook.html", context, status=problem.status if problem else 200)


def _trouble(delivery: Delivery) -> str:
    if not delivery.trouble:
        return ""
    if delivery.trouble.isdigit():
        return _("对方回答 %(status)s") % {"status": delivery.trouble}
    return str(TROUBLES.get(delivery.trouble, delivery.trouble))  # type: ignore[call-overload]


def _client(request: HttpRequest, client_id: UUID) -> Client:
    return get_object_or_404(queries.clients_for(_actor(request)), pk=client_id)


def _webhook(request: HttpRequest, webhook_id: UUID) -> Webhook:
    return get_object_or_404(queries.webhooks_for(_actor(request)), pk=webhook_id)


def _division(code: str, actor: Actor) -> Division | None:
    return accounts.divisions_within(actor, may.MANAGE).filter(code=code.strip()).first()


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
