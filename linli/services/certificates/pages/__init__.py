"""Pages: for whoever checks, for the holder, for the department, for the keepers of the seals."""
