"""What the actions in the log are called in front of people. Rooms name theirs in permissions.py or events.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_labels: dict[str, str | _StrPromise] = {}


def name_action(action: str, label: str | _StrPromise) -> None:
    """Give an action its words: a verb with its object, 查看了您的资料."""
    _labels[action] = label


def action_label(action: str) -> str:
    """Return the words of an action, its code where nobody has named it."""
    return str(_labels.get(action, action))


name_action("registry.person_viewed", _("查看了个人资料"))
name_action("files.stored", _("存了一个文件"))
name_action("files.scanned", _("补查了一个文件有没有病毒"))
