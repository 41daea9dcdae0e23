from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FacilitiesConfig(AppConfig):
    name = "linli.services.facilities"
    label = "facilities"
    verbose_name = _("服务设施")

    def ready(self) -> None:
        from linli.core.audit.actions import name_action
        from linli.core.design import navigation, panels
        from linli.services.facilities import (
            notices,  # noqa: F401 (registers the words)
            worklist,
        )
        from linli.services.facilities import permissions as may
        from linli.services.facilities.pages import panels as ours

        for action, words in may.ACTIONS.items():
            name_action(f"facilities.{action}", words)
        navigation.register("portal_foot", "", _("窗口在哪里、几点开"), "facilities:find", "map-pin", order=20)
        navigation.register("bench", "service", _("服务点和开放时间"), "facilities:desk", "door-enter", may.VIEW)
        navigation.register(
            "bench", "management", _("没有窗口开的日子"), "facilities:days", "calendar-event", may.WATCH
        )
        worklist.register()
        panels.register("guide", ours.windows_beside_guide)
        panels.register("portal_aside", ours.my_window, order=20)
        panels.register("community_main", ours.at_community, order=10)
        panels.register("find", ours.points_found, order=70)
        panels.register("bench_management", ours.days_ahead, order=20)
