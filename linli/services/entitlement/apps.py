from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EntitlementConfig(AppConfig):
    name = "linli.services.entitlement"
    label = "entitlement"
    verbose_name = _("政策找人")

    def ready(self) -> None:
        from linli.core.audit.actions import name_action
        from linli.core.design import navigation
        from linli.services.entitlement import permissions as may

        name_action("entitlement.run_done", _("按登记的资料找了一遍政策该找的人"))
        name_action("entitlement.draft_prepared", _("给本人准备了一份申请"))
        name_action("entitlement.set_aside", _("看过，不用办"))
        navigation.register(
            "bench", "service", _("政策找人"), "entitlement:found", "heart-handshake", may.VIEW, order=70
        )
        navigation.register("bench", "management", _("找人的批次"), "entitlement:runs", "list-details", may.RUN)
