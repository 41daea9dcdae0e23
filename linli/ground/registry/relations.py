"""How people of a household are related to its head (GB/T 4761-2008), and codes of organisations. Pure.

A code has two digits; its first says the generation and side (1 spouse, 2 son, 3 daughter, 4 grandchild, 5 parent,
6 grandparent, 7 sibling, 8 and 9 others), so that a code not listed here still has a meaning in words.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused

HEAD = "02"
RELATIONS = {
    "02": _("户主"), "10": _("配偶"), "11": _("夫"), "12": _("妻"),
    "20": _("儿子"), "21": _("独生子"), "22": _("长子"), "23": _("次子"), "27": _("养子或继子"), "28": _("女婿"), "29": _("其他儿子"),
    "30": _("女儿"), "31": _("独生女"), "32": _("长女"), "33": _("次女"), "37": _("养女或继女"), "38": _("儿媳"), "39": _("其他女儿"),
    "40": _("孙子、孙女或外孙子、外孙女"), "41": _("孙子"), "42": _("孙女"), "43": _("外孙子"), "44": _("外孙女"),
    "50": _("父母"), "51": _("父亲"), "52": _("母亲"), "53": _("公公"), "54": _("婆婆"), "55": _("岳父"), "56": _("岳母"),
    "60": _("祖父母或外祖父母"), "61": _("祖父"), "62": _("祖母"), "63": _("外祖父"), "64": _("外祖母"),
    "70": _("兄弟姐妹"), "71": _("兄"), "73": _("弟"), "75": _("姐姐"), "77": _("妹妹"),
    "80": _("其他亲属"), "93": _("侄子"), "94": _("侄女"), "95": _("外甥"), "96": _("外甥女"), "97": _("其他亲属"),
    "99": _("非亲属"),
}  # fmt: skip
SPOUSES = frozenset({"10", "11", "12"})
CHILDREN = frozenset(code for code in RELATIONS if code[0] in "23")
CREDIT_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: digits and letters without I, O, Z, S and V."""


class RelationNotKnown(Refused):
    code = "registry.relation_not_known"
    message = _("请选择和户主是什么关系。")
    field = "relation"


class CreditCodeNotGood(Refused):
    code = "registry.credit_code_not_good"
    message = _(
        "统一社会信用代码应为 18 位数字和字母（没有 I、O、Z、S、V），最后一位是校验码。请对照执照再看一遍：%(why)s。"
    )
    field = "credit_code"


def check_relation(code: str) -> str:
    """Return a code of GB/T 4761. Raises RelationNotKnown."""
    if code not in RELATIONS:
        raise RelationNotKnown
    return code


def check_credit_code(text: str) -> str:
    """Return a unified social credit code (GB 32100-2015) in one spelling; "" for none. Raises CreditCodeNotGood."""
    code = text.strip().upper().replace(" ", "").replace("-", "")
    if not code:
        return ""
    if len(code) != 18:
        raise CreditCodeNotGood(why=_("这里有 %(given)s 位") % {"given": len(code)})
    if strange := sorted(set(code) - set(CREDIT_CODE_SIGNS)):
        raise CreditCodeNotGood(why=_("不会有“%(sign)s”") % {"sign": strange[0]})
    if credit_check(code[:17]) != code[17]:
        raise CreditCodeNotGood(why=_("校验码不对，有一位抄错了"))
    return code


def credit_check(body: str) -> str:
    """Return the check character of the first 17: weights 3^i mod 31, complement to 31."""
    total = sum(CREDIT_CODE_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return CREDIT_CODE_SIGNS[(31 - total % 31) % 31]
