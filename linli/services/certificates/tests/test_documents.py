"""Every paper of a case, on every size of paper."""

import datetime as dt
import io

import pytest
from django.test import override_settings
from pydantic import ValidationError
from pypdf import PdfReader

from linli.services.certificates import documents
from linli.services.certificates.documents.notices import Paper
from linli.services.certificates.tests.factories import DECIDED

AT = dt.datetime(2026, 11, 16, 12, 14, tzinfo=dt.UTC)
LATER = dt.date(2026, 12, 4)
CASE = {
    "number": "5104-0226-11QQ-CDEF-K-02", "case_number": "5104-0226-11QQ-CDEF-K", "issuer": "炳草岗街道", "on": DECIDED,
    "url": "http://127.0.0.1:8000/my/cases/510402/", "item": "高龄津贴", "applicant": "柳桂枝",
    "applicant_id": "5199**********0042",
}  # fmt: skip
OWN = {
    "receipt": {"received_at": AT, "agent": "柳青禾，女儿", "materials": ["社保卡正面照片"], "limit": "15 个工作日"},
    "acceptance": {"accepted_on": DECIDED, "limit": "15 个工作日", "due_on": LATER, "special_procedures": ["入户调查"],
                   "to_follow": [{"name": "老人近照", "hint": "看得清脸"}], "follow_by": LATER},
    "supplement": {"missing": [{"name": "社会保障卡", "hint": "照片太暗"}, {"name": "老人近照"}], "reply_by": LATER},
    "not_accepted": {"reasons": ["户口不在本市"], "right_body": "户籍所在地的民政部门"},
    "special_procedure": {"procedure": "入户调查", "takes": "10 个工作日", "starts_on": DECIDED, "ends_on": LATER},
    "extension": {"reasons": ["等公安机关核实"], "old_due_on": DECIDED, "new_due_on": LATER, "working_days": 10},
    "decision_granted": {"facts": [("每月金额", "100 元")], "basis": ["老年人权益保障法第三十三条"]},
    "decision_refused": {"reasons": ["没有满 80 周岁"], "remedy": "self_government", "street": "炳草岗街道办事处"},
    "public_notice": {"names": ["柳*枝"], "starts_on": DECIDED, "ends_on": LATER, "where": "大渡口社区"},
    "delivery": {"documents": ["高龄津贴审批结果"], "way": "本人领取", "delivered_at": AT, "received_by": "柳桂枝"},
    "withdrawal": {"withdrawn_at": AT, "reason": "搬家"},
    "declaration": {"proof": "居住证明", "content": ["我住在大渡口社区"]},
    "proxy": {"agent": "柳青禾"},
}  # fmt: skip


def data_of(kind: str, **changes: object) -> dict[str, object]:
    return {**CASE, **OWN[kind], **changes}


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("paper", Paper.__args__)
@pytest.mark.parametrize("kind", documents.NOTICES)
def test_every_paper_is_made_on_every_size(kind, paper):
    pdf = documents.notice_pdf(kind, data_of(kind), paper)

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
    pdf = documents.notice_pdf(kind, data_of(kind), paper)

    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


def test_supplement_lists_everything_that_is_missing():
    text = text_of(documents.notice_pdf("supplement", data_of("supplement")))

    assert "还缺以下2样" in text
    assert "1.社会保障卡" in text
    assert "2.老人近照" in text
    with pytest.raises(ValidationError):
        documents.notice_pdf("supplement", data_of("supplement", missing=[]))


@pytest.mark.parametrize("kind", ["decision_refused", "not_accepted"])
def test_no_refusal_without_a_reason(kind):
    for reasons in ([], [""]):
        with pytest.raises(ValidationError):
            documents.notice_pdf(kind, data_of(kind, reasons=reasons))


def test_refusal_says_whom_to_ask_by_the_kind_of_decision():
    """行政复议法 (2023) 第二十条, 行政诉讼法第四十六条; a committee's own decision is no administrative act."""
    administrative = text_of(documents.notice_pdf("not_accepted", data_of("not_accepted", court="演示市西区人民法院")))
    own = text_of(documents.notice_pdf("decision_refused", data_of("decision_refused")))

    assert "60日内向本级人民政府申请行政复议" in administrative
    assert "6个月内向演示市西区人民法院提起行政诉讼" in administrative
    assert "请求人民法院予以撤销,也可以向炳草岗街道办事处反映" in own.replace("，", ",")


def test_a_field_that_no_paper_knows_is_refused():
    with pytest.raises(ValidationError):
        documents.notice_pdf("withdrawal", data_of("withdrawal", because="搬家"))


def test_only_a_sealed_paper_looks_sealed():
    """R46a: the drawn seal stands only where one was used."""
    plain = documents.notice_pdf("withdrawal", data_of("withdrawal"))
    sealed = documents.notice_pdf("withdrawal", data_of("withdrawal"), with_seal=True)

    mark = "仅供演示"
    assert mark not in text_of(plain)
    assert mark in text_of(sealed)
    assert "炳草岗街道" in text_of(plain)
    assert mark not in text_of(documents.notice_pdf("proxy", data_of("proxy"), with_seal=True))


def test_unknown_kinds_and_papers_are_refused():
    for kind, paper in (("letter", "a4"), ("receipt", "a3")):
        with pytest.raises(ValueError, match="unknown"):
            documents.notice_pdf(kind, data_of("receipt"), paper)


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
        assert "没有法律效力" in text_of(documents.notice_pdf("receipt", data_of("receipt")))
    with override_settings(DEMO=False):
        assert "没有法律效力" not in text_of(documents.certificate_pdf("approval", CERTIFICATE))


def test_papers_are_pdf_a_4():
    pdf = documents.certificate_pdf("approval", CERTIFICATE)

    assert b"<pdfaid:part>4</pdfaid:part>" in pdf
    assert pdf.startswith(b"%PDF-2.0")
