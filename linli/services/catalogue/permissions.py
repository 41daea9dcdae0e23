from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission

VIEW = Permission(
    "catalogue.view",
    _("查看事项和它的各个版本"),
    roles="window_clerk community_worker community_head street_staff street_leader district_staff department_staff "
    "supervisor auditor administrator",
)
EDIT = Permission("catalogue.edit", _("起草和梳理事项"), roles="department_staff administrator")
PUBLISH = Permission("catalogue.publish", _("审核、发布和停用事项"), roles="department_staff administrator")
