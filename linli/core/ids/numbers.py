"""Numbers that people read out, type and print: short, without look-alikes, ended by a check character."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 characters without I, O, S, V and Z, as in GB 32100-2015: none is taken for another."""

DIGITS_OF_A_NUMBER = 6


def random_serial(length: int) -> str:
    """Return a serial of `length` characters drawn from a cryptographic source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def check_character(body: str) -> str:
    """Return the check character of a body of ALPHABET characters (GB 32100-2015: weights 3^i mod 31).

    It finds every single wrong character, and every swap of neighbours in bodies of 2 to 30 characters. Raises
    ValueError for other characters.
    """
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return ALPHABET[(31 - total % 31) % 31]


def is_number(number: str) -> bool:
    """Tell whether a number (hyphens and case ignored) carries the right check character."""
    plain = number.replace("-", "").replace(" ", "").upper()
    return len(plain) > 1 and set(plain) <= set(ALPHABET) and check_character(plain[:-1]) == plain[-1]


def is_digits(words: str) -> bool:
    """Tell whether somebody typed a number of any kind, a card's, a case's, a telephone's: no name and no word looks so."""
    plain = words.replace("-", "").replace(" ", "")
    return plain.isascii() and plain.isalnum() and sum(one.isdigit() for one in plain) >= DIGITS_OF_A_NUMBER


def grouped(number: str) -> str:
    """Return the number in groups of four, as it is shown and printed: 5104-0226-11AB-CDEF-K."""
    return "-".join(number[i : i + 4] for i in range(0, len(number), 4))
