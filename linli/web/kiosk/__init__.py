"""Public screens in a hall (R156): registered by staff, bound to a place, forgetting whoever stood there."""
