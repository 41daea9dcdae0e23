"""Sending a stored file to a browser, so that nothing in it can do anything there."""

from __future__ import annotations

import re
from pathlib import PurePath

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from linli.core.files import services
from linli.core.files.kinds import claimed_as
from linli.core.files.models import StoredFile

NAME_LIMIT = 120


def file_response(stored: StoredFile, name: str, *, download: bool = False) -> HttpResponse:
    """Answer with a file whose record the caller has checked. Pictures are shown, everything else is saved.

    Raises NotScannedYet, Infected. (A PDF under `sandbox` is not shown by browsers: it is saved and opened there.) name: as people call it.
    """
    services.check_may_be_opened(stored)
    kind = claimed_as(stored.kind)
    response = HttpResponse(services.open_file(stored), content_type=stored.kind)
    saved_as = safe_name(name, kind.extension if kind else "")
    response["Content-Disposition"] = str(content_disposition_header(download or not stored.is_image, saved_as))
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def safe_name(name: str, extension: str) -> str:
    """Return a file name without folders and control characters, ending in the extension of what it really is."""
    plain = PurePath(re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", name).replace("\\", "/")).name
    stem = re.sub(r'[<>:"|?*]', "_", plain.removesuffix(PurePath(plain).suffix)).strip(". ")[:NAME_LIMIT]
    return f"{stem or 'file'}{extension}"
