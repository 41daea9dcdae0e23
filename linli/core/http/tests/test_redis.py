"""The cache may be a Redis: what is counted against limits counts there, and one that is away is told as busy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache, caches

from linli.core.http.middleware import RefusalMiddleware
from linli.core.ids import new_id

pytestmark = pytest.mark.any_database
HERE = "redis://127.0.0.1:6379/9"


@pytest.fixture
def redis(settings) -> Iterator[str]:
    client = pytest.importorskip("redis")
    try:
        client.Redis.from_url(HERE, socket_connect_timeout=1).ping()
    except client.exceptions.ConnectionError:
        pytest.skip("needs a Redis at 127.0.0.1:6379: apt-get install redis-server")
    # As settings.py does with LINLI_REDIS_URL; the prefix keeps runs beside one another apart.
    ours = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": HERE, "KEY_PREFIX": new_id().hex}
    settings.CACHES = {"default": ours}
    yield HERE
    cache.delete_many(["seen", "one", "asked"])
    caches.close_all()


def test_what_the_house_asks_of_a_cache_a_redis_does(redis, rf):
    assert cache.add("asked", 0, 60)
    assert not cache.add("asked", 0, 60)
    assert (cache.incr("asked"), cache.incr("asked")) == (1, 2)
    cache.set("seen", {"白芷": ("窗口", 1)}, 60)
    assert cache.get("seen") == {"白芷": ("窗口", 1)}
    with pytest.raises(ValueError, match="not found"):
        cache.incr("gone")


def test_a_redis_that_is_away_is_told_as_busy(settings, rf):
    pytest.importorskip("redis")
    away = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}

    with pytest.raises(Exception, match="refused") as caught:
        cache.get("one")
    answer = RefusalMiddleware(lambda request: None).process_exception(rf.get("/"), caught.value)

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
