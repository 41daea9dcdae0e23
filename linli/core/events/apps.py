from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class EventsConfig(AppConfig):
    name = "linli.core.events"
    label = "core_events"

    def ready(self) -> None:
        for config in apps.get_app_configs():
            if config.name.startswith("linli."):
                for module in ("permissions", "events", "subscribers", "tasks", "checks", "metrics"):
                    if find_spec(f"{config.name}.{module}"):
                        import_module(f"{config.name}.{module}")
