"""The append-only, hash-chained log of who did what to whom, by which right."""

from linli.core.audit.actions import action_label, name_action
from linli.core.audit.log import record, record_each, record_look

__all__ = ["action_label", "name_action", "record", "record_each", "record_look"]
