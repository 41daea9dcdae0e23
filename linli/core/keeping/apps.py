from django.apps import AppConfig


class KeepingConfig(AppConfig):
    name = "linli.core.keeping"
    label = "core_keeping"
