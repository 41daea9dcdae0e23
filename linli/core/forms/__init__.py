"""Forms as data: a JSON Schema with hints for people, checked on the server, rendered as accessible HTML.

A page writes `<form method="post" novalidate>{% csrf_token %}{% schema_form form %}<button …></form>`; the dialect is
described in dialect.py.
"""

from linli.core.forms.dialect import check_form_schema
from linli.core.forms.facts import KnownFact, declare_fact, declared_facts
from linli.core.forms.form import SchemaForm
from linli.core.forms.formats import FORMAT_CHECKER
from linli.core.forms.shown import Answer, answers_shown

__all__ = [
    "FORMAT_CHECKER", "Answer", "KnownFact", "SchemaForm", "answers_shown", "check_form_schema", "declare_fact",
    "declared_facts",
]  # fmt: skip
