"""What was asked, as PostgreSQL's full text search has it. Pure."""

import re
from collections.abc import Iterable, Sequence

from mci_router.knowledge.stems import WITHOUT, stems_of
from mci_router.specs.answers import DEFAULT_LANGUAGE

LONGEST = 2_000  # characters of what was asked that are read
MOST_WORDS = 24  # the longest ones: short ones are in every text
MOST_LANGUAGES = 5
_WORD = re.compile(r"\w+")


def words_of(asked: str) -> list[str]:
    """Returns the words that a search looks for, in their order, each once."""
    words = list(dict.fromkeys(_WORD.findall(asked[:LONGEST].lower())))
    longest = sorted(words, key=len, reverse=True)[:MOST_WORDS]
    return [word for word in words if word in longest]


def any_of(words: Iterable[str]) -> str:
    """Returns the query for texts with any of these words."""
    return " | ".join(f"'{word}'" for word in words)


def all_of(words: Sequence[str]) -> str:
    """Returns the query for texts with all of these words, of which the last may be half typed."""
    return " & ".join([*(f"'{word}'" for word in words[:-1]), f"'{words[-1]}':*"])


def dictionaries(languages: Iterable[str | None]) -> list[str]:
    """Returns the dictionaries by which a query is read: of the customer's language, and of the others given."""
    known = dict.fromkeys(stems_of(language) for language in (*languages, DEFAULT_LANGUAGE))
    return list(dict.fromkeys([*list(known)[:MOST_LANGUAGES], WITHOUT]))
