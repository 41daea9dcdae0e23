from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "linli.core.forms"
    label = "core_forms"
