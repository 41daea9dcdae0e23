"""The papers of a case (domain vocabulary: receipt to proxy). Each class says what its paper needs, and writes it.

Every paper is numbered, dated, names its issuer and carries a QR code. Time rules and remedies after 行政许可法 (2019),
行政复议法 (2023) and 行政诉讼法; the words are those that people read, with the law's term where it helps.
"""

# untranslated: papers are Chinese, whoever prints them; their English stands beside it

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, ClassVar, Literal, get_args

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field

from linli.services.certificates.documents.typesetting import day, qr_svg, typeset

Paper = Literal["a4", "80mm", "a5"]
Remedy = Literal["administrative", "self_government"]
Row = tuple[str, str, str]
"""A fact on paper: Chinese label, English label, value."""


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


class Notice(BaseModel, ABC):
    """What every notice has. number: the paper's own; url: what the QR code opens; applicant_id: masked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: ClassVar[str]
    title_en: ClassVar[str]
    sealed: ClassVar[bool] = True
    """Whether the issuing body seals it; a declaration and a proxy are the applicant's own words."""

    number: str = Field(min_length=1)
    case_number: str = Field(min_length=1)
    issuer: str = Field(min_length=1)
    on: dt.date
    url: str = Field(min_length=1)
    item: str = Field(min_length=1)
    applicant: str = Field(min_length=1)
    applicant_id: str = ""
    phone: str = "12345"

    @abstractmethod
    def sheet(self) -> Sheet: ...

    def rows(self, *more: Row) -> list[Row]:
        """Return the facts that every notice shows, then its own; empty values are left out."""
        who = self.applicant + (f"（{self.applicant_id}）" if self.applicant_id else "")
        rows = [
            ("受理编号", "Case", self.case_number),
            ("事项", "Service", self.item),
            ("申请人", "Applicant", who),
            *more,
        ]
        return [row for row in rows if row[2]]


class Missing(BaseModel):
    """One missing or wrong material, and how to bring it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    hint: str = ""


class Decided(Notice):
    """A decision: who may be asked to look at it again. review_body and court: their names, as printed."""

    remedy: Remedy = "administrative"
    review_body: str = ""
    court: str = ""
    street: str = ""

    def remedy_sentence(self) -> str:
        if self.remedy == "self_government":
            return (
                "如果您认为这个决定侵害了您的合法权益，可以请求人民法院予以撤销，"
                f"也可以向{self.street or '街道办事处（乡镇人民政府）'}反映，由其责令改正。"
            )
        return (
            f"如果您不同意这个决定，可以自知道之日起 60 日内向{self.review_body or '本级人民政府'}申请行政复议，"
            f"也可以自知道之日起 6 个月内向{self.court or '有管辖权的人民法院'}提起行政诉讼。"
        )


class Receipt(Notice):
    """收件凭证: what was handed in, when, and what happens next (行政许可法第三十二条)."""

    title = "收件凭证"
    title_en = "Receipt"

    received_at: dt.datetime
    agent: str = ""
    materials: list[str] = Field(default_factory=list)
    limit: str = ""
    receive_limit: str = "5 个工作日"

    def sheet(self) -> Sheet:
        at = timezone.localtime(self.received_at)
        listed = f"{len(self.materials)} 样：{'、'.join(self.materials)}" if self.materials else "没有要交的材料"
        return Sheet(
            rows=self.rows(
                ("代办人", "Agent", self.agent),
                ("收到时间", "Received", f"{day(at.date())} {at:%H:%M}"),
                ("收到的材料", "Materials", listed),
                (
                    "接下来",
                    "Next",
                    f"{self.receive_limit}内告诉您受理、还缺什么，或者不受理的原因。过了不说，就算受理。",
                ),
                ("最晚办好", "Done by", self.limit and f"受理后 {self.limit}"),
                ("查进度", "Progress", f"扫码后点“看进度”，或打 {self.phone} 报受理编号"),
            )
        )


class Acceptance(Notice):
    """受理通知书: the clock starts."""

    title = "受理通知书"
    title_en = "Notice of acceptance"

    accepted_on: dt.date
    limit: str
    due_on: dt.date | None = None
    special_procedures: list[str] = Field(default_factory=list)
    to_follow: list[Missing] = Field(default_factory=list)
    follow_by: dt.date | None = None
    fee: str = "不收费"

    def sheet(self) -> Sheet:
        lists = []
        if self.to_follow:
            until = f"（最晚 {day(self.follow_by)}）" if self.follow_by else ""
            lists.append((f"先受理，以下材料请后补{until}", [(m.name, m.hint) for m in self.to_follow]))
        after = []
        if self.special_procedures:
            after.append(
                f"办理中需要{'、'.join(self.special_procedures)}，所需时间不计算在办理期限内，会另行书面告知您。"
            )
        return Sheet(
            salutation=self.applicant,
            paragraphs=[f"您提出的{self.item}申请，材料齐全、符合法定形式，现予受理。"],
            rows=self.rows(
                ("受理日期", "Accepted", day(self.accepted_on)),
                ("办理期限", "Time limit", self.limit),
                ("最晚办好", "Done by", day(self.due_on) if self.due_on else ""),
                ("收费", "Fee", self.fee),
                ("查进度", "Progress", f"扫码后点“看进度”，或打 {self.phone} 报受理编号"),
            ),
            lists=lists,
            after=after,
        )


class Supplement(Notice):
    """补正告知书: once, and everything that is missing (行政许可法第三十二条第一款第四项)."""

    title = "补正告知书"
    title_en = "Request to complete the application"

    missing: list[Missing] = Field(min_length=1)
    reply_by: dt.date | None = None
    how: str = "在网页上补传，或交到任何一个社区的窗口"

    def sheet(self) -> Sheet:
        until = f"请在 {day(self.reply_by)} 前补齐。" if self.reply_by else ""
        return Sheet(
            salutation=self.applicant,
            paragraphs=[
                (
                    f"您提出的{self.item}申请，还缺以下 {len(self.missing)} 样，这里一次全部列出。{until}"
                    "补正期间，办理期限暂停计算；补齐当天起接着算。"
                )
            ],
            lists=[("请补齐（一次性告知）", [(m.name, m.hint) for m in self.missing])],
            rows=self.rows(
                ("怎么补", "How", self.how),
                ("有疑问", "Questions", f"打 {self.phone} 报编号"),
            ),
        )


class NotAccepted(Decided):
    """不予受理决定书: the reason, and whose business it is (行政许可法第三十二条第一款第一、二项)."""

    title = "不予受理决定书"
    title_en = "Decision not to accept"

    reasons: list[Annotated[str, Field(min_length=1)]] = Field(min_length=1)
    basis: list[str] = Field(default_factory=list)
    right_body: str = ""

    def sheet(self) -> Sheet:
        to = [f"这件事请向{self.right_body}提出。"] if self.right_body else []
        return Sheet(
            salutation=self.applicant,
            paragraphs=[f"您提出的{self.item}申请，决定不予受理。"],
            lists=_lists(("不受理的原因", self.reasons), ("依据", self.basis)),
            after=[*to, self.remedy_sentence()],
            rows=self.rows(),
        )


class SpecialProcedure(Notice):
    """特别程序告知书: its time does not count, and how long it takes is said in writing (行政许可法第四十五条)."""

    title = "特别程序告知书"
    title_en = "Notice of a special procedure"

    procedure: str
    takes: str
    starts_on: dt.date
    ends_on: dt.date | None = None
    basis: list[str] = Field(default_factory=list)

    def sheet(self) -> Sheet:
        return Sheet(
            salutation=self.applicant,
            paragraphs=[
                (
                    f"办理您的{self.item}申请，需要{self.procedure}，预计 {self.takes}。"
                    "按照行政许可法第四十五条，这段时间不计算在办理期限内，结束以后接着算。"
                )
            ],
            rows=self.rows(
                ("特别程序", "Procedure", self.procedure),
                ("所需时间", "Takes", self.takes),
                ("开始日期", "From", day(self.starts_on)),
                ("预计结束", "Until", day(self.ends_on) if self.ends_on else ""),
            ),
            lists=_lists(("依据", self.basis)),
        )


class Extension(Notice):
    """延期通知书: at most ten working days, approved by the head of the body, with the reason (第四十二条)."""

    title = "延期通知书"
    title_en = "Notice of extension"

    reasons: list[str] = Field(min_length=1)
    old_due_on: dt.date
    new_due_on: dt.date
    working_days: int = Field(ge=1, le=30)
    approved_by: str = ""

    def sheet(self) -> Sheet:
        return Sheet(
            salutation=self.applicant,
            paragraphs=[
                (
                    f"您的{self.item}申请，在 {day(self.old_due_on)} 前不能办结。经本机关负责人批准，"
                    f"延长 {self.working_days} 个工作日，最晚 {day(self.new_due_on)} 办好。给您添了麻烦，请谅解。"
                )
            ],
            lists=_lists(("延期的原因", self.reasons)),
            rows=self.rows(
                ("原定最晚", "Was due", day(self.old_due_on)),
                ("现在最晚", "Now due", day(self.new_due_on)),
                ("批准人", "Approved by", self.approved_by),
            ),
        )


class DecisionGranted(Decided):
    """准予决定书, for results that are no certificate of their own (registration, service, payment)."""

    title = "准予决定书"
    title_en = "Decision: granted"

    facts: list[tuple[str, str]] = Field(default_factory=list)
    basis: list[str] = Field(default_factory=list)
    conditions: list[str] = Field(default_factory=list)

    def sheet(self) -> Sheet:
        return Sheet(
            salutation=self.applicant,
            paragraphs=[f"您提出的{self.item}申请符合规定，决定准予。"],
            rows=self.rows(*((label, "", value) for label, value in self.facts)),
            lists=_lists(("请注意", self.conditions), ("依据", self.basis)),
            after=[self.remedy_sentence()],
        )


class DecisionRefused(Decided):
    """不予决定书: reasons and remedy in writing (行政许可法第三十八条第二款)."""

    title = "不予决定书"
    title_en = "Decision: refused"

    reasons: list[Annotated[str, Field(min_length=1)]] = Field(min_length=1)
    basis: list[str] = Field(default_factory=list)
    instead: str = ""

    def sheet(self) -> Sheet:
        return Sheet(
            salutation=self.applicant,
            paragraphs=[f"您提出的{self.item}申请不符合规定，决定不予批准。"],
            rows=self.rows(),
            lists=_lists(("不批准的理由", self.reasons), ("依据", self.basis)),
            after=[*([self.instead] if self.instead else []), self.remedy_sentence()],
        )


class PublicNotice(Notice):
    """公示: asks for objections. names: what is posted of each person, already shortened; never a minor's."""

    title = "公示"
    title_en = "Public notice"

    names: list[str] = Field(min_length=1)
    starts_on: dt.date
    ends_on: dt.date
    what: str = "拟批准"
    objections: str = "以书面或口头方式提出，署名的受到保护"
    where: str = ""
    basis: list[str] = Field(default_factory=list)

    def sheet(self) -> Sheet:
        return Sheet(
            paragraphs=[
                (
                    f"经审查，{self.what}以下 {len(self.names)} 人（户）的{self.item}申请，现予公示。"
                    f"公示期为 {day(self.starts_on)} 至 {day(self.ends_on)}。有异议的，请在公示期内提出。"
                )
            ],
            lists=[("名单", [(name, "") for name in self.names]), *_lists(("依据", self.basis))],
            rows=[
                row
                for row in (
                    ("事项", "Service", self.item),
                    ("怎么提", "Objections", self.objections),
                    ("在哪里提", "Where", self.where),
                    ("电话", "Telephone", self.phone),
                )
                if row[2]
            ],
        )


class Delivery(Notice):
    """送达回证: which papers were handed over, how, to whom; the receiver signs."""

    title = "送达回证"
    title_en = "Proof of delivery"

    documents: list[str] = Field(min_length=1)
    way: str
    delivered_at: dt.datetime | None = None
    received_by: str = ""
    relation: str = ""
    address: str = ""

    def sheet(self) -> Sheet:
        at = timezone.localtime(self.delivered_at) if self.delivered_at else None
        return Sheet(
            lists=[("送达的文书", [(name, "") for name in self.documents])],
            rows=self.rows(
                ("送达方式", "Way", self.way),
                ("送达地点", "Place", self.address),
                ("送达时间", "Delivered", f"{day(at.date())} {at:%H:%M}" if at else ""),
                ("收件人", "Received by", self.received_by + (f"（{self.relation}）" if self.relation else "")),
            ),
            sign=["收件人（签名）", "送达人（签名）", "日期"],
        )


class Withdrawal(Notice):
    """撤回确认: the applicant has taken the application back; nothing follows from it."""

    title = "撤回确认书"
    title_en = "Confirmation of withdrawal"

    withdrawn_at: dt.datetime
    reason: str = ""

    def sheet(self) -> Sheet:
        at = timezone.localtime(self.withdrawn_at)
        return Sheet(
            salutation=self.applicant,
            paragraphs=[
                (
                    f"您在 {day(at.date())} {at:%H:%M} 撤回了{self.item}申请，这件事不再办理。"
                    "撤回不影响您以后再申请；交来的原件已经退还，或可以随时取回。"
                )
            ],
            rows=self.rows(("撤回原因", "Reason", self.reason)),
        )


class Declaration(Notice):
    """告知承诺书: the body tells what is needed and what follows; the applicant declares (国办发〔2020〕42号)."""

    title = "告知承诺书"
    title_en = "Declaration in lieu of proof"
    sealed = False

    proof: str
    """The proof in whose place the declaration stands."""
    content: list[str] = Field(min_length=1)
    """What the proof would say, and so what is declared."""
    basis: list[str] = Field(default_factory=list)
    signed_by: str = ""
    signed_at: dt.datetime | None = None

    def sheet(self) -> Sheet:
        at = timezone.localtime(self.signed_at) if self.signed_at else None
        return Sheet(
            paragraphs=[f"办理{self.item}，可以用这份书面承诺代替{self.proof}。您也可以不承诺，照常提交证明。"],
            rows=self.rows(("代替的证明", "In lieu of", self.proof)),
            lists=[
                ("我承诺，以下内容属实", [(entry, "") for entry in self.content]),
                (
                    "我已经知道",
                    [
                        ("承诺不实的，撤销已经作出的决定，追回已经得到的好处", ""),
                        ("行政机关会核查；情节严重的依法处理", ""),
                        ("在决定作出以前，可以撤回承诺", ""),
                    ],
                ),
                *_lists(("依据", self.basis)),
            ],
            sign=[f"承诺人：{self.signed_by}　{day(at.date())} {at:%H:%M} 在线确认" if at else "承诺人（签名）"]
            + ([] if at else ["日期"]),
        )


class Proxy(Notice):
    """授权委托书: who acts for the applicant, for what, until when."""

    title = "授权委托书"
    title_en = "Power of attorney"
    sealed = False

    agent: str
    agent_id: str = ""
    relation: str = ""
    powers: list[str] = Field(default_factory=lambda: ["提交申请和材料", "接收通知和文书", "领取结果"])
    valid_until: dt.date | None = None

    def sheet(self) -> Sheet:
        who = self.agent + (f"（{self.agent_id}）" if self.agent_id else "")
        return Sheet(
            paragraphs=[f"{self.applicant}委托{self.agent}代为办理{self.item}。"],
            rows=self.rows(
                ("受委托人", "Agent", who),
                ("关系", "Relation", self.relation),
                ("委托到", "Until", day(self.valid_until) if self.valid_until else "这件事办完为止"),
            ),
            lists=[("受委托人可以", [(power, "") for power in self.powers])],
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


NOT_SEALED_YET = (
    "本文书还没有加盖印章：签发机关现在没有可用的电子印章，已经通知补办。"
    "盖章以后，扫上面的码能查到，在原来的地方打开就是盖了章的。"
)
SLIP = "小票。内容和编号与盖章的收件凭证相同，盖章的在“我的事”里打开。"


def notice_pdf(
    kind: NoticeKind,
    data: Notice | Mapping[str, Any],
    paper: Paper = "a4",
    *,
    with_seal: bool = False,
    unsealed: bool = False,
) -> bytes:
    """Return the unsigned PDF of a notice. Raises CharacterNotPrintable; pydantic's ValidationError on wrong data.

    data: the fields of NOTICES[kind]. with_seal draws the seal: services.open_paper says so, which signs the paper and
    registers the use. A paper that nobody has sealed does not look as if somebody had; with unsealed it says why.
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
            "number": notice.number,
            "issuer": notice.issuer,
            "on": day(notice.on),
            "is_issuers": notice.sealed,
            "with_seal": with_seal and notice.sealed,
            "note": NOT_SEALED_YET if unsealed else SLIP if paper == "80mm" and notice.sealed else "",
            "qr": qr_svg(notice.url),
            **asdict(notice.sheet()),
        },
    )


def _lists(*named: tuple[str, list[str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the lists that say something, without their empty entries."""
    told = [(heading, [(entry, "") for entry in entries if entry]) for heading, entries in named]
    return [(heading, entries) for heading, entries in told if entries]
