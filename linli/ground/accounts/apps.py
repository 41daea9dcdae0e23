from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "linli.ground.accounts"
    label = "accounts"
    verbose_name = _("账户和角色")

    def ready(self) -> None:
        from linli.core.api.house import be_sure_with
        from linli.core.crypto import register_sealed
        from linli.core.design import panels
        from linli.ground.accounts import sitting
        from linli.ground.accounts.panels import staff_found, who_to_turn_to

        be_sure_with(sitting.is_sure)
        panels.register("find", staff_found, order=50)
        panels.register("community_main", who_to_turn_to, order=20)

        register_sealed("accounts.Account", "phone", "accounts.account.phone", "phone_index", "phone")
        register_sealed("accounts.AuthenticatorApp", "secret", "accounts.authenticatorapp.secret")
        register_sealed("accounts.SignIn", "address", "accounts.signin.address")
