"""At the window the record says of each condition whether it is met, and decides nothing (R31, R38)."""

import pytest
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.ground.registry import services as registry
from linli.services.casework import entitled, services
from linli.services.casework.tests import factories
from linli.services.casework.tests.test_pages import signed_in
from linli.services.catalogue import queries as catalogue

pytestmark = pytest.mark.django_db
NURSING = "disability_nursing"


def test_a_window_is_told_what_is_missing_and_the_look_is_written_down(town, mother, client):
    factories.catalogue(NURSING)
    worker = town.staff("window_clerk", town.home)
    item = catalogue.item(catalogue.published_version(NURSING))

    told = entitled.eligibility(worker, mother, item)
    registry.record_circumstance(
        mother, by=town.staff("community_worker", town.home), kind="disability_grade", value="3", source="残疾人证"
    )
    known = entitled.eligibility(worker, mother, item)

    assert (told.holds, told.reasons[0].missing) == (None, ("disability_grade",))
    assert known.holds is False
    assert Entry.objects.filter(person_id=mother.pk, facts__what="eligibility").count() == 2

    draft = services.start_draft(worker, NURSING, applicant_id=mother.pk, channel="window")
    signed_in(client, worker)
    page = client.get(reverse("casework:draft_form", args=[draft.pk])).content.decode()
    assert "按登记的资料，条件不符合" in page
