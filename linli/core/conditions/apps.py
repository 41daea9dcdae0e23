from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConditionsConfig(AppConfig):
    name = "linli.core.conditions"
    label = "core_conditions"
    verbose_name = _("条件规则")
