"""Hand-written SQL for the migrations of this app."""

UNFINISHED_INDEX = (
    "CREATE INDEX core_tasks_unfinished ON django_tasks_database_dbtaskresult (status, finished_at) "
    "WHERE status IN ('RUNNING', 'FAILED')"
)
"""For the sweep, which looks every few seconds for the few rows that are neither ready nor done."""
UNFINISHED_INDEX_BACK = "DROP INDEX core_tasks_unfinished"
