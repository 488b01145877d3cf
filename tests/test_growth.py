"""`grows_as_the_text` tells what grows as a text does from what grows as its square, in Python and within patterns."""

import re

from tests.support.growth import grows_as_the_text


def test_what_grows_as_the_text_does() -> None:
    """One look at each character, or several."""
    once = re.compile(r"1+x")
    assert grows_as_the_text(lambda text: [once.match(text), sum(map(ord, text))], "1", 2_500)


def test_what_grows_as_its_square_does_not() -> None:
    """A pattern that begins again at each digit, and a word that is held against all before it."""
    again = re.compile(r"1+x")
    assert not grows_as_the_text(lambda text: again.search(text), "1", 5_000)
    assert not grows_as_the_text(lambda text: [text[:place].count("b") for place in range(len(text))], "1", 8_000)
