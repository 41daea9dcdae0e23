"""HTML: one function a page; it reads, calls one service and shows."""
