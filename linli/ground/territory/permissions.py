from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission
from linli.core.design import navigation

STAFF = (
    "window_clerk community_worker grid_member community_head street_staff street_leader district_staff "
    "department_staff supervisor auditor administrator security_administrator"
)

VIEW = Permission("territory.view", _("查看区划"), roles=STAFF)
IMPORT = Permission("territory.import", _("载入区划名单"), roles="administrator")

navigation.register("bench", "management", _("区划"), "territory:divisions", "map-pin", VIEW, order=80)
