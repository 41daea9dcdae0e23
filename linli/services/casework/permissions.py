"""What may be done with cases, and which roles may do it: the page "who may do what" is drawn from these lines."""

from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission

HANDLERS = "community_worker community_head window_clerk street_staff street_leader district_staff department_staff"

APPLY = Permission("casework.apply", _("为自己或受托办理申请"), roles="resident")
VIEW_OWN = Permission("casework.view_own", _("查看自己的办件"), roles="resident")
RATE = Permission("casework.rate", _("评价自己的办件"), roles="resident")
RECEIVE = Permission("casework.receive", _("窗口收件"), roles="window_clerk community_worker community_head")
VIEW = Permission("casework.view", _("查看办件"), roles=f"{HANDLERS} supervisor auditor")
ACCEPT = Permission("casework.accept", _("受理、不予受理"), roles="window_clerk community_worker community_head")
HANDLE = Permission("casework.handle", _("核对、审核、送下一级、退回"), roles=HANDLERS)
DECIDE = Permission("casework.decide", _("作出决定"), roles=HANDLERS)
REQUEST_SUPPLEMENT = Permission("casework.request_supplement", _("要求补正"), roles=HANDLERS)
EXTEND = Permission("casework.ask_extension", _("申请延期"), roles=HANDLERS)
APPROVE_EXTENSION = Permission(
    "casework.approve_extension", _("批准延期"), roles="community_head street_leader district_staff"
)
SUSPEND = Permission("casework.suspend", _("特别程序、公示"), roles=HANDLERS)
ASK_OPINION = Permission("casework.ask_opinion", _("征求部门意见"), roles=HANDLERS)
GIVE_OPINION = Permission("casework.give_opinion", _("答复征求意见、联办"), roles="department_staff district_staff")
ASK_QUESTION = Permission("casework.ask_question", _("问街道或部门怎么办"), roles=HANDLERS)
ANSWER_QUESTION = Permission(
    "casework.answer_question",
    _("答复基层的问题"),
    roles="street_staff street_leader district_staff department_staff",
)
TRANSFER = Permission("casework.transfer", _("转办"), roles=HANDLERS)
DELIVER = Permission("casework.deliver", _("送达"), roles=HANDLERS)
FOLLOW_UP = Permission(
    "casework.follow_up", _("差评回访"), roles="community_head street_staff street_leader district_staff supervisor"
)
ASK_RATING = Permission("casework.ask_rating", _("请人评价：转屏幕、打电话"), roles=f"{HANDLERS} supervisor")
SUPERVISE = Permission(
    "casework.supervise",
    _("督办事项"),
    roles="community_head street_leader district_staff supervisor",
)
MEND = Permission(
    "casework.mend", _("处理卡住的事：证书做不出、缺印章、自动办理出错"), roles="department_staff administrator"
)
"""Apart from supervision: nobody closes what was opened because she herself was late."""
FIGURES = Permission(
    "casework.figures",
    _("办件统计"),
    roles="community_head street_staff street_leader district_staff department_staff supervisor auditor",
)
