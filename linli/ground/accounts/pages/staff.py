"""Staff and their roles, for those who look after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.core import countersign
from linli.core.access import Actor, Permission, dangerous, requires
from linli.core.calendar import today
from linli.core.http import refusals_shown_on, show
from linli.ground.accounts import permissions as may
from linli.ground.accounts import queries, roles, rules, services
from linli.ground.accounts.forms import MANY, NewStaffForm, RoleForm
from linli.ground.accounts.models import Account, RoleHeld
from linli.ground.accounts.services.staff import RESET_FACTORS

if TYPE_CHECKING:
    from linli.ground.territory.models import Division


@requires(may.VIEW_STAFF)
def staff(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "")[:100]
    accounts, more = queries.staff_page(_actor(request), search=search, after=request.GET.get("after", "")[:60])
    context = {
        "rows": [(account, [_in_words(held) for held in account.shown_roles]) for account in accounts],  # type: ignore[attr-defined]
        "search": search,
        "older": f"?{urlencode({'q': search, 'after': more})}" if more else "",
        "may_create": _actor(request).may(may.CREATE_STAFF),
    }
    return show(request, "accounts/staff.html", context)


@requires(may.VIEW_STAFF)
def member(request: HttpRequest, account_id: UUID) -> HttpResponse:
    account = _find(request, account_id, may.VIEW_STAFF)
    return _show_member(request, account, RoleForm(**_choices(_actor(request), may.GIVE_ROLE)))


@dangerous
@requires(may.GIVE_ROLE)
@require_POST
def give_role(request: HttpRequest, account_id: UUID) -> HttpResponse:
    account = _find(request, account_id, may.GIVE_ROLE)
    form = RoleForm(request.POST, **_choices(_actor(request), may.GIVE_ROLE))
    if form.is_valid() and (division := _division(form, _actor(request), may.GIVE_ROLE)):
        given = {name: value for name, value in form.cleaned_data.items() if name != "division"}
        with refusals_shown_on(form):
            held = services.give_role(account, division_id=division.pk, by=_actor(request), **given)
            said = _("等另一位管理员确认：%(role)s。") if held.waits else _("授予了：%(role)s。")
            messages.success(request, said % {"role": _in_words(held)})
            return redirect("accounts:member", account.pk)
    return _show_member(request, account, form, status=422)


@dangerous
@requires(may.CREATE_STAFF)
@never_cache
def new_member(request: HttpRequest) -> HttpResponse:
    """A new account with its first role; its password is shown once, on the answer to this form."""
    actor = _actor(request)
    form = NewStaffForm(request.POST if request.method == "POST" else None, **_choices(actor, may.CREATE_STAFF))
    if form.is_valid() and (division := _division(form, actor, may.CREATE_STAFF)):
        typed = form.cleaned_data
        first = services.FirstRole(
            role=typed["role"],
            division_id=division.pk,
            department=typed["department"],
            valid_from=typed["valid_from"],
            valid_to=typed["valid_to"],
        )
        with refusals_shown_on(form):
            new = services.create_staff(
                username=typed["username"], name=typed["name"], phone=typed["phone"], first_role=first, by=actor
            )
            return render(request, "accounts/password_once.html", {"new": new, "created": True})
    return render(request, "accounts/new_member.html", {"form": form}, status=422 if form.errors else 200)


@dangerous
@requires(may.END_ROLE)
def end_role(request: HttpRequest, held_id: UUID) -> HttpResponse:
    """Ask, then end a role from today on."""
    held = get_object_or_404(queries.roles_within(_actor(request), may.END_ROLE), pk=held_id)
    if request.method == "POST":
        services.end_role(held.pk, by=_actor(request))
        messages.success(request, _("结束了：%(role)s。") % {"role": _in_words(held)})
        return redirect("accounts:member", held.account_id)
    return render(request, "accounts/end_role.html", {"held": held, "words": _in_words(held)})


@dangerous
@requires(may.CLOSE_ACCOUNT)
def close_account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Ask, then close an account with all its roles."""
    account = _find(request, account_id, may.CLOSE_ACCOUNT)
    if request.method == "POST":
        services.deactivate(account.pk, by=_actor(request))
        messages.success(request, _("账户停用了，%(name)s 不能再登录。") % {"name": account.name})
        return redirect("accounts:member", account.pk)
    return render(request, "accounts/close_account.html", {"account": account})


@dangerous
@requires(may.CLOSE_ACCOUNT)
@never_cache
def reset_password(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Ask, then draw a new password, shown once."""
    account = _find(request, account_id, may.CLOSE_ACCOUNT)
    if request.method == "POST":
        new = services.reset_password(account.pk, by=_actor(request))
        return render(request, "accounts/password_once.html", {"new": new, "created": False})
    return render(request, "accounts/reset_password.html", {"account": account})


@dangerous
@requires(may.CLOSE_ACCOUNT)
@never_cache
def reopen_account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Ask, then open a closed or locked account again, with a password shown once."""
    account = _find(request, account_id, may.CLOSE_ACCOUNT)
    if request.method == "POST":
        new = services.reopen(account.pk, by=_actor(request))
        return render(request, "accounts/password_once.html", {"new": new, "created": False})
    return render(request, "accounts/reopen_account.html", {"account": account})


@dangerous
@requires(may.RESET_FACTORS)
def reset_factors(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Ask, then take away lost second factors, or ask a second person to confirm it."""
    account, actor = _find(request, account_id, may.RESET_FACTORS), _actor(request)
    wanted = countersign.is_wanted(RESET_FACTORS, actor)
    if request.method == "POST":
        if wanted:
            services.ask_to_reset_factors(account.pk, by=actor)
            messages.success(request, _("提出来了，等另一位管理员确认。"))
        else:
            services.reset_factors(account.pk, by=actor)
            messages.success(request, _("重置了，%(name)s 下次登录时重新设。") % {"name": account.name})
        return redirect("accounts:member", account.pk)
    return render(request, "accounts/reset_factors.html", {"account": account, "second_person": wanted})


def _show_member(request: HttpRequest, account: Account, form: RoleForm, *, status: int = 200) -> HttpResponse:
    actor, day = _actor(request), today()
    held = list(queries.roles_within(actor).filter(account=account).order_by("-valid_from", "id"))
    rows = [
        {
            "held": one,
            "words": _in_words(one),
            "waits": one.waits and (one.valid_to is None or one.valid_to > one.valid_from),
            "now": not one.waits and one.valid_from <= day and (one.valid_to is None or one.valid_to > day),
            "to_come": not one.waits
            and one.valid_from > day
            and (one.valid_to is None or one.valid_to > one.valid_from),
        }
        for one in held
    ]
    herself = account.pk == actor.account_id
    context = {
        "account": account,
        "phone": rules.mask_mobile(queries.phone_of(account)),
        "rows": rows,
        "form": form,
        "may_give": actor.may(may.GIVE_ROLE) and account.is_active and not herself,
        "may_end": actor.may(may.END_ROLE),
        "may_close": actor.may(may.CLOSE_ACCOUNT) and account.is_active and not herself,
        "may_reopen": actor.may(may.CLOSE_ACCOUNT) and not account.is_active and not herself,
        "may_reset_factors": actor.may(may.RESET_FACTORS) and account.is_active and not herself,
        "factors": queries.factors_of(account),
    }
    return render(request, "accounts/member.html", context, status=status)


def _find(request: HttpRequest, account_id: UUID, permission: Permission) -> Account:
    return get_object_or_404(queries.staff_for(_actor(request), permission), pk=account_id)


def _choices(actor: Actor, permission: Permission) -> dict[str, Any]:
    """Return what a RoleForm offers this actor: the places in her reach, unless they are too many to list."""
    return {"places": queries.place_choices(actor, permission, at_most=MANY + 1), "givers": actor.roles}


def _division(form: RoleForm, actor: Actor, permission: Permission) -> Division | None:
    code = form.cleaned_data["division"]
    division = queries.divisions_within(actor, permission).filter(code=code).first()
    if division is None:
        form.add_error("division", _("管辖范围里没有代码是 %(code)s 的地方。") % {"code": code})
    return division


def _in_words(held: RoleHeld) -> str:
    """Return the role in words: 炳草岗街道 · 街道经办."""
    role = roles.name_of(held.role)
    if held.department:
        role = f"{roles.department_name(held.department)} {role}"
    return f"{held.division.short_name} · {role}"


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
