from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "linli.core.files"
    label = "core_files"
