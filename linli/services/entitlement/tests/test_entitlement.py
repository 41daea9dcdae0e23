"""Policies find people (R31): who qualifies and has not applied, why, and what is done with it, never without consent."""

import datetime as dt
import io

import pytest
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.core.calendar import today
from linli.core.files import services as files
from linli.core.messages.models import Message
from linli.ground.accounts.models import Account
from linli.ground.registry import services as registry
from linli.services.casework import services as casework
from linli.services.casework.models import Case, Draft
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import SETUP
from linli.services.catalogue import reading
from linli.services.entitlement import freezing, queries, rules, services
from linli.services.entitlement.models import Found, Run

pytest.importorskip("duckdb")
pq = pytest.importorskip("pyarrow.parquet")
pytestmark = pytest.mark.django_db
ALLOWANCE, NURSING = "old_age_allowance", "disability_nursing"


@pytest.fixture
def town(town):
    factories.catalogue(ALLOWANCE, NURSING, "orphan_allowance")
    return town


@pytest.fixture(scope="module")
def every_item():
    return [item for _name, item in reading.read_folder(reading.ITEMS).items]


@pytest.fixture
def worker(town):
    return town.staff("community_worker", town.home)


def look() -> Run:
    return services.run(by=SETUP)


def listed(**where):
    return set(Found.everywhere.filter(**where).values_list("person__name", "item_code"))


def test_who_qualifies_and_has_not_applied_is_found_and_nobody_else(town, worker):
    mother = factories.person(town, name="柳桂枝", born=dt.date(1945, 3, 12))
    factories.person(town, name="苏木", born=dt.date(1980, 1, 1))
    applied = factories.person(town, name="白芍", born=dt.date(1940, 1, 1))
    her = factories.resident(applied)
    casework.submit(her, factories.drafted(her, ALLOWANCE, applied).pk, key="one")
    disabled = factories.person(town, name="川芎", born=dt.date(1990, 5, 5))
    registry.record_circumstance(disabled, by=worker, kind="disability_grade", value="1", source="残疾人证")

    made = look()

    assert listed(state="open") == {("柳桂枝", ALLOWANCE), ("川芎", NURSING)}
    assert made.people == 4
    assert made.counts[ALLOWANCE] == [2, 0, 1]  # two are old enough, one of them has applied
    assert made.counts[NURSING] == [1, 3, 1]  # of three nobody knows a grade
    assert "orphan_allowance" not in made.counts  # a guardian applies: no list of children
    assert Case.everywhere.filter(applicant_id=mother.pk).count() == 0


def test_years_later_it_can_be_shown_why_somebody_was_or_was_not_on_the_list(town, worker):
    mother = factories.person(town, name="柳桂枝", born=dt.date(1945, 3, 12))
    young = factories.person(town, name="苏木", born=dt.date(1980, 1, 1))
    made = look()
    registry.mark_dead(mother, by=worker, on=today())
    look()

    told, of_young = (queries.explain(made, one.pk, ALLOWANCE) for one in (mother, young))

    assert (told.is_listed, [reason.label for reason in told.answer.reasons]) == (True, ["年满 80 周岁", "户口在本市"])
    assert (of_young.is_listed, [reason.label for reason in of_young.answer.reasons]) == (False, ["年满 80 周岁"])
    assert listed(state="gone") == {("柳桂枝", ALLOWANCE)}


def test_altered_facts_explain_nothing(town):
    mother = factories.person(town)
    made = look()
    made.facts = files.keep(b"PAR1 something else", services.PARQUET, by=SETUP)

    with pytest.raises(queries.FactsAlteredError):
        queries.explain(made, mother.pk, ALLOWANCE)


def test_frozen_facts_hold_no_name_and_no_number(town):
    """R42: who is meant is said by an id; the file is sealed as well."""
    factories.person(town, name="柳桂枝")

    made = look()

    columns = pq.read_table(io.BytesIO(files.open_file(made.facts))).column_names
    assert columns == [*freezing.PLACE, *rules.FACTS]
    assert not {"name", "id_number", "phone", "address", "birth_date"} & set(columns)
    assert "柳桂枝".encode() not in files.open_file(made.facts)


def test_one_press_makes_a_draft_that_only_she_can_send_and_tells_her(town, worker, client):
    mother = factories.person(town)
    her = factories.resident(mother)
    look()
    row = Found.everywhere.get()
    client.force_login(Account.objects.get(pk=worker.account_id))
    page = client.get(reverse("entitlement:one", args=[row.pk]))
    assert "年满 80 周岁" in page.content.decode()

    done = client.post(reverse("entitlement:prepare", args=[row.pk]))

    assert done.headers["Location"] == reverse("entitlement:found")

    draft = Draft.objects.get()
    assert (draft.owner_id, draft.applicant_id) == (her.account_id, mother.pk)
    assert not Case.everywhere.exists()
    message = Message.everywhere.filter(template="entitlement.prepared").first()
    assert message.link == reverse("casework:draft_form", args=[draft.pk])
    assert Entry.objects.filter(action="entitlement.draft_prepared", person_id=mother.pk).count() == 1


def test_without_an_account_of_her_own_nothing_is_begun(town, worker):
    factories.person(town)
    look()

    with pytest.raises(rules.NoAccount):
        services.prepare(Found.everywhere.get().pk, by=worker)

    assert not Draft.objects.exists()
    assert Found.everywhere.get().state == "open"


def test_who_was_set_aside_is_not_listed_by_the_next_run(town, worker):
    factories.person(town)
    look()

    services.set_aside(Found.everywhere.get().pk, by=worker, note="问过本人，不需要")
    look()

    assert queries.open_for(worker) == ([], "")
    assert Found.everywhere.get().state == "set_aside"


def test_another_community_sees_nobody(town):
    factories.person(town)
    look()
    neighbour = town.staff("community_worker", town.other)

    assert queries.open_for(neighbour)[0] == []
    with pytest.raises(Found.DoesNotExist):
        services.prepare(Found.everywhere.get().pk, by=neighbour)


def test_whoever_looks_why_is_written_down(town, worker):
    """R42: a look at somebody's circumstances is her affair."""
    mother = factories.person(town)
    look()

    queries.why(queries.found_for(worker).get(), by=worker)

    assert Entry.objects.filter(person_id=mother.pk, facts__what="eligibility").count() == 1


@pytest.mark.parametrize(
    ("code", "looks"),
    [
        ("old_age_allowance", True), ("disability_nursing", True), ("medical_aid", True), ("destitute", False),
        ("subsistence", True),
    ],
)  # fmt: skip
def test_no_list_of_everybody_over_sixty_arises_where_the_rest_only_people_can_tell(every_item, code, looks):
    item = next(one for one in every_item if one.code == code)

    assert rules.looks_for_people(item) is looks
