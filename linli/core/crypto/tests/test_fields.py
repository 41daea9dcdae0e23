"""Sealing and finding again (R149b)."""

import base64
import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from linli.core.crypto import (
    BrokenSeal,
    blind,
    blind_candidates,
    is_signed,
    key_of,
    keyring,
    public_key,
    seal,
    seal_bytes,
    sign,
    unseal,
    unseal_bytes,
)
from linli.core.crypto.keyring import Keyring, add_key, new_key_entry, read_or_make_keyfile, write_keyfile

WHERE = "registry.person.id_number"
NUMBER = "519902194112060042"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


def ring(*suites: str, active: str = "") -> str:
    keys = {f"k{number}": new_key_entry(suite) for number, suite in enumerate(suites, 1)}
    return json.dumps({"active": active or "k1", "keys": keys})


@pytest.fixture(params=["aes-gcm", "sm4-gcm"])
def suite(request, settings):
    settings.KEYS = ring(request.param)
    return request.param


@pytest.fixture
def two_keys(settings):
    settings.KEYS = ring("aes-gcm", "sm4-gcm", active="k1")
    return json.loads(settings.KEYS)


same_suite = hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@same_suite
@given(text=TEXTS, row=st.uuids())
def test_what_is_sealed_opens_in_its_place(suite, text, row):
    token = seal(text, where=WHERE, row=row)

    assert unseal(token, where=WHERE, row=row) == text
    assert token.isascii()
    assert key_of(token) == "k1"


@same_suite
@given(content=st.binary(max_size=300), row=st.uuids())
def test_bytes_open_in_their_place(suite, content, row):
    sealed = seal_bytes(content, where=WHERE, row=row)

    assert unseal_bytes(sealed, where=WHERE, row=row) == content


@same_suite
@given(text=TEXTS, place=st.integers(0), bit=st.integers(0, 7))
def test_no_altered_bit_opens(suite, text, place, bit):
    head, body = seal(text, where=WHERE, row=1).rsplit(".", 1)
    raw = bytearray(base64.urlsafe_b64decode(body))
    raw[place % len(raw)] ^= 1 << bit

    with pytest.raises(BrokenSeal):
        unseal(f"{head}.{base64.urlsafe_b64encode(raw).decode()}", where=WHERE, row=1)


@given(token=st.text(max_size=80))
def test_nothing_else_opens(token):
    if token:
        with pytest.raises(BrokenSeal):
            unseal(token, where=WHERE, row=1)
        with pytest.raises(BrokenSeal):
            unseal_bytes(token.encode("utf-8", "replace"), where=WHERE, row=1)


@pytest.mark.parametrize(("where", "row"), [(WHERE, 2), ("registry.person.phone", 1), (WHERE + "\x001", "")])
def test_a_moved_value_does_not_open(suite, where, row):
    """R149b: bound to its column and its row."""
    token, sealed = seal(NUMBER, where=WHERE, row=1), seal_bytes(NUMBER.encode(), where=WHERE, row=1)

    with pytest.raises(BrokenSeal):
        unseal(token, where=where, row=row)
    with pytest.raises(BrokenSeal):
        unseal_bytes(sealed, where=where, row=row)


def test_the_same_text_is_sealed_differently_each_time(suite):
    assert len({seal(NUMBER, where=WHERE, row=1) for _ in range(50)}) == 50


def test_nothing_of_the_text_stands_in_the_token(suite):
    """R149b: unreadable at rest."""
    token = seal(NUMBER, where=WHERE, row=1)

    assert NUMBER not in token
    assert NUMBER.encode() not in base64.urlsafe_b64decode(token.rsplit(".", 1)[1])


def test_the_empty_text_stays_empty(suite):
    assert seal("", where=WHERE, row=1) == ""
    assert unseal("", where=WHERE, row=1) == ""
    assert blind("", purpose="identity") == ""
    assert blind_candidates("", purpose="identity") == []


def test_a_value_of_an_older_key_stays_readable(settings, two_keys):
    token = seal(NUMBER, where=WHERE, row=1)
    settings.KEYS = json.dumps({**two_keys, "active": "k2"})

    assert unseal(token, where=WHERE, row=1) == NUMBER
    assert key_of(seal(NUMBER, where=WHERE, row=1)) == "k2"


def test_a_value_of_a_key_that_is_gone_does_not_open(settings, two_keys):
    token = seal(NUMBER, where=WHERE, row=1)
    settings.KEYS = json.dumps({"active": "k2", "keys": {"k2": two_keys["keys"]["k2"]}})

    with pytest.raises(BrokenSeal):
        unseal(token, where=WHERE, row=1)


def test_another_key_of_the_same_name_does_not_open(settings):
    settings.KEYS = ring("aes-gcm")
    token = seal(NUMBER, where=WHERE, row=1)
    settings.KEYS = ring("aes-gcm")

    with pytest.raises(BrokenSeal):
        unseal(token, where=WHERE, row=1)


# blind index


@same_suite
@given(one=TEXTS, other=TEXTS)
def test_equal_values_meet_and_others_do_not(suite, one, other):
    """R149b: findable."""
    assert (blind(one, purpose="identity") == blind(other, purpose="identity")) == (one == other)


def test_an_index_depends_on_purpose_and_key(two_keys):
    here = blind(NUMBER, purpose="identity")

    assert here != blind(NUMBER, purpose="phone")
    assert blind_candidates(NUMBER, purpose="identity") == [
        here,
        blind(NUMBER, purpose="identity", key=keyring().keys["k2"]),
    ]
    assert [key_of(one) for one in blind_candidates(NUMBER, purpose="identity")] == ["k1", "k2"]


# signatures


def test_a_signature_holds_for_its_message_and_purpose_alone(suite):
    key_id, signature = sign(b"day", purpose="seal")

    assert is_signed(b"day", signature, key_id=key_id, purpose="seal")
    assert not is_signed(b"day ", signature, key_id=key_id, purpose="seal")
    assert not is_signed(b"day", signature, key_id=key_id, purpose="other")
    assert not is_signed(b"day", signature, key_id="k9", purpose="seal")
    assert not is_signed(b"day", "not base64", key_id=key_id, purpose="seal")
    assert public_key("k1", purpose="seal") == public_key("k1", purpose="seal")


# the ring


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "null", '{"active": "k1", "keys": {}}', '{"active": "k2", "keys": {"k1": {}}}',
        '{"active": "k1", "keys": {"k1": {"suite": "aes-gcm", "data": "AA==", "index": "AA=="}}}',
        '{"active": "k1", "keys": {"k1": {"suite": "aes-gcm", "data": 1, "index": 2}}}',
        ring("aes-gcm").replace("aes-gcm", "rot13"),
        ring("aes-gcm").replace("aes-gcm", "sm4-gcm"),
        ring("aes-gcm").replace("k1", "k.1"),
    ],
)  # fmt: skip
def test_a_ring_that_is_none_is_refused_without_naming_a_key(text):
    with pytest.raises(ImproperlyConfigured) as refused:
        Keyring.parse(text)
    assert "==" not in str(refused.value)


def test_the_key_file_is_made_once_and_for_the_owner_alone(settings, tmp_path):
    settings.KEYS, settings.KEYS_FILE = "", tmp_path / "kept" / "keys.json"
    made = keyring()

    assert settings.KEYS_FILE.stat().st_mode & 0o777 == 0o600
    assert settings.KEYS_FILE.parent.stat().st_mode & 0o777 == 0o700
    assert list(settings.KEYS_FILE.parent.iterdir()) == [settings.KEYS_FILE]
    assert keyring() is made


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604])
def test_a_key_file_that_others_can_read_is_refused(settings, tmp_path, mode):
    settings.KEYS, settings.KEYS_FILE = "", tmp_path / "keys.json"
    keyring()
    settings.KEYS_FILE.chmod(mode)

    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        keyring()


def test_a_new_key_in_the_file_is_used_without_a_restart(settings, tmp_path):
    settings.KEYS, settings.KEYS_FILE = "", tmp_path / "keys.json"
    token = seal(NUMBER, where=WHERE, row=1)
    text, key_id = add_key(read_or_make_keyfile(settings.KEYS_FILE, "aes-gcm"), "sm4-gcm")
    write_keyfile(settings.KEYS_FILE, text)

    assert key_id == "k2"
    assert key_of(seal(NUMBER, where=WHERE, row=1)) == "k2"
    assert unseal(token, where=WHERE, row=1) == NUMBER
    assert settings.KEYS_FILE.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [settings.KEYS_FILE]


def test_a_new_key_takes_a_name_that_is_free():
    text = json.dumps({"active": "k2", "keys": {"k2": new_key_entry("aes-gcm")}})

    assert add_key(text, "aes-gcm")[1] == "k3"
