"""A text as the word pieces of uncased BERT, which MiniLM and most small sentence encoders read.

Their list (`word_pieces.txt`, 30,522 pieces, Apache-2.0, from Google's BERT) is part of the package, since an ONNX file does not bring it.
A word is cut greedily: the longest piece that begins it, then the longest that goes on, marked `##`.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

BUILT_IN = Path(__file__).with_name("word_pieces.txt")
LONGEST_WORD = 100  # characters; a longer one is unknown
_CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPieces:
    """Cuts texts by a list of pieces, one a line. Raises ValueError where the list lacks one of the special pieces."""

    def __init__(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").split("\n")
        self._ids = {piece: place for place, piece in enumerate(line.rstrip("\r") for line in lines) if piece}
        try:
            self.padding, self._unknown, self._first, self._last = (self._ids[piece] for piece in ("[PAD]", "[UNK]", "[CLS]", "[SEP]"))
        except KeyError as missing:
            raise ValueError(f"the word pieces lack {missing}") from missing

    def cut(self, text: str, most: int) -> list[int]:
        """The ids of at most so many pieces, the special first and last one included."""
        ids = [self._first]
        for word in words(text):
            ids += self._pieces(word)
            if len(ids) >= most:
                break
        return [*ids[: most - 1], self._last]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        start = 0
        while start < len(word):
            end, piece = self._longest(word, start)
            if piece is None:
                return [self._unknown]
            found.append(piece)
            start = end
        return found

    def _longest(self, word: str, start: int) -> tuple[int, int | None]:
        mark = "##" if start else ""
        for end in range(len(word), start, -1):
            if (piece := self._ids.get(mark + word[start:end])) is not None:
                return end, piece
        return start, None


def words(text: str) -> Iterator[str]:
    """Lower-case words without accents; each mark of punctuation and each Chinese character is a word of its own."""
    spaced = "".join(map(_spaced, text))
    plain = "".join(c for c in unicodedata.normalize("NFD", spaced) if unicodedata.category(c) != "Mn").lower()
    for run in plain.split():
        word = ""
        for c in run:
            if _punctuation(c):
                yield from filter(None, (word, c))
                word = ""
            else:
                word += c
        if word:
            yield word


@lru_cache(4096)
def _spaced(c: str) -> str:
    if c in "\t\n\r" or unicodedata.category(c) == "Zs":
        return " "
    if c in "\x00\ufffd" or unicodedata.category(c) in ("Cc", "Cf", "Cn", "Co"):
        return ""
    return f" {c} " if any(first <= ord(c) <= last for first, last in _CHINESE) else c


@lru_cache(4096)
def _punctuation(c: str) -> bool:
    return (c.isascii() and c.isprintable() and not c.isalnum()) or unicodedata.category(c).startswith("P")
