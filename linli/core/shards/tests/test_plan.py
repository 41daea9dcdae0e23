"""The SQL of the way to a cluster, and where it refuses to go."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.db import connection

from linli.core.ids import county_of, new_id, placed_id
from linli.core.shards import cluster
from linli.core.shards.cli import shard
from linli.core.shards.plan import Constraint, Kind, Table, statements

KNOWN = {
    table.name: table
    for table in (
        Table("place", Kind.COPIED),
        Table("session", Kind.COORDINATOR),
        Table("kite", Kind.SPLIT, "county_code", frozenset({"owner_id"})),
        Table("tail", Kind.SPLIT, "county_code"),
    )
}
THERE = [
    Constraint("kite", "kite_pkey", "p", "PRIMARY KEY (id)", ("id",)),
    Constraint("kite", "kite_number", "u", "UNIQUE (county_code, number)", ("county_code", "number")),
    Constraint("tail", "tail_token", "u", "UNIQUE (token)", ("token",)),
    Constraint("kite", "kite_owner", "f", "FOREIGN KEY (owner_id) REFERENCES kite(id)", ("owner_id",), "kite"),
    Constraint("kite", "kite_place", "f", "FOREIGN KEY (place_id) REFERENCES place(id)", ("place_id",), "place"),
    Constraint(
        "tail", "tail_kite", "f", "FOREIGN KEY (kite_id) REFERENCES kite(id) DEFERRABLE INITIALLY DEFERRED",
        ("kite_id",), "kite",
    ),
    Constraint(
        "tail", "tail_one", "i",
        "CREATE UNIQUE INDEX tail_one ON public.tail USING btree (kite_id) WHERE (last_day IS NULL)", ("kite_id",),
    ),
    Constraint("tail", "tail_stays", "t", "CREATE TRIGGER tail_stays BEFORE UPDATE ON tail EXECUTE FUNCTION no()"),
]  # fmt: skip


@pytest.mark.any_database
def test_keys_begin_with_the_county_and_triggers_come_back() -> None:
    """What holds on one machine holds on many."""
    said = list(statements(KNOWN, THERE))

    assert said == [
        'ALTER TABLE kite DROP CONSTRAINT "kite_owner"',
        'ALTER TABLE kite DROP CONSTRAINT "kite_place"',
        'ALTER TABLE tail DROP CONSTRAINT "tail_kite"',
        'DROP TRIGGER "tail_stays" ON tail',
        'ALTER TABLE kite DROP CONSTRAINT "kite_pkey"',
        'ALTER TABLE kite ADD CONSTRAINT "kite_pkey" PRIMARY KEY (county_code, id)',
        'ALTER TABLE tail DROP CONSTRAINT "tail_token"',
        'ALTER TABLE tail ADD CONSTRAINT "tail_token" UNIQUE (county_code, token)',
        'DROP INDEX "tail_one"',
        "CREATE UNIQUE INDEX tail_one ON public.tail USING btree (county_code, kite_id) WHERE (last_day IS NULL)",
        "SELECT citus_add_local_table_to_metadata('session')",
        "SELECT create_reference_table('place')",
        "SELECT truncate_local_data_after_distributing_table('place')",
        "SELECT create_distributed_table('kite', 'county_code', shard_count => 32, colocate_with => 'none')",
        "SELECT truncate_local_data_after_distributing_table('kite')",
        "SELECT create_distributed_table('tail', 'county_code', colocate_with => 'kite')",
        "SELECT truncate_local_data_after_distributing_table('tail')",
        'ALTER TABLE kite ADD CONSTRAINT "kite_place" FOREIGN KEY (place_id) REFERENCES place(id)',
        (
            'ALTER TABLE tail ADD CONSTRAINT "tail_kite" FOREIGN KEY (county_code, kite_id) REFERENCES '
            "kite(county_code, id) DEFERRABLE INITIALLY DEFERRED"
        ),
        "CREATE TRIGGER tail_stays BEFORE UPDATE ON tail EXECUTE FUNCTION no()",
    ]


@pytest.mark.any_database
def test_a_table_of_a_later_version_joins_the_others() -> None:
    """After an upgrade the command is run again, and touches what is new alone."""
    said = list(statements(KNOWN, [], done=frozenset({"place", "session", "kite"})))

    assert said == [
        "SELECT create_distributed_table('tail', 'county_code', colocate_with => 'kite')",
        "SELECT truncate_local_data_after_distributing_table('tail')",
    ]


@pytest.mark.django_db
def test_it_refuses_where_there_is_no_cluster() -> None:
    """Said in a sentence, and nothing is changed."""
    done = CliRunner().invoke(shard, ["apply"])

    assert done.exit_code == 1
    assert "citus" in done.output
    with pytest.raises(cluster.NotPossibleHere):
        cluster.check(connection)


@pytest.mark.django_db
def test_the_plan_names_every_table() -> None:
    """On PostgreSQL the SQL to be run."""
    done = CliRunner().invoke(shard, ["plan"])

    assert done.exit_code == 0
    assert "casework_case (county_code)" in done.output
    assert ("create_distributed_table('casework_case'" in done.output) == (connection.vendor == "postgresql")


@pytest.mark.any_database
def test_a_placed_id_says_its_county() -> None:
    """R151a: so that a person is asked for on one machine by her id alone."""
    assert county_of(placed_id("510402")) == "510402"
    assert county_of(placed_id("000001")) == "000001"
    assert placed_id("510402").version == 8
    assert county_of(new_id()) == ""
    assert county_of(None) == ""
    with pytest.raises(ValueError, match="not the code of a county"):
        placed_id("51040")
    ids = [placed_id("510402") for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert [one.int >> 80 for one in ids] == sorted(one.int >> 80 for one in ids)
