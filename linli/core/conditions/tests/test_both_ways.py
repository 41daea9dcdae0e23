"""One rule, two evaluators: for a person a closure, for a city one query; they never differ (R31)."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from linli.core.conditions import closure, parse, sql
from linli.core.conditions.city import hold
from linli.core.conditions.tests.test_form import FACTS

duckdb = pytest.importorskip("duckdb")
pa = pytest.importorskip("pyarrow")
pytestmark = pytest.mark.any_database

DAY = dt.date(2026, 2, 28)
WORDS = ("subsistence", "destitute", "veteran")
days = some.dates(dt.date(2024, 1, 1), DAY)
words = some.sampled_from(WORDS)
tests = some.one_of(
    some.builds(
        lambda op, value: {"fact": "age", "op": op, "value": value},
        some.sampled_from([">=", ">", "<=", "<", "="]), some.integers(0, 100),
    ),
    some.builds(lambda value: {"fact": "registered_here", "op": "=", "value": value}, some.booleans()),
    some.builds(lambda name, value: {"fact": name, "op": "has", "value": value},
                some.sampled_from(["groups", "benefits"]), words),
    some.builds(lambda value: {"fact": "income_class", "op": "=", "value": value}, words),
    some.builds(lambda value: {"fact": "income_class", "op": "in", "value": value}, some.lists(words, min_size=1)),
    some.builds(lambda value: {"fact": "lives_here_since", "op": "months", "value": value}, some.integers(0, 24)),
)  # fmt: skip
rules = some.recursive(
    tests,
    lambda inner: some.one_of(
        some.builds(lambda parts: {"all": parts}, some.lists(inner, min_size=1, max_size=3)),
        some.builds(lambda parts: {"any": parts}, some.lists(inner, min_size=1, max_size=3)),
        some.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=8,
)
people = some.fixed_dictionaries(
    {
        "age": some.none() | some.integers(0, 100),
        "registered_here": some.none() | some.booleans(),
        "groups": some.none() | some.lists(words, unique=True),
        "benefits": some.none() | some.lists(words, unique=True),
        "income_class": some.none() | words,
        "lives_here_since": some.none() | days,
    }
)
TYPES = pa.schema(
    [
        ("age", pa.int32()), ("registered_here", pa.bool_()), ("groups", pa.list_(pa.string())),
        ("benefits", pa.list_(pa.string())), ("income_class", pa.string()), ("lives_here_since", pa.date32()),
    ]
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=some.lists(rules, min_size=3, max_size=12), known=some.lists(people, min_size=5, max_size=25))
def test_both_evaluators_give_every_person_the_same_answer(asked, known):
    parsed = [parse(one, FACTS) for one in asked]
    table = pa.Table.from_pylist(known, schema=TYPES)

    columns = ", ".join(f"{sql(rule, on=DAY)} AS r{place}" for place, rule in enumerate(parsed))
    with duckdb.connect() as connection:
        connection.register("facts", table)
        of_the_city = connection.execute(f"SELECT {columns} FROM facts").fetchall()

    of_each = [tuple(closure(rule, on=DAY)(one).holds for rule in parsed) for one in known]
    assert of_the_city == of_each


ASKED = {
    "allowance": {"all": [{"fact": "age", "op": ">=", "value": 80}, {"fact": "registered_here", "op": "=", "value": True}]},
    "subsidy": {"all": [{"fact": "groups", "op": "has", "value": "subsistence"},
                        {"not": {"fact": "benefits", "op": "has", "value": "destitute"}}]},
    "permit": {"fact": "lives_here_since", "op": "months", "value": 6},
}  # fmt: skip
KNOWN = [
    {"age": 80, "registered_here": True, "groups": ["subsistence"], "benefits": [], "lives_here_since": dt.date(2025, 8, 31)},
    {"age": 79, "registered_here": True, "groups": [], "benefits": [], "lives_here_since": dt.date(2025, 9, 1)},
    {"age": None, "registered_here": True, "groups": None, "benefits": None, "lives_here_since": None},
]  # fmt: skip
COUNTED = {"allowance": (1, 1), "subsidy": (1, 2), "permit": (1, 1)}


@pytest.fixture
def frozen(tmp_path):
    import pyarrow.parquet as pq

    path = tmp_path / "facts.parquet"
    pq.write_table(pa.Table.from_pylist(KNOWN, schema=TYPES), path)
    return path


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_a_city_is_counted_alike_on_one_machine_and_on_a_cluster(frozen, engine):
    """The same rules and the same file; LINLI_SPARK_MASTER is all that differs."""
    if engine == "spark":
        pytest.importorskip("pyspark")
    asked = {code: sql(parse(data, FACTS), on=DAY) for code, data in ASKED.items()}

    found = hold(frozen, counted=asked, wanted=asked, keep=["age"], on=engine)

    assert (found.engine, found.counts) == (engine, COUNTED)
    assert found.rows.to_pylist() == [{"age": 80, "allowance": True, "subsidy": True, "permit": True}]
