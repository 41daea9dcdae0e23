from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "linli.core.files"
    label = "core_files"

    def ready(self) -> None:
        from linli.core.crypto import register_sealed_things
        from linli.core.files.models import StoredFile
        from linli.core.files.services import reseal

        register_sealed_things("core_files.StoredFile", StoredFile.objects.all, "key_id", reseal)
