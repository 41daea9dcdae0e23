from django.apps import AppConfig


class LinliConfig(AppConfig):
    name = "linli.config"
    label = "config"
