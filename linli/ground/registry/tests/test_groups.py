"""Special groups (R40): given with a source, ended without being forgotten, seen by those who need it."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from linli.core import calendar
from linli.core.access import system_actor
from linli.core.audit.models import Entry
from linli.core.calendar import now
from linli.ground.accounts.models import Account
from linli.ground.accounts.tests.factories import make_holder
from linli.ground.registry import queries, services
from linli.ground.registry.models import Person, SpecialGroupTag
from linli.ground.registry.tests import factories as make
from linli.ground.registry.tests.conftest import NOW
from linli.ground.territory.tests.factories import division

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)
CARD = "定期抚恤金领取证"


@pytest.fixture
def worker():
    return make.staff(role="community_worker")


def given(person, by, code="preferential_treatment", source=CARD, **more):
    return services.give_tag(person, by=by, code=code, source=source, **more)


def groups(person):
    fact = queries.facts_of(person).get("groups")
    return fact.value if fact else None


def test_a_tag_is_a_fact_with_its_source_and_day(worker):
    liu = make.person()
    assert "groups" not in queries.facts_of(liu)

    given(liu, worker, code="veteran", source="退役军人事务局名单")
    given(liu, worker)

    fact = queries.facts_of(liu)["groups"]
    assert fact.value == ("preferential_treatment", "veteran")
    assert fact.source == f"{CARD}、退役军人事务局名单"
    assert fact.on == TODAY
    assert queries.known_facts(liu, "application", system_actor("tests"))["groups"].value == fact.value
    told = Entry.objects.filter(action="registry.tag_given", person_id=liu.pk)
    assert [entry.facts for entry in told] == [{}, {}]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"source": ""}, services.SourceNeeded),
        ({"source": "   "}, services.SourceNeeded),
        ({"source": "证" * 121}, services.TooLong),
        ({"source": "领取\x00证"}, services.NotPlainText),
        ({"code": "rich"}, services.GroupNotKnown),
        ({"valid_from": TODAY, "valid_to": TODAY}, services.TagEndsBeforeItBegins),
    ],
)
def test_bad_input_leaves_no_tag_and_no_entry(worker, facts, refusal):
    liu = make.person()

    with pytest.raises(refusal):
        given(liu, worker, **facts)

    assert not SpecialGroupTag.everywhere.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "facts", [{"source": ""}, {"valid_to": TODAY - dt.timedelta(days=1)}], ids=["no source", "ends before it begins"]
)
def test_the_database_refuses_it_too(facts):
    liu = make.person()
    row = {"person": liu, "county_code": liu.county_code, "code": "veteran", "source": CARD, "valid_from": TODAY,
           "reviewed_at": now()}  # fmt: skip

    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialGroupTag.everywhere.create(**row | facts)


def test_one_group_is_tagged_once_at_a_time(worker):
    liu = make.person()
    given(liu, worker, valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2026, 6, 1))

    with pytest.raises(services.AlreadyTagged):
        given(liu, worker, valid_from=dt.date(2026, 5, 31))
    given(liu, worker, valid_from=dt.date(2026, 6, 1))
    with pytest.raises(services.AlreadyTagged):
        given(liu, worker)
    given(liu, worker, code="disability")

    assert groups(liu) == ("preferential_treatment", "disability")


def test_a_tag_holds_from_its_first_day_to_the_day_before_its_last(worker):
    liu = make.person()
    given(liu, worker, valid_from=dt.date(2026, 11, 25), valid_to=dt.date(2026, 11, 27))

    held = {}
    for day in range(24, 29):
        with calendar.at(NOW.replace(day=day)):
            held[day] = groups(liu)

    assert held == {24: None, 25: ("preferential_treatment",), 26: ("preferential_treatment",), 27: None, 28: None}


def test_ended_it_stays_in_the_record(worker):
    liu = make.person()
    tag = given(liu, worker, valid_from=dt.date(2026, 1, 1))

    services.end_tag(tag.pk, by=worker)
    with pytest.raises(services.TagHasEnded):
        services.end_tag(tag.pk, by=worker)

    assert groups(liu) is None
    assert [row.valid_to for row in queries.tags_of(liu)] == [TODAY]
    assert Entry.objects.get(action="registry.tag_ended").facts == {"on": "2026-11-24"}
    given(liu, worker)


def test_a_tag_given_by_mistake_never_held(worker):
    liu = make.person()
    tag = given(liu, worker)

    services.end_tag(tag.pk, by=worker)

    assert groups(liu) is None
    given(liu, worker)
    with pytest.raises(services.TagEndsBeforeItBegins):
        services.end_tag(queries.tags_in_force(liu)[0].pk, by=worker, on=dt.date(2026, 11, 1))


def test_only_who_reaches_the_person_gives_and_ends(worker):
    liu = make.person()
    tag = given(liu, worker)

    for by in (make.staff(make.elsewhere(), "community_worker"), make.staff(make.next_door(), "community_head"),
               make.staff(role="grid_member"), make.staff(role="window_clerk"), make.resident(liu)):  # fmt: skip
        with pytest.raises(Person.DoesNotExist):
            given(liu, by, code="veteran")
        with pytest.raises(SpecialGroupTag.DoesNotExist):
            services.end_tag(tag.pk, by=by)
    assert groups(liu) == ("preferential_treatment",)
    assert list(queries.tags_for(make.staff(make.elsewhere(), "community_worker"))) == []
    assert list(queries.tags_for(worker)) == [tag]


def test_tags_follow_her_to_another_county(worker):
    liu = make.person()
    given(liu, worker)

    after = services.move(liu, by=make.staff(role="community_head"), community=make.elsewhere())

    assert after.pk != liu.pk
    assert groups(after) == ("preferential_treatment",)


def test_nobody_is_tagged_after_death(worker):
    liu = make.person(died_on=dt.date(2026, 11, 1))

    with pytest.raises(services.NotPossibleAfterDeath):
        given(liu, worker)


# ---- pages


def sign_in(client, role="community_worker", place=None):
    client.force_login(make_holder(f"{role}-{uuid4().hex[:6]}", role, place or division()))
    return client


def url(name, *args):
    return reverse(f"registry:{name}", args=args)


def text(answer):
    return answer.content.decode()


def test_a_worker_gives_and_ends_on_the_persons_page(client):
    liu = make.person()
    sign_in(client)
    typed = {"code": "preferential_treatment", "source": CARD, "valid_from": "2026-11-01", "valid_to": ""}

    answer = client.post(url("give_tag", liu.pk), typed)

    assert answer["Location"] == url("person", liu.pk)
    page = text(client.get(url("person", liu.pk)))
    assert "优抚对象" in page
    assert CARD in page
    [tag] = SpecialGroupTag.everywhere.all()
    assert client.post(url("end_tag", liu.pk, tag.pk))["Location"] == url("person", liu.pk)
    assert "已终止" in text(client.get(url("person", liu.pk)))
    assert client.post(url("end_tag", liu.pk, tag.pk)).status_code == 409
    assert client.post(url("end_tag", make.person().pk, tag.pk)).status_code == 404


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"source": ""}, "没有依据不能登记"),
        ({"valid_from": "昨天"}, "看不出是哪一天"),
        ({"code": "rich"}, "rich"),
        ({"valid_to": "2026-10-01"}, "结束的日子应在开始的日子以后"),
        ({"source": "证" * 10_000}, "120"),
    ],
)
def test_a_broken_form_comes_back(client, typed, says):
    liu = make.person()
    good = {"code": "veteran", "source": CARD, "valid_from": "2026-11-01", "valid_to": ""}

    answer = sign_in(client).post(url("give_tag", liu.pk), good | typed)

    assert answer.status_code == 422
    assert says in text(answer)
    assert not SpecialGroupTag.everywhere.exists()


@pytest.mark.parametrize(
    ("role", "sees", "gives"),
    [("grid_member", False, False), ("window_clerk", True, False), ("street_staff", True, True)],
)
def test_groups_are_shown_to_those_who_need_them(client, worker, role, sees, gives):
    liu = make.person()
    given(liu, worker)
    sign_in(client, role, division("510402002000") if role == "street_staff" else None)

    page = text(client.get(url("person", liu.pk)))

    assert ("优抚对象" in page) is sees
    assert (url("give_tag", liu.pk) in page) is gives
    assert client.get(url("give_tag", liu.pk)).status_code == (200 if gives else 403)


def test_she_sees_her_own(client, worker):
    liu = make.person()
    given(liu, worker)
    client.force_login(Account.objects.get(pk=make.resident(liu).account_id))

    page = text(client.get(url("my_facts")))

    assert "优抚对象" in page
    assert CARD in page
