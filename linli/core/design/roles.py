"""What roles are called where people read them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ROLE_NAMES = {
    "resident": _("居民"),
    "organisation": _("组织"),
    "window_clerk": _("窗口人员"),
    "community_worker": _("社区工作者"),
    "grid_member": _("网格员"),
    "community_head": _("社区书记（主任）"),
    "street_staff": _("街道经办"),
    "street_leader": _("街道分管领导"),
    "district_staff": _("区县经办"),
    "department_staff": _("部门经办"),
    "supervisor": _("督办"),
    "auditor": _("审计员"),
    "administrator": _("系统管理员"),
    "security_administrator": _("安全管理员"),
}
