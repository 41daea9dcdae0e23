"""Two accounts of one resident joined (a new telephone, a second account by mistake), and parted again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.ids import new_id
from linli.ground.accounts import permissions as may
from linli.ground.accounts import queries, rules
from linli.ground.accounts.models import Account, AccountJoin, AccountKind
from linli.ground.accounts.services import sign_ins

CARD, CODES = "card", "codes"


@dataclass(frozen=True)
class Holding:
    """What a room keeps under an account. take(other, kept) moves it and returns the ids; give_back(ids, kept, other)

    moves those of them back that are still there.
    """

    kind: str
    take: Callable[[UUID, UUID], list[UUID]]
    give_back: Callable[[list[UUID], UUID, UUID], None]


_holdings: dict[str, Holding] = {}


def register_holding(holding: Holding) -> None:
    """Tell what goes along when accounts are joined; rooms call it from their subscribers.py, read at start."""
    _holdings[holding.kind] = holding


@transaction.atomic
def join(kept_id: UUID, other_id: UUID, *, by: Actor, proof: str) -> AccountJoin:
    """Let the other account's telephone open the kept one, with everything in one place. Both sign-ins of it end.

    proof: CARD (by whom the card was read: both accounts bear the person whose it is) or CODES (by herself, who has
    read back the codes of both telephones). Raises AccountsNotJoinable, PersonsDiffer.
    """
    rows = {row.pk: row for row in Account.objects.select_for_update().filter(pk__in=[kept_id, other_id])}
    kept, other = rows.get(kept_id), rows.get(other_id)
    if kept is None or other is None or kept_id == other_id:
        raise rules.AccountsNotJoinable
    if any(row.kind != AccountKind.RESIDENT or not row.is_active for row in (kept, other)):
        raise rules.AccountsNotJoinable
    standing = AccountJoin.objects.filter(parted_at__isnull=True)
    if standing.filter(other__in=[kept, other]).exists() or standing.filter(kept=other).exists():
        raise rules.AccountsNotJoinable
    if kept.person_id and other.person_id and kept.person_id != other.person_id:
        raise rules.PersonsDiffer
    if proof == CARD and not (by.may(may.JOIN) and kept.person_id and kept.person_id == other.person_id):
        raise rules.AccountsNotJoinable
    if proof == CODES and by.account_id != kept.pk:
        raise rules.AccountsNotJoinable
    row = AccountJoin(id=new_id(), kept=kept, other=other, kept_person=kept.person_id, other_person=other.person_id)
    row.proof, row.joined_by_id, row.joined_at = proof, by.account_id, now()
    row.moved = {one.kind: [str(pk) for pk in one.take(other.pk, kept.pk)] for one in _holdings.values()}
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as quicker:
        raise rules.AccountsNotJoinable from quicker
    if kept.person_id is None and other.person_id is not None:
        kept.person_id, kept.name = other.person_id, other.name
        kept.save(update_fields=["person_id", "name"])
    sign_ins.end_all(other, because="joined", by=by)
    audit.record(
        by, "accounts.joined", kept, person_id=kept.person_id, other=other.pk, proof=proof,
        moved={kind: len(ids) for kind, ids in row.moved.items()},
    )  # fmt: skip
    return row


@transaction.atomic
def part(join_id: UUID, *, by: Actor) -> AccountJoin:
    """Part two accounts: each has again what was its own before; what came since stays with the one that was kept.

    By herself, or at a window that has her card. Raises AccountJoin.DoesNotExist, AccountsNotJoinable when parted already.
    """
    row = AccountJoin.objects.select_related("kept", "other").get(pk=join_id)
    if by.account_id != row.kept_id and not by.may(may.JOIN):
        raise AccountJoin.DoesNotExist
    open_one = AccountJoin.objects.filter(pk=row.pk, parted_at__isnull=True)
    if not open_one.update(parted_at=now(), parted_by_id=by.account_id):
        raise rules.AccountsNotJoinable
    for kind, ids in row.moved.items():
        if kind in _holdings:
            _holdings[kind].give_back([UUID(one) for one in ids], row.kept_id, row.other_id)
    if row.kept_person is None and row.other_person is not None and row.kept.person_id == row.other_person:
        row.kept.person_id = None
        row.kept.save(update_fields=["person_id"])
    sign_ins.end_all(row.kept, because="parted", by=by)
    audit.record(by, "accounts.parted", row.kept, person_id=row.other_person or row.kept_person, other=row.other_id)
    return row


def kept_of(account: Account) -> Account:
    """Return the account that an account's telephone opens: itself, or the one that it is joined to."""
    row = AccountJoin.objects.filter(other=account, parted_at__isnull=True).select_related("kept").first()
    return row.kept if row else account


def joins_of(account_id: UUID) -> list[tuple[AccountJoin, str]]:
    """Return the accounts that are joined to one, each with its telephone, masked."""
    rows = AccountJoin.objects.filter(kept_id=account_id, parted_at__isnull=True).select_related("other")
    return [(row, rules.mask_mobile(queries.phone_of(row.other))) for row in rows.order_by("joined_at", "id")]


def accounts_at_window(person_id: UUID) -> list[tuple[Account, str, list[tuple[AccountJoin, str]]]]:
    """Return the accounts that bear a person and are joined to none, each with its masked telephone and its joins."""
    rows = [row for row in queries.accounts_of_person(person_id) if row.is_active]
    return [(row, rules.mask_mobile(queries.phone_of(row)) if row.phone else "", joins_of(row.pk)) for row in rows]
