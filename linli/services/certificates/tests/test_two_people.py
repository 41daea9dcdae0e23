"""A revocation needs a second person (R44; GB/T 22239-2019, 8.1.4.2)."""

from __future__ import annotations

import pytest

from linli.core import countersign
from linli.core.countersign import services as countersigning
from linli.core.countersign.models import Countersignature
from linli.services.certificates import services
from linli.services.certificates.models import CertificateStatus
from linli.services.certificates.tests import factories as make


@pytest.fixture(autouse=True)
def two_people(settings, alone) -> None:
    settings.FOUR_EYES = ["certificates.revoke"]


def test_one_alone_revokes_nothing(db):
    certificate = make.certificate()
    by = make.actor("department_staff", make.county_of(make.community()), department="civil_affairs")

    with pytest.raises(countersign.SecondPersonNeeded):
        services.revoke(certificate.number, by=by, reason="金额写错，已经改正", version=1)

    certificate.refresh_from_db()
    assert certificate.status == CertificateStatus.VALID


def test_a_second_person_with_the_right_revokes_what_the_first_has_asked_for(db, monkeypatch):
    """Until then the certificate is valid to whoever checks it."""
    certificate = make.certificate()
    county = make.county_of(make.community())
    asker = make.actor("department_staff", county, department="civil_affairs")
    monkeypatch.setattr("linli.core.countersign.acts._actor_source", [lambda _account, _post: asker])
    services.ask_to_revoke(certificate.number, by=asker, reason="金额写错，已经改正", version=1)
    row = Countersignature.objects.get()
    certificate.refresh_from_db()
    assert certificate.status == CertificateStatus.VALID
    with pytest.raises(Countersignature.DoesNotExist):
        countersigning.confirm(row.pk, by=make.actor("supervisor", county))

    countersigning.confirm(row.pk, by=make.actor("district_staff", county))

    certificate.refresh_from_db()
    assert (certificate.status, certificate.revoked_because) == (CertificateStatus.REVOKED, "金额写错，已经改正")
