"""The door to accounts that change: staff and their roles, residents, signing in."""

from linli.ground.accounts.services.residents import link_person, resident_for_phone, set_language, unlink_person
from linli.ground.accounts.services.sign_in import (
    change_password,
    check_code,
    check_password,
    send_code,
    signed_in,
    signed_out,
)
from linli.ground.accounts.services.staff import (
    FirstRole,
    NewStaff,
    create_staff,
    deactivate,
    delegate,
    end_delegation,
    end_role,
    give_role,
    reset_password,
)

__all__ = [
    "FirstRole", "NewStaff", "change_password", "check_code", "check_password", "create_staff", "deactivate",
    "delegate", "end_delegation", "end_role", "give_role", "link_person", "reset_password", "resident_for_phone",
    "send_code", "set_language", "signed_in", "signed_out", "unlink_person",
]  # fmt: skip
