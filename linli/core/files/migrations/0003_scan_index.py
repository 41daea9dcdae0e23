from django.db import migrations, models

import linli.core.files.scanning
from linli.core.keeping.online import AddIndexOnline


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('core_files', '0002_file_scan'),
    ]

    operations = [
        AddIndexOnline(
            model_name='storedfile',
            index=models.Index(condition=models.Q(('scan', linli.core.files.scanning.Scan['WAITS'])), fields=['created_at'], name='core_files_wait_for_a_scan'),
        ),
    ]
