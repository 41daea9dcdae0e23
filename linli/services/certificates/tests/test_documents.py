"""Every paper of a case, on every size of paper."""

import io

import pytest
from django.test import override_settings
from pydantic import ValidationError
from pypdf import PdfReader

from linli.services.certificates import documents
from linli.services.certificates.documents.notices import Paper
from linli.services.certificates.tests.factories import DECIDED

CASE = {
    "number": "5104-0226-11QQ-CDEF-K", "item": "高龄津贴", "item_en": "Old-age allowance", "applicant": "柳桂枝",
    "agent": "", "date": "2026 年 11 月 16 日", "time": "20:14", "issuer": "炳草岗街道", "received_at": "大渡口社区",
    "responsible": "大渡口社区", "materials": [{"name": "社保卡正面照片", "how": "上传"}], 
    "missing": ["社会保障卡", "老人近照"],
    "missing_why": "照片太暗，看不清卡号", "until": "2026-11-30", "due_on": "2026 年 12 月 4 日", "answer_by": "",
    "limit_days": 15, "reason": "没有满 80 周岁", "remedy": "不服本决定的，可以自知道之日起六十日内申请行政复议。",
    "procedure": "入户调查", "working_days": 10, "how": "collect", "certificate": "5104-0226-11AB-CDEF-GK",
    "link": "http://127.0.0.1:8000/my/cases/510402/", "phone": "12345",
}  # fmt: skip
OWN = {"declaration": {"proof": "居住证明", "content": ["我住在大渡口社区"]}, "proxy": {"agent": "柳青禾"}}


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("paper", Paper.__args__)
@pytest.mark.parametrize("kind", documents.NOTICES)
def test_every_paper_is_made_from_the_one_dictionary_of_its_case(kind, paper):
    pdf = documents.notice_pdf(kind, {**CASE, **OWN.get(kind, {})}, paper)

    text = text_of(pdf)
    assert documents.NOTICES[kind].title in text
    assert "5104-0226-11QQ-CDEF-K" in text
    assert "高龄津贴" in text
    assert "2026年11月16日" in text
    width = float(PdfReader(io.BytesIO(pdf)).pages[0].mediabox.width)
    assert width == pytest.approx({"a4": 595.28, "a5": 419.53, "80mm": 226.77}[paper], abs=0.01)


@pytest.mark.parametrize("kind", documents.NOTICES)
@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_a_paper_of_usual_length_fits_one_page(kind, paper):
    pdf = documents.notice_pdf(kind, {**CASE, **OWN.get(kind, {})}, paper)

    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


def test_supplement_lists_everything_that_is_missing():
    text = text_of(documents.notice_pdf("supplement", CASE))

    assert "还缺以下2样" in text
    assert "1.社会保障卡" in text
    assert "2.老人近照" in text
    with pytest.raises(ValidationError):
        documents.notice_pdf("supplement", {**CASE, "missing": []})


@pytest.mark.parametrize("kind", ["decision_refused", "not_accepted"])
@pytest.mark.parametrize("lacking", ["reason", "remedy"])
def test_no_refusal_without_reason_and_remedy(kind, lacking):
    with pytest.raises(ValidationError):
        documents.notice_pdf(kind, {**CASE, lacking: ""})


def test_receipt_of_one_visit_names_all_its_applications():
    """R32a."""
    items = [{"name": "高龄津贴", "number": "5104-1"}, {"name": "老年优待证", "number": "5104-2"}]

    text = text_of(documents.notice_pdf("receipt", {**CASE, "items": items}, "80mm"))

    assert "一共交了2件" in text
    assert "老年优待证" in text


def test_public_notice_shortens_the_name():
    text = text_of(documents.notice_pdf("public_notice", CASE))

    assert "柳*枝" in text
    assert "柳桂枝" not in text


def test_unknown_kinds_and_papers_are_refused():
    for kind, paper in (("letter", "a4"), ("receipt", "a3")):
        with pytest.raises(ValueError, match="unknown"):
            documents.notice_pdf(kind, CASE, paper)


CERTIFICATE = {
    "title": "高龄津贴审批结果", "title_en": "Decision on the old-age allowance", "number": "5104-0226-11AB-CDEF-GK",
    "issuer": "演示区民政局", "issued_on": DECIDED, "valid_from": DECIDED, "holder": "柳桂枝", "item": "高龄津贴",
    "case_number": "5104-0226-11QQ-CDEF-K", "facts": [("每月金额", "100 元")], "code": "http://127.0.0.1:8000/verify/x/",
}  # fmt: skip


@pytest.mark.parametrize("template", ["approval", "card", "registration", "proof"])
def test_every_template_prints_names_that_few_fonts_have(template):
    names = ["䶮㛃𫖯𬭎㐂𠅤", "买买提·阿卜杜热西提·艾合买提江·吐尔逊尼亚孜与好邻居志愿服务队东区炳草岗街道分队"]

    for name in names:
        pdf = documents.certificate_pdf(template, {**CERTIFICATE, "holder": name})

        text = text_of(pdf)
        assert name in text
        assert "5104-0226-11AB-CDEF-GK" in text
        assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


def test_character_that_no_font_draws_is_named_and_nothing_is_made():
    with pytest.raises(documents.CharacterNotPrintable) as refusal:
        documents.certificate_pdf("proof", {**CERTIFICATE, "holder": "柳\U0002ebf0"})

    assert "\U0002ebf0" in str(refusal.value)


def test_demonstration_says_so_on_paper_and_a_real_one_does_not():
    with override_settings(DEMO=True):
        assert "没有法律效力" in text_of(documents.certificate_pdf("approval", CERTIFICATE))
        assert "没有法律效力" in text_of(documents.notice_pdf("receipt", CASE))
    with override_settings(DEMO=False):
        assert "没有法律效力" not in text_of(documents.certificate_pdf("approval", CERTIFICATE))


def test_papers_are_pdf_a_4():
    pdf = documents.certificate_pdf("approval", CERTIFICATE)

    assert b"<pdfaid:part>4</pdfaid:part>" in pdf
    assert pdf.startswith(b"%PDF-2.0")
