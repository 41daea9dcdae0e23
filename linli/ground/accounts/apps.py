from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "linli.ground.accounts"
    label = "accounts"
    verbose_name = _("账户和角色")
