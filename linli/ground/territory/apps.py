from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "linli.ground.territory"
    label = "territory"
