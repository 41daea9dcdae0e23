from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "linli.services.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from linli.core.audit.actions import name_action
        from linli.core.design import navigation, panels
        from linli.ground.accounts import roles
        from linli.services.catalogue import permissions as may
        from linli.services.catalogue import worklist
        from linli.services.catalogue.departments import Department
        from linli.services.catalogue.pages import desk, portal

        name_action("catalogue.variance_recorded", _("记了一处事项差异"))
        name_action("catalogue.variance_ended", _("结束了一处事项差异"))
        name_action("catalogue.form_saved", _("改了一个事项的表"))
        name_action("catalogue.draft_discarded", _("扔掉了一个事项草稿"))
        roles.register_departments(Department.choices)

        navigation.register("portal", "", _("办事"), "catalogue:items", "list-check", order=10)
        navigation.register("portal_foot", "", _("不用开的证明"), "catalogue:proofs", "rosette-discount-check")
        navigation.register(
            "bench", "management", _("服务事项"), "catalogue:manage", "list-details", may.VIEW, desk.waiting
        )
        navigation.register("bench", "management", _("事项覆盖"), "catalogue:coverage", "chart-bar", may.VIEW)

        worklist.register()
        panels.register("bench_management", desk.due, order=30)
        panels.register("portal_hero", portal.often)
        panels.register("portal_home", portal.stages, order=50)
        panels.register("community_main", portal.how_to_apply, order=30)
        panels.register("find", portal.items_found, order=60)
