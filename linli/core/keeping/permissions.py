"""What keeping the installation is called in the audit log; all of it is done at the terminal."""

from django.utils.translation import gettext_lazy as _

from linli.core.audit import name_action

for action, label in {
    "keeping.backed_up": _("做了备份"),
    "keeping.keys_backed_up": _("另存了钥匙串"),
    "keeping.restored": _("从备份恢复了数据"),
    "keeping.moved": _("把数据搬到了 PostgreSQL"),
    "keeping.forgot": _("按保存期限删除了数据"),
}.items():
    name_action(action, label)
