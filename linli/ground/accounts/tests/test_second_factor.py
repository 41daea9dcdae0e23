"""The second proof of staff: app, recovery codes, who must have it, and being asked again (R8, GB/T 22239-2019 8.1.4.1)."""

from __future__ import annotations

import datetime as dt
import re

import pyotp
import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from linli.core.calendar import at
from linli.ground.accounts import queries, rules, services
from linli.ground.accounts.models import AuthenticatorApp, RecoveryCode, RoleHeld
from linli.ground.accounts.tests.factories import code_of, make_holder, make_staff, with_app

CHINA = dt.timezone(dt.timedelta(hours=8))
NOON = dt.datetime(2026, 9, 30, 12, 0, 5, tzinfo=CHINA)
PASSWORD = "made-up-for-tests"
DOOR, STEP, AGAIN = "/sign-in/", "/sign-in/second-step/", "/again/"


@pytest.fixture
def admin(city):
    account = make_holder("admin", "administrator", city.east, "管理员")
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def clerk(city):
    account = make_holder("wenzhu", "window_clerk", city.moon, "文竹")
    account.set_password(PASSWORD)
    account.save()
    return account


def _knock(client, username="admin", **more):
    return client.post(DOOR, {"door": "staff", "username": username, "password": PASSWORD, **more})


def _hidden(answer, name):
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]  # header and footer have forms too
    return re.findall(rf'name="{name}" value="([^"]*)"', main)[0]


# --- who must ---


@pytest.mark.parametrize(
    ("held", "also", "wanted"),
    [
        ([], [], False),
        (["window_clerk"], [], False),
        (["window_clerk", "administrator"], [], True),
        (["security_administrator"], [], True),
        (["auditor"], [], True),
        (["street_leader"], ["street_leader"], True),
        (["street_staff"], ["street_leader"], False),
        (["grid_member"], ["all"], True),
        ([], ["all"], False),
    ],
)
def test_administrators_and_auditors_always_need_two_proofs_others_by_setting(held, also, wanted):
    """R8; GB/T 22239-2019, 8.1.4.1 d: two ways, for those who look after accounts and those who watch them."""
    assert rules.wants_second_factor(held, also=also) is wanted


def test_who_must_and_has_none_sets_it_up_before_anything_else_opens(client, admin, audited):
    """R8: the next sign-in leads to the set-up, and no page of the workbench opens before."""
    first = _knock(client, next="/staff/?q=1")
    shut = client.get("/staff/")
    offered = client.post(reverse("accounts:add_app"), {"next": "/staff/?q=1"})
    secret = re.sub(r"\s", "", re.findall(r"<code>([A-Z2-7 ]+)</code>", offered.content.decode())[0])
    wrong = client.post(
        reverse("accounts:add_app"), {"secret": _hidden(offered, "secret"), "code": "000000", "next": "/staff/?q=1"}
    )
    right = client.post(
        reverse("accounts:add_app"),
        {"secret": _hidden(wrong, "secret"), "code": pyotp.TOTP(secret).now(), "next": "/staff/?q=1"},
    )
    onward = client.post(reverse("accounts:second_factor"), {"next": _hidden(right, "next")})

    assert "先设好第二道验证" in first.content.decode()
    assert (shut.status_code, shut["Location"]) == (302, "/my-account/second-factor/?next=%2Fstaff%2F")
    assert wrong.status_code == 422
    assert len(re.findall(r"<li><code>", right.content.decode())) == 10
    assert (onward.status_code, onward["Location"]) == (302, "/staff/?q=1")
    assert client.get("/staff/").status_code == 200
    assert [action for action, _facts in audited() if "app" in action] == ["accounts.app_added"]
    assert secret not in AuthenticatorApp.objects.get().secret


def test_a_clerk_without_one_comes_in_by_password_alone(client, clerk):
    assert _knock(client, "wenzhu").status_code == 302
    assert client.get("/workbench/").status_code == 200


def test_all_staff_by_setting(client, clerk, settings):
    settings.SECOND_FACTOR_ROLES = ["all"]

    assert "先设好第二道验证" in _knock(client, "wenzhu").content.decode()


# --- the door ---


def test_the_password_alone_does_not_open_where_there_is_an_app(client, admin):
    """R8: between the two proofs nobody is signed in."""
    with_app(admin)

    asked = _knock(client, next="/staff/")

    assert asked.status_code == 200
    assert SESSION_KEY not in client.session
    assert client.get("/my-account/").status_code == 302
    entered = client.post(STEP, {"code": code_of(admin), "next": _hidden(asked, "next")})
    assert (entered.status_code, entered["Location"]) == (302, "/staff/")
    assert client.get("/staff/").status_code == 200


def test_the_second_step_does_not_open_without_the_first(client, admin):
    with_app(admin)

    answer = client.post(STEP, {"code": code_of(admin)})

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert SESSION_KEY not in client.session


def test_the_second_step_is_over_after_ten_minutes_and_after_a_new_password(client, admin):
    with_app(admin)
    with at(NOON):
        _knock(client)
    with at(NOON + dt.timedelta(minutes=11)):
        assert client.post(STEP, {"code": code_of(admin)}).status_code == 302
        assert SESSION_KEY not in client.session
        _knock(client)
        admin.set_password("another-made-up-one")
        admin.save()
        assert client.post(STEP, {"code": code_of(admin)})["Location"] == "/sign-in/"
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_clock_of_the_telephone_may_be_half_a_minute_off(admin, steps, taken):
    """RFC 6238, 5.2: one step early or late."""
    with_app(admin)
    with at(NOON):
        if taken:
            assert services.check_factor_code(admin, code_of(admin, steps=steps)) == "app"
        else:
            with pytest.raises(rules.FactorCodeWrong):
                services.check_factor_code(admin, code_of(admin, steps=steps))


def test_a_code_serves_once_and_those_before_it_no_more(admin):
    """RFC 6238, 5.2: a code that was taken is not taken again, nor one from before it."""
    with_app(admin)
    with at(NOON):
        services.check_factor_code(admin, code_of(admin))
        for steps in (0, -1):
            with pytest.raises(rules.FactorCodeUsed):
                services.check_factor_code(admin, code_of(admin, steps=steps))
        assert services.check_factor_code(admin, code_of(admin, steps=1)) == "app"


def test_full_width_digits_and_spaces_are_understood(admin):
    with_app(admin)
    with at(NOON):
        code = code_of(admin)
        typed = "".join(chr(ord(digit) + 0xFEE0) for digit in code[:3]) + " " + code[3:]

        assert services.check_factor_code(admin, typed) == "app"


def test_five_wrong_codes_stop_the_account_for_five_minutes(admin):
    """R8; GB/T 22239-2019, 8.1.4.1 b. The count stays although each try is refused."""
    with_app(admin)
    with at(NOON):
        for _try in range(5):
            with pytest.raises(rules.FactorCodeWrong):
                services.check_factor_code(admin, "000000")
        with pytest.raises(rules.TooManyTries):
            services.check_factor_code(admin, code_of(admin))
    with at(NOON + dt.timedelta(minutes=5)):
        assert services.check_factor_code(admin, code_of(admin)) == "app"


# --- codes on paper ---


def test_a_recovery_code_opens_once_and_is_kept_as_a_digest_only(client, admin, audited):
    """R8: shown once, each once, in any case and with or without hyphens."""
    with_app(admin)
    codes = services.new_recovery_codes(admin)
    _knock(client)
    typed = "-".join((codes[0][:4], codes[0][4:8], codes[0][8:])).lower()

    entered = client.post(STEP, {"with": "paper", "code": typed})
    client.post("/sign-out/")
    _knock(client)
    again = client.post(STEP, {"with": "paper", "code": typed})

    assert entered.status_code == 302
    assert again.status_code == 422
    assert "已经用过" in again.content.decode()
    assert SESSION_KEY not in client.session
    stored = {digest for (digest,) in RecoveryCode.objects.values_list("digest")}
    assert len(stored) == 10
    assert not any(code in digest for code in codes for digest in stored)
    assert ("accounts.recovery_code_used", {"left": 9}) in audited()


def test_new_recovery_codes_void_the_old_ones(client, admin):
    with_app(admin)
    old = services.new_recovery_codes(admin)
    client.force_login(admin)

    shown = client.post(reverse("accounts:new_codes"))

    new = [code.replace("-", "") for code in re.findall(r"<li><code>([\w-]+)</code>", shown.content.decode())]
    assert len(new) == 10
    with pytest.raises(rules.RecoveryCodeWrong):
        services.check_factor_code(admin, old[0])
    assert services.check_factor_code(admin, new[0]) == "recovery"


def test_somebody_elses_recovery_code_opens_nothing(admin, clerk):
    with_app(admin)
    codes = services.new_recovery_codes(clerk)

    with pytest.raises(rules.RecoveryCodeWrong):
        services.check_factor_code(admin, codes[0])


# --- changing it ---


def test_the_last_factor_stays_where_the_post_wants_one(client, admin, clerk):
    with_app(admin)
    with_app(clerk)

    with pytest.raises(rules.LastFactor):
        services.remove_app(admin)
    services.remove_app(clerk)

    assert queries.factors_of(admin)
    assert not queries.factors_of(clerk)


def test_a_new_telephone_takes_the_place_of_the_old_one(admin):
    with at(NOON):
        with_app(admin)
        old = code_of(admin, steps=1)
        secret = services.new_app_secret()
        codes = services.add_app(admin, secret=secret, code=pyotp.TOTP(secret).at(NOON))
        assert len(codes) == 10
        with pytest.raises(rules.FactorCodeWrong):
            services.check_factor_code(admin, old)
    assert AuthenticatorApp.objects.filter(account=admin).count() == 1


def test_the_secret_in_the_form_of_another_account_is_not_taken(client, admin, clerk):
    """The secret travels sealed for one account: nobody can slip a known one under somebody else."""
    client.force_login(clerk)
    offered = client.get(reverse("accounts:add_app"))
    sealed = _hidden(offered, "secret")
    secret = re.sub(r"\s", "", re.findall(r"<code>([A-Z2-7 ]+)</code>", offered.content.decode())[0])
    client.force_login(admin)

    answer = client.post(reverse("accounts:add_app"), {"secret": sealed, "code": pyotp.TOTP(secret).now()})

    assert answer.status_code == 422
    assert not AuthenticatorApp.objects.exists()


def test_residents_have_no_such_page(client, db):
    from linli.ground.accounts.tests.factories import make_resident

    client.force_login(make_resident())

    assert client.get(reverse("accounts:second_factor")).status_code == 404


# --- being asked again ---


def test_what_is_dangerous_asks_again_after_a_quarter_of_an_hour_and_keeps_what_was_typed(city, client, admin):
    """R8: giving a role fifteen minutes after the sign-in asks for the code; the form is then offered again."""
    with_app(admin)
    target = make_holder("wenzhu", "window_clerk", city.moon)
    there = reverse("accounts:give_role", args=[target.pk])
    typed = {"role": "community_worker", "division": city.sun.code}
    with at(NOON):
        _knock(client)
        client.post(STEP, {"code": code_of(admin)})
    with at(NOON + dt.timedelta(minutes=16)):
        asked = client.post(there, typed)
        assert asked.status_code == 403
        assert not RoleHeld.objects.filter(account=target, role="community_worker").exists()
        wrong = client.post(AGAIN, {"code": "000000", "carried": _hidden(asked, "carried")})
        offered = client.post(AGAIN, {"code": code_of(admin), "carried": _hidden(wrong, "carried")})
        assert wrong.status_code == 422
        assert f'action="{there}"' in offered.content.decode()
        assert client.post(there, typed).status_code == 302
    assert RoleHeld.objects.filter(account=target, role="community_worker").exists()


def test_who_has_no_second_factor_is_asked_for_the_password(client, clerk):
    """R8: passkeys and apps are added only by who knows the password, not by whoever finds the desk unlocked."""
    with at(NOON):
        _knock(client, "wenzhu")
    with at(NOON + dt.timedelta(minutes=20)):
        asked = client.post(reverse("accounts:new_codes"))
        assert (asked.status_code, "您的密码" in asked.content.decode()) == (403, True)
        assert client.post(AGAIN, {"password": "wrong", "next": "/my-account/"}).status_code == 422
        assert client.post(AGAIN, {"password": PASSWORD, "next": "/my-account/"})["Location"] == "/my-account/"
        assert client.post(reverse("accounts:new_codes")).status_code == 200


def test_nobody_else_is_asked_again_for_what_is_not_dangerous(client, clerk):
    with at(NOON):
        _knock(client, "wenzhu")
    with at(NOON + dt.timedelta(minutes=20)):
        assert client.get("/workbench/").status_code == 200
        assert client.post("/my-account/language/", {"language": "en"}).status_code == 302


def test_staff_who_are_nobody_special_can_add_an_app(client, db):
    account = make_staff("nobody-special", password=PASSWORD)
    client.force_login(account)
    offered = client.get(reverse("accounts:add_app"))
    secret = re.sub(r"\s", "", re.findall(r"<code>([A-Z2-7 ]+)</code>", offered.content.decode())[0])

    client.post(reverse("accounts:add_app"), {"secret": _hidden(offered, "secret"), "code": pyotp.TOTP(secret).now()})

    assert queries.factors_of(account).codes_left == 10
