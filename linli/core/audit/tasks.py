from django_tasks import task


@task()
def seal_audit_days() -> None:
    """Sign the end of yesterday for every chain: once a day, after midnight."""
    from linli.core.audit.seals import seal_days

    seal_days()
