"""Made-up people, and those who look after them."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any
from uuid import uuid4

from linli.core.access import Actor, Post
from linli.core.calendar import now
from linli.core.crypto import blind, seal
from linli.core.ids import new_id
from linli.ground.accounts.models import Account, AccountKind
from linli.ground.registry import rules, sealed
from linli.ground.registry.models import Person, Sex, Source
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division, Level
from linli.ground.territory.tests.factories import division

NUMBER = "519902195803120042"
PHONE = "15412340618"
_sequence = itertools.cycle(range(100, 1000))


def number(born: dt.date = dt.date(1958, 3, 12), sequence: int = 4, place: str = "519902") -> str:
    """An identity number that nobody was ever given."""
    body = f"{place}{born:%Y%m%d}{sequence:03}"
    return body + rules.check_digit(body)


def person(
    name: str = "柳桂枝",
    *,
    id_number: str = "",
    phone: str = PHONE,
    address: str = "竹湖园路 8 号 2 栋 301",
    community: Division | None = None,
    **more: Any,
) -> Person:
    """A person in force, living in 竹湖园社区 unless said otherwise."""
    place = community or division()
    made = Person(
        id=new_id(), name=name, community=place, county_code=place.county_code, created_at=now(),
        **{"sex": Sex.FEMALE, "birth_date": dt.date(1958, 3, 12), "source": Source.WINDOW, "confirmed_on": dt.date(2026, 3, 2), "identity_verified": True} | more,
    )  # fmt: skip
    sealed.put(made, "id_number", id_number or number(sequence=next(_sequence)))
    sealed.put(made, "phone", phone)
    sealed.put(made, "address", address)
    made.save(force_insert=True)
    return made


def staff(place: Division | None = None, role: str = "window_clerk") -> Actor:
    """Somebody who works at a division."""
    place = place or division()
    whole = place.level in (Level.PROVINCE, Level.CITY, Level.COUNTY)
    post = Post(
        id=uuid4(), role=role, division_id=place.pk, division_code=place.code, division_name=place.short_name,
        level=place.level, counties=frozenset(territory.counties_below(place)),
        communities=None if whole else frozenset(territory.communities_below(place)),
    )  # fmt: skip
    return Actor(kind="staff", account_id=uuid4(), name="小江", post=post, posts=(post,))


def resident(person: Person | None = None, phone: str = PHONE) -> Actor:
    """A resident who has signed in with her telephone."""
    account = Account(
        id=new_id(), kind=AccountKind.RESIDENT, name=person.name if person else "", created_at=now(),
        person_id=person.pk if person else None, phone_index=blind(phone, purpose="phone"),
    )  # fmt: skip
    account.username = f"resident-{account.pk.hex}"
    account.phone = seal(phone, where="accounts.account.phone", row=account.pk)
    account.save(force_insert=True)
    return Actor(kind="resident", account_id=account.pk, name=account.name, person_id=account.person_id)


def elsewhere() -> Division:
    """A community of another county."""
    return division("510403001001", "杨家坪社区居民委员会")


def next_door() -> Division:
    """Another community of the same street."""
    return division("510402002002", "西海岸社区居民委员会")
