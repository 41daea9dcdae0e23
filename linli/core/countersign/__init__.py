"""Acts that need a second person: asked for by one, confirmed by another, on the record with both."""

from linli.core.countersign.acts import Act, is_wanted, register, set_actor_source
from linli.core.countersign.rules import SecondPersonNeeded

__all__ = ["Act", "SecondPersonNeeded", "is_wanted", "register", "set_actor_source"]
