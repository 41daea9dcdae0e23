"""A rule for a whole city: one expression over a table with a column for each fact; NULL is unknown.

The text is understood alike by DuckDB and Spark SQL. Nothing of a person stands in it, and of a rule only numbers, days
and words that `parse` has let pass.
"""

from __future__ import annotations

import datetime as dt

from linli.core.conditions.form import Every, Not, Rule, Test
from linli.core.conditions.months import latest_start


def sql(rule: Rule, *, on: dt.date) -> str:
    """Return the expression that is TRUE, FALSE or NULL for a row on a day."""
    if isinstance(rule, Test):
        return _test(rule, on)
    if isinstance(rule, Not):
        return f"(NOT {sql(rule.part, on=on)})"
    word = " AND " if isinstance(rule, Every) else " OR "
    return f"({word.join(sql(part, on=on) for part in rule.parts)})"


def _test(rule: Test, on: dt.date) -> str:
    name, value = rule.fact.name, rule.value
    if rule.op == "months":
        compared = f"{name} <= DATE '{latest_start(on, value).isoformat()}'"
    elif rule.op == "in":
        compared = f"{name} IN ({', '.join(map(_literal, value))})"
    elif rule.op == "has":
        compared = f"array_contains({name}, {_literal(value)})"
    else:
        compared = f"{name} {rule.op} {_literal(value)}"
    return f"(CASE WHEN {compared} THEN TRUE END)" if rule.fact.is_open else f"({compared})"


def _literal(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, int) else f"'{value}'"
