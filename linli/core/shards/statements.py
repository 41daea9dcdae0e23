"""What a statement says about the county: which of the place-bound tables that it touches it does not bind to one."""

from __future__ import annotations

import re

from linli.core.shards.plan import Kind, tables

TOUCHED = re.compile(r'(?:FROM|JOIN|UPDATE|INTO)\s+"?(?P<table>\w+)"?(?:\s+"?(?P<alias>[TUVW]\d+)"?)?', re.IGNORECASE)
WRITTEN = re.compile(r'\s*INSERT INTO "?(?P<table>\w+)"? \((?P<columns>[^)]*)\)', re.IGNORECASE)


def unbound(sql: str) -> list[str]:
    """Return the place-bound tables (or their aliases) that a statement does not bind to a county.

    Bound is a table whose key column stands in a condition or a join of it; an inserted row, whose key is among the columns.
    """
    keys = {table.name: table.key for table in tables().values() if table.kind is Kind.SPLIT}
    if written := WRITTEN.match(sql):
        key = keys.get(written["table"])
        columns = re.findall(r"\w+", written["columns"])
        return [written["table"]] if key and key not in columns else []
    loose = []
    conditions = " ".join(re.findall(r"\b(?:ON|WHERE)\b.*?(?=\bFROM\b|\bORDER BY\b|$)", sql, re.IGNORECASE | re.DOTALL))
    for found in TOUCHED.finditer(sql):
        key = keys.get(found["table"])
        if key is None:
            continue
        name = found["alias"] or found["table"]
        bound = re.search(rf'(?:"?{name}"?\.)"?{key}"?\s*(?:=|IN\b)|=\s*\(?"?{name}"?\."?{key}"?', conditions)
        if not bound and not re.search(rf"\bWHERE\b[^.\"]*\b{key} = ", sql):
            loose.append(name)
    return loose
