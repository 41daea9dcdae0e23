import datetime as dt

from django_tasks import task

from linli.core.tasks import periodic


@periodic("accounts.sweep", at=dt.time(3, 40))
@task()
def sweep() -> None:
    """Delete one-time codes and counted tries that are long over."""
    from linli.ground.accounts import throttle
    from linli.ground.accounts.services import sign_in

    sign_in.sweep_codes()
    throttle.sweep()
