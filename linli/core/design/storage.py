"""Static files as they are served for good: hashed names, compressed, kept by browsers for a year."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


def _names_a_map(pattern: str | tuple[str, str]) -> bool:
    return "sourceMappingURL" in (pattern if isinstance(pattern, str) else pattern[0])


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Minified packages name source maps that are not shipped: they are left alone, or collectstatic would fail."""

    patterns = tuple(
        (extension, tuple(pattern for pattern in patterns if not _names_a_map(pattern)))
        for extension, patterns in CompressedManifestStaticFilesStorage.patterns
    )
