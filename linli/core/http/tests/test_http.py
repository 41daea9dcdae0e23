"""Idempotency, versions, refusals, fragments."""

import threading
import time
import uuid

import pytest
from django import forms
from django.db import OperationalError, connection, models
from django.http import HttpResponse
from django.test import RequestFactory

from linli.core.access import ANONYMOUS, Actor
from linli.core.http import Refused, Stale, once, refusals_shown_on, save_version, show
from linli.core.http.middleware import RefusalMiddleware
from linli.core.http.models import IdempotencyKey

SHE, HE = (Actor(kind="resident", account_id=uuid.uuid4()) for _ in range(2))


class Note(models.Model):
    id = models.IntegerField(primary_key=True)
    county_code = models.CharField(max_length=6, default="510402")
    text = models.CharField(max_length=20, default="")
    version = models.PositiveIntegerField(default=1)

    objects = models.Manager["Note"]()

    class Meta:
        app_label = "http_tests"


@pytest.fixture
def notes(request):
    """A table with one row. Taken away by hand, where the test was no transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS http_tests_note")
        cursor.execute(
            "CREATE TABLE http_tests_note (id integer PRIMARY KEY, county_code varchar(6) NOT NULL,"
            " text varchar(20) NOT NULL, version integer NOT NULL)"
        )
    yield Note.objects.create(id=1)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE http_tests_note")


def at_once(count, work):
    """Run work(number) in threads that start together; return what each returned or raised."""
    barrier, results = threading.Barrier(count), [None] * count

    def run(number):
        try:
            barrier.wait()
            results[number] = work(number)
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# once


@pytest.mark.django_db
def test_a_repeated_submission_returns_the_first_result():
    """Architecture, decision 11."""
    made = []

    def make():
        made.append(1)
        return f"5104-{len(made)}"

    assert once(SHE, "casework.submit", "a", make) == ("5104-1", True)
    assert once(SHE, "casework.submit", "a", make) == ("5104-1", False)
    assert made == [1]


@pytest.mark.django_db
def test_another_person_operation_or_key_is_another_submission():
    for number, (actor, operation, key) in enumerate(
        [(SHE, "a", "k"), (HE, "a", "k"), (ANONYMOUS, "a", "k"), (SHE, "b", "k"), (SHE, "a", "l")]
    ):
        assert once(actor, operation, key, lambda number=number: str(number)) == (str(number), True)


@pytest.mark.django_db
def test_what_was_refused_can_be_sent_again():
    def refuse():
        IdempotencyKey.objects.create(owner="x", operation="x", key="x", created_at="2026-11-24T00:00:00Z")
        raise Refused

    with pytest.raises(Refused):
        once(SHE, "a", "k", refuse)
    assert not IdempotencyKey.objects.exists()
    assert once(SHE, "a", "k", lambda: "done") == ("done", True)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x" * 500, "柳\x00", "\ud800", "k" * 80])
def test_any_key_that_a_client_sends_is_kept(key):
    assert once(SHE, "a", key, lambda: "1") == ("1", True)
    assert once(SHE, "a", key, lambda: "2") == ("1", False)
    assert once(SHE, "a", key + "x", lambda: "3") == ("3", True)


@pytest.mark.django_db
def test_without_a_key_nothing_is_remembered():
    assert once(SHE, "a", "", lambda: "1") == ("1", True)
    assert once(SHE, "a", "", lambda: "2") == ("2", True)


@pytest.mark.django_db(transaction=True)
def test_of_many_submissions_at_the_same_moment_one_makes():
    made = []

    def make():
        made.append(1)
        time.sleep(0.05)  # the others arrive meanwhile
        return "5104-1"

    results = at_once(6, lambda _: once(SHE, "casework.submit", "a", make))

    assert sorted(results) == [("5104-1", False)] * 5 + [("5104-1", True)]
    assert made == [1]
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_where_the_first_of_two_is_refused_the_other_makes():
    tried = []

    def make():
        tried.append(1)
        if len(tried) == 1:
            time.sleep(0.05)
            raise Refused
        return "5104-1"

    results = at_once(2, lambda _: once(SHE, "casework.submit", "a", make))

    assert ("5104-1", True) in results
    assert [type(result) for result in results if not isinstance(result, tuple)] == [Refused]


# save_version


@pytest.mark.django_db
def test_a_save_counts_the_version_up(notes):
    save_version(notes, 1, text="a")

    assert (notes.text, notes.version) == ("a", 2)
    assert Note.objects.values_list("text", "version").get() == ("a", 2)


@pytest.mark.django_db
def test_without_a_version_the_rows_own_is_taken(notes):
    save_version(notes, None, text="a")

    assert Note.objects.get().version == 2


@pytest.mark.django_db
@pytest.mark.parametrize("version", [0, 2, 99])
def test_another_version_is_stale_and_changes_nothing(notes, version):
    with pytest.raises(Stale) as refused:
        save_version(notes, version, text="a")

    assert (refused.value.code, refused.value.status) == ("stale", 409)
    assert (notes.text, notes.version) == ("", 1)
    assert Note.objects.values_list("text", "version").get() == ("", 1)


@pytest.mark.django_db
def test_a_row_that_moved_to_another_county_is_stale(notes):
    notes.county_code = "510403"

    with pytest.raises(Stale):
        save_version(notes, 1, text="a")


@pytest.mark.django_db(transaction=True)
def test_of_many_saves_at_the_same_moment_one_wins(notes):
    def save(number):
        row = Note.objects.get()
        save_version(row, 1, text=str(number))
        return number

    results = at_once(6, save)

    winners = [result for result in results if isinstance(result, int)]
    assert len(winners) == 1
    assert [type(result) for result in results if not isinstance(result, int)] == [Stale] * 5
    assert Note.objects.values_list("text", "version").get() == (str(winners[0]), 2)


# refusals


class TooLate(Refused):
    code = "tests.too_late"
    message = "已经过了 %(day)s。"
    field = "day"


class DayForm(forms.Form):
    day = forms.CharField()


def test_a_refusal_fills_its_sentence():
    assert str(TooLate(day="12 月 4 日")) == "已经过了 12 月 4 日。"
    assert str(Refused("只有 100%。")) == "只有 100%。"
    assert TooLate(field="other", day="").field == "other"
    assert TooLate.field == "day"


def test_a_refusal_stands_beside_its_field_or_above_the_form():
    form = DayForm({"day": "x"})

    with refusals_shown_on(form):
        raise TooLate(day="今天")
    with refusals_shown_on(form):
        raise TooLate(day="明天", field="gone")
    with refusals_shown_on(form):
        raise Refused

    assert form.errors == {
        "day": ["已经过了 今天。"],
        "__all__": ["已经过了 明天。", "这件事现在不能这样办。"],
    }


def test_what_is_no_refusal_rises():
    with pytest.raises(ZeroDivisionError), refusals_shown_on(DayForm({})):
        raise ZeroDivisionError


def risen(error):
    return RefusalMiddleware(lambda request: HttpResponse()).process_exception(RequestFactory().get("/"), error)


@pytest.mark.django_db
def test_a_refusal_that_nobody_caught_becomes_a_page():
    response = risen(Stale())

    assert response.status_code == 409
    assert "别的同事刚刚改动了这一件，请先看新的进展，再决定怎么办。" in response.content.decode()


@pytest.mark.django_db
def test_a_database_that_is_away_becomes_a_page_and_a_line_in_the_log(caplog):
    response = risen(OperationalError("away"))

    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert [record.message for record in caplog.records] == ["http.unavailable"]


def test_anything_else_rises():
    assert risen(ZeroDivisionError()) is None


# page or fragment


class Htmx:
    def __init__(self, *, boosted=False, history=False):
        self.boosted, self.history_restore_request = boosted, history


@pytest.mark.parametrize(
    ("htmx", "shown"),
    [
        (None, "page"),
        (Htmx(), "fragment"),
        (Htmx(boosted=True), "page"),
        (Htmx(history=True), "page"),
    ],
)
def test_one_address_answers_page_or_fragment(settings, htmx, shown):
    loader = ("django.template.loaders.locmem.Loader", {"page.html": "page", "fragment.html": "fragment"})
    settings.TEMPLATES = [{"BACKEND": settings.TEMPLATES[0]["BACKEND"], "OPTIONS": {"loaders": [loader]}}]
    request = RequestFactory().get("/")
    request.htmx = htmx

    response = show(request, "page.html", fragment="fragment.html", status=422)

    assert (response.content.decode(), response.status_code, response["Vary"]) == (shown, 422, "HX-Request")
