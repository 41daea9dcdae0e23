"""Proofs that a community must not issue and nobody may ask for (民发〔2020〕20号; R45)."""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused

DATA = Path(__file__).parents[1] / "data" / "forbidden_proofs.yaml"


@dataclass(frozen=True)
class Proof:
    """One entry of a list: what may not be asked for, what people also call it, what takes its place and where."""

    list_name: str
    number: int
    name: str
    instead: str
    instead_en: str = ""
    synonyms: tuple[str, ...] = ()
    valid_from: dt.date = dt.date(2020, 2, 18)

    @property
    def replacement(self) -> str:
        """What takes its place and the office that gives it, in the reader's language."""
        return (self.instead_en if (get_language() or "").startswith("en") else "") or self.instead


class ForbiddenProofNamed(Refused):
    """A result or a material of an item bears the name of a forbidden proof."""

    code = "catalogue.forbidden_proof"
    message = _(
        "“%(name)s”就是“%(proof)s”，在《%(list)s》里是第 %(number)s 项："
        "社区不开这种证明，也不能向居民要。请改用：%(instead)s。"
    )

    def __init__(self, name: str, proof: Proof, *, field: str | None = None) -> None:
        self.proof = proof
        super().__init__(
            field=field, name=name[:60], proof=proof.name, list=proof.list_name, number=proof.number,
            instead=proof.replacement,
        )  # fmt: skip


@functools.cache
def national_proofs() -> tuple[Proof, ...]:
    """Return the national list, read from data/forbidden_proofs.yaml."""
    told = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return tuple(
        Proof(
            list_name=told["list"],
            number=entry["number"],
            name=entry["name"],
            instead=entry["instead"],
            instead_en=entry["instead_en"],
            synonyms=tuple(entry["synonyms"]),
            valid_from=told["valid_from"],
        )
        for entry in told["proofs"]
    )


def same_spelling(name: str) -> str:
    """Return the name without what does not change its meaning: width, case, spaces, punctuation, filler words.

    “亲属 关系 的证明（社区出具）”, “亲属关系证明材料” and “亲属关系证明” are then spelled alike.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    text = text.translate(_TRADITIONAL)
    text = "".join(character for character in text if character.isalnum())
    return re.sub(r"[之的]|书面|相关|有关", "", text)


_TRADITIONAL = str.maketrans(
    "證關係親屬財產狀況殘繼權檔遺養無錄業",  # untranslated: characters as they are written elsewhere
    "证关系亲属财产状况残继权档遗养无录业",  # untranslated: and here
)


def forbidden_proof(name: str, proofs: Iterable[Proof] | None = None) -> Proof | None:
    """Return the forbidden proof that a result or material is called by, in its own name or a synonym; None if none.

    proofs: the lists in force, the national one unless given. The longest name that fits decides, so that
    健在证明 is found in “老人健在证明（社区盖章）” and 出生医学证明 is no 出生证明.
    """
    spelled = same_spelling(name)
    found: tuple[int, Proof] | None = None
    for proof in national_proofs() if proofs is None else proofs:
        for called in (proof.name, *proof.synonyms):
            key = same_spelling(called)
            if key and key in spelled and (found is None or len(key) > found[0]):
                found = (len(key), proof)
    return found[1] if found else None


def refuse_forbidden(name: str, proofs: Iterable[Proof] | None = None, *, field: str | None = None) -> None:
    """Raise ForbiddenProofNamed where the name is a forbidden proof's."""
    if proof := forbidden_proof(name, proofs):
        raise ForbiddenProofNamed(name, proof, field=field)
