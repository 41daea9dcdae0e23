"""Any window for any resident, and nothing of a case where it does not belong (R32, R33, R34; deny by default)."""

from __future__ import annotations

import datetime as dt

import pytest

from linli.core.lifecycle import NotPossibleNow
from linli.core.tasks.testing import run_all
from linli.services.casework import figures, queries, rules, services
from linli.services.casework import permissions as may
from linli.services.casework.models import AcceptanceSlip, Case, CaseMaterial, Channel, FollowUp, Opinion
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road

pytestmark = pytest.mark.django_db


def at_window(town, clerk, who, code="old_age_allowance", visit=None, seed=1) -> Case:
    draft = factories.drafted(clerk, code, who, channel=Channel.WINDOW, seed=seed)
    if visit:
        type(draft).objects.filter(pk=draft.pk).update(visit_id=visit)
    return services.submit(clerk, draft.pk, key=str(draft.pk))


def test_a_window_takes_in_for_a_resident_of_another_community_and_the_steps_run_there(town, refused):
    """R33: counted as accepted by A and as resident of B; A's clerk sees it and cannot handle B's step."""
    factories.catalogue("old_age_allowance")
    mother = factories.person(town, community=town.home)
    a_clerk = town.staff("window_clerk", town.other)

    case = at_window(town, a_clerk, mother)

    assert (case.accepted_community, case.community, case.home_community) == (town.other, town.home, town.home)
    assert case.visits_made == 1
    assert queries.cases_for(a_clerk).get() == case
    assert queries.tasks_for(a_clerk).get() == case
    services.accept(case.number, by=a_clerk)
    assert not queries.tasks_for(a_clerk).exists()
    b_worker = town.staff("community_worker", town.home)
    a_worker = town.staff("community_worker", town.other)
    for act in (
        lambda by: services.forward(case.number, by=by),
        lambda by: services.request_supplement(
            case.number, by=by, missing=[{"code": "form", "name": "表", "why": "填错了。"}]
        ),
        lambda by: services.transfer(case.number, by=by, community_code=town.other.code, said="是我们这里的。"),
        lambda by: services.ask_extension(case.number, by=by, working_days=3, because="来不及了。"),
        lambda by: services.ask_opinion(case.number, by=by, department="health", question="健在吗？"),
    ):
        for clerk in (a_clerk, a_worker):
            with refused(NotPossibleNow):
                act(clerk)
    assert queries.tasks_for(b_worker).get() == case
    services.forward(case.number, by=b_worker)
    assert Case.everywhere.get().step_level == "township"


def test_a_window_of_another_county_keeps_a_slip_without_personal_data_that_stays_current(town):
    """R33: the same when A and B lie in two counties; nothing of the case is visible to A's county."""
    factories.catalogue("old_age_allowance")
    mother = factories.person(town, community=town.home)
    west_clerk = town.staff("window_clerk", town.west_home)
    visit = factories.new_id()

    case = at_window(town, west_clerk, mother, visit=visit)

    slip = queries.slips_for(west_clerk).get()
    assert (slip.county_code, slip.number, slip.status, slip.responsible) == (
        "510403", case.number, "submitted", "竹湖园社区",
    )  # fmt: skip
    assert queries.slips_of_visit(west_clerk, visit).get() == slip
    shown = " ".join(str(value) for value in vars(slip).values())
    assert mother.name not in shown
    assert str(mother.pk) not in shown
    assert case.county_code == "510402"
    run_all()
    services.accept(case.number, by=town.staff("community_worker", town.home))
    run_all()
    slip.refresh_from_db()
    assert slip.status == "accepted"
    everybody_of_the_west = [
        west_clerk, town.staff("community_head", town.west_home), town.staff("street_staff", town.west_street),
        town.staff("district_staff", town.west), town.staff("department_staff", town.west, "civil_affairs"),
        town.staff("supervisor", town.west), town.staff("auditor", town.west),
    ]  # fmt: skip
    for someone in everybody_of_the_west:
        _sees_nothing(someone, case)
    assert not queries.slips_for(town.staff("window_clerk", town.home)).exists()


def test_a_slip_that_heard_later_news_is_not_turned_back_by_older_ones(town):
    from linli.services.casework.events import CaseFromAfarMoved
    from linli.services.casework.models import CaseAction
    from linli.services.casework.subscribers import keep_the_slip

    factories.catalogue("old_age_allowance")
    mother = factories.person(town, community=town.home)
    case = at_window(town, town.staff("window_clerk", town.west_home), mother)
    services.accept(case.number, by=town.staff("community_worker", town.home))
    acts = CaseAction.objects.order_by("at")
    told = [CaseFromAfarMoved("510403", case.number, act.to_status, act.at) for act in acts]

    for event in (told[1], told[0], told[1]):
        keep_the_slip(event)

    assert AcceptanceSlip.everywhere.get().status == "accepted"


def test_one_visit_takes_items_of_three_departments_and_counts_as_one(town):
    """R32a: nobody is sent to a second counter."""
    codes = ("old_age_allowance", "family_doctor", "legal_consultation")
    factories.catalogue(*codes)
    mother = factories.person(town)
    clerk = town.staff("window_clerk", town.other)
    visit = factories.new_id()

    for code in codes:
        at_window(town, clerk, mother, code, visit=visit)

    taken = list(queries.cases_of_visit(clerk, visit))
    assert {case.item_code for case in taken} == set(codes)
    assert len({case.department for case in taken}) == 3


def test_a_resident_without_local_registration_gets_what_the_law_does_not_tie_to_it(town, refused):
    """R34: every item is open to her unless a condition with a cited basis says otherwise."""
    factories.catalogue("home_care", "old_age_allowance")
    guest = factories.person(town, registered_community=None, registered_place="云南省楚雄州")
    her = factories.resident(guest)

    draft = factories.drafted(her, "home_care", guest)
    assert services.submit(her, draft.pk, key="1").community == town.home

    tied = factories.drafted(her, "old_age_allowance", guest)
    with refused(rules.NotEligible) as caught:
        services.submit(her, tied.pk, key="2")
    assert "户口在本市" in str(caught.value)


def test_an_item_of_the_household_belongs_to_the_place_of_registration(town):
    """R33, R34: she lives in the west and is registered in the east: the east is responsible."""
    factories.catalogue("old_age_allowance", "home_care")
    mother = factories.person(town, community=town.west_home, registered_community=town.home)
    her = factories.resident(mother)

    tied = services.submit(her, factories.drafted(her, "old_age_allowance", mother).pk, key="1")
    free = services.submit(her, factories.drafted(her, "home_care", mother).pk, key="2")

    assert (tied.community, tied.home_community) == (town.home, town.west_home)
    assert (free.community, free.home_community) == (town.west_home, town.west_home)


def test_refusals_for_registration_are_counted_by_item(town):
    """R34: the report counts them."""
    factories.catalogue("old_age_allowance")
    road = Road(town)
    services.not_accept(road.number, by=road.worker, said="户口不在本市，请到户籍地办。", because="registration")
    other = Road(town)
    services.not_accept(other.number, by=road.worker, said="还没有满八十岁。", because="condition")

    district = town.staff("district_staff", town.county)
    found = figures.figures(district, since=dt.date(2020, 1, 1))

    assert [(row.item_code, row.registration) for row in found.by_item] == [("old_age_allowance", 1)]
    assert figures.cases_behind(district, "registration", figures.Cut()).get() == road.case


def test_a_case_is_passed_on_within_the_county_only(town, refused):
    factories.catalogue("old_age_allowance")
    road = Road(town)
    worker = road.worker

    for code in (town.west_home.code, town.street.code, town.home.code, "999999999999", "nonsense", ""):
        with refused(rules.NotTransferable):
            services.transfer(road.number, by=worker, community_code=code, said="归别的社区。")
    with refused(rules.ReasonNeeded):
        services.transfer(road.number, by=worker, community_code=town.other.code, said="")
    services.transfer(road.number, by=worker, community_code=town.other.code, said="住在西海岸。")

    case = road.now()
    assert (case.community, case.home_community) == (town.other, town.home)
    assert not queries.cases_for(worker).exists()
    assert queries.tasks_for(town.staff("community_worker", town.other)).get() == case


# --- every door to the same case ---


def _sees_nothing(someone, case: Case) -> None:
    """List, search by number, name and identity number, count, materials, tasks, opinions, follow-ups, figures."""
    number = _identity_number(case)
    assert not queries.cases_for(someone).exists()
    assert not queries.tasks_for(someone).exists()
    for words in (case.number, case.shown_number, case.applicant.name, number, case.number[:10]):
        assert not queries.search(someone, words).exists()
    assert queries.counts_by_status(someone) == {}
    assert not queries.materials_of(someone, case).exists()
    assert not queries.opinions_for(someone).exists()
    assert not queries.follow_ups_for(someone).exists()
    assert not queries.work_items_for(someone).exists()
    assert not queries.my_cases(someone).exists()
    assert figures.figures(someone, since=dt.date(2020, 1, 1)).counts["received"] == 0
    for name in figures.FIGURES:
        assert not figures.cases_behind(someone, name, figures.Cut()).exists()
    for act in (services.accept, services.forward, services.deliver, services.withdraw, services.take_over):
        with pytest.raises(Case.DoesNotExist):
            act(case.number, by=someone)


def _identity_number(case: Case) -> str:
    from linli.ground.registry import sealed

    return sealed.opened(case.applicant, "id_number")


def test_a_case_does_not_exist_for_another_community_street_county_line_or_resident(town):
    """Deny by default, at every door."""
    factories.catalogue("old_age_allowance")
    road = Road(town)
    road.accept()
    services.ask_opinion(road.number, by=road.worker, department="health", question="是否健在？")
    case = road.now()
    strangers = [
        town.staff("community_worker", town.other), town.staff("window_clerk", town.other),
        town.staff("community_head", town.other), town.staff("street_staff", town.west_street),
        town.staff("department_staff", town.county, "police"), town.staff("department_staff", town.west, "health"),
        town.staff("supervisor", town.west), town.staff("grid_member", town.home),
        town.staff("administrator", town.county), factories.resident(factories.person(town, name="陌生人")),
    ]  # fmt: skip

    for someone in strangers:
        _sees_nothing(someone, case)


def test_a_case_is_found_by_whoever_it_concerns(town):
    """The other half of the contract: by number in any spelling, by name, by identity number (blind index)."""
    factories.catalogue("old_age_allowance")
    road = Road(town)
    case = road.accept()
    insiders = [
        town.staff("community_worker", town.home), town.staff("community_head", town.home),
        town.staff("street_staff", town.street), town.staff("district_staff", town.county),
        town.staff("department_staff", town.county, "civil_affairs"), town.staff("supervisor", town.city),
        town.staff("auditor", town.home),
    ]  # fmt: skip

    for someone in insiders:
        for words in (
            case.number, case.number.lower(), case.shown_number, "柳桂", _identity_number(case), case.number[:10],
        ):  # fmt: skip
            assert list(queries.search(someone, words)) == [case], (someone.post.role, words)
        assert queries.counts_by_status(someone) == {"accepted": 1}
        assert queries.materials_of(someone, case).count() == 4
    assert not queries.search(insiders[0], "柳").exists()


def test_without_a_scope_the_answer_is_empty(town):
    factories.catalogue("old_age_allowance")
    Road(town)

    for model in (Case, CaseMaterial, Opinion, FollowUp, AcceptanceSlip):
        assert not model.objects.all().exists()
    assert Case.everywhere.exists()


def test_a_department_asked_for_an_opinion_sees_the_question_and_not_the_case(town, refused):
    """R39: asked without handing the case over."""
    factories.catalogue("old_age_allowance")
    road = Road(town)
    road.accept()
    opinion = services.ask_opinion(road.number, by=road.worker, department="health", question="医保里是否健在？")
    health = town.staff("department_staff", town.county, "health")
    civil = town.staff("department_staff", town.county, "civil_affairs")

    assert queries.opinions_for(health).get() == opinion
    assert not queries.cases_for(health).exists()
    assert not queries.opinions_for(civil).exists()
    assert not queries.opinions_for(town.staff("street_staff", town.street)).exists()
    with refused(Opinion.DoesNotExist):
        services.give_opinion(opinion.pk, by=civil, verdict="agree", answer="")
    assert road.now().status == "accepted"


def test_permissions_are_held_as_the_table_of_roles_says(town):
    """Deny by default: no role of this room is held by administrators or the security administrator."""
    for name, permission in vars(may).items():
        if hasattr(permission, "role_set") and name != "MEND":  # they mend, and supervise nobody
            assert not permission.role_set & {"administrator", "security_administrator"}, name
