"""What people agree to, and in which words. A consent names their version; changed words are a new version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CASE_PROGRESS = "case_progress"
"""The purpose of what we tell about a case; asked for at submission."""

CONSENT_TEXTS: dict[str, _StrPromise] = {
    "2026-11": _("办到哪一步了，也发短信告诉我"),
}
CONSENT_TEXT = "2026-11"
"""The version that is shown today, wherever somebody is asked."""
