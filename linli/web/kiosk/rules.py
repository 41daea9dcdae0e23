"""What holds at a public screen: pure, no database."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused
from linli.core.ids.numbers import ALPHABET

PAIRING_LASTS = dt.timedelta(minutes=30)
PAIRING_DIGITS = 8
PAIRING_TRIES = 10
LOOKS = 20
LOOKS_PAUSE = dt.timedelta(minutes=10)
"""So many numbers are looked up at one screen before it pauses: a queue of people, not a machine that guesses."""
SEEN_EVERY = dt.timedelta(minutes=5)
WARNED_SECONDS = 15
"""So long before the end the screen counts down."""
TOLD_EVERY_SECONDS = 10
"""How often the screen's script tells that somebody touches it."""
GRACE_SECONDS = TOLD_EVERY_SECONDS + 5
WITHOUT_SCRIPT = 5
"""Times as long a screen without script waits for the next page."""

DIGITS = "1234567890"
LETTERS = "".join(sorted(character for character in ALPHABET if not character.isdigit()))
LONGEST = {"phone": 11, "code": 6, "number": 24, "pairing": PAIRING_DIGITS}


class PairingFailed(Refused):
    code = "web.pairing_failed"
    message = _("这个配对码不对，或者过了 30 分钟。请在工作台重新生成一个。")
    field = "typed"


class TooManyPairings(Refused):
    code = "web.too_many_pairings"
    message = _("试得太多了，请半小时以后再来。")
    field = "typed"
    status = 429


class NotFoundHere(Refused):
    code = "web.not_found_here"
    message = _("没有查到。请照着回执核对编号；有些事只有本人登录以后才看得到。")
    field = "typed"
    status = 404


class TooManyLooks(Refused):
    code = "web.too_many_looks"
    message = _("这台机器刚才查得太多了，请过十分钟再查，或者叫人来帮。")
    field = "typed"
    status = 429


class NameNeeded(Refused):
    code = "web.kiosk_name_needed"
    message = _("请写这台机器放在哪里，比如：一楼大厅进门左手。")
    field = "name"


def is_over(*, seen: float, moment: float, rest_seconds: int, has_script: bool) -> bool:
    """Tell whether nobody has touched the screen for so long that whoever stood there is forgotten.

    A screen with script tells of each touch and ends by itself after `rest_seconds`; the server follows. Without script
    the server hears of whole pages alone, and somebody who fills in a form needs longer for one.
    """
    return moment - seen > (rest_seconds + GRACE_SECONDS if has_script else rest_seconds * WITHOUT_SCRIPT)


def pressed(typed: str, key: str, *, kind: str) -> str:
    """Return what stands in the field after a key: `back` takes one away, `clear` all; a field that is full stays."""
    typed = typed.upper()
    if key == "clear":
        return ""
    if key == "back":
        return typed[:-1]
    allowed = ALPHABET if kind == "number" else "0123456789"
    if len(key) == 1 and key in allowed and len(typed) < LONGEST[kind]:
        return typed + key
    return typed
