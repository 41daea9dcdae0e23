"""A made-up city to try things on: believable in the mass, and nobody in it is anybody (`linli synth`)."""
