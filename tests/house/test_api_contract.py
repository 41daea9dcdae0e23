"""The interface answers as its document says, whatever is sent, whoever sends it: schemathesis over every operation.

Each caller walks all operations with generated requests, good and bad. No answer is a 5xx, none is undocumented, none has
another shape than the document's, none takes what the document refuses.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils.translation import override
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.openapi.checks import RejectedPositiveData

from linli.core.api.house import house
from linli.ground.accounts.models import Account
from linli.ground.exchange.tests.factories import Program
from linli.services.casework.models import Case
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Town
from tests.plenty import CODES, Neighbourhood

EXAMPLES = int(os.environ.get("API_EXAMPLES", "1"))
"""So many requests of each kind for each operation and caller; more of them by hand, before a release."""

BOTH = ("program", "department_staff")
"""These on each database, the others once."""
ROLES = ("nobody", "program", "resident", "department_staff", "administrator")


@pytest.fixture
def callers(db: None, tmp_path: Any) -> dict[str, dict[str, str]]:
    """A small town with something of everything, and who calls: by a token, by a session, by nothing."""
    town = Town()
    factories.catalogue(*CODES)
    town.seals()
    people = Neighbourhood(town)
    people.heap(1)
    told: dict[str, dict[str, str]] = {"nobody": {}}
    told["program"] = {"Authorization": f"Bearer {Program(town.county).token}"}
    for role, actor in {
        "resident": people.she, "community_worker": people.worker, "department_staff": people.department,
        "administrator": people.administrator,
    }.items():  # fmt: skip
        browser = Client()
        browser.force_login(Account.objects.get(pk=actor.account_id))
        cookie = f"sessionid={browser.cookies['sessionid'].value}; csrftoken={'a' * 32}"
        told[role] = {"Cookie": cookie, "X-CSRFToken": "a" * 32}
    return told


@pytest.fixture(autouse=True)
def one_connection(callers: dict[str, dict[str, str]]) -> Iterator[None]:
    """Requests come in as they do from a server, and leave the test's transaction open; nobody reads a log of them."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    logging.disable(logging.CRITICAL if "API_LOGS" not in os.environ else logging.NOTSET)
    yield
    logging.disable(logging.NOTSET)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def schema() -> Any:
    with override("zh-hans"):
        document = house().document()
    read = schemathesis.openapi.from_dict(document)
    read.app = get_wsgi_application()
    return read


def known_values() -> dict[str, st.SearchStrategy[str]]:
    """Values for addresses that lead to rows, so that more than 404 is walked."""
    numbers = list(Case.everywhere.values_list("number", flat=True)[:6])
    return {
        "number": st.sampled_from(numbers), "code": st.sampled_from([*CODES, "510402002001"]),
        "kind": st.sampled_from(["receipt", "acceptance"]),
    }  # fmt: skip


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=() if role in BOTH else pytest.mark.any_database) for role in ROLES]
)
def test_every_operation_answers_as_it_says(role: str, callers: dict[str, dict[str, str]], schema: Any):
    """Issue 4: no 5xx, no undocumented answer, signed in as each role."""
    wrong: Counter[str] = Counter()
    samples: dict[str, str] = {}
    statuses: Counter[int] = Counter()
    known = known_values()
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _walk(operation, mode, callers[role], known, wrong, samples, statuses)

    told = [f"{count}x {what}\n      {samples[what]}" for what, count in wrong.most_common(60)]
    assert wrong == {}, f"{dict(statuses)}\n" + "\n".join(told)
    assert statuses[200] or role == "nobody"


def _walk(
    operation: Any, mode: GenerationMode, headers: dict[str, str], known: dict[str, Any], wrong: Counter[str],
    samples: dict[str, str], statuses: Counter[int],
) -> None:  # fmt: skip
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(data=st.data())
    def walk(data: Any) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if mode is GenerationMode.POSITIVE:
            for name in case.path_parameters or {}:
                if name in known:
                    case.path_parameters[name] = data.draw(known[name])
        answer = case.call(headers={**(case.headers or {}), **headers})
        statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, headers=headers)
        except schemathesis.errors.SchemathesisError as error:  # pragma: no cover
            _note(f"{operation.label}: {str(error)[:300]}", case, wrong, samples)
        except BaseExceptionGroup as group:
            for one in group.exceptions:
                if isinstance(one, RejectedPositiveData) and _by_a_rule(answer):
                    continue
                _note(f"{operation.label} {mode.value}: {type(one).__name__} {str(one)[:400]}", case, wrong, samples)

    try:
        walk()
    except Exception as error:
        if "Unsatisfiable" not in type(error).__name__ and "negate" not in str(error).lower():
            _note(f"{operation.label} {mode.value}: {type(error).__name__} {str(error)[:500]}", None, wrong, samples)


def _by_a_rule(answer: Any) -> bool:
    """Tell whether a rule of the house said no, which no schema can say beforehand; the front must not have."""
    code = answer.json()["code"]
    return "." in code or code in ("stale", "idempotency_key_reused", "precondition_failed")


def _note(what: str, case: Any, wrong: Counter[str], samples: dict[str, str]) -> None:
    wrong[what] += 1
    if case is not None:
        samples.setdefault(what, f"{case.method} {case.formatted_path} {case.query} {str(case.body)[:300]}")
    samples.setdefault(what, "")
