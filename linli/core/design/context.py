"""What every page knows: who reads, theme, size of type, language, place, demonstration or not."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from linli.core import calendar
from linli.core.access import ANONYMOUS
from linli.core.design.place import place_of
from linli.core.http.cookies import cookie

LANGUAGES = {
    "zh-hans": {"code": "zh-hans", "tag": "zh-Hans", "name": "中文"},  # untranslated: named in itself
    "en": {"code": "en", "tag": "en", "name": "English"},
}
"""Each language is named in itself, so that whoever needs it can read it."""


def page(request: HttpRequest) -> dict[str, Any]:
    theme = cookie(request, "linli_theme")
    size = cookie(request, "linli_size")
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "actor": getattr(request, "actor", ANONYMOUS),
        "demo": settings.DEMO,
        "theme": theme if theme in ("light", "dark") else "",
        "size": "large" if size == "large" or getattr(request, "kiosk", None) else "",
        "letters_off": cookie(request, "linli_letters") == "off",
        "language_tag": LANGUAGES.get(language, LANGUAGES["zh-hans"])["tag"],
        "languages": list(LANGUAGES.values()),
        "other_language": LANGUAGES["zh-hans" if language == "en" else "en"],
        "here": request.get_full_path() if request.method == "GET" else request.path,
        "place": SimpleLazyObject(lambda: place_of(request)),
        "kiosk": getattr(request, "kiosk", None),
        "day_today": SimpleLazyObject(calendar.today),
    }
