"""Writing new rows by a statement that is put together once a table, for what every act of a case passes through.

Django puts an INSERT together anew each time, which costs a millisecond; a submission writes seven tables.
"""

from linli.core.rows.writing import insert

__all__ = ["insert"]
