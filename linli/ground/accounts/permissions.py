from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission
from linli.core.audit.actions import name_action
from linli.core.design import navigation

VIEW_STAFF = Permission(
    "accounts.view_staff",
    _("查看工作人员和他们的角色"),
    roles="community_head street_leader auditor administrator security_administrator",
)
CREATE_STAFF = Permission("accounts.create_staff", _("建立工作人员账户"), roles="administrator security_administrator")
GIVE_ROLE = Permission("accounts.give_role", _("授予角色"), roles="administrator security_administrator")
END_ROLE = Permission("accounts.end_role", _("结束角色"), roles="administrator security_administrator")
CLOSE_ACCOUNT = Permission(
    "accounts.close_account", _("停用账户、重发密码"), roles="administrator security_administrator"
)
RESET_FACTORS = Permission("accounts.reset_factors", _("重置第二道验证"), roles="security_administrator")
CONFIRM = Permission(
    "accounts.confirm", _("确认同事授予的角色、重置的验证"), roles="administrator security_administrator"
)
JOIN = Permission(
    "accounts.join_residents",
    _("看过证件，合并、分开一位居民的账户"),
    roles="window_clerk community_worker community_head",
)
DELEGATE = Permission(
    "accounts.delegate",
    _("请人代班"),
    roles="window_clerk community_worker grid_member community_head street_staff street_leader district_staff "
    "department_staff supervisor",
)

name_action("accounts.joined", _("合并了两个账户"))
name_action("accounts.parted", _("分开了两个账户"))
navigation.register("bench", "management", _("工作人员"), "accounts:staff", "users", VIEW_STAFF, order=70)
navigation.register("me", "", _("我的账户"), "accounts:my_account", "user", order=10)
navigation.register("me", "", _("请人代班"), "accounts:stand_ins", "transfer", DELEGATE, order=20)
navigation.register("portal_foot", "", _("谁能做什么"), "accounts:who_may_do_what", "shield-check", order=70)
