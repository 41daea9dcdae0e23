"""Rated at the window, by a code and on the telephone; never by whoever handled the case (R43, 国办发〔2019〕51号)."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.core.crypto import unseal
from linli.core.messages.models import Message
from linli.core.tasks.testing import run_all
from linli.services.casework import rules, services
from linli.services.casework.models import Case, FollowUp, Rating, RatingChannel, Status
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road
from linli.services.casework.tests.test_pages import Markup, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]
HERE = "10.0.0.8"


@pytest.fixture
def road(town, clock) -> Road:
    """Not accepted, with reasons, on a Monday: over, and nobody has said how it went."""
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    services.not_accept(road.number, by=road.worker, said="这件事不归这里办。")
    run_all()
    return road


@pytest.fixture
def colleague(town):
    return town.staff("window_clerk", town.home, name="文竹")


def test_the_resident_presses_a_face_on_the_turned_screen(client, road):
    """R43: one question, one press; the clerk's own hands stay out, and she is told what was pressed."""
    signed_in(client, road.worker)
    ask = reverse("casework:ask_rating", args=[road.number])
    assert Markup(client.get(ask).content.decode()).faults() == []

    screen = client.post(ask, {"what": "screen"})["Location"]
    page = client.get(screen).content.decode()
    assert Markup(page).faults() == []
    assert len(re.findall(r'name="score" value="\d"', page)) == 5
    assert "柳桂枝" not in page
    pressed = client.post(screen, {"score": "4", "comment": "很快"})
    assert pressed["Location"] == screen
    thanks = client.get(screen).content.decode()
    assert "谢谢您，记下了。" in thanks
    assert "“满意”" not in thanks
    assert ">满意<" not in thanks

    row = Rating.everywhere.get()
    assert (row.score, row.channel, row.asked_by) == (4, "screen", road.worker.account_id)
    entry = Entry.objects.filter(action="casework.rated").get()
    assert entry.actor_kind == "anonymous"
    run_all()
    told = Message.everywhere.get(template="casework.rated_for_her", channel="portal")
    assert told.person_id == road.person.pk
    text = unseal(told.text, where="core_messages.message.text", row=told.pk)
    assert "“满意”（窗口屏幕）" in text


def test_a_bad_press_comes_back_as_work_as_online(road):
    """R43: called back by somebody who has not handled it."""
    services.rate_by_link(services.turn_the_screen(road.number, by=road.worker), score=1, address=HERE)

    follow_up = FollowUp.everywhere.get()
    assert follow_up.handled_by == [str(road.worker.account_id)]


def test_a_screen_serves_once_and_ten_minutes(client, road, clock, refused):
    token = services.turn_the_screen(road.number, by=road.worker)
    clock("2026-03-02 09:10")
    with refused(rules.RatingLinkOver):
        services.rate_by_link(token, score=5, address=HERE)
    assert client.get(reverse("casework:rate", args=[token])).status_code == 410
    clock("2026-03-02 09:09")
    services.rate_by_link(token, score=5, address=HERE)
    with refused(rules.AlreadyRated):
        services.rate_by_link(token, score=1, address=HERE)
    with refused(rules.AlreadyRated):
        services.turn_the_screen(road.number, by=road.worker)
    with refused(rules.AlreadyRated):
        services.rate(road.number, by=road.resident, score=1)


def test_a_code_on_her_own_phone_serves_thirty_days_and_before_the_end_too(client, town, clock):
    factories.catalogue("old_age_allowance")
    clock("2026-03-02 09:00")
    road = Road(town)
    token = services.rating_token(road.case, RatingChannel.CODE, by=road.worker)
    address = reverse("casework:rate", args=[token])

    early = client.get(address)
    assert "事情还没办完" in early.content.decode()
    assert client.post(address, {"score": "5"}).status_code == 422
    services.not_accept(road.number, by=road.worker, said="这件事不归这里办。")
    clock("2026-04-01 08:59")
    assert client.post(address, {"score": "5"}).status_code == 302

    assert Rating.everywhere.get().channel == "code"


@pytest.mark.parametrize("token", ["x", "a:b:c", "5104022603AAAAAX.screen..9999999999:x", "٣:\x00"])
def test_a_forged_link_is_answered_by_a_sentence(client, road, refused, token):
    for answer in (
        client.get(reverse("casework:rate", args=[token])),
        client.post(reverse("casework:rate", args=[token]), {"score": "5"}),
    ):
        assert answer.status_code == 404
        assert "不是我们发的" in answer.content.decode()
    with refused(rules.RatingLinkForged):
        services.rate_by_link(token, score=5, address=HERE)


def test_a_link_to_one_case_rates_no_other(town, road, refused):
    token = services.turn_the_screen(road.number, by=road.worker)
    other = Road(town)
    services.not_accept(other.number, by=other.worker, said="这件事不归这里办。")
    assert road.number in token
    swapped = token.replace(road.number, other.number)

    with refused(rules.RatingLinkForged):
        services.rate_by_link(swapped, score=1, address=HERE)
    services.rate_by_link(token, score=5, address=HERE)

    assert Rating.everywhere.get().case_id == road.case.pk


def test_what_is_no_face_is_no_rating(client, road):
    screen = reverse("casework:rate", args=[services.turn_the_screen(road.number, by=road.worker)])

    for score in ("", "0", "6", "５", "\x00"):
        assert client.post(screen, {"score": score, "comment": "话还在"}).status_code == 422
    assert "话还在" in client.post(screen, {"score": "0", "comment": "话还在"}).content.decode()
    assert not Rating.everywhere.exists()


def test_one_address_cannot_press_for_hours(road, refused):
    for _press in range(30):
        with pytest.raises(rules.RatingLinkForged):
            services.rate_by_link("x", score=5, address=HERE)
    token = services.turn_the_screen(road.number, by=road.worker)

    with refused(rules.TooManyRatings):
        services.rate_by_link(token, score=5, address=HERE)
    services.rate_by_link(token, score=5, address="10.0.0.9")


def test_a_colleague_asks_on_the_telephone_whoever_handled_it_cannot(client, road, colleague, refused):
    """R43: the clerk rated never answers for her."""
    with refused(rules.RatesOwnWork):
        services.rate_by_telephone(road.number, by=road.worker, score=5)
    ask = reverse("casework:ask_rating", args=[road.number])
    signed_in(client, road.worker)
    assert "要由别的同事打电话问" in client.get(ask).content.decode()
    assert client.post(ask, {"what": "telephone", "score": "5"}).status_code == 422
    signed_in(client, colleague)
    assert client.post(ask, {"what": "telephone"}).status_code == 422

    assert client.post(ask, {"what": "telephone", "score": "2", "comment": "说是跑了三趟"}).status_code == 302

    row = Rating.everywhere.get()
    assert (row.score, row.channel, row.asked_by) == (2, "telephone", colleague.account_id)
    assert FollowUp.everywhere.exists()
    assert "一件事只评一次" in client.get(ask).content.decode()


def test_what_is_not_over_or_not_hers_to_see_is_not_asked_about(town, colleague, road, refused):
    running = Road(town)
    with refused(rules.NotRateable):
        services.turn_the_screen(running.number, by=running.worker)
    with refused(rules.NotRateable):
        services.rate_by_telephone(running.number, by=colleague, score=5)
    stranger = town.staff("window_clerk", town.west_home, name="紫苏")
    with refused(Case.DoesNotExist):
        services.turn_the_screen(road.number, by=stranger)
    with refused(Case.DoesNotExist):
        services.rate_by_telephone(road.number, by=road.resident, score=5)


def test_a_delivered_case_closes_with_the_press(town, clock):
    factories.catalogue("old_age_allowance")
    town.seals()
    clock("2026-03-02 09:00")
    road = Road(town)
    road.to_the_end()
    road.decide()
    run_all()

    services.rate_by_link(services.turn_the_screen(road.number, by=road.worker), score=5, address=HERE)

    assert road.now().status == Status.CLOSED


def test_the_desk_offers_it_once_the_case_is_over(client, road, town):
    signed_in(client, road.worker)
    ask = reverse("casework:ask_rating", args=[road.number])
    assert ask in client.get(reverse("casework:handle", args=[road.number])).content.decode()
    running = Road(town)
    here = client.get(reverse("casework:handle", args=[running.number])).content.decode()
    assert "请申请人评价" not in here
