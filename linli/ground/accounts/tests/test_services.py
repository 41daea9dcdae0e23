from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from linli.core.audit.models import Entry
from linli.core.calendar import at, today
from linli.ground.accounts import queries, rules, services
from linli.ground.accounts.models import Account, RoleHeld
from linli.ground.accounts.services import FirstRole
from linli.ground.accounts.tests.factories import SYSTEM, acting, give, make_holder, make_staff
from linli.ground.territory.models import Division

CHINA = dt.timezone(dt.timedelta(hours=8))
MORNING = dt.datetime(2026, 9, 28, 8, 30, tzinfo=CHINA)
FIRST, EIGHTH = dt.date(2026, 10, 1), dt.date(2026, 10, 8)


@pytest.fixture
def admin(city):
    return acting(make_holder("admin", "administrator", city.east, "管理员"))


@pytest.fixture
def guard(city):
    return acting(make_holder("guard", "security_administrator", city.east, "安全员"))


def test_a_new_account_comes_with_a_role_and_a_password_to_be_changed(city, admin, audited):
    first = FirstRole(role="window_clerk", division_id=city.moon.pk)

    new = services.create_staff(username=" SuYe", name="苏叶", phone="154 0000 0618", first_role=first, by=admin)

    account = Account.objects.get(username="suye")
    assert account.check_password(new.password)
    assert account.must_change_password
    assert queries.phone_of(account) == "15400000618"
    assert "15400000618" not in account.phone + account.phone_index
    held = RoleHeld.objects.get(account=account)
    assert (held.role, held.division, held.valid_from, held.valid_to) == ("window_clerk", city.moon, today(), None)
    assert held.given_by_id == admin.account_id
    assert [action for action, _facts in audited()] == ["accounts.staff_created", "accounts.role_given"]


@pytest.mark.parametrize(
    ("username", "name", "role", "where", "refusal"),
    [
        ("admin", "苏叶", "window_clerk", "moon", rules.UsernameTaken),
        ("su ye", "苏叶", "window_clerk", "moon", rules.UsernameNotGood),
        ("suye", "文" * 10_000, "window_clerk", "moon", rules.NameNotGood),
        ("suye", "苏叶", "mayor", "moon", rules.RoleUnknown),
        ("suye", "苏叶", "street_staff", "moon", rules.RoleNotAtThisLevel),
        ("suye", "苏叶", "window_clerk", "cone", Division.DoesNotExist),
        ("suye", "苏叶", "supervisor", "city", Division.DoesNotExist),
        ("suye", "苏叶", "auditor", "moon", rules.RoleNotYoursToGive),
    ],
)
def test_a_refused_account_leaves_nothing_behind(city, admin, audited, username, name, role, where, refusal):
    first = FirstRole(role=role, division_id=getattr(city, where).pk)

    with pytest.raises(refusal):
        services.create_staff(username=username, name=name, first_role=first, by=admin)

    assert list(Account.objects.values_list("username", flat=True)) == ["admin"]
    assert audited() == []


def test_an_account_without_a_role_would_be_in_nobodys_reach(admin):
    with pytest.raises(rules.FirstRoleMissing):
        services.create_staff(username="suye", name="苏叶", by=admin)


def test_only_the_system_sets_a_password(city, admin):
    first = FirstRole(role="window_clerk", division_id=city.moon.pk)

    drawn = services.create_staff(username="suye", name="苏叶", password="1" * 12, first_role=first, by=admin)
    given = services.create_staff(username="baizhi", name="白芷", password="made-up-for-tests", by=SYSTEM)

    assert drawn.password != "1" * 12
    assert given.account.check_password("made-up-for-tests")
    assert not given.account.must_change_password


def test_a_role_is_audited_in_the_chain_of_its_county(city, admin):
    clerk = make_staff("wenzhu")

    held = services.give_role(clerk, role="window_clerk", division_id=city.moon.pk, by=admin)

    entry = Entry.objects.get(action="accounts.role_given", subject_id=str(held.pk))
    assert (entry.chain, entry.actor_role, entry.actor_division) == ("519902", "administrator", "519902000000")
    assert entry.facts["role"] == "window_clerk"


def test_nobody_gives_herself_a_role(city, admin, audited):
    herself = Account.objects.get(username="admin")

    with pytest.raises(rules.NotToOneself):
        services.give_role(herself, role="window_clerk", division_id=city.moon.pk, by=admin)

    assert RoleHeld.objects.filter(account=herself).count() == 1
    assert audited() == []


def test_who_creates_accounts_cannot_make_those_who_watch(city, admin, guard):
    """GB/T 22239-2019, 8.1.4.2: three administrators apart."""
    clerk = make_staff("wenzhu")
    for role in ("auditor", "administrator", "security_administrator"):
        with pytest.raises(rules.RoleNotYoursToGive):
            services.give_role(clerk, role=role, division_id=city.east.pk, by=admin)

    services.give_role(clerk, role="auditor", division_id=city.east.pk, by=guard)

    assert acting(clerk).roles == {"auditor"}


def test_a_clerk_gives_no_roles(city):
    clerk = acting(make_holder("wenzhu", "window_clerk", city.moon))

    with pytest.raises(Division.DoesNotExist):
        services.give_role(make_staff("suye"), role="window_clerk", division_id=city.moon.pk, by=clerk)


def test_the_same_role_twice_at_a_time_is_refused(city, admin):
    clerk = make_holder("wenzhu", "window_clerk", city.moon, valid_to=EIGHTH)

    with at(MORNING):
        with pytest.raises(rules.RoleHeldAlready):
            services.give_role(clerk, role="window_clerk", division_id=city.moon.pk, by=admin)
        after = services.give_role(clerk, role="window_clerk", division_id=city.moon.pk, valid_from=EIGHTH, by=admin)

    assert after.valid_from == EIGHTH


def test_the_database_holds_what_must_never_be_false(city):
    clerk = make_holder("wenzhu", "window_clerk", city.moon)
    row = {"account": clerk, "role": "window_clerk", "division": city.moon, "valid_from": FIRST}
    for broken in ({}, {"role": "other", "valid_to": dt.date(2026, 9, 1)}, {"role": "other", "stands_in_for": clerk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleHeld.objects.create(**row | broken)


def test_an_ended_role_is_gone_the_same_day_and_stays_in_the_history(city, admin):
    clerk = make_holder("wenzhu", "window_clerk", city.moon)
    held = clerk.roles_held.get()

    services.end_role(held.pk, by=admin)

    assert acting(clerk).post is None
    held.refresh_from_db()
    assert held.valid_to == today()
    with pytest.raises(rules.RoleEndedAlready):
        services.end_role(held.pk, by=admin)


def test_a_role_that_has_not_begun_is_ended_without_a_day(city, admin):
    clerk = make_staff("wenzhu")
    with at(MORNING):
        held = services.give_role(clerk, role="window_clerk", division_id=city.moon.pk, valid_from=FIRST, by=admin)
        services.end_role(held.pk, by=admin)
        again = services.give_role(clerk, role="window_clerk", division_id=city.moon.pk, valid_from=FIRST, by=admin)

    held.refresh_from_db()
    assert (held.valid_from, held.valid_to) == (FIRST, FIRST)
    assert again.valid_to is None


def test_a_role_out_of_reach_does_not_exist(city, admin):
    other = make_holder("wenzhu", "window_clerk", city.cone)

    with pytest.raises(RoleHeld.DoesNotExist):
        services.end_role(other.roles_held.get().pk, by=admin)


def test_an_administrator_cannot_end_the_auditors_role(city, admin):
    auditor = make_holder("auditor", "auditor", city.east)

    with pytest.raises(rules.RoleNotYoursToGive):
        services.end_role(auditor.roles_held.get().pk, by=admin)


def _delegated(holder, deputy, *, starts=FIRST, ends=EIGHTH):
    return services.delegate(acting(holder).post.id, deputy_id=deputy.pk, starts=starts, ends=ends, by=acting(holder))


def test_a_deputy_acts_in_the_holders_role_for_the_span_and_both_names_show(city):
    """R10: on duty on 1 October, gone on the day after the span."""
    head = make_holder("head", "community_head", city.moon, "白芷")
    deputy = make_holder("deputy", "community_worker", city.moon, "苏木")
    with at(MORNING):
        delegated = _delegated(head, deputy)
        assert acting(deputy).roles == {"community_worker"}

    with at(dt.datetime(2026, 10, 1, 0, 0, tzinfo=CHINA)):
        actor = acting(deputy, delegated)
        assert (actor.name, actor.post.role, actor.post.acting_for) == ("苏木", "community_head", "白芷")
        assert set(queries.accounts_with_role("community_head", city.moon.pk)) == {head, deputy}
        assert acting(deputy).roles == {"community_worker"}, "her own post comes first"

    with at(dt.datetime(2026, 10, 8, 0, 0, tzinfo=CHINA)):
        assert acting(deputy, delegated).roles == {"community_worker"}


def test_every_act_of_a_deputy_shows_both_names_in_the_log(city):
    """R10."""
    head = make_holder("head", "community_head", city.moon, "白芷")
    deputy = make_holder("deputy", "community_worker", city.moon, "苏木")
    with at(MORNING):
        delegated = _delegated(head, deputy, starts=today())
        from linli.core import audit

        with transaction.atomic():
            audit.record(acting(deputy, delegated), "tests.acted")

    entry = Entry.objects.get(action="tests.acted")
    assert (entry.actor_id, entry.actor_role, entry.acting_for) == (deputy.pk, "community_head", "白芷")


def test_delegations_that_make_no_sense_are_refused(city, audited):
    head = make_holder("head", "community_head", city.moon, valid_to=dt.date(2026, 10, 5))
    deputy = make_holder("deputy", "community_worker", city.moon)
    stranger = make_holder("stranger", "community_worker", city.cone)
    written = len(audited())
    with at(MORNING):
        for arguments, refusal in (
            ((head, head), rules.DelegationToOneself),
            ((head, stranger), rules.NotAColleague),
        ):
            with pytest.raises(refusal):
                _delegated(*arguments, ends=dt.date(2026, 10, 5))
        with pytest.raises(rules.DelegationBeyondTerm):
            _delegated(head, deputy)
        with pytest.raises(rules.SpanReversed):
            _delegated(head, deputy, starts=FIRST, ends=FIRST)

    assert RoleHeld.objects.filter(delegated_from__isnull=False).count() == 0
    assert len(audited()) == written


def test_a_deputy_cannot_pass_the_role_on(city):
    head = make_holder("head", "community_head", city.moon)
    deputy = make_holder("deputy", "community_worker", city.moon)
    third = make_holder("third", "community_worker", city.moon)
    with at(MORNING):
        delegated = _delegated(head, deputy, starts=today())
        actor = acting(deputy, delegated)
        with pytest.raises(rules.DelegatedAgain):
            services.delegate(delegated.pk, deputy_id=third.pk, starts=FIRST, ends=EIGHTH, by=actor)


def test_somebody_elses_post_cannot_be_delegated(city):
    head = make_holder("head", "community_head", city.moon)
    deputy = make_holder("deputy", "community_worker", city.moon)

    with at(MORNING), pytest.raises(RoleHeld.DoesNotExist):
        services.delegate(acting(head).post.id, deputy_id=head.pk, starts=FIRST, ends=EIGHTH, by=acting(deputy))


def test_what_rests_on_a_role_ends_with_it(city, admin):
    head = make_holder("head", "community_head", city.moon)
    deputy = make_holder("deputy", "community_worker", city.moon)
    with at(MORNING):
        delegated = _delegated(head, deputy, starts=today())
        services.end_role(head.roles_held.get().pk, by=admin)

        assert acting(deputy, delegated).roles == {"community_worker"}


def test_a_delegation_is_taken_back_by_whom_it_stands_for_only(city):
    head = make_holder("head", "community_head", city.moon)
    deputy = make_holder("deputy", "community_worker", city.moon)
    with at(MORNING):
        delegated = _delegated(head, deputy, starts=today())
        with pytest.raises(RoleHeld.DoesNotExist):
            services.end_delegation(delegated.pk, by=acting(deputy))
        services.end_delegation(delegated.pk, by=acting(head))

        assert acting(deputy, delegated).roles == {"community_worker"}


def test_a_closed_account_holds_nothing_and_its_delegations_end(city, admin):
    head = make_holder("head", "community_head", city.moon)
    deputy = make_holder("deputy", "community_worker", city.moon)
    with at(MORNING):
        delegated = _delegated(head, deputy, starts=today())

        services.deactivate(head.pk, by=admin)

        head.refresh_from_db()
        assert not head.is_active
        assert not RoleHeld.objects.filter(queries.not_over(today()), account=head).exists()
        assert acting(deputy, delegated).roles == {"community_worker"}


def test_an_account_with_roles_elsewhere_is_not_taken_over(city, admin):
    """Resetting the password of somebody higher up, or of one who watches, would be a way to her roles."""
    street = acting(make_holder("street", "administrator", city.orchid))
    both = make_holder("both", "community_worker", city.moon)
    give(both, "district_staff", city.east)
    watcher = make_holder("watcher", "community_worker", city.moon)
    give(watcher, "auditor", city.moon)
    for account in (both, watcher):
        password = account.password
        for service in (services.reset_password, services.deactivate):
            with pytest.raises(rules.HoldsRolesElsewhere):
                service(account.pk, by=street)
        account.refresh_from_db()
        assert account.is_active
        assert account.password == password

    assert services.reset_password(both.pk, by=admin).password


def test_an_account_out_of_reach_does_not_exist(city, admin):
    other = make_holder("other", "window_clerk", city.cone)

    with pytest.raises(Account.DoesNotExist):
        services.deactivate(other.pk, by=admin)
    with pytest.raises(Account.DoesNotExist):
        services.reset_password(other.pk, by=admin)


def test_a_reset_password_must_be_changed(city, admin):
    clerk = make_holder("wenzhu", "window_clerk", city.moon)

    new = services.reset_password(clerk.pk, by=admin)

    clerk.refresh_from_db()
    assert clerk.check_password(new.password)
    assert acting(clerk).posts == ()
    changed = services.change_password(clerk, old=new.password, new="四个不相干的词连起来", address="192.0.2.1")
    assert [post.role for post in acting(changed).posts] == ["window_clerk"]


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("wrong", "四个不相干的词连起来", rules.OldPasswordWrong),
        ("made-up-for-tests", "short", rules.PasswordNotGood),
        ("made-up-for-tests", "password123", rules.PasswordNotGood),
        ("made-up-for-tests", "made-up-for-tests", rules.PasswordNotGood),
    ],
)
def test_a_poor_password_is_refused_and_the_old_one_stays(db, old, new, refusal):
    clerk = make_staff("wenzhu", password="made-up-for-tests")

    with pytest.raises(refusal):
        services.change_password(clerk, old=old, new=new, address="192.0.2.1")

    clerk.refresh_from_db()
    assert clerk.check_password("made-up-for-tests")
