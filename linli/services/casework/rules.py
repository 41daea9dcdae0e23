"""The law and the arithmetic of a case: pure, no database, no clock of its own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from linli.core.http import Refused
from linli.core.ids import check_character, random_serial
from linli.services.casework.models import Flaw, Ground, Relation
from linli.services.catalogue import conditions
from linli.services.catalogue.content import Item, Limit, Material

if TYPE_CHECKING:
    from linli.core.access import Actor

T = TypeVar("T")

SUPPLEMENT_ANSWER_DAYS = 30
"""Calendar days in which a supplement must come; then the case is returned and can be applied for anew."""

TELL_WITHIN_WORKING_DAYS = 5
"""行政许可法第三十二条（四）: tell within five working days what is missing; silence is acceptance."""

EXTENSION_WORKING_DAYS_AT_MOST = 10
"""行政许可法第四十二条第一款."""

JOINT_EXTENSION_WORKING_DAYS_AT_MOST = 15
"""行政许可法第四十二条第二款: where several bodies handle a case jointly (联办)."""

CALL_BACK_WORKING_DAYS = 1
ANSWER_WORKING_DAYS = 5
HARD_CASE_WORKING_DAYS = 15
"""国办发〔2019〕51号 sets no days; these are the house's settings (first call, answer, hard cases)."""

CLOSE_AFTER_WORKING_DAYS = 5
"""A delivered case closes by itself after this, rated or not."""

OPINION_WORKING_DAYS = 3
QUESTION_WORKING_DAYS = 2
"""In which street or department answers how something is handled (R39); the house's setting."""


class NotEligible(Refused):
    code = "casework.not_eligible"
    message = _("按现在登记的情况，还不符合“%(condition)s”。如果登记有误，请到社区窗口更正。")


class MaterialMissing(Refused):
    code = "casework.material_missing"
    message = _("还缺：%(names)s。补上就能提交。")


class FormIncomplete(Refused):
    code = "casework.form_incomplete"
    message = _("表还没有填完，请看标出来的地方。")

    def __init__(self, faults: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__()
        self.by_field = {f"answers/{name}": texts for name, texts in (faults or {}).items()}


class ReasonNeeded(Refused):
    code = "casework.reason_needed"
    message = _("请写明理由，申请人会看到。")
    field = "said"


class TooManyObjections(Refused):
    code = "casework.too_many_objections"
    message = _("今天从这里提得太多了，没有再收。已经提的都会答复；还有话要说，请打 12345，或者到社区窗口。")
    field = "text"
    status = 429


class NothingMissingNamed(Refused):
    code = "casework.nothing_missing_named"
    message = _("请选出缺哪几样，一次说全。")
    field = "missing"


class GapNotAllowed(Refused):
    code = "casework.gap_not_allowed"
    message = _("“%(name)s”不能容缺，受理前必须交。")


class ExtensionTooLong(Refused):
    code = "casework.extension_too_long"
    message = _("最多延长 %(days)s 个工作日。")
    field = "working_days"


class AgentNotAllowed(Refused):
    code = "casework.agent_not_allowed"
    message = _("这件事要本人办，不能代办。")


class NobodyToActFor(Refused):
    code = "casework.nobody_to_act_for"
    message = _("姓名和身份证号对不上，或者还没有登记。请核对一遍；还是不行，就请他（她）带身份证到任何一个社区窗口。")
    field = "id_number"


class ActsForHerself(Refused):
    code = "casework.acts_for_herself"
    message = _("两张证件是同一个人的。给本人办，直接收件就行，不用写代办。")
    field = "id_number"


class AgentTooYoung(Refused):
    code = "casework.agent_too_young"
    message = _("代办人还没有满 18 岁，不能替别人办。请换一位成年人来，或者请本人自己办。")


class AgentNotAlive(Refused):
    code = "casework.agent_not_alive"
    message = _("登记上这位代办人已经去世，请核对证件。登记有误的，先更正，再收件。")


class RelationNotPossible(Refused):
    code = "casework.relation_not_possible"
    message = _("按两个人登记的出生日期，不会是“%(relation)s”。请问清楚来的人是本人的什么人，再选一次。")
    field = "relation"


class GroundNotEnough(Refused):
    code = "casework.ground_not_enough"
    message = _("“%(relation)s”来办，要有下面的一样：%(grounds)s。没带的，请改天带来，或者请本人自己来办。")
    field = "ground"


class HouseholdsDiffer(Refused):
    code = "casework.households_differ"
    message = _("登记上孩子已满 18 岁，或者两个人的户口不在一处，不能免委托书。请看户口簿或出生证，选“关系证明”。")
    field = "ground"


class AuthorityMissing(Refused):
    code = "casework.authority_missing"
    message = _("请扫描或者拍下%(ground)s，或者勾上“看过原件”。没有凭据不能代办。")
    field = "file"


class MandateNotFitting(Refused):
    code = "casework.mandate_not_fitting"
    message = _("这份代办凭据是给另一个人或者另一件事的，请重新登记。")


class ConsentNotAsked(Refused):
    code = "casework.consent_not_asked"
    message = _("还没有记下本人的同意。请先把办什么、用哪些资料说给他（她）听，同意了再勾。")
    field = "was_told"


class SignatureMissing(Refused):
    code = "casework.signature_missing"
    message = _("请把本人签了字的纸拍下来，再往下办。")
    field = "file"


class NoTelephone(Refused):
    code = "casework.no_telephone"
    message = _("登记里没有他（她）的电话，发不了验证码。请用当面同意或签字的办法，或者先到档案里更正电话。")
    field = "ground"


class ConsentCodeWrong(Refused):
    code = "casework.consent_code_wrong"
    message = _("验证码不对，还可以试 %(left)s 次。请他（她）再念一遍短信里的 6 位数字。")
    field = "code"


class ConsentCodeUsedUp(Refused):
    code = "casework.consent_code_used_up"
    message = _("这个验证码不能用了：过了 30 分钟、用过了，或者试错了 3 次。请重新发一个。")
    field = "code"


class CodeJustSent(Refused):
    code = "casework.code_just_sent"
    message = _("验证码刚发过，%(seconds)s 秒以后才能再发。")
    field = "code"
    status = 429


class TooManyCodes(Refused):
    code = "casework.too_many_codes"
    message = _("一小时内发得太多了，请晚些再发，或者用当面同意、签字的办法。")
    field = "code"
    status = 429


class AlreadyRunning(Refused):
    code = "casework.already_running"
    message = _("同样的申请正在办，编号 %(number)s，不用再交一次。")


class IdentityNeeded(Refused):
    code = "casework.identity_needed"
    message = _("请先确认您是谁，再办事。")


class NoPlace(Refused):
    code = "casework.no_place"
    message = _("还不知道您住在哪个社区，请先在“我的资料”里选好。")


class AlreadyRated(Refused):
    code = "casework.already_rated"
    message = _("这件事已经评价过了，谢谢您。")


class NotRateable(Refused):
    code = "casework.not_rateable"
    message = _("事情办完才能评价。")


class RatesOwnWork(Refused):
    code = "casework.rates_own_work"
    message = _("这件事您经手过，不能代申请人评价。请把屏幕转给本人自己点，或者请别的同事打电话问。")


class RatingLinkForged(Refused):
    code = "casework.rating_link_forged"
    message = _("这个评价链接不完整，或者不是我们发的。请再扫一次码，或者在“我的事”里评价。")
    status = 404


class RatingLinkOver(Refused):
    code = "casework.rating_link_over"
    message = _("这个评价链接过期了。请窗口再打开一次，或者在“我的事”里评价。")
    status = 410


class TooManyRatings(Refused):
    code = "casework.too_many_ratings"
    message = _("这里刚才评价得太多了，请过十分钟再来。")
    status = 429


class RatedClerk(Refused):
    code = "casework.rated_clerk"
    message = _("这件差评评的是您经手的事，要由别的同事回访。")


class NotCalledYet(Refused):
    code = "casework.not_called_yet"
    message = _("请先打电话回访，再填结果。")


class VersionMoved(Refused):
    code = "casework.version_moved"
    message = _("这项服务的规定刚刚改了，请先看改了什么，再提交。")


class OwnExtension(Refused):
    code = "casework.own_extension"
    message = _("延期要由别人批准，申请的人自己不能批。")


class NotTransferable(Refused):
    code = "casework.not_transferable"
    message = _("只能转给本县（区）的另一个社区。别的县（区）的事，请帮申请人重新提交。")
    field = "community_code"


class ChoiceNotKnown(Refused):
    code = "casework.choice_not_known"
    message = _("没有这个选项，请从列出的里面选。")


class TooManyFiles(Refused):
    code = "casework.too_many_files"
    message = _("这一样最多交 %(most)s 个文件。请先删掉不用的，再交。")


class GivenTwice(Refused):
    code = "casework.given_twice"
    message = _("“%(name)s”交了两次，只收一个文件。请留下要用的那个，再交。")


class FilesLeftOver(Refused):
    code = "casework.files_left_over"
    message = _("送来的文件比列出的材料多。请在 materials 里写明每个文件是哪一样材料，顺序要一致。")


class ApplicationUnreadable(Refused):
    code = "casework.application_unreadable"
    message = _("application 这一项不是约定的 JSON，错在哪里请看 errors。格式见接口文档。")

    def __init__(self, faults: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.by_field = faults


class TooManyTries(Refused):
    code = "casework.too_many_tries"
    message = _("今天已经查了 %(tries)s 次，请明天再来，或者请他（她）带身份证到任何一个社区窗口。")
    field = "id_number"


class NotAlive(Refused):
    code = "casework.not_alive"
    message = _("登记上这位申请人已经去世，不能再以他（她）的名义申请。登记有误的，请到社区窗口更正。")


class NotOffered(Refused):
    code = "casework.not_offered"
    message = _("这件事不在这里申请：%(reason)s")


class SomethingToSay(Refused):
    code = "casework.something_to_say"
    message = _("请写一句话，同事要看得懂。")


class QuestionNamesSomebody(Refused):
    code = "casework.question_names_somebody"
    message = _("里面写了当事人的姓名、号码或者办件编号（%(what)s）。答复会留给所有同事看，请换成“申请人”再写。")


FILES_AT_MOST = 12
"""Files of one material: several pages of one thing are several photographs."""
TRIES_TO_ACT_FOR = 10
"""Names and numbers that a resident may try in a day when she applies for somebody else."""


OBJECTIONS_TO_ONE_CASE = 3
OBJECTIONS_AN_ADDRESS = 10
OBJECTIONS_A_CASE = 50
"""In a day, from one address or account to one case, to all, and to one case from everywhere: enough for every neighbour
with a reason, too few to bury a case in work. Window and telephone stay open."""


def new_number(county_code: str, day: dt.date) -> str:
    """Return a case number of 16 characters: county (6), year and month (4), random serial (5), check character.

    Random, not counted: nobody reads from a number how many cases there are, and no counter is a bottleneck. Unique
    by the database's constraint; the caller draws again on a collision (28 million a county and month).
    """
    body = f"{county_code}{day:%y%m}{random_serial(5)}"
    return body + check_character(body)


@dataclass(frozen=True)
class Check:
    """One condition held against what is known: True, False, or None where nothing is known."""

    text: str
    holds: bool | None
    source: str = ""
    on: dt.date | None = None
    by_answer: bool = False
    """Judged by what the applicant says in the form: it tells the clerk, it refuses nobody."""
    by_rule: bool = False
    """Judged by a rule over circumstances that change (income, household): likewise."""
    basis: str = ""
    """The act and article that the rule rests on, where the item cites one."""

    @property
    def refuses(self) -> bool:
        return self.holds is False and not self.by_answer and not self.by_rule


def check_conditions(
    item: Item, facts: Mapping[str, Any], *, on: dt.date, language: str, answers: Mapping[str, Any] | None = None
) -> list[Check]:
    """Hold the item's conditions against registry facts (name → object with .value, .source, .on) on a day.

    answers: what was filled in, for the conditions that look at it; they are left out without. R38: the system proposes
    and shows the rule; people decide. A condition that nothing computes is left out.
    """
    checks = []
    known = {name: value for name, fact in facts.items() if (value := getattr(fact, "value", None)) != ""}
    for condition in item.applicants.conditions:
        text = condition.text.en if language == "en" else condition.text.zh
        if condition.answer and answers is not None:
            answer = answers.get(condition.answer)
            is_met = None if answer in (None, "") else answer in condition.one_of
            checks.append(Check(text, is_met, str(_("申请表")), by_answer=True, basis=condition.basis))
        rule = conditions.rule_of(condition)
        if rule is None:
            continue
        told = [facts[name] for name in sorted(conditions.asks_for(condition)) if name in facts]
        holds = conditions.answer(rule, known, on=on).holds
        fact = told[0] if told else None
        checks.append(
            Check(
                text,
                holds,
                getattr(fact, "source", ""),
                getattr(fact, "on", None),
                basis=condition.basis,
                by_rule=condition.rule is not None,
            )
        )
    return checks


def needs_registration(item: Item) -> bool:
    """Tell whether the item belongs to the place of household registration (R34: with a basis cited)."""
    return any(c.fact == "registered_here" and c.equals is True for c in item.applicants.conditions)


def extension_at_most(item: Item) -> int:
    """Return the most working days by which a case of the item can be extended."""
    is_joint = any(link.also for link in item.chain)
    return JOINT_EXTENSION_WORKING_DAYS_AT_MOST if is_joint else EXTENSION_WORKING_DAYS_AT_MOST


def counties_begin_with(division_code: str) -> str:
    """Return how the county codes begin of the counties that lie in a division, or in which it lies; "" for all."""
    code = division_code[:6]
    return code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code


GROUNDS: Mapping[str, tuple[str, ...]] = {
    Relation.CHILD: (Ground.WRITTEN, Ground.RELATION),
    Relation.SPOUSE: (Ground.WRITTEN, Ground.RELATION),
    Relation.PARENT: (Ground.WRITTEN, Ground.RELATION, Ground.PARENT_OF_CHILD),
    Relation.GUARDIAN: (Ground.RELATION,),
    Relation.RELATIVE: (Ground.WRITTEN, Ground.RELATION),
    Relation.PROXY: (Ground.WRITTEN,),
}
"""What each may show at a window. A proxy has a paper (民法典第一百六十五条), a guardian is proved to be one
(第三十四条); the parents of a child under eighteen are her agents by law (第二十七条, 第二十三条)."""

AGENT_AT_LEAST = 18
"""民法典第十七条、第十八条: who acts for another alone is of age."""
MARRIED_AT_LEAST = 20
"""民法典第一千零四十七条: nobody is married younger."""


def check_relation(relation: str, *, agent_born: dt.date, applicant_born: dt.date, agent_age: int, age: int) -> None:
    """Refuse a relation that the two birth dates rule out. Raises ChoiceNotKnown, AgentTooYoung, RelationNotPossible."""
    check_choice(relation, GROUNDS, field="relation")
    if agent_age < AGENT_AT_LEAST:
        raise AgentTooYoung
    impossible = {
        Relation.CHILD: agent_born <= applicant_born,
        Relation.PARENT: agent_born >= applicant_born,
        Relation.SPOUSE: min(agent_age, age) < MARRIED_AT_LEAST,
    }
    if impossible.get(Relation(relation)):
        raise RelationNotPossible(relation=Relation(relation).label)


def check_ground(relation: str, ground: str, *, age: int, in_one_household: bool, is_shown: bool) -> None:
    """Refuse a ground that does not carry the relation, or that nobody has seen.

    age: the applicant's. is_shown: there is a scan, or the paper was seen. Raises GroundNotEnough, HouseholdsDiffer,
    AuthorityMissing.
    """
    if ground not in GROUNDS[relation]:
        enough = [str(Ground(one).label) for one in GROUNDS[relation] if one != Ground.PARENT_OF_CHILD]
        raise GroundNotEnough(relation=Relation(relation).label, grounds="、".join(enough))
    if ground == Ground.PARENT_OF_CHILD:
        if age >= AGENT_AT_LEAST or not in_one_household:
            raise HouseholdsDiffer
    elif not is_shown:
        raise AuthorityMissing(ground=Ground(ground).label)


def check_extension(working_days: int, *, at_most: int = EXTENSION_WORKING_DAYS_AT_MOST) -> None:
    if not 1 <= working_days <= at_most:
        raise ExtensionTooLong(days=at_most)


def shortened(limit: Limit, days: int) -> Limit:
    """Return a limit that is some days shorter, never less than none."""
    if not days or limit.days is None:
        return limit
    return limit.model_copy(update={"days": max(0, limit.days - days)})


def check_reason(said: str, *, least: int = 4) -> str:
    """Return the reason, trimmed. Raises ReasonNeeded when it says nothing."""
    said = said.replace("\x00", "").strip()
    if len(said) < least:
        raise ReasonNeeded
    return said


AUTHORITY_AT_MOST = dt.timedelta(days=3 * 366)


class AuthorityTooLong(Refused):
    code = "casework.authority_too_long"
    message = _("长期授权要写到哪天为止：从明天到三年以内。到期可以再办。")
    field = "until"


def check_authority_span(day: dt.date, valid_to: dt.date) -> None:
    """Refuse a standing authority that ends before it begins or stands longer than AUTHORITY_AT_MOST (our own limit)."""
    if not day < valid_to <= day + AUTHORITY_AT_MOST:
        raise AuthorityTooLong


LONG_NUMBER = re.compile(r"[0-9](?:[ -]?[0-9]){7,}[xX]?")
"""Eight digits and more: an identity number, a telephone, a card. A document (川民发〔2017〕157号) has fewer in a row."""


def check_impersonal(text: str, names: Collection[str], numbers: Collection[str] = (), *, field: str) -> str:
    """Return the text, trimmed, if it names none of the people and bears no number of theirs.

    What is asked of street or department and what they answer is kept for everybody who handles the item (R39), and
    nobody's data with it. Raises SomethingToSay, QuestionNamesSomebody.
    """
    text = clean_text(text, 1000)
    if len(text) < 4:
        raise SomethingToSay(field=field)
    squeezed = plain_number(text)
    found = [name for name in names if len(name) > 1 and name in text]
    found += [number for number in numbers if number and plain_number(number) in squeezed]
    if not found and (match := LONG_NUMBER.search(text)):
        found = [match.group()]
    if found:
        raise QuestionNamesSomebody(what=found[0], field=field)
    return text


def plain_number(number: str) -> str:
    """Return a case number as it is stored, however it was typed: in groups, in small letters."""
    return number.replace("-", "").replace(" ", "").replace("\x00", "").upper()


def check_choice(value: T, known: Collection[T], *, field: str | None = None) -> T:
    """Return the value if it is one of those offered. Raises ChoiceNotKnown."""
    if value not in known:
        raise ChoiceNotKnown(field=field)
    return value


def clean_text(text: str, longest: int) -> str:
    """Return what was typed without characters that no database keeps (NUL) and no longer than `longest`."""
    return text.replace("\x00", "").strip()[:longest]


FLAWS_OF_FORM = (Flaw.INCOMPLETE, Flaw.WRONG, Flaw.OTHER)
FLAWS_OF_MATERIAL = (Flaw.MISSING, Flaw.UNREADABLE, Flaw.EXPIRED, Flaw.WRONG_PERSON, Flaw.OTHER)


def flaw_in_words(flaw: str, more: str) -> str:
    """Return what the applicant reads under one material: the flaw's sentence, and what was added to it."""
    if flaw not in Flaw.values or flaw == Flaw.OTHER:
        return more
    return str(_("%(flaw)s：%(more)s") % {"flaw": Flaw(flaw).label, "more": more}) if more else str(Flaw(flaw).label)


def check_missing(missing: Sequence[Mapping[str, str]], known: Collection[str]) -> list[dict[str, str]]:
    """Return what is asked for, each with its own reason, once. Raises NothingMissingNamed, ChoiceNotKnown, ReasonNeeded.

    A flaw becomes the sentence that papers print; without one the why stands as it was written.
    """
    if not missing:
        raise NothingMissingNamed
    asked: dict[str, dict[str, str]] = {}
    for one in missing:
        row = {key: clean_text(str(value), 500) for key, value in one.items()}
        check_choice(row["code"], known, field="missing")
        if row.get("flaw"):
            check_choice(row["flaw"], FLAWS_OF_FORM if row["code"] == "form" else FLAWS_OF_MATERIAL, field="missing")
            with override("zh-hans"):
                row["why"] = flaw_in_words(row["flaw"], row.get("more", ""))
        row["why"] = check_reason(row.get("why", ""), least=2)
        asked[row["code"]] = row
    return list(asked.values())


def check_gaps(item: Item, missing: Collection[str]) -> list[Material]:
    """Return the materials that may follow. Raises GapNotAllowed for the first that may not."""
    by_code = {material.code: material for material in item.materials}
    gaps = []
    for code in missing:
        material = by_code.get(code)
        if material is None or not material.may_follow:
            raise GapNotAllowed(name=material.name.zh if material else code)
        gaps.append(material)
    return gaps


def still_missing(item: Item, given: Collection[str]) -> list[Material]:
    """Return the required materials that nothing stands for yet, in the item's order."""
    return [m for m in item.materials if m.required and m.when is None and m.code not in given]


def spared(sources: Sequence[str]) -> int:
    """Count the materials that the applicant did not have to bring (R37)."""
    return sum(source in ("fact", "certificate", "declaration") for source in sources)


def who_is_asked(by: Actor, applicant_id: UUID | None, agent_id: UUID | None = None) -> UUID | None:
    """Return the person who is asked whether text messages may be sent to her: whoever holds the telephone now.

    A resident agrees for herself, also when she applies for another; at the window whoever stands there.
    """
    return by.person_id if by.kind == "resident" else agent_id or applicant_id


def priority_reason(facts: Mapping[str, Any]) -> str:
    """Say why a person is served first (R40: 优抚 first; then the very old), or the empty string."""
    groups = getattr(facts.get("groups"), "value", None) or ()
    if "preferential_treatment" in groups or "martyr_family" in groups:
        return str(_("优抚对象优先"))
    age = getattr(facts.get("age"), "value", None)
    if age is not None and int(age) >= 90:
        return str(_("90 岁以上老人优先"))
    return ""
