# untranslated: sources are told to operators

import datetime as dt

from django.contrib.sessions.models import Session
from django_tasks import task

from linli.core.keeping.retention import forgets
from linli.core.tasks import periodic
from linli.ground.accounts import throttle
from linli.ground.accounts.services import sign_in, sign_ins, staff

LEAST = "个人信息保护法第十九条：保存期限为实现目的所必要的最短时间"
forgets("accounts.codes", "过期的登录验证码", days=1, source=LEAST)(sign_in.sweep_codes)
forgets("accounts.tries", "登录次数的记数", days=1, source=LEAST)(throttle.sweep)
forgets("accounts.sign_ins", "结束了的登录", days=180, at_least=180, source="网络安全法：网络日志留存不少于六个月")(
    sign_ins.sweep
)


@forgets("accounts.sessions", "到期的会话，连同没有提交的内容", days=0, source=LEAST)
def forget_sessions(before: dt.datetime) -> int:
    return Session.objects.filter(expire_date__lt=before).delete()[0]


@periodic("accounts.sweep", at=dt.time(3, 40))
@task()
def sweep() -> None:
    """Lock whoever has left."""
    staff.lock_left_posts()
