"""The pages of accounts: the door, one's own account, staff and roles, who may do what."""

from linli.ground.accounts.pages.door import sign_in, sign_in_again, sign_out
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
from linli.ground.accounts.pages.staff import (
    close_account,
    end_role,
    give_role,
    member,
    new_member,
    reset_password,
    staff,
)
from linli.ground.accounts.pages.who_may import who_may_do_what

__all__ = [
    "change_password", "choose_language", "choose_post", "close_account", "end_role", "give_role", "member",
    "my_account", "new_member", "outbox", "reset_password", "sign_in", "sign_in_again", "sign_out", "staff", "stand_ins",
    "take_back", "to_password_change", "who_may_do_what",
]  # fmt: skip
