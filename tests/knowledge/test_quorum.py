"""Queries for texts that share enough words."""

import re

import pytest
from hypothesis import given
from hypothesis import settings as drawing
from hypothesis import strategies as st

from mci_router.knowledge.quorum import at_least

WORDS = [f"w{number:02}" for number in range(16)]


@drawing(max_examples=60)
@given(st.integers(1, 6), st.integers(1, 16), st.sets(st.sampled_from(WORDS)))
def test_a_text_is_found_if_it_has_so_many(number: int, words: int, text: set[str]) -> None:
    """Whatever the words are: the query holds for it, or does not, as counting says."""
    query = at_least(number, WORDS[:words])
    read = re.sub(r"'(w\d\d)'", lambda word: str(word[1] in text), query).replace("&", "and").replace("|", "or")
    found = bool(query) and eval(read)  # noqa: S307 — of words and operators of ours
    assert found == (len(text.intersection(WORDS[:words])) >= number)


@pytest.mark.parametrize(("number", "most"), [(2, 80), (4, 700)])
def test_it_stays_short(number: int, most: int) -> None:
    """However many ways there are to choose them."""
    assert at_least(number, WORDS).count("'w") <= most


def test_a_word_is_quoted() -> None:
    """A stem may have an apostrophe or a backslash."""
    assert at_least(1, ["o'clock", "a\\b"]) == "('o''clock' | 'a\\\\b')"
