"""What an application costs over the rows that it leaves, and a certificate over the paper that is drawn.

    python benchmarks/applications.py    on a test database beside that of LINLI_DATABASE_URL

Applying: draft, form, two photographs, submission, through the services. Its floor: every row that this wrote, written
once more by the same SQL, and the look into the two pictures; all is undone instead of committed. Issuing: number, seal, signature, QR code, file, audit, event. Its floor is drawing the PDF.
The middle of COUNT runs counts. Fails (exit code 1) when one takes more than its limit times its floor.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
os.environ["LINLI_DEMO"] = "1"

COUNT = 25
APPLYING, ISSUING = 5.0, 6.0
WRITES = ("INSERT", "UPDATE", "DELETE")


def middle(work: Callable[[], Any], count: int = COUNT) -> float:
    """Return the middle of so many runs, in milliseconds."""
    took = []
    for _run in range(count):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def written(work: Callable[[], Any]) -> list[tuple[str, Any]]:
    """Return the writing statements of a piece of work that is undone afterwards."""
    from django.db import connection, transaction

    said: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(WRITES):
            said.append((sql, params))
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(listen):
        work()
        transaction.set_rollback(True)
    return said


def replayed(statements: list[tuple[str, Any]]) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
        transaction.set_rollback(True)  # so that the same rows can be written again


def applying(town: Any) -> float:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import transaction

    from linli.core.files.inspection import inspect
    from linli.core.ids import new_id
    from linli.services.casework import services
    from linli.services.casework.tests import factories

    person = factories.person(town)
    who = factories.resident(person)
    pictures = iter([photograph(number) for number in range(2 * COUNT + 4)])

    def apply() -> None:
        draft = services.start_draft(who, "old_age_allowance", applicant_id=person.pk)
        services.save_draft(draft.pk, by=who, form_data=answers)
        for code in ("account_card", "recent_photo"):
            upload = SimpleUploadedFile("card.jpg", next(pictures), content_type="image/jpeg")
            services.add_material(draft.pk, code, by=who, upload=upload)
        services.submit(who, draft.pk, key=str(new_id()))

    def apply_undone() -> None:
        with transaction.atomic():
            apply()
            transaction.set_rollback(True)

    two = [photograph(number) for number in (900, 901)]
    answers = answers_to("old_age_allowance", person)
    apply_undone()
    statements = written(apply)
    took, rows = middle(apply_undone), middle(lambda: replayed(statements))
    looking = middle(lambda: [inspect(one, name="card.jpg", claimed="image/jpeg", allowed=("jpeg",)) for one in two])
    floor = rows + looking
    print(
        f"applying {took:8.1f} ms    its {len(statements)} statements {rows:.1f} ms and looking at its pictures {looking:.1f} ms"
    )
    print(f"{'':>22}{took / floor:6.1f} times")
    return took / floor


def answers_to(code: str, person: Any) -> dict[str, Any]:
    import random

    from linli.ground.registry import queries as registry
    from linli.services.catalogue import queries as catalogue
    from linli.web.demonstration.answers import answers_for

    item = catalogue.item(catalogue.published_version(code))
    return answers_for(item.form, registry.facts_of(person, in_clear=True), random.Random(1), today=dt.date.today())


def photograph(number: int) -> bytes:
    """A picture like no other: the same one again would be kept once, and hardly looked at."""
    import io

    from PIL import Image

    from linli.web.demonstration.pictures import picture

    image = Image.open(io.BytesIO(picture(number)))
    image.putpixel((number % 900, number % 600), (number % 256, 0, 0))
    out = io.BytesIO()
    image.save(out, format="JPEG", comment=str(number).encode())
    return out.getvalue()


def issuing(town: Any) -> float:
    from linli.core.access import system_actor
    from linli.services.casework.tests import factories
    from linli.services.catalogue import queries as catalogue
    from linli.services.certificates import documents
    from linli.services.certificates import services as certificates

    town.seals()
    version = catalogue.published_version("old_age_allowance")
    item, person, by = catalogue.item(version), factories.person(town), system_actor("benchmark")
    numbers = iter(range(10_000))

    def issue() -> None:
        certificates.issue(
            version=version, holder_id=person.pk, holder_facts={"name": "柳桂枝"}, by=by,
            case_number=f"510402{next(numbers):010}", community=town.home, department=item.chain[-1].department,
            facts=[("姓名", "柳桂枝"), ("受理社区", "竹湖园社区")], decided_on=dt.date.today(),
        )  # fmt: skip

    def draw() -> None:
        documents.certificate_pdf(
            item.result.template,
            {
                "title": item.result.name.zh, "number": "5104-02", "issuer": "东区", "issued_on": dt.date.today(),
                "valid_from": dt.date.today(), "holder": "柳桂枝", "item": item.name.zh, "case_number": "51040226",
                "facts": [("姓名", "柳桂枝")], "code": "https://linli.example.cn/verify/" + "a" * 300,
            },
        )  # fmt: skip

    issue(), draw()
    took, floor = middle(issue), middle(draw)
    print(f"issuing  {took:8.1f} ms    drawing the PDF {floor:8.2f} ms    {took / floor:6.1f} times")
    return took / floor


def main() -> int:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from benchmarks.workbench import database
    from linli.services.casework.tests import factories
    from linli.services.catalogue.services import ITEMS, load_items

    with tempfile.TemporaryDirectory() as files, database():
        settings.STORAGES["default"]["OPTIONS"]["location"] = files
        town = factories.Town()
        load_items(ITEMS, by=factories.SETUP, from_day=dt.date.today() - dt.timedelta(days=365))
        print(connection.vendor)
        good = [applying(town) <= APPLYING, issuing(town) <= ISSUING]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
