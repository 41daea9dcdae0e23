"""The model of linkage: how each column speaks for or against two records being one person (Fellegi and Sunter).

Trained once, in DuckDB, and saved; the saved file is what every engine reads. Sampling differs between engines, so two
trainings would be two models. Jaro-Winkler is no measure for names of two or three characters: sound and edit distance.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("model.json")
"""Trained on made-up people with made-up faults; `linli link train` makes one of a city's own lists."""
UNTRAINED_M = 0.02
"""For a level that no pair of the training showed: an error of two in a hundred."""
COMPARED = ("name", "sex", "birth", "id17", "phone", "addr")


def settings() -> Any:
    """Return the model before training."""
    import splink.comparison_level_library as level
    from splink import SettingsCreator, block_on
    from splink.comparison_library import CustomComparison

    def close(column: str) -> Any:
        levels = [level.NullLevel(column), level.ExactMatchLevel(column), level.LevenshteinLevel(column, 2)]
        return CustomComparison(output_column_name=column, comparison_levels=[*levels, level.ElseLevel()])

    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            CustomComparison(
                output_column_name="name",
                comparison_levels=[
                    level.NullLevel("name"),
                    level.ExactMatchLevel("name", term_frequency_adjustments=True),
                    level.ExactMatchLevel("name_py"),
                    level.LevenshteinLevel("name", 1),
                    level.ExactMatchLevel("surname"),
                    level.ElseLevel(),
                ],
            ),
            CustomComparison(
                output_column_name="sex",
                comparison_levels=[level.NullLevel("sex"), level.ExactMatchLevel("sex"), level.ElseLevel()],
            ),
            close("birth"),
            close("id17"),
            close("phone"),
            CustomComparison(
                output_column_name="addr",
                comparison_levels=[
                    level.NullLevel("addr"),
                    level.ExactMatchLevel("addr"),
                    level.ExactMatchLevel("bld"),
                    level.ExactMatchLevel("road"),
                    level.ElseLevel(),
                ],
            ),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("id17"),
            block_on("phone"),
            block_on("name", "birth"),
            block_on("birth", "surname", "sex"),
            block_on("name_py", "bld"),
            block_on("name", "road"),
        ],
        retain_intermediate_calculation_columns=True,
        retain_matching_columns=False,
    )


def train(registry: Path, given: Path, *, seed: int = 7) -> dict[str, Any]:
    """Return a model trained on two prepared Parquet files. Needs some hundred people who are in both."""
    from splink import Linker, block_on

    api, tables = duckdb_api(registry, given)
    linker = Linker(tables, settings(), log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match([block_on("id17")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=seed)
    for rule in (block_on("id17"), block_on("name", "birth"), block_on("phone")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)
    del api
    return with_every_level(linker.misc.save_model_to_json())


def with_every_level(model: dict[str, Any]) -> dict[str, Any]:
    """Return a model in which levels that training never saw have values of their own, in place of none."""
    for comparison in model["comparisons"]:
        for one in comparison["comparison_levels"]:
            if not one.get("is_null_level"):
                one.setdefault("m_probability", UNTRAINED_M)
                one.setdefault("u_probability", 1 - UNTRAINED_M if one["sql_condition"] == "ELSE" else UNTRAINED_M)
    return model


def load(path: Path = SHIPPED) -> dict[str, Any]:
    model: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return model


def for_spark(model: dict[str, Any]) -> dict[str, Any]:
    """Return a model saved in DuckDB's dialect in Spark's, where "name" in double quotes would be a text."""
    import sqlglot

    def say(text: str) -> str:
        return sqlglot.transpile(text, read="duckdb", write="spark", identify=True)[0]

    told: dict[str, Any] = json.loads(json.dumps(model))
    told["sql_dialect"] = "spark"
    for comparison in told["comparisons"]:
        for one in comparison["comparison_levels"]:
            if one["sql_condition"] != "ELSE":
                one["sql_condition"] = say(one["sql_condition"])
    for rule in told["blocking_rules_to_generate_predictions"]:
        rule["blocking_rule"], rule["sql_dialect"] = say(rule["blocking_rule"]), "spark"
    return told


def duckdb_api(registry: Path, given: Path) -> tuple[Any, list[Any]]:
    """Return Splink's DuckDB with the two prepared files registered."""
    from splink.backends.duckdb import DuckDBAPI

    from linli.core.conditions.city import duckdb_beside

    connection = duckdb_beside(registry)
    api = DuckDBAPI(connection)
    return api, [
        api.register(connection.read_parquet(str(path)), table_name=name)
        for name, path in (("registry", registry), ("given", given))
    ]
