"""Who sees what waits for a second person. Whether she may confirm one, its own permission says."""

from django.utils.translation import gettext_lazy as _

from linli.core.access import Permission
from linli.core.design import navigation

SEE = Permission(
    "countersign.see",
    _("看等第二人确认的事"),
    roles="department_staff district_staff auditor administrator security_administrator",
)

navigation.register("bench", "management", _("第二人确认"), "countersign:waiting", "user-check", SEE, order=75)
