from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "linli.services.casework"
    label = "casework"
