from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "linli.core.design"
    label = "core_design"
