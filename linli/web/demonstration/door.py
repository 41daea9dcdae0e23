"""What the sign-in page shows in a demonstration: the accounts that anybody may try."""

from __future__ import annotations

from linli.core.design.roles import ROLE_NAMES
from linli.ground.accounts.demonstration import DemonstrationAccount, provide
from linli.web.demonstration.building import FAMILY
from linli.web.demonstration.staff import KNOWN, PASSWORD


@provide
def accounts() -> list[DemonstrationAccount]:
    """The named staff with their password, and the family with their telephones; none before it is loaded."""
    from linli.web.models import Demonstration

    if not Demonstration.objects.exists():
        return []
    staff = [
        DemonstrationAccount("staff", name, str(ROLE_NAMES[role]), username, PASSWORD)
        for username, (name, role, _code, _department) in KNOWN.items()
    ]
    family = [DemonstrationAccount("resident", person.name, "", person.phone) for person in FAMILY]
    return staff + family
