from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "linli.services.casework"
    label = "casework"
    verbose_name = _("办件")

    def ready(self) -> None:
        from linli.core.audit.actions import name_action
        from linli.core.crypto import register_sealed
        from linli.core.design import navigation, panels
        from linli.services.casework import (
            notices,  # noqa: F401 (registers the words)
            worklist,
        )
        from linli.services.casework import permissions as may
        from linli.services.casework.pages import community, proposed
        from linli.services.casework.pages.asked import answers_found
        from linli.services.casework.pages.figures import visits_of_others
        from linli.services.casework.pages.forms_under_way import drafts_of_item
        from linli.services.casework.pages.timeline import HEADINGS

        worklist.register()
        register_sealed("casework.Draft", "form_data", "casework.draft.form_data")
        register_sealed("casework.Case", "form_data", "casework.case.form_data")
        register_sealed("casework.Objection", "contact", "casework.objection.contact")
        for action, words in HEADINGS.items():
            name_action(f"casework.{action}", words)
        name_action("casework.agent_applied", _("替别人申请"))
        name_action("casework.authority_recorded", _("登记了长期授权"))
        name_action("casework.authority_revoked", _("撤销了长期授权"))
        name_action("casework.mandate_recorded", _("记下了代办的凭据"))
        name_action("casework.consent_code_sent", _("给本人发了同意代办的验证码"))
        name_action("casework.asked_to_rate", _("把屏幕转给申请人评价"))
        name_action("casework.rated", _("评价了办件"))
        name_action("casework.work_item_closed", _("办完了督办事项"))
        panels.register("guide_told", visits_of_others)
        panels.register("item_form", drafts_of_item)
        name_action("casework.proposal_declined", _("不想再看到的提议"))
        panels.register("community_main", community.posted, order=40)
        panels.register("community_aside", community.in_figures, order=30)
        panels.register("find", answers_found, order=65)
        panels.register("portal_home", proposed.at_home, order=20)
        panels.register("bench_person", proposed.of_person)
        navigation.register("portal", "", _("我的事"), "casework:my_cases", "file-text", may.VIEW_OWN)
        navigation.register("me", "", _("长期授权"), "casework:my_authorities", "users", may.APPLY, order=30)
        navigation.register("portal_foot", "", _("公示"), "casework:notices", "info-circle", None)
        navigation.register("bench", "service", _("等我办的"), "casework:tasks", "list-check", may.HANDLE)
        navigation.register("bench", "service", _("窗口收件"), "casework:window", "file-plus", may.RECEIVE)
        navigation.register("bench", "service", _("上门代办"), "casework:assist", "heart-handshake", may.RECEIVE)
        navigation.register("bench", "service", _("全部办件"), "casework:all", "list-details", may.VIEW)
        navigation.register("bench", "service", _("等我们答复的"), "casework:opinions", "messages", may.GIVE_OPINION)
        navigation.register(
            "bench", "service", _("来问怎么办的"), "casework:questions", "help-circle", may.ANSWER_QUESTION
        )
        navigation.register("bench", "service", _("怎么办的答复"), "casework:answers", "book", may.VIEW)
        navigation.register("bench", "service", _("差评回访"), "casework:follow_ups", "phone", may.FOLLOW_UP)
        navigation.register("bench", "service", _("督办事项"), "casework:work_items", "bell", may.SUPERVISE)
        navigation.register("bench", "service", _("卡住的事"), "casework:work_items", "bell", may.MEND)
        navigation.register("bench", "service", _("办件统计"), "casework:figures", "chart-bar", may.FIGURES)
        navigation.register("bench", "service", _("办件怎么走"), "casework:lifecycle", "sitemap", may.VIEW)
