"""No log line of any test tells an identity number or a telephone: the ear itself (R42; docs/security.md)."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from linli.config.logs import WithFacts
from linli.config.testing import Ear
from linli.ground.accounts import services as accounts

pytestmark = pytest.mark.any_database
NUMBER, PHONE = "519902194503120046", "15400000617"


@pytest.fixture
def ear() -> Ear:
    ear = Ear()
    ear.learn(NUMBER.encode(), b"registry.person.id_number\0row")
    ear.learn(PHONE.encode(), b"accounts.account.phone\0row")
    return ear


def said(ear: Ear, text: str, *arguments: object, **extra: object) -> list[str]:
    logger = logging.Logger("linli.somewhere")
    logger.addHandler(ear)
    logger.info(text, *arguments, extra=extra)
    return ear.told()


@pytest.mark.parametrize(
    "text",
    [NUMBER, f"x{NUMBER}x", "519902 19450312 0046", PHONE, f"+86 {PHONE}", "154 0000 0617", "154-0000-0617", f"/find/?q={PHONE}&"],
)  # fmt: skip
def test_a_number_is_heard_in_the_text_in_the_arguments_and_beside_them(ear: Ear, text: str):
    assert said(ear, "found %s", text) == ["linli.somewhere: found %s"]
    assert said(Ear(), "found %s", text) == []
    beside = Ear()
    beside.numbers = ear.numbers
    assert said(beside, "found", who=text) == ["linli.somewhere: found"]


def line(name: str, **extra: object) -> str:
    record = logging.Logger(name).makeRecord(name, logging.WARNING, "", 0, "what.happened", (), None, extra=extra)
    return WithFacts().format(record).partition(" WARNING ")[2]


def test_a_line_of_ours_tells_the_facts_beside_it_and_others_tell_nothing_more():
    """Whoever runs Linli reads that the provider was away, and why; a library's record may hold a whole request."""
    assert line("linli.provider", error="SSLError", case=7) == "linli.provider what.happened error=SSLError case=7"
    assert line("linli.provider", request=object()) == "linli.provider what.happened"
    assert line("django.request", status_code=503) == "django.request what.happened"


def test_nobody_writes_lines_of_her_own_into_the_log():
    told = line("linli.web", path="/x\n2026-11-25 ERROR linli.audit broken")

    assert told == "linli.web what.happened path='/x\\n2026-11-25 ERROR linli.audit broken'"


def test_a_number_is_heard_in_an_exception(ear: Ear):
    logger = logging.Logger("linli.somewhere")
    logger.addHandler(ear)
    try:
        raise ValueError(f"no such person: {NUMBER}")
    except ValueError:
        logger.exception("broken")

    assert ear.told() == ["linli.somewhere: broken"]


def test_identifiers_moments_and_numbers_of_nobody_are_not_taken_for_one(ear: Ear):
    assert said(ear, "0192f0c1-2b3a-7c4d-8e5f-60718293a4b5 2026-03-09 10:00:00 15400000618 5104-2611-0372-K") == []
    ear.learn(b"15400000618", b"casework.draft.form_data\0row")
    assert ear.told() == []


@pytest.mark.django_db
def test_the_ear_of_the_session_hears_what_is_sealed_and_what_is_logged(no_numbers_in_the_log: Ear, client: Client):
    accounts.resident_for_phone("15400000619")
    before = no_numbers_in_the_log.records
    logging.getLogger("linli.tests").info("said")

    assert "15400000619" in no_numbers_in_the_log.numbers
    assert no_numbers_in_the_log.records == before + 1
