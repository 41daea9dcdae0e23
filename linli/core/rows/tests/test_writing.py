import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction

from linli.core.calendar import now
from linli.core.files.models import StoredFile
from linli.core.http.models import IdempotencyKey
from linli.core.ids import new_id
from linli.core.rows import insert, insert_if_new, together, write

pytestmark = pytest.mark.django_db


def key(name: str) -> IdempotencyKey:
    return IdempotencyKey(id=new_id(), owner="她", operation="test", key=name, result="%s", created_at=now())


def test_rows_are_read_back_as_they_were_written(django_assert_num_queries):
    rows = [key("a"), key("b")]

    with django_assert_num_queries(1):
        assert insert(rows) == rows

    kept = {row.key: row for row in IdempotencyKey.objects.all()}
    assert {name: (row.pk, row.owner, row.result, row.created_at) for name, row in kept.items()} == {
        row.key: (row.pk, "她", "%s", row.created_at) for row in rows
    }
    rows[0].result = "later"
    rows[0].save()
    assert IdempotencyKey.objects.get(key="a").result == "later"


def test_values_of_every_kind_are_written_as_the_framework_writes_them():
    mine, its = (
        StoredFile(
            id=new_id(), sha256=name * 64, size=7, kind="image/jpeg", pages=None, verdict="", came_as="", scan="not_asked",
            key_id="k", created_at=now(), storage_key=f"{name}/x",
        )
        for name in "ab"
    )  # fmt: skip

    insert([mine])
    its.save(force_insert=True)

    first, second = (
        StoredFile.objects.filter(pk=mine.pk).values().get(),
        StoredFile.objects.filter(pk=its.pk).values().get(),
    )
    assert {name: type(value) for name, value in first.items()} == {name: type(value) for name, value in second.items()}


def test_what_is_there_already_is_refused():
    insert([key("a")])

    with pytest.raises(IntegrityError), transaction.atomic():
        insert([key("a")])
    assert IdempotencyKey.objects.count() == 1


def test_nothing_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert([]) == []


def test_a_table_whose_keys_the_database_makes_is_refused():
    with pytest.raises(ValueError, match="ContentType"):
        insert([ContentType(app_label="a", model="b")])


def test_a_row_that_a_constraint_forbids_is_told_and_nothing_is_undone():
    first, again = key("a"), key("a")

    with transaction.atomic():
        assert insert_if_new(first) is True
        assert insert_if_new(again) is False
        assert insert_if_new(key("b")) is True

    assert set(IdempotencyKey.objects.values_list("pk", "key")) >= {(first.pk, "a")}
    assert (IdempotencyKey.objects.count(), again._state.adding) == (2, True)


def test_what_is_written_together_comes_in_its_order_before_what_is_read(django_assert_num_queries):
    far = connection.vendor == "postgresql"

    with transaction.atomic(), django_assert_num_queries(3 if far else 5), together():
        insert([key("a"), key("b")])
        write(f"UPDATE {IdempotencyKey._meta.db_table} SET result = %s WHERE key = %s", ["1", "a"])
        assert list(IdempotencyKey.objects.order_by("key").values_list("key", "result")) == [("a", "1"), ("b", "%s")]
        insert([key("c")])
        write(f"UPDATE {IdempotencyKey._meta.db_table} SET result = %s WHERE key = %s", ["2", "c"])

    assert IdempotencyKey.objects.get(key="c").result == "2"


def test_what_waits_is_undone_with_the_savepoint_it_was_written_in():
    with transaction.atomic(), together():
        insert([key("a")])
        with transaction.atomic():
            insert([key("b")])
            transaction.set_rollback(True)
        insert([key("c")])

    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"a", "c"}


def test_a_refusal_of_the_database_undoes_everything_that_was_written_together():
    def twice() -> None:
        with transaction.atomic(), together():
            insert([key("a")])
            insert([key("a")])

    with pytest.raises(IntegrityError):
        twice()

    assert not IdempotencyKey.objects.exists()
