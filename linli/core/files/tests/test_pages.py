"""Sending files, and refusing a request that is too large."""

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from linli.core.access import ANONYMOUS
from linli.core.files.middleware import RequestSizeMiddleware
from linli.core.files.pages import file_response, safe_name
from linli.core.files.services import store
from linli.core.files.tests.pictures import jpeg, pdf, sent


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


@pytest.mark.django_db
def test_a_picture_is_shown_where_nothing_in_it_can_act():
    response = file_response(store(sent(jpeg()), by=ANONYMOUS), "社保卡.html")

    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == "inline; filename*=utf-8''%E7%A4%BE%E4%BF%9D%E5%8D%A1.jpg"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response.content.startswith(b"\xff\xd8")


@pytest.mark.django_db
def test_a_pdf_is_saved():
    response = file_response(store(sent(pdf(), "a.pdf", ""), by=ANONYMOUS), "notice")

    assert response["Content-Disposition"] == 'attachment; filename="notice.pdf"'


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\temp\\a.exe", "a.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie_ x.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        ("柳" * 300, "柳" * 120 + ".jpg"),
    ],
)
def test_file_names_are_harmless(name, safe):
    assert safe_name(name, ".jpg") == safe


class Untouchable(BytesIO):
    def read(self, *args):
        raise AssertionError("the body was read")

    readline = readinto = read


def request_of(size: str) -> WSGIRequest:
    return WSGIRequest({
        "REQUEST_METHOD": "POST", "PATH_INFO": "/", "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": size, "wsgi.input": Untouchable(),
    })  # fmt: skip


def test_a_request_of_two_hundred_megabytes_is_refused_unread():
    response = RequestSizeMiddleware(lambda request: HttpResponse("let in"))(request_of(str(200 * 1024 * 1024)))

    assert response.status_code == 413
    sentence = "一次传的东西有 200 MB，太大了，最多收 64 MB，所以一样也没有收。请分几次传。"
    assert sentence in response.content.decode()


@pytest.mark.parametrize("size", ["", "0", "67108864", "many"])
def test_other_requests_are_let_in(size):
    response = RequestSizeMiddleware(lambda request: HttpResponse("let in"))(request_of(size))

    assert (response.status_code, response.content) == (200, b"let in")
