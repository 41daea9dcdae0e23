"""What is past its term goes, what is not stays, and the audit log says how much (个人信息保护法第十九条)."""

import datetime as dt

import pytest
from click.testing import CliRunner
from django.contrib.sessions.models import Session

from linli.core.audit.models import Entry
from linli.core.calendar import now
from linli.core.http.models import IdempotencyKey
from linli.core.ids import new_id
from linli.core.keeping import checks, cli, retention

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def key(name: str, *, days: int) -> None:
    IdempotencyKey.objects.create(
        id=new_id(), owner="o", operation="t", key=name, result="r", created_at=now() - days * DAY
    )


def test_terms_of_all_rooms_are_there_with_their_source():
    terms = {term.name: term.days for term in retention.terms()}

    assert terms == {
        "accounts.codes": 1, "accounts.sessions": 0, "accounts.sign_ins": 180, "accounts.tries": 1, "casework.drafts": 90,
        "casework.mandates": 90, "exchange.feed": 90, "http.idempotency_keys": 90,
        "http.tallies": 1,
    }  # fmt: skip
    assert all(term.source for term in retention.terms())


def test_what_is_past_its_term_goes_and_is_counted():
    key("old", days=91)
    key("young", days=89)
    Session.objects.create(session_key="over", session_data="", expire_date=now() - DAY)
    Session.objects.create(session_key="open", session_data="", expire_date=now() + DAY)

    gone = retention.tidy()

    assert gone == {"http.idempotency_keys": 1, "accounts.sessions": 1}
    assert [row.key for row in IdempotencyKey.objects.all()] == ["young"]
    assert [row.session_key for row in Session.objects.all()] == ["open"]
    entry = Entry.objects.get()
    assert (entry.action, entry.facts) == ("keeping.forgot", gone)

    assert retention.tidy() == {}
    assert Entry.objects.count() == 1


def test_a_citys_own_terms_are_what_the_night_goes_by(settings):
    """R149: the repeated submission's key stays as long as the draft, whatever the city says of drafts."""
    settings.RETENTION_DAYS = ["casework.drafts=120", "http.tallies=7"]
    key("older", days=121)
    key("old", days=119)

    assert {term.name: term.days for term in retention.terms() if term.name.startswith("http.")} == {
        "http.idempotency_keys": 120, "http.tallies": 7,
    }  # fmt: skip
    assert retention.tidy() == {"http.idempotency_keys": 1}
    assert [row.key for row in IdempotencyKey.objects.all()] == ["old"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("accounts.sign_ins=179", "至少要 180 天（网络安全法"),
        ("exchange.feed=30", "至少要 90 天"),
        ("casework.drafts=0", "至少要 1 天"),
        ("casework.draft=60", "没有可以设的期限"),
        ("accounts.sessions=3", "没有可以设的期限"),
        ("casework.drafts=-5", "读不懂"),
        ("casework.drafts", "读不懂"),
    ],
)
def test_a_term_that_is_too_short_or_not_understood_is_refused_and_nothing_is_deleted(asked, said, settings):
    settings.RETENTION_DAYS = [asked]
    key("old", days=91)

    answer = CliRunner().invoke(cli.retention, ["--now"])

    assert answer.exit_code == 1
    assert said in answer.output
    assert IdempotencyKey.objects.count() == 1
    (finding,) = checks.retention_terms(False)
    assert said in finding.what


def test_one_kind_that_fails_keeps_no_other_from_going(monkeypatch):
    key("old", days=91)
    broken = retention.Term("a.broken", "x", 1, "y", lambda before: [][0])
    monkeypatch.setitem(retention._terms, "a.broken", broken)

    assert retention.tidy() == {"http.idempotency_keys": 1}


def test_the_command_lists_terms_and_deletes_only_when_told():
    key("old", days=91)

    assert "casework.drafts  没有提交的草稿" in CliRunner().invoke(cli.retention).output
    assert IdempotencyKey.objects.count() == 1
    assert "http.idempotency_keys 删了 1 条" in CliRunner().invoke(cli.retention, ["--now"]).output
    assert IdempotencyKey.objects.count() == 0
