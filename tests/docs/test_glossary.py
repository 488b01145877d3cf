"""`docs/reference/glossary.md` has every word of the vocabulary, and each has a meaning."""

import pytest

from tests.checks.glossary import PAGE, VOCABULARY, Meaningless, glossary

WORD = 'class Colour(StrEnum):\n    """How it looks."""\n\n    RED = "red"\n'


def test_the_page_is_what_the_vocabulary_says() -> None:
    """`make check` says the same."""
    assert PAGE.read_text(encoding="utf-8") == glossary(VOCABULARY.read_text(encoding="utf-8"))


def test_a_word_stands_with_its_meaning() -> None:
    """Below the name and the meaning of its enumeration."""
    page = glossary(f'{WORD}    """Like blood."""\n')
    assert page.endswith("## Colour\n\nHow it looks.\n\n| word | meaning |\n|---|---|\n| `red` | Like blood. |\n")


def test_a_word_without_a_meaning_is_found_with_its_line() -> None:
    """So that nobody adds one."""
    with pytest.raises(Meaningless, match=r"vocabulary\.py:4: red "):
        glossary(WORD)
