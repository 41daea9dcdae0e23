"""Keeping the installation: backup and restore, moving to another database, the doctor, how long things are kept."""
