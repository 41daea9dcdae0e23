"""The job that Linli exists for, in one piece: from a telephone to a certificate that anybody can check."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from django.conf import settings
from django.db import connection, connections
from pypdf import PdfReader

from linli.services.casework.models import Case, Rating, Status
from linli.services.certificates.models import Certificate
from linli.web.demonstration.building import FAMILY
from linli.web.demonstration.pictures import picture
from tests.browser.people import DESK, PHONE, ROOT, Album, Person

pytestmark = pytest.mark.browser
T = TypeVar("T")
MOTHER = FAMILY[0]
REASON = "申请人已迁到外市，不再符合条件。"


def beside(server: str) -> dict[str, str]:
    """Return the environment of a process beside the server: on the same database, with the same keys."""
    place = connections.databases["default"]
    url = f"sqlite:///{place['NAME']}"
    if connection.vendor != "sqlite":
        host, port = place["HOST"] or "127.0.0.1", place["PORT"] or 5432
        url = f"postgres://{place['USER']}:{place['PASSWORD']}@{host}:{port}/{place['NAME']}"
    return os.environ | {"LINLI_DATABASE_URL": url, "LINLI_BASE_URL": server, "LINLI_VAR": str(settings.VAR)}


@contextmanager
def worker(server: str) -> Iterator[None]:
    """A background worker as `linli worker` starts it, on the same database."""
    running = subprocess.Popen(
        [sys.executable, "-m", "linli", "worker", "--interval", "0.2"], cwd=ROOT, env=beside(server)
    )
    try:
        yield
        assert running.poll() is None, "the worker died"
    finally:
        running.terminate()
        running.wait(timeout=30)


def eventually(look: Callable[[], T | None], what: str) -> T:
    """Return what `look` finds, once the worker has done its part."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"the worker did not do this within a minute: {what}")


def apply_by_phone(her: Person) -> str:
    """She applies for herself, with two photographs; return the case number."""
    her.open("/")
    her.picture("home")
    her.sign_in_by_phone(MOTHER.phone)
    her.picture("signed-in")
    her.open("/apply/old_age_allowance/")
    her.picture("for-whom")
    her.press(re.compile("下一步：填表"))
    assert her.page.get_by_label("社保卡是谁的").input_value() == MOTHER.name
    her.page.get_by_label("社保卡银行账号").fill("6217 0000 1111 2222 337")
    her.picture("form")
    her.press(re.compile("下一步：交材料"))
    her.picture("materials")
    for kind, name in ((0, "社会保障卡（正面）"), (1, "老人近照")):
        box = her.page.locator("li.material").filter(has_text=name)
        box.locator("input[type=file]").set_input_files(
            {"name": f"photo{kind}.jpg", "mimeType": "image/jpeg", "buffer": picture(kind)}
        )
        if box.get_by_role("button", name="交这一样").is_visible():
            box.get_by_role("button", name="交这一样").click()
        box.locator("img.upload__thumb").wait_for()
    her.open(her.page.url)
    her.picture("materials-complete")
    her.press(re.compile("下一步：看一遍"), role="link")
    her.picture("check")
    her.press(re.compile("交上去"))
    her.sees("收到了，编号")
    her.picture("received")
    return her.page.url.split("/my/cases/")[1].split("/")[0]


def take_in_at_the_window(clerk: Person) -> str:
    """A clerk of another community takes in a second application for her and accepts it; return its number."""
    clerk.sign_in_by_password("wenzhu")
    clerk.picture("window-clerk-day")
    clerk.open("/desk/window/")
    clerk.picture("window")
    clerk.page.get_by_role("textbox", name="身份证号", exact=True).fill(MOTHER.id_number)
    clerk.press("找到这个人")
    clerk.picture("window-person")
    clerk.page.get_by_role("searchbox", name="找事项", exact=True).fill("优待证")
    clerk.press("找")
    clerk.picture("window-found")
    clerk.press(re.compile(r"收这件\s*老年人优待证"))
    clerk.page.get_by_label("手机上的电子卡").check()
    clerk.picture("window-form")
    clerk.press(re.compile("下一步：交材料"))
    clerk.press("收到了纸质的")
    clerk.picture("window-materials")
    clerk.press(re.compile("下一步：看一遍"), role="link")
    clerk.picture("window-check")
    clerk.press(re.compile("收件，打收件凭证"))
    clerk.picture("window-received")
    number = re.search(r"received=(\w+)", clerk.page.url)
    assert number is not None
    clerk.open(f"/desk/cases/{number[1]}/")
    clerk.picture("window-handle")
    clerk.press("受理")
    clerk.picture("window-accepted")
    return number[1]


def decide(chromium: object, server: str, album: Album, username: str, number: str, *acts: str) -> None:
    """One of the staff finds the case among what waits for her, opens it, and presses what is to be pressed."""
    who = Person(chromium, server, album, DESK)
    who.sign_in_by_password(username)
    who.open("/desk/")
    who.picture(f"{username}-tasks")
    shown = who.page.locator(f"a[href*='/desk/cases/{number}/']").first
    shown.click()
    for act in acts:
        who.page.wait_for_load_state("networkidle")
        who.picture(f"{username}-before-{act}")
        form = who.page.locator("form[data-submit-keys]")
        form.wait_for()
        form.get_by_role("button", name=re.compile(act)).first.click()
        who.page.wait_for_load_state("networkidle")
    who.picture(f"{username}-done")
    assert who.complaints == []
    who.leave()


def check_signature(pdf: Path) -> str:
    """Return what Poppler's pdfsig says of a file."""
    return subprocess.run(["pdfsig", "-nocert", str(pdf)], capture_output=True, text=True, check=False).stdout


def test_the_whole_road(chromium, server, world, tmp_path):
    """R25, R26, R32, R36, R41-R44: she applies, others decide, anybody can check what she was given."""
    album = Album()
    her = Person(chromium, server, album, PHONE)
    with worker(server):
        number = apply_by_phone(her)
        clerk = Person(chromium, server, album, DESK)
        at_window = take_in_at_the_window(clerk)
        assert at_window != number

        decide(chromium, server, album, "baizhi", number, "受理", "同意")
        decide(chromium, server, album, "sumu", number, "同意")
        decide(chromium, server, album, "jiangli", number, "批准|同意")
        certificate = eventually(
            lambda: Certificate.everywhere.filter(case_number=number).select_related("seal").first(), "the certificate"
        )
        eventually(lambda: Case.everywhere.filter(number=number, status=Status.DELIVERED).first(), "delivery")

        her.open(f"/my/cases/{number}/")
        her.picture("granted")
        her.press("打开证书", role="link")
        her.picture("certificate")
        with her.page.expect_download() as download:
            her.page.get_by_role("link", name="下载 PDF").click()
        pdf = tmp_path / "certificate.pdf"
        download.value.save_as(pdf)
        said = check_signature(pdf)
        assert "Signature Validation: Signature is Valid." in said
        assert MOTHER.name in "".join(page.extract_text() for page in PdfReader(pdf).pages)
        authority = her.context.request.get("/verify/ca.pem").body()
        with ThreadPoolExecutor() as aside:  # pyhanko wants a loop of its own
            aside.submit(assert_pyhanko_agrees, pdf, authority).result()

        anybody = Person(chromium, server, album, PHONE)
        anybody.open(f"/verify/{certificate.token}/")
        assert anybody.page.get_by_role("heading", level=1).inner_text() == "有效"
        anybody.picture("verify-valid")
        assert MOTHER.id_number not in anybody.page.content()

        her.open(f"/my/cases/{number}/")
        her.page.get_by_label("非常满意").check()
        her.picture("rate")
        her.press("评价")
        her.sees("您评了：非常满意")
        her.picture("rated")
        assert Rating.everywhere.get(case__number=number).score == 5

        department = Person(chromium, server, album, DESK)
        department.sign_in_by_password("jiangli")
        department.open(f"/certificates/{certificate.number}/")
        department.picture("issued")
        department.press("撤销", role="link")
        department.page.get_by_label("为什么撤销").fill(REASON)
        department.picture("revoke")
        department.press("提出撤销")
        department.sees("等另一位有权的同事确认")
        department.picture("revocation-asked")
        anybody.open(f"/verify/{certificate.token}/")
        assert anybody.page.get_by_role("heading", level=1).inner_text() == "有效"

        second = Person(chromium, server, album, DESK)
        second.sign_in_by_password("zelan")
        second.open("/second-person/")
        second.picture("second-person")
        second.page.get_by_role("link", name=re.compile("撤销证书")).first.click()
        second.sees(REASON)
        second.picture("second-person-one")
        second.press(re.compile("我看过了，确认"))
        second.sees("事情已经办好")
        department.open(f"/certificates/{certificate.number}/")
        department.picture("revoked")

        anybody.open(f"/verify/{certificate.token}/")
        assert anybody.page.get_by_role("heading", level=1).inner_text() == "已撤销"
        anybody.sees(REASON)
        anybody.picture("verify-revoked")

    assert Case.everywhere.get(number=at_window).status not in (Status.SUBMITTED, Status.NOT_ACCEPTED)
    assert [one.complaints for one in (her, clerk, department, second, anybody)] == [[]] * 5


def assert_pyhanko_agrees(pdf: Path, authority: bytes) -> None:
    """The signature is whole and covers the file, says a second tool that knows the demonstration's authority."""
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    roots = list(load_certs_from_pemder_data(authority))
    signature = PdfFileReader(io.BytesIO(pdf.read_bytes())).embedded_signatures[0]
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=roots))
    assert status.intact
    assert status.valid
    assert status.trusted
