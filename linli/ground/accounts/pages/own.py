"""One's own account: what it holds, the password, the post to act in, who stands in for me."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from linli.core.access import Actor, Post, requires
from linli.core.calendar import today
from linli.core.http import refusals_shown_on
from linli.core.http.cookies import keep_cookie
from linli.ground.accounts import permissions as may
from linli.ground.accounts import queries, roles, rules, services, sitting
from linli.ground.accounts.forms import DelegationForm, PasswordForm
from linli.ground.accounts.models import RoleHeld
from linli.ground.accounts.onward import Onward
from linli.ground.accounts.pages.entering import address_of, after, show_password_form
from linli.ground.accounts.pages.own_pages import own
from linli.ground.accounts.services import sign_ins


@own
def my_account(request: HttpRequest) -> HttpResponse:
    account = request.user
    context = {
        "account": account,
        "phone": rules.mask_mobile(queries.phone_of(account)),  # type: ignore[arg-type]
        "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
        "posts": [(post, _describe(post)) for post in _actor(request).posts],
        "may_delegate": _actor(request).may(may.DELEGATE),
        "factors": queries.factors_of(account) if account.is_staff else None,  # type: ignore[union-attr,arg-type]
    }
    return render(request, "accounts/my_account.html", context)


@own
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    account = services.set_language(request.user, request.POST.get("language", ""))  # type: ignore[arg-type]
    response = redirect("accounts:my_account")
    keep_cookie(response, "linli_language", account.language)
    return response


@own
@never_cache
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    onward = Onward.of(request)
    if request.method != "POST":
        return show_password_form(request, onward)
    form = PasswordForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            account = services.change_password(
                request.user,  # type: ignore[arg-type]
                old=form.cleaned_data["old_password"],
                new=form.cleaned_data["new_password"],
                address=address_of(request),
            )
            update_session_auth_hash(request, account)
            sign_ins.end_others(account, but=sitting.follow_key(request))
            sitting.make_sure(request)
            messages.success(request, _("密码改好了，下次登录用新密码。别处登录着的都已退出。"))
            return after(request, account, onward)
    return show_password_form(request, onward, form=form, status=422)


def to_password_change(request: HttpRequest) -> HttpResponse:
    """Send somebody who must first choose a new password there, and back afterwards."""
    where = request.get_full_path() if request.method == "GET" else ""
    return redirect(f"{resolve_url('accounts:change_password')}?{urlencode({'next': where})}")


@own
def choose_post(request: HttpRequest) -> HttpResponse:
    """Choose the post to act in (R8b): POST `post`, and `next` for where to go on."""
    posts = _actor(request).posts
    if request.method == "POST":
        chosen = next((post for post in posts if str(post.id) == request.POST.get("post")), None)
        if chosen is None:
            messages.warning(request, _("今天没有这个岗位，可能刚刚结束了。请另选一个。"))
            return redirect("accounts:choose_post")
        request.session[queries.ACTING_POST] = str(chosen.id)
        if here := sitting.Sitting.of(request):
            sign_ins.took_post(here.sign_in, chosen.id)
        return redirect(Onward.of(request).address(settings.STAFF_LOGIN_REDIRECT_URL))
    return render(request, "accounts/choose_post.html", {"posts": [(post, _describe(post)) for post in posts]})


@requires(may.DELEGATE)
def stand_ins(request: HttpRequest) -> HttpResponse:
    """Who stands in for me, and asking a colleague to (R10)."""
    actor = _actor(request)
    form = _delegation_form(actor, request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_shown_on(form):
            held = services.delegate(
                UUID(form.cleaned_data["post"]),
                deputy_id=UUID(form.cleaned_data["deputy"]),
                starts=form.cleaned_data["starts"],
                ends=form.cleaned_data["last_day"] + dt.timedelta(days=1),
                by=actor,
            )
            messages.success(request, _("说好了：%(name)s 来代班。") % {"name": held.account.name})
            return redirect("accounts:stand_ins")
    context = {"form": form, "delegations": [_delegation_row(held) for held in queries.delegations_of(actor)]}
    return render(request, "accounts/stand_ins.html", context, status=422 if form.errors else 200)


@requires(may.DELEGATE)
@require_POST
def take_back(request: HttpRequest, held_id: UUID) -> HttpResponse:
    actor = _actor(request)
    get_object_or_404(RoleHeld, pk=held_id, stands_in_for_id=actor.account_id)
    services.end_delegation(held_id, by=actor)
    messages.success(request, _("代班结束了，这个岗位只由本人办。"))
    return redirect("accounts:stand_ins")


def _delegation_form(actor: Actor, data: Any) -> DelegationForm:
    form = DelegationForm(data, initial={"starts": today()})
    own_posts = [post for post in actor.posts if not post.acting_for]
    form.fields["post"].choices = [(str(post.id), _describe(post)) for post in own_posts]  # type: ignore[attr-defined]
    form.fields["deputy"].choices = [  # type: ignore[attr-defined]
        ("", _("请选择")),
        *((str(colleague.pk), colleague.name) for colleague in queries.colleagues(actor)),
    ]
    return form


def _delegation_row(held: RoleHeld) -> dict[str, Any]:
    assert held.valid_to is not None  # noqa: S101 (accounts_delegation_names_both_and_ends)
    return {
        "held": held,
        "role": roles.name_of(held.role),
        "last_day": held.valid_to - dt.timedelta(days=1),
        "begun": held.valid_from <= today(),
    }


def _describe(post: Post) -> str:
    """Return the post in words: 炳草岗街道 · 街道经办, with its department and whom it stands in for."""
    role = roles.name_of(post.role)
    if post.department:
        role = f"{roles.department_name(post.department)} {role}"
    words = f"{post.division_name} · {role}"
    return _("%(post)s（代 %(name)s）") % {"post": words, "name": post.acting_for} if post.acting_for else words


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
