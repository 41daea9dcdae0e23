"""The road of one application, from the first word to the rating, through the doors that pages use."""

import pytest

from linli.core.tasks.testing import run_all
from linli.services.casework import services
from linli.services.casework.models import Case, CaseAction, Rating, Status
from linli.services.casework.tests import factories
from linli.services.certificates.models import Certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    town = factories.Town()
    town.seals()
    factories.catalogue("old_age_allowance")
    return town


def test_an_allowance_goes_from_the_phone_through_three_levels_to_a_certificate_and_a_rating(town):
    """R36a, R43, R44: each level does its step; the certificate is issued; the rating is stored."""
    mother = factories.person(town)
    her = factories.resident(mother)
    draft = factories.drafted(her, "old_age_allowance", mother)

    case = services.submit(her, draft.pk, key="one")
    services.accept(case.number, by=town.staff("community_worker", town.home))
    services.forward(case.number, by=town.staff("community_worker", town.home), said="属实。")
    services.forward(case.number, by=town.staff("street_staff", town.street))
    services.decide(case.number, by=town.staff("department_staff", town.county, "civil_affairs"), granted=True)
    run_all()

    case = Case.everywhere.get(number=case.number)
    assert case.status == Status.DELIVERED
    certificate = Certificate.everywhere.get(number=case.certificate_number)
    assert certificate.holder_id == mother.pk
    services.rate(case.number, by=her, score=5, comment="很快")
    case.refresh_from_db()
    assert case.status == Status.CLOSED
    assert Rating.everywhere.get(case=case).score == 5
    acts = CaseAction.objects.filter(case=case).order_by("at", "id").values_list("action", flat=True)
    assert list(acts) == [
        "submit", "accept", "forward", "forward", "grant", "certificate_issued", "deliver", "close",
    ]  # fmt: skip
