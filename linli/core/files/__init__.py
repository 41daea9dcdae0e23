"""Uploaded and generated files: checked by content, cleared of place data, stored once, encrypted at rest."""
