from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "linli.core.api"
    label = "core_api"
