"""Make the few tables that a worker needs in a database of its own: `python -m linli.core.tasks.tests.tables`."""

import django

django.setup()

from django.db import connection  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from linli.core.tasks.models import Schedule, WorkerSeen  # noqa: E402
from linli.core.tasks.tests import sample_tasks  # noqa: E402

if __name__ == "__main__":
    import sys

    with connection.schema_editor() as editor:
        for model in (DBTaskResult, WorkerSeen, Schedule):
            editor.create_model(model)
    for name, *arguments in (line.split() for line in sys.stdin):
        getattr(sample_tasks, name).enqueue(*[int(a) if a.isdigit() else a for a in arguments])
