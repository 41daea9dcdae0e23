from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "linli.services.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from linli.ground.accounts import roles
        from linli.services.catalogue.departments import Department

        roles.register_departments(Department.choices)
