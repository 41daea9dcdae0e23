"""A city may grow beyond one database: place-bound rows stay in their county, and daily work asks for no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client

from linli.core.ids import new_id
from linli.core.shards.keys import KEY, AcrossCounties, InCountyKey, InCountyOneToOne
from linli.core.shards.rows import InCounty
from linli.core.shards.statements import unbound
from linli.ground.accounts.models import Account
from linli.services.casework import services
from linli.services.casework.tests import factories

RANDOM = {
    "certificates.certificate.token", "certificates.paper.token", "casework.workitem.once_key",
}  # fmt: skip
"""Unique columns without the county that nobody can meet twice: drawn at random, or made of ids."""
OURS = [model for model in apps.get_models() if model.__module__.startswith("linli.")]
PLACED = [model for model in OURS if issubclass(model, InCounty)]


@pytest.mark.any_database
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_table_with_a_county_is_split_by_it_or_says_why_not(model: type[models.Model]) -> None:
    """Nothing is in the way of a province on many machines."""
    has_county = any(field.name == KEY for field in model._meta.concrete_fields)
    if has_county:
        assert issubclass(model, InCounty) or getattr(model, "copied_because", ""), "InCounty, or copied_because"
    if not issubclass(model, InCounty):
        away = [f.name for f in model._meta.concrete_fields if f.is_relation and issubclass(f.related_model, InCounty)]
        assert away == [], "a table of no county holds no key to one that has"


@pytest.mark.any_database
@pytest.mark.parametrize("model", PLACED, ids=lambda model: model._meta.label)
def test_a_place_bound_table_has_keys_of_its_own_making_and_none_that_leaves_its_county(
    model: type[models.Model],
) -> None:
    """UUIDs of the program, keys that stay in the county, unique keys that begin with it."""
    meta = model._meta
    key = meta.pk
    assert isinstance(key, (models.UUIDField, InCountyOneToOne)), "the program makes the primary key, no sequence"
    county = meta.get_field(KEY)
    assert not county.null
    assert not county.editable or not county.has_default()
    for field in meta.concrete_fields:
        if field.is_relation and issubclass(field.related_model, InCounty):
            assert isinstance(field, (InCountyKey, InCountyOneToOne, AcrossCounties)), field.name
        if field.unique and not field.primary_key and not field.is_relation:
            assert f"{meta.label_lower}.{field.name}" in RANDOM, field.name
    for rule in meta.constraints:
        if isinstance(rule, models.UniqueConstraint):
            fields = [meta.get_field(name) for name in rule.fields]
            rests_on_an_id = any(isinstance(field, (models.UUIDField, models.ForeignKey)) for field in fields)
            assert rule.fields[0] == KEY or rests_on_an_id, rule.name


@contextmanager
def listening() -> Iterator[list[str]]:
    """Collect what is said to the database."""
    said: list[str] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        said.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield said


def loose(said: list[str]) -> list[str]:
    return [f"{', '.join(names)}: {sql}" for sql in said if (names := unbound(sql))]


@pytest.fixture
def town(db: None) -> factories.Town:
    town = factories.Town()
    factories.catalogue("old_age_allowance")
    return town


def browser_of(who: Any) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=who.account_id))
    return client


def test_a_submission_asks_one_county_only(town: factories.Town) -> None:
    """every statement of a submission on a place-bound table names the county."""
    person = factories.person(town)
    by = factories.resident(person)

    with listening() as said:
        draft = factories.drafted(by, "old_age_allowance", person)
        services.submit(by, draft.pk, key=str(new_id()))

    assert any("casework_case" in sql for sql in said)
    assert loose(said) == []


def test_a_clerks_day_asks_her_county_only(town: factories.Town) -> None:
    """the task list, a case's page and a step of it."""
    road = factories.Road(town)
    clerk = browser_of(road.worker)
    version = road.now().version

    with listening() as said:
        assert clerk.get("/desk/").status_code == 200
        assert clerk.get(f"/desk/cases/{road.number}/").status_code == 200
        pressed = clerk.post(f"/desk/cases/{road.number}/do/accept/", {"version": version})
        assert pressed.status_code == 302
        assert clerk.get(f"/desk/cases/{road.number}/").status_code == 200

    assert any("casework_caseaction" in sql for sql in said)
    assert loose(said) == []


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ('SELECT * FROM "casework_case" WHERE "casework_case"."id" = %s', ["casework_case"]),
        ('SELECT "casework_case"."county_code" FROM "casework_case" WHERE "casework_case"."id" = %s', ["casework_case"]),
        ('UPDATE "casework_case" SET "county_code" = %s WHERE "casework_case"."id" = %s', ["casework_case"]),
        ('UPDATE "casework_case" SET "step" = %s WHERE "casework_case"."county_code" = %s', []),
        (
            ('SELECT 1 FROM "casework_gap" INNER JOIN "casework_case" ON ("casework_gap"."case_id" = "casework_case"."id") '
            'WHERE "casework_gap"."county_code" = %s'),
            ["casework_case"],
        ),
        ('INSERT INTO "casework_gap" ("id", "county_code") VALUES (%s, %s)', []),
        ('INSERT INTO "casework_gap" ("id") VALUES (%s)', ["casework_gap"]),
        ("SELECT seq, hash FROM core_audit_chainhead WHERE chain = %s FOR UPDATE", []),
        ('SELECT * FROM "territory_division"', []),
    ],
)  # fmt: skip
def test_what_asks_every_county_is_found(sql: str, names: list[str]) -> None:
    """the finder finds, or the two tests above would show nothing."""
    assert unbound(sql) == names
