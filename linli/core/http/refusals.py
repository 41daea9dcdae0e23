"""What we expect to go wrong: a refusal with a stable code and a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refused(Exception):  # noqa: N818 (a refusal is no error of ours)
    """A rule says no. Subclasses stand beside the rule that raises them.

    code: stable, for programs. message: what happened, why, what to do now; may hold %(named)s places, filled from
    the keyword arguments. field: the form field it belongs to, if one.
    """

    code: ClassVar[str] = "refused"
    message: str | _StrPromise = _("这件事现在不能这样办。")
    field: str | None = None
    by_field: Mapping[str, Sequence[str]] = MappingProxyType({})
    """What is wrong, by field, where several are at fault."""
    status: ClassVar[int] = 422

    def __init__(self, message: str | _StrPromise | None = None, *, field: str | None = None, **places: Any) -> None:
        if message is not None:
            self.message = message
        if field is not None:
            self.field = field
        self.places = places
        super().__init__(self.code)

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.places if self.places else text


class Stale(Refused):
    """Somebody else has changed the row since it was read: nothing is overwritten."""

    code = "stale"
    message = _("别的同事刚刚改动了这一件，请先看新的进展，再决定怎么办。")
    status = 409
