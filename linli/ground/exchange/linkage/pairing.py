"""From two prepared lists to pairs with their weights, and which of them are joined, asked, or left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from linli.core.conditions.city import EngineMissing, check_engine, engine
from linli.ground.exchange.linkage import model as models

JOIN_AT = 9.0
"""Match weight (log2 of the odds) from which two records are joined."""
ASK_AT = 3.0
"""From here up to JOIN_AT a person decides; below, nothing is shown."""
APART_BY = 3.0
"""A join is clear when the next best of either record is so much lighter: twins and namesakes are asked."""


class Way(StrEnum):
    JOIN = "join"
    ASK = "ask"


@dataclass(frozen=True)
class Pair:
    """Two records by their row ids, the weight of their being one person, and what each column adds to it."""

    left: str
    right: str
    weight: float
    parts: dict[str, float] = field(default_factory=dict, compare=False)


def pairs(registry: Path, given: Path, *, model: dict[str, Any], on: str = "", at_least: float = ASK_AT) -> list[Pair]:
    """Return every pair from a weight on, the heaviest first. registry, given: prepared Parquet files.

    on: duckdb or spark, else what is set; both give the same pairs and weights. Raises EngineMissing.
    """
    from importlib.util import find_spec

    name = on or engine()
    check_engine(name)
    if find_spec("splink") is None:
        raise EngineMissing(extra="batch")
    from splink import Linker

    if name == "spark":
        tables, model = _spark_tables(registry, given), models.for_spark(model)
    else:
        _api, tables = models.duckdb_api(registry, given)
    linker = Linker(tables, model, log_level="ERROR")
    predicted = linker.inference.predict(threshold_match_weight=at_least)
    rows = predicted.as_record_list()
    found = [_pair(row) for row in rows]
    return sorted(found, key=lambda pair: (-pair.weight, pair.left, pair.right))


def decide(found: Iterable[Pair], *, join_at: float = JOIN_AT, ask_at: float = ASK_AT) -> dict[Pair, Way]:
    """Say of each pair whether it is joined or asked. Pure.

    Each record is joined once, and only where nothing comes near; of a row that is joined nothing else is asked.
    """
    candidates = [pair for pair in found if pair.weight >= ask_at]
    of: dict[tuple[str, str], list[float]] = defaultdict(list)
    for pair in candidates:
        of["left", pair.left].append(pair.weight)
        of["right", pair.right].append(pair.weight)

    def is_clear(pair: Pair) -> bool:
        rivals = [sorted(of[side], reverse=True) for side in (("left", pair.left), ("right", pair.right))]
        return all(w[0] == pair.weight and (len(w) == 1 or w[1] <= pair.weight - APART_BY) for w in rivals)

    joined = {pair for pair in candidates if pair.weight >= join_at and is_clear(pair)}
    settled = {pair.right for pair in joined}
    asked = (pair for pair in candidates if pair.right not in settled)
    return {**dict.fromkeys(joined, Way.JOIN), **dict.fromkeys(asked, Way.ASK)}


def _pair(row: dict[str, Any]) -> Pair:
    left, right = row["unique_id_l"], row["unique_id_r"]
    if row["source_dataset_l"] != "registry":
        left, right = right, left
    parts = {}
    for name in models.COMPARED:
        told = [row[key] for key in (f"mw_{name}", f"mw_tf_{name}") if row.get(key) is not None]
        parts[name] = round(float(sum(told)), 2)
    return Pair(left, right, round(float(row["match_weight"]), 4), parts)


def _spark_tables(registry: Path, given: Path) -> list[Any]:
    """Return the files registered with the cluster; what it keeps between its steps lies beside them, and goes with them."""
    from splink.backends.spark import SparkAPI

    from linli.core.conditions.cluster import session

    spark = session()
    spark.sparkContext.setCheckpointDir(str(registry.parent.resolve() / "steps"))
    api = SparkAPI(spark_session=spark, register_udfs_automatically=False)
    return [
        api.register(spark.read.parquet(str(path.resolve())), table_name=name)
        for name, path in (("registry", registry), ("given", given))
    ]
