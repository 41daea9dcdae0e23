"""The public screen in a hall (R156)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.core.calendar import at
from linli.core.design import worklist
from linli.core.messages.models import Message
from linli.ground.accounts.models import Account, SignIn
from linli.ground.territory.models import Division
from linli.services.casework.models import Channel, Draft
from linli.services.casework.tests import factories
from linli.web.kiosk import queries, rules, services
from linli.web.models import KioskCall, KioskDevice

pytestmark = pytest.mark.django_db
MOMENT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def town():
    cache.clear()
    with at(MOMENT):
        town = factories.Town()
        factories.catalogue("old_age_allowance", "legal_aid")
        yield town


@pytest.fixture
def head(town):
    return town.staff("community_head", town.home, name="山楂")


@pytest.fixture
def screen(town, head) -> Client:
    """A browser that has been paired."""
    _device, code = services.register_device(town.home.pk, name="一楼大厅", by=head)
    browser = Client()
    assert browser.post(reverse("web:kiosk_pair"), {"typed": code, "go": "1"}).url == reverse("web:kiosk")
    return browser


def signed_in(screen: Client, actor) -> Client:
    screen.force_login(Account.objects.get(pk=actor.account_id))
    return screen


def test_a_screen_is_registered_paired_once_and_revoked(town, head, settings):
    device, code = services.register_device(town.home.pk, name="一楼大厅", by=head)
    first, second = Client(), Client()
    assert first.get(reverse("web:kiosk")).status_code == 404, "any browser is no screen"
    assert first.post(reverse("web:kiosk_pair"), {"typed": "00000000", "go": "1"}).status_code == 422
    assert first.post(reverse("web:kiosk_pair"), {"typed": code, "go": "1"}).status_code == 302
    assert second.post(reverse("web:kiosk_pair"), {"typed": code, "go": "1"}).status_code == 422, "a code serves once"
    assert "一楼大厅" in first.get(reverse("web:kiosk")).content.decode()
    kept = first.cookies[queries.COOKIE]
    assert kept["httponly"]
    assert kept.value.partition(".")[2] not in str(KioskDevice.objects.values().get()), "only its digest is kept"

    services.revoke(device.pk, by=head)

    assert first.get(reverse("web:kiosk")).status_code == 404
    assert set(Entry.objects.filter(action__startswith="web.kiosk").values_list("action", flat=True)) == {
        "web.kiosk_registered",
        "web.kiosk_revoked",
    }


def test_a_code_ends_and_too_many_tries_wait(town, head):
    _device, code = services.register_device(town.home.pk, name="一楼大厅", by=head)
    browser = Client()
    with at(MOMENT + rules.PAIRING_LASTS):
        assert browser.post(reverse("web:kiosk_pair"), {"typed": code, "go": "1"}).status_code == 422
        for _try in range(rules.PAIRING_TRIES):
            last = browser.post(reverse("web:kiosk_pair"), {"typed": "12345678", "go": "1"})
    assert last.status_code == 429


def test_staff_register_screens_only_where_they_are_responsible(town, head, client):
    with pytest.raises(Division.DoesNotExist):
        services.register_device(town.west_home.pk, name="大厅", by=head)
    with pytest.raises(rules.NameNeeded):
        services.register_device(town.home.pk, name="  ", by=head)
    assert not KioskDevice.objects.exists()
    device, _code = services.register_device(town.home.pk, name="大厅", by=head)
    stranger = town.staff("community_head", town.west_home)
    assert not queries.devices_for(stranger).exists()
    client.force_login(Account.objects.get(pk=stranger.account_id))
    assert client.post(reverse("web:kiosk_revoke", args=[device.pk])).status_code == 404
    client.force_login(Account.objects.get(pk=head.account_id))
    page = client.post(reverse("web:kiosks"), {"place": town.home.code, "name": "二楼"})
    assert page.status_code == 200
    assert "配对码" in page.content.decode()


@pytest.mark.parametrize(
    "name", ["web:bench", "web:worklist", "casework:tasks", "web:kiosks", "accounts:who_may_do_what", "registry:people"]
)
def test_no_way_leads_from_a_screen_to_pages_of_staff(screen, town, name):
    signed_in(screen, town.staff("community_head", town.home))

    assert screen.get(reverse(name)).url == reverse("web:kiosk")
    assert screen.get("/sign-in/?as=staff").url.startswith(reverse("web:kiosk_sign_in"))
    assert screen.get("/api/v1/cases").status_code == 302


def test_telephone_and_code_by_touch_alone_and_without_script(screen, town, monkeypatch):
    """R156b: works for touch alone; each key without script is a form."""
    address, digits = reverse("web:kiosk_sign_in"), "15412345678"
    sent: list[str] = []
    monkeypatch.setattr("linli.core.messages.send_code", lambda phone, text: sent.append(text))
    typed = ""
    for key in digits[:3]:
        page = screen.post(address, {"typed": typed, "key": key}).content.decode()
        typed += key
        assert f'value="{typed}"' in page
    assert 'value="15"' in screen.post(address, {"typed": "154", "key": "back"}).content.decode()
    assert screen.post(address, {"typed": "154", "go": "1"}).status_code == 422
    page = screen.post(address, {"typed": digits, "go": "1"}).content.decode()
    code = next(word for word in sent[0].replace("，", " ").split() if word.isdigit() and len(word) == 6)
    assert "154 1234 5678" in page
    assert all(f'name="key" value="{digit}"' in page for digit in "0123456789")
    wrong = "000000" if code != "000000" else "000001"
    assert screen.post(address, {"phone": digits, "typed": wrong, "go": "1"}).status_code == 422

    answer = screen.post(address, {"phone": digits, "typed": code, "go": "1", "next": reverse("casework:my_cases")})

    assert answer.url == reverse("casework:my_cases")
    assert SignIn.objects.count() == 1
    assert digits not in str(dict(screen.session))
    elsewhere = screen.get(f"{address}?next=https://evil.example/")
    assert elsewhere.url == reverse("web:kiosk")


@pytest.mark.parametrize(("has_script", "rest"), [(True, 60), (False, 300)])
def test_whoever_leaves_is_forgotten_by_the_server_too(screen, town, has_script, rest):
    """R156b: no stored traces after 60 seconds of rest; without script the server waits for a page."""
    signed_in(screen, factories.resident(factories.person(town)))
    assert screen.get(reverse("casework:my_cases")).status_code == 200
    if has_script:
        assert screen.get(reverse("web:kiosk_still")).status_code == 204
    with at(MOMENT + dt.timedelta(seconds=rest - 1)):
        assert screen.get(reverse("casework:my_cases")).status_code == 200
    with at(MOMENT + dt.timedelta(seconds=2 * rest + rules.GRACE_SECONDS)):
        answer = screen.get(reverse("casework:my_cases"))
    assert answer.url == reverse("web:kiosk_start") + "?over=1"
    assert "_auth_user_id" not in screen.session
    assert answer["Cache-Control"] == "no-store"


def test_starting_again_leaves_nothing_of_the_one_before(screen, town):
    signed_in(screen, factories.resident(factories.person(town)))
    screen.cookies["linli_language"] = "en"
    assert screen.get(reverse("casework:my_cases"))["Cache-Control"] == "no-store"

    answer = screen.get(reverse("web:kiosk_start"))

    assert answer["Clear-Site-Data"] == '"storage"'
    assert screen.cookies["linli_language"].value == ""
    assert "_auth_user_id" not in screen.session
    assert queries.COOKIE in screen.cookies
    assert screen.get(reverse("casework:my_cases")).status_code == 302


def test_a_case_begun_there_says_so_and_one_begun_on_the_phone_goes_on_there(screen, town):
    """R156a: the same draft on both, the same number, no second entry."""
    she = factories.resident(factories.person(town))
    signed_in(screen, she)
    screen.post(reverse("casework:apply", args=["old_age_allowance"]), {"whom": "me"})
    assert Draft.objects.get().channel == Channel.SELF_SERVICE
    Draft.objects.all().delete()

    phone = Client()
    phone.force_login(Account.objects.get(pk=she.account_id))
    phone.post(reverse("casework:apply", args=["old_age_allowance"]), {"whom": "me"})
    draft = Draft.objects.get()
    assert draft.channel == Channel.ONLINE
    assert screen.get(reverse("casework:draft_form", args=[draft.pk])).status_code == 200


def test_a_number_tells_item_and_state_and_nothing_of_the_person(screen, town):
    road = factories.Road(town)
    confidential = factories.Road(town, "legal_aid", factories.person(town, name="杜若"))
    address = reverse("web:kiosk_case")

    found = screen.post(address, {"typed": road.case.shown_number, "go": "1"}).content.decode()

    assert "高龄" in found
    assert road.case.applicant.name not in found
    hidden = screen.post(address, {"typed": confidential.number, "go": "1"})
    nothing = screen.post(address, {"typed": road.number[:-1] + ("X" if road.number[-1] != "X" else "Y"), "go": "1"})
    assert (hidden.status_code, nothing.status_code) == (404, 404)
    assert "没有查到" in hidden.content.decode()
    for _look in range(rules.LOOKS):
        last = screen.post(address, {"typed": "1", "go": "1"})
    assert last.status_code == 429


def test_a_receipt_is_a_page_that_prints_and_no_file_opens_over_the_screen(screen, town):
    road = factories.Road(town)
    signed_in(screen, road.resident)

    answer = screen.get(reverse("casework:paper", args=[road.number, "receipt"]))

    assert answer.url == reverse("web:kiosk_receipt", args=[road.number])
    assert road.case.shown_number in screen.get(answer.url).content.decode()
    another = factories.resident(factories.person(town, name="杜若"))
    assert signed_in(screen, another).get(answer.url).status_code == 404


def test_a_call_for_help_stands_on_the_worklist_until_somebody_goes(screen, town):
    worker = town.staff("window_clerk", town.home, name="文竹")
    elsewhere = town.staff("window_clerk", town.west_home)
    screen.post(reverse("web:kiosk_help"))
    screen.post(reverse("web:kiosk_help"))
    assert KioskCall.objects.count() == 1, "once while nobody has come"
    assert Message.everywhere.filter(template="web.kiosk_call", account_id=worker.account_id).count() == 1
    assert worklist.worklist_for(worker).lines[0].url == reverse("web:kiosk_calls")
    assert not queries.calls_for(elsewhere).exists()

    services.answer_call(KioskCall.objects.get().pk, by=worker)

    assert not queries.calls_for(worker).exists()
    assert "文竹" in screen.get(reverse("web:kiosk_help")).content.decode()
