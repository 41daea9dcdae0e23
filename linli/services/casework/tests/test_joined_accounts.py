"""Two accounts of one resident: joined with identity proved, everything in one place, parted as before (R9, R11)."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.core.calendar import at, now
from linli.core.messages import queries as outbox
from linli.core.messages.models import OutboxEntry
from linli.ground.accounts import queries as account_queries
from linli.ground.accounts import rules
from linli.ground.accounts import services as accounts
from linli.ground.accounts.models import Account, AccountJoin
from linli.services.casework import queries
from linli.services.casework.models import Draft
from linli.services.casework.pages.desk import BEFORE_ME
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import SETUP, Town

pytestmark = pytest.mark.django_db
OLD, NEW = "15400000701", "15400000702"


@pytest.fixture
def town() -> Town:
    factories.catalogue("senior_card")
    return Town()


def account(phone: str, person=None) -> Account:
    made = accounts.resident_for_phone(phone)
    return accounts.link_person(made, person.pk, name=person.name, by=SETUP) if person else made


def drafts_of(one: Account) -> list[Draft]:
    return list(queries.drafts_of(account_queries.actor_for(one)))


def begin(one: Account, person) -> Draft:
    return factories.drafted(account_queries.actor_for(one), "senior_card", person)


def test_at_the_window_her_card_joins_them_and_everything_is_in_one_place(town: Town):
    her = factories.person(town, name="柳桂枝")
    old, new = account(OLD, her), account(NEW, her)
    draft = begin(old, her)
    clerk = town.staff("window_clerk", town.other)
    client = Client()
    client.force_login(Account.objects.get(pk=clerk.account_id))
    page = reverse("casework:window_accounts", args=[her.pk])
    assert client.get(page).status_code == 404, "her card was not read"
    session = client.session
    session[BEFORE_ME] = [str(her.pk)]
    session.save()
    assert "154****0701" in client.get(page).content.decode()
    assert client.post(page, {"keep": str(new.pk)}).status_code == 302

    assert [one.pk for one in drafts_of(new)] == [draft.pk]
    assert drafts_of(old) == []
    assert account_queries.accounts_of_person(her.pk) == [new]
    row = AccountJoin.objects.get()
    assert (row.proof, row.joined_by_id) == ("card", clerk.account_id)
    assert Entry.objects.get(action="accounts.joined").person_id == her.pk

    mine = begin(new, her)
    assert client.post(page, {"part": str(row.pk)}).status_code == 302
    assert [one.pk for one in drafts_of(old)] == [draft.pk]
    assert [one.pk for one in drafts_of(new)] == [mine.pk]
    with pytest.raises(rules.AccountsNotJoinable):
        accounts.part(row.pk, by=clerk)


def codes() -> dict[str, str]:
    """Return the newest code of each telephone, by its last four digits."""
    lines = reversed(outbox.outbox(20))
    return {line.phone[-4:]: found[0] for line in lines if (found := re.search(r"\d{6}", line.text))}


def test_herself_with_the_codes_of_both_telephones(town: Town, client: Client):
    her = factories.person(town, name="柳桂枝")
    old, new = account(OLD, her), account(NEW)
    client.force_login(new)
    page = reverse("accounts:joined")
    assert client.post(page, {"phone": OLD}).status_code == 200
    assert OutboxEntry.objects.count() == 2
    got = codes()
    wrong = client.post(page, {"phone": OLD, "other_code": "000000", "own_code": got[NEW[-4:]]})
    assert wrong.status_code == 422
    assert not AccountJoin.objects.exists()
    done = client.post(page, {"phone": OLD, "other_code": got[OLD[-4:]], "own_code": got[NEW[-4:]]})
    assert done.status_code == 302

    new.refresh_from_db()
    assert new.person_id == her.pk
    with at(now() + dt.timedelta(minutes=2)):
        accounts.send_code(OLD, address="127.0.0.1")
        assert accounts.check_code(OLD, codes()[OLD[-4:]], address="127.0.0.1") == new
    assert client.post(reverse("accounts:part", args=[AccountJoin.objects.get().pk])).status_code == 302
    new.refresh_from_db()
    old.refresh_from_db()
    assert (new.person_id, old.person_id) == (None, her.pk)


def test_two_people_are_never_joined_and_nobody_joins_or_parts_for_another(town: Town):
    her, him = factories.person(town), factories.person(town, name="白术")
    one, other, third = account(OLD, her), account(NEW, him), account("15400000703", her)
    clerk, grid = town.staff("window_clerk", town.home), town.staff("grid_member", town.home)

    with pytest.raises(rules.PersonsDiffer):
        accounts.join(one.pk, other.pk, by=clerk, proof=accounts.CARD)
    for by, proof in ((grid, accounts.CARD), (account_queries.actor_for(other), accounts.CODES)):
        with pytest.raises(rules.AccountsNotJoinable):
            accounts.join(one.pk, third.pk, by=by, proof=proof)
    row = accounts.join(one.pk, third.pk, by=clerk, proof=accounts.CARD)
    with pytest.raises(AccountJoin.DoesNotExist):
        accounts.part(row.pk, by=account_queries.actor_for(other))
    with pytest.raises(rules.AccountsNotJoinable):
        accounts.join(one.pk, third.pk, by=clerk, proof=accounts.CARD)
