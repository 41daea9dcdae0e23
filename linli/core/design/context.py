"""What every page knows: theme, size of type, demonstration or not."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get("linli_theme", "")
    size = request.COOKIES.get("linli_size", "")
    return {
        "actor": getattr(request, "actor", None),
        "demo": settings.DEMO,
        "theme": theme if theme in ("light", "dark") else "",
        "size": size if size == "large" else "",
    }
