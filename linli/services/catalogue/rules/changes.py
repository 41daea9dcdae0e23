"""Two versions of one item side by side: what changed, what it saves, and whether a running case may follow."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from django.utils.translation import gettext as _

from linli.services.catalogue import words
from linli.services.catalogue.content import ChainLink, Condition, Item, Limit, Material, Text
from linli.services.catalogue.rules.limits import longest_in_calendar_days

Kind = Literal["added", "removed", "changed"]
T = TypeVar("T")


@dataclass(frozen=True)
class Change:
    """One difference as a line for people.

    part: steps, materials, days, fee, visits, conditions, form, result or text.
    """

    part: str
    kind: Kind
    line: str


@dataclass(frozen=True)
class Difference:
    """What a newer version changes. Savings are what the applicant is spared; negative ones are added burden (R25a).

    days_saved: days of the promise, working days unless both versions promise calendar days (promises of two units
    are compared in calendar days).
    """

    changes: tuple[Change, ...]
    steps_saved: int = 0
    materials_saved: int = 0
    days_saved: int = 0
    visits_saved: int = 0
    fee_saved_fen: int = 0

    def of(self, part: str) -> list[Change]:
        return [change for change in self.changes if change.part == part]


def difference(old: Item, new: Item) -> Difference:
    """Compare two versions: steps, materials, days, fee and what else changed, as readable lines."""
    changes = [
        *_step_changes(old, new),
        *_material_changes(old, new),
        *_day_changes(old, new),
        *_plain_changes(old, new),
        *_condition_changes(old, new),
        *_form_changes(old, new),
        *_word_changes(old, new),
    ]
    return Difference(
        changes=tuple(changes),
        steps_saved=len(old.chain) - len(new.chain),
        materials_saved=len(_brought(old)) - len(_brought(new)),
        days_saved=_days_saved(old.promised_limit, new.promised_limit),
        visits_saved=old.visits - new.visits,
        fee_saved_fen=old.fee.fen - new.fee.fen,
    )


def _brought(item: Item) -> list[Material]:
    """The materials that the applicant must bring."""
    return [material for material in item.materials if material.source == "applicant" and material.required]


def _days_saved(old: Limit, new: Limit) -> int:
    if old.days is None or new.days is None:
        return 0
    if old.unit == new.unit:
        return old.days - new.days
    return _calendar_days(old) - _calendar_days(new)


def _calendar_days(limit: Limit) -> int:
    days = limit.days or 0
    return longest_in_calendar_days(days) if limit.unit == "working_days" else days


def _paired(old: Iterable[T], new: Iterable[T], key: Callable[[T], Hashable]) -> Iterator[tuple[T | None, T | None]]:
    """Pair what stands for the same thing in both; None where it is missing. New order first, removed ones last."""
    left = {key(one): one for one in old}
    for one in new:
        yield left.pop(key(one), None), one
    for gone in left.values():
        yield gone, None


def step_name(link: ChainLink) -> str:
    """Say a step: 街道（乡镇）审核, 区县民政局决定."""
    told = {"who": words.body(link.level, link.department), "step": words.STEPS[link.step]}
    return str(_("%(who)s%(step)s")) % told


def _step_changes(old: Item, new: Item) -> Iterator[Change]:
    for was, now in _paired(old.chain, new.chain, lambda link: (link.level, link.step, link.department)):
        if was is None and now is not None:
            yield Change("steps", "added", _("多一步：%(step)s，%(days)s。") % {
                "step": step_name(now), "days": words.days(now.days),
            })  # fmt: skip
        elif now is None and was is not None:
            yield Change("steps", "removed", _("少一步：%(step)s，原来 %(days)s。") % {
                "step": step_name(was), "days": words.days(was.days),
            })  # fmt: skip
        elif was is not None and now is not None and was != now:
            if was.days != now.days:
                line = _("%(step)s从 %(was)s 改成 %(now)s。") % {
                    "step": step_name(now), "was": words.days(was.days), "now": words.days(now.days),
                }  # fmt: skip
            else:
                line = _("%(step)s的联办部门变了：%(now)s。") % {
                    "step": step_name(now),
                    "now": _("、").join(words.department_name(code) for code in now.also) or _("没有联办"),
                }
            yield Change("steps", "changed", line)
    if [step_name(link) for link in old.chain if link in new.chain] != [
        step_name(link) for link in new.chain if link in old.chain
    ]:
        yield Change("steps", "changed", _("各步的先后变了。"))


def _material_changes(old: Item, new: Item) -> Iterator[Change]:
    for was, now in _paired(old.materials, new.materials, lambda material: material.code):
        if was is None and now is not None:
            line = (
                _("多看一样：%(name)s，不用本人交。") if now.source != "applicant" else _("多交一样：%(name)s。")
            )  # fmt: skip
            yield Change("materials", "added", line % {"name": words.say(now.name)})
        elif now is None and was is not None:
            yield Change("materials", "removed", _("不再要：%(name)s。") % {"name": words.say(was.name)})
        elif was is not None and now is not None and was != now:
            yield Change("materials", "changed", _material_line(was, now))


def _material_line(was: Material, now: Material) -> str:
    name = {"name": words.say(now.name)}
    if was.source == "applicant" and now.source != "applicant":
        return _("不用再交：%(name)s，改由我们查。") % name
    if was.source != "applicant" and now.source == "applicant":
        return _("改由本人交：%(name)s。") % name
    if was.name != now.name:
        return _("材料改了叫法：%(was)s改成%(name)s。") % {"was": words.say(was.name), **name}
    if was.required != now.required or was.when != now.when:
        return (
            _("改成都要交：%(name)s。") if now.required and not now.when else _("改成有的情况才交：%(name)s。")
        ) % name  # fmt: skip
    if (was.form, was.count) != (now.form, now.count):
        return _("%(name)s改成交 %(count)s 份%(form)s。") % {**name, "count": now.count, "form": words.FORMS[now.form]}
    if was.may_follow != now.may_follow:
        return (_("%(name)s可以后补。") if now.may_follow else _("%(name)s不能再后补。")) % name
    if was.declarable != now.declarable:
        return (_("%(name)s可以用承诺书代替。") if now.declarable else _("%(name)s不能再用承诺书代替。")) % name
    return _("%(name)s的说明改了。") % name


def _day_changes(old: Item, new: Item) -> Iterator[Change]:
    for said, was, now in (
        (_("承诺办好的时间从 %(was)s 改成 %(now)s。"), old.promised_limit, new.promised_limit),
        (_("法定时限从 %(was)s 改成 %(now)s。"), old.legal_limit, new.legal_limit),
    ):
        if (was.days, was.unit) != (now.days, now.unit):
            yield Change("days", "changed", said % {"was": words.limit(was), "now": words.limit(now)})


def _fee(item: Item) -> str:
    return words.yuan(item.fee.fen) if item.fee.fen else str(_("不收费"))


def _plain_changes(old: Item, new: Item) -> Iterator[Change]:
    if old.fee.fen != new.fee.fen:
        yield Change("fee", "changed", _("收费从%(was)s改成%(now)s。") % {"was": _fee(old), "now": _fee(new)})
    if old.visits != new.visits:
        yield Change("visits", "changed", _("要跑的趟数从 %(was)s 趟改成 %(now)s 趟。") % {
            "was": old.visits, "now": new.visits,
        })  # fmt: skip
    if old.public_notice != new.public_notice:
        if new.public_notice is None:
            yield Change("days", "removed", _("不再公示。"))
        else:
            notice = words.days(new.public_notice.days, new.public_notice.unit)
            kind: Kind = "added" if old.public_notice is None else "changed"
            yield Change("days", kind, _("公示：%(notice)s。") % {"notice": notice})
    if (old.level, old.department) != (new.level, new.department):
        yield Change("steps", "changed", _("决定的机关从%(was)s改成%(now)s。") % {
            "was": _decider(old), "now": _decider(new),
        })  # fmt: skip
    if old.effects != new.effects:
        yield Change("result", "changed", _("批准以后登记为、结束哪些群体变了。"))
    if old.result != new.result:
        yield Change("result", "changed", _("办完拿到的变了：%(name)s。") % {"name": words.say(new.result.name)})


def _decider(item: Item) -> str:
    return words.body(item.level, item.department)


def _condition_changes(old: Item, new: Item) -> Iterator[Change]:
    def asked(condition: Condition) -> Hashable:
        return condition.text.zh

    for was, now in _paired(old.applicants.conditions, new.applicants.conditions, asked):
        if was is None and now is not None:
            yield Change("conditions", "added", _("多一个条件：%(text)s。") % {"text": words.say(now.text)})
        elif now is None and was is not None:
            yield Change("conditions", "removed", _("去掉一个条件：%(text)s。") % {"text": words.say(was.text)})
        elif was is not None and now is not None and was != now:
            yield Change("conditions", "changed", _("条件改了：%(text)s。") % {"text": words.say(now.text)})
    rest = {"who", "conditions"}
    if old.applicants.model_dump(exclude=rest) != new.applicants.model_dump(exclude=rest):
        yield Change("conditions", "changed", _("谁能申请、能不能代办变了。"))


def _form_changes(old: Item, new: Item) -> Iterator[Change]:
    was, now = old.form.get("properties", {}), new.form.get("properties", {})
    for name in now:
        if name not in was:
            yield Change("form", "added", _("多填一项：%(title)s。") % {"title": now[name].get("title", name)})
        elif now[name] != was[name]:
            yield Change("form", "changed", _("填的改了：%(title)s。") % {"title": now[name].get("title", name)})
    for name in was:
        if name not in now:
            yield Change("form", "removed", _("少填一项：%(title)s。") % {"title": was[name].get("title", name)})


def _word_changes(old: Item, new: Item) -> Iterator[Change]:
    """Everything else, named but not shown: the guide itself shows it."""
    told: dict[str, str] = {
        "name": _("名称"),
        "summary": _("一句话说明"),
        "legal_basis": _("依据"),
        "windows": _("在哪里办"),
        "questions": _("问与答"),
        "keywords": _("平常叫法"),
        "channels": _("办理渠道"),
        "accept_anywhere": _("通办范围"),
        "phone": _("咨询电话"),
        "supervision_phone": _("监督电话"),
        "remedy": _("救济途径"),
        "special_procedures": _("特别程序"),
        "silence": _("到期不答复的后果"),
        "elsewhere": _("不在这里办的原因"),
        "life_events": _("人生阶段"),
        "audiences": _("服务对象"),
        "fields": _("服务领域"),
        "domain": _("领域"),
    }
    for field, title in told.items():
        was, now = getattr(old, field), getattr(new, field)
        if was == now:
            continue
        if isinstance(now, Text):
            line = _("%(title)s改成：%(now)s") % {"title": title, "now": words.say(now)}
        else:
            line = _("%(title)s改了。") % {"title": title}
        yield Change("text", "changed", line)


def what_it_rests_on(item: Item) -> dict[str, Any]:
    """Return the parts of an item that a running application rests on; everything else is wording.

    Hints on how to bring a material, the guide's texts, telephones and windows are not among them.
    """
    return {
        "form": item.form,
        "materials": [material.model_dump(exclude={"hint"}) for material in item.materials],
        "conditions": item.applicants.model_dump(exclude={"who"}),
        "limits": [item.legal_limit, item.promised_limit, item.silence, item.public_notice, item.special_procedures],
        "chain": [item.level, item.department, item.family, item.chain],
        "result": item.result,
        "effects": item.effects,
        "fee": item.fee.fen,
    }


def parts_changed(old: Item, new: Item) -> list[str]:
    """Return the names of the parts that a running application rests on and that differ."""
    was, now = what_it_rests_on(old), what_it_rests_on(new)
    return [part for part in was if was[part] != now[part]]


def may_move_to(old: Item, new: Item) -> bool:
    """Tell whether a running application may go on under a newer version: only where nothing it rests on changed.

    Another item's version never takes it over.
    """
    return old.code == new.code and not parts_changed(old, new)
