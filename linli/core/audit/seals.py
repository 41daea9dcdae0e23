"""Day seals: the end of each chain's day, signed, each bound to the one before it.

Whoever can write to the database can also compute hashes; signatures she cannot make. A seal covers every entry up to
its seq. The seals of a chain follow each other by day, so that one taken out from between is missed.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import TruncDate
from django.utils import timezone

from linli.core.audit.models import ChainHead, DaySeal, Entry
from linli.core.calendar import today
from linli.core.crypto import is_signed, sign
from linli.core.ids import new_id

PURPOSE = "audit day seal"


def seal_days(until: dt.date | None = None) -> int:
    """Seal every ended day of every chain that has none yet; return how many seals were made.

    until: the last day to seal, yesterday unless given. Harmless when run twice. An entry written later under an
    earlier time (a replay) is covered by the next day's seal.
    """
    last_day = until or today() - dt.timedelta(days=1)
    return sum(
        _seal_chain(chain, last_day) for chain in ChainHead.objects.order_by("chain").values_list("chain", flat=True)
    )


@transaction.atomic
def _seal_chain(chain: str, last_day: dt.date) -> int:
    ChainHead.objects.select_for_update().get(chain=chain)
    previous = DaySeal.objects.filter(chain=chain).order_by("-day").first()
    unsealed = Entry.objects.filter(chain=chain, at__lt=_end_of(last_day))
    if previous:
        unsealed = unsealed.filter(seq__gt=previous.seq)
    days = unsealed.values(day=TruncDate("at", tzinfo=timezone.get_default_timezone())).annotate(last=Max("seq"))
    ends: dict[dt.date, int] = {}
    for row in days.order_by("day"):
        day = max(row["day"], previous.day + dt.timedelta(days=1)) if previous else row["day"]
        ends[day] = max(ends.get(day, 0), row["last"])
    made = 0
    for day, seq in sorted(ends.items()):
        if day > last_day or (previous and seq <= previous.seq):
            continue
        previous = _seal(chain, day, seq, previous)
        made += 1
    return made


def _seal(chain: str, day: dt.date, seq: int, previous: DaySeal | None) -> DaySeal:
    end = Entry.objects.values_list("hash", flat=True).get(chain=chain, seq=seq)
    seal = DaySeal(id=new_id(), chain=chain, day=day, seq=seq, hash=end)
    seal.key_id, seal.signature = sign(message(seal, previous), purpose=PURPOSE)
    seal.save(force_insert=True)
    return seal


def is_genuine(seal: DaySeal, previous: DaySeal | None) -> bool:
    """Tell whether a seal was signed by this installation, after that one."""
    return is_signed(message(seal, previous), seal.signature, key_id=seal.key_id, purpose=PURPOSE)


def message(seal: DaySeal, previous: DaySeal | None) -> bytes:
    """Return what is signed: all of the seal but its key and signature, and the signature before it."""
    before = hashlib.sha256(previous.signature.encode()).hexdigest() if previous else ""
    return "\x00".join([str(seal.id), seal.chain, seal.day.isoformat(), str(seal.seq), seal.hash, before]).encode()


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
