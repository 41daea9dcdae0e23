"""What may be done with certificates and seals, and by whom."""

from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission

OWN = Permission("certificates.own", _("看自己的证书，决定公开什么"), roles="resident")
VIEW = Permission(
    "certificates.view",
    _("查看签发的证书"),
    roles="window_clerk community_worker community_head street_staff street_leader district_staff department_staff "
    "supervisor auditor",
)
ISSUE = Permission(
    "certificates.issue",
    _("按决定签发证书、盖章"),
    roles="window_clerk community_worker community_head street_staff street_leader district_staff department_staff",
)
REVOKE = Permission("certificates.revoke", _("撤销、换发证书"), roles="department_staff district_staff")
SEALS = Permission("certificates.manage_seals", _("登记、停用电子印章"), roles="administrator")
SEAL_REGISTER = Permission("certificates.seal_register", _("查看用印登记"), roles="administrator auditor supervisor")
REPORT_DEMAND = Permission(
    "certificates.report_demand",
    _("反映有人还在要不该开的证明"),
    roles="resident window_clerk community_worker grid_member community_head",
)
VIEW_DEMANDS = Permission(
    "certificates.view_demands",
    _("看谁还在要不该开的证明"),
    roles="community_head district_staff supervisor auditor",
)
