"""A text as those who look for secrets read it: every script's digits and letters folded, what cannot be seen left out. Pure.

Zero-width characters, combining marks and long gaps are how a number slips past a pattern, by accident (a copied page) or by intent.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

UNSEEN = "\u200b"  # stands for every invisible character until it is left out
TAKEN = "\x00"  # stands where a secret was found already; no stored text has it

_HOLLOW = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that show nothing
_NOISE = re.compile(rf"(?<=[^\S\n])(?:[^\S\n]|{UNSEEN})+|(?<=\n)(?:\n|{UNSEEN})+|{UNSEEN}+")


class _Folding(dict[int, str]):
    """For `str.translate`: one character for one, worked out once."""

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


@dataclass(frozen=True, slots=True)
class Plain:
    """`text` is what is searched. `starts` and `origins` say where each of its pieces begins in it, and in the original.

    `widths` say how much of the original a piece stands for that is written differently there; 0: it is written so.
    """

    text: str
    starts: tuple[int, ...] = (0,)
    origins: tuple[int, ...] = (0,)
    widths: tuple[int, ...] = (0,)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """A span of `text`, not empty, as a span of the original."""
        first, last = (bisect_right(self.starts, place) - 1 for place in (start, end - 1))
        begins = self.origins[first] + (0 if self.widths[first] else start - self.starts[first])
        return begins, self.origins[last] + (self.widths[last] or end - self.starts[last])


class Builder:
    """Puts a plain text together from pieces of a longer one, in their order."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._starts: list[int] = []
        self._origins: list[int] = []
        self._widths: list[int] = []
        self._length = 0

    def add(self, piece: str, origin: int, width: int = 0) -> None:
        """A piece that stands at `origin`, and if it is written differently there, takes `width` characters."""
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
    """The text with every character folded, one for one."""
    return text if text.isascii() and text.isprintable() else text.translate(_FOLDING)


def plain(text: str) -> Plain:
    """The text to search. Linear in its length."""
    seen = folded(text)
    return _without_noise(seen) if "  " in seen or UNSEEN in seen or "\n\n" in seen else Plain(seen)


def _without_noise(seen: str) -> Plain:
    builder, last = Builder(), 0
    for found in _NOISE.finditer(seen):
        builder.add(seen[last : found.start()], last)
        last = found.end()
    builder.add(seen[last:], last)
    return builder.plain()
