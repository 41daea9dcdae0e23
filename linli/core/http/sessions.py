"""Sessions in the database, as Django keeps them; read by a statement that is put together once, since every request passes."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from linli.core.rows import prepared


@prepared
def _in_force(key: str, moment: dt.datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=moment)


class SessionStore(db.SessionStore):
    """Named as Django's own, whose name is in the signature: its sessions stay good."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found = _in_force(str(self.session_key), timezone.now())
        if not found:
            self._session_key = None  # Django's way to say that the cookie names none
            return None
        return found[0]
