"""Reading and writing rows by statements that are put together once, for what every act of a case passes through.

Django puts a statement together anew each time, which costs it one or two milliseconds; a submission has thirty.
"""

from linli.core.rows.reading import one_of, prepared
from linli.core.rows.writing import insert, insert_if_new, together, write

__all__ = ["insert", "insert_if_new", "one_of", "prepared", "together", "write"]
