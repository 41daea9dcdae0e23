from __future__ import annotations

import datetime as dt

import pytest

from linli.core.access import system_actor
from linli.core.calendar import at
from linli.core.crypto import blind
from linli.core.ids import new_id
from linli.ground.accounts import queries, rules, services, throttle
from linli.ground.accounts.models import Account, OneTimeCode, Throttle
from linli.ground.accounts.services import sign_in
from linli.ground.accounts.tests.factories import make_resident, make_staff

CHINA = dt.timezone(dt.timedelta(hours=8))
NOON = dt.datetime(2026, 9, 30, 12, 0, tzinfo=CHINA)
HERE = "192.0.2.1"
PHONE = "15400000618"
PASSWORD = "made-up-for-tests"


def _minutes(count: float) -> dt.datetime:
    return NOON + dt.timedelta(minutes=count)


def test_the_right_password_opens(db):
    clerk = make_staff("wenzhu", password=PASSWORD)

    assert services.check_password(" WenZhu ", PASSWORD, address=HERE) == clerk


def test_unknown_wrong_and_closed_are_one_answer(db):
    make_staff("wenzhu", password=PASSWORD)
    make_staff("closed", password=PASSWORD, is_active=False)
    answers = set()
    for username, password in (("nobody", PASSWORD), ("wenzhu", "wrong"), ("closed", PASSWORD)):
        with pytest.raises(rules.SignInRefused) as refused:
            services.check_password(username, password, address=HERE)
        answers.add(str(refused.value))

    assert answers == {"用户名或密码不对。再看看大小写；忘了密码，请管理员给一个新的。"}


def test_a_resident_has_no_password_to_guess(db):
    resident = make_resident()

    with pytest.raises(rules.SignInRefused):
        services.check_password(resident.username, "", address=HERE)


@pytest.mark.parametrize("username", ["wenzhu", "nobody"])
def test_five_wrong_passwords_close_the_name_for_five_minutes(db, username):
    """Known or unknown: no difference is to be seen."""
    make_staff("wenzhu", password=PASSWORD)
    with at(NOON):
        for _try in range(5):
            with pytest.raises(rules.SignInRefused):
                services.check_password(username, "wrong", address=HERE)
        with pytest.raises(rules.TooManyTries) as refused:
            services.check_password(username, PASSWORD, address="198.51.100.7")
    assert str(refused.value) == "输错的次数太多，为了安全先停一停，请在 12:05 以后再试。"
    with at(_minutes(4.99)), pytest.raises(rules.TooManyTries):
        services.check_password(username, PASSWORD, address=HERE)
    if username == "wenzhu":
        with at(_minutes(5)):
            assert services.check_password(username, PASSWORD, address=HERE)


def test_a_good_sign_in_forgets_the_wrong_ones_before(db):
    make_staff("wenzhu", password=PASSWORD)
    for _round in range(3):
        for _try in range(4):
            with pytest.raises(rules.SignInRefused):
                services.check_password("wenzhu", "wrong", address=f"192.0.2.{_round}")
        assert services.check_password("wenzhu", PASSWORD, address=f"192.0.2.{_round}")


def test_one_address_cannot_try_many_names(db):
    with at(NOON):
        for number in range(30):
            with pytest.raises(rules.SignInRefused):
                services.check_password(f"name{number}", "wrong", address=HERE)
        with pytest.raises(rules.TooManyTries):
            services.check_password("another", "wrong", address=HERE)
        with pytest.raises(rules.SignInRefused):
            services.check_password("another", "wrong", address="198.51.100.7")


def test_forty_colleagues_behind_one_address_all_get_in(db):
    for number in range(40):
        make_staff(f"clerk{number}", password=PASSWORD)
    with at(NOON):
        for number in range(40):
            assert services.check_password(f"clerk{number}", PASSWORD, address=HERE)


def test_the_throttle_holds_no_name_and_no_address_in_clear(db):
    with pytest.raises(rules.SignInRefused):
        services.check_password("wenzhu", "wrong", address=HERE)

    assert Throttle.objects.count() == 2
    assert not [row.key for row in Throttle.objects.all() if "wenzhu" in row.key or HERE in row.key]


def test_tries_that_meet_in_the_first_row_are_counted_together(db, monkeypatch):
    """Two processes find no row and both write one: the second is counted, not lost."""
    real, others = throttle.transaction.atomic, iter([1])

    def atomic():
        for count in others:  # another process is quicker, once
            Throttle.objects.create(key=throttle._key("race", "x"), count=count, until=_minutes(5))
        return real()

    monkeypatch.setattr(throttle.transaction, "atomic", atomic)
    with at(NOON):
        assert throttle.take("race", "x", limit=2, pause=dt.timedelta(minutes=5)) is None

    assert Throttle.objects.get().count == 2


def test_the_first_sign_in_makes_the_account(sent, db):
    services.send_code("154 0000 0618", address=HERE)
    phone, code = sent[0]

    account = services.check_code(PHONE, code, address=HERE)

    assert phone == "154****0618"
    assert (account.kind, account.phone_verified, account.has_usable_password()) == ("resident", True, False)
    assert PHONE not in account.phone + account.phone_index + account.username
    assert len(code) == 6


def test_known_and_unknown_numbers_are_answered_alike(sent, db):
    make_resident(PHONE)
    with at(NOON):
        known = services.send_code(PHONE, address=HERE)
        unknown = services.send_code("15400000619", address=HERE)

    assert known == unknown == NOON + dt.timedelta(seconds=60)
    assert len(sent) == 2


def test_a_code_is_kept_as_a_digest_only(sent, db):
    services.send_code(PHONE, address=HERE)

    row = OneTimeCode.objects.get()
    assert sent[0][1] not in row.digest + row.phone_index
    assert PHONE not in row.phone_index


def test_a_code_opens_once(sent, db):
    services.send_code(PHONE, address=HERE)
    services.check_code(PHONE, sent[0][1], address=HERE)

    with pytest.raises(rules.CodeUsedUp):
        services.check_code(PHONE, sent[0][1], address=HERE)


def test_a_code_lasts_five_minutes(sent, db):
    with at(NOON):
        services.send_code(PHONE, address=HERE)
    with at(_minutes(5)), pytest.raises(rules.CodeUsedUp):
        services.check_code(PHONE, sent[0][1], address=HERE)
    with at(_minutes(4.99)):
        assert services.check_code(PHONE, sent[0][1], address=HERE)


def test_three_wrong_tries_spend_the_code(sent, db):
    services.send_code(PHONE, address=HERE)
    wrong = f"{(int(sent[0][1]) + 1) % 1_000_000:06d}"
    said = []
    for _try in range(3):
        with pytest.raises((rules.CodeWrong, rules.CodeUsedUp)) as refused:
            services.check_code(PHONE, wrong, address=HERE)
        said.append(refused.value.code)
    with pytest.raises(rules.CodeUsedUp):
        services.check_code(PHONE, sent[0][1], address=HERE)

    assert said == ["accounts.code_wrong", "accounts.code_wrong", "accounts.code_used_up"]
    assert not Account.objects.exists()


def test_the_newest_code_is_the_one_that_counts(sent, db):
    with at(NOON):
        services.send_code(PHONE, address=HERE)
    with at(_minutes(1)):
        services.send_code(PHONE, address=HERE)
        if sent[0][1] != sent[1][1]:
            with pytest.raises(rules.CodeWrong):
                services.check_code(PHONE, sent[0][1], address=HERE)
        assert services.check_code(PHONE, sent[1][1], address=HERE)


def test_a_code_of_another_number_does_not_open(sent, db):
    services.send_code(PHONE, address=HERE)

    with pytest.raises(rules.CodeUsedUp):
        services.check_code("15400000619", sent[0][1], address=HERE)


def test_codes_are_not_sent_in_a_row(sent, db):
    with at(NOON):
        services.send_code(PHONE, address=HERE)
    with at(_minutes(0.3)), pytest.raises(rules.CodeJustSent) as refused:
        services.send_code(PHONE, address="198.51.100.7")
    assert str(refused.value) == "刚刚发过一次，请等 42 秒再要。短信有时会慢一点。"
    assert len(sent) == 1


def test_a_number_gets_five_codes_an_hour(sent, db):
    for number in range(5):
        with at(_minutes(number)):
            services.send_code(PHONE, address=HERE)
    with at(_minutes(5)), pytest.raises(rules.TooManyCodes) as refused:
        services.send_code(PHONE, address=HERE)
    assert str(refused.value) == "要验证码的次数太多了，请在 13:04 以后再要，或者带身份证去任何一个社区窗口。"
    assert len(sent) == 5


def test_an_address_cannot_send_to_many_numbers(sent, db):
    with at(NOON):
        for number in range(30):
            services.send_code(f"154000{number:05d}", address=HERE)
        with pytest.raises(rules.TooManyCodes):
            services.send_code("15400099999", address=HERE)
    assert len(sent) == 30


def test_a_closed_account_is_told_so_only_behind_its_code(sent, db):
    make_resident(PHONE, is_active=False)
    services.send_code(PHONE, address=HERE)

    with pytest.raises(rules.AccountClosed):
        services.check_code(PHONE, sent[0][1], address=HERE)


def test_one_telephone_has_one_account_even_when_two_first_sign_ins_meet(db, monkeypatch):
    first = services.resident_for_phone(PHONE)
    answers = iter([None])
    from django.db.models import QuerySet

    real = QuerySet.first
    monkeypatch.setattr(
        QuerySet, "first", lambda rows: next(answers, real(rows)) if rows.model is Account else real(rows)
    )

    assert services.resident_for_phone(PHONE) == first
    assert Account.objects.count() == 1


def test_a_proved_identity_is_tied_to_the_account(db, audited):
    person_id = new_id()

    account = services.link_person(make_resident(), person_id, name="柳青禾")

    account.refresh_from_db()
    assert (account.person_id, account.name) == (person_id, "柳青禾")
    assert ("accounts.person_linked", {}) in audited()


def test_a_person_is_taken_away_from_an_account_that_is_somebody_elses(db, audited):
    person_id = new_id()
    account = services.link_person(make_resident(), person_id, name="柳青禾")

    assert queries.accounts_of_person(person_id) == [account]
    for _n in range(2):
        services.unlink_person(account, by=system_actor("tests"))

    account.refresh_from_db()
    assert account.person_id is None
    assert queries.accounts_of_person(person_id) == []
    assert audited().count(("accounts.person_unlinked", {})) == 1


def test_old_codes_and_counts_are_swept(sent, db):
    with at(NOON):
        services.send_code(PHONE, address=HERE)
    with at(NOON + dt.timedelta(days=2)):
        assert (sign_in.sweep_codes(NOON + dt.timedelta(days=1)), throttle.sweep(NOON + dt.timedelta(days=1))) == (1, 3)


def test_the_index_of_a_telephone_is_the_one_that_the_house_uses(db):
    """Registry and accounts find the same number under the same purpose."""
    assert make_resident(PHONE).phone_index == blind(PHONE, purpose="phone")
