"""Secrets of the embedded edition: files with mode 600, outside the database. Free of Django: settings read it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def read_or_make_secret(path: Path) -> str:
    """Return the text of a secret file, made on first use (mode 600, its folder 700)."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            secret = secrets.token_urlsafe(48)
            file.write(secret)
        return secret
