"""The door for programs (tokens), the administrators' pages, and the reference of the interface."""
