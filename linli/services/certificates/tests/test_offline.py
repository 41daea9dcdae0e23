"""The payload of the QR code, without a network, without a database."""

import datetime as dt

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from linli.services.certificates import offline, signing
from linli.services.certificates.cli import certificates

MOMENT = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
AUTHORITY = signing.new_authority("演示", moment=MOMENT)
SEAL = signing.new_seal(AUTHORITY, "演示区民政局", moment=MOMENT)
BOTH = [AUTHORITY.certificate, SEAL.certificate]
NUMBER = "510402261111ABCDEF"
PAYLOAD = offline.Payload(
    number=NUMBER, item="old_age_allowance", holder="柳*枝", name_check=offline.name_check(NUMBER, "柳桂枝"),
    valid_from=dt.date(2026, 11, 16), last_day=dt.date(2027, 11, 15), issuer="演示区民政局",
    key_id=signing.key_id(SEAL.certificate),
)  # fmt: skip
TEXT = offline.seal(PAYLOAD, SEAL)


def test_what_was_sealed_comes_back():
    assert offline.check(TEXT, BOTH) == PAYLOAD
    assert offline.check(f"https://example.cn/verify/abc/#{TEXT}\n", BOTH) == PAYLOAD
    assert "柳桂枝" not in TEXT
    assert len(TEXT) < 400


@given(place=st.integers(0, len(TEXT) - 1), other=st.characters(min_codepoint=33, max_codepoint=122))
def test_no_changed_character_gets_through(place, other):
    changed = TEXT[:place] + other + TEXT[place + 1 :]

    try:
        found = offline.check(changed, BOTH)
    except offline.NotGenuine:
        return
    assert found == PAYLOAD  # the same character, or base64's unused bits at a part's end


def test_seal_of_another_authority_is_refused():
    other = signing.new_authority("演示", moment=MOMENT)
    forged = signing.new_seal(other, "演示区民政局", moment=MOMENT)
    text = offline.seal(offline.Payload(**{**PAYLOAD.__dict__, "key_id": signing.key_id(forged.certificate)}), forged)

    with pytest.raises(offline.NotGenuine, match="not from the authority"):
        offline.check(text, [AUTHORITY.certificate, forged.certificate])
    with pytest.raises(offline.NotGenuine, match="no seal with the key"):
        offline.check(text, BOTH)


@pytest.mark.parametrize(
    "text", ["", "L1", "L1..", "L1.e30.AAAA", "L2.x.y", "https://example.cn/verify/abc/", "L1.[].="]
)
def test_anything_else_is_no_payload(text):
    with pytest.raises(offline.NotGenuine):
        offline.check(text, BOTH)


def test_command_tells_genuine_from_forged_and_never_more_than_it_can_know(tmp_path):
    ca, seals = tmp_path / "ca.pem", tmp_path / "seals.pem"
    ca.write_text(AUTHORITY.certificate_pem)
    seals.write_text(SEAL.certificate_pem)

    def run(*arguments):
        return CliRunner().invoke(certificates, ["check", *arguments, "--ca", str(ca), "--seals", str(seals)])

    good = run(TEXT, "--on", "2027-11-15", "--name", "柳桂枝")
    assert good.exit_code == 0
    assert "看不出有没有被撤销" in good.output
    assert run(TEXT, "--on", "2027-11-16").exit_code == 1
    assert run(TEXT, "--on", "2027-11-15", "--name", "柳桂花").exit_code == 1
    assert run(TEXT[:-6] + "AAAAAA", "--on", "2027-11-15").exit_code == 1
    ca.write_text("nothing")
    assert run(TEXT).exit_code == 2
