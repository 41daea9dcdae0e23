from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models import QuerySet

from linli.core.calendar import now
from linli.core.http.models import IdempotencyKey
from linli.core.ids import new_id
from linli.core.rows import insert, one_of, prepared

pytestmark = pytest.mark.django_db


def key(name: str, **more) -> IdempotencyKey:
    return IdempotencyKey(**{"id": new_id(), "owner": "她", "operation": "test", "key": name, "result": "", "created_at": now()} | more)  # fmt: skip


@prepared
def _keys(owner, names) -> QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(one_of("key", names), owner=owner).order_by("key")


def test_the_rows_found_are_those_of_the_query_with_the_values_in_it(django_assert_num_queries):
    insert([key("a"), key("b"), key("c"), key("a", owner="他")])

    for names in (["a"], ["a", "c"], ["b", "c"], ["%s"], []):
        expected = list(IdempotencyKey.objects.filter(owner="她", key__in=names).order_by("key").values())
        with django_assert_num_queries(1 if names else 0):
            found = _keys("她", names)
        assert [{field.attname: getattr(row, field.attname) for field in row._meta.fields} for row in found] == expected

    (first,) = _keys("她", ["a"])
    first.result = "later"
    first.save()
    assert IdempotencyKey.objects.get(pk=first.pk).result == "later"


def test_ids_moments_and_numbers_are_compared_as_the_framework_compares_them():
    row, moment = key("a"), now()
    insert([row, key("b")])

    by_id = prepared(lambda pk, at: IdempotencyKey.objects.filter(pk=pk, created_at__lte=at))
    third = ContentType.objects.order_by("pk")[2]
    early = prepared(
        lambda last: ContentType.objects.filter(pk__lte=last).values_list("app_label", "pk").order_by("pk")
    )
    names = prepared(lambda app: ContentType.objects.filter(app_label=app).values_list("model", flat=True))

    assert by_id(row.pk, moment) == [row]
    assert by_id(row.pk, row.created_at.replace(year=2000)) == []
    assert early(third.pk) == list(ContentType.objects.values_list("app_label", "pk").order_by("pk")[:3])
    assert sorted(names("core_http")) == sorted(
        ContentType.objects.filter(app_label="core_http").values_list("model", flat=True)
    )


def test_none_is_refused_because_sql_compares_it_otherwise():
    with pytest.raises(TypeError):
        _keys(None, ["a"])


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_only_inside_a_transaction():
    locked = prepared(lambda pk: IdempotencyKey.objects.select_for_update().filter(pk=pk))
    row = key("a")
    insert([row])
    with transaction.atomic():
        assert locked(row.pk) == [row]

    with pytest.raises(transaction.TransactionManagementError):
        locked(row.pk)


@pytest.mark.django_db(transaction=True)
def test_threads_read_each_over_its_own_connection():
    rows = [key(name) for name in "abcdef"]
    insert(rows)

    def read(row: models.Model) -> bool:
        try:
            return all(_keys("她", [row.key]) == [row] for _ in range(20))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(read, rows))
