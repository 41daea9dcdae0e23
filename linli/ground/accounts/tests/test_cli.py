from __future__ import annotations

from click.testing import CliRunner

from linli.ground.accounts.cli import accounts
from linli.ground.accounts.models import Account
from linli.ground.accounts.tests.factories import acting


def test_the_permissions_are_printed_as_a_table(db):
    printed = CliRunner().invoke(accounts, ["permissions"]).output

    line = next(line for line in printed.splitlines() if line.startswith("accounts.view_staff"))
    assert "查看工作人员和他们的角色" in line
    assert line.count("●") == 5


def test_the_first_administrator_is_made_on_the_command_line(city):
    done = CliRunner().invoke(accounts, ["create-administrator", "first", "管理员", "--division", city.east.code])

    username, password = done.output.split()
    account = Account.objects.get(username=username)
    assert account.check_password(password)
    assert account.roles_held.get().role == "administrator"
    assert acting(account).posts == (), "until the password has been changed"


def test_an_unknown_division_is_named(city):
    done = CliRunner().invoke(accounts, ["create-administrator", "first", "管理员", "--division", "999999999999"])

    assert done.exit_code == 1
    assert "there is no division with the code 999999999999" in done.output
