"""Squeezed texts: nothing but letters and digits, in one case, without accents and look-alikes. Pure.

So that a text is found again however it is spaced, cut by invisible characters, or written with another script's
letters.
"""

import unicodedata
from collections.abc import Iterator

from mci_router.classifier.characters import LOOK_ALIKES
from mci_router.intake.masking.plain import folded
from mci_router.patterns import lazy_pattern
from mci_router.values import value

# What has no spaces between its words is read two characters at a time.
_WORD = lazy_pattern(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


@value
class Squeezed:
    """A squeezed text; `origins` says of each of its characters where it is in the original."""

    text: str
    origins: list[int]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Returns a span of `text`, not empty, as a span of the original."""
        return self.origins[start], self.origins[end - 1] + 1

    @classmethod
    def of(cls, text: str) -> "Squeezed":
        """Returns a text squeezed. Linear in its length."""
        letters, origins = [], []
        for index, character in enumerate(alike(text)):
            for letter in _KNOWN[ord(character)]:
                letters.append(letter)
                origins.append(index)
        return cls("".join(letters), origins)


def alike(text: str) -> str:
    """Returns the text with every character folded, and Latin letters for those that look like them: one for one."""
    seen = folded(text)
    return seen if seen.isascii() else seen.translate(LOOK_ALIKES)


def words_of(text: str) -> Iterator[str]:
    """Yields the words of a text, squeezed."""
    for match in _WORD.finditer(alike(text)):
        word = "".join(_KNOWN[ord(character)] for character in match.group())
        if word:
            yield word


class _Letters(dict[int, str]):
    """What is left of each character, computed once."""

    def __missing__(self, code: int) -> str:
        apart = unicodedata.normalize("NFKD", chr(code)).casefold()
        self[code] = "".join(one for one in apart if one.isalnum())
        return self[code]


_KNOWN = _Letters()
