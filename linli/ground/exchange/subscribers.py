"""What the house's news become: entries of the feed, and messages to webhooks."""

from linli.core.events import Told, hear_outward
from linli.ground.exchange import services


def note(told: Told) -> None:
    services.note(told)


hear_outward(note)
