"""Messages out: templates, consent, channels, receipts. What is sent is written in the caller's transaction."""

from linli.core.messages.addresses import Contact, set_address_book, set_rows_of
from linli.core.messages.consent_texts import CASE_PROGRESS
from linli.core.messages.sending import send, send_code
from linli.core.messages.templates import register_template

__all__ = [
    "CASE_PROGRESS", "Contact", "register_template", "send", "send_code", "set_address_book", "set_rows_of",
]  # fmt: skip
