"""Which old backups go: so many days, weeks and months keep one each, and nothing goes that one of those still needs.

A file of `linli backup` is whole by itself. A base of `linli backup base` needs the log from its own beginning on, and
every file of stored files before it. So of a folder that follows the log go bases, and those pieces of the log that are
older than the beginning of the oldest base that stays; the stored files stay, each of them in one file only.
"""

# untranslated: told to operators

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from linli.core.keeping.following import AGE, BASES, STAMP, WAL

WHOLE_STAMP = "%Y%m%d-%H%M%S"
SEGMENT = 24
"""Digits in the name of a piece of the log: eight of the timeline, then its place."""


@dataclass(frozen=True)
class Rule:
    """How many are kept: the latest ones, and the latest of each of so many days, ISO weeks and months that have one."""

    last: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0

    def kept(self, made: Iterable[dt.datetime]) -> set[dt.datetime]:
        """Return which of these stay. The latest always does: days are those of the given times, newest first."""
        newest_first = sorted(set(made), reverse=True)
        kept = set(newest_first[: max(self.last, 1)])
        for count, period in (
            (self.daily, lambda at: at.date()),
            (self.weekly, lambda at: at.isocalendar()[:2]),
            (self.monthly, lambda at: (at.year, at.month)),
        ):
            latest: dict[object, dt.datetime] = {}
            for at in newest_first:
                latest.setdefault(period(at), at)
            kept |= set(list(latest.values())[:count])
        return kept


@dataclass(frozen=True)
class Old:
    """What is no longer needed, in the order in which it goes. log_kept: why no piece of the log does."""

    files: tuple[Path, ...]
    staying: int
    log_kept: str = ""


def old(folder: Path, rule: Rule) -> Old:
    """Return what the rule lets go of a folder of backups. Files of other names are nobody's business here."""
    whole = dict(_stamped(folder.glob(f"linli-*{AGE}"), "linli-", _local))
    bases = dict(_stamped(folder.glob(f"base-*{AGE}"), "base-", _utc))
    kept_whole, kept_bases = rule.kept(whole), rule.kept(bases)
    gone = [whole[at] for at in sorted(whole.keys() - kept_whole)] + [
        bases[at] for at in sorted(bases.keys() - kept_bases)
    ]
    needed_from, log_kept = _needed_from(folder, [bases[at] for at in kept_bases])
    if needed_from:
        gone += sorted(
            piece
            for piece in (folder / WAL).glob(f"*{AGE}")
            if _is_segment(piece.name) and _place(piece.name) < needed_from
        )
    return Old(tuple(gone), len(kept_whole) + len(kept_bases), log_kept)


def delete(going: Old) -> None:
    """Delete these, bases before their log: where this is broken off, no base stands without its log."""
    for path in going.files:
        path.unlink(missing_ok=True)


def _stamped(
    paths: Iterable[Path], prefix: str, read: Callable[[str], dt.datetime]
) -> Iterator[tuple[dt.datetime, Path]]:
    for path in paths:
        try:
            yield read(path.name.removeprefix(prefix).removesuffix(AGE)), path
        except ValueError:  # somebody's own name: not ours to delete
            continue


def _local(stamp: str) -> dt.datetime:
    return dt.datetime.strptime(stamp, WHOLE_STAMP).astimezone()


def _utc(stamp: str) -> dt.datetime:
    return dt.datetime.strptime(stamp, STAMP).replace(tzinfo=dt.UTC).astimezone()


def _needed_from(folder: Path, bases: list[Path]) -> tuple[str, str]:
    """Return the place in the log from which the oldest of these bases needs it, or why that is not known."""
    if not bases:
        return "", ""
    index = folder / BASES
    lines = index.read_text(encoding="ascii").splitlines() if index.exists() else []
    begins = {entry["name"]: entry["begins"] for entry in map(json.loads, lines)}
    if unknown := sorted(base.name for base in bases if base.name not in begins):
        return "", f"{unknown[0]} 是旧版本做的，不知道它从日志的哪一段开始：日志一段也不删，等它过了期再说"
    return min(_place(begins[base.name]) for base in bases), ""


def _is_segment(name: str) -> bool:
    digits = name[:SEGMENT]
    return len(digits) == SEGMENT and name[SEGMENT] == "." and not digits.strip("0123456789ABCDEF")


def _place(segment: str) -> str:
    """Return a piece's place in the log, which goes on counting when the timeline changes."""
    return segment[8:SEGMENT]
