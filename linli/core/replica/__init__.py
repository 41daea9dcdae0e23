"""A copy of the database for pages of figures, where a city has one: lists that count much do not slow down the desks.

Only pages that say so (`reads_a_copy`) read from it, and not for somebody who has just written: she sees what she did.
Writing always goes to the main database.
"""

from linli.core.replica.reading import reading_a_copy, reads_a_copy

__all__ = ["reading_a_copy", "reads_a_copy"]
