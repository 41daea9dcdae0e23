from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "linli.services.catalogue"
    label = "catalogue"
