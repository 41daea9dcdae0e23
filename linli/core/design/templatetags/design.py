"""The look's tags and filters; a builtin of every template."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.template.base import NodeList, Parser, Token
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from linli.core import calendar
from linli.core.access import Actor
from linli.core.design import icons
from linli.core.design.clock import Clock, days_said
from linli.core.design.dates import Moment, machine, said
from linli.core.design.navigation import Navigation, navigation_for
from linli.core.design.roles import ROLE_NAMES
from linli.core.ids import grouped

register = template.Library()

STATE_ICONS = {
    "badge": {
        "": "circle-dashed",
        "ok": "circle-check",
        "due": "calendar-due",
        "late": "alert-triangle",
        "note": "clock-hour-4",
    },
    "notice": {"": "info-circle", "ok": "circle-check", "due": "calendar-due", "late": "alert-triangle"},
    "timeline": {
        "": "circle-check",
        "coming": "circle-dashed",
        "now": "clock-hour-4",
        "pause": "player-pause",
        "refused": "circle-x",
    },
}


@register.simple_tag
def icon(name: str, big: bool = False) -> SafeString:
    """Draw an icon of the sprite; words always stand beside it. Raises ValueError for a name that icons.txt lacks."""
    if name not in icons.names():
        raise ValueError(f"the icon {name!r} is not listed in linli/core/design/icons.txt")
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        " icon--big" if big else "",
        static(icons.SPRITE),
        name,
    )


@register.simple_tag
def plate(place: object) -> SafeString:
    """A place's name on its doorplate."""
    return format_html('<span class="plate">{}</span>', place)


@register.simple_tag
def number(value: str, copy: bool = True) -> SafeString:
    """A case's or certificate's number on its plate, in groups of four, with a way to copy it."""
    shown = group_number(value)
    plate_of_number = format_html('<span class="plate plate--number">{}</span>', shown)
    if not copy:
        return plate_of_number
    return format_html(
        '<span class="numbered">{}'
        '<button class="link" type="button" hidden data-module="{}" data-text="{}">{}</button></span>',
        plate_of_number,
        static("design/js/copy.js"),
        shown,
        _("复制"),
    )


@register.simple_tag
def badge(words: object, state: str = "", icon_name: str = "") -> SafeString:
    """A state in at most six characters: ok, due, late, note, or "" for one at rest."""
    return format_html(
        '<span class="badge{}">{}{}</span>',
        f" badge--{state}" if state else "",
        icon(icon_name or STATE_ICONS["badge"][state]),
        words,
    )


@register.inclusion_tag("design/_clock.html")
def clock(clock: Clock, small: bool = False) -> dict[str, Any]:
    """A deadline's words and windows (linli.core.design.clock.Clock); small in tables."""
    return {"clock": clock, "small": small}


@register.simple_tag
def time(value: Moment | None, how: str = "day") -> SafeString | str:
    """A day or moment as <time>; `how` as in dates.said."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', machine(value), said(value, how))


@register.simple_tag(takes_context=True)
def navigation(context: template.Context, shell: str) -> Navigation:
    return navigation_for(shell, context["request"])


class BesideNode(template.Node):
    def __init__(self, inside: NodeList) -> None:
        self.inside = inside

    def render(self, context: template.Context) -> str:
        text = self.inside.render(context)
        if not text.strip():
            return ""
        return format_html('<aside class="stack" aria-label="{}">{}</aside>', _("另外"), mark_safe(text))  # noqa: S308


@register.tag
def beside(parser: Parser, token: Token) -> BesideNode:
    """The page's second column, only where a page has put something into it."""
    inside = parser.parse(("endbeside",))
    parser.delete_first_token()
    return BesideNode(inside)


@register.filter
def day(value: Moment | None, how: str = "day") -> str:
    """A day or moment in words; `how` as in dates.said."""
    return said(value, how) if value else ""


@register.filter
def days_left(value: dt.date | int | None) -> str:
    """How many working days are left until a day, or a number of them counted already."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        today = calendar.today()
        country = calendar.calendar_for()
        if value < today:
            return days_said(-max(1, country.working_days_between(value, today)))
        return days_said(country.working_days_between(today, value))
    return days_said(value)


@register.filter
def masked(value: str | None) -> str:
    """A number as others may see it: 5199**********0042, 154****0618; names keep their first character."""
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{11}", text):
        return f"{text[:3]}****{text[-4:]}"
    if len(text) > 11:
        return text[:4] + "*" * (len(text) - 8) + text[-4:]
    if len(text) > 4:
        return text[0] + "*" * (len(text) - 3) + text[-2:]
    return text[:1] + "*" * (len(text) - 1)


@register.filter
def group_number(value: str) -> str:
    """A number in groups of four, as it is shown and printed."""
    text = str(value)
    return text if "-" in text else grouped(text)


@register.filter
def role_name(code: str) -> str:
    return str(ROLE_NAMES.get(code, code))


@register.filter
def state_icon(state: str | None, of: str) -> str:
    """The icon that a state carries in a badge, notice or timeline."""
    return STATE_ICONS[of][state or ""]


@register.filter
def error_count(form: BaseForm) -> int:
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def first_input(field: BoundField) -> str:
    """The id that a link in the error summary leads to."""
    return field.auto_id if input_kind(field) != "choices" else f"{field.auto_id}_0"


@register.filter
def input_kind(field: BoundField) -> str:
    """choices (radio buttons, ticks), tick (one box), hidden or input: how the field is laid out."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "tick" if isinstance(widget, CheckboxInput) else "input"


@register.simple_tag
def field_input(field: BoundField) -> SafeString:
    """The field's input with the look's class; one's own classes are kept."""
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"input {own}".strip()})


@register.filter
def shell(actor: Actor | str) -> str:
    """The shell in which a page for both residents and staff is shown to this reader."""
    return "design/bench.html" if getattr(actor, "kind", "") == "staff" else "design/portal.html"


@register.filter
def our_page(address: str | None, request: HttpRequest) -> str:
    """The address, if it is one of ours; else the front door."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if address and ours else "/"
