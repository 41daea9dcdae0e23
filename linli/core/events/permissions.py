from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission

VIEW = Permission("events.view", _("查看没有送到的内部消息"), roles="administrator")
DELIVER_AGAIN = Permission("events.deliver_again", _("重新投递内部消息"), roles="administrator")
