"""From the release before to this one: its processes and ours side by side, and its backups."""
