"""Who may do what: the rights of every role on one page, drawn from the code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.core.access import ALL_ROLES, open_to_all
from linli.ground.accounts import operations as addresses
from linli.ground.accounts import overview, roles


@open_to_all("what each role may do is no secret: residents can check it too")
def who_may_do_what(request: HttpRequest) -> HttpResponse:
    """All of it, or with `role` what one role may do."""
    chosen = request.GET.get("role", "")
    chosen = chosen if chosen in ALL_ROLES else ""
    context = {
        "rooms": overview.rooms(chosen),
        "roles": [(code, roles.name_of(code)) for code in ALL_ROLES],
        "chosen": chosen,
        "chosen_name": roles.name_of(chosen) if chosen else "",
        "posts": [
            {
                "code": role.code,
                "name": role.name,
                "levels": [roles.LEVEL_NAMES[level] for level in role.levels],
                "needs_department": role.needs_department,
                "given_by": [roles.name_of(code) for code in role.given_by],
            }
            for role in roles.ROLES.values()
        ],
    }
    return render(request, "accounts/who_may_do_what.html", context)


@open_to_all("what each role may do is no secret: residents can check it too")
def operations(request: HttpRequest) -> HttpResponse:
    """Every page and operation with the permission, the roles and how far they reach; with `role` what one may enter."""
    chosen = request.GET.get("role", "")
    chosen = chosen if chosen in ALL_ROLES else ""
    context = {
        "rooms": addresses.by_room(chosen),
        "roles": [(code, roles.name_of(code), addresses.scope_of(code)) for code in ALL_ROLES],
        "chosen": chosen,
        "chosen_name": roles.name_of(chosen) if chosen else "",
    }
    return render(request, "accounts/operations.html", context)
