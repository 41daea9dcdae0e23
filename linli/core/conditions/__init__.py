"""Conditions as data: one rule answers for one person with its reasons, and for a whole city in one query.

The form is described in docs/conditions.md. A rule is parsed against a vocabulary of facts, which a room of the ground
floor registers; parsed, it becomes a closure (`answer`) or an expression (`sql`). Both know three answers.
"""

from linli.core.conditions.form import SCHEMA, RuleNotGood, parse, schema_for
from linli.core.conditions.one import Answer, Reason, closure
from linli.core.conditions.set_based import sql
from linli.core.conditions.vocabulary import Fact, Kind, Vocabulary

__all__ = [
    "SCHEMA",
    "Answer",
    "Fact",
    "Kind",
    "Reason",
    "RuleNotGood",
    "Vocabulary",
    "closure",
    "parse",
    "schema_for",
    "sql",
]
