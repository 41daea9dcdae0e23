"""What may be done with service points and their hours, and by whom. Points and hours themselves are public."""

from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission

PLACES = "window_clerk community_worker community_head street_staff street_leader district_staff"

VIEW = Permission(
    "facilities.view", _("查看本地和下级的服务点、开放时间"), roles=f"{PLACES} supervisor auditor administrator"
)
EDIT = Permission("facilities.edit", _("改自己单位的开放时间，登记例外和实际开门情况"), roles=PLACES)
ARRANGE = Permission(
    "facilities.arrange_duty", _("安排本地和下级的服务点值班开门"), roles="street_leader district_staff"
)
KEEP = Permission(
    "facilities.keep_points",
    _("建立、更正、停用服务点"),
    roles="community_head street_leader district_staff administrator",
)
WATCH = Permission(
    "facilities.watch_days", _("查看没有窗口开的日子"), roles="district_staff supervisor auditor administrator"
)

ACTIONS = {
    "point_created": _("登记了一个服务点"),
    "point_corrected": _("更正了服务点的资料"),
    "point_ended": _("停用了一个服务点"),
    "points_imported": _("载入了一批服务点"),
    "hours_set": _("改了每周开放时间"),
    "exception_added": _("登记了一个开放时间的例外"),
    "exception_withdrawn": _("取消了一个开放时间的例外"),
    "actual_recorded": _("记下了实际开门情况"),
    "window_added": _("加了一个窗口"),
    "window_ended": _("停用了一个窗口"),
    "window_closed": _("让一个窗口停几天"),
    "window_reopened": _("让一个窗口重新开"),
}
"""What the entries of the audit log are called."""
