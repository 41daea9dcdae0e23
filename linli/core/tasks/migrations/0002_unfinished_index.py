"""An index for the sweep, on the table of the tasks' library."""

from django.db import migrations

from linli.core.tasks.sql import UNFINISHED_INDEX, UNFINISHED_INDEX_BACK


class Migration(migrations.Migration):
    dependencies = [
        ("core_tasks", "0001_initial"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]
    operations = [migrations.RunSQL(UNFINISHED_INDEX, UNFINISHED_INDEX_BACK)]
