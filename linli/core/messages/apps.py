from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "linli.core.messages"
    label = "core_messages"
