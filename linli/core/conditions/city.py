"""Rules held against a frozen table of facts (Parquet): in DuckDB, or on a Spark cluster where one is set.

The file is read by path: on a cluster, driver and workers see it in the same place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused

if TYPE_CHECKING:
    import pyarrow as pa


class EngineMissing(Refused):
    code = "conditions.engine_missing"
    message = _("这台机器没有装批量计算的程序：请安装 linli[%(extra)s]。")


@dataclass(frozen=True)
class Found:
    """counts: for each expression, how many rows it is TRUE for and how many NULL. rows: those for which at least one
    expression of `wanted` is TRUE, with the kept columns and one Boolean column for each.
    """

    engine: str
    counts: dict[str, tuple[int, int]]
    rows: pa.Table


def engine() -> str:
    """Return what a batch runs on here: duckdb, or spark where LINLI_SPARK_MASTER is set."""
    return "spark" if settings.SPARK_MASTER else "duckdb"


def check_engine(name: str = "") -> None:
    """Raises EngineMissing where the engine's packages are not installed."""
    name = name or engine()
    needed = {"duckdb": ("duckdb", "pyarrow"), "spark": ("pyspark", "pyarrow")}[name]
    if any(find_spec(package) is None for package in needed):
        raise EngineMissing(extra="batch" if name == "duckdb" else "spark")


def hold(
    facts: Path, *, counted: Mapping[str, str], wanted: Mapping[str, str], keep: Sequence[str], on: str = ""
) -> Found:
    """Hold named expressions against every row of a Parquet file: two scans, however many there are.

    counted, wanted: expressions by name (`set_based.sql`), at least one each. on: an engine, else the one that is set. Raises EngineMissing.
    """
    name = on or engine()
    check_engine(name)
    ask = _spark(facts) if name == "spark" else _duckdb(facts)
    sums = ", ".join(
        f"coalesce(sum(CASE WHEN {text} THEN 1 ELSE 0 END), 0) AS yes_{code}, "
        f"coalesce(sum(CASE WHEN {text} IS NULL THEN 1 ELSE 0 END), 0) AS unknown_{code}"
        for code, text in counted.items()
    )
    row: dict[str, Any] = ask(f"SELECT {sums} FROM facts").to_pylist()[0]  # noqa: S608 (expressions of `sql`)
    counts = {code: (int(row[f"yes_{code}"]), int(row[f"unknown_{code}"])) for code in counted}
    columns = ", ".join([*keep, *(f"coalesce({text}, FALSE) AS {code}" for code, text in wanted.items())])
    rows = ask(f"SELECT {columns} FROM facts WHERE {' OR '.join(wanted.values())}")  # noqa: S608
    return Found(name, counts, rows)


def duckdb_beside(file: Path) -> Any:
    """Return a DuckDB in memory within the settings' bounds, which spills beside a file and fetches nothing."""
    import duckdb

    return duckdb.connect(
        config={
            "threads": settings.BATCH_THREADS,
            "memory_limit": settings.BATCH_MEMORY,
            "temp_directory": str(file.parent / "spill"),
            "autoinstall_known_extensions": "false",
        }
    )


def _duckdb(facts: Path) -> Any:
    connection = duckdb_beside(facts)
    connection.from_parquet(str(facts)).create_view("facts")
    return lambda text: connection.sql(text).to_arrow_table()


def _spark(facts: Path) -> Any:
    from linli.core.conditions.cluster import session

    spark = session()
    spark.read.parquet(str(facts.resolve())).createOrReplaceTempView("facts")
    return lambda text: spark.sql(text).toArrow()
