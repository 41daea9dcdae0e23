"""What issuing, sealing, revoking and showing promise."""

import datetime as dt
import hashlib
import io
import subprocess
import threading
from shutil import which
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from linli.core import calendar, files
from linli.core.audit.models import Entry
from linli.core.files.models import StoredFile
from linli.core.http import Stale
from linli.core.messages.models import Message
from linli.services.catalogue.rules.proofs import ForbiddenProofNamed
from linli.services.certificates import queries, register, rules, services
from linli.services.certificates.events import CertificateRevoked
from linli.services.certificates.models import Certificate, Seal, SealUse
from linli.services.certificates.rules import State, Verdict
from linli.services.certificates.subscribers import tell_the_holder
from linli.services.certificates.tests import factories as make

NOON = dt.datetime(2026, 11, 16, 4, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with calendar.at(NOON):
        yield


def actions():
    ours = Entry.objects.filter(action__startswith="certificates.")
    return list(ours.order_by("at", "id").values_list("action", flat=True))


def test_certificate_is_numbered_sealed_signed_and_registered():
    certificate = make.certificate()

    assert len(certificate.number) == 18
    assert certificate.number.startswith("5104022611")
    assert rules.is_well_formed(certificate.number)
    assert len(certificate.token) == 43
    assert "柳桂枝" not in certificate.facts
    assert certificate.printed.holder == "柳桂枝"
    assert certificate.printed.holder_id == "5199**********0042"
    use = SealUse.objects.get()
    assert (use.document, use.case_number, use.occasion) == (certificate.number, make.CASE, "certificate")
    assert use.sha256 == certificate.pdf_sha256
    assert actions() == ["certificates.seal_made", "certificates.issued"]


def test_pdf_opens_and_gives_its_text_back_rare_characters_too():
    certificate = make.certificate(holder_facts={"name": "䶮㛃𫖯𬭎㐂𠅤", "id_number": "519902193703010042"})

    content = files.open_file(certificate.pdf)
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()

    assert hashlib.sha256(content).hexdigest() == certificate.pdf_sha256
    assert "䶮㛃𫖯𬭎㐂𠅤" in text
    assert certificate.number_shown in text
    assert "519902193703010042" not in text


@pytest.mark.skipif(not which("pdfsig"), reason="Poppler's pdfsig is not installed")
def test_another_program_finds_the_signature_valid(tmp_path):
    certificate = make.certificate()
    content = files.open_file(certificate.pdf)
    whole, broken = tmp_path / "whole.pdf", tmp_path / "broken.pdf"
    whole.write_bytes(content)
    flipped = bytearray(content)
    flipped[3000] ^= 1
    broken.write_bytes(flipped)

    def pdfsig(path):
        return subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout

    assert "Signature is Valid" in pdfsig(whole)
    assert "Total document signed" in pdfsig(whole)
    assert "Signature is Valid" not in pdfsig(broken)


def test_second_call_returns_the_first_certificate():
    first = make.certificate()

    second = make.certificate(facts=[("每月金额", "200 元")])

    assert second.pk == first.pk
    assert Certificate.everywhere.count() == 1
    assert SealUse.objects.count() == 1
    assert StoredFile.objects.count() == 1


def test_second_call_returns_the_first_even_when_it_is_revoked_by_now():
    """A delivery repeated late brings nothing back to life."""
    first = make.certificate()
    services.revoke(first.number, by=make.actor("department_staff", make.county_of(make.community())),
                    reason="金额写错，另行通知", version=1)  # fmt: skip

    assert make.certificate().pk == first.pk
    assert Certificate.everywhere.count() == 1


def test_one_case_has_one_certificate_for_each_of_its_items():
    make.certificate()
    make.certificate(version=make.item_version(code="elderly_card"))

    assert Certificate.everywhere.count() == 2


def test_issuing_without_a_right_is_refused():
    place = make.community()
    make.seal(make.county_of(place))

    for by in (make.resident(), make.actor("auditor", make.county_of(place))):
        with pytest.raises(PermissionDenied):
            make.certificate(by=by)
    assert not Certificate.everywhere.exists()


def test_validity_follows_the_item():
    place = make.community()
    certificate = make.certificate(place, version=make.item_version(code="yearly_card", valid_months=12))

    assert (certificate.valid_from, certificate.last_day) == (dt.date(2026, 11, 16), dt.date(2027, 11, 15))
    assert certificate.state_on(dt.date(2027, 11, 15)) == State.VALID
    assert certificate.state_on(dt.date(2027, 11, 16)) == State.EXPIRED
    assert list(queries.held_by(make.HOLDER, "yearly_card", dt.date(2027, 11, 15))) == [certificate]
    assert list(queries.held_by(make.HOLDER, "yearly_card", dt.date(2027, 11, 16))) == []
    assert list(queries.held_by(make.HOLDER, "other_item")) == []
    assert list(queries.held_by(uuid4())) == []


def test_proof_that_a_community_must_not_be_asked_for_is_not_issued():
    """R45."""
    name = {"zh": "亲属关系证明", "en": "Proof of kinship"}
    version = make.item_version(code="kinship", template="proof", name=name)

    with pytest.raises(ForbiddenProofNamed):
        make.certificate(version=version)
    assert not Certificate.everywhere.exists()


def test_without_a_seal_nothing_is_issued():
    """R46a."""
    place = make.community()
    version = make.item_version()

    with pytest.raises(rules.SealNotInForce) as refusal:
        services.issue(version=version, holder_id=make.HOLDER, holder_facts={"name": "柳桂枝"}, case_number=make.CASE,
                       community=place, department="civil_affairs", facts=[], decided_on=make.DECIDED,
                       by=make.WORKER)  # fmt: skip

    assert "演示区民政局现在没有可用的电子印章" in str(refusal.value)
    assert (Certificate.everywhere.count(), SealUse.objects.count(), StoredFile.objects.count()) == (0, 0, 0)


def test_revoked_seal_seals_nothing_from_that_moment():
    """R46a."""
    place = make.community()
    seal = make.seal(make.county_of(place))
    administrator = make.actor("administrator", make.county_of(place))

    services.revoke_seal(seal.pk, by=administrator, reason="保管人离职，换新的一枚")

    with pytest.raises(rules.SealNotInForce):
        services.issue(version=make.item_version(), holder_id=make.HOLDER, holder_facts={"name": "柳桂枝"},
                       case_number=make.CASE, community=place, department="civil_affairs", facts=[],
                       decided_on=make.DECIDED, by=make.WORKER)  # fmt: skip
    with pytest.raises(rules.SealWithdrawn):
        services.revoke_seal(seal.pk, by=administrator, reason="再停用一次试试")
    assert actions() == ["certificates.seal_made", "certificates.seal_revoked"]
    assert make.seal(make.county_of(place)).pk != seal.pk


def test_a_seal_needs_a_custodian_and_is_the_only_one_in_force():
    place = make.county_of(make.community())
    administrator = make.actor("administrator", place)

    with pytest.raises(rules.CustodianNeeded):
        services.make_seal(place, "civil_affairs", "演示区民政局", None, administrator)
    make.seal(place)
    with pytest.raises(rules.SealInForce):
        services.make_seal(place, "civil_affairs", "演示区民政局", make.staff_account(), administrator)
    with pytest.raises(PermissionDenied):
        services.make_seal(place, "health", "演示区卫健局", make.staff_account(), make.actor("department_staff", place))
    elsewhere = make.county_of(make.community("510411001001"))
    with pytest.raises(PermissionDenied):
        services.make_seal(elsewhere, "health", "邻近区卫健局", make.staff_account(), administrator)
    assert Seal.objects.count() == 1


def test_private_keys_are_sealed_at_rest():
    seal = make.seal(make.county_of(make.community()))

    assert "PRIVATE KEY" not in seal.private_key
    assert "PRIVATE KEY" in seal.key_pair().private_pem


def test_document_is_sealed_only_for_a_case_or_a_resolution():
    """R46a: each use is one row in the register and one audit entry."""
    place = make.community()
    make.seal(place, "", "大渡口社区居民委员会")
    pdf = files.open_file(make.certificate(place).pdf)

    with pytest.raises(rules.NoOccasion):
        services.seal_document(pdf, division=place, occasion=rules.Occasion.NOTICE, document="N1", title="受理通知书",
                               case_number=" ", by=make.WORKER)  # fmt: skip
    assert SealUse.objects.count() == 1


def test_register_of_use_cannot_be_edited():
    """R46b."""
    make.certificate()
    with connection.cursor() as cursor:
        for statement in register.FORWARD[connection.vendor]:
            cursor.execute(statement)

    for change in (lambda: SealUse.objects.update(document="x"), lambda: SealUse.objects.all().delete()):
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
            change()
    assert SealUse.objects.exclude(document="x").count() == 1


def test_revoking_needs_a_reason_and_the_version_that_was_read():
    certificate = make.certificate()
    by = make.actor("department_staff", make.county_of(make.community()), department="civil_affairs")

    with pytest.raises(rules.ReasonNeeded):
        services.revoke(certificate.number, by=by, reason=" 写错 了 ", version=1)
    with pytest.raises(rules.ReasonNamesSomebody):
        services.revoke(certificate.number, by=by, reason="本人 519902193703010042 已经去世", version=1)
    with pytest.raises(Stale):
        services.revoke(certificate.number, by=by, reason="金额写错，已经改正", version=7)
    assert actions() == ["certificates.seal_made", "certificates.issued"]

    services.revoke(certificate.number_shown, by=by, reason="金额写错，已经改正", version=1)

    certificate.refresh_from_db()
    assert (certificate.status, certificate.revoked_because, certificate.version) == (
        "revoked",
        "金额写错，已经改正",
        2,
    )
    assert list(queries.held_by(make.HOLDER)) == []
    with pytest.raises(rules.AlreadyRevoked) as refusal:
        services.revoke(certificate.number, by=by, reason="金额写错，已经改正", version=2)
    assert "2026年11月16日" in str(refusal.value)


@pytest.mark.parametrize(
    ("role", "code", "department"),
    [
        ("department_staff", "510411001001", "civil_affairs"),  # another county
        ("department_staff", "510402001001", "health"),  # another line
        ("window_clerk", "510402001001", None),  # may see, not revoke
        ("auditor", "510402001001", None),
    ],
)
def test_out_of_reach_cannot_be_revoked(role, code, department):
    certificate = make.certificate()
    by = make.actor(role, make.county_of(make.community(code)), department=department)

    with pytest.raises(Certificate.DoesNotExist):
        services.revoke(certificate.number, by=by, reason="金额写错，已经改正", version=1)
    with pytest.raises(Certificate.DoesNotExist):
        services.replace(certificate.number, by=by, reason="金额写错，已经改正", version=1, facts=[])


def test_replacing_revokes_the_old_and_issues_a_right_one_for_the_same_days():
    place = make.community()
    old = make.certificate(place, version=make.item_version(code="yearly_card", valid_months=12))
    by = make.actor("department_staff", make.county_of(place), department="civil_affairs")

    new = services.replace(
        old.number, by=by, reason="金额写错，已换发新的一张", version=1, facts=[("每月金额", "200 元")]
    )

    old.refresh_from_db()
    assert old.is_revoked
    assert queries.replacement_of(old) == new
    assert (new.valid_to, new.printed.facts) == (old.valid_to, [("每月金额", "200 元")])
    assert list(queries.held_by(make.HOLDER)) == [new]
    assert SealUse.objects.get(document=new.number).approved_by == by.account_id
    with pytest.raises(rules.AlreadyRevoked):
        services.replace(old.number, by=by, reason="金额写错，已换发新的一张", version=2, facts=[])
    assert make.certificate(place, version=make.item_version(code="yearly_card", valid_months=12)).pk == old.pk


def test_holder_is_told_once_that_her_certificate_is_revoked():
    place = make.community()
    certificate = make.certificate(place)
    services.revoke(certificate.number, by=make.actor("district_staff", make.county_of(place)),
                    reason="金额写错，已经改正", version=1)  # fmt: skip
    event = CertificateRevoked(
        certificate_id=certificate.pk, county_code="510402", community_id=place.pk, number=certificate.number,
        item_code="old_age_allowance", case_number=make.CASE, department="civil_affairs", holder_id=make.HOLDER,
        revoked_at=NOON, replaced=False,
    )  # fmt: skip

    tell_the_holder(event)
    tell_the_holder(event)

    told = Message.everywhere.get(person_id=make.HOLDER, channel="portal")
    assert told.link == f"/my-certificates/{certificate.number}/"


def test_holder_decides_what_the_public_page_shows():
    certificate = make.certificate()
    assert (queries.shown(certificate).holder, queries.shown(certificate).facts) == ("柳*枝", [])

    certificate = services.choose_shown(
        certificate.number, by=make.resident(), names=["name", "fact:每月金额"], version=1
    )

    assert queries.shown(certificate).holder == "柳桂枝"
    assert queries.shown(certificate).facts == [("每月金额", "100 元")]
    for name in ("fact:领取账户", "fact:证件号码", "id_number"):
        with pytest.raises(rules.FactCannotBeShown):
            services.choose_shown(certificate.number, by=make.resident(), names=[name])
    with pytest.raises(Certificate.DoesNotExist):
        services.choose_shown(certificate.number, by=make.resident(uuid4()), names=[])


def test_upload_is_genuine_altered_or_not_ours():
    """R44. Bytes appended after signing leave the signature intact and count as altered all the same."""
    certificate = make.certificate()
    content = files.open_file(certificate.pdf)
    flipped = bytearray(content)
    flipped[3000] ^= 1

    assert queries.verdict_on(content).verdict == Verdict.VALID
    assert queries.verdict_on(content).certificate == certificate
    assert queries.verdict_on(bytes(flipped)).verdict == Verdict.ALTERED
    assert queries.verdict_on(content + b"\n%%EOF\n").verdict == Verdict.ALTERED
    assert queries.verdict_on(b"%PDF-1.7\nnot really").verdict == Verdict.NOT_OURS
    assert queries.verdict_on(b"PK\x03\x04").verdict == Verdict.NOT_PDF
    with calendar.at(NOON + dt.timedelta(days=2)):
        services.revoke(certificate.number, by=make.actor("district_staff", make.county_of(make.community())),
                        reason="金额写错，已经改正", version=1)  # fmt: skip
        assert queries.verdict_on(content).verdict == Verdict.REVOKED


def test_file_sealed_by_us_but_not_in_the_register_is_no_proof():
    certificate = make.certificate()
    content = files.open_file(certificate.pdf)
    Certificate.everywhere.update(pdf_sha256="0" * 64)
    SealUse.objects.all().delete()

    assert queries.verdict_on(content).verdict == Verdict.UNREGISTERED


def test_every_damaged_file_gets_a_verdict_and_none_is_called_genuine():
    content = files.open_file(make.certificate().pdf)
    no_proof = (Verdict.ALTERED, Verdict.NOT_OURS, Verdict.NOT_PDF, Verdict.UNREGISTERED)

    for place in range(0, len(content), 997):
        damaged = content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
        assert queries.verdict_on(damaged).verdict in no_proof
        assert queries.verdict_on(content[:place]).verdict in no_proof


def test_seal_uses_are_counted_by_month_and_occasion():
    place = make.community()
    make.certificate(place)
    with calendar.at(dt.datetime(2026, 12, 1, 1, 0, tzinfo=dt.UTC)):
        make.certificate(place, case_number="510402261211ABCDE")
        auditor = make.actor("auditor", make.county_of(place))

        months = queries.seal_use_by_month(auditor)

        assert [(m.month, m.total, m.by_occasion) for m in months] == [
            (dt.date(2026, 12, 1), 1, [(rules.Occasion.CERTIFICATE, 1)]),
            (dt.date(2026, 11, 1), 1, [(rules.Occasion.CERTIFICATE, 1)]),
        ]
        elsewhere = make.actor("auditor", make.county_of(make.community("510411001001")))
        assert queries.seal_use_by_month(elsewhere) == []
        assert list(queries.seals_for(elsewhere)) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_certificate():
    place, version = make.community(), make.item_version()
    make.seal(make.county_of(place))
    made, failed = [], []
    barrier = threading.Barrier(2)

    def work():
        try:
            barrier.wait()
            made.append(make.certificate(place, version=version).pk)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert failed == []
    assert len(set(made)) == 1
    assert (Certificate.everywhere.count(), SealUse.objects.count()) == (1, 1)
