"""The acts of accounts that need a second person (read at start, as every room's subscribers are)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core import countersign
from linli.core.access import ANONYMOUS, Actor
from linli.core.audit import permissions as audit_may
from linli.core.audit import subjects
from linli.core.countersign.acts import Payload
from linli.core.messages import services as messages
from linli.ground.accounts import permissions as may
from linli.ground.accounts import queries, roles, rules
from linli.ground.accounts.models import Account, RoleHeld
from linli.ground.accounts.services import joining, staff


def _actor(account_id: UUID, post_id: UUID | None) -> Actor:
    """Return who asked, in the post in which she asked: nobody where she no longer holds it."""
    account = Account.objects.filter(pk=account_id).first()
    actor = queries.actor_for(account, post_id) if account else ANONYMOUS
    return actor if actor.post is not None and actor.post.id == post_id else ANONYMOUS


def _roles(payloads: Sequence[Payload]) -> list[str]:
    held = RoleHeld.objects.select_related("account", "division").in_bulk([UUID(one["held_id"]) for one in payloads])
    return [_role(held.get(UUID(one["held_id"]))) for one in payloads]


def _role(held: RoleHeld | None) -> str:
    if held is None:
        return ""
    role = roles.name_of(held.role)
    if held.department:
        role = f"{roles.department_name(held.department)} {role}"
    places = {"name": str(held.account), "place": held.division.short_name, "role": role}
    return _("让 %(name)s 担任 %(place)s 的%(role)s") % places


def _factors(payloads: Sequence[Payload]) -> list[str]:
    accounts = Account.objects.in_bulk([UUID(one["account_id"]) for one in payloads])
    names = [str(accounts.get(UUID(one["account_id"]), "")) for one in payloads]
    return [_("让 %(name)s 重新设第二道验证，原来的都作废") % {"name": name} for name in names]


countersign.set_actor_source(_actor)
joining.register_holding(
    joining.Holding(
        "messages",
        take=lambda other, kept: messages.move_to_account(None, from_account=other, to_account=kept),
        give_back=lambda ids, kept, other: _done(messages.move_to_account(ids, from_account=kept, to_account=other)),
    )
)
countersign.register(
    countersign.Act(
        staff.GIVE_ROLE,
        gettext_lazy("授予角色"),
        needs=may.GIVE_ROLE,
        confirms=may.CONFIRM,
        carry_out=lambda payload, by, second: _done(staff.confirm_role(UUID(payload["held_id"]), by=by, second=second)),
        describe=_roles,
        let_go=lambda payload, by: staff.let_role_go(UUID(payload["held_id"]), by=by),
    )
)
countersign.register(
    countersign.Act(
        staff.RESET_FACTORS,
        gettext_lazy("重置第二道验证"),
        needs=may.RESET_FACTORS,
        confirms=may.CONFIRM,
        carry_out=lambda payload, by, second: _done(
            staff.reset_factors(UUID(payload["account_id"]), by=by, second=second)
        ),
        describe=_factors,
    )
)


def _account(actor: Actor, text: str) -> str:
    """Return the id of the colleague with this user name who works or has worked within the auditor's reach."""
    found = queries.staff_for(actor, audit_may.READ).filter(username=rules.normalise_username(text))
    return str(next(iter(found.values_list("pk", flat=True)[:1]), ""))


def _account_names(ids: Sequence[str]) -> dict[str, str]:
    return {str(pk): str(account) for pk, account in Account.objects.in_bulk(list(map(UUID, ids))).items()}


subjects.register(
    subjects.Subject(
        "account",
        gettext_lazy("工作人员"),
        find=_account,
        names=_account_names,
        entries=lambda account_id: {"actor_id": UUID(account_id)},
    )
)


def _done(_result: object) -> None:
    """Let go of what a service returned."""
