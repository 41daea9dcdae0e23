"""Sessions in the database, which tell a database that is away from a session that is gone."""

from __future__ import annotations

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from linli.core.http.middleware import is_unavailable


class SessionStore(DatabaseSessionStore):
    """Django's own, but for what it raises when saving: it says of every error that the session has been deleted.

    That is answered with 400 (SessionInterrupted). Here it is so only of a session that is no longer there, as when its
    owner has signed out in another tab; a database that is away or full is raised as what it is, and answered with 503.
    """

    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create=must_create)
        except UpdateError as error:
            if is_unavailable(error.__context__):
                raise error.__context__ from None  # type: ignore[misc]
            raise
