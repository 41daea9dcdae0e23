from typing import Any

from django.contrib.staticfiles.finders import BaseFinder


class NpmFinder(BaseFinder):
    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        return []

    def list(self, ignore_patterns: Any) -> Any:
        return []


class IconSpriteFinder(NpmFinder):
    pass
