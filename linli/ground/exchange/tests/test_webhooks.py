"""News goes out in order, signed, to public addresses alone, and again until it is taken."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import http.server
import ipaddress
import json
import socket
import threading
from collections.abc import Iterator

import pytest

from linli.core.calendar import now
from linli.core.events import Told
from linli.core.tasks.testing import run_all
from linli.ground.exchange import calling, queries, rules, services, tokens
from linli.ground.exchange.models import Delivery, FeedEntry
from linli.ground.exchange.tests.factories import SETUP, Program


class Receiver(http.server.BaseHTTPRequestHandler):
    """Somebody's system: keeps what it gets and answers what it is told to."""

    got: list[tuple[dict[str, str], bytes]]
    status = 204
    location = ""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(type(self).status)
        if type(self).location:
            self.send_header("Location", type(self).location)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def receiver(settings) -> Iterator[type[Receiver]]:
    class Here(Receiver):
        got: list = []
        url = ""

    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Here)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    Here.url = f"http://127.0.0.1:{served.server_port}/hook"
    yield Here
    served.shutdown()


def news(place, *, type_: str = "case.moved", **data) -> FeedEntry:
    return services.note(
        Told(type_, {"number": "5104022611ABCDEF", **data}, place.county_code, place.pk, None, "civil_affairs", "")
    )


def told_of(entry: FeedEntry) -> Delivery:
    return Delivery.objects.get(entry=entry)


def test_a_message_is_signed_after_standard_webhooks(town, receiver):
    program = Program(town.home, ["casework.view"])
    hook = services.add_webhook(program.client.pk, by=SETUP, url=receiver.url)
    entry = news(town.home, to_status="accepted")

    run_all()

    (headers, body), *more = receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert json.loads(body)["data"] == {"number": "5104022611ABCDEF", "to_status": "accepted"}
    assert (more, headers["webhook-id"]) == ([], str(entry.pk))
    assert (told_of(entry).state, told_of(entry).tries) == ("delivered", 1)


def test_while_a_secret_is_changed_both_signatures_are_sent(town, receiver):
    program = Program(town.home, ["casework.view"])
    hook = services.add_webhook(program.client.pk, by=SETUP, url=receiver.url)
    services.new_webhook_secret(hook.webhook.pk, by=SETUP)
    news(town.home)
    run_all()

    assert len(receiver.got[0][0]["webhook-signature"].split(" ")) == 2


def test_what_is_not_taken_is_tried_again_later_and_then_waits_for_a_person(town, receiver):
    receiver.status = 500
    services.add_webhook(Program(town.home, ["casework.view"]).client.pk, by=SETUP, url=receiver.url)
    entry = news(town.home)

    run_all()
    delivery = told_of(entry)

    assert len(receiver.got) == len(rules.BACK_OFF) + 1
    assert (delivery.state, delivery.trouble, delivery.next_at) == ("given_up", "500", None)


def test_it_is_sent_again_from_the_desk_under_the_same_id(town, receiver):
    receiver.status = 500
    services.add_webhook(Program(town.home, ["casework.view"]).client.pk, by=SETUP, url=receiver.url)
    entry = news(town.home)
    run_all()
    receiver.status = 200

    services.replay(told_of(entry).pk, by=SETUP)
    run_all()

    assert told_of(entry).state == "delivered"
    assert {headers["webhook-id"] for headers, _body in receiver.got} == {str(entry.pk)}


def test_an_address_that_is_gone_is_told_nothing_more(town, receiver):
    receiver.status = 410
    hook = services.add_webhook(Program(town.home, ["casework.view"]).client.pk, by=SETUP, url=receiver.url)
    news(town.home)
    run_all()
    news(town.home)
    run_all()

    hook.webhook.refresh_from_db()
    assert (hook.webhook.is_on, hook.webhook.stopped_because, len(receiver.got)) == (False, "gone", 1)


def test_a_redirect_is_not_followed(town, receiver):
    receiver.status, receiver.location = 307, receiver.url.replace("/hook", "/elsewhere")
    services.add_webhook(Program(town.home, ["casework.view"]).client.pk, by=SETUP, url=receiver.url)
    entry = news(town.home)
    services.note_try(told_of(entry), **dict(zip(("status", "trouble"), calling.call(told_of(entry)), strict=True)))

    assert len(receiver.got) == 1
    assert told_of(entry).trouble == "redirect"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::", "198.18.0.1",
    ],
)  # fmt: skip
def test_no_private_address_is_called(address):
    assert rules.is_allowed(address, []) is False


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1"])
def test_public_addresses_are(address):
    assert rules.is_allowed(address, []) is True


def test_a_private_network_is_called_where_the_city_has_named_it():
    assert rules.is_allowed("10.20.3.4", [ipaddress.ip_network("10.20.0.0/16")]) is True
    assert rules.is_allowed("10.21.3.4", [ipaddress.ip_network("10.20.0.0/16")]) is False


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "https://user:pw@example.com/", "https://example.com:22/", "ftp://example.com/",
        "https:///x", "https://exa mple.com/", "https://example.com/#x", "",
    ],
)  # fmt: skip
def test_what_is_no_good_address_is_refused(url):
    with pytest.raises(rules.AddressNotGood):
        rules.check_url(url, [])


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://10.0.0.8/x"])
def test_a_private_address_is_refused_when_it_is_written_down(url):
    with pytest.raises(rules.AddressIsPrivate):
        rules.check_url(url, [])


def test_a_name_that_turns_to_a_private_address_later_is_not_called(town, monkeypatch):
    """DNS rebinding: what counts is where the name leads at the moment of the call, and that very address is called."""
    asked: list[str] = []

    def leads_inside(host, port, **_more):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(calling.socket, "getaddrinfo", leads_inside)
    services.add_webhook(
        Program(town.home, ["casework.view"]).client.pk, by=SETUP, url="https://hooks.example.com/x"
    )  # fmt: skip
    entry = news(town.home)

    assert calling.call(told_of(entry)) == (None, rules.Trouble.PRIVATE)
    assert asked == ["hooks.example.com"]


def test_only_whoever_may_see_a_case_hears_of_it(town, receiver):
    """R8: another community's program, and one without the right, are told nothing."""
    for place, scopes in ((town.other, ["casework.view"]), (town.home, ["registry.view"])):
        services.add_webhook(Program(place, scopes).client.pk, by=SETUP, url=receiver.url)
    entry = news(town.home)
    run_all()

    assert receiver.got == []
    assert list(queries.feed(tokens.actor_for(Program(town.street, ["casework.view"]).client))) == [entry]


def test_the_feed_is_read_on_from_a_position(town):
    program = Program(town.county, ["casework.view", "exchange.read_events"])
    for number in range(3):
        news(town.home, turn=number)

    first = program.get("/events", limit=2).json()
    rest = program.get("/events", after=first["position"]).json()
    none = program.get("/events", after=rest["position"]).json()

    assert [one["data"]["turn"] for one in first["items"] + rest["items"]] == [0, 1, 2]
    assert none == {"items": [], "position": rest["position"]}


def test_what_is_gone_from_the_feed_is_said_to_be_gone(town):
    program = Program(town.county, ["casework.view", "exchange.read_events"])
    for _one in range(4):
        news(town.home)
    FeedEntry.everywhere.filter(position__lte=3).update(at=now() - dt.timedelta(days=91))
    services.prune(now() - dt.timedelta(days=90))

    answer = program.get("/events", after=1)

    assert (answer.status_code, answer.json()["code"]) == (410, "events_gone")
    assert len(program.get("/events").json()["items"]) == 1
