"""Writing, reading and verifying the log (R149a)."""

import datetime as dt
import uuid
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction

from linli.core import audit, calendar
from linli.core.access import Actor, Permission, Post, system_actor
from linli.core.audit import cli, triggers
from linli.core.audit.models import ChainHead, DaySeal, Entry
from linli.core.audit.queries import entries_about, entries_for
from linli.core.audit.seals import seal_days
from linli.core.audit.verification import Break, Fault, verify
from linli.core.ids import new_id

pytestmark = pytest.mark.django_db
READ = Permission("audit_tests.read", "读审计记录", roles="auditor")
CHINA = dt.timezone(dt.timedelta(hours=8))
PERSON = uuid.uuid4()
COUNTY, OTHER_COUNTY = "510402", "510403"


@pytest.fixture(autouse=True)
def _changes_allowed(db):
    triggers.allow_changes(connection)  # a database made by migrations has them


def at(day: int, hour: int = 12, minute: int = 0):
    return calendar.at(dt.datetime(2026, 11, day, hour, minute, tzinfo=CHINA))


def staff(role="auditor", level="county", code="510402000000", county=COUNTY, communities=None, department=None):
    post = Post(
        id=new_id(),
        role=role,
        division_id=new_id(),
        division_code=code,
        division_name="东区",
        level=level,
        counties=frozenset({county}),
        communities=communities,
        department=department,
        acting_for="白芷",
    )
    return Actor(kind="staff", account_id=new_id(), name="文竹", post=post, posts=(post,))


@pytest.fixture
def chain_of_three():
    """Three entries on three days in one county, sealed; today is the 24th."""
    clerk = staff("window_clerk", "community", "510402001003")
    for day in (21, 22, 23):
        with at(day):
            audit.record(
                clerk, "casework.accepted", person_id=PERSON, purpose="高龄津贴", chain=COUNTY, case=new_id(), days=day
            )
    with at(24, 0, 5):
        seal_days()
    with at(24):
        yield clerk


def test_an_entry_says_who_did_what_for_whom_and_by_which_right():
    clerk = staff("window_clerk", "community", "510402001003")
    with at(24):
        audit.record_look(clerk, PERSON, what="phone", purpose="通知补材料", county_code=COUNTY)

    entry = Entry.objects.get()
    assert (entry.chain, entry.seq, entry.previous_hash) == (COUNTY, 1, "")
    assert (entry.actor_kind, entry.actor_id, entry.actor_role) == ("staff", clerk.account_id, "window_clerk")
    assert (entry.actor_division, entry.acting_for) == ("510402001003", "白芷")
    assert (entry.action, entry.label) == ("registry.person_viewed", "查看了个人资料")
    assert (entry.person_id, entry.purpose, entry.facts) == (PERSON, "通知补材料", {"what": "phone"})
    assert entry.at == dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)


def test_what_the_system_does_carries_its_reason():
    audit.record(system_actor("nightly match"), "registry.matched")

    entry = Entry.objects.get()
    assert (entry.chain, entry.actor_kind, entry.purpose) == ("house", "system", "nightly match")


def test_what_is_rolled_back_leaves_no_entry_and_no_gap():
    audit.record(staff(), "a.done")
    point = transaction.savepoint()
    audit.record(staff(), "a.done")
    transaction.savepoint_rollback(point)
    audit.record(staff(), "a.done")

    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]
    assert verify().is_whole


@pytest.mark.parametrize(
    "facts",
    [
        {"share": 1e16, "small": 1e-7, "half": 0.5},
        {"count": 2**60, "none": None, "yes": True, "list": [1, "二", {"three": 3.0}]},
        {"day": dt.date(2026, 11, 24), "id": uuid.UUID(int=5), "text": "“邻里” \\ \n 𠮷"},
    ],
)
def test_facts_come_back_from_the_database_as_they_were_hashed(facts):
    audit.record(staff(), "a.done", **facts)

    assert verify().is_whole


# verify


def test_a_whole_chain_is_whole(chain_of_three):
    report = verify()

    assert report.is_whole
    assert (report.chains, report.entries, report.sealed, report.unsealed) == (1, 3, 3, ())


ALTERED = {
    "id": uuid.uuid4(), "chain": "510499", "seq": 9, "at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    "actor_kind": "system", "actor_id": uuid.uuid4(), "actor_role": "auditor", "actor_division": "510403000000",
    "acting_for": "",
    "action": "casework.refused", "subject_type": "casework.case", "subject_id": "1", "person_id": uuid.uuid4(),
    "purpose": "好奇", "facts": {}, "previous_hash": "0" * 64, "hash": "0" * 64,
}  # fmt: skip


@pytest.mark.parametrize("seq", [1, 2, 3])
@pytest.mark.parametrize("column", [field.attname for field in Entry._meta.concrete_fields])
def test_altering_any_column_of_any_entry_is_found(chain_of_three, column, seq):
    """R149a: altering any row of the log directly in the database is found with the row's number."""
    Entry.objects.filter(chain=COUNTY, seq=seq).update(**{column: ALTERED[column]})

    report = verify()

    assert not report.is_whole
    found = next(broken for broken in report.broken if broken.chain == COUNTY)
    assert found.seq == seq
    if column == "seq" or column == "chain":
        assert found.fault == (Fault.TAIL if (seq, column) == (3, "chain") else Fault.GAP)
    else:
        assert found.fault == Fault.HASH


def test_every_column_is_altered():
    assert ALTERED.keys() == {field.attname for field in Entry._meta.concrete_fields}


@pytest.mark.parametrize(("column", "value"), [("seq", 2), ("seq", 4), ("hash", "0" * 64), ("chain", "510499")])
def test_altering_a_head_is_found(chain_of_three, column, value):
    ChainHead.objects.filter(chain=COUNTY).update(**{column: value})

    assert not verify().is_whole
    assert COUNTY in {broken.chain for broken in verify().broken}


@pytest.mark.parametrize("day", [21, 22, 23])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", uuid.uuid4()), ("chain", "510499"), ("day", dt.date(2026, 12, 1)), ("seq", 7), ("hash", "0" * 64),
        ("key_id", "k9"), ("signature", "AAAA"), ("signature", "不是签名"),
    ],
)  # fmt: skip
def test_altering_a_seal_is_found(chain_of_three, column, value, day):
    DaySeal.objects.filter(day=dt.date(2026, 11, day)).update(**{column: value})

    report = verify()
    assert not report.is_whole or report.unsealed == (COUNTY,)
    if (column, day) != ("chain", 23):
        assert any(broken.fault == Fault.SIGNATURE for broken in report.broken if broken.chain == COUNTY)


def test_every_seal_column_is_altered():
    assert {f.attname for f in DaySeal._meta.concrete_fields} == {
        "id", "chain", "day", "seq", "hash", "key_id", "signature",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("gone", "found"),
    [
        (1, Break(COUNTY, 1, Fault.GAP)),
        (2, Break(COUNTY, 2, Fault.GAP)),
        (3, Break(COUNTY, 3, Fault.TAIL)),
    ],
)
def test_a_missing_entry_is_named(chain_of_three, gone, found):
    Entry.objects.filter(seq=gone).delete()

    assert verify().broken == (found,)
    assert verify(COUNTY).broken == (found,)


def test_a_tail_cut_off_together_with_its_head_is_found_by_the_seal(chain_of_three):
    Entry.objects.filter(seq=3).delete()
    ChainHead.objects.update(seq=2, hash=Entry.objects.get(seq=2).hash)

    assert verify().broken == (Break(COUNTY, 3, Fault.SEAL, dt.date(2026, 11, 23)),)


def test_a_chain_written_anew_with_right_hashes_is_found_by_the_seal(chain_of_three):
    from linli.core.audit.log import entry_hash

    previous = ""
    for entry in Entry.objects.order_by("seq"):
        entry.purpose, entry.previous_hash = "好奇", previous
        previous = entry_hash(entry)
        Entry.objects.filter(pk=entry.pk).update(purpose="好奇", previous_hash=entry.previous_hash, hash=previous)
    ChainHead.objects.update(hash=previous)

    assert verify().broken == (Break(COUNTY, 1, Fault.SEAL, dt.date(2026, 11, 21)),)


def test_a_seal_taken_out_from_between_is_found(chain_of_three):
    DaySeal.objects.filter(day=dt.date(2026, 11, 22)).delete()

    assert verify().broken == (Break(COUNTY, 3, Fault.SIGNATURE, dt.date(2026, 11, 23)),)


def test_a_last_seal_taken_away_leaves_its_days_unsealed(chain_of_three):
    DaySeal.objects.filter(day=dt.date(2026, 11, 23)).delete()

    assert verify().unsealed == (COUNTY,)


def test_a_chain_taken_away_whole_is_found_by_its_seals(chain_of_three):
    Entry.objects.all().delete()
    ChainHead.objects.all().delete()

    assert verify().broken == (Break(COUNTY, 0, Fault.HEAD),)


# seals


def test_sealing_twice_seals_once(chain_of_three):
    assert seal_days() == 0
    assert DaySeal.objects.count() == 3


def test_today_is_not_sealed(chain_of_three):
    audit.record(chain_of_three, "casework.accepted", chain=COUNTY)

    assert seal_days() == 0
    assert verify().unsealed == ()
    with at(25, 0, 0):
        assert seal_days() == 1
    assert DaySeal.objects.get(day=dt.date(2026, 11, 24)).seq == 4


def test_a_minute_before_midnight_in_china_belongs_to_the_day():
    with at(23, 23, 59):
        audit.record(staff(), "a.done", chain=COUNTY)
    with at(24, 0, 0):
        audit.record(staff(), "a.done", chain=COUNTY)
        assert seal_days() == 1

    assert list(DaySeal.objects.values_list("day", "seq")) == [(dt.date(2026, 11, 23), 1)]


def test_what_a_replay_writes_under_an_earlier_time_is_covered_by_the_next_seal(chain_of_three):
    with at(20):
        audit.record(chain_of_three, "casework.accepted", chain=COUNTY)
    assert seal_days() == 0
    with at(25):
        assert seal_days() == 1
        assert verify().is_whole
    assert DaySeal.objects.get(day=dt.date(2026, 11, 24)).seq == 4


# append only


@pytest.mark.parametrize("table", triggers.TABLES)
def test_the_database_refuses_to_change_or_delete(chain_of_three, table):
    editor = SimpleNamespace(connection=connection)
    triggers.forward(None, editor)
    triggers.forward(None, editor)
    assert triggers.missing(connection) == []

    for statement in (f"UPDATE {table} SET hash = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    audit.record(chain_of_three, "casework.accepted", chain=COUNTY)
    assert verify().is_whole
    assert verify().entries == 4

    triggers.backward(None, editor)
    assert len(triggers.missing(connection)) == 4
    Entry.objects.all().delete()


# reading


def test_a_person_reads_who_looked_and_why_the_newest_first(chain_of_three):
    """R149a: a resident reads who looked at her data and why."""
    audit.record_look(chain_of_three, uuid.uuid4(), what="phone", purpose="别人", county_code=COUNTY)

    first = entries_about(PERSON, size=2)
    second = entries_about(PERSON, size=2, before=first.older)

    assert [entry.seq for entry in first.entries] == [3, 2]
    assert [entry.seq for entry in second.entries] == [1]
    assert second.older == ""
    assert {entry.purpose for entry in first.entries} == {"高龄津贴"}


@pytest.mark.parametrize("mark", ["", "x", "~", "2026-11-24~x", "2026-11-24T00:00:00~" + str(uuid.UUID(int=0))])
def test_a_mark_that_is_none_means_the_beginning(chain_of_three, mark):
    assert len(entries_about(PERSON, before=mark).entries) == 3


def test_an_auditor_reads_what_lies_in_his_reach(chain_of_three):
    audit.record(staff(code="510403000000", county=OTHER_COUNTY), "accounts.role_given", chain="house")
    audit.record(staff(code="510403000000", county=OTHER_COUNTY), "casework.accepted", chain=OTHER_COUNTY)
    audit.record(staff(code="510402000000"), "accounts.role_given", chain="house")

    def seen(actor):
        return sorted((e.chain, e.seq) for e in entries_for(actor, READ).entries)

    mine = [(COUNTY, 1), (COUNTY, 2), (COUNTY, 3), ("house", 2)]
    assert seen(staff()) == mine
    assert seen(staff(level="city", code="510400000000")) == [*mine[:3], (OTHER_COUNTY, 1), ("house", 1), ("house", 2)]
    assert seen(staff(level="community", code="510402001003", communities=frozenset({new_id()}))) == mine[:3]
    assert seen(staff(level="community", code="510402001004", communities=frozenset({new_id()}))) == []
    assert seen(staff(department="civil_affairs")) == []
    assert seen(staff("window_clerk")) == []
    assert seen(Actor(kind="resident", account_id=new_id(), person_id=PERSON)) == []
    assert len(seen(system_actor("test"))) == 6


def test_an_auditor_narrows_down(chain_of_three):
    case = Entry.objects.get(seq=2)
    audit.record(chain_of_three, "certificates.issued", chain=COUNTY)

    assert len(entries_for(staff(), READ, action="casework.").entries) == 3
    assert len(entries_for(staff(), READ, action="certificates.issued").entries) == 1
    assert len(entries_for(staff(), READ, action="casework").entries) == 0
    assert len(entries_for(staff(), READ, person_id=PERSON).entries) == 3
    assert len(entries_for(staff(), READ, actor_id=chain_of_three.account_id).entries) == 4
    assert len(entries_for(staff(), READ, subject=(case.subject_type, case.subject_id)).entries) == 4


def test_a_page_of_the_log_costs_one_query(chain_of_three, django_assert_num_queries):
    with django_assert_num_queries(1):
        entries_for(staff(), READ)
    with django_assert_num_queries(1):
        entries_about(PERSON)


# the command


def test_the_command_says_that_all_is_well(chain_of_three):
    done = CliRunner().invoke(cli.audit, ["verify"])

    assert done.exit_code == 0
    assert "1 条链，3 条记录，3 个签封。\n" in done.output
    assert "都对得上。" in done.output


def test_the_command_names_the_broken_link_and_fails(chain_of_three):
    Entry.objects.filter(seq=2).update(purpose="好奇")

    done = CliRunner().invoke(cli.audit, ["verify", "--chain", COUNTY])

    assert done.exit_code == 1
    assert "断在 510402/2 内容被改过\n" in done.output


def test_the_command_prints_the_public_key():
    done = CliRunner().invoke(cli.audit, ["key"])
    assert done.output.startswith("-----BEGIN PUBLIC KEY-----\n")
    assert CliRunner().invoke(cli.audit, ["key", "gone"]).exit_code == 1
