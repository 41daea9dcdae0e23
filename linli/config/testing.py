"""Loaded by pytest before the settings are read: a fresh folder for files and keys, made-up people only."""

import os
import tempfile

os.environ["LINLI_VAR"] = tempfile.mkdtemp(prefix="linli-test-")
os.mkdir(os.path.join(os.environ["LINLI_VAR"], "static"))  # or WhiteNoise warns in every client
os.environ["LINLI_DEMO"] = "1"
os.environ["LINLI_SECRET_KEY"] = "only-for-tests-" + "0" * 40
os.environ["LINLI_LOG_LEVEL"] = "ERROR"
