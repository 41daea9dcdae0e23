"""The words of messages: each room registers its own at start, in both languages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import formats, timezone, translation


@dataclass(frozen=True)
class Template:
    """One message's words. Places are named, %(number)s; a literal percent sign is %%."""

    code: str
    zh: str
    en: str
    title_zh: str
    title_en: str

    @property
    def title(self) -> str:
        """The title in the language of the page."""
        return self.title_en if _is_english(translation.get_language()) else self.title_zh

    def text(self, language: str, context: dict[str, Any]) -> str:
        """Return the text in a language; days and moments are written as that language does. Raises KeyError."""
        english = _is_english(language)
        with translation.override("en" if english else "zh-hans"):
            places = {name: _shown(value) for name, value in context.items()}
        return (self.en if english else self.zh) % places


_templates: dict[str, Template] = {}


def register_template(code: str, *, zh: str, en: str, title_zh: str, title_en: str) -> None:
    """Register the words of a message, "room.what_it_says". ValueError for other words under one code."""
    new = Template(code, zh, en, title_zh, title_en)
    if _templates.setdefault(code, new) != new:
        raise ValueError(f"{code} is registered twice, with different words")


def template(code: str) -> Template:
    """Return a template. Raises LookupError with a sentence for the log."""
    try:
        return _templates[code]
    except KeyError:
        raise LookupError(
            f"no message template is called {code}; the room that sends it registers it at start"
        ) from None


def title_of(code: str) -> str:
    """Return a template's title in the language of the page; of one that an upgrade dropped, its code."""
    known = _templates.get(code)
    return known.title if known else code


def _shown(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return formats.date_format(value, "DATE_FORMAT")
    return str(value)


def _is_english(language: str | None) -> bool:
    return (language or "").startswith("en")
