from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "linli.ground.registry"
    label = "registry"
