from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "linli.ground.registry"
    label = "registry"

    def ready(self) -> None:
        from linli.core.design import panels
        from linli.core.forms import declare_fact
        from linli.core.messages import set_address_book, set_rows_of
        from linli.ground.registry import panels as own
        from linli.ground.registry import queries, sealed
        from linli.ground.registry.data_titles import ASKED_AS, FILLS_IN, MADE_UP
        from linli.ground.registry.services import REVEALED

        sealed.register()
        set_address_book(queries.address_of)
        set_rows_of(queries.every_row)
        for name, label in queries.FACTS.items():
            declare_fact(
                name,
                *ASKED_AS.get(name, ()),
                label=label,
                kinds=FILLS_IN.get(name, ()),
                is_sealed=name in REVEALED,
                examples=MADE_UP.get(name, ()),
            )
        panels.register("portal_home", own.who_are_you, order=5)
        panels.register("find", own.people_found, order=40)
