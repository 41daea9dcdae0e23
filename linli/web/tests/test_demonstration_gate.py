"""While the demonstration is being made: pages say so, signing in works, nothing is taken in."""

import pytest

from linli.ground.accounts.models import Account
from linli.services.casework.tests import factories
from linli.web.demonstration import progress

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_making(settings, tmp_path):
    settings.DEMO = True
    settings.VAR = tmp_path
    progress.tell(640, 2000)


def test_every_page_says_how_far_it_is(client):
    page = client.get("/").content.decode()

    assert "演示还在装：2000 件里装好了 640 件。" in page


def test_what_would_change_something_is_put_off_with_a_sentence(client):
    town = factories.Town()
    client.force_login(Account.objects.get(pk=town.staff("administrator", town.city).account_id))

    refused = client.post("/staff/new/", {"username": "baizhi", "name": "白芷"})

    assert not Account.objects.filter(username="baizhi").exists()
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert "演示还没有装完，这一步要等一会儿" in refused.content.decode()


def test_signing_in_and_preferences_work_meanwhile(client):
    signed_in = client.post("/sign-in/", {"username": "baizhi", "password": "not hers"})
    chosen = client.post("/preferences/", {"theme": "dark"})

    assert signed_in.status_code != 503
    assert chosen.status_code in (200, 302)


def test_everything_is_open_again_once_it_is_whole(client):
    progress.done()

    assert "演示还在装" not in client.get("/").content.decode()
    assert client.post("/staff/new/", {"name": "白芷"}).status_code != 503
