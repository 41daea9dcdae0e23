"""The papers of a case (domain vocabulary: receipt to proxy). Each class says what its paper needs, and writes it.

Every paper is numbered, dated, names its issuer and carries a QR code. Time rules after 行政许可法 (2019); the words
are those that people read, with the law's term where it helps. The case's room hands one dictionary to all its papers:
what a paper does not print, it passes over.
"""

# untranslated: papers are Chinese, whoever prints them; their English stands beside it

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from linli.services.certificates import rules
from linli.services.certificates.documents.typesetting import day, qr_svg, typeset

Paper = Literal["a4", "80mm", "a5"]
Row = tuple[str, str, str]
"""A fact on paper: Chinese label, English label, value."""


def _in_words(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        value = dt.date.fromisoformat(value)
    return day(value) if isinstance(value, dt.date) else value


Day = Annotated[str, BeforeValidator(_in_words)]
"""A date, its ISO form, or the words for it."""
Needed = Annotated[str, Field(min_length=1)]


class Named(BaseModel):
    """One material, missing thing or result: its name, and how to bring it or how it was given."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: Needed
    how: str = ""
    number: str = ""


Names = list[Annotated[Named, BeforeValidator(lambda value: {"name": value} if isinstance(value, str) else value)]]
"""Named things, or only their names."""


@dataclass(frozen=True)
class Sheet:
    """What a notice says, in the order in which it is printed. lists: heading and entries (text, hint)."""

    salutation: str = ""
    paragraphs: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    lists: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    sign: list[str] = field(default_factory=list)
    """Lines for a hand: 申请人（签名）."""


class Notice(BaseModel):
    """What every notice has.

    number: the case's, as shown; paper_number: the paper's own, where it has one; link: what the QR code opens;
    applicant_id: masked; date and time: of the act that the paper tells.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: ClassVar[str]
    title_en: ClassVar[str]
    sealed: ClassVar[bool] = True
    """Whether the issuing body seals it; a declaration and a proxy are the applicant's own words."""

    number: Needed
    paper_number: str = ""
    issuer: Needed
    date: Day
    time: str = ""
    link: Needed
    item: Needed
    applicant: Needed
    applicant_id: str = ""
    agent: str = ""
    phone: str = "12345"

    def sheet(self) -> Sheet:
        raise NotImplementedError

    def rows(self, *more: Row) -> list[Row]:
        """Return the facts that every notice shows, then its own; empty values are left out."""
        rows = [
            ("受理编号", "Case", self.number),
            ("事项", "Service", self.item),
            ("申请人", "Applicant", _with(self.applicant, self.applicant_id)),
            ("代办人", "Agent", self.agent),
            *more,
        ]
        return [row for row in rows if row[2]]

    @property
    def moment(self) -> str:
        return f"{self.date} {self.time}".strip()

    @property
    def progress(self) -> Row:
        return ("查进度", "Progress", f"扫码，或打 {self.phone} 报编号")


class Decided(Notice):
    """A decision. remedy: the sentence on whom to ask, and until when, to look at it again."""

    remedy: Needed


class Receipt(Notice):
    """收件凭证: what was handed in, where and when, and what happens next (行政许可法第三十二条).

    items: where one visit brought several applications, all of them (R32a). limit_days 0: on the spot.
    """

    title = "收件凭证"
    title_en = "Receipt"

    received_at: str = ""
    materials: Names = Field(default_factory=list)
    items: Names = Field(default_factory=list)
    limit_days: int | None = None
    answer_by: Day = ""

    def sheet(self) -> Sheet:
        names = "、".join(_with(m.name, m.how) for m in self.materials)
        limit = {None: "", 0: "当场办好"}.get(self.limit_days, f"受理后 {self.limit_days} 个工作日")
        answer = f"最晚 {self.answer_by}" if self.answer_by else "5 个工作日内"
        rows = self.rows(
            ("收到时间", "Received", self.moment),
            ("收件地点", "At", self.received_at),
            ("收到的材料", "Materials", f"{len(self.materials)} 样：{names}" if names else "没有要交的材料"),
            ("接下来", "Next", f"{answer}告诉您受理、还缺什么，或者不受理的原因。过了不说，就算受理。"),
            ("最晚办好", "Done by", limit),
            self.progress,
        )
        if not self.items:
            return Sheet(rows=rows)
        return Sheet(
            rows=[row for row in rows if row[0] not in ("受理编号", "事项", "最晚办好")],
            lists=[(f"这次一共交了 {len(self.items)} 件", [(one.name, one.number) for one in self.items])],
        )


class Acceptance(Notice):
    """受理通知书: the clock starts. missing: accepted without them (容缺受理); they must follow until `until`."""

    title = "受理通知书"
    title_en = "Notice of acceptance"

    limit_days: int | None = None
    due_on: Day = ""
    special_procedures: list[str] = Field(default_factory=list)
    missing: Names = Field(default_factory=list)
    until: Day = ""
    fee: str = "不收费"

    def sheet(self) -> Sheet:
        until = f"（最晚 {self.until}）" if self.until else ""
        special = "、".join(self.special_procedures)
        limit = "当场办好" if self.limit_days == 0 else f"{self.limit_days} 个工作日"
        return Sheet(
            salutation=self.applicant,
            paragraphs=[
                f"您提出的{self.item}申请，现予受理。"
                if self.missing
                else f"您提出的{self.item}申请，材料齐全、符合法定形式，现予受理。"
            ],
            rows=self.rows(
                ("受理日期", "Accepted", self.date),
                ("办理期限", "Time limit", limit if self.limit_days is not None else ""),
                ("最晚办好", "Done by", self.due_on),
                ("收费", "Fee", self.fee),
                self.progress,
            ),
            lists=_named(f"先受理，以下材料请后补{until}", self.missing),
            after=[f"办理中需要{special}，所需时间不计算在办理期限内，会另行书面告知您。"] if special else [],
        )


class Supplement(Notice):
    """补正告知书: once, and everything that is missing (行政许可法第三十二条第一款第四项)."""

    title = "补正告知书"
    title_en = "Request to complete the application"

    missing: Names = Field(min_length=1)
    missing_why: str = ""
    until: Day = ""

    def sheet(self) -> Sheet:
        until = f"请在 {self.until} 前补齐。" if self.until else ""
        return Sheet(
            salutation=self.applicant,
            paragraphs=[
                (
                    f"您提出的{self.item}申请，还缺以下 {len(self.missing)} 样，这里一次全部列出。{until}"
                    "补正期间，办理期限暂停计算；补齐当天起接着算。"
                )
            ],
            lists=[*_named("请补齐（一次性告知）", self.missing), *_said("说明", self.missing_why)],
            rows=self.rows(
                ("怎么补", "How", "在网页上补传，或交到任何一个社区的窗口"),
                ("有疑问", "Questions", f"打 {self.phone} 报编号"),
            ),
        )


class NotAccepted(Decided):
    """不予受理决定书: the reason, and whose business it is (行政许可法第三十二条第一款第一、二项)."""

    title = "不予受理决定书"
    title_en = "Decision not to accept"

    reason: Needed
    basis: list[str] = Field(default_factory=list)
    right_body: str = ""

    def sheet(self) -> Sheet:
        to = [f"这件事请向{self.right_body}提出。"] if self.right_body else []
        return Sheet(
            salutation=self.applicant,
            paragraphs=[f"您提出的{self.item}申请，决定不予受理。"],
            lists=[*_said("不受理的原因", self.reason), *_said("依据", *self.basis)],
            after=[*to, self.remedy],
            rows=self.rows(),
        )


class SpecialProcedure(Notice):
    """特别程序告知书: its time does not count, and how long it takes is said in writing (行政许可法第四十五条)."""

    title = "特别程序告知书"
    title_en = "Notice of a special procedure"

    procedure: Needed
    takes: str = ""
    until: Day = ""
    basis: list[str] = Field(default_factory=list)

    def sheet(self) -> Sheet:
        takes = f"，预计 {self.takes}" if self.takes else f"，预计到 {self.until} 结束" if self.until else ""
        return Sheet(
            salutation=self.applicant,
            paragraphs=[
                (
                    f"办理您的{self.item}申请，需要{self.procedure}{takes}。"
                    "按照行政许可法第四十五条，这段时间不计算在办理期限内，结束以后接着算。"
                )
            ],
            rows=self.rows(
                ("特别程序", "Procedure", self.procedure),
                ("所需时间", "Takes", self.takes),
                ("开始日期", "From", self.date),
                ("预计结束", "Until", self.until),
                self.progress,
            ),
            lists=_said("依据", *self.basis),
        )


class Extension(Notice):
    """延期通知书: approved by the head of the body (行政许可法第四十二条). due_on: the new last day."""

    title = "延期通知书"
    title_en = "Notice of extension"

    reason: str = ""
    old_due_on: Day = ""
    due_on: Day
    working_days: int = Field(ge=1, le=30)
    approved_by: str = ""

    def sheet(self) -> Sheet:
        before = f"，在 {self.old_due_on} 前不能办结" if self.old_due_on else "，不能在原定期限内办结"
        return Sheet(
            salutation=self.applicant,
            paragraphs=[
                (
                    f"您的{self.item}申请{before}。经本机关负责人批准，延长 {self.working_days} 个工作日，"
                    f"最晚 {self.due_on} 办好。给您添了麻烦，请谅解。"
                )
            ],
            lists=_said("延期的原因", self.reason),
            rows=self.rows(
                ("原定最晚", "Was due", self.old_due_on),
                ("现在最晚", "Now due", self.due_on),
                ("批准人", "Approved by", self.approved_by),
                self.progress,
            ),
        )


class DecisionGranted(Decided):
    """准予决定书. certificate: the number of the certificate that goes with it, if any."""

    title = "准予决定书"
    title_en = "Decision: granted"

    facts: list[tuple[str, str]] = Field(default_factory=list)
    basis: list[str] = Field(default_factory=list)
    conditions: list[str] = Field(default_factory=list)
    certificate: str = ""

    def sheet(self) -> Sheet:
        return Sheet(
            salutation=self.applicant,
            paragraphs=[f"您提出的{self.item}申请符合规定，决定准予。"],
            rows=self.rows(
                *((label, "", value) for label, value in self.facts), ("证书编号", "Certificate", self.certificate)
            ),
            lists=[*_said("请注意", *self.conditions), *_said("依据", *self.basis)],
            after=[self.remedy],
        )


class DecisionRefused(Decided):
    """不予决定书: reasons and remedy in writing (行政许可法第三十八条第二款)."""

    title = "不予决定书"
    title_en = "Decision: refused"

    reason: Needed
    basis: list[str] = Field(default_factory=list)
    instead: str = ""

    def sheet(self) -> Sheet:
        return Sheet(
            salutation=self.applicant,
            paragraphs=[f"您提出的{self.item}申请不符合规定，决定不予批准。"],
            rows=self.rows(),
            lists=[*_said("不批准的理由", self.reason), *_said("依据", *self.basis)],
            after=[*([self.instead] if self.instead else []), self.remedy],
        )


class PublicNotice(Notice):
    """公示: asks for objections. names: what is posted of each person; the applicant's name, shortened, if left out."""

    title = "公示"
    title_en = "Public notice"

    names: list[str] = Field(default_factory=list)
    until: Day = ""
    what: str = "拟批准"
    where: str = ""
    basis: list[str] = Field(default_factory=list)

    def sheet(self) -> Sheet:
        names = self.names or [rules.mask_name(self.applicant)]
        span = f"公示期为 {self.date} 至 {self.until}。" if self.until else f"公示从 {self.date} 开始。"
        rows = (
            ("事项", "Service", self.item),
            ("公示期", "Posted", f"{self.date} 至 {self.until}" if self.until else self.date),
            ("怎么提", "Objections", "以书面或口头方式提出，署名的受到保护"),
            ("在哪里提", "Where", self.where),
            ("电话", "Telephone", self.phone),
        )
        return Sheet(
            paragraphs=[
                (
                    f"经审查，{self.what}以下 {len(names)} 人（户）的{self.item}申请，现予公示。{span}"
                    "有异议的，请在公示期内提出。"
                )
            ],
            lists=[*_listed("名单", names), *_said("依据", *self.basis)],
            rows=[row for row in rows if row[2]],
        )


class Delivery(Notice):
    """送达回证: which papers were handed over, to whom; the receiver signs. how: a way of delivery, or its code."""

    title = "送达回证"
    title_en = "Proof of delivery"

    documents: list[str] = Field(default_factory=list)
    certificate: str = ""
    how: str = ""
    received_by: str = ""
    relation: str = ""
    address: str = ""

    def sheet(self) -> Sheet:
        ways = {"electronic": "电子送达（在“我的证书”里）", "collect": "到窗口领取", "post": "邮寄"}
        documents = self.documents or [f"{self.item}办理结果" + (f"（{self.certificate}）" if self.certificate else "")]
        return Sheet(
            lists=_listed("送达的文书", documents),
            rows=self.rows(
                ("送达方式", "Way", ways.get(self.how, self.how)),
                ("送达地点", "Place", self.address),
                ("送达时间", "Delivered", self.moment),
                ("收件人", "Received by", _with(self.received_by, self.relation)),
            ),
            sign=[] if self.how == "electronic" else ["收件人（签名）", "送达人（签名）", "日期"],
        )


class Withdrawal(Notice):
    """撤回确认: the applicant has taken the application back; nothing follows from it."""

    title = "撤回确认书"
    title_en = "Confirmation of withdrawal"

    reason: str = ""

    def sheet(self) -> Sheet:
        return Sheet(
            salutation=self.applicant,
            paragraphs=[
                (
                    f"您在 {self.moment} 撤回了{self.item}申请，这件事不再办理。"
                    "撤回不影响您以后再申请；交来的原件已经退还，或可以随时取回。"
                )
            ],
            rows=self.rows(("撤回原因", "Reason", self.reason)),
        )


class Declaration(Notice):
    """告知承诺书: the body tells what is needed and what follows; the applicant declares (国办发〔2020〕42号).

    proof: what the declaration stands for; content: what is declared; signed_at: the moment, in words, of an online
    confirmation, empty for a paper that is signed by hand.
    """

    title = "告知承诺书"
    title_en = "Declaration in lieu of proof"
    sealed = False

    proof: Needed
    content: list[str] = Field(min_length=1)
    basis: list[str] = Field(default_factory=list)
    signed_at: Day = ""

    def sheet(self) -> Sheet:
        known = [
            "承诺不实的，撤销已经作出的决定，追回已经得到的好处",
            "行政机关会核查；情节严重的依法处理",
            "在决定作出以前，可以撤回承诺",
        ]
        return Sheet(
            paragraphs=[f"办理{self.item}，可以用这份书面承诺代替{self.proof}。您也可以不承诺，照常提交证明。"],
            rows=self.rows(("代替的证明", "In lieu of", self.proof)),
            lists=[
                *_listed("我承诺，以下内容属实", self.content),
                *_listed("我已经知道", known),
                *_said("依据", *self.basis),
            ],
            sign=[f"承诺人：{self.applicant}　{self.signed_at} 在线确认"]
            if self.signed_at
            else ["承诺人（签名）", "日期"],
        )


class Proxy(Notice):
    """授权委托书: who acts for the applicant, for what, until when."""

    title = "授权委托书"
    title_en = "Power of attorney"
    sealed = False

    agent: Needed
    agent_id: str = ""
    relation: str = ""
    powers: list[str] = Field(default_factory=lambda: ["提交申请和材料", "接收通知和文书", "领取结果"])
    valid_until: Day = ""

    def sheet(self) -> Sheet:
        rows = self.rows(
            ("受委托人", "Agent", _with(self.agent, self.agent_id)),
            ("关系", "Relation", self.relation),
            ("委托到", "Until", self.valid_until or "这件事办完为止"),
        )
        return Sheet(
            paragraphs=[f"{self.applicant}委托{self.agent}代为办理{self.item}。"],
            rows=[row for row in rows if row[0] != "代办人"],
            lists=_listed("受委托人可以", self.powers),
            after=["受委托人在以上范围内办的事，由委托人承担后果。委托人可以随时撤回委托。"],
            sign=["委托人（签名）", "受委托人（签名）", "日期"],
        )


NoticeKind = Literal[
    "receipt", "acceptance", "supplement", "not_accepted", "special_procedure", "extension", "decision_granted",
    "decision_refused", "public_notice", "delivery", "withdrawal", "declaration", "proxy",
]  # fmt: skip

NOTICES: dict[str, type[Notice]] = {
    "receipt": Receipt,
    "acceptance": Acceptance,
    "supplement": Supplement,
    "not_accepted": NotAccepted,
    "special_procedure": SpecialProcedure,
    "extension": Extension,
    "decision_granted": DecisionGranted,
    "decision_refused": DecisionRefused,
    "public_notice": PublicNotice,
    "delivery": Delivery,
    "withdrawal": Withdrawal,
    "declaration": Declaration,
    "proxy": Proxy,
}


def notice_pdf(kind: str, data: Notice | Mapping[str, Any], paper: str = "a4") -> bytes:
    """Return the unsigned PDF of a notice. kind: one of NoticeKind; paper: one of Paper; data: the kind's fields.

    Raises CharacterNotPrintable, ValueError (pydantic's ValidationError where a field is missing). Sealing it is
    services.seal_document's business.
    """
    if kind not in NOTICES:
        raise ValueError(f"unknown notice {kind!r}: one of {', '.join(NOTICES)}")
    if paper not in get_args(Paper):
        raise ValueError(f"unknown paper {paper!r}: one of {', '.join(get_args(Paper))}")
    notice = data if isinstance(data, NOTICES[kind]) else NOTICES[kind].model_validate(dict(data))
    return typeset(
        "notice",
        {
            "paper": paper,
            "title": notice.title,
            "title_en": notice.title_en,
            "number": notice.paper_number or notice.number,
            "number_label": "文书编号" if notice.paper_number else "编号",
            "issuer": notice.issuer,
            "on": notice.date,
            "sealed": notice.sealed,
            "qr": qr_svg(notice.link),
            **asdict(notice.sheet()),
        },
    )


def _with(text: str, more: str) -> str:
    return f"{text}（{more}）" if text and more else text


def _listed(heading: str, entries: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(heading, [(entry, "") for entry in entries])]


def _said(heading: str, *entries: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return a list of the entries that say something, no list where none does."""
    told = [entry for entry in entries if entry]
    return _listed(heading, told) if told else []


def _named(heading: str, entries: list[Named]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(heading, [(entry.name, entry.how) for entry in entries])] if entries else []
