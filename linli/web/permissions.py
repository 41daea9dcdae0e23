"""What the shells themselves ask for."""

from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission
from linli.core.design import navigation

USE_WORKBENCH = Permission(
    "web.use_workbench",
    _("打开工作台"),
    roles="window_clerk community_worker grid_member community_head street_staff street_leader district_staff "
    "department_staff supervisor auditor administrator security_administrator",
)

navigation.register("portal", "", _("首页"), "web:home", "home-2", order=0)
navigation.register("bench", "service", _("今天"), "web:bench", "home-2", USE_WORKBENCH, order=0)
navigation.register("bench", "management", _("概况"), "web:bench_management", "chart-bar", USE_WORKBENCH, order=0)
