"""SQL that keeps a published version as it is (R25): for a migration, and for the tests.

A published or retired version is never deleted; its content, name, department, number and first day never change,
its last day is written once, and it never becomes a draft again. What may change: the last day (once), the day of
review, the note, and search_text, which is made from the content. FORWARD and BACKWARD are keyed by the database's
vendor, each a list of statements.
"""

TABLE = "catalogue_itemversion"
SAYS = "a published version never changes"

_FIXED = (
    "id", "item_id", "number", "content", "content_hash", "item_number", "name", "department", "domain", "valid_from",
    "edited_by", "editors", "created_at",
)  # fmt: skip


def _touched(differs: str) -> str:
    columns = " OR ".join(differs.format(column=column) for column in _FIXED)
    return (
        f"{columns} OR NEW.status NOT IN ('published', 'retired')"
        f" OR (OLD.status = 'retired' AND NEW.status <> 'retired')"
        f" OR (OLD.valid_to IS NOT NULL AND {differs.format(column='valid_to')})"
    )


FORWARD: dict[str, list[str]] = {
    "sqlite": [
        f"""CREATE TRIGGER {TABLE}_fixed BEFORE UPDATE ON {TABLE}
            WHEN OLD.status IN ('published', 'retired') AND ({_touched("NEW.{column} IS NOT OLD.{column}")})
            BEGIN SELECT RAISE(ABORT, '{SAYS}'); END""",
        f"""CREATE TRIGGER {TABLE}_kept BEFORE DELETE ON {TABLE}
            WHEN OLD.status IN ('published', 'retired')
            BEGIN SELECT RAISE(ABORT, '{SAYS}'); END""",
    ],
    "postgresql": [
        f"""CREATE OR REPLACE FUNCTION {TABLE}_fixed() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        f"""CREATE TRIGGER {TABLE}_fixed BEFORE UPDATE ON {TABLE} FOR EACH ROW
            WHEN (OLD.status IN ('published', 'retired') AND ({_touched("NEW.{column} IS DISTINCT FROM OLD.{column}")}))
            EXECUTE FUNCTION {TABLE}_fixed()""",
        f"""CREATE TRIGGER {TABLE}_kept BEFORE DELETE ON {TABLE} FOR EACH ROW
            WHEN (OLD.status IN ('published', 'retired')) EXECUTE FUNCTION {TABLE}_fixed()""",
    ],
}

BACKWARD: dict[str, list[str]] = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {TABLE}_fixed", f"DROP TRIGGER IF EXISTS {TABLE}_kept"],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS {TABLE}_fixed ON {TABLE}",
        f"DROP TRIGGER IF EXISTS {TABLE}_kept ON {TABLE}",
        f"DROP FUNCTION IF EXISTS {TABLE}_fixed()",
    ],
}
