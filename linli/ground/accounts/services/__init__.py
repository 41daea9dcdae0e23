"""The door to accounts that change: staff and their roles, residents, signing in."""

from linli.ground.accounts.services.residents import link_person, resident_for_phone, set_language
from linli.ground.accounts.services.second_factor import (
    add_app,
    add_made_up_app,
    app_address,
    check_factor_code,
    new_app_secret,
    new_recovery_codes,
    remove_app,
)
from linli.ground.accounts.services.sign_in import (
    change_password,
    check_code,
    check_own_password,
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
    "FirstRole", "NewStaff", "add_app", "add_made_up_app", "app_address", "change_password", "check_code", "check_factor_code",
    "check_own_password", "check_password", "create_staff", "deactivate", "delegate", "end_delegation", "end_role",
    "give_role", "link_person", "new_app_secret", "new_recovery_codes", "remove_app", "reset_password",
    "resident_for_phone", "send_code", "set_language", "signed_in", "signed_out",
]  # fmt: skip
