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
_ENCODED = re.compile(rf"%[0-9A-Fa-f]{{2}}|&(?:#[0-9]{{1,5}}|#x[0-9A-Fa-f]{{1,5}}|[a-z]{{2,8}});|{UNSEEN}+")


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
    """`text` is what is searched. `starts` and `origins` say where each of its pieces begins in it, and in the original."""

    text: str
    starts: tuple[int, ...] = (0,)
    origins: tuple[int, ...] = (0,)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """A span of `text`, not empty, as a span of the original."""
        return self._origin(start), self._origin(end - 1) + 1

    def _origin(self, place: int) -> int:
        piece = bisect_right(self.starts, place) - 1
        return self.origins[piece] + place - self.starts[piece]


def plain(text: str) -> Plain:
    """The text to search. Linear in its length."""
    folded = text if text.isascii() and text.isprintable() else text.translate(_FOLDING)
    return _without(folded, _NOISE) if "  " in folded or UNSEEN in folded or "\n\n" in folded else Plain(folded)


def decoded(text: str) -> Plain | None:
    """The same with what is percent-encoded or an HTML entity left out, as it stands between a number's groups; None: there is none."""
    folded = text.translate(_FOLDING)
    return _without(folded, _ENCODED) if _ENCODED.search(folded) else None


def _without(folded: str, noise: re.Pattern[str]) -> Plain:
    pieces, starts, origins = [], [0], [0]
    last = length = 0
    for found in noise.finditer(folded):
        pieces.append(folded[last : found.start()])
        length += found.start() - last
        last = found.end()
        if starts[-1] == length:
            origins[-1] = last
        else:
            starts.append(length)
            origins.append(last)
    return Plain("".join([*pieces, folded[last:]]), tuple(starts), tuple(origins))
