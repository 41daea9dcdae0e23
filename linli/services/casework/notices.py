"""The words that applicants get at each step; registered once at start (see tasks.py, subscribers.py)."""

# untranslated: messages are registered in both languages

from linli.core.messages import register_template

register_template(
    "casework.submit", zh="收到了您的%(item)s申请，编号 %(number)s。最晚 %(answer_by)s 告诉您受理没有。",
    en="We received your application for %(item_en)s, number %(number)s. You will hear by %(answer_by)s whether it is accepted.",
    title_zh="收到申请", title_en="Application received",
)  # fmt: skip
register_template(
    "casework.accept", zh="您的%(item)s受理了，编号 %(number)s。最晚 %(due)s 办好。",
    en="Your %(item_en)s, number %(number)s, is accepted. It will be done by %(due)s.",
    title_zh="受理了", title_en="Accepted",
)  # fmt: skip
register_template(
    "casework.accept_with_gaps", zh="您的%(item)s先受理了，编号 %(number)s。还缺的材料请按时补来。",
    en="Your %(item_en)s, number %(number)s, is accepted. Please bring what is still missing in time.",
    title_zh="先受理，材料后补", title_en="Accepted, material to follow",
)  # fmt: skip
register_template(
    "casework.deem_accepted", zh="您的%(item)s到期没有答复，按规定从收件那天起算受理，编号 %(number)s。最晚 %(due)s 办好。",
    en="Nobody answered in time, so your %(item_en)s, number %(number)s, counts as accepted from the day of receipt. It will be done by %(due)s.",
    title_zh="视为受理", title_en="Counts as accepted",
)  # fmt: skip
register_template(
    "casework.request_supplement", zh="您的%(item)s还缺：%(missing)s。请在 %(until)s 前补来，编号 %(number)s。",
    en="Your %(item_en)s still lacks: %(missing)s. Please bring it by %(until)s, number %(number)s.",
    title_zh="请补材料", title_en="Please bring what is missing",
)  # fmt: skip
register_template(
    "casework.not_accept", zh="您的%(item)s没有受理，编号 %(number)s。理由：%(said)s",
    en="Your %(item_en)s, number %(number)s, was not accepted. Reason: %(said)s",
    title_zh="没有受理", title_en="Not accepted",
)  # fmt: skip
register_template(
    "casework.forward", zh="您的%(item)s又走了一步，编号 %(number)s。最晚 %(due)s 办好。",
    en="Your %(item_en)s, number %(number)s, has moved on. It will be done by %(due)s.",
    title_zh="又走了一步", title_en="One step further",
)  # fmt: skip
register_template(
    "casework.grant", zh="您的%(item)s批准了，编号 %(number)s。证书做好了马上告诉您。",
    en="Your %(item_en)s, number %(number)s, is granted. You will hear as soon as the certificate is made.",
    title_zh="批准了", title_en="Granted",
)  # fmt: skip
register_template(
    "casework.refuse", zh="您的%(item)s没有批准，编号 %(number)s。理由：%(said)s 不服可以申请行政复议，办件页里写着怎么办。",
    en="Your %(item_en)s, number %(number)s, was refused. Reason: %(said)s The page of your case says how to appeal.",
    title_zh="没有批准", title_en="Refused",
)  # fmt: skip
register_template(
    "casework.post_notice", zh="您的%(item)s开始公示，到 %(until)s，这几天不算在期限里。编号 %(number)s。",
    en="Your %(item_en)s is posted for objections until %(until)s; these days do not count. Number %(number)s.",
    title_zh="开始公示", title_en="Posted for objections",
)  # fmt: skip
register_template(
    "casework.start_special", zh="您的%(item)s要做一项评定，大约到 %(until)s，这几天不算在期限里。编号 %(number)s。",
    en="Your %(item_en)s needs an assessment until about %(until)s; these days do not count. Number %(number)s.",
    title_zh="要做评定", title_en="An assessment is needed",
)  # fmt: skip
register_template(
    "casework.approve_extension", zh="您的%(item)s要多等几天，最晚 %(due)s 办好。原因：%(said)s 编号 %(number)s。",
    en="Your %(item_en)s needs more time and will be done by %(due)s. Reason: %(said)s Number %(number)s.",
    title_zh="延期了", title_en="More time is needed",
)  # fmt: skip
register_template(
    "casework.transfer", zh="您的%(item)s转给了负责的社区，编号不变：%(number)s。您不用再跑一趟。",
    en="Your %(item_en)s was passed on to the community responsible; the number stays %(number)s. You need not come again.",
    title_zh="转给负责的社区", title_en="Passed on",
)  # fmt: skip
register_template(
    "casework.certificate_issued", zh="您的%(item)s办好了，证书在“我的证书”里，随时能打开。编号 %(number)s。办得怎么样，请评一评。",
    en="Your %(item_en)s is done; the certificate is under My certificates. Number %(number)s. Please tell us how it went.",
    title_zh="办好了", title_en="Done",
)  # fmt: skip
register_template(
    "casework.return_unanswered", zh="您的%(item)s要补的材料到期没有补来，先退回了，编号 %(number)s。想办随时可以再申请。",
    en="What was missing for your %(item_en)s did not come in time, so number %(number)s was returned. You can apply again at any time.",
    title_zh="退回了", title_en="Returned",
)  # fmt: skip
register_template(
    "casework.follow_up_answered", zh="您评价过的%(item)s，我们处理完了，编号 %(number)s。谢谢您告诉我们。",
    en="We have dealt with what you told us about your %(item_en)s, number %(number)s. Thank you.",
    title_zh="您的意见处理完了", title_en="Your comment was dealt with",
)  # fmt: skip
register_template(
    "casework.withdraw", zh="您的%(item)s撤回了，编号 %(number)s。以后想办，可以重新申请。",
    en="Your %(item_en)s, number %(number)s, is withdrawn. You can apply again at any time.",
    title_zh="撤回了", title_en="Withdrawn",
)  # fmt: skip
register_template(
    "casework.agent_applied", zh="%(agent)s在替您办%(item)s，编号 %(number)s。您可以随时接过来自己办；不是您同意的，请打 12345。",
    en="%(agent)s is applying for %(item_en)s on your behalf, number %(number)s. You can take it over; if you did not agree, call 12345.",
    title_zh="有人在替您办事", title_en="Somebody applies for you",
)  # fmt: skip
register_template(
    "casework.applied_with_help",
    zh="社区工作者%(worker)s按您的同意，替您申请了%(item)s，编号 %(number)s。您随时可以自己补材料、撤回；没有同意过的，请打 12345。",
    en="The community worker %(worker)s applied for %(item_en)s for you, as you agreed, number %(number)s. You can go on or withdraw by yourself; if you did not agree, call 12345.",
    title_zh="社区帮您申请了", title_en="The community applied for you",
)  # fmt: skip
register_template(
    "casework.rated_for_her", zh="%(item)s办得怎么样，记下的评价是“%(score)s”（%(channel)s），编号 %(number)s。不是您评的，请打 12345。",
    en="Your %(item_en)s, number %(number)s, was rated “%(score_en)s” (%(channel_en)s). If it was not you, call 12345.",
    title_zh="收到您的评价", title_en="Your rating arrived",
)  # fmt: skip
register_template(
    "casework.question_asked", zh="%(who)s问：%(item)s怎么办？请在 %(due)s 前答复，答了所有同事都看得到。",
    en="%(who)s asks how %(item_en)s is handled. Please answer by %(due)s; every colleague will see it.",
    title_zh="基层来问怎么办", title_en="A question from a community",
)  # fmt: skip
register_template(
    "casework.question_answered", zh="您问的%(item)s，%(who)s答复了。答复钉在办件上，也留在“怎么办的答复”里。",
    en="%(who)s has answered your question on %(item_en)s. It is pinned to the case and kept under Answers.",
    title_zh="上级答复了", title_en="Your question was answered",
)  # fmt: skip
register_template(
    "casework.question_waits", zh="%(item)s怎么办，%(who)s在等答复，%(due)s 到期，请抓紧。",
    en="%(who)s waits for an answer on %(item_en)s, due on %(due)s.",
    title_zh="有问题等答复", title_en="A question waits",
)  # fmt: skip
register_template(
    "casework.reminder", zh="%(item)s %(number)s 这一步 %(due)s 到期，请抓紧办。",
    en="%(item_en)s %(number)s: this step is due on %(due)s.",
    title_zh="快到期", title_en="Due soon",
)  # fmt: skip
register_template(
    "casework.overdue", zh="%(item)s %(number)s 这一步 %(due)s 到期，已经超期。",
    en="%(item_en)s %(number)s: this step was due on %(due)s and is late.",
    title_zh="超期", title_en="Late",
)  # fmt: skip
register_template(
    "casework.authority_recorded",
    zh="%(agent)s从今天起可以替%(name)s办事，%(until)s前都算数。随时可以撤销：登录后看“长期授权”，或者到窗口。不是您同意的，请马上撤销。",
    en="From today %(agent)s may act for %(name)s, until %(until)s. Either of you can end it at any time: see Standing "
    "authority after signing in, or come to a window. If you did not agree to it, please end it at once.",
    title_zh="登记了长期授权",
    title_en="A standing authority was recorded",
)
register_template(
    "casework.authority_revoked",
    zh="%(agent)s替%(name)s办事的长期授权撤销了，现在起不算数。已经交上去的办件照常办。",
    en="The standing authority by which %(agent)s acted for %(name)s has ended. What was handed in already goes on.",
    title_zh="长期授权撤销了",
    title_en="A standing authority has ended",
)
