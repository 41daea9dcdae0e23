"""SQL that lets the register of seal use only grow (R46b): for a migration, and for the tests.

FORWARD and BACKWARD are keyed by the database's vendor, each a list of statements.
"""

TABLE = "certificates_sealuse"

FORWARD: dict[str, list[str]] = {
    "sqlite": [
        f"""CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE}
            BEGIN SELECT RAISE(ABORT, 'the register of seal use is never edited'); END"""
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        f"""CREATE OR REPLACE FUNCTION {TABLE}_only_grows() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the register of seal use is never edited'; END $$""",
        f"""CREATE TRIGGER {TABLE}_only_grows BEFORE UPDATE OR DELETE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION {TABLE}_only_grows()""",
    ],
}

BACKWARD: dict[str, list[str]] = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}" for verb in ("update", "delete")],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS {TABLE}_only_grows ON {TABLE}",
        f"DROP FUNCTION IF EXISTS {TABLE}_only_grows()",
    ],
}
