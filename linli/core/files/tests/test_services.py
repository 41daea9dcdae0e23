"""Storing: what is taken, what is refused and leaves nothing behind (R154)."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from linli.core.access import ANONYMOUS, Actor
from linli.core.audit.models import Entry
from linli.core.crypto import BrokenSeal
from linli.core.files import inspection, refusals
from linli.core.files.kinds import PHOTOS_AND_PDF
from linli.core.files.models import StoredFile
from linli.core.files.services import open_file, store
from linli.core.files.tests.pictures import docx, encoded, jpeg, paper, pdf, placed_exif, sent
from linli.core.ids import new_id

pytestmark = pytest.mark.django_db
RESIDENT = Actor(kind="resident", account_id=new_id())


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_photograph_is_kept_and_comes_back(folder):
    stored = store(sent(jpeg()), by=RESIDENT)

    assert (stored.kind, stored.verdict, stored.pages) == ("image/jpeg", "clear", None)
    assert stored.size == len(open_file(stored))
    assert stored.sha256 == hashlib.sha256(open_file(stored)).hexdigest()
    assert Image.open(BytesIO(open_file(stored))).size == (1600, 1000)
    entry = Entry.objects.get()
    assert (entry.action, entry.actor_id, entry.subject_id) == ("files.stored", RESIDENT.account_id, str(stored.pk))
    assert entry.facts == {"kind": "image/jpeg", "size": stored.size}


@pytest.mark.parametrize(("form", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_a_photograph_loses_its_place_and_stands_upright(form, name):
    """R154: place data of photos removed."""
    content = encoded(paper((800, 600)), form, exif=placed_exif())
    assert b"Du Zhong" in content

    kept_content = open_file(store(sent(content, name, ""), by=RESIDENT))

    picture = Image.open(BytesIO(kept_content))
    assert dict(picture.getexif()) == {}
    assert b"Du Zhong" not in kept_content
    assert not {"exif", "xmp", "comment", "icc_profile"} & picture.info.keys()
    assert picture.size == (600, 800)


def test_a_large_photograph_is_made_smaller():
    stored = store(sent(jpeg(paper((4500, 3000), letters=90))), by=RESIDENT)

    assert Image.open(BytesIO(open_file(stored))).size == (3000, 2000)


def test_what_is_transparent_lies_on_white_paper():
    clear = Image.new("RGBA", (600, 600), (0, 0, 0, 0))
    stored = store(sent(encoded(clear, "PNG"), "a.png", "image/png"), by=RESIDENT)

    assert Image.open(BytesIO(open_file(stored))).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16", "LA"])
def test_every_kind_of_picture_is_opened(mode):
    form, name = ("JPEG", "a.jpg") if mode == "CMYK" else ("PNG", "a.png")
    stored = store(sent(encoded(Image.new(mode, (600, 600)), form), name, ""), by=RESIDENT)

    assert Image.open(BytesIO(open_file(stored))).mode == "RGB"


def test_a_pdf_is_kept_as_it_is_with_its_pages():
    content = pdf(pages=3)
    stored = store(sent(content, "证明.PDF", "application/pdf"), by=RESIDENT)

    assert (stored.kind, stored.pages, stored.verdict) == ("application/pdf", 3, "")
    assert open_file(stored) == content


def test_the_same_content_is_kept_once(folder):
    first = store(sent(pdf(), "a.pdf", "application/pdf"), by=RESIDENT)
    second = store(sent(pdf(), "b.pdf", "application/pdf"), by=ANONYMOUS)

    assert first == second
    assert len(kept(folder)) == 1
    assert StoredFile.objects.count() == 1


def test_a_file_from_the_house_itself_is_kept_too():
    assert store(ContentFile(pdf()), by=RESIDENT).pages == 2
    assert store(BytesIO(pdf(pages=1)), by=RESIDENT).pages == 1


# at rest


def test_nothing_of_the_content_is_readable_at_rest(folder):
    content = pdf()
    store(sent(content, "a.pdf", "application/pdf"), by=RESIDENT)

    [path] = kept(folder)
    assert content[:8] not in path.read_bytes()
    assert path.read_bytes().startswith(b"1.")


def test_an_altered_file_does_not_open(folder):
    stored = store(sent(pdf(), "a.pdf", "application/pdf"), by=RESIDENT)
    [path] = kept(folder)
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)

    with pytest.raises(BrokenSeal):
        open_file(stored)


def test_a_file_put_in_the_place_of_another_does_not_open(folder):
    one = store(sent(pdf(pages=1), "a.pdf", "application/pdf"), by=RESIDENT)
    other = store(sent(pdf(pages=2), "a.pdf", "application/pdf"), by=RESIDENT)
    StoredFile.objects.filter(pk=one.pk).update(storage_key=other.storage_key)
    one.refresh_from_db()

    with pytest.raises(BrokenSeal):
        open_file(one)


# refusals

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 300
MANY_PIXELS = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x00\x00\x00\x01\x00\x00\x08\x02\x00\x00\x00" + b"\x00" * 64


@pytest.mark.parametrize(
    ("content", "name", "claimed", "refusal", "sentence"),
    [
        (b"", "a.jpg", "image/jpeg", refusals.EmptyFile, "这个文件是空的。请重新选一个。"),
        (jpeg(), "a.pdf", "", refusals.NotWhatItClaims,
         "文件名说它是：PDF 文件；里面其实是：JPEG 照片。请传原来的文件，不要改文件名。"),
        (pdf(), "a.jpg", "image/jpeg", refusals.NotWhatItClaims,
         "文件名说它是：JPEG 照片；里面其实是：PDF 文件。请传原来的文件，不要改文件名。"),
        (jpeg(), "a.jpg", "text/html", refusals.NotWhatItClaims,
         "文件名说它是：“text/html”；里面其实是：JPEG 照片。请传原来的文件，不要改文件名。"),
        (jpeg(), "a.jpg.exe", "", refusals.NotWhatItClaims,
         "文件名说它是：“.exe”；里面其实是：JPEG 照片。请传原来的文件，不要改文件名。"),
        (HEIC, "a.heic", "image/heic", refusals.HeicNotTaken,
         str(refusals.HeicNotTaken.message)),
        (encoded(Image.new("RGB", (9, 9)), "GIF"), "a.gif", "", refusals.NotTaken,
         "这里不收这种文件（GIF 动图），只收：JPEG 照片、PNG 图片、WebP 图片、PDF 文件。"),
        (b"MZ" + b"\x00" * 300, "a.jpg", "", refusals.NotTaken,
         "这里不收这种文件（程序），只收：JPEG 照片、PNG 图片、WebP 图片、PDF 文件。"),
        (docx(), "a.docx", "", refusals.NotTaken,
         "这里不收这种文件（Word 文档），只收：JPEG 照片、PNG 图片、WebP 图片、PDF 文件。"),
        (b"<html><script>alert(1)</script>", "a.jpg", "image/jpeg", refusals.NotRecognised,
         "看不出这是什么文件。这里收：JPEG 照片、PNG 图片、WebP 图片、PDF 文件。"),
        (jpeg()[:2000], "a.jpg", "", refusals.BrokenFile,
         "这个文件（JPEG 照片）打不开，可能没有传完整。请重新拍一张或者重新导出再传。"),
        (pdf()[:200], "a.pdf", "", refusals.BrokenFile,
         "这个文件（PDF 文件）打不开，可能没有传完整。请重新拍一张或者重新导出再传。"),
        (MANY_PIXELS, "a.png", "", refusals.BrokenFile,
         "这个文件（PNG 图片）打不开，可能没有传完整。请重新拍一张或者重新导出再传。"),
        (encoded(Image.new("1", (8001, 8000)), "PNG"), "a.png", "", refusals.TooManyPixels,
         "这张图有 8001 × 8000 个点，太大了，打不开。请用手机普通模式再拍一张。"),
        (pdf(password="1234"), "a.pdf", "", refusals.LockedPdf, "这个 PDF 加了密码，我们打不开。请去掉密码再传。"),
        (pdf(script="app.alert(1)"), "a.pdf", "", refusals.ActivePdf,
         "这个 PDF 里藏着会自己运行的内容，为了安全不能收。请打印成新的 PDF，或者拍照再传。"),
        (pdf(launch="cmd.exe"), "a.pdf", "", refusals.ActivePdf,
         "这个 PDF 里藏着会自己运行的内容，为了安全不能收。请打印成新的 PDF，或者拍照再传。"),
        (pdf(attachment=b"MZ"), "a.pdf", "", refusals.AttachedPdf,
         "这个 PDF 里还夹带着别的文件，为了安全不能收。请打印成新的 PDF，或者拍照再传。"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why_and_leaves_nothing(folder, content, name, claimed, refusal, sentence):
    with pytest.raises(refusal) as refused:
        store(sent(content, name, claimed), by=RESIDENT)

    assert str(refused.value) == sentence
    assert kept(folder) == []
    assert not StoredFile.objects.exists()
    assert not Entry.objects.exists()


def test_office_documents_are_taken_only_when_asked_for():
    stored = store(sent(docx(), "纪要.docx", ""), by=RESIDENT, kinds=["docx", "xlsx"])
    assert stored.kind == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    with pytest.raises(refusals.ActiveDocument):
        store(sent(docx("word/vbaProject.bin"), "a.docx", ""), by=RESIDENT, kinds=["docx"])


def test_an_office_document_that_unpacks_too_large_is_refused(settings):
    settings.UPLOAD_MAX_BYTES = 100_000
    with pytest.raises(refusals.BrokenFile):
        store(sent(docx(filler=1_100_000), "a.docx", ""), by=RESIDENT, kinds=["docx"])


class Endless:
    """An upload that lies about its size and never ends."""

    name, content_type, size = "a.jpg", "image/jpeg", None

    def __init__(self) -> None:
        self.given = 0

    def chunks(self, size):
        while True:
            self.given += size
            yield b"\xff" * size


def test_no_more_is_read_than_is_taken(settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    upload = Endless()

    with pytest.raises(refusals.TooLarge) as refused:
        store(upload, by=RESIDENT)

    assert upload.given <= 1024 * 1024 + 64 * 1024
    assert str(refused.value) == "这个文件有 2 MB，太大了，最大收 1 MB。照片可以在手机里选“中等大小”再传。"


def test_a_file_that_says_it_is_too_large_is_not_read_at_all(settings):
    upload = Endless()
    upload.size = settings.UPLOAD_MAX_BYTES + 1

    with pytest.raises(refusals.TooLarge):
        store(upload, by=RESIDENT)

    assert upload.given == 0


def test_whoever_comes_second_at_the_same_moment_is_given_the_first_row(folder, monkeypatch):
    first = store(sent(pdf(), "a.pdf", ""), by=RESIDENT)
    real, looks = StoredFile.objects.filter, iter([StoredFile.objects.none(), StoredFile.objects.none()])
    monkeypatch.setattr(StoredFile.objects, "filter", lambda **how: next(looks, real(**how)), raising=False)

    second = store(sent(pdf(), "a.pdf", ""), by=RESIDENT)

    assert second == first
    assert len(kept(folder)) == 1
    assert default_storage.exists(first.storage_key)


SEEDS = [jpeg(paper((300, 200))), encoded(paper((300, 200)), "PNG"), encoded(paper((300, 200)), "WEBP"), pdf()]


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.sampled_from(SEEDS), changes=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=12))
def test_damaged_content_is_taken_or_refused_but_never_breaks_us(seed, changes):
    content = bytearray(seed)
    for place, value in changes:
        content[place % len(content)] = value

    try:
        found = inspection.inspect(bytes(content), name="", claimed="", allowed=PHOTOS_AND_PDF)
    except refusals.FileRefused:
        return
    assert found.content
