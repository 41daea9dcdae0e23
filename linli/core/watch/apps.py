from django.apps import AppConfig
from django.conf import settings


class WatchConfig(AppConfig):
    name = "linli.core.watch"
    label = "core_watch"

    def ready(self) -> None:
        if settings.METRICS_BIND:
            from linli.core.watch import telling

            telling.listen_to_tasks()
