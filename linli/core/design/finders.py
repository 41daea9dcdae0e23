"""Where static files come from beside the apps' own folders: written lists, never whole package folders."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from linli.core.design import icons

NPM = ("htmx.org/dist/htmx.min.js",)
"""Files of node_modules that pages load, served as npm/<path>."""


class _ListedFinder(BaseFinder, ABC):
    """Serve `prefix` + each listed path from one folder."""

    prefix = ""

    @abstractmethod
    def folder(self) -> Path: ...

    @abstractmethod
    def listed(self) -> tuple[str, ...]: ...

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        inner = path.removeprefix(self.prefix)
        if not path.startswith(self.prefix) or inner not in self.listed() or not (self.folder() / inner).is_file():
            return []
        file = str(self.folder() / inner)
        return [file] if find_all or kwargs.get("all") else file

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = FileSystemStorage(location=self.folder())
        storage.prefix = self.prefix.rstrip("/")  # type: ignore[attr-defined]
        for path in self.listed():
            yield path, storage


class NpmFinder(_ListedFinder):
    prefix = "npm/"

    def folder(self) -> Path:
        return Path(settings.NODE_MODULES)

    def listed(self) -> tuple[str, ...]:
        return NPM


class IconSpriteFinder(_ListedFinder):
    def folder(self) -> Path:
        return icons.sprite_folder()

    def listed(self) -> tuple[str, ...]:
        return (icons.SPRITE,)
