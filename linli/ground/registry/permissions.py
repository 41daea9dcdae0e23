from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission
from linli.core.design import navigation

VIEW = Permission(
    "registry.view",
    _("查看本地的人（号码遮住）"),
    roles="window_clerk community_worker grid_member community_head street_staff street_leader district_staff",
)
REVEAL = Permission(
    "registry.reveal",
    _("说明目的后查看完整的号码和住址"),
    roles="window_clerk community_worker community_head street_staff district_staff",
)
IDENTIFY = Permission("registry.identify", _("按完整的证件号码找任何地方的人"), roles="window_clerk community_worker")
REGISTER = Permission("registry.register", _("登记新来的人"), roles="window_clerk community_worker community_head")
CORRECT = Permission("registry.correct", _("更正、迁移"), roles="window_clerk community_worker community_head")
KEEP_HOMES = Permission(
    "registry.keep_homes",
    _("登记房屋、住户、单位，记搬家和分户并户"),
    roles="window_clerk community_worker community_head",
)
VIEW_TAGS = Permission(
    "registry.view_tags",
    _("查看一个人属于哪些特殊群体"),
    roles="window_clerk community_worker community_head street_staff district_staff",
)
GIVE_TAG = Permission(
    "registry.give_tag", _("登记、终止特殊群体"), roles="community_worker community_head street_staff district_staff"
)
VIEW_OWN = Permission("registry.view_own", _("查看自己的资料"), roles="resident")
LOOKED_AT = Permission("registry.looked_at", _("查看谁看过资料"), roles="resident auditor")

navigation.register("bench", "service", _("居民档案"), "registry:people", "users", VIEW, order=60)
navigation.register("bench", "service", _("房屋和住户"), "registry:homes", "home-2", VIEW, order=61)
navigation.register("me", "", _("我的资料"), "registry:my_facts", "id", VIEW_OWN)
navigation.register("portal_foot", "", _("谁看过我的资料"), "registry:my_facts", "eye", VIEW_OWN)
