from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission
from linli.core.audit.actions import name_action
from linli.core.design import navigation

MANAGE = Permission("exchange.manage_clients", _("登记和停用对外接口的程序、推送地址"), roles="administrator")
CONFIRM = Permission(
    "exchange.confirm_scopes", _("确认程序可以接触人和办件"), roles="administrator security_administrator"
)
READ_EVENTS = Permission(
    "exchange.read_events",
    _("读取办件和证书的动态"),
    roles="community_head street_staff street_leader district_staff department_staff supervisor",
)

LINK = Permission(
    "exchange.link",
    _("看两条记录是不是同一个人，合上、分开"),
    roles="community_worker community_head street_staff district_staff",
)

navigation.register("bench", "management", _("是不是同一个人"), "exchange:links", "users", LINK, order=87)
navigation.register("bench", "management", _("对外接口"), "exchange:clients", "plug-connected", MANAGE, order=85)
navigation.register("portal_foot", "", _("程序接口"), "exchange:reference", "code", order=80)

for action, label in {
    "exchange.client_registered": _("登记了一个程序"),
    "exchange.scopes_changed": _("改了程序的权限"),
    "exchange.scopes_granted": _("经第二人确认，给了程序接触人和办件的权限"),
    "exchange.client_revoked": _("停用了一个程序"),
    "exchange.secret_made": _("给程序发了新密钥"),
    "exchange.secret_revoked": _("作废了程序的一个密钥"),
    "exchange.webhook_added": _("加了一个推送地址"),
    "exchange.webhook_secret_made": _("换了推送的签名密钥"),
    "exchange.webhook_stopped": _("停了一个推送地址"),
    "exchange.webhook_resumed": _("恢复了一个推送地址"),
    "exchange.link_run": _("把一份名单和登记的人对了一遍"),
    "exchange.link_joined": _("认定两条记录是同一个人"),
    "exchange.link_parted": _("认定两条记录不是同一个人"),
    "exchange.delivery_replayed": _("重新推送了一条动态"),
}.items():
    name_action(action, label)
