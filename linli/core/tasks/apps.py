from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "linli.core.tasks"
    label = "core_tasks"
