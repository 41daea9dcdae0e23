"""Sessions in the database, as Django keeps them, read by a statement that is put together once: every request passes here.

They tell a database that is away from a session that is gone.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from linli.core.http.middleware import is_unavailable
from linli.core.rows import prepared


@prepared
def _in_force(key: str, moment: dt.datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=moment)


class SessionStore(db.SessionStore):
    """Named as Django's own, whose name is in the signature: its sessions stay good.

    Django says of every error when saving that the session has been deleted, which is answered with 400
    (SessionInterrupted). Here it is so only of a session that is no longer there, as when its owner has signed out in
    another tab; a database that is away or full is raised as what it is, and answered with 503.
    """

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found = _in_force(str(self.session_key), timezone.now())
        if not found:
            self._session_key = None  # Django's way to say that the cookie names none
            return None
        return found[0]

    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create=must_create)
        except UpdateError as error:
            if is_unavailable(error.__context__):
                raise error.__context__ from None  # type: ignore[misc]
            raise
