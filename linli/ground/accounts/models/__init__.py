"""The tables of accounts: who signs in, with what, where, and in which roles."""

from linli.ground.accounts.models.factors import AuthenticatorApp, Passkey, RecoveryCode
from linli.ground.accounts.models.joins import AccountJoin
from linli.ground.accounts.models.outside import OutsideIdentity
from linli.ground.accounts.models.people import Account, AccountKind, AccountManager, OneTimeCode, RoleHeld, Throttle
from linli.ground.accounts.models.sign_ins import SignIn

__all__ = [
    "Account", "AccountJoin", "AccountKind", "AccountManager", "AuthenticatorApp", "OneTimeCode", "OutsideIdentity", "Passkey", "RecoveryCode",
    "RoleHeld", "SignIn", "Throttle",
]  # fmt: skip
