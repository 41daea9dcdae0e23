"""What every test has: a fresh folder for files and keys, the clock, and made-up people only."""

import os
import tempfile

os.environ.setdefault("LINLI_VAR", tempfile.mkdtemp(prefix="linli-test-"))
os.environ.setdefault("LINLI_DEMO", "1")
os.environ.setdefault("LINLI_SECRET_KEY", "only-for-tests-" + "0" * 40)
