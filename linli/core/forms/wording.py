"""What a form says to the person who fills it in: plain sentences that count."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def in_language(texts: dict[str, Any], name: str, language: str) -> str:
    """Return `name` or its English sister `name_en` of a schema, the other one where it is missing."""
    first, second = (f"{name}_en", name) if language.startswith("en") else (name, f"{name}_en")
    return str(texts.get(first) or texts.get(second) or "")


def label_of(value: Any, labels: dict[Any, Any], language: str) -> str:
    """Return the label of one choice from `x-labels`, else the value itself."""
    label = labels.get(value, labels.get(str(value)))
    if isinstance(label, dict):
        first, second = ("en", "zh") if language.startswith("en") else ("zh", "en")
        return str(label.get(first) or label.get(second) or value)
    return str(label or value)


def missing(label: str, *, chosen: bool, ticked: bool) -> str:
    if ticked:
        return _("要先勾选这一项，才能往下办。")
    if chosen:
        return _("请选择“%(label)s”。") % {"label": label}
    return _("请填写“%(label)s”。") % {"label": label}


def wrong_length(have: int, least: int, most: int, *, digits: bool) -> str:
    """Say by how much a text is too short or too long, in digits (位) or in characters (字)."""
    short, places = have < least, {"have": have, "least": least, "most": most}
    difference = least - have if short else have - most
    places["difference"] = difference
    if digits and least == most:
        text = (
            ngettext(
                "少了 %(difference)s 位：您填了 %(have)s 位，应该是 %(most)s 位。",
                "少了 %(difference)s 位：您填了 %(have)s 位，应该是 %(most)s 位。",
                difference,
            )
            if short
            else ngettext(
                "多了 %(difference)s 位：您填了 %(have)s 位，应该是 %(most)s 位。",
                "多了 %(difference)s 位：您填了 %(have)s 位，应该是 %(most)s 位。",
                difference,
            )
        )
    elif digits and least:
        text = (
            ngettext(
                "少了 %(difference)s 位：您填了 %(have)s 位，应该是 %(least)s 到 %(most)s 位。",
                "少了 %(difference)s 位：您填了 %(have)s 位，应该是 %(least)s 到 %(most)s 位。",
                difference,
            )
            if short
            else ngettext(
                "多了 %(difference)s 位：您填了 %(have)s 位，应该是 %(least)s 到 %(most)s 位。",
                "多了 %(difference)s 位：您填了 %(have)s 位，应该是 %(least)s 到 %(most)s 位。",
                difference,
            )
        )
    elif digits:
        text = ngettext(
            "多了 %(difference)s 位：您填了 %(have)s 位，最多 %(most)s 位。",
            "多了 %(difference)s 位：您填了 %(have)s 位，最多 %(most)s 位。",
            difference,
        )
    elif short:
        text = ngettext(
            "少了 %(difference)s 个字：您填了 %(have)s 个字，至少要 %(least)s 个字。",
            "少了 %(difference)s 个字：您填了 %(have)s 个字，至少要 %(least)s 个字。",
            difference,
        )
    else:
        text = ngettext(
            "多了 %(difference)s 个字：您填了 %(have)s 个字，最多 %(most)s 个字。请删短一些。",
            "多了 %(difference)s 个字：您填了 %(have)s 个字，最多 %(most)s 个字。请删短一些。",
            difference,
        )
    return text % places


def wrong_count(have: int, least: int, most: int, *, rows: bool) -> str:
    places = {"have": have, "least": least, "most": most}
    if have < least:
        return (
            _("至少填 %(least)s 行，您填了 %(have)s 行。") if rows else _("至少选 %(least)s 项，您选了 %(have)s 项。")
        ) % places
    return (
        _("最多填 %(most)s 行，您填了 %(have)s 行。") if rows else _("最多选 %(most)s 项，您选了 %(have)s 项。")
    ) % places


def too_small(value: str, limit: str, *, open_end: bool) -> str:
    text = _("要比 %(limit)s 大，您填了 %(value)s。") if open_end else _("最小是 %(limit)s，您填了 %(value)s。")
    return text % {"value": value, "limit": limit}


def too_large(value: str, limit: str, *, open_end: bool) -> str:
    text = _("要比 %(limit)s 小，您填了 %(value)s。") if open_end else _("最大是 %(limit)s，您填了 %(value)s。")
    return text % {"value": value, "limit": limit}


def shortened(typed: str, limit: int = 20) -> str:
    return typed if len(typed) <= limit else typed[:limit] + "…"
