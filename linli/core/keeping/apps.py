from django.apps import AppConfig


class KeepingConfig(AppConfig):
    name = "linli.core.keeping"
    label = "core_keeping"

    def ready(self) -> None:
        from linli.core.crypto import checks  # noqa: F401 (no app, so nobody else reads it)
