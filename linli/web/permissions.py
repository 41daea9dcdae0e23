"""What the shells themselves ask for."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from linli.core.access import Actor, Permission
from linli.core.design import navigation

USE_WORKBENCH = Permission(
    "web.use_workbench",
    _("打开工作台"),
    roles="window_clerk community_worker grid_member community_head street_staff street_leader district_staff "
    "department_staff supervisor auditor administrator security_administrator",
)

KIOSKS = Permission(
    "web.kiosks",
    _("登记、停用自助机"),
    roles="community_head street_leader district_staff administrator",
)
ANSWER_CALLS = Permission(
    "web.answer_calls",
    _("答应自助机的叫人"),
    roles="window_clerk community_worker community_head street_staff district_staff",
)
MESSAGES = Permission("web.messages", _("看发给自己的消息，决定发不发短信"), roles="resident organisation")
OPERATE = Permission("web.operate", _("看系统运行情况"), roles="administrator")


def unread(request: HttpRequest) -> int | None:
    """Count what the reader has not read yet, once a request; nothing where there is nothing."""
    from linli.core.messages.queries import unread_count  # permissions are read before the models are ready

    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:  # the page of a request that was refused before anybody asked who sent it
        return None
    if not actor.is_signed_in:
        return None
    if not hasattr(request, "unread"):
        here = actor.post.counties if actor.post is not None and len(actor.post.counties) == 1 else None
        request.unread = unread_count(  # type: ignore[attr-defined]
            person_id=actor.person_id, account_id=actor.account_id, counties=here
        )
    return request.unread or None  # type: ignore[attr-defined]


navigation.register("portal", "", _("首页"), "web:home", "home-2", order=0)
navigation.register("portal_foot", "", _("找社区"), "web:communities", "building-community", order=15)
navigation.register("bench", "service", _("今天"), "web:bench", "home-2", USE_WORKBENCH, order=0)
navigation.register("bench", "service", _("要办的事"), "web:worklist", "checkbox", USE_WORKBENCH, order=2)
navigation.register("bench", "management", _("概况"), "web:bench_management", "chart-bar", USE_WORKBENCH, order=0)
navigation.register("portal", "", _("消息"), "web:my_messages", "mail", MESSAGES, unread, order=80)
navigation.register("bench", "service", _("我的消息"), "web:staff_messages", "mail", USE_WORKBENCH, unread, order=5)
navigation.register("bench", "management", _("自助机"), "web:kiosks", "device-mobile", KIOSKS, order=60)
navigation.register("bench", "management", _("运行情况"), "web:operations", "settings", OPERATE, order=90)
