from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission

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
VIEW_OWN = Permission("registry.view_own", _("查看自己的资料"), roles="resident")
LOOKED_AT = Permission("registry.looked_at", _("查看谁看过资料"), roles="resident auditor")
