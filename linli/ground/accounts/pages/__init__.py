"""The pages of accounts: the door, one's own account, staff and roles, who may do what."""

from linli.ground.accounts.pages.door import sign_in, sign_in_again, sign_out
from linli.ground.accounts.pages.factors import add_app, new_codes, remove_app, second_factor_page, to_set_up
from linli.ground.accounts.pages.joined import joined, part
from linli.ground.accounts.pages.outbox import outbox
from linli.ground.accounts.pages.own import (
    change_password,
    choose_language,
    choose_post,
    my_account,
    stand_ins,
    take_back,
    to_password_change,
)
from linli.ground.accounts.pages.passkeys import add_passkey, passkey_options, remove_passkey
from linli.ground.accounts.pages.provider import from_provider, provider_logout, to_provider
from linli.ground.accounts.pages.second_step import again, ask_again, second_step
from linli.ground.accounts.pages.staff import (
    close_account,
    end_role,
    give_role,
    member,
    new_member,
    reopen_account,
    reset_factors,
    reset_password,
    staff,
)
from linli.ground.accounts.pages.where_signed_in import sign_out_elsewhere, sign_out_there, where_signed_in
from linli.ground.accounts.pages.who_may import operations, who_may_do_what

__all__ = [
    "add_app",
    "add_passkey",
    "again",
    "ask_again",
    "change_password",
    "choose_language",
    "choose_post",
    "close_account",
    "end_role",
    "from_provider",
    "give_role",
    "joined",
    "member",
    "my_account",
    "new_codes",
    "new_member",
    "operations",
    "outbox",
    "part",
    "passkey_options",
    "provider_logout",
    "remove_app",
    "remove_passkey",
    "reopen_account",
    "reset_factors",
    "reset_password",
    "second_factor_page",
    "second_step",
    "sign_in",
    "sign_in_again",
    "sign_out",
    "sign_out_elsewhere",
    "sign_out_there",
    "staff",
    "stand_ins",
    "take_back",
    "to_password_change",
    "to_provider",
    "to_set_up",
    "where_signed_in",
    "who_may_do_what",
]  # fmt: skip
