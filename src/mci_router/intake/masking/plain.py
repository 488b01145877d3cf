"""A text as the finders of secrets read it: every script's digits and letters folded, invisible characters left out.

Pure.

Zero-width characters, combining marks and long gaps let a number slip past a pattern, by accident (a copied page) or on
purpose.
"""

import unicodedata
from bisect import bisect_right

from mci_router.patterns import lazy_pattern
from mci_router.values import value

UNSEEN = "\u200b"  # replaces every invisible character until it is left out
TAKEN = "\x00"  # replaces a secret that was found already; no stored text has it

_HOLLOW = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that show nothing
_NOISE = lazy_pattern(rf"(?<=[^\S\n])(?:[^\S\n]|{UNSEEN})+|(?<=\n)(?:\n|{UNSEEN})+|{UNSEEN}+")


class _Folding(dict[int, str]):
    """A table for `str.translate`: one character for one, computed once."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if character in _HOLLOW or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return UNSEEN
    if character in "\t\n\r\x0b\x0c\x85\u2028\u2029":
        return " " if character == "\t" else "\n"
    if unicodedata.category(character) == "Cc":
        return UNSEEN
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if len(compatible) == 1 else character


_FOLDING = _Folding({code: chr(code) for code in range(0x20, 0x7F)})


@value
class Plain:
    """A plain text, and where its pieces come from.

    `text` is what is searched. `starts` and `origins` say where each of its pieces begins in it, and in the original.
    `widths` say how much of the original a piece replaces that is written differently there; 0: it is written the same.
    """

    text: str
    starts: tuple[int, ...] = (0,)
    origins: tuple[int, ...] = (0,)
    widths: tuple[int, ...] = (0,)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Returns a span of `text`, not empty, as a span of the original."""
        first, last = (bisect_right(self.starts, index) - 1 for index in (start, end - 1))
        begins = self.origins[first] + (0 if self.widths[first] else start - self.starts[first])
        return begins, self.origins[last] + (self.widths[last] or end - self.starts[last])


_COUNTED = lazy_pattern("[〇零一二三四五六七八九]{4,}")  # fewer are words of a sentence
_HAN_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


class Builder:
    """Builds a plain text from pieces of a longer one, in their order."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._starts: list[int] = []
        self._origins: list[int] = []
        self._widths: list[int] = []
        self._length = 0

    def add(self, piece: str, origin: int, width: int = 0) -> None:
        """Adds a piece that is at `origin` and, if it is written differently there, takes `width` characters."""
        if piece:
            self._pieces.append(piece)
            self._starts.append(self._length)
            self._origins.append(origin)
            self._widths.append(width)
            self._length += len(piece)

    def plain(self) -> Plain:
        if not self._pieces:
            return Plain("")
        return Plain("".join(self._pieces), tuple(self._starts), tuple(self._origins), tuple(self._widths))


def folded(text: str) -> str:
    """Returns the text with every character folded, one for one."""
    plain_already = text.isascii() and text.replace("\n", "").isprintable()  # as most are
    if plain_already:
        return text
    return _COUNTED.sub(lambda run: run.group().translate(_HAN_DIGITS), text.translate(_FOLDING))


def plain(text: str) -> Plain:
    """Returns the text to search. Linear in its length."""
    seen = folded(text)
    return _without_noise(seen) if "  " in seen or UNSEEN in seen or "\n\n" in seen else Plain(seen)


def _without_noise(seen: str) -> Plain:
    builder, last = Builder(), 0
    for match in _NOISE.finditer(seen):
        builder.add(seen[last : match.start()], last)
        last = match.end()
    builder.add(seen[last:], last)
    return builder.plain()
