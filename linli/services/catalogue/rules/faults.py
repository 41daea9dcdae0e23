"""What is wrong with an item, and where: said in sentences that name the place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. path: the place in the content, "materials[2].name.en"; line: in its YAML, from 1."""

    path: str
    sentence: str
    line: int | None = None

    def at_line(self, line: int | None) -> Fault:
        return replace(self, line=line)

    def __str__(self) -> str:
        if self.line and self.path:
            return str(_("第 %(line)s 行，%(path)s：%(sentence)s")) % {
                "line": self.line, "path": self.path, "sentence": self.sentence,
            }  # fmt: skip
        if self.line:
            return str(_("第 %(line)s 行：%(sentence)s")) % {"line": self.line, "sentence": self.sentence}
        return f"{self.path}：{self.sentence}" if self.path else self.sentence


class NotSound(Refused):
    """What was written is no item: it cannot be kept."""

    code = "catalogue.not_sound"
    message = _("有 %(count)s 处要改，改完就能保存：%(first)s")

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(count=len(self.faults), first=str(self.faults[0]))


class NotPublishable(NotSound):
    """Something that a guide must tell is missing or contradicts itself (R25)."""

    code = "catalogue.not_publishable"
    message = _("有 %(count)s 处没写全，还不能发布：%(first)s")
