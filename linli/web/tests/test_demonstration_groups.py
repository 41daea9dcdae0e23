"""About one made-up resident in forty belongs to a special group, and the same ones for the same seed."""

import pytest

from linli.core.access import system_actor
from linli.ground.registry.models import Person, SpecialGroupTag
from linli.services.casework.tests import factories
from linli.web.demonstration.building import FAMILY, Building

pytestmark = pytest.mark.django_db


def test_one_resident_in_forty_is_tagged_with_a_source(settings):
    settings.DEMO = True
    factories.Town()
    Building(7, system_actor("tests"), echo=print).people(240)

    tags = list(SpecialGroupTag.everywhere.select_related("person"))

    assert Person.everywhere.count() == 240
    assert 2 <= len(tags) <= 14
    assert all(tag.source.endswith("（演示）") for tag in tags)
    assert not {tag.person.name for tag in tags} & {made.name for made in FAMILY}
