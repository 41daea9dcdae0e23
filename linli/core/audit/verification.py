"""Walking the chains: is what was logged still what was logged? (R149a)"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.core.audit.log import entry_hash
from linli.core.audit.models import ChainHead, DaySeal, Entry
from linli.core.audit.seals import is_genuine
from linli.core.calendar import today

BATCH = 2000


class Fault(TextChoices):
    """What is wrong with a link."""

    GAP = "gap", _("这一条不见了")
    PREVIOUS = "previous", _("和前一条接不上")
    HASH = "hash", _("内容被改过")
    TAIL = "tail", _("末尾少了记录")
    HEAD = "head", _("链头和最后一条对不上")
    SEAL = "seal", _("当天的签封对不上")
    SIGNATURE = "signature", _("签封的签名不对，或者前一个签封不见了")


@dataclass(frozen=True)
class Break:
    """The first broken link of a chain: seq is the entry's place, day that of a wrong seal."""

    chain: str
    seq: int
    fault: Fault
    day: dt.date | None = None

    def __str__(self) -> str:
        place = f"{self.chain}/{self.seq}" + (f" {self.day}" if self.day else "")
        return f"{place} {self.fault.label}"


@dataclass(frozen=True)
class Report:
    """entries: how many were looked at. broken: the first broken link of each broken chain. sealed: seals that hold.

    unsealed: chains with entries of ended days that no seal covers yet: `linli audit seal`.
    """

    chains: int
    entries: int
    sealed: int
    broken: tuple[Break, ...]
    unsealed: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return not self.broken


def verify(chain: str | None = None, *, progress: Callable[[int], object] = lambda count: None) -> Report:
    """Walk one chain, or all of them, and name the first broken link of each. progress hears how many entries more."""
    chains = [chain] if chain else chain_names()
    entries, sealed, broken, unsealed = 0, 0, [], []
    for name in chains:
        walk = _Walk(name)
        found = walk.run(progress)
        entries += walk.entries
        sealed += walk.sealed
        if found:
            broken.append(found)
        elif walk.is_behind:
            unsealed.append(name)
    return Report(len(chains), entries, sealed, tuple(broken), tuple(unsealed))


def chain_names() -> list[str]:
    """Return every chain that left a trace: in entries, heads or seals."""
    names: set[str] = set()
    for model in (Entry, ChainHead, DaySeal):
        names.update(model.objects.order_by().values_list("chain", flat=True).distinct())  # type: ignore[attr-defined]
    return sorted(names)


class _Walk:
    def __init__(self, chain: str) -> None:
        self.chain = chain
        self.entries = 0
        self.sealed = 0
        self.is_behind = False

    def run(self, progress: Callable[[int], object]) -> Break | None:
        seals = list(DaySeal.objects.filter(chain=self.chain).order_by("day", "seq", "id"))
        by_seq = {seal.seq: seal for seal in seals}
        hashes: dict[int, str] = {}
        previous, seq, unsealed_from = "", 0, seals[-1].seq if seals else 0
        for entry in Entry.objects.filter(chain=self.chain).order_by("seq").iterator(chunk_size=BATCH):
            seq += 1
            if entry.seq != seq:
                return self._broken(seq, Fault.GAP)
            if entry_hash(entry) != entry.hash:
                return self._broken(seq, Fault.HASH)
            if entry.previous_hash != previous:
                return self._broken(seq, Fault.PREVIOUS)
            if seq in by_seq:
                hashes[seq] = entry.hash
            if seq > unsealed_from and timezone.localdate(entry.at) < today():
                self.is_behind = True
            previous = entry.hash
            self.entries += 1
            if self.entries % BATCH == 0:
                progress(BATCH)
        progress(self.entries % BATCH)
        return self._end(seq, previous) or self._seals(seals, hashes)

    def _end(self, seq: int, last: str) -> Break | None:
        head = ChainHead.objects.filter(chain=self.chain).first()
        if head is not None and head.seq > seq:
            return self._broken(seq + 1, Fault.TAIL)
        if head is None or (head.seq, head.hash) != (seq, last):
            return self._broken(seq, Fault.HEAD)
        return None

    def _seals(self, seals: list[DaySeal], hashes: dict[int, str]) -> Break | None:
        before: DaySeal | None = None
        for seal in seals:
            if not is_genuine(seal, before):
                return self._broken(seal.seq, Fault.SIGNATURE, seal.day)
            if hashes.get(seal.seq) != seal.hash:
                return self._broken(seal.seq, Fault.SEAL, seal.day)
            before = seal
            self.sealed += 1
        return None

    def _broken(self, seq: int, fault: Fault, day: dt.date | None = None) -> Break:
        return Break(self.chain, seq, fault, day)
