from django.apps import AppConfig


class HttpConfig(AppConfig):
    name = "linli.core.http"
    label = "core_http"
