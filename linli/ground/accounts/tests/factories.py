"""The smallest valid accounts, and a made-up city for them to work in. Nobody and nowhere is real."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pyotp

from linli.core.access import Actor, system_actor
from linli.core.calendar import now
from linli.core.crypto import seal, unseal
from linli.core.ids import new_id
from linli.ground.accounts import queries, services
from linli.ground.accounts.models import Account, AccountKind, AuthenticatorApp, RoleHeld
from linli.ground.accounts.services import second_factor
from linli.ground.territory.models import Division, DivisionCode, Kind, Level

LONG_AGO = dt.date(2020, 1, 1)
SYSTEM = system_actor("tests")
_KINDS = {
    Level.PROVINCE: Kind.PROVINCE,
    Level.CITY: Kind.CITY,
    Level.COUNTY: Kind.DISTRICT,
    Level.TOWNSHIP: Kind.STREET,
    Level.COMMUNITY: Kind.RESIDENTS_COMMITTEE,
}


def make_division(code: str, name: str, level: Level, parent: Division | None = None) -> Division:
    county = code[:6] if level in (Level.COUNTY, Level.TOWNSHIP, Level.COMMUNITY) else ""
    division = Division.objects.create(
        code=code,
        name=name,
        short_name=name,
        level=level,
        kind=_KINDS[level],
        parent=parent,
        county_code=county,
        valid_from=LONG_AGO,
    )
    DivisionCode.objects.create(division=division, code=code, valid_from=LONG_AGO)
    return division


def make_city() -> SimpleNamespace:
    """A province with one city, two districts, three streets, four communities; `moon` and `sun` share a street."""
    province = make_division("510000000000", "花省", Level.PROVINCE)
    city = make_division("519900000000", "花城", Level.CITY, province)
    east = make_division("519902000000", "东区", Level.COUNTY, city)
    west = make_division("519903000000", "西区", Level.COUNTY, city)
    orchid = make_division("519902001000", "兰花街道", Level.TOWNSHIP, east)
    bamboo = make_division("519902002000", "文竹街道", Level.TOWNSHIP, east)
    pine = make_division("519903001000", "青松街道", Level.TOWNSHIP, west)
    return SimpleNamespace(
        province=province,
        city=city,
        east=east,
        west=west,
        orchid=orchid,
        bamboo=bamboo,
        pine=pine,
        moon=make_division("519902001001", "明月社区", Level.COMMUNITY, orchid),
        sun=make_division("519902001002", "朝阳社区", Level.COMMUNITY, orchid),
        reed=make_division("519902002001", "芦苇社区", Level.COMMUNITY, bamboo),
        cone=make_division("519903001001", "松果社区", Level.COMMUNITY, pine),
    )


def make_staff(username: str, name: str = "文竹", *, password: str = "", **more: Any) -> Account:
    """A member of staff without a role. Passwords cost 20 ms: only who signs in gets one."""
    account = Account(id=new_id(), kind=AccountKind.STAFF, username=username, name=name, created_at=now(), **more)
    if password:
        account.set_password(password)
    else:
        account.set_unusable_password()
    account.save(force_insert=True)
    return account


def make_holder(username: str, role: str, division: Division, name: str = "文竹", **more: Any) -> Account:
    """A member of staff with one role that began long ago."""
    account = make_staff(username, name)
    give(account, role, division, **more)
    return account


def give(account: Account, role: str, division: Division, **more: Any) -> RoleHeld:
    return services.give_role(account, role=role, division_id=division.pk, by=SYSTEM, **{"valid_from": LONG_AGO} | more)


def acting(account: Account, post: RoleHeld | None = None) -> Actor:
    return queries.actor_for(account, post.pk if post else None)


def make_resident(phone: str = "15400000618", **more: Any) -> Account:
    account = services.resident_for_phone(phone)
    for name, value in more.items():
        setattr(account, name, value)
    account.save()
    return account


def with_app(account: Account) -> Account:
    """The same account with an authenticator app in use; `code_of` reads it."""
    app = AuthenticatorApp(id=new_id(), account=account, created_at=now())
    app.secret = seal(pyotp.random_base32(), where=second_factor.SECRET, row=app.pk)
    app.save(force_insert=True)
    return account


def code_of(account: Account, *, steps: int = 0) -> str:
    """What the account's app shows now, or so many half minutes later (earlier)."""
    app = AuthenticatorApp.objects.get(account=account)
    secret = unseal(app.secret, where=second_factor.SECRET, row=app.pk)
    return pyotp.TOTP(secret).at(int(now().timestamp()) + 30 * steps)
