from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "linli.web"
    label = "web"
    verbose_name = _("门户和工作台")

    def ready(self) -> None:
        from linli.core.audit.actions import name_action
        from linli.web import panels, worklist
        from linli.web.kiosk import notices  # noqa: F401 (registers the words)

        panels.register()
        worklist.register()
        name_action("web.kiosk_registered", _("登记了一台自助机"))
        name_action("web.kiosk_paired_anew", _("给自助机换了配对码"))
        name_action("web.kiosk_revoked", _("停用了一台自助机"))
        name_action("web.kiosk_call_answered", _("答应了自助机的叫人"))
        if settings.DEMO:
            from linli.web.demonstration import door  # noqa: F401 (tells the sign-in page)
