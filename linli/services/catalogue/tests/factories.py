"""The smallest valid item, actors of each kind, and versions in each state."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from linli.core.access import Actor, Post, system_actor
from linli.core.calendar import now
from linli.core.ids import new_id
from linli.services.catalogue import reading, services
from linli.services.catalogue.content import Item
from linli.services.catalogue.models import ItemVersion

SMALLEST: dict[str, Any] = {
    "code": "lantern_loan",
    "number": "9901",
    "name": {"zh": "借灯笼", "en": "Loan of a lantern"},
    "summary": {"zh": "过节时向社区借灯笼。", "en": "Borrow a lantern for the festival."},
    "type": "public_service",
    "domain": 11,
    "fields": ["convenience"],
    "life_events": ["daily_life"],
    "audiences": ["everyone"],
    "legal_basis": [{"title": "灯笼管理办法（虚构）", "article": "第一条"}],
    "sources": ["测试"],
    "department": "civil_affairs",
    "level": "county",
    "applicants": {"who": {"zh": "所有人", "en": "Everyone"}},
    "materials": [{"code": "deposit_slip", "name": {"zh": "押金条", "en": "Deposit slip"}}],
    "form": {
        "type": "object",
        "required": ["colour"],
        "x-order": ["colour"],
        "properties": {
            "colour": {"type": "string", "title": "要什么颜色", "title_en": "Which colour", "maxLength": 20}
        },
    },
    "legal_limit": {"days": 20, "basis": "灯笼管理办法（虚构）第二条"},
    "promised_limit": {"days": 10},
    "chain": [
        {"level": "community", "step": "check", "days": 3},
        {"level": "township", "step": "review", "days": 3},
        {"level": "county", "step": "decide", "department": "civil_affairs", "days": 4},
    ],
    "result": {"kind": "service", "name": {"zh": "借灯笼的答复", "en": "Answer on the loan"}},
    "windows": {"zh": "全市任何一个社区", "en": "Any community of the city"},
}


def data(**changes: Any) -> dict[str, Any]:
    """The smallest item as data, with changes; a key like `name__en` reaches inside."""
    told = copy.deepcopy(SMALLEST)
    for key, value in changes.items():
        target: Any = told
        *way, last = key.split("__")
        for step in way:
            target = target[int(step)] if isinstance(target, list) else target.setdefault(step, {})
        target[int(last) if isinstance(target, list) else last] = value
    return told


def item(**changes: Any) -> Item:
    return reading.check(data(**changes)).sound()


def staff(role: str = "department_staff", department: str | None = "civil_affairs", name: str = "文竹") -> Actor:
    """Somebody in a post; for roles without a department give None."""
    post = Post(
        id=new_id(),
        role=role,
        division_id=new_id(),
        division_code="510402000000",
        division_name="东区",
        level="county",
        counties=frozenset({"510402"}),
        department=department,
    )
    return Actor(kind="staff", account_id=new_id(), name=name, post=post, posts=(post,))


SYSTEM = system_actor("tests")


def published(from_day: dt.date | None = None, **changes: Any) -> ItemVersion:
    """A published item."""
    from linli.services.catalogue.services import _publish_from_file

    told = item(**changes)
    earlier = list(ItemVersion.objects.filter(item__code=told.code))
    _publish_from_file(told, earlier, from_day=from_day)
    return ItemVersion.objects.filter(item__code=told.code).order_by("-number")[0]


def draft(by: Actor | None = None, **changes: Any) -> ItemVersion:
    return services.create_item(item(**changes), by=by or staff())


def in_review(by: Actor | None = None, **changes: Any) -> ItemVersion:
    by = by or staff()
    begun = draft(by, **changes)
    return services.send_to_review(begun.pk, by=by, version=begun.version)


def moment(text: str) -> dt.datetime:
    """A moment in China: 2026-11-24 23:59."""
    return dt.datetime.fromisoformat(f"{text}+08:00") if text else now()
