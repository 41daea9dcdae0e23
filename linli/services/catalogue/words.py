"""What the codes of the catalogue are called, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from linli.services.catalogue.departments import Department

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from linli.services.catalogue.content import Limit, Text

    Words = dict[str, str | _StrPromise]

DOMAINS: dict[int, str | _StrPromise] = {
    1: _("养老"),
    2: _("未成年人"),
    3: _("特殊困难群体"),
    4: _("流动人口"),
    5: _("就业和社会保障"),
    6: _("卫生和计生"),
    7: _("教育"),
    8: _("体育"),
    9: _("文化"),
    10: _("法律"),
    11: _("便民"),
    12: _("安全"),
    13: _("志愿服务和社会组织"),
}
LIFE_EVENTS: Words = {
    "birth": _("生孩子"),
    "schooling": _("上学"),
    "work": _("找工作"),
    "marriage": _("结婚"),
    "housing": _("住房"),
    "illness": _("看病"),
    "hardship": _("遇到困难"),
    "disability": _("残疾"),
    "leaving_army": _("退役"),
    "old_age": _("养老"),
    "after_death": _("身后事"),
    "moving": _("搬家"),
    "founding_group": _("办社团"),
    "daily_life": _("日常生活"),
}
"""Stages of life in the order in which they are lived (R27)."""

LIFE_EVENT_ICONS = {
    "birth": "baby-carriage",
    "schooling": "school",
    "work": "briefcase",
    "marriage": "rings",
    "housing": "home-2",
    "illness": "stethoscope",
    "hardship": "heart-handshake",
    "disability": "wheelchair",
    "leaving_army": "medal",
    "old_age": "user",
    "after_death": "flower",
    "moving": "home-move",
    "founding_group": "users-group",
    "daily_life": "building-community",
}
AUDIENCES: Words = {
    "everyone": _("所有人"),
    "older_people": _("老人"),
    "children": _("孩子"),
    "parents": _("家长"),
    "people_with_disability": _("残疾人"),
    "people_in_hardship": _("困难家庭"),
    "job_seekers": _("找工作的人"),
    "veterans": _("退役军人和优抚对象"),
    "migrants": _("外来人口"),
    "volunteers": _("志愿者"),
    "groups": _("社会组织和单位"),
}
FIELDS: Words = {
    "employment": _("劳动就业"),
    "public_order": _("社会治安"),
    "public_health": _("公共卫生"),
    "family_planning": _("计划生育"),
    "social_insurance": _("社会保险"),
    "social_relief": _("社会救助"),
    "community_corrections": _("社区矫正"),
    "culture_sport_education": _("文体教育"),
    "convenience": _("便民利民"),
    "self_government": _("居民自治"),
}
NATIONAL_FIELDS: Words = {
    "children": _("幼有所育"),
    "education": _("学有所教"),
    "work": _("劳有所得"),
    "health": _("病有所医"),
    "old_age": _("老有所养"),
    "housing": _("住有所居"),
    "the_weak": _("弱有所扶"),
    "veterans": _("优军服务保障"),
    "culture_sport": _("文体服务保障"),
}
TYPES: Words = {
    "permit": _("行政许可"),
    "benefit": _("行政给付"),
    "confirmation": _("行政确认"),
    "adjudication": _("行政裁决"),
    "award": _("行政奖励"),
    "other_power": _("其他行政权力"),
    "public_service": _("公共服务"),
    "self_government": _("居民自治"),
}
LEVELS: Words = {
    "community": _("社区"),
    "township": _("街道（乡镇）"),
    "county": _("区县"),
    "city": _("市"),
    "province": _("省"),
}
STEPS: Words = {"receive": _("收件"), "check": _("核对"), "review": _("审核"), "decide": _("决定")}
UNITS: Words = {"working_days": _("工作日"), "calendar_days": _("自然日")}
FORMS: Words = {"original": _("原件"), "copy": _("复印件或照片"), "electronic": _("电子件")}
CHANNELS: Words = {
    "window": _("窗口"),
    "online": _("网上"),
    "self_service": _("自助机"),
    "assisted": _("上门或帮办"),
}
AREAS: Words = {
    "community": _("本社区"),
    "street": _("本街道（乡镇）"),
    "county": _("全区（县）"),
    "city": _("全市"),
    "province": _("全省"),
    "nation": _("全国"),
}
DELIVERIES: Words = {"electronic": _("手机上领"), "collect": _("到窗口取"), "post": _("邮寄")}
RESULT_KINDS: Words = {
    "certificate": _("证件或证明"),
    "registration": _("登记"),
    "service": _("服务"),
    "payment": _("发钱"),
}
RESULT_TEMPLATES: Words = {
    "approval": _("审批结果"),
    "card": _("卡证"),
    "registration": _("登记单"),
    "proof": _("证明"),
}


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def say(text: Text) -> str:
    """Return a content's text in the reader's language."""
    return text.en if is_english() else text.zh


def department_name(code: str) -> str:
    """Return the name of a department; the code itself where nobody knows it."""
    return str(Department(code).label) if code in Department.values else code


def days(number: int, unit: str = "working_days") -> str:
    """Say a number of days: 15 个工作日."""
    if unit == "calendar_days":
        return ngettext("%(days)s 天", "%(days)s 天", number) % {"days": number}
    return ngettext("%(days)s 个工作日", "%(days)s 个工作日", number) % {"days": number}


def body(level: str, department: str = "") -> str:
    """Say who acts: 社区, 区县民政局."""
    if not department:
        return str(LEVELS[level])
    return str(_("%(level)s%(department)s")) % {"level": LEVELS[level], "department": department_name(department)}


def limit(limit: Limit) -> str:
    """Say a time limit: 当场办完, 15 个工作日, or that the law names none."""
    if limit.days is None:
        return str(_("法律没有规定"))
    return str(_("当场办完")) if limit.days == 0 else days(limit.days, limit.unit)


def yuan(fen: int) -> str:
    """Say an amount: 12.50 元; round amounts without the cents."""
    amount = f"{fen // 100}" if fen % 100 == 0 else f"{fen / 100:.2f}"
    return str(_("%(amount)s 元")) % {"amount": amount}
