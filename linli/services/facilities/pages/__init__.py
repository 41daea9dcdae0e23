"""The pages: for residents, for the desk, and the days without a window."""
