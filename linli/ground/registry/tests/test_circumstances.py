"""What is known beside the card: with a source, kept when it changes (R13), and read by rules (R31)."""

import datetime as dt

import pytest

from linli.ground.registry import services, vocabulary
from linli.ground.registry.models import Circumstance
from linli.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)
LIST = "民政局低收入人口名单"


@pytest.fixture
def worker():
    return make.staff(role="community_worker")


def test_a_new_value_ends_the_earlier_one_and_both_keep_their_days(worker):
    liu = make.person()
    on = dt.date(2026, 11, 1)
    services.record_circumstance(liu, by=worker, kind="income_class", value="rigid_expense", source=LIST, valid_from=on)

    services.record_circumstance(liu, by=worker, kind="income_class", value="subsistence", source=LIST)

    spans = Circumstance.everywhere.order_by("valid_from").values_list("value", "valid_from", "valid_to")
    assert list(spans) == [("rigid_expense", on, TODAY), ("subsistence", TODAY, None)]
    assert vocabulary.facts_of(liu, on=TODAY)["income_class"] == "subsistence"
    assert vocabulary.facts_of(liu, on=on)["income_class"] == "rigid_expense"


@pytest.mark.parametrize(
    ("kind", "value"), [("income_class", "rich"), ("lives_here_since", "去年"), ("disability_grade", "-1")]
)
def test_what_no_rule_could_read_is_refused(worker, kind, value):
    with pytest.raises(services.CircumstanceNotGood):
        services.record_circumstance(make.person(), by=worker, kind=kind, value=value, source=LIST)

    assert not Circumstance.everywhere.exists()


def test_everybody_is_read_with_the_same_facts_as_each_one(worker, django_assert_num_queries):
    """R31. The cost is by thousands of people, not by people."""
    liu, bai = make.person(), make.person(name="白芷")
    services.give_tag(liu, by=worker, code="disability", source="残疾人证")
    services.record_circumstance(liu, by=worker, kind="disability_grade", value="2", source="残疾人证")

    with django_assert_num_queries(4):
        everybody = {person.pk: facts for person, facts in vocabulary.everybody(on=TODAY, county_code=liu.county_code)}

    assert everybody == {one.pk: vocabulary.facts_of(one, on=TODAY) for one in (liu, bai)}
    assert (everybody[liu.pk]["groups"], everybody[liu.pk]["disability_grade"]) == (["disability"], 2)
    assert everybody[bai.pk]["groups"] is None


def test_after_a_move_to_another_county_what_is_known_is_still_known(worker):
    """R13: a person is one human being, in whichever county her row lies."""
    liu = make.person()
    services.record_circumstance(liu, by=worker, kind="household_size", value="1", source="上门核实")
    west = make.elsewhere()

    moved = services.move(liu, by=make.staff(), community=west, address="杨家坪 2 号")

    assert vocabulary.facts_of(moved, on=TODAY)["household_size"] == 1
