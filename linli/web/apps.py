from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "linli.web"
    label = "web"
    verbose_name = _("门户和工作台")

    def ready(self) -> None:
        from linli.web import panels, worklist

        panels.register()
        worklist.register()
        if settings.DEMO:
            from linli.web.demonstration import door  # noqa: F401 (tells the sign-in page)
