from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "linli.ground.exchange"
    label = "exchange"
    verbose_name = _("对外接口")

    def ready(self) -> None:
        from linli.core.api.house import authenticate_with
        from linli.ground.exchange import sealed, tokens
        from linli.ground.exchange.linkage import records

        sealed.register()
        records.register()
        authenticate_with(tokens.actor_of)
