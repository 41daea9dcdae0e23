"""What test_replica.py runs in a process of its own, with the settings of a city that has a copy: prints what was read where.

Cases are made at the main database, the copy is held back or stopped by the commands given, and the page of figures is
opened each time by the same process, whose connections are kept.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

import django

django.setup()

from django.db import close_old_connections, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from linli.core.replica.reading import COPY, WROTE  # noqa: E402
from linli.ground.accounts.models import Account  # noqa: E402
from linli.services.casework.models import Case  # noqa: E402
from linli.services.casework.tests import factories  # noqa: E402
from linli.services.casework.tests.factories import Road, Town  # noqa: E402

CODE = "old_age_allowance"
pause, go_on, stop = map(json.loads, sys.argv[1:4])


def caught_up(cases: int) -> None:
    for _attempt in range(300):
        if Case.everywhere.using(COPY).count() == cases:
            return
        time.sleep(0.1)
    raise AssertionError("the copy does not follow")


setup_test_environment()  # so that what a page was given can be read
factories.catalogue(CODE)
town = Town()
Road(town)
desk = Client()
desk.force_login(Account.objects.get(pk=town.staff("district_staff", town.county).account_id))
caught_up(1)


def figure() -> int:
    return int(desk.get(reverse("casework:figures")).context["tiles"][0]["value"])


def is_a_copy(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute("select pg_is_in_recovery()")
        return bool(cursor.fetchone()[0])


told: dict[str, object] = {"who follows": {alias: is_a_copy(alias) for alias in ("default", COPY)}}
subprocess.run(pause, check=True, capture_output=True)
Road(town)
told["held back"] = figure()
told["a list of work"] = len(desk.get(reverse("casework:all")).context["cases"])
desk.cookies[WROTE] = "1"
told["for whoever has just written"] = figure()
del desk.cookies[WROTE]
subprocess.run(go_on, check=True, capture_output=True)
caught_up(2)
told["caught up"] = figure()
pages = (reverse("casework:figures"), reverse("casework:trips"), reverse("casework:figure", args=["received"]))
told["all pages of figures"] = [desk.get(page).status_code for page in pages]
subprocess.run(stop, check=True, capture_output=True)
Road(town)
told["broken off"] = figure()  # in the middle of a page, as far as its connection knows
close_old_connections()  # as a server does before each page
told["away"] = figure()
print(json.dumps(told))
