import datetime as dt

from django_tasks import task

from linli.core.tasks import periodic


@periodic("accounts.sweep", at=dt.time(3, 40))
@task()
def sweep() -> None:
    """Delete one-time codes, counted tries and sign-ins that are long over; lock whoever has left."""
    from linli.ground.accounts import throttle
    from linli.ground.accounts.services import sign_in, sign_ins, staff

    sign_in.sweep_codes()
    sign_ins.sweep()
    staff.lock_left_posts()
    throttle.sweep()
