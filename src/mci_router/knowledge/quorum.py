"""Queries for texts that have at least so many of some words, as PostgreSQL's full text search reads them. Pure."""

from collections.abc import Sequence


def at_least(number: int, words: Sequence[str]) -> str:
    """Returns the query for texts with at least `number` of the words, which are stems already; '' if there are fewer.

    It halves the words: so many of the one half and the rest of the other, for each way to share them out. With 16
    words and 4 of them that are some hundred words in all, where every four of them would be thousands.
    """
    if number > len(words):
        return ""
    if number == len(words):
        return f"({' & '.join(map(_quoted, words))})"
    if number == 1:
        return f"({' | '.join(map(_quoted, words))})"
    half = len(words) // 2
    left, right = words[:half], words[half:]
    ways = []
    for share in range(max(0, number - len(right)), min(number, len(left)) + 1):
        parts = [at_least(some, half_of) for some, half_of in ((share, left), (number - share, right)) if some]
        ways.append(" & ".join(parts))
    return f"({' | '.join(ways)})"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
