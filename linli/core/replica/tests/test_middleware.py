"""Who has sent something is remembered while the copy may be behind; without a copy there is nothing to remember."""

from __future__ import annotations

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import router
from django.http import HttpResponse

from linli.core.audit.models import Entry
from linli.core.replica import reading, reading_a_copy
from linli.core.replica.middleware import WroteMiddleware

pytestmark = pytest.mark.any_database


def test_without_a_copy_nothing_is_different():
    with reading_a_copy():
        assert router.db_for_read(Entry) == "default"
    with pytest.raises(MiddlewareNotUsed):
        WroteMiddleware(lambda request: HttpResponse())


def test_who_has_sent_something_is_remembered_for_as_long_as_the_copy_is_behind(settings, rf):
    settings.REPLICA_URL = "postgres://db2/linli"
    answered = WroteMiddleware(lambda request: HttpResponse())

    assert answered(rf.get("/")).cookies == {}
    told = answered(rf.post("/")).cookies[reading.WROTE]
    assert (told["max-age"], told["httponly"], told["samesite"]) == (30, True, "Lax")
