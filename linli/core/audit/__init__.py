"""The append-only, hash-chained log of who did what to whom, by which right."""

from linli.core.audit.log import record, record_look

__all__ = ["record", "record_look"]
