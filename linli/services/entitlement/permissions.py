from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission

VIEW = Permission(
    "entitlement.view",
    _("查看可能该享受、还没有申请的人"),
    roles="window_clerk community_worker community_head street_staff",
)
PREPARE = Permission(
    "entitlement.prepare", _("替本人准备申请、记下不用办的"), roles="window_clerk community_worker community_head"
)
RUN = Permission("entitlement.run", _("按登记的资料找一遍，看批次"), roles="district_staff administrator")
