"""The guide of an item in plain words: what the portal, the paper and the preview show. Pure, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.services.catalogue import words
from linli.services.catalogue.content import ChainLink, Item, Material
from linli.services.catalogue.rules import step_name


@dataclass(frozen=True)
class Need:
    """A material as the applicant reads it. held: we have it, she does not bring it."""

    name: str
    held: bool
    hint: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """What happens after she has sent it."""

    title: str
    text: str
    icon: str


@dataclass(frozen=True)
class Guide:
    """Everything that one page tells: the answers first, the law last (R25b)."""

    code: str
    name: str
    summary: str
    answers: tuple[tuple[str, str], ...]
    who: str
    conditions: tuple[str, ...]
    agents: str
    bring: tuple[Need, ...]
    held: tuple[Need, ...]
    steps: tuple[Step, ...]
    result: str
    delivery: str
    fee: str
    windows: str
    channels: str
    basis: tuple[str, ...]
    remedy: str
    limits: tuple[tuple[str, str], ...]
    decider: str
    phone: str
    supervision_phone: str
    questions: tuple[tuple[str, str], ...]
    elsewhere: str = ""
    elsewhere_document: str = ""
    to_confirm: tuple[str, ...] = field(default=())

    @property
    def had(self) -> str:
        """The names of what we have ourselves, in one breath: 身份证、户口簿."""
        return _("、").join(need.name for need in self.held if not need.notes)

    @property
    def looked_up(self) -> list[Need]:
        """What we ask another body for."""
        return [need for need in self.held if need.notes]

    @property
    def can_apply_here(self) -> bool:
        return not self.elsewhere


def guide_of(item: Item) -> Guide:
    """Return the guide of an item in the language that is active."""
    needs = [need_of(material) for material in item.materials]
    return Guide(
        code=item.code,
        name=words.say(item.name),
        summary=words.say(item.summary),
        answers=answers(item),
        who=words.say(item.applicants.who),
        conditions=tuple(words.say(condition.text) for condition in item.applicants.conditions),
        agents=_agents(item),
        bring=tuple(need for need in needs if not need.held),
        held=tuple(need for need in needs if need.held),
        steps=tuple(_steps(item)),
        result=words.say(item.result.name),
        delivery=_("、").join(str(words.DELIVERIES[way]) for way in item.result.delivery),
        fee=fee(item),
        windows=words.say(item.windows),
        channels=_("、").join(str(words.CHANNELS[channel]) for channel in item.channels),
        basis=tuple(_cited(item)),
        remedy=_remedy(item),
        limits=tuple(_limits(item)),
        decider=_decider(item),
        phone=item.phone,
        supervision_phone=item.supervision_phone,
        questions=tuple((words.say(one.q), words.say(one.a)) for one in item.questions),
        elsewhere=words.say(item.elsewhere.reason) if item.elsewhere else "",
        elsewhere_document=item.elsewhere.document if item.elsewhere else "",
        to_confirm=tuple(basis.title for basis in item.legal_basis if basis.check),
    )


def answers(item: Item) -> tuple[tuple[str, str], ...]:
    """Return the four that everybody asks: how many visits, how long, what it costs, what to bring."""
    return (
        (_("要跑几趟"), visits(item)),
        (_("多久办好"), how_long(item)),
        (_("收费吗"), fee(item)),
        (_("要交什么"), what_to_bring(item)),
    )


def visits(item: Item) -> str:
    if item.visits:
        return ngettext("%(visits)s 趟", "%(visits)s 趟", item.visits) % {"visits": item.visits}
    return _("不用跑，手机上办完") if "online" in item.channels else _("不用专门跑")


def how_long(item: Item) -> str:
    promised = item.promised_limit
    if promised.days == 0:
        return _("当场办完")
    told = _("%(limit)s内") % {"limit": words.limit(promised)}
    return _("先帮后补，%(told)s补齐手续") % {"told": told} if item.family == "urgent" else told


def what_to_bring(item: Item) -> str:
    """Say what the applicant herself must hand in, always: 什么都不用交, 1 样：社保卡, 3 样."""
    brought = [one for one in item.materials if one.source != "held" and one.required and one.when is None]
    if not brought:
        return _("什么都不用交")
    if len(brought) == 1:
        return _("1 样：%(name)s") % {"name": words.say(brought[0].name)}
    return ngettext("%(count)s 样", "%(count)s 样", len(brought)) % {"count": len(brought)}


def fee(item: Item) -> str:
    return words.yuan(item.fee.fen) if item.fee.fen else _("不收费")


def only_through(item: Item) -> str:
    """Say that no window takes it in, and which ways there are."""
    ways = _("、").join(str(words.CHANNELS[channel]) for channel in item.channels)
    return _("窗口不收，只能%(ways)s办。") % {"ways": ways}


def need_of(material: Material) -> Need:
    """Return a material in the applicant's words."""
    notes: list[str] = []
    if material.source == "held":
        if material.held and material.held.other:
            notes.append(_("我们向%(other)s查。") % {"other": words.say(material.held.other)})
        return Need(words.say(material.name), held=True, notes=tuple(notes))
    if material.form != "original" or material.count > 1:
        told = {"form": words.FORMS[material.form], "count": material.count}
        notes.append(
            ngettext("%(form)s，%(count)s 份。", "%(form)s，%(count)s 份。", material.count) % told
            if material.count > 1
            else _("%(form)s就行。") % told
        )
    if material.when:
        notes.append(_("什么时候要：%(when)s") % {"when": words.say(material.when)})
    elif not material.required:
        notes.append(_("有就带，没有也能办。"))
    if material.may_follow:
        notes.append(
            _("可以先受理，%(days)s内补来。") % {"days": words.days(material.may_follow_working_days)}
        )  # fmt: skip
    if material.declarable:
        notes.append(_("开不出来可以签一份承诺书代替。"))
    return Need(
        words.say(material.name),
        held=False,
        hint=words.say(material.hint) if material.hint else "",
        notes=tuple(notes),
    )


def _agents(item: Item) -> str:
    if item.applicants.guardian_applies:
        return _("由监护人替他申请。")
    return _("家人可以代办，我们会告诉本人。") if item.applicants.agents else _("要本人申请，不能代办。")


ICONS = {"community": "home-2", "township": "building-community"}


def _steps(item: Item) -> list[Step]:
    told: list[Step] = []
    for link in item.chain:
        if link.step == "decide" and item.public_notice:
            notice = item.public_notice
            days = words.days(notice.days, notice.unit)
            text = (
                _("公示 %(days)s，不算在办理时间里。有人提意见就再核对一次。")
                if notice.stops_clock
                else _("公示 %(days)s。有人提意见就再核对一次。")
            )
            minors = "" if notice.names_minors else _("不满 18 岁的人不公示。")
            told.append(Step(_("公示"), text % {"days": days} + minors, "users"))
        told.append(Step(step_name(link), _step_text(item, link), ICONS.get(link.level, "building")))
    for procedure in item.special_procedures:
        days = words.days(procedure.days, procedure.unit)
        text = _("需要的时候才有，最多 %(days)s，不算在办理时间里，会书面告诉您。") % {"days": days}
        told.append(Step(words.say(procedure.name), text, "player-pause"))
    return told


def _step_text(item: Item, link: ChainLink) -> str:
    told = [_("当场办。") if link.days == 0 else _("最多 %(days)s。") % {"days": words.days(link.days)}]
    if link.also:
        others = _("、").join(words.department_name(code) for code in link.also)
        told.append(_("%(others)s一起办，不用您分头去找。") % {"others": others})
    if link.step == "decide":
        told.append(_("批了，给您：%(result)s。没批，会写明原因和怎么申诉。") % {"result": words.say(item.result.name)})
    return "".join(told)


def _limits(item: Item) -> list[tuple[str, str]]:
    told = [(_("承诺"), words.limit(item.promised_limit)), (_("法定"), words.limit(item.legal_limit))]
    if item.silence:
        means = _("算同意") if item.silence.means == "granted" else _("算不同意，可以申诉")
        told.append((_("到期没有答复"), _("%(means)s（%(basis)s）") % {"means": means, "basis": item.silence.basis}))
    return told


def _decider(item: Item) -> str:
    last = item.chain[-1]
    return words.body(last.level, last.department)


def _cited(item: Item) -> list[str]:
    told = []
    for basis in item.legal_basis:
        document = _("（%(document)s）") % {"document": basis.document} if basis.document else ""
        told.append(_("《%(title)s》%(document)s%(article)s") % {
            "title": basis.title, "document": document, "article": basis.article,
        })  # fmt: skip
    if item.fee.fen:
        told.append(_("收费依据：%(basis)s") % {"basis": item.fee.basis})
    return told


def _remedy(item: Item) -> str:
    if item.remedy == "self_government":
        return _(
            "居委会（村委会）的决定侵害了您的权益，可以请人民法院撤销，也可以向街道（乡镇）或区县反映，由他们责令改正。"
        )
    return _(
        "不服决定，可以从知道那天起 60 天内申请行政复议（行政复议法第二十条），"
        "或者 6 个月内向人民法院起诉（行政诉讼法第四十六条）。"
    )
