from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CountersignConfig(AppConfig):
    name = "linli.core.countersign"
    label = "core_countersign"
    verbose_name = _("第二人确认")

    def ready(self) -> None:
        from linli.core.countersign import worklist
        from linli.core.crypto import register_sealed

        worklist.register()
        register_sealed("core_countersign.Countersignature", "payload", "core_countersign.countersignature.payload")
