"""Records of one person find each other; the doubtful are asked; what people undo stays undone (R20b)."""

import json
import os
import subprocess
import sys

import pytest
from django.urls import reverse

from linli.core.access import system_actor
from linli.core.audit.models import Entry
from linli.ground.accounts.tests.factories import make_holder
from linli.ground.exchange.linkage import columns, model, pairing, records
from linli.ground.exchange.models import LinkCandidate, LinkDecision
from linli.ground.exchange.tests.people import made_up
from linli.ground.registry.models import Person
from linli.ground.registry.tests import factories as make

pytest.importorskip("splink")
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
Pair, Way = pairing.Pair, pairing.Way


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    """Prepared files of 400 people and a list of 292 rows, and the truth."""
    registry, given, truth = made_up(400, seed=2)
    folder = tmp_path_factory.mktemp("link")
    paths = folder / "registry.parquet", folder / "given.parquet"
    for path, rows in zip(paths, (registry, given), strict=True):
        pq.write_table(columns.table(rows), path)
    return *paths, truth


@pytest.mark.any_database
def test_everybody_who_is_joined_is_the_right_one_and_few_are_asked(lists):
    """R20b: with known truth: families, twins, damaged numbers, names by their sound, strangers."""
    registry, given, truth = lists

    ways = pairing.decide(pairing.pairs(registry, given, model=model.load(), on="duckdb"))

    joined = {pair.right: pair.left for pair, way in ways.items() if way is Way.JOIN}
    asked = {
        pair.right: pair.left for pair, way in ways.items() if way is Way.ASK and truth.get(pair.right) == pair.left
    }
    assert {row: person for row, person in joined.items() if truth.get(row) != person} == {}
    assert len(joined) >= 0.95 * len(truth)
    assert len(joined.keys() | asked.keys()) == len(truth)


@pytest.mark.any_database
def test_the_command_reaches_the_registry(tmp_path):
    """Run in a process of its own, beside an empty database: it did not set Django up, and never came so far."""
    elsewhere = {"LINLI_DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}", "LINLI_VAR": str(tmp_path)}

    names = ("row_id", "name", "sex", "birth", "id_number", "phone", "address", "source")
    pq.write_table(pa.Table.from_pylist([dict.fromkeys(names, "1")]), tmp_path / "list.parquet")

    done = subprocess.run(
        [sys.executable, "-m", "linli", "link", "run", str(tmp_path / "list.parquet"), "--source", "health"],
        check=False, capture_output=True, text=True, env=os.environ | elsewhere,
    )  # fmt: skip

    assert done.returncode == 1
    assert "this installation has no database yet" in done.stderr


@pytest.mark.any_database
def test_a_cluster_gives_the_same_pairs_with_the_same_weights(lists):
    """R20b: one trained model, translated; the engine is a setting."""
    pytest.importorskip("pyspark")
    registry, given, _truth = lists

    one, other = (pairing.pairs(registry, given, model=model.load(), on=name) for name in ("duckdb", "spark"))

    assert [(pair.left, pair.right) for pair in one] == [(pair.left, pair.right) for pair in other]
    assert [pair.weight for pair in one] == pytest.approx([pair.weight for pair in other], abs=1e-3)


@pytest.mark.any_database
def test_twins_are_asked_and_never_joined_by_a_hair():
    twin, sister, row = Pair("a", "r", 12.0), Pair("b", "r", 10.5), Pair("c", "s", 20.0)

    assert pairing.decide([twin, sister, row, Pair("d", "t", 2.9)]) == {row: Way.JOIN, twin: Way.ASK, sister: Way.ASK}


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("typed", "prepared"),
    [
        ({"id_number": "519902580312004"}, {"id17": "51990219580312004"}),
        ({"id_number": "无", "phone": "", "sex": "未知"}, {"id17": None, "phone": None, "sex": None}),
        ({"phone": "+86 154-1234-0618"}, {"phone": "15412340618"}),
        ({"name": "欧阳 青禾"}, {"surname": "欧阳", "name_py": "ou yang qing he"}),
        ({"birth": "19580312"}, {"birth": "1958-03-12"}),
        (
            {"address": "竹湖园路8号2幢3单元501室"},
            {"addr": "竹湖园路8-2#3-501", "bld": "竹湖园路8-2", "road": "竹湖园路"},
        ),
    ],
)
def test_a_row_is_prepared_so_that_engines_need_only_compare(typed, prepared):
    told = columns.prepare({"source": "list", "row_id": "1"} | typed)

    assert {name: told[name] for name in prepared} == prepared


@pytest.fixture
def liu(db) -> Person:
    return make.person("柳桂枝", id_number=make.number(), address="竹湖园路8号2栋301")


def row(**more):
    return {"source": "低保名单", "row_id": "7", "name": "柳桂枝", "sex": "2", "birth": "1958-03-12", "id_number": "",
            "phone": make.PHONE, "address": "竹湖园路8号2幢301"} | more  # fmt: skip


def run(*rows):
    return records.run(rows, source="低保名单", by=system_actor("test"), on="duckdb")


def test_a_join_is_undone_with_both_records_kept_and_no_run_joins_them_again(liu):
    run(row())
    worker = make.staff(role="community_worker")
    candidate = LinkCandidate.everywhere.get()
    assert candidate.state == "joined"
    before = Person.everywhere.filter(pk=liu.pk).values().get()

    records.decide(candidate.pk, "apart", by=worker, said="户口簿上是两个人", version=candidate.version)
    again = run(row())

    candidate.refresh_from_db()
    assert (candidate.state, again.joined, again.asked) == ("apart", 0, 0)
    assert records.record_of(candidate) == row()
    assert Person.everywhere.filter(pk=liu.pk).values().get() == before
    told = [(one.state, one.decided_by, one.said) for one in records.history_of(candidate)]
    assert told == [("joined", None, ""), ("apart", worker.account_id, "户口簿上是两个人")]
    assert Entry.objects.filter(action="exchange.link_parted", person_id=liu.pk).count() == 1


def test_a_decision_says_how_it_was_seen(liu):
    run(row())
    candidate = LinkCandidate.everywhere.get()

    with pytest.raises(records.ReasonNeeded):
        records.decide(candidate.pk, "apart", by=make.staff(role="community_worker"), said=" ")

    assert LinkDecision.objects.count() == 1


def test_a_list_is_kept_sealed(liu):
    """R42: a copy of the database tells nothing of the list."""
    run(row())

    assert "柳桂枝" not in json.dumps(list(LinkCandidate.everywhere.values()), default=str, ensure_ascii=False)


def test_both_records_stand_side_by_side_with_what_each_column_adds(liu, client):
    run(row())
    candidate = LinkCandidate.everywhere.get()
    client.force_login(make_holder("worker", "community_worker", liu.community))

    page = client.get(reverse("exchange:link", args=[candidate.pk])).content.decode()

    assert "柳桂枝" in page
    assert make.PHONE not in page
    assert "匹配分" in page
    assert Entry.objects.filter(person_id=liu.pk, purpose="check_identity").count() == 1


def test_another_county_does_not_see_the_pair(liu):
    run(row())

    assert not records.candidates_for(make.staff(make.elsewhere(), role="community_worker")).exists()
