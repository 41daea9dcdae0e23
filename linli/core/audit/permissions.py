"""Who reads the log of others: one asks and says why, another confirms, and for a day it is open."""

from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission
from linli.core.audit.actions import name_action
from linli.core.design import navigation

READ = Permission("audit.read", _("经第二人确认，查阅一个人、一件事的审计记录"), roles="auditor")
CONFIRM = Permission("audit.confirm_reading", _("确认同事可以查阅审计记录"), roles="auditor security_administrator")

navigation.register("bench", "management", _("查审计记录"), "audit:readings", "list-search", READ, order=78)
name_action("audit.reading_opened", _("准许查阅一段审计记录"))
name_action("audit.read", _("查阅了审计记录"))
