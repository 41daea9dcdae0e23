from uuid import UUID

import pytest

from linli.core.access import Actor
from linli.core.messages import Contact, addresses, register_template, services, set_address_book
from linli.core.messages.tests.gateways import Network

LIU = UUID("0198c0de-0000-7000-8000-00000000000a")
LIUS_ACCOUNT = UUID("0198c0de-0000-7000-8000-0000000000aa")
DU = UUID("0198c0de-0000-7000-8000-00000000000b")
CLERK = UUID("0198c0de-0000-7000-8000-0000000000cc")
PHONE = "15400000618"

register_template(
    "kites.flown",
    zh="您的风筝飞了，%(day)s，高 %(height)s 米，用了 100%% 的线。",
    en="Your kite flew on %(day)s, %(height)s m high, on 100%% of its string.",
    title_zh="风筝飞了",
    title_en="Your kite flew",
)


@pytest.fixture(autouse=True)
def book(monkeypatch):
    """An address book with two people: Liu (Chinese, with a telephone) and Du (English, without)."""
    monkeypatch.setattr(addresses, "_book", [])
    people = {
        LIU: Contact(phone=PHONE, county_code="510402"),
        DU: Contact(language="en", county_code="510402"),
    }
    set_address_book(lambda person_id, account_id: people.get(person_id))
    return people


@pytest.fixture
def liu() -> Actor:
    return Actor(kind="resident", account_id=LIUS_ACCOUNT, person_id=LIU)


@pytest.fixture
def agreed(db, liu):
    """Liu has agreed to text messages about her cases."""
    return services.give_consent(LIU, by=liu, through="portal", text_version="2026-11")


@pytest.fixture
def network(settings):
    """A real network behind the gateway."""
    settings.DEMO = False
    settings.SMS_GATEWAY = "linli.core.messages.tests.gateways.Network"
    Network.taken.clear()
    Network.trouble.clear()
    yield Network
    Network.taken.clear()
    Network.trouble.clear()
