"""References of cases: what a customer reads out or writes down, such as `K7Q2-9XMD`. Pure but for chance.

Eight characters of Crockford's base 32, which has no I, L, O and U: 40 random bits, so that nobody guesses another's.
"""

import re
from secrets import token_bytes

from mci_router.intake.masking.plain import plain

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
CONFUSED = str.maketrans("OILАВЕКМНОРСТУХ", "011ABEKMH0PCTYX")  # the others are Cyrillic, and look the same
BETWEEN = re.compile(r"[\s._\-\u2010-\u2015\u2212]+")
AROUND = "#()[]{}<>\"'“”„«»,;:!?。"
WRITTEN = re.compile(f"[{ALPHABET}]{{8}}")
LONGEST_SAID = 40  # characters, with what stands between those that count


def new_reference() -> str:
    """Returns a reference at random."""
    bits = int.from_bytes(token_bytes(5))
    first, second, third, fourth = (PAIRS[bits >> shift & 1023] for shift in (30, 20, 10, 0))
    return f"{first}{second}-{third}{fourth}"


def read_reference(said: str) -> str | None:
    """Returns the reference that somebody has written or said: in any case, in any groups, between any brackets, in
    letters of another keyboard that look the same, with O for 0, and I or L for 1. None for what cannot be one.
    """
    seen = plain(said).text.strip().strip(AROUND) if len(said) <= LONGEST_SAID else ""
    characters = BETWEEN.sub("", seen).upper().translate(CONFUSED)
    return f"{characters[:4]}-{characters[4:]}" if WRITTEN.fullmatch(characters) else None
