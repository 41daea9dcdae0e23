"""The smallest valid world of this room: two counties, a community each, an item, seals, and who acts."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import yaml

from linli.core.access import Actor, Post, system_actor
from linli.core.calendar import now
from linli.core.ids import new_id
from linli.ground.accounts.models import Account, AccountKind
from linli.ground.territory.models import Division, Kind, Level
from linli.services.catalogue.models import ItemVersion, ServiceItem
from linli.services.certificates import services
from linli.services.certificates.models import Certificate, Seal

WORKER = system_actor("certificates follow decisions")
HOLDER = UUID("01900000-0000-7000-8000-000000000001")
DECIDED = dt.date(2026, 11, 16)
FACTS = [("每月金额", "100 元"), ("从何时起", "2026年12月"), ("领取账户", "6217 0000 0000 0000 018")]
CASE = "510402261111ABCDE"


def community(code: str = "510402001001", name: str = "大渡口社区") -> Division:
    """A community with the city, county and street above it."""
    parent = None
    for level, kind, width, label in (
        (Level.CITY, Kind.CITY, 4, "演示市"),
        (Level.COUNTY, Kind.COUNTY, 6, "演示区" if code.startswith("510402") else "邻近区"),
        (Level.TOWNSHIP, Kind.STREET, 9, "炳草岗街道"),
        (Level.COMMUNITY, Kind.RESIDENTS_COMMITTEE, 12, name),
    ):
        parent, _ = Division.objects.get_or_create(
            code=code[:width].ljust(12, "0"),
            defaults={
                "name": label, "short_name": label, "level": level, "kind": kind, "parent": parent,
                "county_code": code[:6] if width >= 6 else "", "valid_from": dt.date(2020, 1, 1),
            },
        )  # fmt: skip
    assert parent is not None
    return parent


def county_of(place: Division) -> Division:
    assert place.parent
    assert place.parent.parent
    return place.parent.parent


def staff_account(username: str = "sumu") -> Account:
    account, _ = Account.objects.get_or_create(
        username=username, defaults={"kind": AccountKind.STAFF, "name": "苏木", "created_at": now()}
    )
    return account


def actor(role: str, place: Division, *, department: str | None = None) -> Actor:
    """Staff in a role at a division: a county's reaches the county, a community's the community."""
    post = Post(
        id=new_id(), role=role, division_id=place.pk, division_code=place.code, division_name=place.name,
        level=place.level, counties=frozenset({place.county_code}), department=department,
        communities=frozenset({place.pk}) if place.level == Level.COMMUNITY else None,
    )  # fmt: skip
    return Actor(kind="staff", account_id=uuid4(), name="苏木", post=post, posts=(post,))


def resident(person_id: UUID = HOLDER) -> Actor:
    return Actor(kind="resident", account_id=uuid4(), name="柳桂枝", person_id=person_id)


def item_version(*, code: str = "old_age_allowance", level: str = "county", **result: Any) -> ItemVersion:
    """A published version of the old-age allowance, with another code, level or result."""
    from linli.services import catalogue

    path = f"{catalogue.__path__[0]}/items/0101_old_age_allowance.yaml"
    with open(path, encoding="utf-8") as file:
        content = yaml.safe_load(file)
    content["code"], content["level"] = code, level
    content["result"].update(result)
    item, _ = ServiceItem.objects.get_or_create(code=code, defaults={"created_at": now()})
    version, _ = ItemVersion.objects.get_or_create(
        item=item,
        number=1,
        defaults={
            "status": "published", "content": content, "content_hash": sha256(repr(content).encode()).hexdigest(), "name": content["name"]["zh"],
            "department": content["department"], "domain": content["domain"], "valid_from": dt.date(2026, 1, 1),
            "created_at": now(),
        },
    )  # fmt: skip
    return version


def seal(place: Division, department: str = "civil_affairs", name: str = "演示区民政局") -> Seal:
    return services.make_seal(place, department, name, staff_account(), system_actor("tests"))


def certificate(place: Division | None = None, **changes: Any) -> Certificate:
    """An issued certificate of the old-age allowance for 柳桂枝, with the county's seal made where there is none."""
    place = place or community()
    if not Seal.objects.filter(division=county_of(place), department="civil_affairs", revoked_at=None).exists():
        seal(county_of(place))
    order: dict[str, Any] = {
        "version": changes.pop("version", None) or item_version(), "holder_id": HOLDER,
        "holder_facts": {"name": "柳桂枝", "id_number": "519902193703010042"}, "case_number": CASE,
        "community": place, "department": "civil_affairs", "facts": FACTS, "decided_on": DECIDED, "by": WORKER,
    }  # fmt: skip
    return services.issue(**{**order, **changes})
