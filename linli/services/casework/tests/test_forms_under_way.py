"""Whoever changes an item's form reads what it means for those who are filling it in (R152)."""

import html

from django.urls import reverse

from linli.core.forms import making
from linli.ground.accounts.models import Account
from linli.services.casework import queries
from linli.services.casework.tests import factories
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue import services
from linli.services.catalogue.models import ItemVersion

CODE = "old_age_allowance"


def changed(town):
    """The draft of a next version whose form asks for one thing more."""
    editor = town.staff("department_staff", town.county, "civil_affairs")
    draft = services.next_version(CODE, by=editor)
    rule = {"type": "string", "title": "想说什么", "title_en": "Anything to say"}
    form = making.with_field(catalogue.item(draft).form, "said", rule, required=True)
    return editor, services.save_form(draft.pk, form, by=editor, version=draft.version)


def test_drafts_under_way_are_counted_and_keep_their_form(town, client):
    factories.catalogue(CODE)
    editor, draft = changed(town)
    client.force_login(Account.objects.get(pk=editor.account_id))
    address = reverse("catalogue:form", args=[CODE, draft.number])
    nobody_yet = html.unescape(client.get(address).content.decode())
    her = factories.person(town)
    hers = factories.drafted(factories.resident(her), CODE, her)

    page = html.unescape(client.get(address).content.decode())
    services.send_to_review(draft.pk, by=editor, version=draft.version)
    draft.refresh_from_db()
    colleague = town.staff("department_staff", town.west, "civil_affairs")
    services.publish(draft.pk, by=colleague, version=draft.version)
    case = factories.services.submit(factories.resident(her), hers.pk, key=str(hers.pk))

    assert "正在填、还没有交的" not in nobody_yet
    assert "有 1 份正在填、还没有交的，照原来的表填完，不会断。" in page
    assert catalogue.published_version(CODE) == ItemVersion.objects.get(pk=draft.pk)
    assert case.item_version.number == 1
    assert "said" not in queries.item_of(case).form["properties"]
