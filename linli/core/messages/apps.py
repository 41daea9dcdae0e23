from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagesConfig(AppConfig):
    name = "linli.core.messages"
    label = "core_messages"
    verbose_name = _("消息")

    def ready(self) -> None:
        from linli.core.crypto import register_sealed

        for model in ("Message", "OutboxEntry"):
            for column in ("text", "address"):
                register_sealed(f"core_messages.{model}", column, f"core_messages.{model.lower()}.{column}")
