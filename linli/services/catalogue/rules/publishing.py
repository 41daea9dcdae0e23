"""May this item be published? What a guide must tell is there, and nothing in it contradicts itself (R25)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator

from django.utils.translation import gettext as _

from linli.core.conditions import RuleNotGood, parse
from linli.core.conditions.form import words_of
from linli.core.forms import check_form_schema
from linli.ground.registry.models import SpecialGroup
from linli.ground.registry.vocabulary import FACTS
from linli.services.catalogue import words
from linli.services.catalogue.content import Condition, Item, Limit, Material
from linli.services.catalogue.departments import Department
from linli.services.catalogue.rules.faults import Fault, NotPublishable
from linli.services.catalogue.rules.limits import fits_in, is_longer
from linli.services.catalogue.rules.proofs import ForbiddenProofNamed, Proof, forbidden_proof

NAME_MAX = 60
SUMMARY_MAX = 120
TEXT_MAX = 2_000

OFFICES = ("community", "township")
"""Levels at which the office itself acts; above them a department does."""

REGISTRATION_WORDS = re.compile(r"^(?!.*或)(?!.*不在).*(户口在|户籍在|本地户口|本地户籍|本市户籍|本市户口)")
"""A condition in words that only people registered here meet; 户口在本市，或者有居住证 leaves a way open."""


def check_publishable(item: Item, *, proofs: Iterable[Proof] | None = None, codes: Collection[str] = ()) -> None:
    """Raise NotPublishable with all that is missing or wrong; see `publishing_faults`."""
    if faults := publishing_faults(item, proofs=proofs, codes=codes):
        raise NotPublishable(faults)


def publishing_faults(item: Item, *, proofs: Iterable[Proof] | None = None, codes: Collection[str] = ()) -> list[Fault]:
    """Return everything that forbids publishing the item, in the order of its content.

    proofs: the lists of forbidden proofs in force, the national one unless given. codes: the items that exist; where
    given, certificates that meet a material must be of one of them.
    """
    lists = tuple(proofs) if proofs is not None else None
    return [fault for check in _CHECKS for fault in check(item)] + [
        *_proof_faults(item, lists),
        *_reference_faults(item, codes),
    ]


def _blank(text: str) -> bool:
    return not text.strip()


def _text_faults(item: Item) -> Iterator[Fault]:
    """Names and sentences stand in both languages, none of them blank or as long as a book."""
    texts = {"name": item.name, "summary": item.summary, "windows": item.windows, "applicants.who": item.applicants.who,
            "result.name": item.result.name}  # fmt: skip
    for path, text in texts.items():
        for language, written in (("zh", text.zh), ("en", text.en)):
            if _blank(written):
                yield Fault(f"{path}.{language}", _("这一项还空着，请写上。"))
    for path, written, most in (
        ("summary.zh", item.summary.zh, SUMMARY_MAX), ("summary.en", item.summary.en, 3 * SUMMARY_MAX),
    ):  # fmt: skip
        if len(written) > most:
            yield Fault(
                path, _("太长了：写了 %(count)s 个字，最多 %(most)s 个。") % {"count": len(written), "most": most}
            )


def _responsibility_faults(item: Item) -> Iterator[Fault]:
    if item.department not in Department.values:
        yield Fault("department", _("不认识部门“%(code)s”，请从部门名单里选。") % {"code": item.department[:40]})
    if not any(not _blank(basis.title) for basis in item.legal_basis):
        yield Fault("legal_basis", _("没有写依据：写上法律或文件的全名和条款。"))
    for place, basis in enumerate(item.legal_basis):
        if _blank(basis.title):
            yield Fault(f"legal_basis[{place}].title", _("这条依据没有名字，写上法律或文件的全名。"))
    if all(_blank(source) for source in item.sources):
        yield Fault("sources", _("没有写来源：这个事项是从哪份清单或文件来的。"))
    if item.fee.fen and _blank(item.fee.basis):
        yield Fault("fee.basis", _("要收费就得有依据：写上收费文件的名字和条款，没有就不能收。"))
    if item.silence and _blank(item.silence.basis):
        yield Fault("silence.basis", _("到期不答复算什么，只有法律能定：写上是哪部法、哪一条。"))
    if item.on_behalf and _blank(item.on_behalf.entry):
        yield Fault("on_behalf.entry", _("写上它是清单里的哪一项（编号）。"))
    if item.elsewhere and _blank(item.elsewhere.document):
        yield Fault("elsewhere.document", _("不在这里办要有文件：写上文件的名字。"))


def _applicant_faults(item: Item) -> Iterator[Fault]:
    cited = not _blank(item.applicants.registration_basis)
    for place, condition in enumerate(item.applicants.conditions):
        path = f"applicants.conditions[{place}]"
        if _blank(condition.text.zh) or _blank(condition.text.en):
            yield Fault(f"{path}.text", _("这个条件没有写全，中文和英文都要有。"))
        yield from _computable_faults(condition, path)
        asks = condition.fact == "registered_here" or REGISTRATION_WORDS.search(condition.text.zh)
        if asks and not cited and _blank(condition.basis):
            yield Fault(
                f"{path}.basis",
                _("“%(text)s”把没有本地户口的人挡在外面：写上依据的文件和条款，没有就不能设这个条件。")
                % {"text": condition.text.zh[:40]},
            )


def _computable_faults(condition: Condition, path: str) -> Iterator[Fault]:
    """A condition that is computed has something to compare with; one in words only has nothing."""
    if condition.rule is not None:
        yield from _rule_faults(condition, path)
        return
    compares = [condition.at_least is not None, condition.below is not None, condition.equals is not None]
    if condition.includes and condition.fact != "groups":
        yield Fault(f"{path}.fact", _("写了属于哪个群体（includes），fact 就应是 groups。"))
    elif condition.fact == "groups":
        if any(compares):
            yield Fault(path, _("按群体的条件只写 includes，不比数，也不写等于什么。"))
        yield from _group_faults(f"{path}.includes", [condition.includes])
    elif not condition.fact and any(compares):
        yield Fault(f"{path}.fact", _("写了要比的数，没有写拿什么来比（fact）。"))
    elif condition.fact == "age":
        if not (compares[0] or compares[1]):
            yield Fault(path, _("年龄条件没有写几岁：写 at_least（满几岁）或 below（不满几岁）。"))
        elif compares[2]:
            yield Fault(f"{path}.equals", _("年龄条件用 at_least 或 below，不用 equals。"))
        elif compares[0] and compares[1] and (condition.at_least or 0) >= (condition.below or 0):
            yield Fault(path, _("没有人符合：要满 %(from)s 岁又不满 %(below)s 岁。") % {
                "from": condition.at_least, "below": condition.below,
            })  # fmt: skip
    elif condition.fact and not compares[2]:
        yield Fault(path, _("这个条件没有写要等于什么（equals）。"))


def _rule_faults(condition: Condition, path: str) -> Iterator[Fault]:
    """A rule stands alone, can be read, and names only groups of the registry."""
    if condition.fact or condition.answer:
        yield Fault(f"{path}.rule", _("一个条件只写一种：规则（rule）、看登记的（fact），或者看填的（answer）。"))
    try:
        parsed = parse(condition.rule, FACTS)
    except RuleNotGood as refusal:
        yield Fault(f"{path}.rule", str(refusal))
    else:
        yield from _group_faults(f"{path}.rule", words_of(parsed, "groups"))


def _group_faults(path: str, codes: Iterable[str]) -> Iterator[Fault]:
    for code in codes:
        if code not in SpecialGroup.values:
            near = difflib.get_close_matches(code, SpecialGroup.values, n=1)
            sentence = (
                _("没有“%(code)s”这个群体。是不是“%(near)s”？") % {"code": code[:40], "near": near[0]}
                if near
                else _("没有“%(code)s”这个群体，请用登记里的群体编码。") % {"code": code[:40]}
            )
            yield Fault(path, sentence)


def _answer_faults(item: Item) -> Iterator[Fault]:
    """A condition on an answer names a field of the form and answers that can be given there."""
    fields = item.form.get("properties", {})
    for place, condition in enumerate(item.applicants.conditions):
        path = f"applicants.conditions[{place}]"
        if bool(condition.answer) != bool(condition.one_of):
            yield Fault(path, _("按填的内容判断的条件，answer（哪一项）和 one_of（哪些答案算符合）要一起写。"))
        elif condition.answer and condition.fact:
            yield Fault(f"{path}.fact", _("一个条件只看一处：看登记的（fact），或者看填的（answer）。"))
        elif condition.answer and condition.answer not in fields:
            yield Fault(f"{path}.answer", _("表里没有“%(name)s”这一项。") % {"name": condition.answer[:40]})
        elif condition.answer:
            for one in condition.one_of:
                if one not in fields[condition.answer].get("enum", [one]):
                    yield Fault(f"{path}.one_of", _("“%(one)s”不是这一项能选的答案。") % {"one": one[:40]})


def _effect_faults(item: Item) -> Iterator[Fault]:
    """Effects name groups of the registry, give none that they end, and show nothing of what is kept in confidence."""
    yield from _group_faults("applicants.proposed_to", item.applicants.proposed_to)
    effects = item.effects
    if effects is None:
        return
    if not effects.gives and not effects.ends:
        yield Fault("effects", _("没有写改变什么：写 gives（登记为哪个群体）或 ends（结束哪些群体），不改变就删掉。"))
    yield from _group_faults("effects.gives", [effects.gives] if effects.gives else [])
    yield from _group_faults("effects.ends", effects.ends)
    if effects.gives and effects.gives in effects.ends:
        yield Fault("effects.ends", _("同一个群体不能又登记又结束。"))
    if item.sensitive and effects.gives:
        sentence = _("内容只给经办的人看的事，不能登记成群体：群体在居民档案里，别的岗位也看得到。")
        yield Fault("effects.gives", sentence)


def _material_faults(item: Item) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, material in enumerate(item.materials):
        path = f"materials[{place}]"
        if material.code in seen:
            yield Fault(f"{path}.code", _("材料“%(code)s”写了两次。") % {"code": material.code})
        seen.add(material.code)
        if _blank(material.name.zh) or _blank(material.name.en):
            yield Fault(f"{path}.name", _("这份材料没有写名字，中文和英文都要有。"))
        if len(material.name.zh) > NAME_MAX:
            yield Fault(f"{path}.name.zh", _("太长了：写了 %(count)s 个字，最多 %(most)s 个。") % {
                "count": len(material.name.zh), "most": NAME_MAX,
            })  # fmt: skip
        yield from _holding_faults(material, path)


def _holding_faults(material: Material, path: str) -> Iterator[Fault]:
    held = material.held
    if material.source == "held" and held is None:
        yield Fault(f"{path}.held", _("写了市里已经有，没有写在哪里有（held）。"))
    elif held is not None and material.source != "held":
        yield Fault(f"{path}.source", _("写了市里在哪里有，就不能再向本人要：source 应是 held。"))
    elif held is not None:
        ways = [bool(held.fact), bool(held.certificate_of), held.other is not None]
        if not any(ways):
            yield Fault(f"{path}.held", _("没有写在哪里有：写 fact、certificate_of 或 other。"))


def _limit_faults(item: Item) -> Iterator[Fault]:
    promised, legal = item.promised_limit, item.legal_limit
    if promised.days is None:
        yield Fault("promised_limit.days", _("没有写承诺几天办好。"))
        return
    if is_longer(promised, legal):
        yield Fault("promised_limit", _("承诺 %(promised)s 比法定 %(legal)s 还长，最多和法定一样。") % {
            "promised": words.limit(promised), "legal": words.limit(legal),
        })  # fmt: skip
    if item.family == "instant" and promised.days:
        yield Fault("promised_limit.days", _("当场办的事承诺是 0 天，写的是 %(days)s 天。") % {"days": promised.days})
    if item.family == "promised" and promised.days == 0:
        yield Fault("family", _("承诺 0 天就是当场办：family 应是 instant。"))


def _chain_faults(item: Item) -> Iterator[Fault]:
    last = len(item.chain) - 1
    for place, link in enumerate(item.chain):
        path = f"chain[{place}]"
        if link.step == "decide" and place != last:
            yield Fault(f"{path}.step", _("“决定”只能是最后一步，现在是第 %(place)s 步，共 %(count)s 步。") % {
                "place": place + 1, "count": last + 1,
            })  # fmt: skip
        if link.level not in OFFICES and not link.department:
            sentence = _("%(level)s这一步没有写哪个部门办。")
            yield Fault(f"{path}.department", sentence % {"level": words.LEVELS[link.level]})
        for department in (link.department, *link.also):
            if department and department not in Department.values:
                sentence = _("不认识部门“%(code)s”，请从部门名单里选。")
                yield Fault(f"{path}.department", sentence % {"code": department[:40]})
        if link.department and link.department in link.also:
            yield Fault(f"{path}.also", _("牵头的部门不用再写进联办。"))
    end = item.chain[last]
    if end.step != "decide":
        sentence = _("最后一步应是“决定”，现在是“%(step)s”。")
        yield Fault(f"chain[{last}].step", sentence % {"step": words.STEPS[end.step]})
    elif end.level != item.level:
        yield Fault(f"chain[{last}].level", _("由%(level)s决定，最后一步却在%(end)s。") % {
            "level": words.LEVELS[item.level], "end": words.LEVELS[end.level],
        })  # fmt: skip
    yield from _sum_faults(item)


def _sum_faults(item: Item) -> Iterator[Fault]:
    """The steps, and a public notice during which the clock runs, fit into the promise."""
    if item.promised_limit.days is None:
        return
    steps = sum(link.days for link in item.chain)
    if not fits_in(steps, item.promised_limit):
        yield Fault("chain", _("各步加起来 %(days)s 个工作日，比承诺的 %(promised)s 长。") % {
            "days": steps, "promised": words.limit(item.promised_limit),
        })  # fmt: skip
        return
    notice = item.public_notice
    if notice and not notice.stops_clock:
        counted = Limit(days=notice.days, unit=notice.unit)
        if is_longer(counted, item.promised_limit):
            yield Fault("public_notice.days", _("公示 %(notice)s 不停表，比承诺的 %(promised)s 还长。") % {
                "notice": words.limit(counted), "promised": words.limit(item.promised_limit),
            })  # fmt: skip


def _notice_faults(item: Item) -> Iterator[Fault]:
    notice = item.public_notice
    if notice is None:
        return
    if _blank(notice.basis):
        yield Fault("public_notice.basis", _("把人的名字贴出来要有依据：写上文件和条款，没有就不公示。"))
    if notice.names_minors:
        yield Fault("public_notice.names_minors", _("不满 18 岁的人不公示姓名（未成年人保护法第四条），请改成不公示。"))


def _special_faults(item: Item) -> Iterator[Fault]:
    for place, procedure in enumerate(item.special_procedures):
        if _blank(procedure.basis):
            yield Fault(
                f"special_procedures[{place}].basis",
                _("“%(name)s”的时间不算在期限里，要有依据：写上哪部法、哪一条。") % {"name": procedure.name.zh[:40]},
            )


def _form_faults(item: Item) -> Iterator[Fault]:
    for sentence in check_form_schema(item.form):
        yield Fault("form", str(sentence))


_CHECKS: tuple[Callable[[Item], Iterator[Fault]], ...] = (
    _text_faults, _responsibility_faults, _applicant_faults, _material_faults, _form_faults, _limit_faults,
    _chain_faults, _notice_faults, _special_faults, _answer_faults, _effect_faults,
)  # fmt: skip


def _proof_faults(item: Item, proofs: tuple[Proof, ...] | None) -> Iterator[Fault]:
    """Neither the result nor a material is a proof that a community must not issue (R45)."""
    named = [("result.name", item.result.name.zh)]
    named += [(f"materials[{place}].name", material.name.zh) for place, material in enumerate(item.materials)]
    for path, name in named:
        if proof := forbidden_proof(name, proofs):
            yield Fault(path, str(ForbiddenProofNamed(name, proof)))


def _reference_faults(item: Item, codes: Collection[str]) -> Iterator[Fault]:
    for place, material in enumerate(item.materials):
        wanted = material.held.certificate_of if material.held else ""
        if codes and wanted and wanted not in codes:
            yield Fault(
                f"materials[{place}].held.certificate_of",
                _("没有编码是“%(code)s”的事项，它的证件也就不能用来抵材料。") % {"code": wanted[:60]},
            )
