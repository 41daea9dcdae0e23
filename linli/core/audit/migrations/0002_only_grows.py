"""The log only grows: the database itself refuses to change or delete an entry (R149a)."""

from django.db import migrations

from linli.core.audit import triggers


class Migration(migrations.Migration):
    dependencies = [("core_audit", "0001_initial")]
    operations = [migrations.RunPython(triggers.forward, triggers.backward)]
